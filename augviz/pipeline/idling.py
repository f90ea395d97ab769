"""Steps taken out of a pipeline while all others do what they did.

A step that is taken out is not switched off but replaced by one that does nothing: a OneOf would otherwise take another
child. Every step has a random stream of its own, so that all other draws stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from augviz.pipeline.spec import Node, PipelineSpec, Step

IDLE = "NoOp"
"""The transform that stands in for one that is left out."""


def only(spec: PipelineSpec, active: Iterable[str]) -> PipelineSpec:
    """The pipeline in which all steps but these do nothing, and all draws stay what they were."""
    kept = frozenset(active)

    def idle(node: Node) -> Node:
        if not isinstance(node, Step):
            return replace(node, children=tuple(idle(child) for child in node.children))
        return node if node.id in kept else Step(IDLE, p=node.p, enabled=node.enabled, id=node.id)

    return replace(spec, steps=tuple(idle(node) for node in spec.steps))


def without(spec: PipelineSpec, step_id: str) -> PipelineSpec:
    """The pipeline in which one step does nothing, and all draws stay what they were."""
    return only(spec, (node.id for node in spec.walk() if isinstance(node, Step) and node.id != step_id))
