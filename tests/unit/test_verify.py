"""A file is proven only when the library itself, in a fresh process, gave the same; else the difference is told."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.errors import PipelineError, VerificationError
from augviz.pipeline.export import ExportOptions, to_json, to_yaml
from augviz.pipeline.spec import BoxPolicy, Group, KeypointPolicy, PipelineSpec, Step
from augviz.pipeline.verify import _lost, verify_text
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample, SemanticMap

OPTIONS = ExportOptions(boxes=True, keypoints=True)
STEPS = (
    Step("HorizontalFlip", p=0.5),
    Group("OneOf", (Step("GaussNoise"), Step("GaussianBlur")), p=0.7),
    Group("RandomOrder", (Step("Affine", {"rotate": (-20, 20)}), Step("RandomRotate90")), n=2, replace=True),
    Step("RandomResizedCrop", {"size": (40, 56), "scale": (0.3, 0.9)}),
)


def sample() -> Sample:
    image = np.random.default_rng(2).integers(0, 256, (60, 90, 3), np.uint8)
    masks = np.zeros((2, 60, 90), bool)
    masks[0, 10:40, 10:50] = masks[1, 30:55, 40:80] = True
    labels = Labels(
        Boxes.of([[10, 10, 50, 40], [40, 30, 80, 55]], ["a", "b"]),
        Masks.from_stack(masks, ["a", "b"], size=(60, 90)),
        SemanticMap(masks[0] * 300),
        Keypoints.of([[20, 20], [70, 50]], ["p", "q"]),
    )
    return Sample("s", image, labels)


SAMPLE = sample()


@pytest.mark.parametrize("box_format", ["pascal_voc", "coco", "yolo", "albumentations"])
def test_an_export_proves_itself_in_every_box_format(box_format: str) -> None:
    fields = () if box_format == "coco" else ("cls",)
    policy = BoxPolicy(format=box_format, label_fields=fields, min_visibility=0.2)  # type: ignore[arg-type]
    spec = PipelineSpec(STEPS, (Step("Normalize"),), policy, KeypointPolicy())
    result = verify_text(to_yaml(spec, OPTIONS), "yaml", SAMPLE, [1, 2, 3, 4], shown=spec)
    assert [item for item in result.comparisons if not item.same] == []
    assert {item.what for item in result.comparisons} == {
        "image", "semantic mask", "instance masks", "boxes", "keypoints",
    }  # fmt: skip
    assert result.lost == ()
    assert result.proven


def test_a_file_that_says_something_else_is_not_proven() -> None:
    spec = PipelineSpec(STEPS)
    text = to_json(spec, OPTIONS).replace('"p": 0.7', '"p": 0.1')
    result = verify_text(text, "json", SAMPLE, [1, 2, 3, 4, 5, 6], shown=spec)
    assert not result.proven
    different = {item.what: item.detail for item in result.comparisons if not item.same}
    assert "pixels differ" in different["image"]


def test_a_pipeline_that_stops_in_training_is_not_proven() -> None:
    spec = PipelineSpec((Step("RandomCrop", {"height": 500, "width": 500}),))
    result = verify_text(to_yaml(spec, OPTIONS), "yaml", SAMPLE, [1], shown=spec)
    assert not result.proven
    assert "stopped" in result.comparisons[0].detail


def test_the_strict_reader_comes_first() -> None:
    with pytest.raises(PipelineError, match="limt"):
        verify_text("transform:\n- Rotate: {limt: 3}", "yaml", SAMPLE, [1])


def test_out_of_time_is_neither_proven_nor_disproven() -> None:
    with pytest.raises(VerificationError, match="did not finish within 0 s"):
        verify_text(to_yaml(PipelineSpec(STEPS), OPTIONS), "yaml", SAMPLE, [1], time_limit_s=0.05)


def test_masks_that_a_step_can_mix_travel_one_by_one() -> None:
    """fill_mask 1 would turn index layers into object 0; passed one by one, padding becomes part of every mask."""
    spec = PipelineSpec((Step("PadIfNeeded", {"min_height": 100, "min_width": 120, "fill_mask": 1}),))
    result = verify_text(to_yaml(spec, OPTIONS), "yaml", SAMPLE, [1], shown=spec)
    assert result.proven


def test_normalize_and_the_whole_pipeline_may_fire_now_and_then() -> None:
    spec = PipelineSpec(STEPS, (Step("Normalize", p=0.5),), p=0.6)
    seeds = range(8)
    result = verify_text(to_yaml(spec, OPTIONS), "yaml", SAMPLE, seeds, shown=spec)
    assert [item for item in result.comparisons if not item.same] == []
    assert result.proven


BOXES = {
    "format": "coco", "label_fields": ["cls"], "min_area": 9.0, "min_visibility": 0.0, "min_width": 0.0,
    "min_height": 0.0, "max_accept_ratio": None, "check_each_transform": True, "clip": False,
    "filter_invalid_bboxes": True,
}  # fmt: skip
FRAME = {"p": 0.6, "mask_interpolation": 0, "bbox_params": BOXES, "keypoint_params": None}


@pytest.mark.parametrize(
    ("lost", "named"),
    [
        ({}, []),
        ({"p": 1.0}, ["p"]),
        ({"mask_interpolation": None}, ["mask_interpolation"]),
        ({"bbox_params": {**BOXES, "filter_invalid_bboxes": False}},
         ["bbox_params.filter_invalid_bboxes"]),
        ({"bbox_params": {**BOXES, "min_area": 0.0, "label_fields": None}},
         ["bbox_params.label_fields", "bbox_params.min_area"]),
    ],
)  # fmt: skip
def test_what_surrounds_the_steps_is_compared_field_by_field(lost: dict[str, object], named: list[str]) -> None:
    policy = BoxPolicy("coco", ("cls",), min_area=9.0, filter_invalid_bboxes=True)
    spec = PipelineSpec((), (), policy, p=0.6, mask_interpolation=0)
    found = _lost(spec, {"warnings": [], "steps": [], "frame": {**FRAME, **lost}})
    assert [problem.where for problem in found] == named


def test_boxes_that_a_rule_drops_although_no_step_moves_them_are_not_proven() -> None:
    """Albumentations warns of bbox_params where no step moves boxes, so the file has none and keeps every box."""
    for smallest, proven in ((0.0, True), (1100.0, False)):
        spec = PipelineSpec((Step("GaussianBlur"),), (), BoxPolicy(min_area=smallest))
        result = verify_text(to_yaml(spec, OPTIONS), "yaml", SAMPLE, [1, 2], shown=spec)
        assert result.proven == proven
    assert "leaves 2 boxes as they are, the label rules here leave 1" in result.comparisons[-1].detail


def test_a_mask_interpolation_for_all_steps_is_no_loss() -> None:
    spec = PipelineSpec((Step("Rotate"), Step("Affine", {"mask_interpolation": 1})), (), mask_interpolation=1)
    result = verify_text(to_yaml(spec, OPTIONS), "yaml", SAMPLE, [1, 2], shown=spec)
    assert result.lost == ()
    assert result.proven


def test_a_group_that_takes_another_number_is_named() -> None:
    spec = PipelineSpec((Group("SomeOf", (Step("HorizontalFlip"),), 0.5, 2, True),))
    steps = [{"p": 0.5, "n": 1, "replace": True}, Step("HorizontalFlip").params]
    found = _lost(spec, {"warnings": [], "steps": steps, "frame": {**FRAME, "p": 1.0, "bbox_params": None}})
    assert "SomeOf-1.n" in [problem.where for problem in found]
    assert "SomeOf-1.p" not in [problem.where for problem in found]
