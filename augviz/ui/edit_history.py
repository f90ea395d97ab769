"""Every version that a pipeline went through, so that each edit can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from augviz.pipeline.difference import Change, changes, headline
from augviz.pipeline.spec import PipelineSpec

MOST = 200
"""Versions kept; a version shares all nodes that were not edited, so one weighs some kilobytes."""

SAME_EDIT_S = 2.0
"""A value that is changed again within this time belongs to the same edit: a held arrow key is one edit, not forty."""


@dataclass(frozen=True)
class Entry:
    """One version.

    Attributes:
        title: What the edit was that led here.
        spec: The pipeline.
        start: Id of the starting point it came from, or empty.
        at_s: When it was made, in seconds of a clock that never goes back.
        id: Its number; no other version of the history ever had it.
    """

    title: str
    spec: PipelineSpec
    start: str = ""
    at_s: float = 0.0
    id: int = 0


@dataclass(frozen=True)
class History:
    """Versions in the order they were made, and which of them is in hand.

    Attributes:
        entries: Oldest first.
        place: The one in hand; what lies behind it can be redone.
        made: How many versions there have been.
    """

    entries: tuple[Entry, ...] = ()
    place: int = 0
    made: int = 0

    @property
    def now(self) -> Entry:
        """The version in hand."""
        return self.entries[self.place]

    def at(self, place: int) -> History:
        """Another version in hand; at most the first and the last."""
        return replace(self, place=max(0, min(len(self.entries) - 1, place)))

    def noted(self, spec: PipelineSpec, start: str, now_s: float, title: str = "") -> History:
        """The history after an edit; what could have been redone is gone.

        Args:
            spec: The pipeline after the edit.
            start: Id of its starting point, or empty.
            now_s: Time of the edit in seconds.
            title: What to call the edit; by default what differs is said.
        """
        past = self.entries[: self.place + 1]
        edits = changes(past[-1].spec, spec) if past else ()
        goes_on = not title and self._goes_on(edits, now_s)
        if goes_on:
            past = past[:-1]
            edits = changes(past[-1].spec, spec)
        if past and not edits and not title:  # written otherwise, or the value is back where it was
            later = () if goes_on else self.entries[self.place + 1 :]
            return replace(self, entries=(*past[:-1], replace(past[-1], spec=spec), *later), place=len(past) - 1)
        entry = Entry(title or (headline(edits) if past else "Start"), spec, start, now_s, self.made)
        entries = (*past, entry)[-MOST:]
        return History(entries, len(entries) - 1, self.made + 1)

    def _goes_on(self, edits: tuple[Change, ...], now_s: float) -> bool:
        """Whether the last edit changed the same one value a moment ago."""
        if self.place < 1 or now_s - self.now.at_s > SAME_EDIT_S:
            return False
        before = changes(self.entries[self.place - 1].spec, self.now.spec)
        return _value_of(before) is not None and _value_of(before) == _value_of(edits)


def _value_of(edits: tuple[Change, ...]) -> tuple[str, str, str] | None:
    """Which value the edit changed, if it changed just one."""
    if len(edits) != 1 or edits[0].kind != "changed":
        return None
    return edits[0].node_id, edits[0].name, edits[0].field
