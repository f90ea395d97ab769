"""A step that covers classes covers those, and says when there is nothing to cover; a lacking mask has its mend."""

from __future__ import annotations

import albumentations as A
import numpy as np
import pytest

from augviz.pipeline.draws import Draws
from augviz.pipeline.export import ExportOptions, to_yaml
from augviz.pipeline.run import run
from augviz.pipeline.scripted import script
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.pipeline.verify import verify_text
from augviz.sample import Boxes, Labels, Sample, SemanticMap

PIXELS = np.random.default_rng(3).integers(0, 256, (100, 120, 3), np.uint8)
BOXED = Sample("boxed", PIXELS, Labels(Boxes.of([[60, 40, 110, 90], [10, 10, 50, 50]], ["sign", "car"])))
BARE = Sample("bare", PIXELS)


def dropout(**params: object) -> PipelineSpec:
    return PipelineSpec((Step("ConstrainedCoarseDropout", params),))


def test_named_classes_of_boxes_are_covered_as_the_library_covers_them() -> None:
    spec = dropout(bbox_labels=("car",))
    for seed in range(6):
        outcome = run(spec, BOXED, seed)
        assert not outcome.errors
        compose = A.Compose(
            [A.ConstrainedCoarseDropout(bbox_labels=["car"], p=1.0)], bbox_params=A.BboxParams("pascal_voc", ["names"])
        )
        script(compose, [spec.steps[0].id], Draws(seed))
        theirs = compose(image=PIXELS, bboxes=BOXED.labels.boxes.xyxy, names=["sign", "car"])
        np.testing.assert_array_equal(outcome.after.image, theirs["image"])
        assert (outcome.after.image != PIXELS).any()
        np.testing.assert_array_equal(outcome.after.image[40:, 60:], PIXELS[40:, 60:])


def test_a_file_that_names_classes_of_boxes_is_proven() -> None:
    spec = PipelineSpec((Step("HorizontalFlip"), *dropout(bbox_labels=("car",)).steps))
    result = verify_text(to_yaml(spec, ExportOptions(boxes=True)), "yaml", BOXED, [1, 2], shown=spec)
    assert result.proven, (result.comparisons, result.lost)


def test_a_class_that_is_not_there_covers_nothing() -> None:
    outcome = run(dropout(bbox_labels=("tree",)), BOXED, 1)
    assert not outcome.errors
    np.testing.assert_array_equal(outcome.after.image, PIXELS)


@pytest.mark.parametrize(
    ("params", "sample", "said"),
    [
        ({}, BOXED, "it is not told what to cover. Name classes"),
        ({"bbox_labels": ("car",)}, BARE, "this image has no boxes. Draw or upload boxes"),
        ({"mask_indices": (1,)}, BARE, "this image has no mask of classes. Draw or upload"),
    ],
)
def test_nothing_to_cover_is_said_and_is_no_error(params: dict, sample: Sample, said: str) -> None:
    outcome = run(dropout(**params), sample, 1)
    assert not outcome.errors
    assert said in str(outcome.notes[0])
    np.testing.assert_array_equal(outcome.after.image, PIXELS)


def test_a_mask_of_classes_is_covered_where_the_image_has_one() -> None:
    masked = Sample(
        "m", PIXELS, Labels(semantic=SemanticMap(np.pad(np.ones((40, 40), np.int32), ((30, 30), (40, 40)))))
    )
    outcome = run(dropout(mask_indices=(1,)), masked, 1)
    assert not outcome.notes
    assert (outcome.after.image != PIXELS).any()


@pytest.mark.parametrize("name", ["CropNonEmptyMaskIfExists", "MaskDropout"])
def test_a_mask_that_is_needed_can_be_drawn_or_uploaded(name: str) -> None:
    params = {"height": 40, "width": 40} if name.startswith("Crop") else {}
    outcome = run(PipelineSpec((Step(name, params),)), BARE, 1)
    assert "this image has none" in outcome.errors[0].error
    assert "Draw or upload a mask" in outcome.errors[0].error
