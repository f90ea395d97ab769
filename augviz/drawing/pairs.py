"""Names of which one becomes the other in a mirror."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from augviz.drawing.edits import name_of

Pairs = tuple[tuple[str, str], ...]

MAX_PAIRS = 500

_OTHER = {"left": "right", "right": "left", "l": "r", "r": "l"}

_SIDE = re.compile(r"(?<![a-z])(left|right|l|r)(?![a-z])|(?<=[a-z])(left|right)$|^(left|right)(?=[a-z])", re.IGNORECASE)
"""A side that stands alone ("left eye", "eye_l", "L-ear"), or "left" and "right" at an end ("leftEye", "eyeLeft")."""


def suggested_pairs(names: Iterable[str]) -> Pairs:
    """Pairs of names that differ in nothing but left and right; the one with "left" comes first.

    >>> suggested_pairs(["nose", "right eye", "left eye", "ear_L", "ear_R"])
    (('left eye', 'right eye'), ('ear_L', 'ear_R'))
    """
    known = dict.fromkeys(names)
    pairs: dict[tuple[str, str], None] = {}
    for name in known:
        other = _mirrored(name)
        if other != name and other in known:
            left_first = _is_left(name)
            pairs[(name, other) if left_first else (other, name)] = None
    return tuple(pairs)


def cleaned_pairs(rows: Iterable[Sequence[object]]) -> tuple[Pairs, tuple[str, ...]]:
    """Pairs as a person typed them, without empty ones; each name once.

    Returns:
        The pairs, and a sentence for each row that is no pair.
    """
    pairs: list[tuple[str, str]] = []
    taken: set[str] = set()
    said: list[str] = []
    for row in rows:
        typed = [value.strip() for value in row if isinstance(value, str) and value.strip()]
        if not typed or len(pairs) >= MAX_PAIRS:
            continue
        if len(typed) < 2:
            said.append(f"{name_of(typed[0])} has no other side yet.")
            continue
        first, second = name_of(typed[0]), name_of(typed[1])
        if first == second or taken & {first, second}:
            said.append(f"{first} and {second}: a name can have one other side only.")
            continue
        taken |= {first, second}
        pairs.append((first, second))
    return tuple(pairs), tuple(said)


def _is_left(name: str) -> bool:
    found = _SIDE.search(name)
    return found is not None and found.group().lower().startswith("l")


def _mirrored(name: str) -> str:
    return _SIDE.sub(lambda found: _like(found.group(), _OTHER[found.group().lower()]), name)


def _like(model: str, word: str) -> str:
    """The word in the case of the model."""
    if model.isupper():
        return word.upper()
    return word.capitalize() if model[0].isupper() else word
