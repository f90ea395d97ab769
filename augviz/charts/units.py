"""Numbers in the unit in which they are shown, and in words.

Statistics count in levels from 0 to 255. Pictures whose values go from 0 to 1 (``float32``, and 16 bits, which become
that) are shown in shares of their range, as their histograms are.
"""

from __future__ import annotations

import math

from augviz.statistics.pixel_statistics import scalar_named

RANGE = "of the range"
"""Unit of levels where all images are ``float32``."""

TITLES = {
    "clipped low": "Pixels at the lower end",
    "clipped high": "Pixels at the upper end",
}

MOST_PERCENT = 3.0
"""Larger ratios are told as times and not as percent."""


def title_of(name: str) -> str:
    """A number for people, without its unit: "Brightness", "Pixels at the lower end"."""
    return TITLES.get(name) or f"{name[:1].upper()}{name[1:]}"


def unit_of(name: str, top: float = 255.0) -> str:
    """Unit in which a number is shown.

    Args:
        name: The number.
        top: Upper end of the range: 255, or 1 (:attr:`augviz.statistics.over_draws.OverDraws.top`).
    """
    unit = scalar_named(name).unit
    return {"levels": RANGE if top == 1 else "levels", "log": "logarithm"}.get(unit, unit)


def factor_of(name: str, top: float = 255.0) -> float:
    """By what a number is multiplied to be shown in :func:`unit_of`."""
    return top / 255 if scalar_named(name).unit == "levels" else 1.0


def axis_title(name: str, top: float = 255.0) -> str:
    """A number with its unit, for an axis."""
    what, unit = title_of(name).lower() if name in TITLES else name, unit_of(name, top)
    return f"{what} ({unit})" if unit else what


def shown(name: str, value: float, top: float = 255.0) -> str:
    """A number with its unit in words.

    >>> shown("brightness", 131.7), shown("clipped low", 0.125), shown("brightness", 51, 1.0)
    ('132 levels', '12% of the pixels', '0.2 of the range')
    """
    unit = unit_of(name, top)
    if unit == "share":
        return f"{_percent(value)}% of the pixels"
    if unit == "logarithm":
        return f"{plain(value)} on its logarithmic scale"
    return f"{plain(value * factor_of(name, top))} {unit}".rstrip()


def range_shown(name: str, low: float, high: float, top: float = 255.0) -> str:
    """A range of a number in words, its unit once.

    >>> range_shown("brightness", 80.2, 140), range_shown("clipped low", 0, 0.0028)
    ('80 to 140 levels', '0 to 0.28% of the pixels')
    """
    if unit_of(name, top) == "share":
        return f"{_percent(low)} to {_percent(high)}% of the pixels"
    texts = [shown(name, end, top) for end in (low, high)]
    number, _space, unit = texts[1].partition(" ")
    return f"{texts[0].partition(' ')[0]} to {number} {unit}".rstrip()


def size_shown(name: str, value: float, top: float = 255.0) -> str:
    """The size of a change, either way, in words: "15 levels", "a factor of 2.1" for sharpness."""
    if unit_of(name, top) == "logarithm":
        return f"a factor of {plain(math.exp(abs(value)))}"
    return shown(name, abs(value), top)


def change_shown(name: str, low: float, high: float, top: float = 255.0) -> str:
    """A change that lies between two ends, in words; one number where they are the same.

    >>> change_shown("brightness", -12.2, 14)
    '−12 to +14 levels'
    >>> change_shown("sharpness", -2.3, 0.0), change_shown("sharpness", 0.0, 3.0)
    ('10 to 100% of what it was', '1 to 20 times what it was')
    """
    unit = unit_of(name, top)
    if unit == "logarithm":
        return _ratio_shown(math.exp(low), math.exp(high))
    scale = 100.0 if unit == "share" else factor_of(name, top)
    words = "% of the pixels" if unit == "share" else f" {unit}"
    return f"{_span(_signed(low * scale), _signed(high * scale))}{words}".rstrip()


def plain(value: float) -> str:
    """A number for people: two digits of small ones, whole ones from ten on.

    >>> plain(131.7), plain(2.345), plain(0.0123), plain(0.0), plain(-3.21)
    ('132', '2.3', '0.012', '0', '−3.2')
    """
    if abs(value) < 0.0005:
        return "0"
    text = f"{abs(value):,.0f}" if abs(value) >= 9.95 else f"{float(f'{abs(value):.2g}'):g}"
    return f"−{text}" if value < 0 else text


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def _ratio_shown(low: float, high: float) -> str:
    """Sharpness is a logarithm: its changes are ratios."""
    if high > MOST_PERCENT:
        return f"{_span(plain(low), plain(high))} times what it was"
    return f"{_span(_percent(low), _percent(high))}% of what it was"


def _percent(share: float) -> str:
    return plain(100 * share)


def _signed(value: float) -> str:
    text = plain(abs(value))
    return text if text == "0" else f"{'−' if value < 0 else '+'}{text}"
