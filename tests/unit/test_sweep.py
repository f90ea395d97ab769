"""Magnitude sweeps, held to answers that are known, and the figure that shows them."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.charts import sweep_curves
from augviz.errors import InputError
from augviz.pipeline.effects import RunEffects
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.preservation.check_examples import example_sample
from augviz.preservation.intervals import wilson
from augviz.preservation.knobs import knobs_of
from augviz.preservation.scalars import scalars_of
from augviz.preservation.sweep import RANDAUGMENT_MAGNITUDES, STRENGTHS, Strength, Sweep, sweep, values_for
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
    once = scalars_of(run(LIGHT, sample, found.strip[0].seed).after.image, sample.bands)
    assert found.points[1].scalars["mean of red"].mean == pytest.approx(once["mean of red"])
    means = [point.scalars["mean of green"].mean for point in found.points]
    assert means == sorted(means)
    assert means[1] - means[0] == pytest.approx(0.3 * 255, abs=8)


def test_every_value_meets_the_same_draws_and_the_strip_can_be_drawn_again() -> None:
    sample = example_sample()
    found = sweep(ROTATE, [sample], Strength(), (0.5, 1, 2), fails=never, draws=3, pictures=2, seed=4)
    assert len(found.strip) == 2
    shot = found.strip[0]
    angles = [
        float(run(point.spec, sample, shot.seed).trace[0].drawn[0].text.removesuffix("°")) for point in found.points
    ]
    assert angles == pytest.approx([angles[1] / 2, angles[1], angles[1] * 2], abs=0.11)
    assert found.points[1].spec == ROTATE
    again = sweep(ROTATE, [sample], Strength(), (0.5, 1, 2), fails=never, draws=3, pictures=2, seed=4)
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
    assert [(shot.image, shot.seed) for shot in found.strip] == [(d.sample.name, d.seed) for d in draws_of(two, 3, 3)]
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
    found = sweep(spec, [example_sample()], Strength(), (1, 2), fails=lambda _run: True, draws=2)
    assert (found.safe_limit, found.safe) == (None, ())
    assert [point.failures for point in found.points] == [2, 2]


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


# The figure


def traces(found: Sweep) -> dict:
    return {trace.name: trace for trace in sweep_curves(found).data}


def test_the_figure_shows_what_was_found(angles: Sweep) -> None:
    drawn = traces(angles)
    assert list(drawn["survives"].x) == [0, 15, 29, 31, 60]
    assert list(drawn["survives"].y) == [1, 1, 1, 0, 0]
    assert list(drawn["less than half visible"].y) == [point.below_half_share for point in angles.points]
    assert list(drawn["contrast"].y) == pytest.approx([point.scalars["contrast"].mean for point in angles.points])
    band = list(drawn["95 % by images"].y)
    assert band[:5] == pytest.approx([point.band.high for point in angles.points])
    assert band[5:][::-1] == pytest.approx([point.band.low for point in angles.points])


def test_the_safe_part_the_limit_and_the_present_value_are_drawn_in(angles: Sweep) -> None:
    figure = sweep_curves(angles)
    rects = {(shape.x0, shape.x1) for shape in figure.layout.shapes if shape.type == "rect"}
    assert rects == {(0, 29)}
    lines = [shape for shape in figure.layout.shapes if shape.type == "line"]
    assert 0.95 in [shape.y0 for shape in lines if shape.y0 == shape.y1 and shape.x0 != shape.x1]
    assert {shape.x0 for shape in lines if shape.x0 == shape.x1} == {90}


def test_without_objects_and_colours_their_rows_are_left_out() -> None:
    bare = Sample("grey", np.full((40, 40, 1), 90, np.uint8))
    found = sweep(LIGHT, [bare], Strength(), (0, 1), fails=never, draws=1)
    assert found.points[0].below_half_share is None
    figure = sweep_curves(found)
    names = [trace.name for trace in figure.data]
    assert "less than half visible" not in names
    assert "saturation" not in names
    titles = [figure.layout[axis].title.text for axis in ("yaxis", "yaxis2", "yaxis3")]
    assert titles == ["labels that survive", "contrast", "sharpness"]
    assert figure.layout.xaxis3.title.text == "Strength of the pipeline"
