"""How far each number moves, all on one scale: what stands first when somebody asks whether it is too much.

A change is told in the unit of its number, and ranked by how much that is: brightness that changes by 20 levels and
noise by 20 levels are not the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from augviz.statistics.contributions import Contribution, Contributions
from augviz.statistics.over_draws import DrawnScalars, OverDraws
from augviz.statistics.pixel_statistics import SCALARS

MUCH: Mapping[str, float] = MappingProxyType(
    {
        "brightness": 48.1,
        "contrast": 11.5,
        "saturation": 54.4,
        "colourfulness": 27.4,
        "entropy": 0.78,
        "sharpness": 0.96,
        "noise": 25.5,
        "clipped low": 0.3,
        "clipped high": 0.3,
    }
)
"""A change of each number, in its unit, that is 1 on the common scale.

Source: how much pictures of different kinds differ, as the standard deviation over the sample images that come with
augviz (measured). Good pictures have neither noise nor clipped pixels, so for those it is the limit from which the
checks doubt a sample: noise of 0.1 of the range, three tenths of the pixels.
"""

SPREAD = (5.0, 95.0)
"""Percentiles of the changes over all draws: nine tenths of them lie between."""

LEAST = 0.02
"""On the common scale; smaller changes are those of rounding and resampling, and are not told."""

BEYOND_GREY = 1.5
"""A channel is told beside brightness only where it moves so many times as far: then colours shift."""

NEARLY_AS_FAR = 2 / 3
"""A second step is named beside the first where it moves a number by so much of what the first does."""


@dataclass(frozen=True)
class Move:
    """How far one number moves, augmented against the original of the same image.

    Attributes:
        scalar: The number.
        low, high: 5th and 95th percentile of the change over all draws, in its unit.
        size: Mean size of the change, either way.
        strength: The same on the common scale of :data:`MUCH`.
        farthest: The sample that moves farthest.
        farthest_change: By how much.
    """

    scalar: str
    low: float
    high: float
    size: float
    strength: float
    farthest: DrawnScalars
    farthest_change: float


def moves(over: OverDraws) -> tuple[Move, ...]:
    """Every number that can be read before and after, the one that moves most first."""
    found = [move for name in over.scalar_names if (move := move_of(over, name)) is not None]
    return tuple(sorted(found, key=lambda move: -move.strength))


def move_of(over: OverDraws, scalar: str) -> Move | None:
    """How far one number moves; None where no sample tells."""
    before = {one.place: one.scalars[scalar] for one in over.originals if scalar in one.scalars}
    read = [one for one in over.drawn if scalar in one.scalars and one.place in before]
    if not read:
        return None
    changes = np.array([one.scalars[scalar] - before[one.place] for one in read])
    low, high = (float(end) for end in np.percentile(changes, SPREAD))
    size, far = float(np.abs(changes).mean()), int(np.abs(changes).argmax())
    return Move(scalar, low, high, size, size / much_of(scalar), read[far], float(changes[far]))


def top_moves(over: OverDraws, count: int = 3) -> tuple[Move, ...]:
    """The numbers that move most, each of another kind: a channel is told only where colours shift, and only one.

    Args:
        over: Original against augmented.
        count: At most how many; fewer where less moves.
    """
    found = [move for move in moves(over) if move.strength >= LEAST]
    general = [move for move in found if move.scalar in MUCH]
    grey = next((move.size for move in general if move.scalar == "brightness"), 0.0)
    channel = next((move for move in found if move.scalar.startswith("mean of ")), None)
    if channel is not None and channel.size > BEYOND_GREY * grey:
        general = sorted([*general, channel], key=lambda move: -move.strength)
    return tuple(general[:count])


def movers(found: Contributions, scalar: str) -> tuple[Contribution, ...]:
    """The step that moves a number most, and a second one where it does nearly as much; none where none does."""
    rows = sorted(found.of(scalar), key=lambda row: -row.size)[:2]
    least = LEAST * much_of(scalar)
    return tuple(row for row in rows if row.size >= max(least, NEARLY_AS_FAR * rows[0].size))


def much_of(scalar: str) -> float:
    """What is 1 on the common scale, for channels too."""
    if scalar in MUCH:
        return MUCH[scalar]
    return MUCH["brightness" if scalar.startswith("mean of ") else "contrast"]


def changed_most(
    before: Mapping[str, float], after: Mapping[str, float], count: int = 3
) -> Sequence[tuple[str, float]]:
    """The numbers of one sample that changed most, with their change in their unit.

    Args:
        before, after: The numbers by name (:data:`augviz.statistics.pixel_statistics.SCALARS`).
        count: At most how many; fewer where less changed.
    """
    changes = {one.name: after[one.name] - before[one.name] for one in SCALARS if {one.name} <= {*before} & {*after}}
    told = [(name, change) for name, change in changes.items() if abs(change) / MUCH[name] >= LEAST]
    return sorted(told, key=lambda pair: -abs(pair[1]) / MUCH[pair[0]])[:count]
