"""A few numbers an image, and the range in which the user's own images lie.

Whether an augmented image is far outside the training data is asked of these numbers, not of pixel histograms: a
harmless ``RandomBrightnessContrast(0.2)`` has a population stability index of 2.2 on a single image (the usual alarm is
0.25), while a blur that erases all detail has 0.01 (measured).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from augviz.sample import ImageArray

FEWEST_IMAGES = 20
"""With fewer images of the user's own, no range is made of them."""

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
    """Numbers that sum up an image ``(H, W, C)``.

    Returns:
        Mean of each channel and contrast (both 0..255), sharpness (logarithm of the variance of the Laplacian),
        entropy (bits), share of clipped pixels (0..1); for three channels also colourfulness (Hasler and Süsstrunk,
        2003) and mean saturation (0..255).
    """
    pixels = _bytes_of(image)
    mean, _deviation = cv2.meanStdDev(pixels.reshape(-1, 1, pixels.shape[2]) if pixels.shape[2] > 4 else pixels)
    grey = _grey(pixels)
    counts = _counts(grey)
    found = {f"mean of {name}": float(value) for name, value in zip(bands, mean.ravel(), strict=False)}
    found["contrast"] = float(cv2.meanStdDev(grey)[1].item())
    found["sharpness"] = float(np.log(cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))[1].item() ** 2 + 1))
    found["entropy"] = _entropy(counts)
    found["clipped share"] = float(counts[[0, 255]].sum() / grey.size)
    return found | (_colour(pixels) if pixels.shape[2] == 3 else {})


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


def _grey(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    if pixels.shape[2] == 1:
        return np.ascontiguousarray(pixels[..., 0])
    if pixels.shape[2] == 3:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    return np.asarray(np.rint(pixels.mean(axis=2)), dtype=np.uint8)


def _counts(grey: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """``(256,)`` pixels of each value."""
    if grey.size >= 2**24:  # OpenCV counts in float32, which is exact up to here
        return np.asarray(np.bincount(grey.ravel(), minlength=256), np.int64)
    return np.asarray(cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel(), np.int64)


def _entropy(counts: npt.NDArray[np.int64]) -> float:
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum())


def _colour(pixels: npt.NDArray[np.uint8]) -> dict[str, float]:
    red, green, blue = (channel.astype(np.int16) for channel in cv2.split(pixels))
    (rg_mean, rg_sd), (yb_mean, yb_sd) = (
        (float(mean.item()), float(sd.item()))
        for mean, sd in (cv2.meanStdDev(red - green), cv2.meanStdDev(((red + green) >> 1) - blue))
    )
    colourfulness = np.hypot(rg_sd, yb_sd) + 0.3 * np.hypot(rg_mean, yb_mean)
    saturation = cv2.mean(cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV_FULL))[1]
    return {"colourfulness": float(colourfulness), "saturation": float(saturation)}
