"""Hard bounds and slider ends of one parameter, brought together."""

from __future__ import annotations

import math

from augviz.transforms.introspection import Facts
from augviz.transforms.kinds import Bounds, is_number
from augviz.transforms.limits import limit_of
from augviz.transforms.slider_ranges import PIXEL_HOLES, slider_range

_ODD = frozenset({"blur_limit", "kernel_size", "blur_value"})
"""Kernels; OpenCV wants odd sizes."""

_EVEN_TOO = frozenset({"GaussianBlur.blur_limit"})
"""Here 0 means "from sigma", so the slider cannot run in twos from 3; even sizes become the next odd one."""


def bounds_of(transform: str, facts: Facts) -> Bounds:
    """Bounds of a parameter from its schema and the slider table."""
    hard_min, hard_max = facts.hard_min, facts.hard_max
    limit = limit_of(transform, facts.name)
    row = slider_range(transform, facts.name)
    is_integer = facts.only_integers
    low, high = _ends(facts)
    step = float(_step(low, high, is_integer))
    if row is not None:
        low, high, step = row.low, row.high, row.step
    if hard_min is not None:
        hard_min = _moved_in(hard_min, step, is_integer) if facts.excludes_min else hard_min
        low = max(low, hard_min)
    if hard_max is not None:
        hard_max = -_moved_in(-hard_max, step, is_integer) if facts.excludes_max else hard_max
        high = min(high, hard_max)
    hard_min = limit.low if hard_min is None else hard_min
    hard_max = limit.high if hard_max is None or (limit.high is not None and limit.high < hard_max) else hard_max
    is_odd = facts.name in _ODD and f"{transform}.{facts.name}" not in _EVEN_TOO
    return _typed(Bounds(hard_min, hard_max, low, high, step, is_integer, is_odd))


def bounds_within(transform: str, name: str, low: float, high: float | None) -> Bounds:
    """Bounds of a field that has no schema of its own."""
    row = slider_range(transform, name)
    if row is not None:
        return _typed(Bounds(low, high, max(row.low, low), row.high, row.step))
    top = 1.0 if high is None else high
    return _typed(Bounds(low, high, low, top, _step(low, top, False)))


def pixel_hole_bounds() -> Bounds:
    """Bounds of holes that are given in pixels."""
    return Bounds(1, None, int(PIXEL_HOLES.low), int(PIXEL_HOLES.high), int(PIXEL_HOLES.step), is_integer=True)


def _ends(facts: Facts) -> tuple[float, float]:
    """Ends from the schema, or around the default where there is neither a bound nor a row."""
    values = facts.default if isinstance(facts.default, tuple) else (facts.default,)
    largest = max((abs(value) for value in values if is_number(value)), default=1) or 1
    is_signed = any(is_number(value) and value < 0 for value in values)
    low = facts.hard_min if facts.hard_min is not None else (-10 * largest if is_signed else 0)
    high = facts.hard_max if facts.hard_max is not None else 10 * largest
    return low, max(high, low + 1)


def _step(low: float, high: float, is_integer: bool) -> float:
    """About a hundred steps, as a power of ten.

    >>> _step(0, 1, False), _step(0, 360, False), _step(0, 255, True)
    (0.01, 1.0, 1)
    """
    if is_integer:
        return 1
    return float(10.0 ** round(math.log10((high - low) / 100) - 0.2))


def _moved_in(bound: float, step: float, is_integer: bool) -> float:
    """The smallest value above an excluded bound that is worth typing."""
    return bound + 1 if is_integer else round(bound + min(step / 10, 0.001), 12)


def _typed(bounds: Bounds) -> Bounds:
    """Ints or floats throughout, as sliders want them."""
    convert = int if bounds.is_integer else float
    return bounds._replace(
        hard_min=None if bounds.hard_min is None else convert(bounds.hard_min),
        hard_max=None if bounds.hard_max is None else convert(bounds.hard_max),
        slider_min=convert(bounds.slider_min),
        slider_max=convert(bounds.slider_max),
        step=convert(bounds.step),
    )
