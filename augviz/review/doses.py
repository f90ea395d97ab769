"""How strongly a step did what it did, in physical units: what a dose–response curve is drawn over."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from augviz.pipeline.effects import UNCHANGED, UNMOVED, Appearance, Effects, Geometry
from augviz.review.review import Dose
from augviz.wording import percent


class Quantity(NamedTuple):
    """One thing a step can do.

    Attributes:
        id: Name in the store.
        title: Name for people.
        unit: "°", "share" (0..1), "×" (times as much or as little, less 1), or empty.
        read: From what was measured to a number, at least 0; 0 is nothing.
        least: Less than this is not worth speaking of.
    """

    id: str
    title: str
    unit: str
    read: Callable[[Effects], float]
    least: float


def _where(effects: Effects) -> Geometry:
    return effects.geometry or UNMOVED


def _look(effects: Effects) -> Appearance:
    return effects.appearance or UNCHANGED


MOST_TIMES = 100.0
"""Whatever is more is told as so many times: what takes all colour away is the strongest, and has no ratio."""


def _times(ratio: float) -> float:
    """How many times as much or as little, less 1: 0 is unchanged, 1 is twice or half."""
    return (min(max(ratio, 1 / ratio), MOST_TIMES) if ratio > 0 else MOST_TIMES) - 1


QUANTITIES: tuple[Quantity, ...] = (
    Quantity("rotation", "turn", "°", lambda did: abs(_where(did).rotation_deg), 0.5),
    Quantity("mirror", "mirror image", "", lambda did: float(_where(did).is_mirrored), 0.5),
    Quantity("zoom", "zoom", "×", lambda did: _times(_where(did).scale), 0.01),
    Quantity("shear", "shear", "°", lambda did: _where(did).shear_deg, 0.5),
    Quantity("warp", "bending", "share", lambda did: _where(did).warp_share, 0.005),
    Quantity("cut", "cut away", "share", lambda did: 1 - _where(did).source_seen_share, 0.01),
    Quantity("padding", "padding", "share", lambda did: _where(did).padded_share, 0.01),
    Quantity("erased", "erased", "share", lambda did: did.lost_share, 0.01),
    Quantity("hue", "turn of the hue", "°", lambda did: _look(did).hue_deg, 1.0),
    Quantity("brightness", "change of brightness", "share", lambda did: abs(_look(did).brightness), 0.01),
    Quantity("contrast", "change of contrast", "×", lambda did: _times(_look(did).contrast), 0.02),
    Quantity("saturation", "change of saturation", "×", lambda did: _times(_look(did).saturation), 0.02),
    Quantity("noise", "noise", "share", lambda did: _look(did).noise, 0.002),
    Quantity("blur", "lost sharpness", "share", lambda did: max(0.0, 1 - _look(did).sharpness), 0.02),
)
"""Source of each number: docs/effects.md."""

QUANTITY: Mapping[str, Quantity] = {row.id: row for row in QUANTITIES}


def shown(quantity: str, value: float) -> str:
    """A strength for people.

    >>> shown("rotation", 12.34), shown("shear", 3.21), shown("cut", 0.31), shown("zoom", 0.3)
    ('12°', '3.2°', '31%', '1.3 ×')
    """
    unit = QUANTITY[quantity].unit
    if unit == "share":
        return percent(value)
    if unit == "×":
        return f"{value + 1:.3g} ×"
    return f"{value:.0f}{unit}" if value >= 10 else f"{value:.1f}{unit}"


def doses_of(effects: Effects) -> tuple[Dose, ...]:
    """What a step did, without what is not worth speaking of."""
    read = ((row, row.read(effects)) for row in QUANTITIES)
    return tuple(Dose(row.id, value) for row, value in read if math.isfinite(value) and value >= row.least)
