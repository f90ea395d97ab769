"""How much two pictures differ, in one number that can be explained in one sentence.

The measure is the mean absolute difference of all values of the true-size images: how far, on average, a value of one
picture lies from the same value of the other. It is in the units of the picture (Willmott and Matsuura 2005,
"Advantages of the mean absolute error", Climate Research 30: 79-82), needs no window and no constants as SSIM does, and
works for any number of channels. It says how different, not how visible: a picture moved by a pixel may differ more
than one with another hue.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from augviz.sample import ImageArray
from augviz.wording import counted, percent

FULL_SCALE = 255.0
"""Black to white; float images, 0..1, are scaled to it, so that their numbers can be read alike."""


@dataclass(frozen=True)
class PictureDifference:
    """How much picture B differs from picture A.

    Attributes:
        shape_a, shape_b: ``(H, W, C)`` of the two.
        mean: Mean absolute difference of their values, 0..255; None where the shapes differ, because then no value
            has a partner.
        changed_share: Share of the pixels that differ at all, 0..1; None likewise.
    """

    shape_a: tuple[int, int, int]
    shape_b: tuple[int, int, int]
    mean: float | None
    changed_share: float | None

    @property
    def is_equal(self) -> bool:
        """Whether the pictures are the same, value by value."""
        return self.changed_share == 0

    @property
    def rank(self) -> tuple[int, float]:
        """Higher differs more: pictures of different shape before all others, by how much the number of values
        differs (the logarithm of the ratio, whichever is larger); the others by their mean difference.
        """
        if self.mean is None:
            return 1, abs(math.log(math.prod(self.shape_b) / math.prod(self.shape_a)))
        return 0, self.mean

    def describe(self) -> str:
        """In words: "equal pictures", "differs by 3.2 of 255, in 41% of the pixels"."""
        if self.mean is None or self.changed_share is None:
            return _shapes(self.shape_a, self.shape_b)
        if self.is_equal:
            return "equal pictures"
        mean = f"{self.mean:.1f}" if self.mean >= 0.1 else "less than 0.1"
        return f"differs by {mean} of 255, in {percent(self.changed_share)} of the pixels"


def picture_difference(a: ImageArray, b: ImageArray) -> PictureDifference:
    """Compare two images, ``(H, W, C)`` uint8 0..255 or float32 0..1; a NaN equals a NaN and is far from all else."""
    shapes = _shape(a), _shape(b)
    if shapes[0] != shapes[1]:
        return PictureDifference(*shapes, None, None)
    if a is b:
        return PictureDifference(*shapes, 0.0, 0.0)
    apart = _absolute_difference(a, b)
    return PictureDifference(*shapes, float(apart.mean(dtype=np.float64)), _changed_share(apart))


def _shape(image: ImageArray) -> tuple[int, int, int]:
    height, width, channels = image.shape
    return int(height), int(width), int(channels)


def _absolute_difference(a: ImageArray, b: ImageArray) -> npt.NDArray[np.generic]:
    """``(H, W, C)``, 0..255: bytes from bytes, floats from all else."""
    if a.dtype == np.uint8 and b.dtype == np.uint8:
        rows = a.shape[0]
        flat = cv2.absdiff(a.reshape(rows, -1), b.reshape(rows, -1))  # OpenCV holds at most 512 channels
        return np.asarray(flat).reshape(a.shape)
    scaled_a, scaled_b = _scaled(a), _scaled(b)
    apart = np.abs(scaled_a - scaled_b)
    gaps = np.isnan(apart)
    if gaps.any():
        apart[gaps] = np.where(np.isnan(scaled_a[gaps]) & np.isnan(scaled_b[gaps]), 0.0, FULL_SCALE)
    return np.asarray(np.minimum(apart, FULL_SCALE))


def _scaled(image: ImageArray) -> npt.NDArray[np.float32]:
    values = image.astype(np.float32)
    return values if image.dtype == np.uint8 else values * np.float32(FULL_SCALE)


def _changed_share(apart: npt.NDArray[np.generic]) -> float:
    changed = np.zeros(apart.shape[:2], np.bool_)
    for channel in range(apart.shape[2]):
        changed |= apart[:, :, channel] != 0
    return float(changed.mean()) if changed.size else 0.0


def _shapes(a: tuple[int, int, int], b: tuple[int, int, int]) -> str:
    if a[:2] == b[:2]:
        return f"{counted(b[2], 'channel')} instead of {a[2]}"
    return f"{b[1]} × {b[0]} px instead of {a[1]} × {a[0]}"
