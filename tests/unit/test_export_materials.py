"""Pipelines that take something from other images go out: what a file cannot carry, what the code does, the proof."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from augviz import sample_library
from augviz.pipeline.export import ExportOptions, not_carried, to_python, to_yaml
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.materials import registry
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.pipeline.verify import verify_text
from augviz.sample import Boxes, Labels, Sample
from augviz.transforms.other_images import OTHER_IMAGES

ROOT = Path(__file__).parents[2]
CAT, ROAD, PLATE = (sample_library.load(name) for name in ("cat", "road", "plate"))
OPEN = registry([CAT, ROAD, PLATE])
BARE = Sample("bare", ROAD.image[:200, :240].copy())
BOXED = Sample("boxed", BARE.image, Labels(Boxes.of([[20, 20, 90, 80], [100, 60, 230, 190]], ["sign", "car"])))

CASES = {
    "FDA": ({}, (CAT.name, PLATE.name), BOXED),
    "HistogramMatching": ({}, (CAT.name,), BOXED),
    "PixelDistributionAdaptation": ({}, (CAT.name,), BOXED),
    "OverlayElements": ({}, (CAT.name,), BARE),
    "Mosaic": ({"target_size": (160, 200), "cell_shape": (120, 150)}, (ROAD.name, PLATE.name), BOXED),
}


def spec_of(name: str) -> PipelineSpec:
    params, materials, _sample = CASES[name]
    return PipelineSpec((Step("HorizontalFlip", p=0.5), Step(name, params, materials=materials), Step("Rotate", p=0.5)))


def test_every_transform_that_takes_other_images_is_tried_here() -> None:
    assert set(CASES) == set(OTHER_IMAGES)


@pytest.mark.parametrize("name", CASES)
def test_what_the_file_cannot_carry_is_said_and_comes_back_with_the_names(name: str) -> None:
    spec = spec_of(name)
    options = ExportOptions(boxes=True)
    said = " ".join(str(problem) for problem in not_carried(spec, options))
    assert CASES[name][1][0] in said
    assert OTHER_IMAGES[name].argument in said
    imported = read_pipeline(to_yaml(spec, options))
    assert [getattr(step, "materials", ()) for step in imported.spec.steps] == [(), CASES[name][1], ()]
    assert any(CASES[name][1][0] in str(note) for note in imported.notes)


@pytest.mark.parametrize("name", CASES)
def test_the_file_is_proven_with_the_same_images(name: str) -> None:
    spec, sample = spec_of(name), CASES[name][2]
    text = to_yaml(spec, ExportOptions(boxes=len(sample.labels.boxes) > 0))
    result = verify_text(text, "yaml", sample, [1, 2, 3], shown=spec, materials=OPEN)
    assert result.proven, (result.comparisons, result.lost)


def test_a_file_is_not_proven_without_its_images() -> None:
    spec = spec_of("HistogramMatching")
    assert not verify_text(to_yaml(spec, ExportOptions()), "yaml", BARE, [1], shown=spec).proven


def test_other_images_than_those_shown_are_seen_by_the_proof() -> None:
    spec = spec_of("HistogramMatching")
    shown = spec.edit(
        spec.steps[1].id, lambda step: Step(step.name, step.params, 1.0, True, step.id, "", (PLATE.name,))
    )
    text = to_yaml(spec, ExportOptions())
    other = registry([Sample(CAT.name, 255 - CAT.image), PLATE])
    assert verify_text(text, "yaml", BARE, [1], shown=shown, materials=other).proven
    assert PLATE.name not in text


DRIVER = """
import json, sys
import numpy as np
code = open("pipeline.py", encoding="utf-8").read().replace("# augmented =", "augmented =")
head, call = code.rsplit("augmented =", 1)
exec(compile(head, "pipeline.py", "exec"))
sys.path.insert(0, {root!r})
from augviz.pipeline.draws import Draws
from augviz.pipeline.scripted import script
given = np.load("input.npz")
image, bboxes = given["image"], given["bboxes"]
class_labels = json.loads({labels!r})
script(transform, {ids!r}, Draws({seed}))
exec("augmented =" + call)
json.dump([list(augmented.get("class_labels", []))], open("labels.json", "w"))
np.savez("output.npz", image=augmented["image"], bboxes=np.reshape(augmented.get("bboxes", []), (-1, 4)))
"""


@pytest.mark.parametrize("name", CASES)
def test_the_python_code_gives_the_same_picture_in_a_fresh_process(name: str, tmp_path: Path) -> None:
    spec, sample = spec_of(name), CASES[name][2]
    boxes = sample.labels.boxes
    code = to_python(spec, ExportOptions(boxes=len(boxes) > 0), OPEN)
    for image in CASES[name][1]:
        assert f'read("{image}")' in code
        (source,) = (ROOT / "sample_images").glob(f"*/{image}")
        (tmp_path / image).write_bytes(source.read_bytes())
    (tmp_path / "pipeline.py").write_text(code, encoding="utf-8")
    np.savez(tmp_path / "input.npz", image=sample.image, bboxes=boxes.xyxy)
    driver = DRIVER.format(
        root=str(ROOT), ids=[step.id for step in spec.steps], seed=4, labels=json.dumps(boxes.labels)
    )
    environment = {**os.environ, "NO_ALBUMENTATIONS_UPDATE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", driver],
        check=False,
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    theirs, ours = np.load(tmp_path / "output.npz"), run(spec, sample, 4, materials=OPEN).after
    np.testing.assert_array_equal(theirs["image"], ours.image)
    np.testing.assert_allclose(theirs["bboxes"], ours.labels.boxes.xyxy, atol=0.01)
    assert json.loads((tmp_path / "labels.json").read_text()) == [list(ours.labels.boxes.labels)]


def test_grey_and_deep_images_are_read_as_they_were() -> None:
    grey, deep = Sample("g.png", np.zeros((9, 9, 1), np.uint8)), Sample("d.tif", np.zeros((9, 9, 5), np.float32))
    spec = PipelineSpec((Step("FDA", materials=("g.png", "d.tif", "unknown.png")),))
    code = to_python(spec, ExportOptions(), registry([grey, deep]))
    assert 'read_grey("g.png")' in code
    assert 'read_deep("d.tif")' in code
    assert 'read("unknown.png")' in code
    assert "from augviz.images import decode" in code


def test_a_step_without_images_leaves_a_place_for_them() -> None:
    code = to_python(PipelineSpec((Step("FDA"), Step("FDA"))), ExportOptions())
    assert "fda_metadata = []" in code
    assert "fda_metadata_2 = []" in code
    assert "transform(image=image, fda_metadata=fda_metadata, fda_metadata_2=fda_metadata_2)" in code


def test_names_in_a_file_are_text_and_bounded() -> None:
    text = to_yaml(spec_of("FDA"), ExportOptions())
    assert read_pipeline(text.replace(CAT.name, "x" * 400)).spec.steps[1].materials == ()
    hostile = PipelineSpec((Step("FDA", materials=('a"); import os; ("',)),))
    compile(to_python(hostile, ExportOptions()), "hostile", "exec")
    assert 'read("a\\"); import os; (\\"")' in to_python(hostile, ExportOptions())
