"""One epoch, told from the draws, and the corners of a pipeline."""

from __future__ import annotations

import pytest

from augviz.pipeline.build import build
from augviz.pipeline.firing import firing_steps
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, PipelineSpec, Step
from augviz.policies.starting_points import GUIDE, STARTING_POINTS
from augviz.statistics.corners import corners
from augviz.statistics.one_epoch import MOST_EXAMPLES, simulate_epoch
from tests.unit.statistics_cases import photo, step

TWO = PipelineSpec((step("HorizontalFlip", 0.5), step("GaussianBlur", 0.5)))


def test_two_coins_touch_three_quarters_of_the_samples() -> None:
    epoch = simulate_epoch(TWO, 1000, seed=3)
    assert epoch.untouched.of == 1000
    assert epoch.untouched.interval.low < 0.25 < epoch.untouched.interval.high
    assert set(epoch.stacked) == {0, 1, 2}
    assert epoch.stacked[1] == pytest.approx(0.5, abs=0.06)
    assert [one.chance for one in epoch.steps] == [0.5, 0.5]


def test_what_brings_all_images_to_one_size_does_not_count_as_touching() -> None:
    sized = PipelineSpec((step("Resize", height=20, width=20), *TWO.steps))
    assert simulate_epoch(sized, 300, seed=3).untouched.rate == pytest.approx(0.25, abs=0.08)
    assert simulate_epoch(sized, 300, seed=3, apart=()).untouched.samples == 0


def test_destructive_steps_that_meet_are_counted_pair_by_pair_with_samples_to_open() -> None:
    spec = PipelineSpec((*TWO.steps, step("CoarseDropout", 0.5)))
    epoch = simulate_epoch(spec, 800, destructive={"GaussianBlur-1": True, "CoarseDropout-1": True}, seed=1)
    (meeting,) = epoch.meetings
    assert (meeting.first, meeting.second) == ("GaussianBlur-1", "CoarseDropout-1")
    assert meeting.met == epoch.meeting
    assert epoch.meeting.rate == pytest.approx(0.25, abs=0.05) == epoch.destructive_stacked[2]
    assert len(epoch.examples) == MOST_EXAMPLES
    for one in epoch.examples:
        assert set(one.steps) <= set(firing_steps(spec, one.seed))
        assert len(one.steps) == 2


def test_nothing_is_destructive_unless_it_is_said() -> None:
    epoch = simulate_epoch(TWO, 50)
    assert epoch.meeting.samples == 0
    assert epoch.meetings == epoch.examples == ()


def test_one_of_several_never_meets_the_others() -> None:
    group = Group("OneOf", (step("HorizontalFlip"), step("GaussianBlur")))
    epoch = simulate_epoch(PipelineSpec((group,)), 200, destructive={"HorizontalFlip-1": True, "GaussianBlur-1": True})
    assert epoch.stacked == {1: 1.0}
    assert epoch.meeting.samples == 0


# Corners


def test_the_first_two_corners_have_all_ranges_at_one_end_and_all_steps_on() -> None:
    low, high = corners(GUIDE.spec)[:2]
    for corner, angle, kernel in ((low, -15, 3), (high, 15, 7)):
        steps = {node.name: node for node in corner.spec.walk() if isinstance(node, Step)}
        assert all(each.p == 1 for each in steps.values())
        assert steps["ShiftScaleRotate"].params["rotate_limit"] == (angle, angle)
        assert steps["GaussianBlur"].params["blur_limit"] == (kernel, kernel)
        assert [node.id for node in corner.spec.walk()] == [node.id for node in GUIDE.spec.walk()]
        assert corner.left_alone == ()
        outcome = run(corner.spec, photo("a"), 4)
        assert outcome.errors == ()
        assert all(each.fired for each in outcome.trace)


def test_further_corners_differ_and_are_the_same_each_time() -> None:
    found = corners(GUIDE.spec, 6, seed=2)
    assert len({corner.spec.digest for corner in found}) == len(found) == 6
    assert found == corners(GUIDE.spec, 6, seed=2)
    assert len(corners(TWO, 6)) <= 6
    assert len(corners(PipelineSpec((step("HorizontalFlip"),)), 6)) == 1, "nothing is drawn from a range"


def test_one_of_a_group_still_runs_by_its_weight() -> None:
    group = Group("OneOf", (step("HorizontalFlip", 0.2), step("GaussianBlur", 0.8)), p=0.3)
    found = corners(PipelineSpec((group,), p=0.5))[0].spec
    (top,) = found.steps
    assert isinstance(top, Group)
    assert (found.p, top.p, [child.p for child in top.children]) == (1, 1, [0.2, 0.8])


@pytest.mark.parametrize("point", STARTING_POINTS, ids=lambda point: point.id)
def test_corners_of_every_starting_point_can_be_built(point: object) -> None:
    spec = point.spec  # type: ignore[attr-defined]
    for corner in corners(spec, 4):
        assert not build(corner.spec).failed
