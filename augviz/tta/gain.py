"""What views buy on labelled images, and what they cost.

Both answers are about the same images, so the difference of two accuracies is not the difference of two independent
rates: only images on which the two disagree say anything. Views also turn right answers wrong (Shanmugam et al., Better
aggregation in test-time augmentation, ICCV 2021), so gained and lost are shown apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, ndtri

from augviz.statistics.wilson import CONFIDENCE, Interval, wilson
from augviz.tta.merging import How, merge_classes
from augviz.tta.reading import Reading


@dataclass(frozen=True)
class Gain:
    """The single view against all views, on the same images.

    Attributes:
        images: Labelled images.
        single_right, merged_right: How many each has right.
        gained: Wrong by the single view and right by all.
        lost: Right by the single view and wrong by all.
    """

    images: int
    single_right: int
    merged_right: int
    gained: int
    lost: int

    @property
    def difference(self) -> float:
        """Change of accuracy, -1..1."""
        return (self.gained - self.lost) / self.images if self.images else 0.0

    @property
    def p_value(self) -> float:
        """Two-sided McNemar test, mid-P: if gain and loss were equally likely, how often so uneven.

        ``P(X < k) + P(X <= k)`` with k = min(gained, lost) and X ~ Binomial(gained + lost, 1/2): what is seen counts
        half, in both tails; 1 where nothing changed or both are equal. The exact test would say "chance" where
        :attr:`interval` does not (5 gained, 0 lost: .063 instead of .031). Source: Fagerland, Lydersen, Laake, BMC
        Medical Research Methodology 13 (2013) 91: it kept its level in all
        cases that they looked at, and the exact one wastes power.
        """
        changed, fewer = self.gained + self.lost, min(self.gained, self.lost)
        if self.gained == self.lost:
            return 1.0
        below = float(bdtr(fewer - 1, changed, 0.5)) if fewer else 0.0
        return below + float(bdtr(fewer, changed, 0.5))

    @property
    def interval(self) -> Interval:
        """95% interval of the difference, for paired images; (-1, 1) without any.

        Bonett and Price, J. Educ. Behav. Stat. 37 (2012) 479: the Wald interval after one image is added to each of the
        two kinds that changed; recommended by Fagerland, Lydersen, Laake, Statistics in Medicine 33 (2014) 2850.
        """
        if not self.images:
            return Interval(-1.0, 1.0)
        up, down = ((count + 1) / (self.images + 2) for count in (self.gained, self.lost))
        reach = float(ndtri((1 + CONFIDENCE) / 2)) * math.sqrt((up + down - (up - down) ** 2) / (self.images + 2))
        return Interval(max(up - down - reach, -1.0), min(up - down + reach, 1.0))

    @property
    def words(self) -> str:
        """For people, one or two sentences."""
        if not self.images:
            return "There are no labelled images."
        low, high = (end * 100 for end in self.interval)
        told = f"{self.gained} more right, {self.lost} more wrong, of {self.images} images: "
        told += f"{self.difference * 100:+.1f} points (95% interval {low:+.1f} to {high:+.1f})."
        return told + ("" if low > 0 or high < 0 else " That may as well be chance.")


@dataclass(frozen=True)
class CurvePoint:
    """The first K views.

    Attributes:
        views: K.
        added: Title of the view that came in.
        right: Images that are right.
        images: Images.
        ms: Median over images of the time of these K views together.
    """

    views: int
    added: str
    right: int
    images: int
    ms: float

    @property
    def accuracy(self) -> float:
        """Share of right images, 0..1."""
        return self.right / self.images if self.images else 0.0

    @property
    def interval(self) -> Interval:
        """Wilson's 95% interval of the accuracy."""
        return wilson(self.right, self.images)


def gain(truth: npt.ArrayLike, single: npt.ArrayLike, merged: npt.ArrayLike) -> Gain:
    """Compare two answers about the same images.

    Args:
        truth, single, merged: ``(N,)`` classes.

    Raises:
        ValueError: They have different lengths.
    """
    wanted, one, all_of_them = (np.asarray(each).reshape(-1) for each in (truth, single, merged))
    if not len(wanted) == len(one) == len(all_of_them):
        raise ValueError(f"{len(wanted)} labels, {len(one)} and {len(all_of_them)} answers")
    right, better = one == wanted, all_of_them == wanted
    return Gain(
        len(wanted), int(right.sum()), int(better.sum()), int((better & ~right).sum()), int((right & ~better).sum())
    )


def gain_of_classes(readings: Sequence[Sequence[Reading]], truth: Sequence[int], how: How = "probabilities") -> Gain:
    """The first view against all, over labelled images.

    Args:
        readings: All views of each image, the plain one first.
        truth: The class of each image.
        how: How views are merged.
    """
    single = [merge_classes(each[:1]).winner for each in readings]
    return gain(truth, single, [merge_classes(each, how).winner for each in readings])


def curve(
    readings: Sequence[Sequence[Reading]], truth: Sequence[int], how: How = "probabilities"
) -> tuple[CurvePoint, ...]:
    """Accuracy and time of the first K views, for K = 1 to all; arguments as for :func:`gain_of_classes`."""
    if not readings:
        return ()
    points = []
    for count in range(1, len(readings[0]) + 1):
        answers = [merge_classes(each[:count], how).winner for each in readings]
        right = sum(answer == wanted for answer, wanted in zip(answers, truth, strict=True))
        ms = float(np.median([sum(reading.ms for reading in each[:count]) for each in readings]))
        points.append(CurvePoint(count, readings[0][count - 1].seen.view.title, right, len(readings), ms))
    return tuple(points)
