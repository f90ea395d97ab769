"""One image in numbers: what each channel holds, and what the eye calls bright, sharp, noisy or colourful.

Levels are 0..255 for every image; those of a ``float32`` image are its values times 255, unrounded. Channels go by the
names of their bands, and colours are read only where bands are called red, green and blue, wherever they lie.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from augviz.sample import BoolArray, ImageArray, Sample
from augviz.statistics import formulas
from augviz.statistics.formulas import Counts, Inside, Plane

__all__ = ["SCALARS", "Channel", "PixelStatistics", "Scalar", "object_pixels", "pixel_statistics", "scalar_named"]


class Scalar(NamedTuple):
    """A number that sums up an image.

    Attributes:
        name: What it is called, also as a key.
        unit: Unit; empty for plain numbers.
        meaning: What it is, one sentence.
    """

    name: str
    unit: str
    meaning: str


SCALARS: tuple[Scalar, ...] = (
    Scalar("brightness", "levels", "Mean of the grey picture, 0 black to 255 white."),
    Scalar("contrast", "levels", "Standard deviation of the grey picture."),
    Scalar("saturation", "levels", "Mean saturation (HSV), 0 grey to 255."),
    Scalar("colourfulness", "", "Hasler and Süsstrunk (2003): 0 grey, about 33 moderately, 109 extremely colourful."),
    Scalar("entropy", "bits", "Shannon entropy of the grey histogram, 0 to 8."),
    Scalar("sharpness", "log", "Logarithm of 1 plus the variance of the Laplacian of the grey picture."),
    Scalar("noise", "levels", "Standard deviation of noise (Immerkær 1996, by the median), mean over channels."),
    Scalar("clipped low", "share", "Share of pixels at the lower end of the range, in the channel with most."),
    Scalar("clipped high", "share", "Share of pixels at the upper end of the range, in the channel with most."),
)
"""Scalars of every image beside ``mean of …`` and ``deviation of …`` of each channel; saturation and colourfulness
only where there are colours."""

_SCALAR_OF = {scalar.name: scalar for scalar in SCALARS}


def scalar_named(name: str) -> Scalar:
    """What a key of :attr:`PixelStatistics.scalars` is, also one of a channel."""
    if name in _SCALAR_OF:
        return _SCALAR_OF[name]
    what, _, band = name.partition(" of ")
    meaning = "Mean" if what == "mean" else "Standard deviation"
    return Scalar(name, "levels", f"{meaning} of the channel {band}, 0 to 255.")


@dataclass(frozen=True, eq=False)
class Channel:
    """One channel.

    Attributes:
        name: Its band.
        counts: ``(256,)`` pixels nearest to each level.
        mean, deviation: In levels.
        low_share, high_share: Share of pixels at each end of the range, 0..1.
    """

    name: str
    counts: Counts
    mean: float
    deviation: float
    low_share: float
    high_share: float

    @property
    def shares(self) -> npt.NDArray[np.float64]:
        """``(256,)`` share of pixels at each level; they sum to 1."""
        return np.asarray(self.counts / self.counts.sum(), np.float64)

    @property
    def cumulative(self) -> npt.NDArray[np.float64]:
        """``(256,)`` share of pixels up to each level; never falls, ends at 1."""
        return np.asarray(np.cumsum(self.counts) / self.counts.sum(), np.float64)


@dataclass(frozen=True, eq=False)
class PixelStatistics:
    """One image.

    Attributes:
        channels: One a band.
        pixels: How many pixels were read.
        scalars: Number by name, see :data:`SCALARS`.
        hues: ``(36,)`` colour in each part of the hue circle (:func:`augviz.statistics.formulas.hue_wheel`), or None
            where there are no colours.
    """

    channels: tuple[Channel, ...]
    pixels: int
    scalars: Mapping[str, float]
    hues: npt.NDArray[np.float64] | None


def pixel_statistics(
    image: ImageArray, bands: Sequence[str], inside: BoolArray | None = None
) -> PixelStatistics | None:
    """Read an image.

    Args:
        image: ``(H, W, C)`` ``uint8`` 0..255 or ``float32`` 0..1.
        bands: One name a channel.
        inside: ``(H, W)`` pixels that are read; None for all. Sharpness and noise are read where the neighbours are
            inside as well.

    Returns:
        What was read; None where no pixel is inside.
    """
    mask: Inside = None if inside is None else np.ascontiguousarray(inside).astype(np.uint8)
    pixels = image.shape[0] * image.shape[1] if mask is None else int(np.count_nonzero(mask))
    if not pixels:
        return None
    if mask is not None:
        image, mask = _around(image, mask)
    levels = formulas.levels_of(image)
    planes = formulas.planes_of(levels)
    channels = tuple(_channel(name, plane, mask) for name, plane in zip(bands, planes, strict=True))
    places = formulas.rgb_places(bands)
    rgb = None if places is None else _picked(levels, planes, places)
    grey = formulas.grey_of(levels, is_rgb=levels.shape[2] == 3 and rgb is levels)
    found = {f"mean of {channel.name}": channel.mean for channel in channels}
    found |= {f"deviation of {channel.name}": channel.deviation for channel in channels}
    found |= _grey_scalars(grey, mask)
    found["noise"] = float(np.mean([formulas.noise(plane, mask) for plane in planes]))
    found["clipped low"] = max(channel.low_share for channel in channels)
    found["clipped high"] = max(channel.high_share for channel in channels)
    hues = None
    if rgb is not None and places is not None:
        hsv = formulas.hsv_of(rgb)
        found["saturation"] = formulas.saturation(hsv, mask)
        found["colourfulness"] = formulas.colourfulness([planes[place] for place in places], mask)
        hues = formulas.hue_wheel(rgb, hsv, mask)
    return PixelStatistics(channels, pixels, MappingProxyType(found), hues)


def object_pixels(sample: Sample) -> BoolArray | None:
    """``(H, W)`` pixels of any object: of its instance masks, else classes other than 0 of its semantic map.

    Returns:
        None where the sample has neither.
    """
    masks, semantic = sample.labels.masks, sample.labels.semantic
    if masks is not None:
        return np.asarray((masks.layers != 0).any(axis=0), np.bool_)
    return None if semantic is None else np.asarray(semantic.values != 0, np.bool_)


def _around(image: ImageArray, mask: npt.NDArray[np.uint8]) -> tuple[ImageArray, npt.NDArray[np.uint8]]:
    """The part with the mask, and one pixel more, so that its edge stays an edge."""
    left, top, width, height = cv2.boundingRect(mask)
    rows, columns = slice(max(top - 1, 0), top + height + 1), slice(max(left - 1, 0), left + width + 1)
    return image[rows, columns], np.ascontiguousarray(mask[rows, columns])


def _channel(name: str, plane: Plane, mask: Inside) -> Channel:
    counts = formulas.histogram(plane, mask)
    low, high = formulas.clipped_shares(plane, counts, mask)
    return Channel(name, counts, *formulas.moments(plane, mask), low, high)


def _grey_scalars(grey: Plane, mask: Inside) -> dict[str, float]:
    brightness, contrast = formulas.moments(grey, mask)
    return {
        "brightness": brightness,
        "contrast": contrast,
        "entropy": formulas.entropy(formulas.histogram(grey, mask)),
        "sharpness": float(np.log1p(formulas.laplacian_variance(grey, mask))),
    }


def _picked(levels: Plane, planes: Sequence[Plane], places: tuple[int, int, int]) -> Plane:
    """Red, green and blue as ``(H, W, 3)``; the levels themselves where they already are that."""
    if levels.shape[2] == 3 and places == (0, 1, 2):
        return levels
    return np.ascontiguousarray(np.stack([planes[place] for place in places], axis=-1))
