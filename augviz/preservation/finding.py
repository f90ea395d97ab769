"""What a rule or a check found, as one value that page, command line and report show alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from augviz.pipeline.spec import PipelineSpec
from augviz.preservation.severity import Severity, rank


@dataclass(frozen=True)
class Fix:
    """A mend that can be made with one press.

    Attributes:
        title: What it does, as the words on a button ("Limit rotation to ±10°").
        edit: The edit; pure, and the same pipeline where there is nothing left to mend.
        mend: The same as a sentence, where it is another mend than the rule's own; otherwise empty.
    """

    title: str
    edit: Callable[[PipelineSpec], PipelineSpec] = field(compare=False)
    mend: str = ""


@dataclass(frozen=True)
class Finding:
    """One thing that was found.

    Attributes:
        code: Code of the rule or check ("X02").
        severity: How bad it is.
        step_id: The step; None for the whole pipeline.
        transform: Name of the step's transform; empty for the whole pipeline.
        message: What happens to the label, one or two sentences.
        mend: What would mend it; empty where there is nothing to mend.
        source: Keys of the sources (docs/sources.md), with commas.
        value: What was measured, or None where there is no number.
        limit: What it was held against, or None.
        unit: Unit of both ("°", "%", …); shares are 0..1 and have the unit "share".
        images: Different images that were looked at, for findings that count; otherwise 0.
        violations: How many of them broke the limit.
        fix: The mend with one press, or None.
    """

    code: str
    severity: Severity
    step_id: str | None
    transform: str
    message: str
    mend: str
    source: str
    value: float | None = None
    limit: float | None = None
    unit: str = ""
    images: int = 0
    violations: int = 0
    fix: Fix | None = None


def worst_first(findings: list[Finding]) -> tuple[Finding, ...]:
    """Sorted by severity; among equals the order stays, which is that of the pipeline."""
    return tuple(sorted(findings, key=lambda finding: rank(finding.severity)))
