"""What k failures among n images say, and what they do not.

``n`` counts *images*. Two draws of one image are not two images: they share whatever makes that image easy or hard, and
counted twice they would make a claim look better founded than it is. With several draws an image, :func:`claim` takes
two counts, each the careful one for its side: "safe" is claimed with every image that failed in *any* draw (which can
only overstate the rate), "violating" with the *first* draw of each image alone (one independent draw an image).

The words rest on one-sided 95% Clopper–Pearson limits, whose coverage is never below 95%; the band that is shown is
Wilson's. The normal (Wald) interval is not offered: at 50 images and a true rate of 1% it covers 40%.

Source: Clopper and Pearson, Biometrika 26 (1934) 404; Wilson, JASA 22 (1927) 209; Brown, Cai, DasGupta, Statistical
Science 16 (2001) 101.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from scipy.special import betaincinv

from augviz.statistics.wilson import CONFIDENCE, Interval, check_counts, wilson
from augviz.wording import counted, percent

__all__ = [
    "CONFIDENCE",
    "MOST_IMAGES",
    "SAFE_RATE",
    "Claim",
    "Interval",
    "Standing",
    "claim",
    "clopper_pearson_lower",
    "clopper_pearson_upper",
    "needed_images",
    "wilson",
]

SAFE_RATE = 0.05
"""A label may fail in fewer than this share of images, unless somebody says otherwise."""

_ROUNDING = 1e-12
"""One failure in one image has a lower limit of exactly 5%: not above it."""

MOST_IMAGES = 1_000_000
"""No more images than this are ever asked for."""


Standing = Literal["safe", "violating", "undecided"]


@dataclass(frozen=True)
class Claim:
    """What can be said about the rate of failing images.

    Attributes:
        standing: "safe" the rate is below the limit · "violating" it is above · "undecided" either is possible.
        violations: Images that failed in any draw.
        images: Images that were looked at.
        limit: The rate in question, 0..1.
        more_images: When undecided, about how many more images would decide it; otherwise 0.
    """

    standing: Standing
    violations: int
    images: int
    limit: float = SAFE_RATE
    more_images: int = 0

    @property
    def words(self) -> str:
        """For people: "safe at 5%", "violating", "undecided: about 39 more images"."""
        if self.standing == "safe":
            return f"safe at {percent(self.limit)}"
        if self.standing == "violating":
            return "violating"
        return f"undecided: about {counted(self.more_images, 'more image')}"


def clopper_pearson_upper(violations: int, images: int, confidence: float = CONFIDENCE) -> float:
    """One-sided upper limit of a rate: if the true rate were higher, so few violations would be rarer than 5%.

    >>> round(clopper_pearson_upper(0, 59), 4)
    0.0495
    """
    check_counts(violations, images)
    return 1.0 if violations == images else float(betaincinv(violations + 1, images - violations, confidence))


def clopper_pearson_lower(violations: int, images: int, confidence: float = CONFIDENCE) -> float:
    """One-sided lower limit of a rate: if the true rate were lower, so many violations would be rarer than 5%."""
    check_counts(violations, images)
    return 0.0 if violations == 0 else float(betaincinv(violations, images - violations + 1, 1 - confidence))


def needed_images(violations: int, limit: float = SAFE_RATE, confidence: float = CONFIDENCE) -> int:
    """The fewest images among which so many violations still allow the claim that the rate is below ``limit``.

    >>> [needed_images(k) for k in (0, 1, 2)]
    [59, 93, 124]
    """
    high = violations + 1
    while clopper_pearson_upper(violations, high, confidence) >= limit and high < MOST_IMAGES:
        high *= 2
    low = violations
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if clopper_pearson_upper(violations, middle, confidence) < limit else (middle, high)
    return min(high, MOST_IMAGES)


def claim(violations: int, images: int, limit: float = SAFE_RATE, *, first_draws: int | None = None) -> Claim:
    """Judge a rate of failing images against a limit.

    Args:
        violations: Images of which at least one draw failed.
        images: Images that were looked at, however many draws of each.
        limit: The rate in question, 0..1.
        first_draws: Images whose first draw failed; needed when there are several draws an image, otherwise the same
            as ``violations``.

    Raises:
        ValueError: There are more violations than images, or either is negative.
    """
    sure = violations if first_draws is None else first_draws
    if clopper_pearson_upper(violations, images) < limit - _ROUNDING:
        return Claim("safe", violations, images, limit)
    if clopper_pearson_lower(sure, images) > limit + _ROUNDING:
        return Claim("violating", violations, images, limit)
    return Claim("undecided", violations, images, limit, _more_images(violations, sure, images, limit))


def _more_images(violations: int, sure: int, images: int, limit: float) -> int:
    """Until "safe" if no other image fails; where the rate seen is above the limit, until "violating" at that rate."""
    if not images or sure / images <= limit:
        return max(needed_images(violations, limit) - images, 1)
    rate, total = sure / images, images + 1
    while clopper_pearson_lower(math.floor(rate * total), total) <= limit + _ROUNDING and total < MOST_IMAGES:
        total += max(1, total // 50)
    return total - images
