"""Figures of pixels, in words."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from augviz.charts.pixels import has_colour
from augviz.charts.units import change_shown, range_shown, title_of
from augviz.statistics.formulas import BINS, HUES
from augviz.statistics.moves import move_of, much_of
from augviz.statistics.over_draws import ChannelCurves, OverDraws
from augviz.statistics.training_range import TrainingRange

Floats = npt.NDArray[np.float64]

HUE_NAMES = (
    "red", "orange", "yellow", "yellow-green", "green", "blue-green",
    "cyan", "azure", "blue", "violet", "magenta", "pink",
)  # fmt: skip
"""One for every thirty degrees, each around its middle."""

UNMOVED = 0.01
"""On the common scale of changes; a number that moves by less has stayed as it was."""


def channel_curves(over: OverDraws) -> str:
    """Where half of the pixels are darker, in the channel in which that moves most."""
    told = [(curve, *ends) for curve in over.curves if (ends := _medians(curve)) is not None]
    if not told:
        return "There are no pixels to read."
    curve, original, low, high = max(told, key=lambda one: max(abs(one[1] - one[2]), abs(one[3] - one[1])))
    first, least, most = (_level(place, over.top) for place in (original, low, high))
    then = least if least == most else f"{least} to {most}"
    more = "" if len(over.curves) == 1 else "; no other channel moves farther"
    what = "" if len(over.curves) == 1 else f" of {curve.name}"
    return (
        f"Half of the pixels{what} are darker than {first} in the originals, "
        f"and than {then} in nine tenths of the draws{more}."
    )


def _medians(curve: ChannelCurves) -> tuple[int, int, int] | None:
    """Level below which half of the pixels lie: in the originals, and at both ends of the band."""
    band = curve.augmented_cumulative
    if band is None or curve.original_cumulative[-1] <= 0:
        return None
    return _half(curve.original_cumulative), _half(band.high), _half(band.low)


def _half(cumulative: Floats) -> int:
    return int(np.argmax(cumulative >= 0.5 * cumulative[-1]))


def _level(place: int, top: float) -> str:
    return f"{place / (BINS - 1):.2f}" if top == 1 else f"{place}"


def scalar_boxes(over: OverDraws, name: str) -> str:
    """By how much a number moved in nine tenths of the draws."""
    move = move_of(over, name)
    if move is None:
        return f"{title_of(name)} could not be read."
    if move.strength < UNMOVED:
        return f"{title_of(name)} stayed as it was in every draw."
    verb = "became" if name == "sharpness" else "moved by"
    change = change_shown(name, move.low, move.high, over.top)
    return f"{title_of(name)} {verb} {change} in nine tenths of the draws."


def hue_wheel(over: OverDraws) -> str:
    """Where most colour lies, before and after."""
    if over.hues is None or not has_colour(over.hues):
        return "These images have no colours, or hardly any, so there is no circle of hues."
    before, after = _hue(over.hues.original), _hue(over.hues.augmented.median)
    if before == after:
        return f"Most colour is {before}, in the originals and in the middle of the draws."
    return f"Most colour is {before} in the originals and {after} in the middle of the draws."


def _hue(shares: Floats) -> str:
    return HUE_NAMES[round(int(np.argmax(shares)) * 360 / HUES / 30) % len(HUE_NAMES)]


def range_scatter(over: OverDraws, found: TrainingRange, name: str) -> str:
    """How many samples lie outside the range of the user's own images, and where that range is."""
    own = next((each for each in found.ranges if each.name == name), None)
    if own is None:
        return f"{title_of(name)} is the same in all of your images, so it has no range."
    ends = range_shown(name, own.low, own.high, over.top)
    return f"{own.samples_outside:,} of {own.samples:,} samples lie outside the range of your own images, {ends}."


def outside_rates(found: TrainingRange) -> str:
    """The number that leaves the range in most images."""
    if not found.ranges:
        return "Your images are all alike, so there is no range to leave."
    most = max(found.ranges, key=lambda each: each.rate)
    if not most.images_outside:
        return "No number lies outside the range of your own images in any draw."
    return (
        f"{title_of(most.name)} lies outside most often: in {most.images_outside} of {most.images} images at least one "
        f"draw does; {most.originals_outside} of the originals do themselves."
    )


def is_unmoved(name: str, change: float) -> bool:
    """Whether a change is too small to be told."""
    return abs(change) < UNMOVED * much_of(name)
