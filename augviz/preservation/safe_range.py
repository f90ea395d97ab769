"""How far may I go: how many labels survive along the range of one number, and where the safe part of it ends.

All values are tried on the same images with the same draws (common random numbers: each step has a stream of its own),
so that the curve is smooth; a coarse grid, an isotonic fit, a bisection between the last safe and the first unsafe
value, and at the end a confirmation on fresh draws, and on fresh images where there are enough. Where the curve goes up
and down (turning symmetric things), there is no one end: the safe part is then a set of ranges, and nothing is
bisected.

Source of the scheme: psychometric threshold search by grid and bisection; isotonic fit by pool adjacent violators
(Ayer et al., 1955), as in ``scipy.optimize.isotonic_regression``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import isotonic_regression

from augviz.pipeline.draws import sample_seed
from augviz.pipeline.effects import RunEffects, measure_whole
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec
from augviz.pipeline.swapping import with_pairs
from augviz.preservation.check import Check
from augviz.preservation.checks import CHECKS
from augviz.preservation.facts import Facts
from augviz.preservation.intervals import SAFE_RATE, Claim, Interval, claim, wilson
from augviz.preservation.knobs import Knob, turned
from augviz.preservation.prefill import known_pairs
from augviz.preservation.sampling import DRAW_STRIDE, Progress, in_threads, pipeline_facts
from augviz.preservation.subject import Known, Original, Subject
from augviz.sample import Sample

GRID = 9
FINE_GRID = 25
GRID_RUNS = 24
BISECTION_STEPS = 5
BISECTION_RUNS = 60
CONFIRM_RUNS = 60
MOST_CONFIRMED = 300
"""Runs a value; in the confirmation every image that was kept for it is run, up to so many."""

ENOUGH_TO_SPLIT = 40
"""From so many images on, every third is kept for the confirmation and not used in the search."""

BUMP = 0.15
"""A curve that falls by more than this share, and by more than chance explains, does not only rise."""

Fails = Callable[[RunEffects], bool]


@dataclass(frozen=True)
class Point:
    """One value of the number.

    Attributes:
        value: The value.
        rate: Share of runs whose label failed, 0..1.
        band: Wilson's 95 % of it; counted by images, not by draws.
        runs: How many runs.
        fitted: The rate after the isotonic fit; the rate itself where the curve is not monotone.
    """

    value: float
    rate: float
    band: Interval
    runs: int
    fitted: float


@dataclass(frozen=True)
class SafeRange:
    """How far one may go.

    Attributes:
        knob: The number.
        curve: What was tried, by value.
        safe: Parts of the range in which the label survives, ``(low, high)`` each, ascending; empty when there is none.
        is_monotone: Whether there is one end; otherwise ``safe`` is a set read from the curve.
        clamp: The value to which the number should be limited, or None when it is safe where it stands or nowhere.
        confirmed: What fresh draws say at the end of the safe part; None when there is none, or no single end.
        limit: The rate of failing images that may be, 0..1.
        runs: How many runs it took.
    """

    knob: Knob
    curve: tuple[Point, ...]
    safe: tuple[tuple[float, float], ...]
    is_monotone: bool
    clamp: float | None
    confirmed: Claim | None
    limit: float
    runs: int

    @property
    def is_safe_now(self) -> bool:
        """Whether the number stands in a safe part."""
        return any(low - 1e-9 <= self.knob.now <= high + 1e-9 for low, high in self.safe)


def checks_fail(
    spec: PipelineSpec,
    checks: Sequence[Check] = CHECKS,
    *,
    facts: Facts | None = None,
    swap_pairs: tuple[tuple[str, str], ...] = (),
    thresholds: Mapping[str, float] | None = None,
) -> Fails:
    """A judge by checks: a run fails when any reading crosses a violating limit."""
    told = facts or Facts()
    hard = tuple(check for check in checks if check.violating is not None and check.applies(told))
    writes = pipeline_facts(spec)
    known = Known(with_pairs(swap_pairs, spec.swaps), writes.fill_values, writes.takes_from_others)
    originals: dict[int, Original] = {}  # by identity: each holds its image, so that no identity is used again

    def fails(run: RunEffects) -> bool:
        before = run.outcome.before
        subject = Subject(run, originals.setdefault(id(before), Original(before)), known)
        return any(
            check.judge(reading.value, thresholds or {}).severity == "violating"
            for check in hard
            for reading in check.measure(subject)
        )

    return fails


def safe_range(
    spec: PipelineSpec,
    samples: Sequence[Sample],
    knob: Knob,
    *,
    fails: Fails | None = None,
    seed: int = 0,
    limit: float = SAFE_RATE,
    materials: Materials = NO_MATERIALS,
    on_progress: Progress | None = None,
) -> SafeRange:
    """Find the safe part of one number's range, everything else as it is.

    Args:
        spec: The pipeline.
        samples: The user's own images with their labels; at least one.
        knob: The number (:func:`augviz.preservation.knobs.knobs_of`).
        fails: Judge of one run; by default any check that crosses a violating limit.
        seed: Seed of the whole.
        limit: Share of images in which a label may fail.
        materials: Other images by name, for the steps that take something from them.
        on_progress: Called in the caller's thread with (done, about how many); what it raises ends the work.

    Raises:
        ValueError: There is no image.
    """
    if not samples:
        raise ValueError("a safe range needs at least one image")
    split = len(samples) >= ENOUGH_TO_SPLIT
    search = [sample for place, sample in enumerate(samples) if place % 3] if split else list(samples)
    held = [sample for place, sample in enumerate(samples) if not place % 3] if split else list(samples)
    trial = _Trial(
        spec,
        knob,
        fails or checks_fail(spec, swap_pairs=known_pairs((sample.labels for sample in samples), spec.swaps)),
        seed=seed,
        limit=limit,
        materials=materials,
        on_progress=on_progress,
    )
    grid = trial.points(_grid(knob, GRID), search, GRID_RUNS)
    rising = _rates(grid)[-1] >= _rates(grid)[0]
    if not _is_monotone(grid, rising):
        return trial.set_of_ranges(trial.points(_grid(knob, FINE_GRID), search, GRID_RUNS))
    return trial.one_range(fitted(grid, rising), rising, search, held)


class _Trial:
    """What is tried, and how often so far."""

    def __init__(
        self,
        spec: PipelineSpec,
        knob: Knob,
        fails: Fails,
        *,
        seed: int,
        limit: float,
        materials: Materials,
        on_progress: Progress | None,
    ) -> None:
        self.spec, self.knob, self.fails, self.seed, self.limit = spec, knob, fails, seed, limit
        self.materials, self.on_progress = materials, on_progress
        self.runs = 0
        self.planned = GRID * GRID_RUNS + BISECTION_STEPS * BISECTION_RUNS + CONFIRM_RUNS

    def failures(self, value: float, samples: Sequence[Sample], runs: int, first: int = 0) -> list[tuple[int, bool]]:
        """``(image, whether its label failed)`` of so many runs, spread over the images; more images than runs are
        all run once.
        """
        spec, count = turned(self.spec, self.knob, value), max(runs, len(samples))
        jobs = [
            (place % len(samples), sample_seed(self.seed, first + place % len(samples) + DRAW_STRIDE * draw))
            for place in range(count)
            for draw in (place // len(samples),)
        ]

        def work(job: tuple[int, int]) -> tuple[int, bool]:
            return job[0], self.fails(measure_whole(spec, samples[job[0]], job[1], materials=self.materials))

        def told(done: int, _count: int) -> None:
            if self.on_progress is not None:
                self.on_progress(self.runs + done, max(self.planned, self.runs + count))

        found = in_threads(work, jobs, told)
        self.runs += count
        return found

    def points(self, values: Sequence[float], samples: Sequence[Sample], runs: int) -> tuple[Point, ...]:
        """The curve at these values, with the same images and draws at each."""
        return tuple(self.point(value, samples, runs) for value in values)

    def point(self, value: float, samples: Sequence[Sample], runs: int) -> Point:
        """The curve at one value."""
        found = self.failures(value, samples[:runs], runs)
        rate = sum(failed for _place, failed in found) / len(found)
        images = len({place for place, _failed in found})
        return Point(value, rate, wilson(round(rate * images), images), len(found), rate)

    def one_range(
        self, curve: tuple[Point, ...], rising: bool, search: Sequence[Sample], held: Sequence[Sample]
    ) -> SafeRange:
        """Where the curve only rises, or only falls: bisect for its end, and confirm it."""
        ordered = curve if rising else curve[::-1]
        safe = [point.value for point in ordered if point.fitted <= self.limit]
        if not safe:
            return SafeRange(self.knob, curve, (), True, None, None, self.limit, self.runs)
        unsafe = [point.value for point in ordered if point.fitted > self.limit]
        end, more = self._bisected(safe[-1], unsafe[0], search) if unsafe else (safe[-1], ())
        gentle = ordered[0].value
        end, confirmed = self._confirmed(gentle, end, held)
        part = (gentle, end) if rising else (end, gentle)
        inside = part[0] - 1e-9 <= self.knob.now <= part[1] + 1e-9
        whole = fitted(tuple(sorted((*curve, *more), key=lambda point: point.value)), rising)
        return SafeRange(self.knob, whole, (part,), True, None if inside else end, confirmed, self.limit, self.runs)

    def set_of_ranges(self, curve: tuple[Point, ...]) -> SafeRange:
        """Where the curve rises and falls: the stretches of neighbouring values that are safe."""
        parts: list[list[float]] = []
        was_safe = False
        for point in curve:
            is_safe = point.rate <= self.limit
            if is_safe and was_safe:
                parts[-1][1] = point.value
            elif is_safe:
                parts.append([point.value, point.value])
            was_safe = is_safe
        safe = tuple((low, high) for low, high in parts)
        ends = [end for part in safe for end in part]
        now = self.knob.now
        inside = any(low - 1e-9 <= now <= high + 1e-9 for low, high in safe)
        clamp = None if inside or not ends else min(ends, key=lambda end: abs(end - now))
        return SafeRange(self.knob, curve, safe, False, clamp, None, self.limit, self.runs)

    def _bisected(self, safe: float, unsafe: float, samples: Sequence[Sample]) -> tuple[float, tuple[Point, ...]]:
        tried: list[Point] = []
        for _step in range(BISECTION_STEPS):
            middle = self.knob.settled((safe + unsafe) / 2)
            if middle in (safe, unsafe):
                break
            tried.append(self.point(middle, samples, BISECTION_RUNS))
            safe, unsafe = (middle, unsafe) if tried[-1].rate <= self.limit else (safe, middle)
        return safe, tuple(tried)

    def _confirmed(self, gentle: float, end: float, samples: Sequence[Sample]) -> tuple[float, Claim]:
        """Fresh draws at the end; where they contradict it, up to three steps back towards the gentle side."""
        for step in range(4):
            found = self.failures(end, samples[:MOST_CONFIRMED], CONFIRM_RUNS, first=DRAW_STRIDE // 2)
            rate = sum(failed for _place, failed in found) / len(found)
            if rate <= self.limit or end == gentle or step == 3:
                break
            end = self.knob.settled(end + (gentle - end) / 8)
        return end, self._claim(found, min(len(samples), MOST_CONFIRMED))

    def _claim(self, found: Sequence[tuple[int, bool]], images: int) -> Claim:
        failed = {place for place, fell in found if fell}
        first = {place for place, fell in found[:images] if fell}
        return claim(len(failed), len({place for place, _fell in found}), self.limit, first_draws=len(first))


def fitted(curve: Sequence[Point], rising: bool) -> tuple[Point, ...]:
    """The curve with its isotonic fit, weighted by runs."""
    rates, weights = _rates(curve), np.array([point.runs for point in curve], np.float64)
    fit = isotonic_regression(rates, weights=weights, increasing=rising).x
    return tuple(
        Point(point.value, point.rate, point.band, point.runs, float(value))
        for point, value in zip(curve, fit, strict=True)
    )


def _is_monotone(curve: Sequence[Point], rising: bool) -> bool:
    """Whether no later value has clearly fewer failures than an earlier one."""
    ordered = curve if rising else curve[::-1]
    highest = np.maximum.accumulate(_rates(ordered))
    falls = highest - _rates(ordered)
    spread = np.array([np.sqrt(max(p.rate * (1 - p.rate), 0.04) / p.runs) for p in ordered])
    return bool((falls <= np.maximum(BUMP, 3 * spread)).all())


def _rates(curve: Sequence[Point]) -> npt.NDArray[np.float64]:
    return np.array([point.rate for point in curve], np.float64)


def _grid(knob: Knob, count: int) -> tuple[float, ...]:
    return tuple(dict.fromkeys(knob.settled(value) for value in np.linspace(knob.low, knob.high, count)))
