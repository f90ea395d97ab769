"""The scale that a reviewer judges on, one verdict, and which of several rows counts.

Nothing that was said is ever overwritten: a change of mind is a new row, to take a verdict back is one too, and what
the reviewers agree on afterwards is kept beside what each of them said first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar, get_args

from augviz.errors import InputError

Answer = Literal["same", "changed", "cannot tell", "unusable"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)


class Wording(NamedTuple):
    """One answer for people.

    Attributes:
        answer: The answer.
        title: Words on its button.
        key: The key that gives it.
        means: When to give it, one sentence.
    """

    answer: Answer
    title: str
    key: str
    means: str


SCALE: tuple[Wording, ...] = (
    Wording("same", "Same label", "1", "I would give this picture the label that is stored."),
    Wording("changed", "Label changed", "2", "I would give it another label, or the marked object is another one now."),
    Wording("cannot tell", "Cannot tell", "3", "The picture does not show enough to decide."),
    Wording("unusable", "Unusable", "4", "Nobody could label this picture, nor should anything learn from it."),
)
"""Source: guide, "would a human assign the same label?"; an unsure verdict is counted apart."""

WORDING: Mapping[Answer, Wording] = {row.answer: row for row in SCALE}

MAX_TEXT = 20_000
"""Characters of one text that a person writes: a name, a reason, a note, a label."""


@dataclass(frozen=True)
class Judgement:
    """What a reviewer says of one picture.

    Attributes:
        answer: One of :data:`ANSWERS`.
        reason: Why, in a few words; may be empty.
        note: Anything else; may be empty.
        object_id: The object it is about, or None for the whole picture.
        step_id: The step that the reviewer blames, after all steps were shown; may be empty.
        seconds: How long it took, at least 0.

    Raises:
        InputError: The answer is not on the scale, or a text is longer than :data:`MAX_TEXT`.
    """

    answer: Answer
    reason: str = ""
    note: str = ""
    object_id: int | None = None
    step_id: str = ""
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.answer not in ANSWERS:
            raise InputError(f"a verdict is one of {', '.join(ANSWERS)}, not {self.answer!r}", where="verdict")
        for name in ("reason", "note", "step_id"):
            object.__setattr__(self, name, storable(getattr(self, name), name))
        object.__setattr__(self, "seconds", max(0.0, float(self.seconds)))


@dataclass(frozen=True)
class Recorded:
    """One stored row of a reviewer.

    Attributes:
        id: Rises with every row of a store.
        reviewer: Id of the reviewer.
        place: The item, from 0.
        judgement: What was said; None takes back what was said before.
        at: When, UTC.
    """

    id: int
    reviewer: int
    place: int
    judgement: Judgement | None
    at: dt.datetime


@dataclass(frozen=True)
class FirstLabel:
    """What a reviewer called a picture before the stored label was shown.

    Attributes:
        id, reviewer, place, at: As for :class:`Recorded`.
        label: The reviewer's label; may be empty.
    """

    id: int
    reviewer: int
    place: int
    label: str
    at: dt.datetime


@dataclass(frozen=True)
class Adjudication:
    """What was agreed on after reviewers had disagreed; what each of them said stays.

    Attributes:
        id, place, at: As for :class:`Recorded`.
        answer: What holds now.
        by: Who agreed.
        note: Why; may be empty.
    """

    id: int
    place: int
    answer: Answer
    by: str
    note: str
    at: dt.datetime


Row = TypeVar("Row", FirstLabel, Recorded)


def latest(rows: Iterable[Row]) -> dict[tuple[int, int], Row]:
    """The last row of each reviewer and item, by ``(reviewer, place)``; also one that takes a verdict back."""
    return {(row.reviewer, row.place): row for row in sorted(rows, key=lambda row: row.id)}


def standing(rows: Iterable[Recorded]) -> dict[tuple[int, int], Judgement]:
    """The verdicts that count, by ``(reviewer, place)``: the last row of each, without those taken back."""
    return {key: row.judgement for key, row in latest(rows).items() if row.judgement is not None}


def standing_of(rows: Iterable[Recorded], reviewer: int) -> dict[int, Judgement]:
    """The verdicts of one reviewer that count, by the place of the item."""
    return {place: said for (who, place), said in standing(rows).items() if who == reviewer}


def agreed(rows: Iterable[Adjudication]) -> dict[int, Adjudication]:
    """The last adjudication of each item, by its place."""
    return {row.place: row for row in sorted(rows, key=lambda row: row.id)}


def storable(text: str, where: str) -> str:
    """Text that every database keeps as it is.

    PostgreSQL holds no NUL, and half of a surrogate pair is no UTF-8: both become the replacement character.

    Raises:
        InputError: It is longer than :data:`MAX_TEXT`.
    """
    if len(text) > MAX_TEXT:
        raise InputError(f"it has {len(text):,} characters, and {MAX_TEXT:,} are kept", where=where, mend="Shorten it.")
    return "".join("\N{REPLACEMENT CHARACTER}" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)
