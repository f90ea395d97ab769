"""Magnitude sweeps, held to answers that are known, and the figure that shows them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from augviz import sample_library
from augviz.charts import sweep_curves, sweep_scalar
from augviz.charts.colours import FORBIDDEN
from augviz.errors import InputError
from augviz.pipeline.effects import RunEffects
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, PipelineSpec, Step, freeze
from augviz.policies.rand_augment import RAND_AUGMENT, magnitude_of
from augviz.preservation.check_examples import example_sample
from augviz.preservation.finding import Finding
from augviz.preservation.intervals import wilson
from augviz.preservation.knobs import knobs_of
from augviz.preservation.prefill import prefill
from augviz.preservation.profiles import profile_of
from augviz.preservation.scalars import scalars_of
from augviz.preservation.sweep import RANDAUGMENT_MAGNITUDES, STRENGTHS, Strength, Sweep, sweep, values_for
from augviz.preservation.sweep_rules import with_rules
from augviz.preservation.sweep_runs import SweepRun, deciding_steps
from augviz.preservation.trials import draws_of
from augviz.sample import Sample

ROTATE = PipelineSpec((Step("Rotate", freeze({"limit": (-90, 90)})),))
LIGHT = PipelineSpec((Step("RandomBrightnessContrast", freeze({"brightness_limit": (0.3, 0.3), "contrast_limit": 0})),))


def shifted_by(share: float) -> PipelineSpec:
    """The picture moved to the right by exactly this share of its width."""
    shift = {"x": (share, share), "y": (0.0, 0.0)}
    return PipelineSpec((Step("Affine", freeze({"translate_percent": shift}), id="shift"),))


def never(_run: RunEffects) -> bool:
    return False


def turned_by_more_than_30(run: RunEffects) -> bool:
    return run.whole.geometry is not None and abs(run.whole.geometry.rotation_deg) > 30


def turned_by_more_than_0(run: RunEffects) -> bool:
    return run.whole.geometry is not None and abs(run.whole.geometry.rotation_deg) > 0.01


@cache
def library(name: str) -> Sample:
    return sample_library.load(name)


@pytest.fixture(scope="module")
def angles() -> Sweep:
    knob = next(knob for knob in knobs_of(ROTATE, "Rotate-1") if knob.part == "exactly")
    return sweep(ROTATE, [example_sample()], knob, (0, 15, 29, 31, 60), fails=turned_by_more_than_30, draws=4)


def test_the_limit_is_the_last_value_up_to_which_labels_survive(angles: Sweep) -> None:
    assert [point.survival_rate for point in angles.points] == [1, 1, 1, 0, 0]
    assert (angles.safe_limit, angles.safe, angles.is_rising) == (29, ((0, 29),), True)
    assert (angles.now, angles.unit) == (90, "°")


def test_the_band_counts_images_and_not_draws(angles: Sweep) -> None:
    point = angles.points[0]
    assert (point.runs, angles.images) == (4, 1)
    assert point.band == pytest.approx((1 - wilson(0, 1).high, 1.0))
    assert (point.claim.images, point.claim.standing) == (1, "undecided")


def test_objects_fall_below_half_where_the_picture_moves_out() -> None:
    # The disc spans columns 40 to 88 of 128, the square columns 4 to 14: of the disc's box more than half has left
    # once it moved by more than 128 - 64 = 64 columns, half the width.
    found = sweep(PipelineSpec(), [example_sample()], shifted_by, (0.0, 0.4, 0.48, 0.52, 0.9), fails=never, draws=3)
    assert [point.below_half_share for point in found.points] == [0, 0, 0, 1, 1]
    assert [point.objects for point in found.points] == [3] * 5
    assert found.first_below_half() == 0.52
    assert found.title == "Magnitude"


def test_scalars_are_those_of_the_pictures_that_came_out() -> None:
    sample = example_sample()
    found = sweep(LIGHT, [sample], Strength(), (0, 1, 2), fails=never, draws=2)
    before = scalars_of(sample.image, sample.bands)
    for name, spread in found.originals.items():
        assert (spread.mean, spread.low, spread.high) == pytest.approx((before[name],) * 3)
        assert found.points[0].scalars[name].mean == pytest.approx(before[name])
    once = scalars_of(run(LIGHT, sample, found.shots[0].seed).after.image, sample.bands)
    assert found.points[1].scalars["mean of red"].mean == pytest.approx(once["mean of red"])
    means = [point.scalars["mean of green"].mean for point in found.points]
    assert means == sorted(means)
    assert means[1] - means[0] == pytest.approx(0.3 * 255, abs=8)


def test_every_value_meets_the_same_draws_and_the_strip_can_be_drawn_again() -> None:
    sample = example_sample()
    found = sweep(ROTATE, [sample], Strength(), (0.5, 1, 2), fails=never, draws=3, seed=4)
    assert len(found.shots) == 3
    shot = found.shots[0]
    angles = [
        float(run(point.spec, sample, shot.seed).trace[0].drawn[0].text.removesuffix("°")) for point in found.points
    ]
    assert angles == pytest.approx([angles[1] / 2, angles[1], angles[1] * 2], abs=0.11)
    assert found.points[1].spec == ROTATE
    again = sweep(ROTATE, [sample], Strength(), (0.5, 1, 2), fails=never, draws=3, seed=4)
    assert again == found


def test_every_value_is_asked_of_the_same_images_and_seeds_and_images_are_counted_once() -> None:
    two = [example_sample(), Sample("other", example_sample().image, example_sample().labels)]
    seen: list[tuple[str, int]] = []

    def fails(run: RunEffects) -> bool:
        seen.append((run.outcome.before.name, run.outcome.seed))
        return run.outcome.before.name == "other"

    found = sweep(ROTATE, two, Strength(), (0.5, 1, 2), fails=fails, draws=6, seed=3)
    draws = {(draw.sample.name, draw.seed) for draw in draws_of(two, 6, 3)}
    assert len(draws) == 6
    assert [set(seen[k : k + 6]) for k in (0, 6, 12)] == [draws] * 3
    assert [(shot.image, shot.seed) for shot in found.shots] == [(d.sample.name, d.seed) for d in draws_of(two, 6, 3)]
    for point in found.points:
        assert (point.survival_rate, point.claim.violations, point.claim.images) == (0.5, 1, 2)
        assert point.band == pytest.approx(wilson(1, 2))


def test_a_range_that_harms_at_its_low_end_is_gentle_at_the_high_one() -> None:
    spec = PipelineSpec((Step("RandomResizedCrop", freeze({"size": (96, 128), "scale": (0.1, 1.0)})),))
    knob = next(k for k in knobs_of(spec, spec.steps[0].id) if k.part == "exactly" and k.parameter == "scale")

    def fails(run: RunEffects) -> bool:
        return run.whole.geometry is not None and run.whole.geometry.source_seen_share < 0.5

    found = sweep(spec, [example_sample()], knob, (0.1, 0.3, 0.6, 0.9), fails=fails, draws=4)
    assert not found.is_rising
    assert (found.safe_limit, found.safe) == (0.6, ((0.6, 0.9),))


def test_pipelines_that_are_the_same_are_run_once_and_progress_says_how_many() -> None:
    told: list[tuple[int, int]] = []
    limited = PipelineSpec((Step("ColorJitter", freeze({"hue": (-0.5, 0.5)}), p=1.0),))
    knob = next(k for k in knobs_of(limited, "ColorJitter-1") if k.parameter == "hue" and k.part == "both")
    found = sweep(
        limited,
        [example_sample()],
        knob,
        (0.4, 0.5, 0.7),
        fails=never,
        draws=3,
        on_progress=lambda done, of: told.append((done, of)),
    )
    assert len(found.points) == 3
    assert told[-1] == (6, 6)
    assert [done for done, _of in told] == [1, 2, 3, 4, 5, 6]


def test_a_draw_in_which_the_step_does_not_fire_is_run_once_for_all_values() -> None:
    spec = PipelineSpec((Step("HorizontalFlip", p=0.5), Step("Rotate", freeze({"limit": (-90, 90)}), p=0.5)))
    knob = next(knob for knob in knobs_of(spec, "Rotate-1") if knob.part == "exactly")
    runs: list[int] = []

    def fails(run: RunEffects) -> bool:
        runs.append(run.outcome.seed)
        return turned_by_more_than_30(run)

    told: list[tuple[int, int]] = []
    asked = {"fails": fails, "draws": 12, "on_progress": lambda done, of: told.append((done, of))}
    found = sweep(spec, [example_sample()], knob, (10, 20, 60), **asked)
    once = [draw.seed for draw in draws_of([example_sample()], 12, 0)]
    fired = [s for s in once if any(t.fired and t.step_id == "Rotate-1" for t in run(spec, example_sample(), s).trace)]
    assert 0 < len(fired) < 12
    assert sorted(runs) == sorted([*once, *fired, *fired])
    assert [point.survival_rate for point in found.points] == [1, 1, 1 - len(fired) / 12]
    assert told[-1] == (36, 36)


def test_it_can_be_stopped() -> None:
    def stop(_done: int, _count: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        sweep(ROTATE, [example_sample()], Strength(), draws=2, on_progress=stop)


def test_the_checks_judge_unless_somebody_else_does() -> None:
    found = sweep(PipelineSpec(), [example_sample()], shifted_by, (0.0, 0.95), draws=2)
    assert [point.survival_rate for point in found.points] == [1, 0]
    assert found.safe_limit == 0


def test_nothing_safe_has_no_limit_and_steps_that_cannot_run_are_counted() -> None:
    spec = PipelineSpec((Step("RandomCrop", freeze({"height": 500, "width": 500})),))
    found = sweep(spec, [example_sample()], Strength(), (1, 2), fails=never, draws=2)
    assert (found.safe_limit, found.safe) == (None, ())
    assert [point.failures for point in found.points] == [2, 2]
    assert [point.survival_rate for point in found.points] == [0, 0]  # training would have no such sample
    assert [(dict(point.scalars), point.below_half_share) for point in found.points] == [({}, None)] * 2
    assert [node.name for node in found.points[0].stopped] == ["RandomCrop"]


@pytest.mark.parametrize("asked", [{"samples": []}, {"values": tuple(range(99))}, {"draws": 0}])
def test_what_cannot_be_swept_is_refused(asked: dict) -> None:
    samples, values = asked.get("samples", [example_sample()]), asked.get("values", (1.0,))
    with pytest.raises(InputError):
        sweep(ROTATE, samples, Strength(), values, draws=asked.get("draws", 1))


def test_presets_of_values() -> None:
    assert values_for(Strength()) == STRENGTHS
    assert values_for(shifted_by) == RANDAUGMENT_MAGNITUDES == (5, 10, 15, 20)
    knob = next(k for k in knobs_of(ROTATE, "Rotate-1") if k.part == "both")
    assert values_for(knob) == tuple(np.linspace(0, 180, 9))


# What need not be run again


class Kept:
    """A memory that counts what is put into it."""

    def __init__(self) -> None:
        self.runs: dict[object, SweepRun] = {}

    def get(self, key: object, /) -> SweepRun | None:
        return self.runs.get(key)

    def put(self, key: object, value: SweepRun, /) -> None:
        assert key not in self.runs
        self.runs[key] = value


def test_more_values_and_more_draws_run_only_what_is_new() -> None:
    kept = Kept()
    first = sweep(ROTATE, [example_sample()], Strength(), (0.5, 1), fails=never, draws=3, memory=kept)
    assert len(kept.runs) == 6
    told: list[tuple[int, int]] = []
    more = sweep(
        ROTATE,
        [example_sample()],
        Strength(),
        (0.5, 1, 2),
        fails=never,
        draws=4,
        memory=kept,
        on_progress=lambda done, of: told.append((done, of)),
    )
    assert len(kept.runs) == 12
    assert told[0] == (4, 12)
    assert told[-1] == (12, 12)
    assert more == sweep(ROTATE, [example_sample()], Strength(), (0.5, 1, 2), fails=never, draws=4)
    assert [point.each for point in first.points] == [point.each[:3] for point in more.points[:2]]


def test_what_is_known_so_far_is_told_value_by_value() -> None:
    told: list[Sweep] = []
    found = sweep(ROTATE, [example_sample()], Strength(), (0, 1, 2), fails=never, draws=2, on_point=told.append)
    assert [[point.value for point in each.points] for each in told] == [[0], [0, 1], [0, 1, 2]]
    assert [each.is_complete for each in told] == [False, False, True]
    assert {each.tried for each in told} == {(0, 1, 2)}
    assert told[-1] == found


def test_only_steps_whose_numbers_move_decide_whether_a_draw_stands_still() -> None:
    light = Step("RandomBrightnessContrast", p=0.5)
    both = PipelineSpec((Step("HorizontalFlip", p=0.5), light))
    assert deciding_steps(both, None) is None  # a mirror fires more often when it is stronger
    assert deciding_steps(both, both.steps[1].id) == {both.steps[1].id}
    assert deciding_steps(PipelineSpec((Step("GaussianBlur"), Step("Blur"))), None) is None  # never quite off
    assert deciding_steps(PipelineSpec((Group("SomeOf", (light, Step("Rotate"))),)), None) == {
        "RandomBrightnessContrast-1",
        "Rotate-1",
    }


def test_a_step_made_stronger_gives_what_a_sweep_without_short_cuts_gives() -> None:
    spec = PipelineSpec((Step("HorizontalFlip", p=0.5), Step("Rotate", freeze({"limit": (-60, 60)}), p=0.5)))
    quick = sweep(spec, [example_sample()], Strength("Rotate-1"), (0, 1, 2), draws=12)
    for point in quick.points:
        alone = sweep(point.spec, [example_sample()], lambda _value, spec=point.spec: spec, (0,), draws=12)
        assert [run._replace(fired=frozenset()) for run in point.each] == [
            run._replace(fired=frozenset()) for run in alone.points[0].each
        ]


# What it says


def test_checks_are_named_by_which_labels_fail() -> None:
    found = sweep(PipelineSpec(), [example_sample()], shifted_by, (0.0, 0.95), draws=2)
    assert found.points[0].broken == {}
    assert found.points[1].broken == {"m11": 2}


def test_the_draw_that_fails_soonest_tells_most() -> None:
    knob = next(knob for knob in knobs_of(ROTATE, "Rotate-1") if knob.part == "both")

    def fails(run: RunEffects) -> bool:
        return run.whole.geometry is not None and abs(run.whole.geometry.rotation_deg) > 20

    found = sweep(ROTATE, [example_sample()], knob, (5, 30, 60, 90), fails=fails, draws=6)
    first = [next((k for k, p in enumerate(found.points) if p.each[place].failed), 9) for place in range(6)]
    assert len(set(first)) > 1
    assert first[found.most_telling] == min(first)


def test_that_nothing_breaks_when_it_is_off_is_no_answer() -> None:
    found = sweep(ROTATE, [example_sample()], Strength(), (0, 0.5, 1), fails=turned_by_more_than_0, draws=4)
    assert [point.survival_rate for point in found.points] == [1, 0, 0]
    assert (found.off, found.safe, found.limits, found.safe_limit) == (0, (), (), 0)


def test_a_limit_is_where_labels_begin_to_fail_and_not_where_trying_ends(angles: Sweep) -> None:
    assert angles.limits == (29,)
    middle = sweep(PipelineSpec(), [example_sample()], shifted_by, (-0.9, -0.1, 0, 0.9), draws=2)
    assert middle.limits == (-0.1, 0)
    assert sweep(ROTATE, [example_sample()], Strength(), (1, 2), fails=never, draws=2).limits == ()


def test_a_rule_speaks_against_values_at_which_nothing_can_be_measured() -> None:
    digits = library("digits")
    spec = PipelineSpec((Step("Rotate", freeze({"limit": (-20, 20)})),))
    knob = next(knob for knob in knobs_of(spec, "Rotate-1") if knob.part == "exactly")
    measured = sweep(spec, [digits], knob, (0, 10, 180), fails=never, draws=2)
    facts = prefill([digits.labels], profile_of("digits"))
    found = with_rules(measured, [digits], "Rotate-1", profile="digits", facts=facts)
    assert measured.safe == ((0, 180),)
    assert (found.safe, found.forbidden) == (((0, 10),), ((180, 180),))
    assert "violating" in {finding.severity for finding in found.points[-1].against}


def test_a_step_that_is_off_is_asked_about_by_no_rule() -> None:
    spec = PipelineSpec((Step("HorizontalFlip", p=0.5),))
    road = library("road")
    facts = prefill([road.labels], profile_of("road-scene"))
    measured = sweep(spec, [road], Strength(spec.steps[0].id), (0, 1), fails=never, draws=1)
    found = with_rules(measured, [road], spec.steps[0].id, profile="road-scene", facts=facts)
    assert [bool(point.against) for point in found.points] == [False, True]


def test_randaugment_on_the_road_hides_objects_as_its_magnitude_rises() -> None:
    found = sweep(PipelineSpec(), [library("road")], lambda m: RAND_AUGMENT.build(n=2, m=int(m)), (5, 15, 20), draws=24)
    assert [point.survival_rate for point in found.points] == pytest.approx([1, 0.79, 0.67], abs=0.005)
    hidden = [point.below_half_share for point in found.points]
    assert hidden == sorted(hidden)
    assert hidden[0] == 0
    assert hidden[-1] > 0.03
    assert found.first_below_half() == 15


def test_randaugment_is_known_again_by_its_numbers_until_it_is_edited() -> None:
    spec = RAND_AUGMENT.build(n=3, m=12)
    assert magnitude_of(spec) == (3, 12)
    assert magnitude_of(replace(spec, swaps=(("left", "right"),))) == (3, 12)
    assert magnitude_of(spec.edit("Rotate-1", lambda _step: None)) is None
    assert magnitude_of(ROTATE) is None


# The figures


def traces(found: Sweep) -> dict:
    return {trace.name: trace for trace in sweep_curves(found).data}


def test_the_figure_shows_what_was_found(angles: Sweep) -> None:
    drawn = traces(angles)
    assert list(drawn["labels that survive"].x) == [0, 15, 29, 31, 60]
    assert list(drawn["labels that survive"].y) == [1, 1, 1, 0, 0]
    hidden = drawn["objects less than half visible"]
    assert list(hidden.y) == [point.below_half_share for point in angles.points]
    band = list(drawn["95% by images"].y)
    assert band[:5] == pytest.approx([point.band.high for point in angles.points])
    assert band[5:][::-1] == pytest.approx([point.band.low for point in angles.points])


def test_the_safe_part_the_limit_and_the_present_value_are_drawn_in(angles: Sweep) -> None:
    figure = sweep_curves(angles)
    rects = {(shape.x0, shape.x1) for shape in figure.layout.shapes if shape.type == "rect"}
    assert rects == {(0, 29)}
    lines = [shape for shape in figure.layout.shapes if shape.type == "line"]
    assert 0.95 in [shape.y0 for shape in lines if shape.y0 == shape.y1 and shape.x0 != shape.x1]
    assert {shape.x0 for shape in lines if shape.x0 == shape.x1} == {29, 90}
    assert {note.text: note.x for note in figure.layout.annotations} == {"safe limit": 29, "now": 90}


def test_while_it_is_worked_out_no_limit_is_drawn_and_the_axis_waits(angles: Sweep) -> None:
    figure = sweep_curves(replace(angles, points=angles.points[:2]))
    assert "safe limit" not in {note.text for note in figure.layout.annotations}
    assert not [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert figure.layout.xaxis.range == sweep_curves(angles).layout.xaxis.range


def test_what_a_rule_forbids_is_shaded(angles: Sweep) -> None:
    against = Finding("T1", "violating", "Rotate-1", "Rotate", "It turns.", "", "")
    points = (*angles.points[:-1], replace(angles.points[-1], against=(against,)))
    rects = [
        (s.x0, s.x1) for s in sweep_curves(replace(angles, points=points)).layout.shapes if s.fillcolor == FORBIDDEN
    ]
    assert rects == [(60, 60)]


def test_a_number_of_the_pictures_stands_beside_the_originals(angles: Sweep) -> None:
    figure = sweep_scalar(angles, "contrast", axis="Angle", title="Contrast (levels)")
    drawn = {trace.name: trace for trace in figure.data}
    assert list(drawn["after the pipeline"].y) == pytest.approx(
        [point.scalars["contrast"].mean for point in angles.points]
    )
    assert set(drawn["the originals"].y) == {angles.originals["contrast"].mean}
    assert (figure.layout.xaxis.title.text, figure.layout.yaxis.title.text) == ("Angle", "Contrast (levels)")


def test_without_objects_their_curve_is_left_out() -> None:
    bare = Sample("grey", np.full((40, 40, 1), 90, np.uint8))
    found = sweep(LIGHT, [bare], Strength(), (0, 1), fails=never, draws=1)
    assert found.points[0].below_half_share is None
    assert "objects less than half visible" not in traces(found)
    assert sweep_curves(found).layout.xaxis.title.text == "Strength of the pipeline"


def test_shares_are_drawn_in_percent() -> None:
    spec = PipelineSpec((Step("Affine", freeze({"translate_percent": {"x": (0.0, 0.4), "y": (0.0, 0.0)}})),))
    knob = next(k for k in knobs_of(spec, "Affine-1") if k.unit == "share" and k.part == "high")
    found = sweep(spec, [example_sample()], knob, (0.0, 0.4), fails=never, draws=1)
    for figure in (sweep_curves(found), sweep_scalar(found, "contrast")):
        assert figure.layout.xaxis.tickformat == ".3~p"
        assert "share" not in figure.layout.xaxis.title.text
        assert all("{x:.3~p}" in trace.hovertemplate for trace in figure.data if trace.hovertemplate)
    assert sweep_curves(replace(found, unit="°")).layout.xaxis.tickformat is None
