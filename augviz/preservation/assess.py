"""The measured verdict on a pipeline: what the checks found on the samples, as findings with a step to blame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec
from augviz.preservation.blame import Blame, blame
from augviz.preservation.check import Check
from augviz.preservation.finding import Finding
from augviz.preservation.sampling import CheckResult, Progress, Row, Sampling, in_threads
from augviz.preservation.severity import Severity, rank
from augviz.sample import Sample


@dataclass(frozen=True)
class Broken:
    """One check that fails on the samples.

    Attributes:
        result: How often.
        row: The worst sample; (image, seed) draws it again.
        blame: Who broke that sample.
        finding: The same in the form that rules have too.
    """

    result: CheckResult
    row: Row
    blame: Blame
    finding: Finding


def broken(
    spec: PipelineSpec,
    samples: Sequence[Sample],
    sampling: Sampling,
    *,
    materials: Materials = NO_MATERIALS,
    on_progress: Progress | None = None,
) -> tuple[Broken, ...]:
    """Every check that is not safe, with the step to blame for its worst sample; the worst first.

    Args:
        spec, samples, materials: Those of the sampling.
        sampling: What :func:`augviz.preservation.sampling.sample_checks` found.
        on_progress: Told about each check that is done.
    """
    failing = [result for result in sampling.results if result.severity in ("violating", "caution")]

    def work(result: CheckResult) -> Broken:
        row = sampling.failing(result.check.code)[0]
        told = blame(
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
        return Broken(result, row, told, _finding(result, row, told))

    return tuple(sorted(in_threads(work, failing, on_progress), key=lambda one: rank(one.finding.severity)))


def _finding(result: CheckResult, row: Row, told: Blame) -> Finding:
    check, severity = result.check, result.severity
    count = result.violations or result.cautions
    return Finding(
        check.code,
        severity,
        told.step_id,
        told.transform,
        f"{told.cause} {count} of {result.images} image{'' if result.images == 1 else 's'} ({result.claim.words}); "
        f"the worst: {_worst(check, row)}.",
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
    return f"{name}{check.title.lower()} {shown(row.value, check.unit)} in {row.image}"


def shown(value: float, unit: str) -> str:
    """A number with its unit, for people.

    >>> shown(0.312, "share"), shown(1024, "px²"), shown(14.26, "°"), shown(2, "names")
    ('31 %', '1,024 px²', '14.3°', '2 names')
    """
    if unit in ("share", "IoU"):
        return f"{value:.0%}".replace("%", " %")
    number = f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"
    return f"{number}{unit}" if unit in ("°", "") else f"{number} {unit}"


def _source(check: Check, severity: Severity) -> str:
    limit = check.violating if severity == "violating" else check.caution or check.violating
    return "" if limit is None else limit.source
