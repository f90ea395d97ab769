"""A policy as a list that can be read: what it may do, how often, how far, and who says so."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from augviz.pipeline.chances import running_shares
from augviz.pipeline.spec import Group, Node, PipelineSpec, Step, walk
from augviz.policies.auto_augment import CIFAR10, IMAGENET, SVHN, SubPolicy
from augviz.policies.operations import DRAWN, OPERATION_OF, Operation
from augviz.policies.policy import Policy
from augviz.policies.starting_points import STARTING_POINTS, StartingPoint
from augviz.policies.table import POLICIES
from augviz.policies.trivial_augment import STANDARD, WIDE, Space, published_range
from augviz.policies.words import values_in_words

SPACES: Mapping[str, Space] = MappingProxyType({"trivialaugment": STANDARD, "trivialaugment-wide": WIDE})
TABLES: Mapping[str, tuple[SubPolicy, ...]] = MappingProxyType(
    {"autoaugment-imagenet": IMAGENET, "autoaugment-cifar10": CIFAR10, "autoaugment-svhn": SVHN}
)

JOINS: Mapping[str, str] = MappingProxyType(
    {"OneOf": "one of {all}", "SomeOf": "{n} of {all}", "RandomOrder": "{n} of {all}"}
)
"""What is said of a step in a group, by kind."""


@dataclass(frozen=True)
class OperationLine:
    """One operation of a published policy.

    Attributes:
        operation: Its row, which says how near it comes to Pillow's.
        share: Share of samples, 0..1, in which it happens at least once.
        strength: How far it goes here ("±9°"), or empty.
    """

    operation: Operation
    share: float
    strength: str


@dataclass(frozen=True)
class SubPolicyLine:
    """One row of AutoAugment's table: two operations, one after the other.

    Attributes:
        first, second: What they do ("Rotate ±30°").
        first_p, second_p: How often, once the row was drawn, 0..1.
    """

    first: str
    first_p: float
    second: str
    second_p: float


@dataclass(frozen=True)
class StepLine:
    """One step of a starting point.

    Attributes:
        name: Transform.
        share: Share of samples, 0..1, in which it happens.
        group: The choice that it stands in ("one of 3"), or empty.
        strength: How far it goes, or empty.
        sources: Keys of docs/sources.md.
    """

    name: str
    share: float
    group: str
    strength: str
    sources: tuple[str, ...]


def operation_lines(policy: Policy, spec: PipelineSpec) -> tuple[OperationLine, ...]:
    """The operations of a published policy, each once, in the order of its table; none for a starting point.

    Args:
        policy: The policy.
        spec: What it built.
    """
    if policy.id in TABLES:
        return _of_sub_policies(TABLES[policy.id], spec)
    if policy not in POLICIES:
        return ()
    shares = running_shares(spec)
    return tuple(
        OperationLine(OPERATION_OF[name], shares[node.id], _strength(policy, OPERATION_OF[name], node))
        for name, node in zip(DRAWN, _children(spec), strict=True)
    )


def sub_policy_lines(policy: Policy, spec: PipelineSpec) -> tuple[SubPolicyLine, ...]:
    """The rows of AutoAugment's table; none for other policies."""
    rows = _children(spec) if policy.id in TABLES else ()
    pairs = [row.children for row in rows if isinstance(row, Group)]
    return tuple(SubPolicyLine(_titled(one), one.p, _titled(two), two.p) for one, two in pairs)


def step_lines(policy: Policy, spec: PipelineSpec) -> tuple[StepLine, ...]:
    """The steps of a starting point, in order; none for a published policy."""
    point = next((each for each in STARTING_POINTS if each.id == policy.id), None)
    return () if point is None else tuple(_steps(spec.steps, "", running_shares(spec), point))


def _steps(nodes: Sequence[Node], group: str, shares: Mapping[str, float], point: StartingPoint) -> Iterator[StepLine]:
    for node in nodes:
        if isinstance(node, Step):
            sources = tuple(point.source_of(node).split())
            yield StepLine(node.name, shares[node.id], group, values_in_words(node), sources)
        else:
            said = JOINS.get(node.kind, "").format(n=node.n, all=len(node.children))
            yield from _steps(node.children, said or group, shares, point)


# -- published ---------------------------------------------------------------------------------------------------


def _children(spec: PipelineSpec) -> tuple[Node, ...]:
    """What the one group around everything holds."""
    top = spec.steps[0] if len(spec.steps) == 1 else None
    return top.children if isinstance(top, Group) else ()


def _strength(policy: Policy, operation: Operation, node: Node) -> str:
    if policy.id in SPACES:
        return published_range(operation.name, SPACES[policy.id])
    return _either(operation, node)


def _either(operation: Operation, node: Node) -> str:
    """The magnitudes of a node's steps: "±9°", "×1.27 or ×0.73"."""
    words = [each.title.removeprefix(operation.title).strip() for each in walk(node) if isinstance(each, Step)]
    first, *others = [word for word in words if word] or [""]
    if others == [first.replace("+", "−", 1)] and first.startswith("+"):
        first, others = first.replace("+", "±", 1), []
    unit = "tangent " if operation.unit == "tangent" else ""
    return unit + " or ".join((first, *others))


def _titled(node: Node) -> str:
    """An operation with its magnitude: "Rotate ±30°"."""
    operation = next(each for each in OPERATION_OF.values() if node.title.startswith(each.title))
    return f"{operation.title} {_either(operation, node)}".strip()


def _of_sub_policies(table: tuple[SubPolicy, ...], spec: PipelineSpec) -> tuple[OperationLine, ...]:
    """Each operation once, with how often it happens in any row, and its weakest and strongest magnitude."""
    nodes = [node for row in _children(spec) if isinstance(row, Group) for node in row.children]
    words: dict[str, list[tuple[int, str]]] = {}
    for each, node in zip((each for row in table for each in row), nodes, strict=True):
        words.setdefault(each.operation, []).append((each.place or 0, _either(OPERATION_OF[each.operation], node)))
    return tuple(
        OperationLine(operation, _share_of(name, table), _from_to(words[name]))
        for name, operation in OPERATION_OF.items()
        if name in words
    )


def _share_of(operation: str, table: tuple[SubPolicy, ...]) -> float:
    """Share of samples in which an operation happens at least once, each row being equally likely."""
    missed = [math.prod(1 - each.p for each in row if each.operation == operation) for row in table]
    return sum(1 - miss for miss in missed) / len(table)


def _from_to(places: Sequence[tuple[int, str]]) -> str:
    weakest, strongest = min(places)[1], max(places)[1]
    return weakest if weakest == strongest else f"{weakest} … {strongest}"
