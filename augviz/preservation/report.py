"""Findings as text, JSON and SARIF, for terminals, scripts and the code hosts that show them beside a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from augviz.pipeline.spec import Group, Node, PipelineSpec
from augviz.preservation.assess import Assessment
from augviz.preservation.finding import Finding
from augviz.preservation.severity import Severity
from augviz.wording import counted

SARIF_LEVELS: Mapping[Severity, str] = {"violating": "error", "caution": "warning", "info": "note", "safe": "none"}


def step_path(spec: PipelineSpec, step_id: str | None) -> str | None:
    """Where a step stands in the tree: "0" is the first, "2.1" the second child of the third; None for the whole.

    >>> from augviz.pipeline.spec import Step
    >>> step_path(PipelineSpec((Step("HorizontalFlip"), Group("OneOf", (Step("D4"),)))), "D4-1")
    '1.0'
    """
    return None if step_id is None else _path((*spec.steps, *spec.tail), step_id)


def _path(nodes: Sequence[Node], step_id: str, before: str = "") -> str | None:
    for place, node in enumerate(nodes):
        here = f"{before}{place}"
        if node.id == step_id:
            return here
        if isinstance(node, Group) and (below := _path(node.children, step_id, f"{here}.")) is not None:
            return below
    return None


def as_text(spec: PipelineSpec, assessment: Assessment) -> str:
    """One block a finding, the verdict first."""
    lines: list[str] = [assessment.standing]
    if assessment.standing == "undecided" and assessment.sampling is not None:
        images = assessment.sampling.images
        lines += [
            f"  Nothing was found on {counted(images, 'image')}; about {assessment.more_images:,} more "
            "would show that labels are safe, if none of them fails."
        ]
    for found in assessment.findings:
        path = step_path(spec, found.step_id)
        where = "the whole pipeline" if path is None else f"step {path} {found.transform}"
        lines += ["", f"{found.severity}  {found.code}  {where}", f"  {found.message}"]
        lines += [f"  {found.mend}"] if found.mend else []
        lines += [f"  Sources: {found.source}"] if found.source else []
    return "\n".join(lines)


def as_json(spec: PipelineSpec, assessment: Assessment) -> str:
    """``{"verdict": …, "findings": [{"code", "severity", "step", "transform", …}]}``."""
    rows = [
        {
            "code": found.code,
            "severity": found.severity,
            "step": step_path(spec, found.step_id),
            "transform": found.transform,
            "message": found.message,
            "mend": found.mend,
            "source": found.source,
            "value": found.value,
            "limit": found.limit,
            "unit": found.unit,
            "images": found.images,
            "violations": found.violations,
        }
        for found in assessment.findings
    ]
    return json.dumps({"verdict": assessment.standing, "findings": rows}, indent=2, ensure_ascii=False, allow_nan=False)


def as_sarif(spec: PipelineSpec, assessment: Assessment, file_name: str, version: str) -> str:
    """SARIF 2.1.0, one result a finding that is not *safe*."""
    told = [found for found in assessment.findings if found.severity != "safe"]
    rules = [{"id": code} for code in dict.fromkeys(found.code for found in told)]
    driver = {"name": "augviz", "version": version, "rules": rules}
    run = {"tool": {"driver": driver}, "results": [_result(spec, found, file_name) for found in told]}
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _result(spec: PipelineSpec, found: Finding, file_name: str) -> dict[str, Any]:
    path = step_path(spec, found.step_id)
    where = "" if path is None else f"Step {path} {found.transform}: "
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": {"uri": file_name}}}
    if path is not None:
        location["logicalLocations"] = [{"name": found.transform, "fullyQualifiedName": path}]
    return {
        "ruleId": found.code,
        "level": SARIF_LEVELS[found.severity],
        "message": {"text": f"{where}{found.message} {found.mend}".strip()},
        "locations": [location],
    }
