"""What goes out says the same as the pipeline, in the library's own form, and comes in again."""

from __future__ import annotations

import datetime as dt
import json
import warnings
from dataclasses import replace
from pathlib import Path

import albumentations as A
import pytest
import yaml

from augviz.errors import PipelineError
from augviz.pipeline.export import ExportOptions, exported, not_carried, options_for, to_json, to_python, to_yaml
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.spec import BoxPolicy, Group, KeypointPolicy, PipelineSpec, Step, without_ids
from augviz.policies.starting_points import STARTING_POINTS

OPTIONS = ExportOptions(boxes=True, keypoints=True, seed=7, date=dt.date(2026, 3, 1))
SPEC = PipelineSpec(
    (
        Step("HorizontalFlip", p=0.5),
        Group("OneOf", (Step("GaussianBlur", {"blur_limit": (3, 7)}, 0.3), Step("MedianBlur", p=0.6)), p=0.4),
        Group("SomeOf", (Step("RandomGamma", p=0.5), Step("CLAHE", p=0.5)), n=2),
        Step("Affine", {"scale": {"x": (0.8, 1.2), "y": (0.9, 1.1)}, "translate_percent": (-0.1, 0.1)}, 0.7),
    ),
    (Step("Normalize", {"mean": (0.5, 0.5, 0.5), "std": (0.2, 0.2, 0.2)}), Step("ToTensorV2")),
    BoxPolicy(format="coco", label_fields=("cls",), min_visibility=0.3),
    KeypointPolicy(remove_invisible=False),
)


def without_torch(spec: PipelineSpec) -> PipelineSpec:
    return replace(spec, tail=tuple(step for step in spec.tail if step.name != "ToTensorV2"))


@pytest.mark.parametrize("start", STARTING_POINTS, ids=lambda start: start.id)
def test_yaml_and_json_come_in_again_as_they_went_out(start: object) -> None:
    spec = start.spec
    for text in (to_yaml(spec, OPTIONS), to_json(spec, OPTIONS)):
        first = read_pipeline(text)
        again = read_pipeline(to_yaml(first.spec, OPTIONS))
        assert again.spec == first.spec
        assert again.notes == ()
        assert [node.id for node in first.spec.walk()] == [node.id for node in spec.walk()]
        assert first.seed == 7


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_load_gives_the_pipeline_without_a_warning(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"pipeline.{form}"
    path.write_text(to_yaml(SPEC, OPTIONS) if form == "yaml" else to_json(SPEC, OPTIONS))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        compose = A.load(path, data_format=form)
    assert [type(t).__name__ for t in compose.transforms] == [
        "HorizontalFlip", "OneOf", "SomeOf", "Affine", "Normalize",
    ]  # fmt: skip
    assert compose.processors["bboxes"].params.format == "coco"
    assert compose.processors["bboxes"].params.min_visibility == 0.3
    assert compose.processors["keypoints"].params.remove_invisible is False
    assert compose.transforms[1].transforms_ps == pytest.approx([1 / 3, 2 / 3])


def test_the_header_names_who_made_it_when_and_with_what() -> None:
    header = to_yaml(SPEC, OPTIONS).splitlines()[0]
    for part in ("augviz", "albumentations 2.0.8", "seed 7", "2026-03-01"):
        assert part in header


def test_numbers_have_no_float_noise() -> None:
    spec = PipelineSpec((Step("RandomScale", {"scale_limit": (0.1 + 0.2 - 0.3, 0.30000000000000004)}),))
    assert "0.3]" in to_yaml(spec, OPTIONS)


def test_the_python_code_builds_the_same_pipeline() -> None:
    code = to_python(without_torch(SPEC), OPTIONS)
    scope: dict[str, object] = {}
    exec(code, scope)
    document = scope["transform"].to_dict()["transform"]
    loaded = A.from_dict(yaml.safe_load(to_yaml(SPEC, OPTIONS))).to_dict()["transform"]
    assert document == loaded


def test_the_python_code_carries_what_files_cannot() -> None:
    code = to_python(SPEC, OPTIONS)
    assert "from albumentations.pytorch import ToTensorV2" in code
    assert "ToTensorV2(p=1.0)" in code
    assert "bboxes=bboxes, cls=cls" in code
    compile(code, "pipeline.py", "exec")


def test_what_is_switched_off_is_not_exported_and_said() -> None:
    spec = SPEC.edit("HorizontalFlip-1", lambda node: replace(node, enabled=False))
    spec = spec.edit("GaussianBlur-1", lambda node: replace(node, enabled=False))
    spec = spec.edit("MedianBlur-1", lambda node: replace(node, enabled=False))
    names = [node.name for node in exported(spec, OPTIONS).steps]
    assert names == ["SomeOf", "Affine"]  # a group without children would not load
    assert any("HorizontalFlip-1" in str(problem) for problem in not_carried(spec, OPTIONS))


def test_one_of_without_any_weight_is_refused() -> None:
    spec = PipelineSpec((Group("OneOf", (Step("Blur", p=0.0),)),))
    with pytest.raises(PipelineError, match="no child has a weight above 0"):
        to_yaml(spec, OPTIONS)


def test_some_of_never_asks_for_more_than_there_is() -> None:
    """Albumentations would warn at every load."""
    spec = PipelineSpec((Group("SomeOf", (Step("Blur"),), n=3),))
    assert json.loads(to_json(spec, OPTIONS))["transform"]["transforms"][0]["n"] == 1


def test_policies_are_left_out_where_no_step_moves_labels() -> None:
    """Albumentations warns "Got processor for bboxes, but no transform to process it"."""
    spec = PipelineSpec((Step("RandomGamma"),))
    document = json.loads(to_json(spec, OPTIONS))["transform"]
    assert document["bbox_params"] is None
    assert any("bbox_params" in problem.where for problem in not_carried(spec, OPTIONS))


def test_what_save_would_lose_is_carried_and_said() -> None:
    spec = PipelineSpec((Step("HorizontalFlip"),), (), BoxPolicy(filter_invalid_bboxes=True), mask_interpolation=6)
    imported = read_pipeline(to_yaml(spec, OPTIONS))
    assert imported.spec.boxes.filter_invalid_bboxes
    assert imported.spec.mask_interpolation == 6
    said = {problem.where for problem in not_carried(spec, OPTIONS)}
    assert {"filter_invalid_bboxes", "mask_interpolation", "preview seed"} <= said


def test_options_follow_labels_and_spec() -> None:
    plain = PipelineSpec()
    assert options_for(plain, has_boxes=True, has_keypoints=False).boxes
    assert not options_for(plain, has_boxes=False, has_keypoints=False).boxes
    assert options_for(replace(plain, boxes=BoxPolicy()), has_boxes=False, has_keypoints=False).boxes


def test_what_save_of_the_library_writes_comes_in(tmp_path: Path) -> None:
    """Also the seven transforms for which it writes arguments that their constructors refuse."""
    compose = A.Compose(
        [A.PadIfNeeded(64, 64, p=1), A.SafeRotate(p=0.5), A.RGBShift(p=0.5), A.RandomScale(p=0.5), A.Resize(32, 32)],
        bbox_params=A.BboxParams("yolo", label_fields=["a", "b"], clip=True),
    )
    A.save(compose, tmp_path / "c.yaml", data_format="yaml")
    imported = read_pipeline((tmp_path / "c.yaml").read_text())
    assert [node.name for node in imported.spec.steps] == [type(t).__name__ for t in compose.transforms]
    assert imported.spec.boxes == BoxPolicy(format="yolo", label_fields=("a", "b"), clip=True)
    again = A.from_dict(yaml.safe_load(to_yaml(imported.spec, OPTIONS)))
    assert [t.to_dict_private() for t in again.transforms] == [t.to_dict_private() for t in compose.transforms]


def test_without_ids_a_second_trip_changes_nothing() -> None:
    first = read_pipeline(to_yaml(SPEC, OPTIONS)).spec
    assert without_ids(read_pipeline(to_yaml(first, OPTIONS)).spec) == without_ids(first)
