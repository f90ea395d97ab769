"""Which steps destroy something: what cannot be had back from the picture, measured when a step is forced to fire.

No list of names: a blur of three pixels and one of thirty have the same name. What a step did is held against the
limits that the checks have for what is lost (:mod:`augviz.preservation.checks`), wherever these were moved to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from augviz.pipeline.effects import Effects
from augviz.preservation.check import Check, Level
from augviz.preservation.checks import CHECK_OF
from augviz.preservation.facts import Facts

OFTEN_ENOUGH = 0.25
"""Share of a step's draws beyond a limit from which it is called destructive.

Source: own choice. Of 16 draws it is 4, and then it is at least one draw in ten with 95% confidence (Wilson); a step
that goes beyond a limit once in a hundred draws hardly ever meets another that does.
"""


class Kind(NamedTuple):
    """A way to destroy something.

    Attributes:
        words: What is lost, in plain words.
        check: Code of the check whose limit counts.
        level: Which of its limits.
        read: The number, from what one draw did; None where that draw does not tell.
    """

    words: str
    check: str
    level: Level
    read: Callable[[Effects], float | None]

    def limit(self, thresholds: Mapping[str, float]) -> float:
        """The limit in force."""
        return CHECK_OF[self.check].limits(thresholds)[self.level]


def _seen(effects: Effects) -> float | None:
    return None if effects.geometry is None else effects.geometry.source_seen_share


def _padded(effects: Effects) -> float | None:
    return None if effects.geometry is None else effects.geometry.padded_share


def _covered(effects: Effects) -> float | None:
    return effects.lost_share - (0.0 if effects.appearance is None else effects.appearance.newly_clipped_share)


def _clipped(effects: Effects) -> float | None:
    return None if effects.appearance is None else effects.appearance.newly_clipped_share


def _sharpness(effects: Effects) -> float | None:
    return None if effects.appearance is None else effects.appearance.sharpness


def _noise(effects: Effects) -> float | None:
    return None if effects.appearance is None else effects.appearance.noise


def _saturation(effects: Effects) -> float | None:
    return None if effects.appearance is None else effects.appearance.saturation


KINDS: tuple[Kind, ...] = (
    Kind("of the picture in view", "m1", "violating", _seen),
    Kind("of the picture is padding", "m11", "caution", _padded),
    Kind("of the picture covered", "m12", "caution", _covered),
    Kind("of the pixels driven to black or white", "m17", "caution", _clipped),
    Kind("of the sharpness left", "m18", "caution", _sharpness),
    Kind("of the sharpness left", "m18b", "caution", _sharpness),
    Kind("of the range is noise", "m19", "caution", _noise),
    Kind("of the colour left", "m16", "violating", _saturation),
)
"""What can be lost for good, and the check that has a limit for it. The last one of sharpness, and the one of colour,
count only where labels hang on that."""


@dataclass(frozen=True)
class Destruction:
    """What one step destroys.

    Attributes:
        step_id: The step.
        draws: How often it was forced to fire and could be measured.
        beyond: In how many of these draws it went beyond any limit.
        kind: The way in which most draws did; None where none did.
        worst: The worst number of that kind, a share.
        limit: The limit of it.
    """

    step_id: str
    draws: int
    beyond: int
    kind: Kind | None = None
    worst: float = 0.0
    limit: float = 0.0

    @property
    def is_destructive(self) -> bool:
        """Whether it goes beyond a limit often enough."""
        return self.draws > 0 and self.beyond >= OFTEN_ENOUGH * self.draws


def kinds_for(facts: Facts) -> tuple[Kind, ...]:
    """The ways that count for labels of which this is known; where nobody knows what a limit needs, it does not."""
    return tuple(kind for kind in KINDS if _counts(CHECK_OF[kind.check], facts))


def _counts(check: Check, facts: Facts) -> bool:
    return not check.needs or facts.answer(check.needs) == "yes"


def destruction_of(
    step_id: str,
    draws: Sequence[Effects],
    facts: Facts,
    thresholds: Mapping[str, float] = MappingProxyType({}),
) -> Destruction:
    """Hold what a step did against the limits.

    Args:
        step_id: The step.
        draws: What each forced draw did (:func:`augviz.preservation.judge.forced`).
        facts: What is known about the labels.
        thresholds: Limits that were moved, by id.
    """
    crossed = {kind: [k for k, one in enumerate(draws) if _crosses(kind, one, thresholds)] for kind in kinds_for(facts)}
    beyond = len({k for places in crossed.values() for k in places})
    if not beyond:
        return Destruction(step_id, len(draws), 0)
    kind = max(crossed, key=lambda each: len(crossed[each]))
    numbers = [value for k in crossed[kind] if (value := kind.read(draws[k])) is not None]
    worst = min(numbers) if CHECK_OF[kind.check].worse == "lower" else max(numbers)
    return Destruction(step_id, len(draws), beyond, kind, worst, kind.limit(thresholds))


def _crosses(kind: Kind, effects: Effects, thresholds: Mapping[str, float]) -> bool:
    value = kind.read(effects)
    return value is not None and CHECK_OF[kind.check].crosses(value, kind.limit(thresholds))
