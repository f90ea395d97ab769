"""What the visitor did in the step tree, as the browser tells it, and what becomes of the workspace.

The browser keeps a queue of edits and sends all that have no answer yet; each has a number, so that an edit that
arrives twice (the page was being redrawn) is done once and none is lost. Nodes that the browser made itself (a group, a
copy) have names of its own until they have got an id; edits that came in the meantime use these names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeGuard

from augviz.errors import PipelineError
from augviz.pipeline import editing
from augviz.pipeline.spec import GROUP_KINDS, PipelineSpec

MAX_EDITS = 500
"""Edits in one message; a browser that sends more is not ours."""

MAX_IDS = 5000
MAX_TEXT = 200
_KEPT_NAMES = 500


@dataclass(frozen=True)
class Edit:
    """One thing that was done.

    Attributes:
        seq: Number of the edit in its tab, from 1.
        act: A key of :data:`ACTS`, or "open".
        ids: What it was done to.
        parent, index: Where a move goes, as for :func:`augviz.pipeline.editing.move_to`.
        kind: Kind of a new group.
        title: A new name.
        made: Names that the browser has given to the nodes this makes, in the order of the tree.
    """

    seq: int
    act: str
    ids: tuple[str, ...] = ()
    parent: str | None = None
    index: int = 0
    kind: str = "OneOf"
    title: str = ""
    made: tuple[str, ...] = ()


@dataclass(frozen=True)
class Message:
    """What a tab sent.

    Attributes:
        client: Random name of the tab.
        start: The starting point that it showed; edits of another pipeline are not done to this one.
        edits: In the order they were done.
    """

    client: str
    start: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class Answered:
    """What has been done for a tab so far.

    Attributes:
        client: The tab.
        seq: Number of its last edit.
        names: Ids of the nodes that it made, by its own names for them.
        refused: A sentence when the last edit could not be done, or empty.
    """

    client: str = ""
    seq: int = 0
    names: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""


@dataclass(frozen=True)
class Done:
    """What one edit makes of the pipeline: the new one and what is open then."""

    spec: PipelineSpec
    open_step: str
    answered: Answered


def _moved(spec: PipelineSpec, edit: Edit) -> PipelineSpec:
    return editing.move_to(spec, edit.ids, edit.parent, edit.index)


def _grouped(spec: PipelineSpec, edit: Edit) -> PipelineSpec:
    kind = next((kind for kind in GROUP_KINDS if kind == edit.kind), None)
    return spec if kind is None else editing.group(spec, edit.ids, kind)


def _ungrouped(spec: PipelineSpec, edit: Edit) -> PipelineSpec:
    for group_id in edit.ids:
        spec = editing.ungroup(spec, group_id)
    return spec


ACTS: Mapping[str, Callable[[PipelineSpec, Edit], PipelineSpec]] = {
    "open": lambda spec, _edit: spec,
    "move": _moved,
    "group": _grouped,
    "ungroup": _ungrouped,
    "switch": lambda spec, edit: editing.switch(spec, edit.ids),
    "duplicate": lambda spec, edit: editing.duplicate(spec, edit.ids),
    "rename": lambda spec, edit: editing.rename(spec, edit.ids[0], edit.title) if edit.ids else spec,
    "remove": lambda spec, edit: editing.remove(spec, edit.ids),
}


def read_message(value: Any) -> Message | None:
    """A message of the browser; None when there is none or it is not one of ours.

    Args:
        value: What came in, not trusted.
    """
    if not isinstance(value, Mapping) or not _is_text(value.get("client")) or not _is_text(value.get("start")):
        return None
    edits = value.get("edits")
    if not isinstance(edits, list) or len(edits) > MAX_EDITS:
        return None
    read = tuple(_edit(edit) for edit in edits)
    known = tuple(edit for edit in read if edit is not None)
    return Message(value["client"], value["start"], known) if len(known) == len(read) else None


def done(spec: PipelineSpec, open_step: str, edit: Edit, before: Answered) -> Done:
    """Do one edit; one that cannot be done leaves everything as it was and says why.

    Args:
        spec: The pipeline.
        open_step: Id of the node that is open, or empty.
        edit: What was done.
        before: What has been done for the tab before.
    """
    edit = _with_ids(edit, before.names)
    try:
        after = ACTS[edit.act](spec, edit)
    except PipelineError as error:
        return Done(spec, open_step, replace(before, seq=edit.seq, refused=str(error)))
    known = {node.id for node in spec.walk()}
    new = [node.id for node in after.walk() if node.id not in known]
    names = {**before.names, **dict(zip(edit.made, new, strict=False))}
    if edit.act == "open":
        open_step = edit.ids[0] if edit.ids else ""
    elif new:
        open_step = new[0]
    short = dict(list(names.items())[-_KEPT_NAMES:])
    return Done(after, open_step if after.has(open_step) else "", Answered(before.client, edit.seq, short))


def _with_ids(edit: Edit, names: Mapping[str, str]) -> Edit:
    parent = edit.parent if edit.parent is None else names.get(edit.parent, edit.parent)
    return replace(edit, ids=tuple(names.get(node_id, node_id) for node_id in edit.ids), parent=parent)


def _edit(value: Any) -> Edit | None:
    if not isinstance(value, Mapping) or not _is_text(value.get("act")) or value["act"] not in ACTS:
        return None
    seq, ids, made = value.get("seq"), value.get("ids"), value.get("made")
    parent, index = value.get("parent"), value.get("index")
    kind, title = value.get("kind"), value.get("title")
    if not (_is_count(seq) and _is_count(index) and _are_texts(ids) and _are_texts(made)):
        return None
    if not (_is_text(kind) and _is_text(title) and (parent is None or _is_text(parent))):
        return None
    return Edit(seq, value["act"], tuple(ids), parent, index, kind, title, tuple(made))


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _is_text(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and len(value) <= MAX_TEXT


def _are_texts(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and len(value) <= MAX_IDS and all(_is_text(item) for item in value)
