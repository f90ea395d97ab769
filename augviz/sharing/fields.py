"""Values out of JSON that somebody else wrote, each checked for its type, its range and its length."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from augviz.errors import AugvizError, InputError

MAX_TEXT = 300
"""Characters of one name."""

MAX_NUMBER = 1e15
"""Largest number in any field; below 2**53, so that whole numbers stay whole."""

MAX_LIST = 10_000
"""Most entries of a list whose length nothing else limits."""

Check = Callable[[Any, str], Any]
"""Takes a plain JSON value and its place, gives the domain value, raises :class:`InputError`."""

_TRIMMED = 60


def parsed(text: str | bytes, where: str) -> Any:
    """JSON without NaN and Infinity, without a key that stands twice, and not too deep for the reader.

    Raises:
        InputError: It is none.
    """
    try:
        return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_single_keys)
    except (ValueError, RecursionError) as error:  # ValueError: also bytes that are no text, and endless digits
        raise InputError("this is no readable JSON", where=where, mend="Copy or save it again.") from error
    except InputError as error:
        raise InputError(error.what, where=where, mend=error.mend) from error


def _no_constant(name: str) -> Any:
    raise InputError(f"{name} is not a number that can be used")


def _single_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InputError("a field stands twice")
    return found


def shown(value: Any) -> str:
    """A value in a sentence, cut to a readable length."""
    text = repr(value)
    return text if len(text) <= _TRIMMED else f"{text[:_TRIMMED]}…"


def row(value: Any, where: str, known: Iterable[str], required: Iterable[str] = ()) -> dict[str, Any]:
    """An object with these fields and no others.

    Raises:
        InputError: It is no object, a field is unknown, or a required one is missing.
    """
    if not isinstance(value, dict):
        raise InputError(f"an object is expected here, not {shown(value)}", where=where)
    names = tuple(known)
    unknown = next((key for key in value if key not in names), None)
    if unknown is not None:
        raise InputError(
            f"there is no field {shown(unknown)}", where=where, mend="A newer augviz may have made it: update this one."
        )
    missing = next((key for key in required if key not in value), None)
    if missing is not None:
        raise InputError(f"the field '{missing}' is missing", where=where)
    return value


def items(value: Any, where: str, most: int = MAX_LIST) -> list[Any]:
    """A list of at most so many entries."""
    if not isinstance(value, list):
        raise InputError(f"a list is expected here, not {shown(value)}", where=where)
    if len(value) > most:
        raise InputError(f"{len(value):,} entries are too many, {most:,} are allowed", where=where)
    return value


def text(value: Any, where: str) -> str:
    """A text of at most ``MAX_TEXT`` printable characters; may be empty."""
    if not isinstance(value, str):
        raise InputError(f"a text is expected here, not {shown(value)}", where=where)
    if len(value) > MAX_TEXT or not value.isprintable():
        raise InputError(f"a text is too long or holds characters that cannot be shown: {shown(value)}", where=where)
    return value


def name(value: Any, where: str) -> str:
    """A text that is not empty."""
    if not text(value, where):
        raise InputError("a name is empty", where=where)
    return str(value)


def flag(value: Any, where: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise InputError(f"true or false is expected here, not {shown(value)}", where=where)
    return value


def number(value: Any, where: str) -> float:
    """A finite number; a whole one stays whole."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InputError(f"a number is expected here, not {shown(value)}", where=where)
    if not abs(value) <= MAX_NUMBER or not math.isfinite(value):
        raise InputError(f"the number {shown(value)} is out of all bounds", where=where)
    return value


def whole(low: int, high: int) -> Check:
    """Checks for a whole number from ``low`` to ``high``."""

    def check(value: Any, where: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise InputError(f"a whole number from {low:,} to {high:,} is expected, not {shown(value)}", where=where)
        return value

    return check


def one_of(options: Iterable[str]) -> Check:
    """Checks for one of these words."""
    words = tuple(options)

    def check(value: Any, where: str) -> str:
        if not isinstance(value, str) or value not in words:
            raise InputError(f"{shown(value)} is none of {', '.join(words)}", where=where)
        return value

    return check


def optional(check: Check) -> Check:
    """The same check, for a value that may be null."""
    return lambda value, where: None if value is None else check(value, where)


def tuple_of(check: Check, most: int = MAX_LIST) -> Check:
    """Checks every entry of a list."""
    return lambda value, where: tuple(check(entry, where) for entry in items(value, where, most))


def pair_of(check: Check) -> Check:
    """Checks a list of exactly two entries."""

    def checked(value: Any, where: str) -> tuple[Any, Any]:
        if len(items(value, where)) != 2:
            raise InputError(f"two entries are expected, not {len(value)}", where=where)
        return check(value[0], where), check(value[1], where)

    return checked


def mapping_of(check: Check, most: int) -> Check:
    """Checks the names and the values of an object with free names."""

    def checked(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict) or len(value) > most:
            raise InputError(f"an object with at most {most} fields is expected", where=where)
        return {name(key, where): check(entry, f"{where}, {shown(key)}") for key, entry in value.items()}

    return checked


def checked(value: Mapping[str, Any], checks: Mapping[str, Check], where: str) -> dict[str, Any]:
    """Every field of an object through its own check."""
    return {key: checks[key](entry, f"{where}, {key}") for key, entry in value.items()}


def placed(make: Callable[[], Any], where: str) -> Any:
    """Call, and put the place before what an error says of its own."""
    try:
        return make()
    except AugvizError as error:
        at = f"{where}, {error.where}" if error.where else where
        raise InputError(error.what, where=at, mend=error.mend) from error
