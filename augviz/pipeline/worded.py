"""Values of parameters as one reads them aloud: short numbers, ranges with their two ends, choices by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from augviz.transforms.kinds import AxisRanges, NoiseForm, Pair, Parameter, Range, ShareOrPixels, ends_of, is_number
from augviz.transforms.titles import label_of

MAX_CHARACTERS = 60
"""A value longer than this (a list of many numbers) is cut."""


def worded(value: Any, parameter: Parameter | None = None, digits: int = 4) -> str:
    """A value in words.

    Args:
        value: A frozen value.
        parameter: What is known about it; without, two numbers count as a range when the first is the smaller.
        digits: Significant digits of numbers.

    >>> worded((-15, 15))
    '−15…15'
    >>> worded(0.123456)
    '0.1235'
    """
    text = _worded(plain_range(value, parameter), parameter, digits)
    return text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1] + "…"


def same_value(a: Any, b: Any, parameter: Parameter | None) -> bool:
    """Whether two values do the same: 15 where it stands for (-15, 15); 1 and 1.0 except where one means pixels."""
    a, b = plain_range(a, parameter), plain_range(b, parameter)
    if isinstance(parameter, ShareOrPixels) or isinstance(a, bool) != isinstance(b, bool):
        return repr(a) == repr(b)
    return bool(a == b)


def plain_range(value: Any, parameter: Parameter | None) -> Any:
    """A number that stands for a range as that range; everything else as it is."""
    if isinstance(parameter, Range) and is_number(value) and parameter.scalar_means != "refused":
        return ends_of(value, parameter.scalar_means)
    return value


def _worded(value: Any, parameter: Parameter | None, digits: int) -> str:
    if value is None:
        return (parameter.none_means if parameter is not None else "") or "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if is_number(value):
        label = None if parameter is None else label_of(parameter.name, value)
        return label if label is not None and not _is_numeral(label) else _number(value, digits)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_worded(item, None, digits)}" for key, item in value.items()) or "none"
    if isinstance(value, tuple):
        return _tuple(value, parameter, digits)
    return str(value)


def _tuple(value: tuple[Any, ...], parameter: Parameter | None, digits: int) -> str:
    texts = [_worded(item, None, digits) for item in value]
    if isinstance(parameter, Pair):
        return " × ".join(texts)
    is_pair = len(value) == 2 and all(is_number(item) for item in value)
    if is_pair and (isinstance(parameter, Range | AxisRanges | ShareOrPixels | NoiseForm) or value[0] < value[1]):
        return "…".join(texts)
    return f"({', '.join(texts)})" if texts else "none"


def _number(value: float, digits: int) -> str:
    text = str(value) if isinstance(value, int) else f"{value:.{digits}g}"
    return text.replace("-", "−")


def _is_numeral(text: str) -> bool:
    return text.replace(".", "", 1).replace("-", "", 1).isdigit()
