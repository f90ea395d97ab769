"""What experts decided against rules, put into what rules and checks say: for this project, and both can be read."""

from __future__ import annotations

from dataclasses import replace

from augviz.errors import InputError
from augviz.pipeline.spec import PipelineSpec
from augviz.preservation.assess import Assessment, standing_of
from augviz.preservation.finding import Finding, worst_first
from augviz.review.overruling import Ruled, overruled
from augviz.ui.review import access


def ruled(found: Assessment, spec: PipelineSpec, project: str) -> Assessment:
    """An assessment in which experts have the last word; the same where they said nothing, or there is no project."""
    if not project or not access.may_hold_reviews():
        return found
    try:
        words = access.store().overrulings(project)
    except InputError:
        return found  # the pages of the review say what is wrong with their database; the rules hold
    if not words:
        return found
    findings = worst_first([_said(one) for one in overruled(found.findings, words, spec, project)])
    return replace(found, findings=findings, standing=standing_of(findings, found.sampling))


def _said(one: Ruled) -> Finding:
    if one.overruling is None:
        return one.finding
    words = one.overruling.words
    return replace(one.finding, severity=one.severity, message=f"{one.finding.message} {words[:1].upper()}{words[1:]}.")
