"""Edits of a pipeline by hand: each takes a spec and gives a new one.

They work on several nodes at once. Chosen nodes keep the order of the pipeline; a node whose group is chosen as well
goes with its group; ids that are not there are ignored, because a press may come after its step has gone. A node keeps
its id wherever it goes, so it draws what it drew (docs/decisions/0004-one-stream-a-step.md); a new node gets a new id.
The tail stays the tail: its steps can be switched off, renamed and removed, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from augviz.errors import PipelineError
from augviz.pipeline.spec import MAX_TITLE, TAIL_NAMES, Group, GroupKind, Node, PipelineSpec, Step, walk

__all__ = [
    "MAX_DEPTH",
    "add_beside",
    "change_kind",
    "duplicate",
    "group",
    "move_by",
    "move_to",
    "parent_of",
    "remove",
    "rename",
    "switch",
    "tops",
    "ungroup",
]

MAX_DEPTH = 16
"""How many groups may stand inside each other by hand; more cannot be read in a list any more."""


def tops(spec: PipelineSpec, ids: Collection[str]) -> tuple[Node, ...]:
    """The nodes with these ids in the order of the pipeline, without those whose group is among them."""
    return tuple(_tops(spec.steps, frozenset(ids)))


def parent_of(spec: PipelineSpec, node_id: str) -> Group | None:
    """The group in which the node stands; None at the top, in the tail, or when it is not there."""
    groups = (node for node in spec.walk() if isinstance(node, Group))
    return next((found for found in groups if any(child.id == node_id for child in found.children)), None)


def move_to(spec: PipelineSpec, ids: Collection[str], parent_id: str | None, index: int) -> PipelineSpec:
    """Move nodes side by side into one list.

    Args:
        spec: The pipeline.
        ids: What is moved.
        parent_id: The group that takes them; None is the top of the pipeline.
        index: They stand before the child that stands at this place now; past the end is the end.

    Returns:
        The same pipeline when there is nothing to move, no such group, or the group is inside what is moved.

    Raises:
        PipelineError: Groups would stand more than :data:`MAX_DEPTH` deep.
    """
    moved = tops(spec, ids)
    inside = {node.id for top in moved for node in walk(top)}
    siblings = _children(spec, parent_id)
    if not moved or siblings is None or parent_id in inside:
        return spec
    anchor = next((node.id for node in siblings[max(index, 0) :] if node.id not in inside), None)
    rest = replace(spec, steps=_without(spec.steps, frozenset(node.id for node in moved)))
    return _not_deeper(spec, _inserted(rest, moved, parent_id, anchor))


def move_by(spec: PipelineSpec, node_id: str, by: int) -> PipelineSpec:
    """Move one node by so many places among its siblings; it stops at the ends."""
    parent = parent_of(spec, node_id)
    siblings = spec.steps if parent is None else parent.children
    place = next((i for i, node in enumerate(siblings) if node.id == node_id), None)
    if place is None:
        return spec
    # The place is counted before the move, and the node itself still stands there.
    return move_to(spec, [node_id], None if parent is None else parent.id, max(0, place + by + (by > 0)))


def group(spec: PipelineSpec, ids: Collection[str], kind: GroupKind) -> PipelineSpec:
    """Put nodes into a new group, which stands where the first of them stood.

    Raises:
        PipelineError: Groups would stand more than :data:`MAX_DEPTH` deep.
    """
    members = tops(spec, ids)
    if not members:
        return spec
    first, others = members[0], frozenset(node.id for node in members[1:])
    rest = replace(spec, steps=_without(spec.steps, others))
    return _not_deeper(spec, rest.edit(first.id, lambda _first: Group(kind, members)))


def ungroup(spec: PipelineSpec, group_id: str) -> PipelineSpec:
    """Put the children of a group in its place."""
    return replace(spec, steps=_unpacked(spec.steps, group_id))


def change_kind(spec: PipelineSpec, group_id: str, kind: GroupKind) -> PipelineSpec:
    """Make another kind of group of it; children, numbers and draws stay."""
    return _each(spec, {group_id}, lambda node: replace(node, kind=kind) if isinstance(node, Group) else node)


def remove(spec: PipelineSpec, ids: Collection[str]) -> PipelineSpec:
    """Take nodes out, also from the tail."""
    gone = frozenset(ids)
    return replace(
        spec, steps=_without(spec.steps, gone), tail=tuple(step for step in spec.tail if step.id not in gone)
    )


def duplicate(spec: PipelineSpec, ids: Collection[str]) -> PipelineSpec:
    """Put a copy after each node; copies get ids, and so draws, of their own."""
    return replace(spec, steps=_doubled(spec.steps, frozenset(node.id for node in tops(spec, ids))))


def switch(spec: PipelineSpec, ids: Collection[str]) -> PipelineSpec:
    """Switch nodes off, also in the tail; where all of them are off, on."""
    wanted = frozenset(ids)
    is_on = any(node.enabled for node in (*spec.walk(), *spec.tail) if node.id in wanted)
    return _each(spec, wanted, lambda node: replace(node, enabled=not is_on))


def rename(spec: PipelineSpec, node_id: str, title: str) -> PipelineSpec:
    """Give a node the visitor's own name, cut to what a name can be; an empty one takes it away."""
    line = "".join(char for char in " ".join(title.split()) if char.isprintable())
    short = line[:MAX_TITLE].strip()
    return _each(spec, {node_id}, lambda node: replace(node, title=short))


def add_beside(spec: PipelineSpec, node: Node, open_id: str) -> PipelineSpec:
    """Add a node where the visitor works.

    Args:
        spec: The pipeline.
        node: What is added; tail steps go to the tail.
        open_id: The node that is open: after a step, at the end of a group; otherwise at the end of the pipeline.

    Raises:
        PipelineError: Groups would stand more than :data:`MAX_DEPTH` deep.
    """
    inner = next((other for other in spec.walk() if other.id == open_id), None)
    if inner is None or (isinstance(node, Step) and node.name in TAIL_NAMES):
        return spec.add(node)
    if isinstance(inner, Group):
        return _not_deeper(spec, _inserted(spec, (node,), inner.id, None))
    parent = parent_of(spec, open_id)
    siblings = spec.steps if parent is None else parent.children
    after = next(i for i, other in enumerate(siblings) if other.id == open_id) + 1
    anchor = siblings[after].id if after < len(siblings) else None
    return _not_deeper(spec, _inserted(spec, (node,), None if parent is None else parent.id, anchor))


# -- the tree ----------------------------------------------------------------------------------------------------


def _tops(nodes: tuple[Node, ...], wanted: frozenset[str]) -> Iterator[Node]:
    for node in nodes:
        if node.id in wanted:
            yield node
        elif isinstance(node, Group):
            yield from _tops(node.children, wanted)


def _children(spec: PipelineSpec, parent_id: str | None) -> tuple[Node, ...] | None:
    if parent_id is None:
        return spec.steps
    return next((node.children for node in spec.walk() if node.id == parent_id and isinstance(node, Group)), None)


def _inserted(spec: PipelineSpec, nodes: tuple[Node, ...], parent_id: str | None, anchor: str | None) -> PipelineSpec:
    """Nodes before the child with the id ``anchor``, or at the end."""

    def among(siblings: tuple[Node, ...]) -> tuple[Node, ...]:
        place = next((i for i, node in enumerate(siblings) if node.id == anchor), len(siblings))
        return (*siblings[:place], *nodes, *siblings[place:])

    if parent_id is None:
        return replace(spec, steps=among(spec.steps))
    return _each(
        spec,
        {parent_id},
        lambda node: replace(node, children=among(node.children)) if isinstance(node, Group) else node,
    )


def _without(nodes: tuple[Node, ...], gone: frozenset[str]) -> tuple[Node, ...]:
    return tuple(
        replace(node, children=_without(node.children, gone)) if isinstance(node, Group) else node
        for node in nodes
        if node.id not in gone
    )


def _unpacked(nodes: tuple[Node, ...], group_id: str) -> tuple[Node, ...]:
    out: list[Node] = []
    for node in nodes:
        if not isinstance(node, Group):
            out.append(node)
        elif node.id == group_id:
            out += node.children
        else:
            out.append(replace(node, children=_unpacked(node.children, group_id)))
    return tuple(out)


def _doubled(nodes: tuple[Node, ...], wanted: frozenset[str]) -> tuple[Node, ...]:
    out: list[Node] = []
    for node in nodes:
        if node.id in wanted:
            out += [node, _nameless(node)]
        elif isinstance(node, Group):
            out.append(replace(node, children=_doubled(node.children, wanted)))
        else:
            out.append(node)
    return tuple(out)


def _nameless(node: Node) -> Node:
    if isinstance(node, Group):
        return replace(node, id="", children=tuple(_nameless(child) for child in node.children))
    return replace(node, id="")


def _each(spec: PipelineSpec, ids: Collection[str], change: Callable[[Node], Node]) -> PipelineSpec:
    """Change the nodes with these ids, children before parents, also in the tail."""

    def one(node: Node) -> Node:
        if isinstance(node, Group):
            node = replace(node, children=tuple(one(child) for child in node.children))
        return change(node) if node.id in ids else node

    tail = (one(step) for step in spec.tail)
    return replace(
        spec, steps=tuple(one(node) for node in spec.steps), tail=tuple(s for s in tail if isinstance(s, Step))
    )


def _not_deeper(before: PipelineSpec, after: PipelineSpec) -> PipelineSpec:
    """Refuse what is too deep; a file that came in deeper can still be edited."""
    if _depth(after.steps) > max(MAX_DEPTH, _depth(before.steps)):
        raise PipelineError(f"groups can stand {MAX_DEPTH} deep at most", mend="Ungroup some of those around it first.")
    return after


def _depth(nodes: tuple[Node, ...]) -> int:
    """How many groups stand inside each other."""
    return max((1 + _depth(node.children) for node in nodes if isinstance(node, Group)), default=0)
