"""The words in which rules are written: limits on what a step does, answers about labels, and how to join them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from augviz.preservation.facts import FACT_OF
from augviz.preservation.prefill import names_a_side
from augviz.preservation.reach import QUANTITIES, QUARTER_DEG, UPSIDE_DOWN_DEG
from augviz.preservation.rules.case import Case


class Hit(NamedTuple):
    """That a condition holds, and by which number where there is one."""

    value: float | None = None
    limit: float | None = None
    unit: str = ""


When: TypeAlias = Callable[[Case], Hit | None]
"""A condition: what it found, or None."""

SLACK = 1.02
"""A measured number may be this much over a limit: Rotate(±15) is measured as up to 15.1°."""


def above(quantity: str, limit: float, up_to: float = math.inf) -> When:
    """More than ``limit``, and no more than ``up_to``."""
    row = QUANTITIES[quantity]

    def when(case: Case) -> Hit | None:
        value = row.read(case.reach)
        return Hit(value, limit, row.unit) if limit * SLACK + 1e-9 < value <= up_to * SLACK else None

    return when


def below(quantity: str, limit: float) -> When:
    """Less than ``limit``."""
    row = QUANTITIES[quantity]

    def when(case: Case) -> Hit | None:
        value = row.read(case.reach)
        return Hit(value, limit, row.unit) if value < limit / SLACK else None

    return when


def either(*conditions: When) -> When:
    """The first that holds."""
    return lambda case: next((hit for condition in conditions if (hit := condition(case)) is not None), None)


def both(*conditions: When) -> When:
    """All of them, asked one after the other until one says no; the number is that of the first."""

    def when(case: Case) -> Hit | None:
        first: Hit | None = None
        for condition in conditions:
            hit = condition(case)
            if hit is None:
                return None
            first = first or hit
        return first

    return when


def neither(*conditions: When) -> When:
    """None of them."""
    return lambda case: Hit() if all(condition(case) is None for condition in conditions) else None


def holds(test: Callable[[Case], bool]) -> When:
    """A plain test."""
    return lambda case: Hit() if test(case) else None


def yes(*facts: str) -> When:
    """One of these facts holds."""
    _known(facts)
    return holds(lambda case: any(case.facts.answer(fact) == "yes" for fact in facts))


def asked(*facts: str) -> When:
    """One of these facts is not known, and none holds."""
    _known(facts)
    return holds(
        lambda case: (
            any(case.facts.answer(fact) == "unknown" for fact in facts)
            and not any(case.facts.answer(fact) == "yes" for fact in facts)
        )
    )


def not_yes(*facts: str) -> When:
    """None of these facts holds, as far as is known."""
    _known(facts)
    return holds(lambda case: not any(case.facts.answer(fact) == "yes" for fact in facts))


def no(*facts: str) -> When:
    """None of these facts holds, for certain."""
    _known(facts)
    return holds(lambda case: all(case.facts.answer(fact) == "no" for fact in facts))


def named(*names: str) -> When:
    """The step is one of these transforms; for what pixels do not show, such as what a parameter is meant for."""
    return holds(lambda case: case.name in names)


def _known(facts: tuple[str, ...]) -> None:
    for fact in facts:
        if fact not in FACT_OF:
            raise ValueError(f"there is no fact {fact}")


def _follow(swaps: tuple[tuple[str, str], ...], names: frozenset[str]) -> bool:
    """Whether names that say a side change it with the picture: all of them do, and some are there to do so.

    Without images nobody knows the names; then those that the pipeline swaps are taken to be all.
    """
    swapped = frozenset(name for pair in swaps for name in pair)
    sided = frozenset(name for name in names if names_a_side(name))
    return bool(swapped) and sided <= swapped and (not names or not names.isdisjoint(swapped))


CLASSES_FOLLOW = holds(lambda case: _follow(case.spec.swaps, case.targets.names))
"""Classes that name a side change places in a mirror image."""

POINTS_FOLLOW = holds(lambda case: _follow(case.spec.swaps, case.targets.point_names))
"""Keypoints that name a side change places in a mirror image."""

MIRRORS = above("mirrored", 0)
"""It mirrors: whatever the turn after it."""

TURNS_A_QUARTER = above("turn", QUARTER_DEG)
TURNS_UPSIDE_DOWN = above("turn", UPSIDE_DOWN_DEG)
MIRRORS_SIDEWAYS = above("sideways", 0)


def turns(over: float, up_to: float = QUARTER_DEG) -> When:
    """It turns by more than ``over`` degrees, and by no quarter."""
    return above("turn", over, up_to / SLACK)


GREY = below("least_saturation", 0.15)
"""Colour is gone: ToGray leaves nothing, a strong fog leaves 0.7."""

REVERSED = either(below("correlation", -0.1), named("InvertImg", "Solarize"))
"""Light and dark change places. Solarize does it to bright tones only, of which an image may have few."""

SHUFFLES = both(above("warp", 0.15), holds(lambda case: case.reach.least_seen_share > 0.97))
"""Pieces change places and nothing leaves the image."""

ANOTHER_LAMP = named("PlanckianJitter")
"""The tint of a lamp; it moves the hue of grey things far and is no change of colour to the eye."""

HUE_LOST_DEG = 60.0

SOFT = {0.8: 0.14, 1.0: 0.09, 1.5: 0.035, 2.0: 0.017}
"""Share of the Laplacian's variance that a Gaussian blur of so many pixels leaves.

Source: measured on the photographs and drawings that come with the app; 0.8 px leaves .09 to .25, 2 px .004 to .055.
"""


def softer(sigma_px: float) -> When:
    """It takes away as much detail as a Gaussian blur of more than ``sigma_px``."""
    return below("sharpness", SOFT[sigma_px])


def downscales(scale: float) -> When:
    """A Downscale to less than ``scale``: the blocks that it leaves have edges, so that sharpness does not show it."""
    return holds(lambda case: case.name == "Downscale" and float(case.params["scale_range"][0]) < scale)


def compresses(quality: float) -> When:
    """A lossy compression below this quality: its blocks have edges too."""
    return holds(lambda case: case.name == "ImageCompression" and float(case.params["quality_range"][0]) < quality)


BOX_SAFE = ("BBoxSafeRandomCrop", "RandomSizedBBoxSafeCrop", "AtLeastOneBBoxRandomCrop", "CropNonEmptyMaskIfExists")


def crops(share: float) -> When:
    """Less than ``share`` of the image stays in view, and nothing takes care of the labels."""
    careful = holds(
        lambda case: (
            case.name in BOX_SAFE or (case.step is None and any(leaf.step.name in BOX_SAFE for leaf in case.leaves))
        )
    )
    return both(below("seen", share), neither(careful))
