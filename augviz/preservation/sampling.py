"""Checks over many images and draws: how often does the label survive?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec
from augviz.pipeline.trace import StepFailure
from augviz.preservation.check import Check
from augviz.preservation.checks import CHECKS
from augviz.preservation.facts import Facts
from augviz.preservation.intervals import SAFE_RATE, Claim, Interval, claim, wilson
from augviz.preservation.measurement import Measurement, SampleReadings, measure_checks
from augviz.preservation.measures import Reading
from augviz.preservation.scalars import FEWEST_IMAGES
from augviz.preservation.severity import Severity, rank
from augviz.preservation.subject import Known
from augviz.sample import Sample
from augviz.side_by_side import Progress
from augviz.wording import percent


class Row(NamedTuple):
    """One reading, judged.

    Attributes:
        image: Name of the image.
        place: Its place among the images, from 0.
        draw: Which draw of it, from 0.
        seed: Seed of the sample: with the image, enough to draw it again.
        code: The check.
        object_id: The object, or None.
        name: Its class, or the point or scalar; may be empty.
        value: What was measured.
        limit: The limit it crossed, or the one it would cross first.
        severity: "violating", "caution" or "safe".
    """

    image: str
    place: int
    draw: int
    seed: int
    code: str
    object_id: int | None
    name: str
    value: float
    limit: float
    severity: Severity


@dataclass(frozen=True)
class CheckResult:
    """One check over all images.

    Attributes:
        check: The check.
        images: Images that gave a reading; 0 when there was nothing to look at.
        violations: Of them, those of which any draw crossed the violating limit.
        cautions: Those of which any draw crossed any limit.
        violating, caution: What can be said about either rate.
        why_nothing: Why there was nothing to look at, or empty.
    """

    check: Check
    images: int
    violations: int
    cautions: int
    violating: Claim
    caution: Claim
    why_nothing: str = ""

    @property
    def severity(self) -> Severity:
        """The worse level that is known to be crossed in more images than may; while it is undecided and some image
        did cross a limit, "caution"; otherwise "safe".
        """
        if self.violating.standing == "violating":
            return "violating"
        is_doubtful = self.caution.standing == "undecided" and self.cautions > 0
        return "caution" if is_doubtful or self.caution.standing == "violating" else "safe"

    @property
    def claim(self) -> Claim:
        """The claim that :attr:`severity` rests on: about the violating limit where that is known to be crossed in too
        many images, otherwise about any limit.
        """
        return self.violating if self.severity == "violating" else self.caution

    @property
    def failing(self) -> int:
        """Images that crossed the limit which :attr:`claim` speaks of."""
        return self.claim.violations

    @property
    def interval(self) -> Interval:
        """Wilson's 95% of the rate of failing images."""
        return wilson(self.failing, self.images)

    @property
    def words(self) -> str:
        """The claim for people; "violating" is only said of the violating limit."""
        if self.severity == "caution" and self.claim.standing == "violating":
            return f"above {percent(self.claim.limit)}"
        return self.claim.words

    @property
    def is_decided(self) -> bool:
        """Whether there are enough images for the claim."""
        return self.claim.standing != "undecided"


@dataclass(frozen=True)
class Sampling:
    """What the checks found on many samples.

    Attributes:
        rows: Per image, draw and check: every reading that crossed a limit, and the worst one of the others.
        results: One a check that applies, in the order of the table.
        failures: Steps that could not run.
        images, draws: How many images, and draws of each.
        known: What the checks knew beside the runs; :func:`augviz.preservation.blame.blame` needs it.
    """

    rows: tuple[Row, ...]
    results: tuple[CheckResult, ...]
    failures: tuple[StepFailure, ...]
    images: int
    draws: int
    known: Known = field(default_factory=Known)

    def failing(self, code: str) -> tuple[Row, ...]:
        """Rows of one check that crossed a limit, the worst first."""
        rows = [row for row in self.rows if row.code == code and row.severity in ("violating", "caution")]
        return worst(rows, self._check(code), len(rows))

    def gallery(self, code: str, count: int = 9) -> tuple[Row, ...]:
        """The samples with the worst readings of one check, each sample once; (image, seed) draws it again."""
        check = self._check(code)
        rows = sorted((row for row in self.rows if row.code == code), key=lambda row: (row.place, row.draw))
        each = [worst(list(group), check, 1)[0] for _key, group in groupby(rows, lambda row: (row.place, row.draw))]
        return worst(each, check, count)

    def _check(self, code: str) -> Check:
        return next(result.check for result in self.results if result.check.code == code)


GALLERIES: Mapping[str, str] = {"m1": "Least visible", "m15": "Strongest hue shift", "m11": "Most padding"}
"""Checks by which the worst samples are shown, and what the rows are called."""


def worst(rows: Sequence[Row], check: Check, count: int) -> tuple[Row, ...]:
    """The ``count`` worst rows of a check, the worst first; equals stay in their order."""
    sign = 1 if check.worse == "lower" else -1
    return tuple(sorted(rows, key=lambda row: sign * row.value)[:count])


def sample_checks(
    spec: PipelineSpec,
    samples: Sequence[Sample],
    *,
    draws: int = 1,
    seed: int = 0,
    facts: Facts | None = None,
    swap_pairs: tuple[tuple[str, str], ...] = (),
    thresholds: Mapping[str, float] | None = None,
    checks: Sequence[Check] = CHECKS,
    limit: float = SAFE_RATE,
    materials: Materials = NO_MATERIALS,
    on_progress: Progress | None = None,
) -> Sampling:
    """Run a pipeline on every image and hold what comes out against every check that applies.

    Args:
        spec: The pipeline.
        samples: The user's own images with their labels.
        draws: Draws of each image; more images say more than more draws.
        seed: Seed of the whole.
        facts: What is known about the labels; decides which checks apply, and which stay doubtful.
        swap_pairs: Names that change places in a mirror image, beside those of the pipeline and those that differ in
            nothing but the side.
        thresholds: Limits that were moved, by :func:`augviz.preservation.check.threshold_id`.
        checks: The checks.
        limit: Share of images in which a label may fail.
        materials: Other images by name, for the steps that take something from them.
        on_progress: Told about each run that is done.
    """
    told = facts or Facts()
    measurement = measure_checks(
        spec,
        samples,
        draws=draws,
        seed=seed,
        swap_pairs=swap_pairs,
        checks=[check for check in checks if check.under(told) is not None],
        materials=materials,
        on_progress=on_progress,
    )
    return judged(measurement, facts=told, thresholds=thresholds, checks=checks, limit=limit)


def judged(
    measurement: Measurement,
    *,
    facts: Facts,
    thresholds: Mapping[str, float] | None = None,
    checks: Sequence[Check] = CHECKS,
    limit: float = SAFE_RATE,
) -> Sampling:
    """Hold what was measured against every check that applies; nothing is run again.

    Args:
        measurement: What was measured.
        facts, thresholds, checks, limit: As for :func:`sample_checks`.
    """
    applied = tuple(asked for check in checks if (asked := check.under(facts)) is not None)
    rows = tuple(row for taken in measurement.samples for row in rows_of(taken, applied, thresholds or {}))
    failures = tuple(failure for taken in measurement.samples for failure in taken.failures)
    has_failed = all(taken.failures for taken in measurement.samples)
    results = tuple(_result(check, rows, limit, measurement.known, has_failed=has_failed) for check in applied)
    return Sampling(rows, results, failures, measurement.images, measurement.draws, measurement.known)


def rows_of(taken: SampleReadings, checks: Sequence[Check], thresholds: Mapping[str, float]) -> list[Row]:
    """Judge one sample: every reading that crosses a limit, and the worst of those that do not."""
    rows: list[Row] = []
    for check in checks:
        found = [_row(check, reading, thresholds, taken) for reading in taken.readings.get(check.code, ())]
        rows += [row for row in found if row.severity != "safe"]
        rows += worst([row for row in found if row.severity == "safe"], check, 1)
    return rows


def _row(check: Check, reading: Reading, thresholds: Mapping[str, float], taken: SampleReadings) -> Row:
    severity, limit = check.judge(reading.value, thresholds)
    head = (taken.image, taken.place, taken.draw, taken.seed)
    return Row(*head, check.code, reading.object_id, reading.name, reading.value, limit, severity)


def _result(check: Check, rows: Sequence[Row], limit: float, known: Known, *, has_failed: bool) -> CheckResult:
    own = [row for row in rows if row.code == check.code]
    images = len({row.place for row in own})
    violations, first_violations = _images_with(own, ("violating",))
    cautions, first_cautions = _images_with(own, ("violating", "caution"))
    violating = claim(violations, images, limit, first_draws=first_violations)
    caution = claim(cautions, images, limit, first_draws=first_cautions)
    why = "" if own else "a step could not run" if has_failed else _why_nothing(check, known)
    return CheckResult(check, images, violations, cautions, violating, caution, why)


def _images_with(rows: Sequence[Row], severities: tuple[Severity, ...]) -> tuple[int, int]:
    """Images with such a row in any draw, and in the first draw."""
    places = {row.place for row in rows if row.severity in severities}
    first = {row.place for row in rows if row.severity in severities and row.draw == 0}
    return len(places), len(first)


def _why_nothing(check: Check, known: Known) -> str:
    if check.code == "m20" and known.bands is None:
        return f"too few: a range of your own images needs at least {FEWEST_IMAGES} of them"
    if check.code == "m8" and not known.swap_pairs:
        return "no names are said to change places in a mirror image"
    return "there is nothing in these images that it looks at"


def worst_severity(results: Sequence[CheckResult]) -> Severity:
    """The worst severity of several checks."""
    return min((result.severity for result in results), key=rank, default="safe")
