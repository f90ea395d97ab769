"""What differs between two pipelines, node by node, in words.

Nodes are matched by id, which every edit keeps. Where two specs were read from different files and share no ids, a node
is matched with the one of the same name at the same place of the same group. Parameters are compared by what they do: a
value that was left out counts as the library's default, and one number that stands for a range as that range.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, NamedTuple, TypeAlias

from augviz.errors import PipelineError
from augviz.pipeline.spec import BoxPolicy, Group, KeypointPolicy, Node, PipelineSpec, Step
from augviz.pipeline.swapping import named
from augviz.pipeline.worded import same_value, worded
from augviz.transforms import catalogue
from augviz.transforms.kinds import Parameter
from augviz.wording import counted

ChangeKind: TypeAlias = Literal["added", "removed", "moved", "changed", "switched", "renamed", "regrouped", "swapped"]

GROUP_NAMES: Mapping[str, str] = {
    "OneOf": "One of",
    "SomeOf": "Some of",
    "RandomOrder": "Some of, in random order",
    "Sequential": "All of",
}
"""What a group without a name of its own is called."""

FIELD_NAMES: Mapping[str, str] = {
    "p": "probability",
    "n": "how many",
    "replace": "a step may be drawn twice",
    "kind": "kind",
    "mask_interpolation": "interpolation of masks",
    "materials": "other images",
}
"""Words for what is not an argument of a transform."""

TOLD_APART = frozenset(
    {"id", "name", "title", "enabled", "params", "children", "steps", "tail", "boxes", "keypoints", "swaps"}
)
"""Fields of steps, groups and pipelines that have a kind of change, or sentences, of their own."""


@dataclass(frozen=True)
class Change:
    """One difference between two pipelines.

    Attributes:
        kind: ``added`` and ``removed`` are told of the uppermost node only · ``moved`` to another place in the same
            group · ``regrouped`` into or out of a group · ``changed`` one value · ``switched`` on or off · ``renamed``
            by the visitor · ``swapped`` names that change places in a mirror image, or no longer do.
        node_id: Id of the node in the pipeline where it still is, the second if both; empty for what belongs to no
            node (box and keypoint rules, the pipeline's own probability).
        name: What the node is called.
        field: The value that changed; for ``added``, ``removed`` and ``moved`` the group it happened in, or empty.
        before, after: The values; places count from 1 (None in the tail), and groups are named, with "" for the
            pipeline itself.
        transform: Class name of the step, by which values are worded; empty for all else.
        count: How many steps an added or removed group holds.
    """

    kind: ChangeKind
    node_id: str
    name: str
    field: str = ""
    before: Any = None
    after: Any = None
    transform: str = ""
    count: int = 0

    @property
    def sentence(self) -> str:
        """The change in plain words, without a full stop."""
        return f"{self.name}{_SAY[self.kind](self)}"

    @property
    def values(self) -> tuple[str, str]:
        """``before`` and ``after`` as the sentence has them: short, unless they would then look the same."""
        parameter = _parameter(self.transform, self.field)
        short = worded(self.before, parameter), worded(self.after, parameter)
        return (
            short
            if short[0] != short[1]
            else (worded(self.before, parameter, digits=12), worded(self.after, parameter, digits=12))
        )


def changes(a: PipelineSpec, b: PipelineSpec) -> tuple[Change, ...]:
    """What has to be done to ``a`` to get ``b``; empty when they do the same.

    Swapping the two mirrors the changes. Of two neighbours that changed places one counts as moved.

    Returns:
        Nodes in the order of ``b``, then what was removed, then what surrounds the steps.
    """
    a = with_ids_of(a, b)
    pairs = _matches_by_id(a, b)
    found = [change for pair in pairs for change in _of_pair(pair)]
    found += [*_moves(pairs), *_alone(a, b, pairs)]
    order = {node.id: place for place, (node, _where) in enumerate(_places(b).values())}
    found.sort(key=lambda change: order.get(change.node_id, len(order)) if change.kind != "removed" else len(order))
    return (*found, *_around(a, b))


def headline(found: Sequence[Change]) -> str:
    """All changes in one line, for a list of edits.

    >>> headline([Change("switched", "f", "HorizontalFlip", "enabled", True, False)])
    'HorizontalFlip switched off'
    """
    if not found:
        return "No change"
    if len(found) == 1:
        return found[0].sentence
    names = list(dict.fromkeys(change.name for change in found))
    said = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    return f"{len(found)} changes: {said}"


class Place(NamedTuple):
    """Where a node stands.

    Attributes:
        group: The group around it; None for the pipeline itself.
        at: Its place there, from 0.
        is_tail: Whether it stands in the tail.
    """

    group: Group | None
    at: int
    is_tail: bool = False


Located: TypeAlias = tuple[Node, Place]


class Match(NamedTuple):
    """One node in both pipelines."""

    a: Node
    b: Node
    place_a: Place
    place_b: Place


def with_ids_of(a: PipelineSpec, b: PipelineSpec) -> PipelineSpec:
    """``a`` with the ids that ``b`` gives to the same nodes, so that both draw the same random numbers.

    Where they share their ids, as all specs of one visit do, this is ``a`` itself.
    """
    ids = _partners(_places(a), _places(b))
    if not ids:
        return a
    meant = set(ids.values())

    def named(node: Any) -> Any:
        if isinstance(node, Group):
            node = replace(node, children=tuple(named(child) for child in node.children))
        # An id that now belongs to another node is given up; the spec finds a free one.
        return replace(node, id=ids.get(node.id, "" if node.id in meant else node.id))

    return replace(a, steps=tuple(named(node) for node in a.steps), tail=tuple(named(step) for step in a.tail))


def called(node: Node | None) -> str:
    """What a node is called: the visitor's own name, else the transform or the kind of group; "" for no node."""
    if node is None:
        return ""
    return node.title or GROUP_NAMES.get(node.name, node.name)


# -- matching ------------------------------------------------------------------------------------------------------


def _places(spec: PipelineSpec) -> dict[str, Located]:
    """Every node with its place, by id, parents before children."""
    found: dict[str, Located] = {}

    def visit(nodes: Sequence[Node], group: Group | None) -> None:
        for index, node in enumerate(nodes):
            found[node.id] = (node, Place(group, index))
            if isinstance(node, Group):
                visit(node.children, node)

    visit(spec.steps, None)
    found |= {step.id: (step, Place(None, index, is_tail=True)) for index, step in enumerate(spec.tail)}
    return found


def _matches_by_id(a: PipelineSpec, b: PipelineSpec) -> tuple[Match, ...]:
    """The nodes that both have, parents before children, in the order of ``b``."""
    in_a = _places(a)
    return tuple(
        Match(in_a[key][0], node, in_a[key][1], place)
        for key, (node, place) in _places(b).items()
        if key in in_a and _alike(in_a[key][0], node)
    )


def _alike(a: Node, b: Node) -> bool:
    """Whether one can have become the other: a group may change its kind, a step stays the transform it is."""
    return (isinstance(a, Group) and isinstance(b, Group)) or (isinstance(a, Step) and a.name == b.name)


def _partners(in_a: Mapping[str, Located], in_b: Mapping[str, Located]) -> dict[str, str]:
    """Id in ``b`` by id in ``a``, for nodes whose ids are not in the other: same name, same place of the same group."""
    shared = {key for key, (node, _) in in_b.items() if key in in_a and _alike(in_a[key][0], node)}
    address_in_a = {key: key for key in shared}  # of b's groups, by their name in a
    free = {_address(node, place, {}): key for key, (node, place) in in_a.items() if key not in shared}
    found: dict[str, str] = {}
    for key, (node, place) in in_b.items():  # parents first, so a group has its partner when a child asks
        if key not in shared and (other := free.get(_address(node, place, address_in_a))) is not None:
            found[other] = key
            address_in_a[key] = other
    return found


def _address(node: Node, place: Place, group_ids: Mapping[str, str]) -> tuple[str, str, int, bool]:
    group = _group_id(place)
    return node.name, group_ids.get(group, group), place.at, place.is_tail


# -- one node in both ----------------------------------------------------------------------------------------------


def _of_pair(match: Match) -> Iterator[Change]:
    a, b, name = match.a, match.b, called(match.b)
    if a.title != b.title:
        yield Change("renamed", b.id, GROUP_NAMES.get(b.name, b.name), "title", a.title, b.title)
    if a.enabled != b.enabled:
        yield Change("switched", b.id, name, "enabled", a.enabled, b.enabled)
    if _group_id(match.place_a) != _group_id(match.place_b):
        yield Change("regrouped", b.id, name, "", called(match.place_a.group), called(match.place_b.group))
    yield from _values_of(a, b, name)


def _values_of(a: Node, b: Node, name: str) -> Iterator[Change]:
    if isinstance(a, Group) and isinstance(b, Group):
        yield from _fields_of(a, b, b.id, name)
    elif isinstance(a, Step) and isinstance(b, Step):
        yield from _fields_of(a, b, b.id, name)
        for key in dict.fromkeys((*b.params, *a.params)):
            before, after = _value(a, key), _value(b, key)
            if not same_value(before, after, _parameter(b.name, key)):
                yield Change("changed", b.id, name, key, before, after, transform=b.name)


def _fields_of(a: Any, b: Any, node_id: str, name: str) -> Iterator[Change]:
    """Every field that nothing else tells, so that none is forgotten that comes later."""
    for each in fields(a):
        before, after = getattr(a, each.name), getattr(b, each.name)
        if each.name not in TOLD_APART and before != after:
            words = (GROUP_NAMES[before], GROUP_NAMES[after]) if each.name == "kind" else (before, after)
            yield Change("changed", node_id, name, each.name, *words)


def _value(step: Step, key: str) -> Any:
    if key in step.params:
        return step.params[key]
    parameter = _parameter(step.name, key)
    return None if parameter is None else parameter.default


def _parameter(transform: str, key: str) -> Parameter | None:
    """How the catalogue describes a parameter; None for what it does not know (a file of another version)."""
    if not transform:
        return None
    try:
        return catalogue.entry(transform).parameter(key)
    except PipelineError:
        return None


# -- places --------------------------------------------------------------------------------------------------------


def _group_id(place: Place) -> str:
    return "" if place.group is None else place.group.id


def _moves(pairs: Sequence[Match]) -> Iterator[Change]:
    """Nodes that stand in another order among the nodes that stayed in their group: as few as explain it."""
    stayed = [m for m in pairs if _group_id(m.place_a) == _group_id(m.place_b)]
    groups: dict[tuple[str, bool], list[Match]] = {}
    for match in stayed:
        groups.setdefault((_group_id(match.place_b), match.place_b.is_tail), []).append(match)
    for members in groups.values():
        after = [m.b.id for m in members]
        before = [m.b.id for m in sorted(members, key=lambda m: m.place_a.at)]
        still = set(_common_order(before, after))
        for m in members:
            if m.b.id not in still:
                yield Change("moved", m.b.id, called(m.b), called(m.place_b.group), m.place_a.at + 1, m.place_b.at + 1)


def _common_order(a: Sequence[str], b: Sequence[str]) -> tuple[str, ...]:
    """The longest sequence that stands in both orders; of several the first by name, whichever is called ``a``."""
    start = next((i for i, (x, y) in enumerate(zip(a, b)) if x != y), len(a))
    end = next((i for i, (x, y) in enumerate(zip(reversed(a[start:]), reversed(b[start:]))) if x != y), 0)
    rows, columns = a[start : len(a) - end], b[start : len(b) - end]
    best: list[tuple[int, tuple[str, ...]]] = [(0, ())] * (len(columns) + 1)
    for x in reversed(rows):
        above, best = best, [(0, ())] * (len(columns) + 1)
        for j in reversed(range(len(columns))):
            choices = [above[j], best[j + 1]]
            if columns[j] == x:
                choices.append((above[j + 1][0] - 1, (x, *above[j + 1][1])))
            best[j] = min(choices)
    return (*a[:start], *best[0][1], *a[len(a) - end :])


# -- nodes of one pipeline only ------------------------------------------------------------------------------------


def _alone(a: PipelineSpec, b: PipelineSpec, pairs: Sequence[Match]) -> Iterator[Change]:
    for kind, spec, known in (
        ("added", b, {match.b.id for match in pairs}),
        ("removed", a, {match.a.id for match in pairs}),
    ):
        nodes = _places(spec)
        for node, place in nodes.values():
            if node.id in known or (place.group is not None and place.group.id not in known):
                continue  # told with the group around it
            count = sum(n.id not in known and isinstance(n, Step) for n, _ in _below(node, nodes))
            where = {} if place.is_tail else {"before" if kind == "removed" else "after": place.at + 1}
            yield Change(kind, node.id, called(node), called(place.group), count=count, **where)  # type: ignore[arg-type]


def _below(node: Node, nodes: Mapping[str, Located]) -> Iterator[Located]:
    for child in node.children if isinstance(node, Group) else ():
        yield nodes[child.id]
        yield from _below(child, nodes)


# -- what surrounds the steps --------------------------------------------------------------------------------------


def _around(a: PipelineSpec, b: PipelineSpec) -> Iterator[Change]:
    yield from _fields_of(a, b, "", "Whole pipeline")
    yield from _swaps(a, b)
    yield from _policy("Boxes", a.boxes, b.boxes, BoxPolicy())
    yield from _policy("Keypoints", a.keypoints, b.keypoints, KeypointPolicy())


def _swaps(a: PipelineSpec, b: PipelineSpec) -> Iterator[Change]:
    """Pairs of names; which name of a pair stands first makes no difference."""
    for are_new, ours, theirs in ((False, b, a), (True, a, b)):
        known = {frozenset(pair) for pair in ours.swaps}
        found = [pair for pair in theirs.swaps if frozenset(pair) not in known]
        if found:
            name = named(tuple(found)) if len(found) == 1 else f"{len(found)} pairs of names"
            yield Change("swapped", "", name, "", not are_new, are_new)


def _policy(name: str, a: Any, b: Any, default: Any) -> Iterator[Change]:
    """Rules that are not declared act as the library's defaults."""
    if (a is None) != (b is None):
        yield Change("removed" if b is None else "added", "", f"{name}: rules")
    for each in fields(default):
        before, after = getattr(a or default, each.name), getattr(b or default, each.name)
        if before != after:
            yield Change("changed", "", name, each.name, before, after)


# -- words ---------------------------------------------------------------------------------------------------------


def _added(change: Change) -> str:
    place = "" if change.after is None else f" at place {change.after}"
    return f" added{_with_steps(change)}{_in(change.field)}{place}"


def _removed(change: Change) -> str:
    return f" removed{_with_steps(change)}{f' from {change.field}' if change.field else ''}"


def _with_steps(change: Change) -> str:
    return f" with {counted(change.count, 'step')}" if change.count else ""


def _in(group: str) -> str:
    return f" in {group}" if group else ""


def _moved(change: Change) -> str:
    return f" moved from place {change.before} to {change.after}{_in(change.field)}"


def _changed(change: Change) -> str:
    before, after = change.values
    return f": {FIELD_NAMES.get(change.field, change.field)} {before} → {after}"


def _switched(change: Change) -> str:
    return " switched on" if change.after else " switched off"


def _renamed(change: Change) -> str:
    if not change.before:
        return f" named “{change.after}”"
    return (
        f" no longer named “{change.before}”" if not change.after else f" renamed “{change.before}” → “{change.after}”"
    )


def _swapped(change: Change) -> str:
    return " change places in mirror images" if change.after else " no longer change places in mirror images"


def _regrouped(change: Change) -> str:
    if not change.before:
        return f" moved into {change.after}"
    return f" moved out of {change.before}" if not change.after else f" moved from {change.before} to {change.after}"


_SAY = {
    "added": _added,
    "removed": _removed,
    "moved": _moved,
    "changed": _changed,
    "switched": _switched,
    "renamed": _renamed,
    "regrouped": _regrouped,
    "swapped": _swapped,
}
