"""How far may I go: how many labels survive along the range of one number, and where the safe part of it ends.

All values are tried on the same images with the same draws (common random numbers: each step has a stream of its own),
so that the curve is smooth; a coarse grid, an isotonic fit, a bisection between the last safe and the first unsafe
value, and at the end a confirmation on fresh draws, and on fresh images where there are enough. Where the curve goes up
and down (turning symmetric things), there is no one end: the safe part is then a set of ranges, and nothing is
bisected.

No more is run than the answer needs (:mod:`augviz.preservation.trials`), and no answer is guessed:

* The grid begins with :data:`FIRST_RUNS` draws a value. Where the curve only rises, the two values around its end are
  tried :data:`GRID_RUNS` times before they count; where a value that may be safe lies beyond one that fails more
  often, all are. A value that has failed so often that a rate of ``limit`` would do that in fewer than one of 1,000
  cases is tried no further.
* A bisected value is safe when at most ``limit`` of its draws fail. It is tried until that is certain: as soon as more
  have failed than may, or the rest cannot bring it above. That is the decision all draws would have given (curtailed
  sampling), so draws that failed at a rougher value are tried first. A value that was given up early has no rate and no
  place in the curve.
* The confirmation is cut short in the same way only where it fails; the claim rests on all its draws.

Source of the scheme: psychometric threshold search by grid and bisection; isotonic fit by pool adjacent violators
(Ayer et al., 1955), as in ``scipy.optimize.isotonic_regression``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy.optimize import isotonic_regression

from augviz.pipeline.draws import DRAW_STRIDE
from augviz.pipeline.effects import RunEffects
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec
from augviz.pipeline.swapping import with_pairs
from augviz.preservation.check import Check
from augviz.preservation.checks import CHECKS
from augviz.preservation.facts import Facts
from augviz.preservation.intervals import CONFIDENCE, SAFE_RATE, Claim, Interval, claim, clopper_pearson_lower, wilson
from augviz.preservation.knobs import Knob
from augviz.preservation.measurement import pipeline_facts
from augviz.preservation.measures import LOOKS
from augviz.preservation.prefill import known_pairs
from augviz.preservation.subject import Known, Original, Subject
from augviz.preservation.trials import Drawn, Fails, Trials, draws_of
from augviz.sample import Sample
from augviz.side_by_side import Progress

GRID = 9
FINE_GRID = 25
FIRST_RUNS = 8
GRID_RUNS = 24
BISECTION_STEPS = 3
BISECTION_RUNS = 60
CONFIRM_RUNS = 60
"""Draws a value. Three bisections of a grid of nine find an end to 1/64 of the range; what is left of the error is that
of 60 draws: a rate of 5% is known to lie between 1 and 13%.
"""

SURE = 0.999
"""Confidence with which a value has to fail before its other draws are not looked at any more."""

MOST_CONFIRMED = 300
"""In the confirmation every image that was kept for it is run, up to so many."""

ENOUGH_TO_SPLIT = 40
"""From so many images on, every third is kept for the confirmation and not used in the search."""

BUMP = 0.15
"""A curve that falls by more than this share, and by more than chance explains, does not only rise."""


@dataclass(frozen=True)
class Point:
    """One value of the number.

    Attributes:
        value: The value.
        rate: Share of runs whose label failed, 0..1.
        band: Wilson's 95% of it; counted by images, not by draws.
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


@dataclass(frozen=True)
class ChecksFail:
    """A judge by checks: a run fails when any reading crosses a violating limit.

    Attributes:
        checks: Those that can be violated.
        known: What is known beside a run.
        thresholds: Limits that were moved.
    """

    checks: tuple[Check, ...]
    known: Known
    thresholds: Mapping[str, float]
    _originals: dict[int, Original] = field(default_factory=dict, repr=False)

    @property
    def looks(self) -> bool:
        """Whether any of them asks how the picture looks."""
        return any(check.measure in LOOKS for check in self.checks)

    def __call__(self, run: RunEffects, /) -> bool:
        """Whether the label failed."""
        return any(True for _code in self._broken(run))

    def codes(self, run: RunEffects) -> frozenset[str]:
        """Codes of all checks by which it failed."""
        return frozenset(self._broken(run))

    def _broken(self, run: RunEffects) -> Iterator[str]:
        before = run.outcome.before
        # By identity: each original holds its image, so that no identity is used again.
        subject = Subject(run, self._originals.setdefault(id(before), Original(before)), self.known)
        return (
            check.code
            for check in self.checks
            for reading in check.measure(subject)
            if check.judge(reading.value, self.thresholds).severity == "violating"
        )


def checks_fail(
    spec: PipelineSpec,
    checks: Sequence[Check] = CHECKS,
    *,
    facts: Facts | None = None,
    swap_pairs: tuple[tuple[str, str], ...] = (),
    thresholds: Mapping[str, float] | None = None,
) -> ChecksFail:
    """The judge by the checks that apply to labels with these facts."""
    told, writes = facts or Facts(), pipeline_facts(spec)
    asked = (check.under(told) for check in checks if check.violating is not None)
    hard = tuple(check for check in asked if check is not None and not check.is_open)
    return ChecksFail(
        hard, Known(with_pairs(swap_pairs, spec.swaps), writes.fill_values, writes.takes_from_others), thresholds or {}
    )


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
    planned = GRID * FIRST_RUNS + 2 * GRID_RUNS + BISECTION_STEPS * BISECTION_RUNS // 2 + CONFIRM_RUNS
    if fails is None:
        fails = checks_fail(spec, swap_pairs=known_pairs((sample.labels for sample in samples), spec.swaps))
    trials = Trials(spec, knob, fails, materials=materials, planned=planned, on_progress=on_progress)
    return _Search(trials, search, held, seed, limit).found()


@dataclass(frozen=True)
class _Search:
    """The search for one number's safe part.

    Attributes:
        trials: What is known, and how to know more.
        search, held: Images to search with, and to confirm with.
        seed: Seed of the whole.
        limit: Share of images in which a label may fail.
    """

    trials: Trials
    search: Sequence[Sample]
    held: Sequence[Sample]
    seed: int
    limit: float

    @property
    def knob(self) -> Knob:
        """The number."""
        return self.trials.knob

    def found(self) -> SafeRange:
        """Grid, and then whatever its curve asks for."""
        curve = tuple(self.point(value, FIRST_RUNS) for value in _grid(self.knob, GRID))
        rising = _rates(curve)[-1] >= _rates(curve)[0]
        while (doubtful := self._doubtful(curve, rising)) is not None:
            curve = tuple(self.point(p.value, GRID_RUNS) if p.value in doubtful else p for p in curve)
        if not _is_monotone(curve, rising):
            return self.set_of_ranges(tuple(self.point(value, GRID_RUNS) for value in _grid(self.knob, FINE_GRID)))
        return self.one_range(fitted(curve, rising), rising)

    def point(self, value: float, runs: int) -> Point:
        """The curve at one value, by so many draws, or fewer where it clearly fails."""
        draws = draws_of(self.search, runs, self.seed)
        found = self.trials.outcomes(value, draws, lambda told: len(told) >= FIRST_RUNS and self._clearly_fails(told))
        return _point(value, draws, found)

    def _clearly_fails(self, told: Sequence[bool]) -> bool:
        return clopper_pearson_lower(sum(told), len(told), SURE) > self.limit

    def _doubtful(self, curve: Sequence[Point], rising: bool) -> frozenset[float] | None:
        """Values that have to be tried more often before the curve can be believed: those around its end; all, where a
        value that may be safe lies beyond one that fails more often.
        """
        ordered = fitted(curve, rising) if rising else fitted(curve, rising)[::-1]
        beyond = np.maximum.accumulate(_rates(ordered)) > _rates(ordered)
        falls = any(fell and self._may_be_safe(point, CONFIDENCE) for fell, point in zip(beyond, ordered, strict=True))
        safe = sum(point.fitted <= self.limit for point in ordered)
        around = ordered if falls else ordered[max(safe - 1, 0) : safe + 1]
        few = {point.value for point in around if point.runs < GRID_RUNS and self._may_be_safe(point, SURE)}
        return frozenset(few) or None

    def _may_be_safe(self, point: Point, confidence: float) -> bool:
        return clopper_pearson_lower(round(point.rate * point.runs), point.runs, confidence) <= self.limit

    def one_range(self, curve: tuple[Point, ...], rising: bool) -> SafeRange:
        """Where the curve only rises, or only falls: bisect for its end, and confirm it."""
        ordered = curve if rising else curve[::-1]
        safe = [point.value for point in ordered if point.fitted <= self.limit]
        if not safe:
            return SafeRange(self.knob, curve, (), True, None, None, self.limit, self.trials.runs)
        unsafe = [point.value for point in ordered if point.fitted > self.limit]
        end, more = self._bisected(safe[-1], unsafe[0]) if unsafe else (safe[-1], ())
        gentle = ordered[0].value
        end, confirmed = self._confirmed(gentle, end)
        part = (gentle, end) if rising else (end, gentle)
        inside = part[0] - 1e-9 <= self.knob.now <= part[1] + 1e-9
        whole = fitted(tuple(sorted((*curve, *more), key=lambda point: point.value)), rising)
        clamp = None if inside else end
        return SafeRange(self.knob, whole, (part,), True, clamp, confirmed, self.limit, self.trials.runs)

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
        return SafeRange(self.knob, curve, safe, False, clamp, None, self.limit, self.trials.runs)

    def _bisected(self, safe: float, unsafe: float) -> tuple[float, tuple[Point, ...]]:
        draws, tried = draws_of(self.search, BISECTION_RUNS, self.seed), list[Point]()
        for _step in range(BISECTION_STEPS):
            middle = self.knob.settled((safe + unsafe) / 2)
            if middle in (safe, unsafe):
                break
            likely = sorted(draws, key=lambda draw: not self.trials.known(unsafe, draw))
            found = self.trials.outcomes(middle, likely, lambda told: self._is_decided(told, len(draws)))
            if self._holds(found, len(draws)):
                safe = middle
                tried.append(_point(middle, likely, found))
            else:
                unsafe = middle
        return safe, tuple(tried)

    def _is_decided(self, told: Sequence[bool], count: int) -> bool:
        """Whether the remaining draws can no longer change which side of the limit the rate is on."""
        return not self._holds(told, count) or self._holds((*told, *[True] * (count - len(told))), count)

    def _holds(self, told: Sequence[bool], count: int) -> bool:
        return sum(told) <= self.limit * count + 1e-9

    def _confirmed(self, gentle: float, end: float) -> tuple[float, Claim]:
        """Fresh draws at the end; where they contradict it, up to three steps back towards the gentle side."""
        kept = self.held[:MOST_CONFIRMED]
        draws = draws_of(kept, max(CONFIRM_RUNS, len(kept)), self.seed, first=DRAW_STRIDE // 2)
        for step in range(4):
            is_last = end == gentle or step == 3
            found = self.trials.outcomes(
                end,
                draws,
                lambda told, is_last=is_last: not is_last and not self._holds(told, len(draws)),  # type: ignore[misc]
            )
            if is_last or self._holds(found, len(draws)):
                break
            end = self.knob.settled(end + (gentle - end) / 8)
        failed = {draw.place for draw, fell in zip(draws, found, strict=True) if fell}
        first = {draw.place for draw, fell in zip(draws[: len(kept)], found, strict=False) if fell}
        return end, claim(len(failed), len(kept), self.limit, first_draws=len(first))


def _point(value: float, draws: Sequence[Drawn], found: Sequence[bool]) -> Point:
    """The share of failing draws, with the interval of as many images as they show."""
    rate, images = sum(found) / len(found), len({draw.place for draw, _fell in zip(draws, found, strict=False)})
    return Point(value, rate, wilson(round(rate * images), images), len(found), rate)


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
