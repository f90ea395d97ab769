"""Paint each object a colour of its own: after any geometric transform its labels sit where the paint is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, PipelineSpec, Step
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample, SemanticMap

HEIGHT, WIDTH = 96, 128
BOXES = ((10, 12, 40, 36), (60, 20, 110, 44), (30, 56, 70, 88))
COLOURS = ((255, 0, 0), (0, 255, 0), (0, 0, 255))

NEAREST = {"interpolation": 0}
GEOMETRIC = (
    Step("HorizontalFlip"),
    Step("VerticalFlip"),
    Step("Transpose"),
    Step("D4"),
    Step("RandomRotate90"),
    Step("Rotate", {"limit": (-40, 40), **NEAREST}),
    Step("SafeRotate", {"limit": (-40, 40), **NEAREST}),
    Step("Affine", {"scale": (0.7, 1.3), "rotate": (-20, 20), "shear": (-10, 10), **NEAREST}),
    Step("Affine", {"translate_percent": (-0.2, 0.2), **NEAREST}),
    Step("ShiftScaleRotate", {"rotate_limit": (-20, 20), **NEAREST}),
    Step("Perspective", {"scale": (0.02, 0.08), **NEAREST}),
    Step("RandomResizedCrop", {"size": (80, 100), "scale": (0.4, 1.0), **NEAREST}),
    Step("RandomCrop", {"height": 64, "width": 96}),
    Step("CenterCrop", {"height": 70, "width": 90}),
    Step("CropAndPad", {"percent": (-0.1, 0.1), **NEAREST}),
    Step("RandomCropFromBorders", {}),
    Step("RandomSizedBBoxSafeCrop", {"height": 72, "width": 100, **NEAREST}),
    Step("BBoxSafeRandomCrop", {}),
    Step("PadIfNeeded", {"min_height": 140, "min_width": 160}),
    Step("Resize", {"height": 60, "width": 150, **NEAREST}),
    Step("LongestMaxSize", {"max_size": 90, **NEAREST}),
    Step("RandomScale", {"scale_limit": (-0.3, 0.3), **NEAREST}),
)


def painted() -> Sample:
    """Three rectangles on black, each in its colour, with box, mask, class and the keypoint in its middle."""
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    masks = np.zeros((3, HEIGHT, WIDTH), bool)
    for colour, mask, (x1, y1, x2, y2) in zip(COLOURS, masks, BOXES, strict=True):
        image[y1:y2, x1:x2] = colour
        mask[y1:y2, x1:x2] = True
    values = sum((k + 1) * mask.astype(np.int32) for k, mask in enumerate(masks))
    labels = Labels(
        Boxes.of(BOXES, ["red", "green", "blue"]),
        Masks.from_stack(masks, ["red", "green", "blue"], size=(HEIGHT, WIDTH)),
        SemanticMap(values),
        Keypoints.of([[(x1 + x2) / 2, (y1 + y2) / 2] for x1, y1, x2, y2 in BOXES], ["red", "green", "blue"]),
    )
    return Sample("painted", image, labels)


SAMPLE = painted()


def paint_of(sample: Sample, k: int) -> np.ndarray:
    """Where the colour of object k is now."""
    return np.asarray((sample.image == COLOURS[k]).all(axis=2))


def assert_labels_sit_on_the_paint(after: Sample, slack_px: float = 1.5) -> None:
    """Mask and class map in every pixel; box around the paint; keypoint on it, give or take two pixels."""
    labels = after.labels
    for k in range(3):
        paint = paint_of(after, k)
        np.testing.assert_array_equal(labels.masks.mask_of(k), paint)
        np.testing.assert_array_equal(labels.semantic.values == k + 1, paint)
        if k not in labels.boxes.ids or not paint.any():
            continue
        x1, y1, x2, y2 = labels.boxes.xyxy[labels.boxes.ids.index(k)]
        ys, xs = np.nonzero(paint)
        # A box of a turned rectangle is larger than the paint, never smaller; resampling moves an edge by a pixel.
        assert x1 <= xs.min() + slack_px
        assert y1 <= ys.min() + slack_px
        assert x2 >= xs.max() + 1 - slack_px
        assert y2 >= ys.max() + 1 - slack_px
    for name, (x, y) in zip(labels.keypoints.labels, labels.keypoints.xy, strict=True):
        paint = paint_of(after, ("red", "green", "blue").index(name))
        near = paint[max(0, int(y) - 2) : int(y) + 3, max(0, int(x) - 2) : int(x) + 3]
        assert near.any()


@pytest.mark.parametrize("step", GEOMETRIC, ids=lambda step: f"{step.name}-{len(step.params)}")
@given(seed=st.integers(0, 2**32))
def test_labels_follow_pixels_through_one_transform(step: Step, seed: int) -> None:
    outcome = run(PipelineSpec((step,)), SAMPLE, seed)
    assert not outcome.errors
    assert_labels_sit_on_the_paint(outcome.after)


@given(
    st.lists(st.sampled_from(GEOMETRIC), min_size=2, max_size=4), st.sampled_from(["RandomOrder", "SomeOf"]), st.data()
)
def test_labels_follow_pixels_through_a_group(steps: list[Step], kind: str, data: st.DataObject) -> None:
    group = Group(kind, tuple(steps), n=2)
    outcome = run(PipelineSpec((group,)), SAMPLE, data.draw(st.integers(0, 2**32)))
    # The second step enlarges what the first resampled, up to 1.6 times.
    assert_labels_sit_on_the_paint(outcome.after, slack_px=4.0)


@pytest.mark.parametrize("name", ["HorizontalFlip", "VerticalFlip", "Transpose", "D4", "RandomRotate90"])
@given(seed=st.integers(0, 2**32))
def test_a_point_stays_in_the_middle_of_its_box_in_every_symmetry(name: str, seed: int) -> None:
    """Boxes count from the corner of a pixel, Albumentations' points from its middle; here they agree exactly."""
    labels = run(PipelineSpec((Step(name),)), SAMPLE, seed).after.labels
    np.testing.assert_allclose(labels.keypoints.xy, labels.boxes.xyxy.reshape(-1, 2, 2).mean(axis=1), atol=1e-3)


def test_boxes_are_tight_where_nothing_is_turned() -> None:
    """Flips and crops keep rectangles: box and paint agree to the pixel."""
    spec = PipelineSpec((Step("HorizontalFlip"), Step("CenterCrop", {"height": 70, "width": 90})))
    after = run(spec, SAMPLE, 3).after
    for k in after.labels.boxes.ids:
        ys, xs = np.nonzero(paint_of(after, k))
        expected = [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]
        np.testing.assert_allclose(after.labels.boxes.xyxy[after.labels.boxes.ids.index(k)], expected, atol=1e-3)
