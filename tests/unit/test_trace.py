"""The trace says what vanished, where, why, and what would mend it."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.pipeline.run import run
from augviz.pipeline.spec import BoxPolicy, Group, KeypointPolicy, Node, PipelineSpec, Step
from augviz.pipeline.trace import Outcome, Removal, box_story, keypoint_story, mask_story
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


def test_visible_share_counts_what_lies_over_the_edge_once_where_boxes_are_judged_at_the_end() -> None:
    """A box that one crop cut in half is still half there after two flips."""
    policy = BoxPolicy(check_each_transform=False)
    outcome = outcome_of(crop(50, 200), Step("HorizontalFlip"), Step("VerticalFlip"), policy=policy)
    assert [step.visible[0] for step in outcome.trace] == pytest.approx([0.5, 0.5, 0.5])
    assert box_story(outcome, 0) == ("50% visible after step 1 Crop",)


def test_the_story_of_a_removed_box_says_how_much_of_it_was_left() -> None:
    outcome = outcome_of(crop(20, 200), crop(40, 160), policy=BoxPolicy(min_visibility=0.6))
    assert box_story(outcome, 0) == (
        "80% visible after step 1 Crop",
        "40% visible after step 2 Crop",
        "box removed by min_visibility 0.6 (it was 0.5) at step 2 Crop",
    )


def test_min_visibility_is_judged_step_by_step_as_the_library_does() -> None:
    """Two crops of 60% and 50% leave 30%, and a limit of 0.45 lets the box live."""
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


def test_a_step_that_ran_is_not_blamed_for_a_limit_that_was_never_met() -> None:
    outcome = outcome_of(Step("HorizontalFlip"), policy=BoxPolicy(min_area=50_000))
    assert removal(outcome).step_id is None
    assert outcome.trace[0].removed == ()
    assert box_story(outcome, 0) == ("box removed by min_area 50000 px² (it was 10,000 px²); it never met the limit",)


def test_the_kept_sample_of_a_step_in_a_one_of_is_judged_as_well() -> None:
    group = Group("OneOf", (crop(40, 200), Step("HorizontalFlip", p=0.0)), 1.0)
    outcome = outcome_of(group, policy=BoxPolicy(min_visibility=0.7))
    assert outcome.trace[0].after is not None
    assert len(outcome.trace[0].after.labels.boxes) == 0


def test_the_kept_sample_of_a_step_lies_inside_its_picture() -> None:
    outcome = outcome_of(crop(40, 200))
    assert outcome.trace[0].after is not None
    assert outcome.trace[0].after.labels.boxes.xyxy.tolist() == [[0, 0, 60, 100]]


def test_what_does_not_run_is_listed_with_the_reason() -> None:
    off = Step("VerticalFlip", enabled=False)
    some = outcome_of(Group("SomeOf", (Step("HorizontalFlip"), off), 1.0, 1))
    assert [(step.name, step.reason) for step in some.trace] == [
        ("VerticalFlip", "switched off"), ("HorizontalFlip", ""),
    ]  # fmt: skip
    never = run(PipelineSpec((Step("HorizontalFlip"), Group("OneOf", (off,))), p=0.0), sample([[0, 0, 9, 9]]), 1)
    assert [step.fired for step in never.trace] == [False, False]
    assert "whole pipeline" in never.trace[0].reason
    assert never.trace[1].reason == "switched off"


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


def test_what_lies_outside_to_begin_with_is_gone_and_no_step_is_blamed() -> None:
    image = np.zeros((100, 200, 3), np.uint8)
    outside = Sample("s", image, Labels(Boxes.of([[0, 0, 9, 9], [300, 0, 400, 9]], "ab"), None, None,
                                        Keypoints.of([[5, 5], [500, 5]], "pq")))  # fmt: skip
    outcome = outcome_of(Step("HorizontalFlip"), of=outside)
    assert [(gone.target, gone.row, gone.step_id) for gone in outcome.removed] == [
        ("box", 1, None), ("keypoint", 1, None),
    ]  # fmt: skip
    assert box_story(outcome, 0) == ("whole, from the first step to the last",)
    assert box_story(outcome, 1) == ("box left out: it lay outside the image before the first step",)
    assert keypoint_story(outcome, 1) == ("keypoint left out: it lay outside the image before the first step",)


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


def test_a_mask_that_became_smaller_than_a_pixel_was_interpolated_away() -> None:
    shrink = Step("Resize", {"height": 10, "width": 20})
    outcome = outcome_of(shrink, of=sample([[1, 1, 4, 4]]))
    gone = removal(outcome, "mask")
    assert (gone.cause, gone.step_id) == ("interpolated away", "Resize-1")
    assert mask_story(outcome, 0) == ("mask removed: interpolated away at step 1 Resize",)


def test_a_mask_under_a_hole_that_erases_masks_was_covered() -> None:
    step = hole(0.99)
    outcome = outcome_of(step.with_param("fill_mask", 0), of=sample([[50, 25, 150, 75]]))
    assert removal(outcome, "mask").cause == "covered"


@pytest.mark.parametrize("value", [1, 5, 255])
def test_pixels_that_a_step_writes_into_masks_become_no_other_object(value: int) -> None:
    drop = Step("PixelDropout", {"dropout_prob": 0.5, "mask_drop_value": value})
    outcome = outcome_of(drop, of=sample([[0, 0, 50, 50], [100, 0, 150, 50]]))
    masks = outcome.after.labels.masks
    assert masks is not None
    stack = masks.to_stack()
    assert outcome.errors == ()
    assert stack[0, :50, :50].all()
    assert stack[1, :50, 100:150].all()


def test_points_outside_stay_when_nothing_is_removed() -> None:
    spec = PipelineSpec((crop(120, 200),), (), None, KeypointPolicy(remove_invisible=False))
    outcome = run(spec, sample([[0, 0, 10, 10]], [[50, 50]]), 1)
    assert outcome.after.labels.keypoints.xy[0].tolist() == [-70, 50]


def test_what_the_library_says_in_riddles_is_translated() -> None:
    erasing = Step("Erasing", {"scale": (0.9, 0.9), "ratio": (8.0, 8.0)})
    assert "no hole of the drawn size and shape fits" in outcome_of(erasing).errors[0].error
    boxed = outcome_of(Step("Morphological"))
    assert all("/modules/" not in step.error for step in boxed.trace)


UNLABELLED = Sample("u", np.full((60, 80, 3), 90, np.uint8))
SIX_BANDS = Sample("six", np.full((60, 80, 6), 90, np.uint8))


@pytest.mark.parametrize(
    ("name", "params", "of", "said"),
    [
        ("MaskDropout", {}, sample([[0, 0, 9, 9]]), "it needs a mask of classes"),
        ("CropNonEmptyMaskIfExists", {"height": 9, "width": 9}, UNLABELLED, "it needs a mask, and this image has none"),
        ("CropNonEmptyMaskIfExists", {"height": 900, "width": 9}, sample([[0, 0, 9, 9]]), "900"),
        ("BBoxSafeRandomCrop", {}, UNLABELLED, "it needs boxes, and this image has none"),
        ("Morphological", {}, sample([[0, 0, 9, 9]]), "fails on images with boxes"),
        ("ISONoise", {}, SIX_BANDS, "it needs a colour image with three channels"),
        ("ToGray", {}, SIX_BANDS, "it needs a grey or colour image"),
    ],
)
def test_what_a_step_lacks_is_said_in_plain_words(name: str, params: dict[str, int], of: Sample, said: str) -> None:
    (failed,) = outcome_of(Step(name, params), of=of).errors
    assert said in failed.error


def test_the_story_of_an_object_tells_its_other_names() -> None:
    of = sample([[0, 0, 100, 100], [100, 0, 200, 100]], [[10, 10], [60, 20]])
    spec = PipelineSpec(
        (Step("HorizontalFlip"), Step("InvertImg"), Step("Transpose")),
        swaps=(("object0", "object1"), ("point0", "point7")),
    )
    outcome = run(spec, of, 1, keep_steps=True)
    assert [step.swapped for step in outcome.trace] == [True, False, True]
    assert box_story(outcome, 0) == (
        "called object1 after step 1 HorizontalFlip, which mirrored the image",
        "called object0 after step 3 Transpose, which mirrored the image",
    )
    assert mask_story(outcome, 1)[0] == "called object0 after step 1 HorizontalFlip, which mirrored the image"
    assert keypoint_story(outcome, 0)[0] == "called point7 after step 1 HorizontalFlip, which mirrored the image"
    assert keypoint_story(outcome, 1) == ("inside the image, from the first step to the last",)


def test_the_story_of_an_object_ends_where_it_vanished() -> None:
    spec = PipelineSpec((Step("HorizontalFlip"), crop(0, 90), Step("VerticalFlip")), swaps=(("object0", "other"),))
    outcome = run(spec, sample([[0, 0, 100, 100]], [[10, 10]]), 1, keep_steps=True)
    assert box_story(outcome, 0)[0].startswith("called other after step 1")
    assert "removed: left the image at step 2" in box_story(outcome, 0)[-1]
