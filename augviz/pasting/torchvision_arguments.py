"""The arguments of one torchvision transform, with its defaults, checked as they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from augviz.errors import PipelineError, Problem
from augviz.pasting.seen import Call, Seen

REQUIRED = object()
"""Stands where a signature has no default."""

Signature = Mapping[str, Any]

_INTERPOLATION = {"nearest": 0, "nearest_exact": 6, "bilinear": 1, "bicubic": 2, "box": 3, "hamming": 1, "lanczos": 4}
_PILLOW = ("nearest", "lanczos", "bilinear", "bicubic", "box", "hamming")
_PADDING = {"constant": 0, "edge": 1, "symmetric": 2, "reflect": 4}

Range = tuple[float, float]


class Arguments:
    """What a call of a torchvision transform says, and what is noted about it.

    Args:
        name: Name of the transform.
        signature: Its arguments in order, with their defaults.
        call: The call.
        seen: Where it stands.

    Raises:
        PipelineError: An argument is unknown, given twice or missing.
    """

    def __init__(self, name: str, signature: Signature, call: Call, seen: Seen) -> None:
        self.name = name
        self.line = seen.line
        self.notes: list[Problem] = []
        self.given = _bound(name, signature, call, seen)
        self.defaults = signature

    def where(self, key: str) -> str:
        """The line of an argument."""
        return self.given[key].where if key in self.given else f"line {self.line}"

    def raw(self, key: str) -> Any:
        """A value as it stands there, or the default."""
        return self.given[key].plain() if key in self.given else self.defaults[key]

    def refused(self, key: str, expected: str) -> PipelineError:
        """The error for a value that the transform does not take."""
        shown = repr(self.raw(key))
        shown = shown if len(shown) <= 60 else f"{shown[:59]}…"
        return PipelineError(
            f"{self.name}.{key}: {shown} is not accepted", where=self.where(key), mend=f"It must be {expected}."
        )

    def note(self, what: str, mend: str = "", kind: Literal["left out", "changed", "note"] = "changed") -> None:
        """Something that is said about this transform."""
        self.notes.append(Problem(f"line {self.line}", f"{self.name}: {what}", mend, kind))

    def unused(self, key: str, what: str) -> None:
        """Say that an argument is left out, where it is not at its default."""
        if key in self.given and self.raw(key) != self.defaults[key]:
            self.note(f"{key} is left out, because {what}", kind="left out")

    def number(self, key: str, low: float, high: float) -> float:
        """A number within bounds.

        Raises:
            PipelineError: It is none, or outside.
        """
        value = self.raw(key)
        if not _is_number(value) or not low <= value <= high:
            raise self.refused(key, f"a number from {low:g} to {high:g}")
        return float(value)

    def whole(self, key: str, low: int, high: int) -> int:
        """A whole number within bounds.

        Raises:
            PipelineError: It is none, or outside.
        """
        value = self.raw(key)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise self.refused(key, f"a whole number from {low} to {high}")
        return value

    def chance(self) -> float:
        """The argument ``p``."""
        return self.number("p", 0, 1)

    def flag(self, key: str) -> bool:
        """True or false.

        Raises:
            PipelineError: Something else.
        """
        value = self.raw(key)
        if not isinstance(value, bool):
            raise self.refused(key, "True or False")
        return value

    def span(self, key: str, low: float, high: float) -> Range:
        """Two numbers, the first not above the second, within bounds.

        Raises:
            PipelineError: They are not.
        """
        return self.as_span(key, self.raw(key), low, high)

    def as_span(self, key: str, value: Any, low: float, high: float) -> Range:
        """The same for a part of an argument."""
        if not isinstance(value, (list, tuple)) or len(value) != 2 or not all(_is_number(end) for end in value):
            raise self.refused(key, "two numbers")
        first, second = (float(end) for end in value)
        if not low <= first <= second <= high:
            raise self.refused(key, f"two numbers in order, from {low:g} to {high:g}")
        return first, second

    def angles(self, key: str, limit: float) -> Range:
        """One number for both ways, or two."""
        value = self.raw(key)
        if _is_number(value):
            return self.as_span(key, (-value, value), -limit, limit)
        return self.as_span(key, value, -limit, limit)

    def size(self, key: str) -> tuple[int, int]:
        """Height and width; one number is both.

        Raises:
            PipelineError: Neither one nor two whole numbers above 0.
        """
        value = self.raw(key)
        sides = [value] if isinstance(value, int) else value
        if (
            not isinstance(sides, (list, tuple))
            or len(sides) not in (1, 2)
            or not all(isinstance(side, int) and not isinstance(side, bool) and side > 0 for side in sides)
        ):
            raise self.refused(key, "one or two whole numbers above 0 (height, width)")
        return sides[0], sides[-1]

    def is_one_number(self, key: str) -> bool:
        """Whether a size is a single number, also as a list of one."""
        value = self.raw(key)
        return isinstance(value, int) or (isinstance(value, (list, tuple)) and len(value) == 1)

    def fill(self, key: str = "fill") -> dict[str, Any]:
        """The colour of what comes from outside the picture; nothing where it is black, as in both libraries.

        Raises:
            PipelineError: A colour for each kind of data, which only torchvision knows.
        """
        value = self.raw(key)
        if value in (0, None):
            return {}
        if not _is_number(value) and not (isinstance(value, list) and all(_is_number(part) for part in value)):
            raise self.refused(key, "a number, or one for each channel")
        return {"fill": value}

    def interpolation(self, narrow: bool = False) -> dict[str, Any]:
        """How pixels are resampled; nothing where it is linear, the default of Albumentations.

        Args:
            narrow: The transform of Albumentations does not know nearest_exact.

        Raises:
            PipelineError: It is not one that torchvision has.
        """
        value = self.raw("interpolation")
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(_PILLOW):
            value = _PILLOW[value]
        if value not in _INTERPOLATION:
            raise self.refused("interpolation", "a member of InterpolationMode")
        flag = _INTERPOLATION[value]
        flag = 0 if narrow and flag == 6 else flag
        return {} if flag == 1 else {"interpolation": flag}

    def border(self, key: str = "padding_mode") -> dict[str, Any]:
        """How the outside is filled; nothing where it is one colour.

        Raises:
            PipelineError: It is not one that torchvision has.
        """
        value = self.raw(key)
        if value not in _PADDING:
            raise self.refused(key, f"one of {', '.join(_PADDING)}")
        return {} if value == "constant" else {"border_mode": _PADDING[value]}


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _bound(name: str, signature: Signature, call: Call, seen: Seen) -> dict[str, Seen]:
    if len(call.positional) > len(signature):
        raise PipelineError(
            f"{name} takes {len(signature)} arguments, and {len(call.positional)} are given", where=seen.where
        )
    entries = dict(zip(signature, call.positional))
    for key, value in call.named.items():
        if key in entries:
            raise PipelineError(f"{name} is given {key} twice", where=value.where, mend="Remove one of them.")
        if key not in signature:
            known = ", ".join(signature) or "none"
            raise PipelineError(f"{name} has no argument '{key}'", where=value.where, mend=f"It has: {known}.")
        entries[key] = value
    missing = [key for key, default in signature.items() if default is REQUIRED and key not in entries]
    if missing:
        raise PipelineError(f"{name} needs {missing[0]}", where=seen.where, mend=f"Write {name}({missing[0]}=…).")
    return entries
