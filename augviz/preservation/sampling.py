"""Checks over many images and draws: how often does the label survive?

Each (image, draw) is one run; its seed follows from the seed of the whole, so that the same call gives the same
rows. Numbers and seeds are kept, pictures are not: whoever wants to see a sample runs it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple, TypeVar

import cv2

from augviz.pipeline.draws import sample_seed
from augviz.pipeline.effects import Measurers
from augviz.pipeline.materials import NO_MATERIALS, Materials, taking_steps
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.pipeline.swapping import with_pairs
from augviz.preservation.check import Check
from augviz.preservation.checks import CHECKS
from augviz.preservation.facts import Facts
from augviz.preservation.intervals import SAFE_RATE, Claim, Interval, claim, wilson
from augviz.preservation.measures import Reading
from augviz.preservation.prefill import known_pairs
from augviz.preservation.scalars import FEWEST_IMAGES, Bands, bands_of, scalars_of
from augviz.preservation.severity import Severity, rank
from augviz.preservation.subject import Known, Original, Subject
from augviz.preview import THREADS
from augviz.sample import Sample

Job = TypeVar("Job")
Found = TypeVar("Found")

DRAW_STRIDE = 4096
"""The second draw of an image is so many places after its first: more images leave all others' draws as they were."""

Progress = Callable[[int, int], None]
"""Called in the caller's thread with (done, count); what it raises ends the work."""


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


class Failure(NamedTuple):
    """A step that could not run on an image."""

    image: str
    seed: int
    step_id: str
    error: str


@dataclass(frozen=True)
class CheckResult:
    """One check over all images.

    Attributes:
        check: The check.
        images: Images that gave a reading; 0 when there was nothing to look at.
        violations: Of them, those of which any draw crossed the violating limit.
        cautions: Those of which any draw crossed any limit.
        interval: Wilson's 95 % of the rate of what :attr:`claim` speaks of.
        violating, caution: What can be said about either rate.
        why_nothing: Why there was nothing to look at, or empty.
    """

    check: Check
    images: int
    violations: int
    cautions: int
    interval: Interval
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
        """The claim that :attr:`severity` rests on: about the violating limit where it has been crossed."""
        return self.violating if self.violations else self.caution

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
    failures: tuple[Failure, ...]
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
    applied = tuple(asked for check in checks if (asked := check.under(facts or Facts())) is not None)
    pairs = known_pairs((sample.labels for sample in samples), with_pairs(swap_pairs, spec.swaps))
    known = known_of(spec, samples if any(check.code == "m20" for check in applied) else (), pairs)
    jobs = [
        (place, draw, sample_seed(seed, place + DRAW_STRIDE * draw))
        for place in range(len(samples))
        for draw in range(draws)
    ]
    originals = [Original(sample) for sample in samples]
    measurers = Measurers(spec, materials)

    def work(job: tuple[int, int, int]) -> tuple[list[Row], list[Failure]]:
        place, draw, job_seed = job
        with measurers.one() as measurer:
            run = measurer.measure(samples[place], job_seed)
        subject = Subject(run, originals[place], known)
        head = (samples[place].name, place, draw, job_seed)
        failures = [Failure(samples[place].name, job_seed, step.step_id, step.error) for step in run.outcome.errors]
        return rows_of(subject, applied, thresholds or {}, head), failures

    found = in_threads(work, jobs, on_progress)
    rows = tuple(row for part, _failures in found for row in part)
    results = tuple(_result(check, rows, limit, known) for check in applied)
    return Sampling(rows, results, tuple(f for _rows, part in found for f in part), len(samples), draws, known)


def known_of(spec: PipelineSpec, samples: Sequence[Sample], swap_pairs: tuple[tuple[str, str], ...] = ()) -> Known:
    """What checks know beside a run: also where the user's own images lie, when there are enough."""
    bands: Bands | None = None
    if len(samples) >= FEWEST_IMAGES:
        bands = bands_of(in_threads(lambda sample: scalars_of(sample.image, sample.bands), samples))
    return replace(pipeline_facts(spec), swap_pairs=swap_pairs, bands=bands)


def pipeline_facts(spec: PipelineSpec) -> Known:
    """What the pipeline tells the checks: classes that it writes on purpose, and whether it takes from others."""
    fills: set[int] = set()
    for node in spec.walk():
        if isinstance(node, Step):
            for name in ("fill_mask", "mask_drop_value"):
                value = node.params.get(name)
                each: Iterable[object] = value if isinstance(value, tuple) else (value,)
                fills |= {int(v) for v in each if isinstance(v, (int, float))}
    return Known(fill_values=frozenset(fills), takes_from_others=bool(taking_steps(spec)))


def rows_of(
    subject: Subject, checks: Sequence[Check], thresholds: Mapping[str, float], head: tuple[str, int, int, int]
) -> list[Row]:
    """Judge one run: every reading that crosses a limit, and the worst of those that do not."""
    rows: list[Row] = []
    for check in checks:
        judged = [_row(check, reading, thresholds, head) for reading in check.measure(subject)]
        rows += [row for row in judged if row.severity != "safe"]
        rows += worst([row for row in judged if row.severity == "safe"], check, 1)
    return rows


def _row(check: Check, reading: Reading, thresholds: Mapping[str, float], head: tuple[str, int, int, int]) -> Row:
    severity, limit = check.judge(reading.value, thresholds)
    return Row(*head, check.code, reading.object_id, reading.name, reading.value, limit, severity)


def in_threads(work: Callable[[Job], Found], jobs: Sequence[Job], on_progress: Progress | None = None) -> list[Found]:
    """Do all jobs on threads; the answers come in the order of the jobs, the first to raise ends the work."""
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="checks", initializer=lambda: cv2.setNumThreads(1))
    try:
        futures = [pool.submit(work, job) for job in jobs]
        for done, future in enumerate(as_completed(futures), start=1):
            future.result()
            if on_progress is not None:
                on_progress(done, len(jobs))
        return [future.result() for future in futures]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _result(check: Check, rows: Sequence[Row], limit: float, known: Known) -> CheckResult:
    own = [row for row in rows if row.code == check.code]
    images = len({row.place for row in own})
    violations, first_violations = _images_with(own, ("violating",))
    cautions, first_cautions = _images_with(own, ("violating", "caution"))
    violating = claim(violations, images, limit, first_draws=first_violations)
    caution = claim(cautions, images, limit, first_draws=first_cautions)
    why = "" if own else _why_nothing(check, known)
    return CheckResult(
        check, images, violations, cautions, wilson(violations or cautions, images), violating, caution, why
    )


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
