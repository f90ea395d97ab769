"""Magnitude against what it does: one number, one step or the whole pipeline, tried at several values.

All values meet the same images and the same draws (common random numbers), so that curves differ by the value and not
by luck. What is run for it, and what need not be run again: :mod:`augviz.preservation.sweep_runs`.

A sweep describes; it does not search. Its limit is the last *tried* value up to which labels survive;
:func:`augviz.preservation.safe_range.safe_range` bisects for the exact one and confirms it on fresh draws.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple, TypeAlias

import numpy as np

from augviz.errors import InputError
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import Node, PipelineSpec
from augviz.pipeline.strength import MOST, scaled
from augviz.preservation.facts import Facts
from augviz.preservation.finding import Finding
from augviz.preservation.intervals import SAFE_RATE, Claim, Interval, claim, wilson
from augviz.preservation.knobs import Knob, turned
from augviz.preservation.prefill import known_pairs
from augviz.preservation.safe_range import checks_fail
from augviz.preservation.scalars import scalars_of
from augviz.preservation.sweep_runs import RunMemory, Runs, SweepRun, deciding_steps
from augviz.preservation.trials import Drawn, Fails, draws_of
from augviz.sample import Sample
from augviz.side_by_side import Progress

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
    """One draw: run a point's pipeline on this image with this seed."""

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
        survival_rate: Share of runs whose label survives, 0..1; it does not where a step could not run.
        band: Wilson's 95% of it, counted by images.
        claim: What the images say about the rate of failing labels.
        below_half_share: Share of all objects in all runs of which less than half can be seen; None without objects.
        objects: How many objects that is a share of.
        scalars: Each number of the pictures that came out (:func:`augviz.preservation.scalars.scalars_of`).
        each: What was found in each draw, in the order of the sweep's ``shots``.
        against: What the rules call violating at this value, where they were asked
            (:func:`augviz.preservation.sweep_rules.with_rules`).
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
    each: tuple[SweepRun, ...] = ()
    against: tuple[Finding, ...] = ()

    @property
    def broken(self) -> Mapping[str, int]:
        """How many runs failed by each check, by its code, the most frequent first."""
        return dict(Counter(code for run in self.each for code in sorted(run.broken)).most_common())

    @property
    def failures(self) -> int:
        """Runs in which a step could not run."""
        return sum(bool(run.stopped) for run in self.each)

    @property
    def stopped(self) -> tuple[Node, ...]:
        """The steps that could not run, the one that stopped most runs first."""
        most = Counter(step_id for run in self.each for step_id in sorted(run.stopped)).most_common()
        return tuple(self.spec.find(step_id) for step_id, _count in most)


@dataclass(frozen=True)
class Sweep:
    """A number and what it does.

    Attributes:
        title, unit: What was swept, for people.
        now: Where it stands, or None.
        tried: All values that were asked for, ascending.
        points: One a value, ascending; fewer than ``tried`` while the work goes on.
        originals: The numbers of the pictures that went in.
        limit: Share of runs in which a label may fail, 0..1.
        shots: The draws, the same at every value.
        images: How many images they come from.
        off: The value at which nothing happens, so that labels surviving there is no answer; None where there is none.
    """

    title: str
    unit: str
    now: float | None
    tried: tuple[float, ...]
    points: tuple[SweepPoint, ...]
    originals: Mapping[str, Spread]
    limit: float
    shots: tuple[Shot, ...]
    images: int
    off: float | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every value has been tried."""
        return len(self.points) == len(self.tried)

    @property
    def is_rising(self) -> bool:
        """Whether higher values harm more, so that the gentle end is the low one."""
        return self.points[0].survival_rate >= self.points[-1].survival_rate

    @property
    def is_flat(self) -> bool:
        """Whether the value changes nothing: the same at every value, draw by draw."""
        return all(point.each == self.points[0].each for point in self.points)

    @property
    def from_gentle(self) -> tuple[SweepPoint, ...]:
        """The points, beginning at the gentle end."""
        return self.points if self.is_rising else self.points[::-1]

    @property
    def safe(self) -> tuple[tuple[float, float], ...]:
        """Stretches of neighbouring values at which labels survive, ``(low, high)`` each, ascending; not only off."""
        return tuple(part for part in self._stretches(self.holds) if part != (self.off, self.off))

    @property
    def forbidden(self) -> tuple[tuple[float, float], ...]:
        """Stretches of neighbouring values at which a rule speaks against it, ascending."""
        return self._stretches(lambda point: bool(point.against))

    @property
    def safe_limit(self) -> float | None:
        """The last value, from the gentle end on, up to which labels survive; None when they do not even there."""
        found: float | None = None
        for point in self.from_gentle:
            if not self.holds(point):
                break
            found = point.value
        return found

    @property
    def limits(self) -> tuple[float, ...]:
        """Ends of the safe stretches beyond which labels fail, ascending; an end of what was tried is none."""
        ends = (self.points[0].value, self.points[-1].value)
        found = {low for low, _high in self.safe if low != ends[0]} | {high for _, high in self.safe if high != ends[1]}
        return tuple(sorted(found - {self.off}))

    @property
    def most_telling(self) -> int:
        """Place of the draw to look at first: the one whose label fails soonest, or else in which most happens."""
        ordered = self.from_gentle

        def tells(place: int) -> tuple[int, int]:
            fails = next((at for at, point in enumerate(ordered) if point.each[place].failed), len(ordered))
            return -fails, len(ordered[-1].each[place].fired)

        return max(range(len(self.shots)), key=tells)

    def at(self, value: float | None) -> SweepPoint | None:
        """The point of a value; None where it was not tried."""
        return next((point for point in self.points if point.value == value), None)

    def first_below_half(self, share: float = 0.0) -> float | None:
        """The gentlest value at which more than this share of objects is less than half visible; None when none is."""
        shares = ((point.value, point.below_half_share) for point in self.from_gentle)
        return next((value for value, found in shares if found is not None and found > share), None)

    def holds(self, point: SweepPoint) -> bool:
        """Whether labels survive at a point: few enough fail, and no rule speaks against it."""
        return 1 - point.survival_rate <= self.limit + 1e-9 and not point.against

    def _stretches(self, fits: Callable[[SweepPoint], bool]) -> tuple[tuple[float, float], ...]:
        groups = ([point.value for point in group] for is_in, group in groupby(self.points, fits) if is_in)
        return tuple((values[0], values[-1]) for values in groups)


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
    now: float | None = None,
    materials: Materials = NO_MATERIALS,
    memory: RunMemory | None = None,
    on_progress: Progress | None = None,
    on_point: Callable[[Sweep], None] | None = None,
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
        now: Where it stands; by default from ``what``.
        materials: Other images by name.
        memory: Runs of earlier sweeps with the same judge and materials, which are taken from it and added to it.
        on_progress: Called in the caller's thread with (done, count); what it raises ends the work.
        on_point: Called in the caller's thread after each value, with the sweep so far.

    Raises:
        InputError: There is no image, no value, or more than :data:`MOST_VALUES`.
    """
    tried = tuple(sorted({float(value) for value in values or values_for(what)}))
    _check(samples, tried, draws)
    drawn = draws_of(samples, draws, seed)
    specs = [_at(spec, what, value) for value in tried]
    used = samples[:draws]
    name, unit, set_to = _named(what, title, spec)
    sofar = Sweep(
        name,
        unit,
        set_to if now is None else now,
        tried,
        (),
        _spreads([scalars_of(sample.image, sample.bands) for sample in used]),
        limit,
        tuple(Shot(draw.place, draw.sample.name, draw.seed) for draw in drawn),
        len(used),
        _off(what),
    )
    runs = Runs(
        drawn,
        pipelines=len({each.digest for each in specs}),
        deciding=_deciding(spec, what),
        materials=materials,
        memory=memory,
        on_progress=on_progress,
    )
    for value, each in zip(tried, specs, strict=True):
        pairs = known_pairs((sample.labels for sample in samples), each.swaps)
        judge = fails or checks_fail(each, facts=facts, swap_pairs=pairs, thresholds=thresholds)
        sofar = replace(sofar, points=(*sofar.points, _point(value, each, drawn, runs.of(each, judge), limit)))
        if on_point is not None:
            on_point(sofar)
    return sofar


def values_for(what: What, count: int = 9) -> tuple[float, ...]:
    """Values to try: the range of a number, strengths from 0 to twice as set, RandAugment's magnitudes."""
    if isinstance(what, Knob):
        return tuple(dict.fromkeys(what.settled(value) for value in np.linspace(what.low, what.high, count).tolist()))
    if isinstance(what, Strength):
        return STRENGTHS if count == len(STRENGTHS) else tuple(np.linspace(0.0, MOST, count).tolist())
    return RANDAUGMENT_MAGNITUDES


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


def _off(what: What) -> float | None:
    """The value at which nothing happens; a range that opens both ways is closed at 0."""
    return 0.0 if isinstance(what, Strength) or (isinstance(what, Knob) and what.part == "both") else None


def _named(what: What, title: str, spec: PipelineSpec) -> tuple[str, str, float | None]:
    if isinstance(what, Knob):
        return title or what.title, what.unit, what.now
    if isinstance(what, Strength):
        if what.step_id is None:
            return title or "Strength of the pipeline", "", 1.0
        node = spec.find(what.step_id)
        return title or f"Strength of {node.title or node.name}", "", 1.0
    return title or "Magnitude", "", None


def _deciding(spec: PipelineSpec, what: What) -> frozenset[str] | None:
    """Steps on which alone it hangs whether a draw is the same at every value; None where that cannot be said."""
    if isinstance(what, Knob):
        return frozenset({what.step_id})
    return deciding_steps(spec, what.step_id) if isinstance(what, Strength) else None


def _point(
    value: float, spec: PipelineSpec, drawn: Sequence[Drawn], runs: Sequence[SweepRun], limit: float
) -> SweepPoint:
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
        tuple(runs),
    )


def _spreads(found: Sequence[Mapping[str, float]]) -> dict[str, Spread]:
    """Mean and band of each number, in the order of the first picture that has it."""
    names = dict.fromkeys(name for each in found for name in each)
    values = {name: np.array([each[name] for each in found if name in each], np.float64) for name in names}
    return {
        name: Spread(float(each.mean()), *(float(end) for end in np.percentile(each, BAND)))
        for name, each in values.items()
    }
