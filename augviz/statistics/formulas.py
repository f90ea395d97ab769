"""The formulas of pixel statistics, each once: for the statistics page, the checks and the training range alike.

All of them read *levels*: ``(H, W, C)`` or, for one plane, ``(H, W)``, 0..255, ``uint8`` as it is and ``float32`` times
255 without rounding, so that 16-bit pictures keep their fine steps. ``inside`` is ``(H, W) uint8``, not 0 where pixels
count, or None for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from augviz.sample import ImageArray

Plane: TypeAlias = npt.NDArray[Any]
Inside: TypeAlias = npt.NDArray[np.uint8] | None
Counts: TypeAlias = npt.NDArray[np.int64]

BINS = 256
HUES = 36
"""Parts of the hue wheel, ten degrees each; the first is centred on red."""

LEAST_CHROMA = 31
"""Chroma (largest minus smallest channel, 0..255) from which a pixel has a hue: 0.12, as for the effects of steps."""

RGB = ("red", "green", "blue")

_NOISE_KERNEL = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
_NOISE_LEVELS = 2048
"""The kernel's answer to levels is at most 8 times 255."""

_EXACT_PIXELS = 2**24
"""OpenCV counts in float32, which is exact up to here."""


class Moments(NamedTuple):
    """Mean and standard deviation (of the population), in levels."""

    mean: float
    deviation: float


def levels_of(image: ImageArray) -> Plane:
    """An image ``(H, W, C)`` as levels; what lies outside its range is clipped, NaN is 0."""
    if image.dtype == np.uint8:
        return np.ascontiguousarray(image)
    finite = image if np.isfinite(image.sum()) else np.nan_to_num(image, nan=0.0, posinf=1.0, neginf=0.0)
    scaled = np.multiply(finite, np.float32(255), dtype=np.float32)
    return np.ascontiguousarray(np.clip(scaled, 0, 255, out=scaled))


def planes_of(levels: Plane) -> tuple[Plane, ...]:
    """One contiguous ``(H, W)`` a channel."""
    return (np.ascontiguousarray(levels[..., 0]),) if levels.shape[2] == 1 else tuple(cv2.split(levels))


def rgb_places(bands: Sequence[str]) -> tuple[int, int, int] | None:
    """Where the bands called red, green and blue lie; None where one is missing, so that there are no colours."""
    names = [band.casefold() for band in bands]
    if not all(name in names for name in RGB):
        return None
    return names.index("red"), names.index("green"), names.index("blue")


def grey_of(levels: Plane, *, is_rgb: bool) -> Plane:
    """``(H, W)``: luma of red, green and blue (ITU-R BT.601), otherwise the mean of the bands."""
    if levels.shape[2] == 1:
        return np.ascontiguousarray(levels[..., 0])
    if is_rgb:
        return np.asarray(cv2.cvtColor(levels, cv2.COLOR_RGB2GRAY))
    mean = levels.mean(axis=2, dtype=np.float32)
    return np.asarray(np.rint(mean), np.uint8) if levels.dtype == np.uint8 else np.asarray(mean, np.float32)


def moments(plane: Plane, inside: Inside = None) -> Moments:
    """Mean and standard deviation."""
    if plane.dtype == np.int16:  # sums of whole numbers are exact, and ten times as fast as cv2.meanStdDev here
        pixels = max(plane.size if inside is None else int(np.count_nonzero(inside)), 1)
        mean = float(cv2.mean(plane, mask=inside)[0])
        square = float(cv2.norm(plane, cv2.NORM_L2SQR, mask=inside)) / pixels
        return Moments(mean, float(np.sqrt(max(square - mean * mean, 0.0))))
    means, deviations = cv2.meanStdDev(plane, mask=inside)
    return Moments(float(means.item()), float(deviations.item()))


def histogram(plane: Plane, inside: Inside = None) -> Counts:
    """``(256,)`` pixels nearest to each level; they sum to the pixels that count."""
    eight = _rounded(plane)
    if eight.size >= _EXACT_PIXELS:
        chosen = eight if inside is None else eight[inside != 0]
        return np.asarray(np.bincount(chosen.ravel(), minlength=BINS), np.int64)
    return np.asarray(cv2.calcHist([eight], [0], inside, [BINS], [0, BINS]).ravel(), np.int64)


def clipped_shares(plane: Plane, counts: Counts, inside: Inside = None) -> tuple[float, float]:
    """Shares of pixels, 0..1, at the lower and at the upper end of the range.

    For float32 only the very ends count, not what would round to them.
    """
    total = max(int(counts.sum()), 1)
    if plane.dtype == np.uint8:
        return float(counts[0]) / total, float(counts[-1]) / total
    ends = (plane <= 0, plane >= 255)
    low, high = (int(np.count_nonzero(end if inside is None else end & (inside != 0))) for end in ends)
    return low / total, high / total


def entropy(counts: Counts) -> float:
    """Shannon entropy of a histogram in bits: 0 for one level, 8 for all 256 alike.

    Source: Shannon, Bell System Technical Journal 27 (1948) 379.
    """
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log2(shares)).sum()) + 0.0


def laplacian_variance(grey: Plane, inside: Inside = None) -> float:
    """Variance of the Laplacian (4 neighbours), in squared levels: small for a blurred picture, large for noise.

    Inside a mask only pixels whose neighbours lie in it too are read, otherwise the object's edge would count.

    Source: Pech-Pacheco et al., ICPR 2000; the limits of blog posts do not carry over from picture to picture.
    """
    depth = cv2.CV_16S if grey.dtype == np.uint8 else cv2.CV_32F
    return moments(cv2.Laplacian(grey, depth), core_of(inside)).deviation ** 2


def noise(plane: Plane, inside: Inside = None) -> float:
    """Standard deviation of noise, in levels: from what no plane or slope explains in 3 x 3 pixels, robustly.

    The kernel is Immerkær's; its answer to noise of deviation s has the deviation 6 s. It is read by the median of its
    size (times 1.4826, as for normal values) and not by the mean, so that edges do not count as noise; texture that
    fills more than half of the picture does.

    Source: Immerkær, Computer Vision and Image Understanding 64 (1996) 300.
    """
    core = core_of(inside)
    depth = cv2.CV_16S if plane.dtype == np.uint8 else cv2.CV_32F
    answer = np.abs(cv2.filter2D(plane, depth, _NOISE_KERNEL))
    scale = 1.0
    if depth == cv2.CV_32F:
        # At most half of the pixels lie above twice the mean, so that the median does not.
        scale = 2 * float(cv2.mean(answer, mask=core)[0]) / (_NOISE_LEVELS - 1)
        if scale <= 0:
            return 0.0
        answer = np.minimum(answer / np.float32(scale), np.float32(_NOISE_LEVELS - 1))
    return 1.4826 / 6 * scale * _median(answer.astype(np.uint16), core)


def _median(whole: npt.NDArray[np.uint16], inside: Inside) -> int:
    """Median of whole numbers below :data:`_NOISE_LEVELS`; by counting, in a tenth of NumPy's time."""
    counts = cv2.calcHist([whole], [0], inside, [_NOISE_LEVELS], [0, _NOISE_LEVELS])
    summed = np.cumsum(counts.ravel(), dtype=np.float64)
    return int(np.searchsorted(summed, summed[-1] / 2))


def core_of(inside: Inside) -> Inside:
    """Pixels whose eight neighbours count too; all that count where there are none such."""
    if inside is None:
        return None
    core = np.asarray(cv2.erode(inside, np.ones((3, 3), np.uint8)), np.uint8)
    return core if core.any() else inside


def colourfulness(rgb: Sequence[Plane], inside: Inside = None) -> float:
    """M3 of Hasler and Süsstrunk: 0 for grey, about 33 for "moderately", 109 for "extremely colourful".

    ``hypot(sd(rg), sd(yb)) + 0.3 hypot(mean(rg), mean(yb))`` with ``rg = R - G`` and ``yb = (R + G) / 2 - B``.

    Source: Hasler and Süsstrunk, Proc. SPIE 5007 (2003) 87.
    """
    depth = cv2.CV_16S if rgb[0].dtype == np.uint8 else cv2.CV_32F
    red, green, blue = rgb
    rg = moments(cv2.subtract(red, green, dtype=depth), inside)
    both = cv2.add(cv2.subtract(red, blue, dtype=depth), cv2.subtract(green, blue, dtype=depth))
    twice_yb = moments(both, inside)  # whole numbers stay whole
    spread = np.hypot(rg.deviation, twice_yb.deviation / 2)
    return float(spread + 0.3 * np.hypot(rg.mean, twice_yb.mean / 2))


def hsv_of(rgb: Plane) -> Plane:
    """Hue, saturation and value of levels ``(H, W, 3)``: of bytes 0..179, 0..255, 0..255; of floats 0..360, 0..1."""
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV))


def saturation(hsv: Plane, inside: Inside = None) -> float:
    """Mean saturation of HSV, 0..255: 0 is grey.

    Args:
        hsv: What :func:`hsv_of` gives.
        inside: Pixels that count.
    """
    return (1 if hsv.dtype == np.uint8 else 255) * float(cv2.mean(hsv, mask=inside)[1])


def hue_wheel(rgb: Plane, hsv: Plane, inside: Inside = None) -> npt.NDArray[np.float64]:
    """How much colour lies in each of 36 parts of the hue circle, read in 8 bits.

    Each pixel with a chroma of at least :data:`LEAST_CHROMA` counts by its chroma, so that pale pixels, whose hue is
    half noise, hardly do.

    Args:
        rgb: Levels ``(H, W, 3)``.
        hsv: Of them, as :func:`hsv_of` gives it.
        inside: Pixels that count.

    Returns:
        ``(36,)``; part ``k`` is centred on ``10 k`` degrees (0 red, 120 green, 240 blue). They sum to the mean chroma,
        0..1, so that the wheel of a picture that lost its colour is small.
    """
    eight = _rounded(rgb)
    red, green, blue = cv2.split(eight)
    chroma = cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))
    hue = cv2.extractChannel(hsv if hsv.dtype == np.uint8 else hsv_of(eight), 0)  # 0..179, two degrees a step
    both = cv2.calcHist([hue, chroma], [0, 1], inside, [180, 256], [0, 180, 0, 256])
    pixels = max(float(both.sum(dtype=np.float64)), 1.0)
    weights = np.arange(256, dtype=np.float64) * (np.arange(256) >= LEAST_CHROMA)
    by_step = both.astype(np.float64) @ weights / (255 * pixels)
    parts = (2 * np.arange(180) + 5) // 10 % HUES
    return np.asarray(np.bincount(parts, weights=by_step, minlength=HUES), np.float64)


def _rounded(levels: Plane) -> npt.NDArray[np.uint8]:
    return np.asarray(levels if levels.dtype == np.uint8 else cv2.convertScaleAbs(levels), np.uint8)
