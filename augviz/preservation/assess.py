"""The whole verdict on a pipeline: what the rules say, what the checks found on the samples, and who is to blame."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from augviz.errors import Problem
from augviz.pipeline.effects import TEST_IMAGE
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec
from augviz.preservation.blame import Blame, StepShare, blame, shares
from augviz.preservation.check import Check
from augviz.preservation.checks import CHECKS
from augviz.preservation.facts import Facts
from augviz.preservation.finding import Finding, worst_first
from augviz.preservation.intervals import SAFE_RATE, needed_images
from augviz.preservation.judge import Survey, findings_on, survey_for
from augviz.preservation.measurement import Measurement, measure_checks
from augviz.preservation.sampling import CheckResult, Row, Sampling, judged
from augviz.preservation.severity import Severity, Verdict, rank, verdict_of
from augviz.sample import Sample
from augviz.side_by_side import Progress, in_threads
from augviz.wording import counted, percent

Standing = Literal["violating", "caution", "safe", "undecided"]
"""``undecided``: nothing was found, on too few images to say that labels are safe."""

Stage = Literal["steps", "samples", "causes"]
"""What is being done: each step measured by itself, the samples checked, those that fail replayed."""

Remember = Callable[[tuple[object, ...], Callable[[], Blame]], Blame]
"""Called with what a replay is about, and with the work: gives what is known, or does the work."""

Stages = Callable[[Stage, int, int], None]
"""Called in the caller's thread with (stage, done, count); what it raises ends the work."""


class Blamed(NamedTuple):
    """One sample that fails a check, and who broke it.

    Attributes:
        row: The reading that crossed a limit; (image, seed) draws the sample again.
        check: The check.
        blame: Who broke it.
    """

    row: Row
    check: Check
    blame: Blame


@dataclass(frozen=True)
class Broken:
    """One check that fails on the samples.

    Attributes:
        result: How often.
        samples: Failing samples that were replayed, at least one: the worst of all first, then the worst sample of each
            other failing image in the order of the images, then further draws of them.
        left_out: Failing samples that were not replayed.
        finding: The same in the form that rules have too; about the worst sample.
    """

    result: CheckResult
    samples: tuple[Blamed, ...]
    findings: tuple[Finding, ...]
    left_out: int = 0

    def sample_of(self, finding: Finding) -> Blamed | None:
        """The worst sample that one of :attr:`findings` speaks of; None where it is not one of them."""
        if not any(finding is own for own in self.findings):
            return None
        return next(one for one in self.samples if one.blame.step_id == finding.step_id)

    @property
    def row(self) -> Row:
        """The worst sample."""
        return self.samples[0].row

    @property
    def blame(self) -> Blame:
        """Who broke the worst sample."""
        return self.samples[0].blame

    @property
    def shares(self) -> tuple[StepShare, ...]:
        """In how many of the images that were replayed each step was to blame, the most often first."""
        return shares((str(one.row.place), one.blame) for one in self.samples)

    @property
    def are_all_images_replayed(self) -> bool:
        """Whether :attr:`shares` speak of every failing image, and not of the first ones."""
        return len({one.row.place for one in self.samples}) == self.result.failing


@dataclass(frozen=True)
class Premeasured:
    """What has been measured already, of the same pipelines on the same images.

    Attributes:
        survey: Of the steps of the pipeline (:func:`augviz.preservation.judge.survey_for`).
        validation: Of those of the validation pipeline.
        measurement: Of the samples (:func:`augviz.preservation.measurement.measure_checks`).
    """

    survey: Survey | None = None
    validation: Survey | None = None
    measurement: Measurement | None = None


@dataclass(frozen=True)
class Assessment:
    """Everything that is known about a pipeline and these labels.

    Attributes:
        standing: The verdict on the whole.
        findings: Of rules and checks, the worst first.
        sampling: What the checks measured; None without images.
        broken: The checks that fail, the worst first.
    """

    standing: Standing
    findings: tuple[Finding, ...]
    sampling: Sampling | None = None
    broken: tuple[Broken, ...] = field(default=(), repr=False)

    def about(self, step_id: str | None) -> tuple[Finding, ...]:
        """Findings about one step, or, with None, about the whole pipeline; the worst first."""
        return tuple(found for found in self.findings if found.step_id == step_id)

    def verdict_on(self, step_id: str | None) -> Verdict:
        """The verdict on one step; with None, on what only the whole pipeline does."""
        return verdict_of(found.severity for found in self.about(step_id))

    @property
    def more_images(self) -> int:
        """About how many more images it takes until no check is undecided, if no more of them fail; 0 when none is."""
        if self.sampling is None:
            return needed_images(0, SAFE_RATE)
        return max((result.claim.more_images for result in self.sampling.results if result.images), default=0)


def assess(
    spec: PipelineSpec,
    samples: Sequence[Sample],
    profile: str,
    facts: Facts,
    *,
    draws: int = 1,
    seed: int = 0,
    thresholds: Mapping[str, float] | None = None,
    notes: Sequence[Problem] = (),
    validation: PipelineSpec | None = None,
    materials: Materials = NO_MATERIALS,
    known: Premeasured | None = None,
    replays: int = 0,
    remember: Remember | None = None,
    on_progress: Stages | None = None,
) -> Assessment:
    """Judge a pipeline by its rules and, where there are images, by its checks.

    Args:
        spec: The pipeline.
        samples: The user's own images with their labels; without any the rules are asked about the built-in image, and
            nothing is counted.
        profile: Id of the profile.
        facts: What is known about the labels.
        draws, seed, thresholds: As for :func:`augviz.preservation.sampling.sample_checks`.
        notes: What was said when the pipeline was read from a file.
        validation: The pipeline of the validation images, if it is known.
        materials: Other images by name, of both pipelines.
        known: What has been measured on the same images; measured now where it is missing.
        replays: For about how many failing samples the step to blame is looked for; for the worst of each check anyway.
        remember: Keeps what replays found; by default nothing is kept.
        on_progress: Told how far the work is.
    """
    told, images = _stages(on_progress), tuple(samples) or (TEST_IMAGE,)
    kept = known or Premeasured()
    survey = kept.survey or survey_for(spec, images, profile, materials=materials, on_progress=told("steps"))
    other = kept.validation
    if other is None and validation is not None:
        other = survey_for(validation, images, profile, materials=materials, on_progress=told("steps"))
    found = list(findings_on(survey, images, facts, profile, validation=other, notes=notes))
    if not samples:
        return Assessment(verdict_of(each.severity for each in found), worst_first(found))
    measurement = kept.measurement or measure_checks(
        spec,
        samples,
        draws=draws,
        seed=seed,
        checks=[check for check in CHECKS if check.under(facts) is not None],
        materials=materials,
        on_progress=told("samples"),
    )
    sampling = judged(measurement, facts=facts, thresholds=thresholds)
    failing = broken(
        spec,
        samples,
        sampling,
        materials=materials,
        replays=replays,
        remember=remember,
        on_progress=told("causes"),
    )
    found += [finding for each in failing for finding in each.findings]
    standing = standing_of(found, sampling, has_steps=bool(survey.leaves))
    return Assessment(standing, worst_first(found), sampling, failing)


def standing_of(findings: Sequence[Finding], sampling: Sampling | None, *, has_steps: bool = True) -> Standing:
    """The verdict on the whole from what was found; undecided where nothing was, but too few images were looked at."""
    verdict: Standing = verdict_of(each.severity for each in findings)
    results = () if sampling is None else sampling.results
    is_open = has_steps and any(result.claim.standing == "undecided" for result in results if result.images)
    return "undecided" if verdict == "safe" and is_open else verdict


def _stages(on_progress: Stages | None) -> Callable[[Stage], Progress | None]:
    def stage(name: Stage) -> Progress | None:
        return None if on_progress is None else lambda done, count: on_progress(name, done, count)

    return stage


def broken(
    spec: PipelineSpec,
    samples: Sequence[Sample],
    sampling: Sampling,
    *,
    replays: int = 0,
    materials: Materials = NO_MATERIALS,
    remember: Remember | None = None,
    on_progress: Progress | None = None,
) -> tuple[Broken, ...]:
    """Every check that is not safe, with the step to blame for its failing samples; the worst first.

    Args:
        spec, samples, materials: Those of the sampling.
        sampling: What :func:`augviz.preservation.sampling.sample_checks` found.
        replays: About how many failing samples are replayed, shared among the checks; the worst of each check anyway.
        remember: Keeps what replays found; by default nothing is kept.
        on_progress: Told about each sample that was replayed.
    """
    failing = [result for result in sampling.results if result.severity in ("violating", "caution")]
    each_check = max(1, replays // max(1, len(failing)))
    rows = {result.check.code: _samples_of(_counted(sampling, result)) for result in failing}
    jobs = [(result, row) for result in failing for row in rows[result.check.code][:each_check]]

    def work(job: tuple[CheckResult, Row]) -> Blamed:
        result, row = job

        def replay() -> Blame:
            return blame(
                spec,
                samples[row.place],
                row.seed,
                result.check,
                limit=row.limit,
                object_id=row.object_id,
                name=row.name,
                known=sampling.known,
                materials=materials,
            )

        about = (row.place, row.seed, row.code, result.check.is_open, row.limit, row.object_id, row.name)
        return Blamed(row, result.check, replay() if remember is None else remember(about, replay))

    done = in_threads(work, jobs, on_progress)
    found = []
    for result in failing:
        mine = tuple(one for one in done if one.check is result.check)
        left_out = len(rows[result.check.code]) - len(mine)
        found.append(Broken(result, mine, _findings(result, mine), left_out))
    return tuple(sorted(found, key=lambda one: rank(one.result.severity)))


def _counted(sampling: Sampling, result: CheckResult) -> list[Row]:
    """The rows that crossed the limit of which the result speaks, the worst first."""
    levels = ("violating",) if result.severity == "violating" else ("violating", "caution")
    return [row for row in sampling.failing(result.check.code) if row.severity in levels]


def _samples_of(rows: Sequence[Row]) -> list[Row]:
    """The worst row of each failing sample: of the worst one first, then of one sample of each other image in the order
    of the images (to choose the worst images would favour the steps that break them), then of the further draws.

    Args:
        rows: Rows that crossed a limit, the worst first.
    """
    samples: dict[tuple[int, int], Row] = {}
    images: dict[int, Row] = {}
    for row in rows:
        samples.setdefault((row.place, row.draw), row)
        images.setdefault(row.place, row)
    worst = rows[0]
    others = [images[place] for place in sorted(images) if images[place] is not worst]
    return [worst, *others, *(row for row in samples.values() if row is not images[row.place])]


def _findings(result: CheckResult, samples: Sequence[Blamed]) -> tuple[Finding, ...]:
    """One a step that breaks samples; the step that breaks most images first."""
    places: dict[str | None, set[int]] = {}
    for one in samples:
        places.setdefault(one.blame.step_id, set()).add(one.row.place)
    order = sorted(places, key=lambda step_id: -len(places[step_id]))
    only = len(order) == 1
    return tuple(
        _finding(
            result,
            next(one for one in samples if one.blame.step_id == step_id),
            result.failing if only else len(places[step_id]),
        )
        for step_id in order
    )


def _finding(result: CheckResult, one: Blamed, count: int) -> Finding:
    check, severity, row, told = result.check, result.severity, one.row, one.blame
    return Finding(
        check.code,
        severity,
        told.step_id,
        told.transform,
        f"{told.cause} {count} of {counted(result.images, 'image')} ({result.words}); the worst: {_worst(check, row)}.",
        told.mend,
        _source(check, severity),
        row.value,
        row.limit,
        check.unit,
        result.images,
        count,
    )


def _worst(check: Check, row: Row) -> str:
    name = f"“{row.name}”, " if row.name else ""
    return f"{name}{check.title.lower()}: {shown(row.value, check.unit)}, in {row.image}"


def shown(value: float, unit: str) -> str:
    """A number with its unit, for people.

    >>> shown(0.312, "share"), shown(1024, "px²"), shown(14.26, "°"), shown(2, "names"), shown(1, "lost")
    ('31%', '1,024 px²', '14.3°', '2 names', 'lost')
    """
    if unit == "lost":
        return "lost" if value else "kept"
    if unit in ("share", "IoU"):
        return percent(value)
    if unit == "°":
        return f"{value:.1f}°" if value != round(value) else f"{value:.0f}°"
    number = f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"
    return f"{number} {unit}" if unit else number


def _source(check: Check, severity: Severity) -> str:
    limit = check.violating if severity == "violating" else check.caution or check.violating
    return "" if limit is None else limit.source
