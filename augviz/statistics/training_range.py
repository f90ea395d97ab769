"""Does what the pipeline makes still look like the user's own images?

Asked of a few numbers an image, and not of its histogram: on single images a harmless
``RandomBrightnessContrast(0.2)`` has a population stability index of 2.2 (the usual alarm is 0.25) and a blur that
erases all detail has 0.01 (measured); p-values of pixels mean nothing at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from augviz.statistics.over_draws import DrawnScalars, OriginalScalars, OverDraws
from augviz.statistics.wilson import Interval, wilson

FEWEST_IMAGES = 20
"""With fewer images of the user's own, no range is made of them."""

ENDS = (1.0, 99.0)
"""Percentiles of the user's own images between which the training range lies."""

_LEAST_WIDTH = 1e-9


@dataclass(frozen=True)
class Outside:
    """One number of one augmented sample that lies outside the range.

    Attributes:
        image: Name of the image.
        place: Its place among the images, from 0.
        draw: Which draw of it, from 0.
        seed: Seed of the sample: with the image, enough to draw it again.
        scalar: The number.
        value: What it is.
        by: How far beyond the nearer end, in widths of the range; above 0.
    """

    image: str
    place: int
    draw: int
    seed: int
    scalar: str
    value: float
    by: float


@dataclass(frozen=True)
class ScalarRange:
    """One number over the user's own images, and how often augmented ones lie outside.

    Attributes:
        name: The number.
        low, high: 1st and 99th percentile of the originals.
        images: Images of which an augmented sample could be read.
        images_outside: Of them, those of which any draw lies outside: an image counts once.
        interval: Wilson's 95% of ``images_outside / images``.
        originals_outside: Originals that lie outside themselves; with fewer than 100 images always two, the lowest
            and the highest, so that a rate of that size says nothing.
        samples, samples_outside: Draws that could be read, and those outside.
    """

    name: str
    low: float
    high: float
    images: int
    images_outside: int
    interval: Interval
    originals_outside: int
    samples: int
    samples_outside: int

    @property
    def rate(self) -> float:
        """Share of the images of which any draw lies outside, 0..1."""
        return self.images_outside / self.images if self.images else 0.0


@dataclass(frozen=True)
class TrainingRange:
    """The ranges of all numbers.

    Attributes:
        images: From how many images they were taken.
        ranges: One a number; numbers that some image lacks, or that are the same in all, have none.
        outside: Every number outside its range, the farthest first.
    """

    images: int
    ranges: tuple[ScalarRange, ...]
    outside: tuple[Outside, ...]

    def outside_of(self, name: str) -> tuple[Outside, ...]:
        """The samples outside the range of one number, the farthest first."""
        return tuple(one for one in self.outside if one.scalar == name)


@dataclass(frozen=True)
class TooFew:
    """There are too few images to say what the user's own images look like.

    Attributes:
        images: How many could be read.
        needed: How many it takes.
    """

    images: int
    needed: int = FEWEST_IMAGES

    @property
    def words(self) -> str:
        """For people."""
        return f"Too few: a range of your own images needs at least {self.needed} of them, there are {self.images}."


Found: TypeAlias = TrainingRange | TooFew


def training_range(over: OverDraws) -> Found:
    """The range of the user's own images, and what lies outside of it.

    Args:
        over: Statistics of all of the user's images (:func:`augviz.statistics.over_draws.statistics_over`).
    """
    read = [one for one in over.originals if one.scalars]
    if len(read) < FEWEST_IMAGES:
        return TooFew(len(read))
    names = [name for name in over.scalar_names if all(name in one.scalars for one in read)]
    ranges: list[ScalarRange] = []
    outside: list[Outside] = []
    for name in names:
        low, high = (float(end) for end in np.percentile([one.scalars[name] for one in read], ENDS))
        if high - low > _LEAST_WIDTH:
            far = _outside(over.drawn, name, low, high)
            ranges.append(_range(name, (low, high), read, over.drawn, far))
            outside += far
    return TrainingRange(len(read), tuple(ranges), tuple(sorted(outside, key=lambda one: -one.by)))


def _outside(drawn: Sequence[DrawnScalars], name: str, low: float, high: float) -> list[Outside]:
    found = []
    for one in drawn:
        value = one.scalars.get(name)
        by = 0.0 if value is None else max(low - value, value - high) / (high - low)
        if value is not None and by > 0:
            found.append(Outside(one.image, one.place, one.draw, one.seed, name, value, by))
    return found


def _range(
    name: str,
    ends: tuple[float, float],
    originals: Sequence[OriginalScalars],
    drawn: Sequence[DrawnScalars],
    far: Sequence[Outside],
) -> ScalarRange:
    low, high = ends
    read = [one for one in drawn if name in one.scalars]
    images, images_outside = len({one.place for one in read}), len({one.place for one in far})
    return ScalarRange(
        name,
        low,
        high,
        images,
        images_outside,
        wilson(images_outside, images),
        sum(not low <= one.scalars[name] <= high for one in originals),
        len(read),
        len(far),
    )
