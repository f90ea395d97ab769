"""Magnitude against what it does: one number, one step or the whole pipeline, tried at several values.

All values meet the same images and the same draws (common random numbers), so that curves differ by the value and not
by luck. Where two values give the same pipeline (a range that has reached its bound), it is run once; so is a draw in
which the step of the number does not fire, which then speaks for all values.

A sweep describes; it does not search. Its limit is the last *tried* value up to which labels survive;
:func:`augviz.preservation.safe_range.safe_range` bisects for the exact one and confirms it on fresh draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np

from augviz.errors import InputError
from augviz.pipeline.effects import Measurers
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec
from augviz.pipeline.strength import MOST, scaled
from augviz.preservation.facts import Facts
from augviz.preservation.intervals import SAFE_RATE, Claim, Interval, claim, wilson
from augviz.preservation.knobs import Knob, turned
from augviz.preservation.prefill import known_pairs
from augviz.preservation.safe_range import checks_fail
from augviz.preservation.scalars import scalars_of
from augviz.preservation.subject import Original, Subject
from augviz.preservation.trials import Drawn, Fails, draws_of
from augviz.sample import Sample
from augviz.side_by_side import Progress, in_threads

HALF = 0.5
"""An object of which less can be seen counts as hardly visible."""

RANDAUGMENT_MAGNITUDES = (5.0, 10.0, 15.0, 20.0)
"""Magnitudes to look at for RandAugment, whose scale runs to 30 in torchvision and to 10 in the paper (Cubuk et al.,
2020); with a function from magnitude to pipeline.
"""

STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
MOST_VALUES = 50
BAND = (5.0, 95.0)
"""Percentiles between which nine tenths of the runs lie."""


@dataclass(frozen=True)
class Strength:
    """A common strength as what is swept (:func:`augviz.pipeline.strength.scaled`).

    Attributes:
        step_id: One step or group, or None for the whole pipeline.
    """

    step_id: str | None = None


What: TypeAlias = Knob | Strength | Callable[[float], PipelineSpec]


class Spread(NamedTuple):
    """A number over many runs: its mean, and the 5th and 95th percentile."""

    mean: float
    low: float
    high: float


class Shot(NamedTuple):
    """One picture of a strip: run a point's pipeline on this image with this seed."""

    place: int
    image: str
    seed: int


@dataclass(frozen=True)
class SweepPoint:
    """What happens at one value.

    Attributes:
        value: The value.
        spec: The pipeline at this value.
        runs: How many runs.
        survival_rate: Share of runs whose label survives, 0..1.
        band: Wilson's 95 % of it, counted by images.
        claim: What the images say about the rate of failing labels.
        below_half_share: Share of all objects in all runs of which less than half can be seen; None without objects.
        objects: How many objects that is a share of.
        scalars: Each number of the pictures that came out (:func:`augviz.preservation.scalars.scalars_of`).
        failures: Runs in which a step could not run.
    """

    value: float
    spec: PipelineSpec
    runs: int
    survival_rate: float
    band: Interval
    claim: Claim
    below_half_share: float | None
    objects: int
    scalars: Mapping[str, Spread]
    failures: int = 0


@dataclass(frozen=True)
class Sweep:
    """A number and what it does.

    Attributes:
        title, unit: What was swept, for people.
        now: Where it stands, or None.
        points: One a value, in ascending order.
        originals: The numbers of the pictures that went in.
        limit: Share of runs in which a label may fail, 0..1.
        strip: Pictures to draw at every value, the same image and draw throughout.
        images, draws: How many images, and runs a value.
    """

    title: str
    unit: str
    now: float | None
    points: tuple[SweepPoint, ...]
    originals: Mapping[str, Spread]
    limit: float
    strip: tuple[Shot, ...]
    images: int
    draws: int

    @property
    def is_rising(self) -> bool:
        """Whether higher values harm more, so that the gentle end is the low one."""
        return self.points[0].survival_rate >= self.points[-1].survival_rate

    @property
    def safe(self) -> tuple[tuple[float, float], ...]:
        """Stretches of neighbouring values at which labels survive, ``(low, high)`` each, ascending."""
        parts: list[tuple[float, float]] = []
        was_safe = False
        for point in self.points:
            is_safe = self._holds(point)
            if is_safe:
                low = parts.pop()[0] if was_safe else point.value
                parts.append((low, point.value))
            was_safe = is_safe
        return tuple(parts)

    @property
    def safe_limit(self) -> float | None:
        """The last value, from the gentle end on, up to which labels survive; None when they do not even there."""
        found: float | None = None
        for point in self.points if self.is_rising else self.points[::-1]:
            if not self._holds(point):
                break
            found = point.value
        return found

    def first_below_half(self, share: float = 0.0) -> float | None:
        """The gentlest value at which more than this share of objects is less than half visible; None when none is."""
        ordered = self.points if self.is_rising else self.points[::-1]
        return next((p.value for p in ordered if p.below_half_share is not None and p.below_half_share > share), None)

    def _holds(self, point: SweepPoint) -> bool:
        return 1 - point.survival_rate <= self.limit + 1e-9


def sweep(
    spec: PipelineSpec,
    samples: Sequence[Sample],
    what: What,
    values: Sequence[float] = (),
    *,
    draws: int = 24,
    seed: int = 0,
    fails: Fails | None = None,
    facts: Facts | None = None,
    thresholds: Mapping[str, float] | None = None,
    limit: float = SAFE_RATE,
    title: str = "",
    pictures: int = 3,
    materials: Materials = NO_MATERIALS,
    on_progress: Progress | None = None,
) -> Sweep:
    """Try several values of one number on the same images and draws.

    Args:
        spec: The pipeline; not looked at where ``what`` makes pipelines itself.
        samples: The user's own images with their labels; at least one.
        what: A number of one step, a common strength, or a function from magnitude to pipeline.
        values: What is tried; by default :func:`values_for`.
        draws: Runs a value, spread over the images; of more images than draws the first ones.
        seed: Seed of the whole.
        fails: Judge of one run; by default any check that crosses a violating limit.
        facts, thresholds: What is known about the labels, and limits that were moved, for that judge.
        limit: Share of runs in which a label may fail.
        title: What is swept, for people; by default from ``what``.
        pictures: Pictures of the strip.
        materials: Other images by name.
        on_progress: Called in the caller's thread with (done, count); what it raises ends the work.

    Raises:
        InputError: There is no image, no value, or more than :data:`MOST_VALUES`.
    """
    tried = sorted({float(value) for value in values or values_for(what)})
    _check(samples, tried, draws)
    drawn = draws_of(samples, draws, seed)
    specs = [_at(spec, what, value) for value in tried]
    distinct = {each.digest: each for each in specs}
    found: dict[str, list[_Run]] = {}
    still: dict[tuple[int, int], _Run] = {}
    step_id = what.step_id if isinstance(what, Knob) else None
    for place, (digest, each) in enumerate(distinct.items()):
        judge = fails or checks_fail(
            each,
            facts=facts,
            swap_pairs=known_pairs((sample.labels for sample in samples), each.swaps),
            thresholds=thresholds,
        )
        moving = [draw for draw in drawn if draw.key not in still]
        done = (place + 1) * len(drawn) - len(moving)
        told = _told(on_progress, done, len(distinct) * len(drawn))
        runs = _runs(each, moving, judge, materials=materials, step_id=step_id, told=told)
        fresh = dict(zip((draw.key for draw in moving), runs, strict=True))
        still |= {key: run for key, run in fresh.items() if run.is_still}
        found[digest] = [still[draw.key] if draw.key in still else fresh[draw.key] for draw in drawn]
    points = tuple(
        _point(value, each, drawn, found[each.digest], limit) for value, each in zip(tried, specs, strict=True)
    )
    used = samples[:draws]
    originals = _spreads([scalars_of(sample.image, sample.bands) for sample in used])
    strip = tuple(Shot(draw.place, draw.sample.name, draw.seed) for draw in drawn[:pictures])
    name, unit, now = _named(what, title, spec)
    return Sweep(name, unit, now, points, originals, limit, strip, len(used), len(drawn))


def values_for(what: What, count: int = 9) -> tuple[float, ...]:
    """Values to try: the range of a number, strengths from 0 to twice as set, RandAugment's magnitudes."""
    if isinstance(what, Knob):
        return tuple(dict.fromkeys(what.settled(value) for value in np.linspace(what.low, what.high, count).tolist()))
    if isinstance(what, Strength):
        return STRENGTHS if count == len(STRENGTHS) else tuple(np.linspace(0.0, MOST, count).tolist())
    return RANDAUGMENT_MAGNITUDES


class _Run(NamedTuple):
    """What is kept of one run; it is still where the step whose number is swept did not fire."""

    failed: bool
    below_half: int
    objects: int
    scalars: Mapping[str, float]
    could_not_run: bool
    is_still: bool


def _check(samples: Sequence[Sample], values: Sequence[float], draws: int) -> None:
    if not samples:
        raise InputError("a sweep needs an image", mend="Open at least one.")
    if not 0 < len(values) <= MOST_VALUES:
        raise InputError(f"a sweep tries 1 to {MOST_VALUES} values, got {len(values)}")
    if draws < 1:
        raise InputError(f"a sweep needs at least one draw a value, got {draws}")


def _at(spec: PipelineSpec, what: What, value: float) -> PipelineSpec:
    if isinstance(what, Knob):
        return turned(spec, what, value)
    return scaled(spec, value, what.step_id) if isinstance(what, Strength) else what(value)


def _named(what: What, title: str, spec: PipelineSpec) -> tuple[str, str, float | None]:
    if isinstance(what, Knob):
        return title or what.title, what.unit, what.now
    if isinstance(what, Strength):
        if what.step_id is None:
            return title or "Strength of the pipeline", "", 1.0
        node = spec.find(what.step_id)
        return title or f"Strength of {node.title or node.name}", "", 1.0
    return title or "Magnitude", "", None


def _told(on_progress: Progress | None, before: int, count: int) -> Progress | None:
    return None if on_progress is None else lambda done, _count: on_progress(before + done, count)


def _runs(
    spec: PipelineSpec,
    drawn: Sequence[Drawn],
    fails: Fails,
    *,
    materials: Materials,
    step_id: str | None,
    told: Progress | None,
) -> list[_Run]:
    measurers = Measurers(spec, materials, looks=bool(getattr(fails, "looks", True)))
    originals = {draw.place: Original(draw.sample) for draw in drawn}

    def work(draw: Drawn) -> _Run:
        with measurers.one() as measurer:
            run = measurer.measure(draw.sample, draw.seed)
        views = Subject(run, originals[draw.place]).objects
        after = run.outcome.after
        return _Run(
            fails(run),
            sum(view.visible_share < HALF for view in views),
            len(views),
            scalars_of(after.image, after.bands),
            bool(run.outcome.errors),
            step_id is not None
            and not any(step.fired or step.error for step in run.outcome.trace if step.step_id == step_id),
        )

    return in_threads(work, drawn, told)


def _point(value: float, spec: PipelineSpec, drawn: Sequence[Drawn], runs: Sequence[_Run], limit: float) -> SweepPoint:
    images = len({draw.place for draw in drawn})
    rate = sum(run.failed for run in runs) / len(runs)
    failed = {draw.place for draw, run in zip(drawn, runs, strict=True) if run.failed}
    first = {draw.place for draw, run in zip(drawn[:images], runs[:images], strict=True) if run.failed}
    band = wilson(round(rate * images), images)
    objects = sum(run.objects for run in runs)
    return SweepPoint(
        value,
        spec,
        len(runs),
        1 - rate,
        Interval(1 - band.high, 1 - band.low),
        claim(len(failed), images, limit, first_draws=len(first)),
        sum(run.below_half for run in runs) / objects if objects else None,
        objects,
        _spreads([run.scalars for run in runs]),
        sum(run.could_not_run for run in runs),
    )


def _spreads(found: Sequence[Mapping[str, float]]) -> dict[str, Spread]:
    """Mean and band of each number, in the order of the first picture that has it."""
    names = dict.fromkeys(name for each in found for name in each)
    values = {name: np.array([each[name] for each in found if name in each], np.float64) for name in names}
    return {
        name: Spread(float(each.mean()), *(float(end) for end in np.percentile(each, BAND)))
        for name, each in values.items()
    }
