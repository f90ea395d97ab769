"""How far one number may go, held to answers that are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import augviz.preservation.safe_range as search
from augviz.errors import PipelineError
from augviz.pipeline.effects import RunEffects, measure_whole
from augviz.pipeline.materials import NO_MATERIALS
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, PipelineSpec, Step, freeze
from augviz.preservation.check_examples import example_sample
from augviz.preservation.facts import facts_of
from augviz.preservation.intervals import wilson
from augviz.preservation.knobs import Knob, Part, knobs_of, turned
from augviz.preservation.safe_range import Point, SafeRange, checks_fail, fitted, safe_range
from augviz.preservation.trials import Fails, Trials, draws_of
from augviz.sample import Sample

ROTATE = PipelineSpec((Step("Rotate", freeze({"limit": (-90, 90)})),))


def knob(spec: PipelineSpec, part: Part, parameter: str = "limit", axis: str = "") -> Knob:
    step_id = spec.steps[0].id
    return next(k for k in knobs_of(spec, step_id) if k.part == part and k.parameter == parameter and k.axis == axis)


def _turned_by_more_than(degrees: float) -> Fails:
    def fails(run: RunEffects) -> bool:
        return run.whole.geometry is not None and abs(run.whole.geometry.rotation_deg) > degrees

    return fails


def _askew(run: RunEffects) -> bool:
    assert run.whole.geometry is not None
    off = abs(run.whole.geometry.rotation_deg) % 90
    return min(off, 90 - off) > 12


@pytest.fixture(scope="module")
def found() -> SafeRange:
    return safe_range(ROTATE, [example_sample()], knob(ROTATE, "both"), fails=_turned_by_more_than(30))


def test_the_end_of_a_range_is_found_and_the_slider_is_to_be_clamped_there(found: SafeRange) -> None:
    assert found.is_monotone
    ((low, high),) = found.safe
    # Of angles drawn evenly from ±a, 5% lie beyond 30° when a is 31.6°.
    assert low == 0
    assert 27 <= high <= 36
    assert found.clamp == high
    assert not found.is_safe_now
    assert found.confirmed is not None
    assert found.confirmed.images == 1
    assert found.confirmed.standing == "undecided"


def test_a_falling_curve_is_safe_at_its_upper_end() -> None:
    spec = PipelineSpec((Step("RandomResizedCrop", freeze({"size": (96, 128), "scale": (0.08, 1.0)})),))

    def fails(run: RunEffects) -> bool:
        return run.whole.geometry is not None and run.whole.geometry.source_seen_share < 0.4

    found = safe_range(spec, [example_sample()], knob(spec, "low", "scale"), fails=fails)
    ((low, high),) = found.safe
    assert high == 1.0
    assert 0.3 <= low <= 0.5
    rates = [point.fitted for point in found.curve]
    assert rates == sorted(rates, reverse=True)


@pytest.fixture
def few_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """For judges to which every draw is the same: more runs say nothing more."""
    for name in ("GRID_RUNS", "BISECTION_RUNS", "CONFIRM_RUNS"):
        monkeypatch.setattr(search, name, 3)


@pytest.mark.usefixtures("few_runs")
def test_what_rises_and_falls_gives_a_set_and_is_not_bisected() -> None:
    found = safe_range(ROTATE, [example_sample()], knob(ROTATE, "exactly"), fails=_askew)
    assert not found.is_monotone
    assert found.confirmed is None
    assert len(found.safe) == 5
    middles = [round((low + high) / 2) for low, high in found.safe]
    assert middles[1:4] == pytest.approx([-90, 0, 90], abs=8)
    assert found.is_safe_now


@pytest.mark.usefixtures("few_runs")
def test_nothing_safe_is_said_as_such_and_all_safe_too() -> None:
    nothing = safe_range(ROTATE, [example_sample()], knob(ROTATE, "both"), fails=lambda _run: True)
    assert (nothing.safe, nothing.clamp, nothing.confirmed) == ((), None, None)
    everything = safe_range(ROTATE, [example_sample()], knob(ROTATE, "both"), fails=lambda _run: False)
    assert everything.safe == ((0.0, 180.0),)
    assert everything.clamp is None


@pytest.mark.usefixtures("few_runs")
def test_enough_images_make_the_confirmation_a_claim_on_images_that_the_search_did_not_see() -> None:
    sample = example_sample()
    samples = [
        Sample(f"{k}", np.clip(sample.image.astype(int) + k % 30, 0, 255).astype(np.uint8), sample.labels)
        for k in range(42)
    ]
    spec = PipelineSpec((Step("Rotate", freeze({"limit": (-10, 10)})),))
    seen: list[str] = []

    def fails(run: RunEffects) -> bool:
        seen.append(run.outcome.before.name)
        return False

    found = safe_range(spec, samples, knob(spec, "both"), fails=fails, limit=0.2)
    assert found.confirmed is not None
    assert (found.confirmed.images, found.confirmed.words) == (14, "safe at 20%")
    assert set(seen[-14:]).isdisjoint(seen[:-14])


def test_the_same_call_gives_the_same_answer(found: SafeRange) -> None:
    again = safe_range(ROTATE, [example_sample()], knob(ROTATE, "both"), fails=_turned_by_more_than(30))
    assert again == found


def test_it_can_be_stopped() -> None:
    def stop(done: int, count: int) -> None:
        assert 1 <= done <= count
        raise InterruptedError

    with pytest.raises(InterruptedError):
        safe_range(ROTATE, [example_sample()], knob(ROTATE, "both"), on_progress=stop)


def test_no_image_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one image"):
        safe_range(ROTATE, [], knob(ROTATE, "both"))


def test_the_fit_pools_what_violates_the_order() -> None:
    rates = (0.0, 0.2, 0.1, 0.5)
    curve = [Point(float(k), rate, wilson(0, 1), 10, rate) for k, rate in enumerate(rates)]
    assert [point.fitted for point in fitted(curve, True)] == pytest.approx([0.0, 0.15, 0.15, 0.5])


# What is not run


def _covered_much(run: RunEffects) -> bool:
    return bool(run.covered.mean() > 0.2) or run.whole.lost_share > 0.5


BEHIND = PipelineSpec(
    (
        Step("HorizontalFlip", p=0.5),
        Step("CoarseDropout", freeze({"hole_height_range": (0.3, 0.6), "hole_width_range": (0.3, 0.6)}), p=0.6),
        Group("OneOf", (Step("Rotate", freeze({"limit": (-90, 90)})), Step("NoOp")), p=0.8),
        Step("GaussNoise", p=0.5),
    )
)


@pytest.mark.parametrize("looks", [True, False])
def test_what_is_known_already_is_what_a_run_from_the_start_would_say(looks: bool) -> None:
    class Judge:
        def __init__(self) -> None:
            self.looks = looks

        def __call__(self, run: RunEffects, /) -> bool:
            return bool(run.covered.mean() > 0.2) if not looks else _covered_much(run)

    judge, sample = Judge(), example_sample()
    chosen = next(k for k in knobs_of(BEHIND, "Rotate-1") if k.part == "both")
    trials = Trials(BEHIND, chosen, judge, materials=NO_MATERIALS, planned=1, on_progress=None)
    draws = draws_of([sample], 10, 3)
    values = (10.0, 60.0, 120.0)
    for value in values:
        found = trials.outcomes(value, draws, lambda _told: False)
        spec = turned(BEHIND, chosen, value)
        assert found == tuple(judge(measure_whole(spec, sample, draw.seed)) for draw in draws)
    fired = sum(
        any(step.fired and step.step_id == "Rotate-1" for step in run(BEHIND, sample, draw.seed).trace)
        for draw in draws
    )
    assert 0 < fired < len(draws)
    assert trials.runs == len(draws) + fired * (len(values) - 1)


def test_a_number_of_a_step_that_never_fires_is_tried_once_a_draw() -> None:
    never = PipelineSpec((Step("Rotate", freeze({"limit": (-90, 90)}), p=0.0),))
    found = safe_range(never, [example_sample()], knob(never, "both"), fails=_turned_by_more_than(1))
    assert found.safe == ((0.0, 180.0),)
    assert found.runs == search.GRID_RUNS + search.CONFIRM_RUNS


@given(st.sets(st.integers(0, 59), max_size=8), st.sampled_from([0.0, 0.05, 0.1, 1.0]))
def test_a_value_is_given_up_when_all_its_draws_would_say_the_same(failing: set[int], limit: float) -> None:
    told = [place in failing for place in range(60)]
    asked = search._Search(None, (), (), 0, limit)  # type: ignore[arg-type]
    stop = next(n for n in range(1, 61) if n == 60 or asked._is_decided(told[:n], 60))
    assert asked._holds(told[:stop], 60) == asked._holds(told, 60) == (sum(told) <= limit * 60 + 1e-9)


def test_the_checks_that_can_be_violated_ask_how_it_looks_only_where_colour_is_the_label() -> None:
    assert not checks_fail(ROTATE).looks
    assert checks_fail(ROTATE, facts=facts_of("colour_label")).looks


# Knobs


@pytest.mark.parametrize(
    ("part", "value", "ends"),
    [("both", 20, (-20, 20)), ("low", -30, (-30, 90)), ("high", 45, (-90, 45)), ("exactly", 12, (12, 12))],
)
def test_turning_a_knob_sets_one_number(part: Part, value: float, ends: tuple[float, float]) -> None:
    after = turned(ROTATE, knob(ROTATE, part), value)
    (step,) = after.steps
    assert isinstance(step, Step)
    assert step.params["limit"] == ends
    assert step.id == ROTATE.steps[0].id


def test_an_axis_is_turned_alone_and_values_stay_inside_the_ends() -> None:
    spec = PipelineSpec((Step("Affine", freeze({"scale": (0.8, 1.2)})),))
    after = turned(spec, knob(spec, "both", "scale", "x"), 0.5)
    (step,) = after.steps
    assert isinstance(step, Step)
    assert step.params["scale"] == {"x": (0.5, 1.5), "y": (0.8, 1.2)}
    wide = turned(spec, knob(spec, "high", "scale", "y"), 99)
    (step,) = wide.steps
    assert isinstance(step, Step)
    assert step.params["scale"]["y"][1] == knob(spec, "high", "scale", "y").high


def test_odd_numbers_stay_odd() -> None:
    spec = PipelineSpec((Step("MedianBlur", freeze({"blur_limit": (3, 7)})),))
    chosen = knob(spec, "high", "blur_limit")
    for value in (4, 5.6, 8):
        (step,) = turned(spec, chosen, value).steps
        assert isinstance(step, Step)
        assert step.params["blur_limit"][1] % 2 == 1


def test_a_group_has_no_knobs() -> None:
    spec = PipelineSpec((Group("OneOf", ROTATE.steps),))
    with pytest.raises(PipelineError, match="group"):
        knobs_of(spec, spec.steps[0].id)
