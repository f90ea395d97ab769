"""An expert's word against a rule's severity: for one project and one step as it was judged, and both are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from augviz.pipeline.spec import PipelineSpec, digest_of
from augviz.preservation.finding import Finding
from augviz.preservation.severity import Severity
from augviz.wording import counted


@dataclass(frozen=True)
class Overruling:
    """What an expert decided.

    Attributes:
        review: Id of the review that it rests on.
        project: Where it holds.
        code: Code of the rule or check.
        step_digest: The step as it was judged (:func:`step_digest`); another angle is another step.
        was: Severity by the rule.
        severity: Severity by the expert.
        by: Who.
        at: When, UTC.
        changed, images: Labels that changed, among images that were judged.
        note: Why; may be empty.
        id: Rises with every row of a store; 0 until it is stored.
    """

    review: str
    project: str
    code: str
    step_digest: str
    was: Severity
    severity: Severity
    by: str
    at: dt.datetime
    changed: int
    images: int
    note: str = ""
    id: int = 0

    @property
    def words(self) -> str:
        """For people: "expert: safe instead of violating (Dr Weber, 2026-11-29, 0 of 61 labels changed)"."""
        of_all = f"{self.changed} of {counted(self.images, 'label')} changed"
        how = ", as the rule says" if self.severity == self.was else f" instead of {self.was}"
        return f"expert: {self.severity}{how} ({self.by}, {self.at:%Y-%m-%d}, {of_all})"


class Ruled(NamedTuple):
    """A finding, and who overruled it.

    Attributes:
        finding: As the rule says it.
        overruling: The expert's word, or None.
    """

    finding: Finding
    overruling: Overruling | None

    @property
    def severity(self) -> Severity:
        """What holds here."""
        return self.finding.severity if self.overruling is None else self.overruling.severity


def step_digest(spec: PipelineSpec, step_id: str | None) -> str:
    """Digest of what a step does, whatever it is called; of the whole pipeline where there is no step."""
    if step_id is None:
        return spec.exported_digest
    return digest_of(replace(spec.find(step_id), id="", title=""))


def overruled(
    findings: Sequence[Finding], overrulings: Iterable[Overruling], spec: PipelineSpec, project: str
) -> tuple[Ruled, ...]:
    """Findings with the last word of an expert on each.

    Args:
        findings: What rules and checks say.
        overrulings: Of any project; those of others are left aside, and so are those on a step that was changed since.
        spec: The pipeline that was judged.
        project: Where one is; empty is none.
    """
    last = {
        (one.code, one.step_digest): one
        for one in sorted(overrulings, key=lambda one: one.id)
        if project and one.project == project
    }
    return tuple(Ruled(found, last.get((found.code, step_digest(spec, found.step_id)))) for found in findings)
