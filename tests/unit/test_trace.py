"""The trace says what vanished, where, why, and what would mend it."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.pipeline.run import run
from augviz.pipeline.spec import BoxPolicy, KeypointPolicy, Node, PipelineSpec, Step
from augviz.pipeline.trace import Outcome, Removal, box_story, keypoint_story
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample


def sample(boxes: list[list[float]], points: list[list[float]] | None = None) -> Sample:
    masks = np.zeros((len(boxes), 100, 200), bool)
    for mask, (x1, y1, x2, y2) in zip(masks, boxes, strict=True):
        mask[int(y1) : int(y2), int(x1) : int(x2)] = True
    labels = Labels(
        Boxes.of(boxes, [f"object{k}" for k in range(len(boxes))]),
        Masks.from_stack(masks, [f"object{k}" for k in range(len(boxes))], size=(100, 200)),
        None,
        Keypoints.of(points or [], [f"point{k}" for k in range(len(points or []))]),
    )
    return Sample("s.png", np.full((100, 200, 3), 90, np.uint8), labels)


def crop(x_min: int, x_max: int) -> Step:
    return Step("Crop", {"x_min": x_min, "y_min": 0, "x_max": x_max, "y_max": 100})


def outcome_of(*steps: Node, policy: BoxPolicy | None = None, of: Sample | None = None) -> Outcome:
    return run(PipelineSpec(steps, (), policy), of or sample([[0, 0, 100, 100]]), 1, keep_steps=True)


def removal(outcome: Outcome, target: str = "box") -> Removal:
    return next(gone for gone in outcome.removed if gone.target == target)


def test_visible_share_is_cumulative() -> None:
    outcome = outcome_of(crop(40, 200), crop(30, 160))
    assert outcome.trace[0].visible[0] == pytest.approx(0.6)
    assert outcome.trace[1].visible[0] == pytest.approx(0.3)
    assert box_story(outcome, 0) == ("60% visible after step 1 Crop", "30% visible after step 2 Crop")


def test_min_visibility_is_judged_step_by_step_as_the_library_does() -> None:
    """Two crops of 60 % and 50 % leave 30 %, and a limit of 0.45 lets the box live."""
    outcome = outcome_of(crop(40, 200), crop(30, 160), policy=BoxPolicy(min_visibility=0.45))
    assert outcome.box_counts() == (1, 1)
    once = outcome_of(crop(40, 200), crop(30, 160), policy=BoxPolicy(min_visibility=0.45, check_each_transform=False))
    assert once.box_counts() == (0, 1)


@pytest.mark.parametrize(
    ("policy", "cause", "limit", "value"),
    [
        (BoxPolicy(min_visibility=0.7), "min_visibility", 0.7, 0.6),
        (BoxPolicy(min_area=7000), "min_area", 7000, 6000),
        (BoxPolicy(min_width=80), "min_width", 80, 60),
        (BoxPolicy(max_accept_ratio=1.5), "max_accept_ratio", 1.5, 100 / 60),
    ],
)
def test_the_limit_that_removed_a_box_is_named(policy: BoxPolicy, cause: str, limit: float, value: float) -> None:
    outcome = outcome_of(Step("NoOp"), crop(40, 200), policy=policy)
    gone = removal(outcome)
    assert (gone.cause, gone.step_id) == (cause, "Crop-1")
    assert gone.limit == pytest.approx(limit)
    assert gone.value == pytest.approx(value, rel=1e-3)
    assert gone.mend
    assert f"removed by {cause}" in box_story(outcome, 0)[-1]
    assert "at step 2 Crop" in box_story(outcome, 0)[-1]


def test_min_height_is_named() -> None:
    lying = outcome_of(
        Step("Crop", {"x_min": 0, "y_min": 60, "x_max": 200, "y_max": 100}), policy=BoxPolicy(min_height=50)
    )
    assert removal(lying).cause == "min_height"


def test_a_box_that_never_met_the_limit_blames_no_step() -> None:
    outcome = outcome_of(Step("NoOp", p=0.0), policy=BoxPolicy(min_area=50_000))
    assert removal(outcome).step_id is None
    assert "never met the limit" in box_story(outcome, 0)[0]


def test_an_object_outside_left_the_image_with_mask_and_keypoint() -> None:
    outcome = outcome_of(crop(120, 200), of=sample([[0, 0, 100, 100]], [[50, 50]]))
    assert {(gone.target, gone.cause, gone.step_id) for gone in outcome.removed} == {
        ("box", "left the image", "Crop-1"),
        ("mask", "left the image", "Crop-1"),
        ("keypoint", "left the image", "Crop-1"),
    }
    assert keypoint_story(outcome, 0) == ("keypoint removed: left the image at step 1 Crop",)


def hole(share: float) -> Step:
    span = (share, share)
    return Step("CoarseDropout", {"num_holes_range": (1, 1), "hole_height_range": span, "hole_width_range": span})


def test_a_hole_covers_a_box_and_the_story_says_so() -> None:
    outcome = outcome_of(hole(0.99), of=sample([[50, 25, 150, 75]]))
    assert outcome.box_counts() == (0, 1)
    assert (removal(outcome).cause, removal(outcome).step_id) == ("covered", "CoarseDropout-1")


def test_a_hole_over_a_part_lowers_the_visible_share_by_its_area() -> None:
    """The box is the whole image, the hole half of each side: three quarters stay visible."""
    outcome = outcome_of(hole(0.5), of=sample([[0, 0, 200, 100]]))
    assert outcome.trace[0].visible[0] == pytest.approx(0.75)


def test_a_step_that_cannot_run_is_marked_and_the_others_go_on() -> None:
    outcome = outcome_of(Step("RandomCrop", {"height": 500, "width": 500}), Step("HorizontalFlip"))
    assert [bool(step.error) for step in outcome.trace] == [True, False]
    assert "RandomCrop could not run on this image (200 x 100 px" in outcome.errors[0].error
    assert outcome.trace[1].fired
    assert outcome.after.labels.boxes.xyxy[0, 0] == 100


def test_a_step_that_cannot_be_built_is_marked() -> None:
    outcome = outcome_of(Step("Rotate", {"limt": 5}), Step("HorizontalFlip"))
    assert "limt" in outcome.errors[0].error
    assert outcome.trace[1].fired


def test_a_box_over_the_edge_is_said_unless_clip_is_on() -> None:
    over = sample([[150, 10, 230, 60]])
    assert "refuses" in str(outcome_of(Step("NoOp"), of=over).notes[0])
    assert outcome_of(Step("NoOp"), of=over, policy=BoxPolicy(clip=True)).notes == ()


def test_leaving_without_any_limit_and_judged_only_at_the_end_stops_training() -> None:
    """Albumentations 2.0.8 then keeps a box without area and raises; here the box is gone and the trap is named."""
    policy = BoxPolicy(check_each_transform=False)
    outcome = outcome_of(crop(120, 200), policy=policy)
    assert outcome.box_counts() == (0, 1)
    assert "x_max is less than or equal to x_min" in str(outcome.notes[0])


def test_mirror_images_in_a_reflected_border_are_said_and_do_not_count() -> None:
    shift = Step("Affine", {"translate_percent": {"x": (0.3, 0.3), "y": (0, 0)}, "border_mode": 4})
    outcome = outcome_of(shift, of=sample([[0, 20, 50, 80]]))
    assert len(outcome.after.labels.boxes) == 2
    assert outcome.box_counts() == (1, 1)
    assert len(set(outcome.after.labels.boxes.ids)) == 2
    assert any("mirror images" in str(note) for note in outcome.notes)


def test_points_outside_stay_when_nothing_is_removed() -> None:
    spec = PipelineSpec((crop(120, 200),), (), None, KeypointPolicy(remove_invisible=False))
    outcome = run(spec, sample([[0, 0, 10, 10]], [[50, 50]]), 1)
    assert outcome.after.labels.keypoints.xy[0].tolist() == [-70, 50]


def test_what_the_library_says_in_riddles_is_translated() -> None:
    erasing = Step("Erasing", {"scale": (0.9, 0.9), "ratio": (8.0, 8.0)})
    assert "no hole of the drawn size and shape fits" in outcome_of(erasing).errors[0].error
    boxed = outcome_of(Step("Morphological"))
    assert all("/modules/" not in step.error for step in boxed.trace)
