"""How often each step really fires, computed from the tree.

``p`` of a step is not the share of samples it changes: a OneOf turns it into a weight, a SomeOf takes it only now and
then, and the groups around it have a p of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from augviz.pipeline.spec import Group, Node, PipelineSpec, Step, walk


def firing_shares(spec: PipelineSpec) -> Mapping[str, float]:
    """Share of samples, 0..1, in which each step fires at least once, by step id.

    Exact for the containers of Albumentations 2.0.8, including that a SomeOf or RandomOrder inside a OneOf draws its p
    again although it was chosen.
    """
    shares = running_shares(spec)
    return {node.id: shares[node.id] for node in spec.walk() if isinstance(node, Step)}


def running_shares(spec: PipelineSpec) -> Mapping[str, float]:
    """Share of samples, 0..1, in which each step fires and each group runs at least once, by id."""
    shares: dict[str, float] = {}
    for node in spec.steps:
        shares |= {node_id: spec.p * share for node_id, share in _shares(node, forced=False).items()}
    return shares


def _shares(node: Node, *, forced: bool) -> dict[str, float]:
    """Chance of a node, and of every node below it, to run in one call of it."""
    if not node.enabled:
        return dict.fromkeys((below.id for below in walk(node)), 0.0)
    if isinstance(node, Step):
        return {node.id: 1.0 if forced else float(node.p)}
    own = 1.0 if forced and node.kind in ("OneOf", "Sequential") else node.p
    if node.kind == "OneOf":
        inner = _one_of(node.children)
    elif node.kind == "Sequential":
        inner = {k: v for child in node.children for k, v in _shares(child, forced=False).items()}
    else:
        inner = _some_of(node)
    return {node.id: own, **{node_id: own * share for node_id, share in inner.items()}}


def _one_of(children: Sequence[Node]) -> dict[str, float]:
    total = sum(child.p for child in children if child.enabled)
    found: dict[str, float] = {}
    for child in children:
        weight = child.p / total if child.enabled and total else 0.0
        found |= {step_id: weight * share for step_id, share in _shares(child, forced=True).items()}
    return found


def _some_of(group: Group) -> dict[str, float]:
    """N picks out of k: without replacement a child is taken with n / k; with it, it misses n times independently."""
    count = sum(child.enabled for child in group.children)
    found: dict[str, float] = {}
    for child in group.children:
        for step_id, share in _shares(child, forced=False).items():
            if group.replace:
                found[step_id] = 1 - (1 - share / count) ** group.n if count else 0.0
            else:
                found[step_id] = share * min(group.n, count) / count if count else 0.0
    return found
