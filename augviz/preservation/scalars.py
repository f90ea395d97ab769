"""A few numbers an image, and the range in which the user's own images lie.

Whether an augmented image is far outside the training data is asked of these numbers, not of pixel histograms: a
harmless ``RandomBrightnessContrast(0.2)`` has a population stability index of 2.2 on a single image (the usual alarm is
0.25), while a blur that erases all detail has 0.01 (measured).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from augviz.sample import ImageArray
from augviz.statistics import formulas
from augviz.statistics.training_range import FEWEST_IMAGES

__all__ = ["FEWEST_IMAGES", "Bands", "bands_of", "scalars_of"]

PERCENTILE_IMAGES = 100
"""From so many images on, the range is their 1st to 99th percentile; before, the median and four deviations."""

DEVIATIONS = 4.0


@dataclass(frozen=True)
class Bands:
    """Where the user's own images lie.

    Attributes:
        low, high: Ends of each scalar's range, by name; ``high > low``.
        images: From how many images.
    """

    low: Mapping[str, float]
    high: Mapping[str, float]
    images: int

    def distance(self, name: str, value: float) -> float:
        """How far from the middle of the range, in halves of its width: up to 1 is inside."""
        half = (self.high[name] - self.low[name]) / 2
        return abs(value - (self.low[name] + self.high[name]) / 2) / half


def scalars_of(image: ImageArray, bands: Sequence[str]) -> dict[str, float]:
    """Numbers that sum up an image ``(H, W, C)``, read from its 8-bit picture (:mod:`augviz.statistics.formulas`).

    Returns:
        Mean of each channel and contrast (both 0..255), sharpness (logarithm of the variance of the Laplacian),
        entropy (bits), share of clipped pixels (0..1); for three channels also colourfulness (Hasler and Süsstrunk,
        2003) and mean saturation (0..255).
    """
    pixels = _bytes_of(image)
    planes, has_colours = formulas.planes_of(pixels), pixels.shape[2] == 3
    grey = formulas.grey_of(pixels, is_rgb=has_colours)
    counts = formulas.histogram(grey)
    found = {f"mean of {name}": formulas.moments(plane).mean for name, plane in zip(bands, planes, strict=False)}
    found["contrast"] = formulas.moments(grey).deviation
    found["sharpness"] = float(np.log(formulas.laplacian_variance(grey) + 1))
    found["entropy"] = formulas.entropy(counts)
    found["clipped share"] = sum(formulas.clipped_shares(grey, counts))
    if has_colours:
        found["colourfulness"] = formulas.colourfulness(planes)
        found["saturation"] = formulas.saturation(formulas.hsv_of(pixels))
    return found


def bands_of(images: Sequence[Mapping[str, float]]) -> Bands | None:
    """The range of each scalar; None when there are fewer than :data:`FEWEST_IMAGES` images.

    Scalars that some image lacks, or that are the same in all images, get no range.
    """
    if len(images) < FEWEST_IMAGES:
        return None
    low: dict[str, float] = {}
    high: dict[str, float] = {}
    for name in set.intersection(*(set(image) for image in images)):
        ends = _ends(np.array([image[name] for image in images]))
        if ends[1] - ends[0] > 1e-9:
            low[name], high[name] = ends
    return Bands(dict(sorted(low.items())), dict(sorted(high.items())), len(images))


def _ends(values: npt.NDArray[np.float64]) -> tuple[float, float]:
    if len(values) >= PERCENTILE_IMAGES:
        low, high = np.percentile(values, [1, 99])
        return float(low), float(high)
    middle = float(np.median(values))
    # 1.4826 makes the median absolute deviation a standard deviation, for normal values.
    reach = DEVIATIONS * 1.4826 * float(np.median(np.abs(values - middle)))
    return min(middle - reach, float(values.min())), max(middle + reach, float(values.max()))


def _bytes_of(image: ImageArray) -> npt.NDArray[np.uint8]:
    scaled = image if image.dtype == np.uint8 else np.clip(np.rint(image * 255), 0, 255)
    return np.ascontiguousarray(scaled, dtype=np.uint8)
