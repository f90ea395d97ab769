"""Every offered transform goes out as a file that the library reads without a word, and comes in again as it was."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace
from pathlib import Path

import albumentations as A
import pytest
from albumentations.core.serialization import SERIALIZABLE_REGISTRY

from augviz.pipeline.export import ExportOptions, to_json, to_python, to_yaml
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.transforms import catalogue, construct
from augviz.transforms.other_images import OTHER_IMAGES
from augviz.transforms.starting import starting_params

OPTIONS = ExportOptions(boxes=True, keypoints=True, seed=7)
SIZE_HW = (384, 512)
P = 0.35

# ToTensorV2 is only known to A.load where PyTorch is; test_export.py says what becomes of it.
NAMES = [name for name in catalogue.offered() if name in SERIALIZABLE_REGISTRY]

PREFERS_ANOTHER_CLASS = ("is a special case of", "specialized version of")
"""What a few classes say at every construction, whatever their arguments."""


def one_step(name: str) -> PipelineSpec:
    return PipelineSpec().add(Step(name, starting_params(name, SIZE_HW), P))


def leaf_of(compose: A.Compose) -> A.BasicTransform:
    (leaf,) = compose.transforms
    return leaf


def loaded(path: Path, form: str) -> A.Compose:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for sentence in PREFERS_ANOTHER_CLASS:
            warnings.filterwarnings("ignore", f".*{re.escape(sentence)}")
        return A.load(path, data_format=form)


def test_only_the_tensor_is_unknown_to_the_library_without_pytorch() -> None:
    assert set(catalogue.offered()) - set(NAMES) <= {"ToTensorV2"}
    assert len(NAMES) > 90


@pytest.mark.parametrize("form", ["yaml", "json"])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_it_loads_without_a_warning_and_is_the_same_transform(name: str, form: str, tmp_path: Path) -> None:
    spec = one_step(name)
    path = tmp_path / f"pipeline.{form}"
    path.write_text({"yaml": to_yaml, "json": to_json}[form](spec, OPTIONS), encoding="utf-8")
    leaf = leaf_of(loaded(path, form))
    assert type(leaf).__name__ == name
    assert leaf.p == P
    assert construct.settings_of(leaf) == construct.settings_of(construct.make(name, starting_params(name, SIZE_HW), P))


@pytest.mark.parametrize("write", [to_yaml, to_json], ids=["yaml", "json"])
@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_it_comes_in_again_with_the_same_values_and_no_note(name: str, write: object) -> None:
    spec = one_step(name)
    imported = read_pipeline(write(spec, OPTIONS))
    (step,) = (*imported.spec.steps, *imported.spec.tail)
    (sent,) = (*spec.steps, *spec.tail)
    defaults = construct.signature_defaults(name)
    asked = ["needs" in note.what and "Choose" in note.mend for note in imported.notes]
    assert asked == ([True] if name in OTHER_IMAGES else [])
    assert replace(step, params=sent.params) == sent
    assert dict(step.params) == {**defaults, **sent.params}


@pytest.mark.parametrize("name", NAMES)
def test_the_python_code_of_it_builds_the_same_transform(name: str) -> None:
    scope: dict[str, object] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for sentence in PREFERS_ANOTHER_CLASS:
            warnings.filterwarnings("ignore", f".*{re.escape(sentence)}")
        exec(compile(to_python(one_step(name), OPTIONS), name, "exec"), scope)
    made = construct.make(name, starting_params(name, SIZE_HW), P)
    assert construct.settings_of(leaf_of(scope["transform"])) == construct.settings_of(made)
