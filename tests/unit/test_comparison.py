"""Two pipelines on the same draws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from augviz.comparison import Comparison, Drawing, compare, label_changes, outcomes, picture_difference, summary
from augviz.comparison.pairs import run_alike, steps_in_common
from augviz.overlay import ClassColours
from augviz.pipeline.draws import sample_seed
from augviz.pipeline.run import run
from augviz.pipeline.spec import BoxPolicy, Group, PipelineSpec, Step
from augviz.preview import preview_each
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample, SemanticMap

HEIGHT, WIDTH = 60, 90


def labelled(name: str = "probe") -> Sample:
    rng = np.random.default_rng(3)
    discs = np.zeros((2, HEIGHT, WIDTH), np.bool_)
    discs[0, 2:12, 2:12] = True
    discs[1, 25:45, 30:60] = True
    labels = Labels(
        boxes=Boxes.of([[2, 2, 12, 12], [30, 25, 60, 45]], ["corner", "middle"]),
        masks=Masks.from_stack(discs, ["corner", "middle"], size=(HEIGHT, WIDTH)),
        semantic=SemanticMap(discs[1].astype(np.int32), {1: "thing"}),
        keypoints=Keypoints.of([[4, 4], [45, 35]], ["tip", "centre"]),
    )
    return Sample(name, rng.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8), labels)


PROBE = labelled()
COLOURS = ClassColours.of([PROBE.labels])
FLIP, DARKEN = (
    Step("HorizontalFlip", p=0.5),
    Step("RandomBrightnessContrast", {"brightness_limit": (-0.5, -0.1)}, p=0.5),
)
SPEC = PipelineSpec((FLIP, DARKEN, Step("GaussianBlur", p=0.5)))
CROP = Step("Crop", {"x_min": 20, "y_min": 20, "x_max": 70, "y_max": 50})


def drawings(count: int = 6, sample: Sample = PROBE) -> list[Drawing]:
    return [Drawing(sample, sample_seed(7, place), f"#{place + 1}") for place in range(count)]


def compared(a: PipelineSpec, b: PipelineSpec, count: int = 6) -> Comparison:
    return compare(a, b, drawings(count), COLOURS)


# -- pictures ------------------------------------------------------------------------------------------------------


def test_equal_pictures_are_said_to_be_equal() -> None:
    found = picture_difference(PROBE.image, PROBE.image.copy())
    assert (found.mean, found.changed_share, found.is_equal) == (0, 0, True)
    assert found.describe() == "equal pictures"


def test_the_measure_is_the_mean_absolute_difference() -> None:
    other = PROBE.image.copy()
    other[:30, :, 0] = PROBE.image[:30, :, 0] ^ 0xFF
    expected = np.abs(other.astype(float) - PROBE.image.astype(float)).mean()
    found = picture_difference(PROBE.image, other)
    assert found.mean == pytest.approx(expected)
    assert found.changed_share == pytest.approx(0.5)
    assert found.describe() == f"differs by {expected:.1f} of 255, in 50% of the pixels"


def test_floats_count_on_the_same_scale_as_bytes() -> None:
    as_float = (PROBE.image / 255).astype(np.float32)
    assert picture_difference(PROBE.image, as_float).mean == pytest.approx(0, abs=1e-4)
    assert picture_difference(as_float, np.zeros_like(as_float)).mean == pytest.approx(PROBE.image.mean(), rel=1e-4)


def test_a_gap_in_the_numbers_equals_a_gap_and_nothing_else() -> None:
    holey = np.zeros((4, 4, 1), np.float32)
    holey[0, 0] = np.nan
    assert picture_difference(holey, holey.copy()).is_equal
    assert picture_difference(holey, np.zeros_like(holey)).mean == pytest.approx(255 / 16)


def test_more_channels_than_the_drawing_library_takes() -> None:
    many = np.zeros((3, 4, 700), np.uint8)
    assert picture_difference(many, many + np.uint8(2)).mean == 2


def test_pictures_of_different_size_differ_more_than_all_others_and_say_so() -> None:
    small, smaller = PROBE.image[:30], PROBE.image[:10]
    inverted = picture_difference(PROBE.image, PROBE.image ^ np.uint8(255))
    cut, cut_more = picture_difference(PROBE.image, small), picture_difference(PROBE.image, smaller)
    assert cut_more.rank > cut.rank > inverted.rank
    assert cut.describe() == "90 × 30 px instead of 90 × 60"
    assert picture_difference(PROBE.image, PROBE.image[:, :, :1]).describe() == "1 channel instead of 3"


# -- labels --------------------------------------------------------------------------------------------------------


def changed_labels(a: PipelineSpec, b: PipelineSpec) -> list[str]:
    return [f"{change.name} {change.describe()}" for change in label_changes(run(a, PROBE, 1), run(b, PROBE, 1))]


def test_what_only_one_pipeline_keeps_is_named_with_the_reason() -> None:
    nothing, crop = PipelineSpec(), PipelineSpec((CROP,))
    lost = ["box 'corner' lost by B: left the image", "mask 'corner' lost by B: no pixels left"]
    lost.append("keypoint 'tip' lost by B: left the image")
    assert changed_labels(nothing, crop)[:3] == lost
    assert changed_labels(crop, nothing)[:3] == [line.replace("lost by B", "lost by A") for line in lost]


def test_a_limit_is_named() -> None:
    strict = PipelineSpec(boxes=BoxPolicy(min_area=200))
    assert changed_labels(PipelineSpec(), strict) == ["box 'corner' lost by B: min_area"]


def test_what_moved_is_told_by_overlap_and_distance() -> None:
    shift = PipelineSpec((Step("Affine", {"translate_px": {"x": (10, 10), "y": (0, 0)}}),))
    told = changed_labels(PipelineSpec(), shift)
    assert "box 'middle' moved, overlap 50%" in told  # 20 of 40 columns
    assert "mask 'middle' moved, overlap 50%" in told
    assert "keypoint 'centre' moved by 10.0 px" in told
    assert "class map 7.4% of the pixels have another class" in told  # twice 10 columns of 20 pixels


def test_equal_outcomes_have_no_changes() -> None:
    assert changed_labels(SPEC, SPEC) == []


def test_a_box_in_a_larger_picture_of_the_same_view_stays_where_it_is() -> None:
    twice = PipelineSpec((Step("Resize", {"height": 2 * HEIGHT, "width": 2 * WIDTH}),))
    assert changed_labels(PipelineSpec(), twice) == []


# -- pairs ---------------------------------------------------------------------------------------------------------


def test_a_pair_shows_the_samples_that_the_gallery_shows_and_says_the_same_of_them() -> None:
    other = replace(SPEC, steps=(FLIP, DARKEN))
    for pair in compared(SPEC, other).pairs:
        assert (pair.a,) == preview_each(SPEC, [(PROBE, pair.drawing.seed)], COLOURS)
        assert (pair.b,) == preview_each(other, [(PROBE, pair.drawing.seed)], COLOURS)


def test_identical_pipelines_differ_in_nothing() -> None:
    found = compared(SPEC, SPEC)
    assert found.is_equal
    assert summary(found) == ("Nothing differs: all 6 pictures are equal",)
    assert all(pair.a.jpeg == pair.b.jpeg for pair in found.pairs)
    assert [pair.drawing.title for pair in found.pairs] == [f"#{place}" for place in range(1, 7)]


def test_only_samples_in_which_the_edited_step_fires_differ() -> None:
    darker = SPEC.edit(SPEC.steps[1].id, lambda n: n.with_param("brightness_limit", (-0.9, -0.6)))
    found = compared(SPEC, darker, 12)
    fires = {pair.drawing.title: SPEC.steps[1].id in pair.b.fired for pair in found.pairs}
    assert {pair.drawing.title: not pair.picture.is_equal for pair in found.pairs} == fires
    assert set(fires.values()) == {True, False}


def test_what_differs_most_comes_first() -> None:
    darker = SPEC.edit(SPEC.steps[1].id, lambda n: n.with_param("brightness_limit", (-0.9, -0.6)))
    means = [pair.picture.mean for pair in compared(SPEC, darker, 12).pairs]
    assert means == sorted(means, reverse=True)  # type: ignore[type-var]


def test_pinned_samples_come_before_all_others() -> None:
    darker = SPEC.edit(SPEC.steps[1].id, lambda n: replace(n, p=1.0))
    asked = drawings(12)
    last = compared(SPEC, darker, 12).pairs[-1].drawing
    pinned = [replace(drawing, is_pinned=drawing == last) for drawing in asked]
    assert compare(SPEC, darker, pinned, COLOURS).pairs[0].drawing.seed == last.seed


def test_swapping_the_pipelines_mirrors_the_comparison() -> None:
    crop = SPEC.add(CROP)
    there, back = compared(SPEC, crop), compared(crop, SPEC)
    assert [pair.a.jpeg for pair in there.pairs] == [pair.b.jpeg for pair in back.pairs]
    assert summary(there)[0] == "B loses 6 boxes that A keeps (left the image)"
    assert summary(back)[0] == "A loses 6 boxes that B keeps (left the image)"


def test_rules_for_boxes_alone_change_labels_and_no_picture() -> None:
    strict = replace(SPEC, boxes=BoxPolicy(min_area=200))
    found = compared(replace(SPEC, boxes=BoxPolicy()), strict)
    assert not found.is_equal
    assert summary(found) == (
        "B loses 6 boxes that A keeps (min_area)",
        "All 6 pictures are equal; only labels differ",
    )


def test_sharing_the_steps_in_common_changes_no_byte() -> None:
    later = SPEC.edit(SPEC.steps[2].id, lambda n: replace(n, p=1.0))
    assert steps_in_common(SPEC, later) == 2
    for drawing in drawings():
        a, b = outcomes(SPEC, later, PROBE, drawing.seed)
        for outcome, spec in ((a, SPEC), (b, later)):
            alone = run(spec, PROBE, drawing.seed)
            assert np.array_equal(outcome.after.image, alone.after.image)
            assert [step.fired for step in outcome.trace] == [step.fired for step in alone.trace]


@pytest.mark.parametrize(
    "change",
    [
        {"p": 0.9},
        {"enabled": False},
        {"params": {"brightness_limit": (0.5, 0.9)}},
        {"params": {"brightness_limit": (0.5, 0.9)}, "p": 0.2},
        {"title": "Darker"},
    ],
)
def test_what_is_said_to_run_alike_gives_the_same_bytes(change: dict[str, Any]) -> None:
    edited = SPEC.edit(SPEC.steps[1].id, lambda n: replace(n, **change))
    alike = []
    for drawing in drawings(16):
        a, b = (run(spec, PROBE, drawing.seed).after.image for spec in (SPEC, edited))
        alike.append(run_alike(SPEC, edited, drawing.seed))
        assert np.array_equal(a, b) == alike[-1]
    assert any(alike)


def test_groups_other_lengths_and_other_rules_are_never_said_to_run_alike() -> None:
    grouped = PipelineSpec((Group("OneOf", (FLIP,), p=0.0),))
    assert not run_alike(grouped, replace(grouped, steps=(replace(grouped.steps[0], n=2),)), 1)
    assert not run_alike(SPEC, SPEC.add(Step("Blur", p=0.0)), 1)
    assert not run_alike(SPEC, replace(SPEC, boxes=BoxPolicy(min_area=5)), 1)


def test_steps_are_not_shared_where_what_surrounds_them_differs() -> None:
    assert steps_in_common(SPEC, replace(SPEC, p=0.5)) == 0
    assert steps_in_common(SPEC, SPEC.add(Step("Morphological"))) == 0


def test_ids_of_another_file_do_not_make_other_draws() -> None:
    other = PipelineSpec(tuple(replace(step, id=f"file-{i}") for i, step in enumerate(SPEC.steps)))
    assert compared(other, SPEC).is_equal


def test_a_step_that_cannot_run_is_told_on_its_side() -> None:
    too_large = SPEC.add(Step("RandomCrop", {"height": 900, "width": 900}))
    pair = compared(SPEC, too_large).pairs[0]
    assert not pair.a.errors
    assert pair.b.errors


def test_a_comparison_takes_the_samples_of_several_images() -> None:
    other = replace(labelled("other"), image=PROBE.image[::-1].copy())
    darker = SPEC.edit(SPEC.steps[1].id, lambda n: replace(n, p=1.0))
    found = compare(SPEC, darker, [*drawings(2), *drawings(2, other)], COLOURS)
    assert {pair.drawing.sample.name for pair in found.pairs} == {"probe", "other"}


def test_progress_is_told_and_can_end_the_work() -> None:
    told: list[tuple[int, int]] = []
    compare(SPEC, SPEC, drawings(4), COLOURS, on_progress=lambda done, count: told.append((done, count)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]

    def stop(_done: int, _count: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        compare(SPEC, SPEC, drawings(4), COLOURS, on_progress=stop)


def test_summary_names_what_lies_elsewhere() -> None:
    shift = PipelineSpec((Step("Affine", {"translate_px": {"x": (10, 10), "y": (0, 0)}}),))
    told = summary(compare(PipelineSpec(), shift, drawings(1), COLOURS))
    assert told == (
        "The picture differs",
        "2 boxes lie elsewhere (overlap <0.1 to 50%)",
        "2 masks lie elsewhere (overlap 0 to 50%)",
        "2 keypoints lie elsewhere (up to 10 px)",
        "1 class map differs",
    )


def test_several_reasons_are_counted() -> None:
    strict = PipelineSpec((CROP,), boxes=BoxPolicy(min_area=800))
    found = compared(PipelineSpec(), strict)
    assert summary(found)[0] == "B loses 12 boxes that A keeps (6 left the image, 6 min_area)"


def test_names_that_change_places_in_one_version_only_are_told() -> None:
    a = PipelineSpec((Step("HorizontalFlip"),))
    b = replace(a, swaps=(("corner", "middle"), ("tip", "centre")))
    found = label_changes(run(a, PROBE, 1), run(b, PROBE, 1))
    assert {(change.target, change.row, change.happened) for change in found} == {
        ("box", 0, "renamed"), ("box", 1, "renamed"), ("mask", 0, "renamed"), ("mask", 1, "renamed"),
        ("keypoint", 0, "renamed"), ("keypoint", 1, "renamed"),
    }  # fmt: skip
    assert next(change for change in found if change.target == "keypoint").describe() == (
        "called tip in A, centre in B"
    )
    assert not any(change.is_loss for change in found)
    told = summary(compared(a, b, 2))
    assert "4 boxes with another name" in told
    assert "All 2 pictures are equal; only labels differ" in told
    assert label_changes(run(b, PROBE, 1), run(b, PROBE, 1)) == ()
