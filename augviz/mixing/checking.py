"""What may be mixed: a batch of images with one-hot or soft labels, a concentration, and a generator."""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from augviz.errors import InputError

Images: TypeAlias = npt.NDArray[np.uint8] | npt.NDArray[np.float32]
"""``(N, H, W, C)``, or one image ``(H, W, C)``: uint8, or float32 of any range."""

SoftLabels: TypeAlias = npt.NDArray[np.float32] | npt.NDArray[np.float64]
"""``(N, K)``: the weight of each class, 0..1."""

Float64Array: TypeAlias = npt.NDArray[np.float64]
IntArray: TypeAlias = npt.NDArray[np.int64]

MOST_BANDS = 128
"""A last axis that is longer is no axis of channels (OpenCV's own limit)."""


def checked_images(images: npt.ArrayLike) -> Images:
    """The batch as an array, as it is.

    Raises:
        InputError: It is not ``(N, H, W, C)`` uint8 or float32, is empty, or has its channels first.
    """
    array = np.asarray(images)
    if array.dtype not in (np.uint8, np.float32):
        raise InputError(
            f"images must be uint8 or float32, these are {array.dtype}",
            where="images",
            mend="Convert them with astype.",
        )
    if array.ndim != 4 or 0 in array.shape:
        raise InputError(
            f"images must be (N, H, W, C) with at least one image, the shape is {array.shape}",
            where="images",
            mend="Stack images of one size with numpy.stack.",
        )
    if _is_channels_first(array.shape):
        raise InputError(
            f"channels must be the last axis, the shape is {array.shape}",
            where="images",
            mend="Use images.transpose(0, 2, 3, 1), and turn the result back.",
        )
    return array


def _is_channels_first(shape: tuple[int, ...]) -> bool:
    """Whether these are (N, C, H, W): a few rows, and a last axis that is a side rather than channels."""
    _count, second, third, last = shape
    return second <= 4 < last and (third == last or last > MOST_BANDS)


def checked_labels(labels: npt.ArrayLike, count: int) -> SoftLabels:
    """The labels as float64 where they are float64, and as float32 otherwise.

    Args:
        labels: ``(N, K)``, one-hot or soft.
        count: How many images there are.

    Raises:
        InputError: They are class numbers, of another length, or not within 0..1.
    """
    array = np.asarray(labels)
    if array.ndim != 2 or 0 in array.shape:
        raise InputError(
            f"labels must be (N, K), one column a class, the shape is {array.shape}",
            where="labels",
            mend="Class numbers become one-hot with numpy.eye(K)[numbers]." if array.ndim == 1 else "",
        )
    if len(array) != count:
        raise InputError(f"there are {count} images and {len(array)} rows of labels", where="labels")
    if array.dtype.kind not in "fiub" or not ((array >= 0) & (array <= 1)).all():
        raise InputError(
            "a label must be a number from 0 to 1", where="labels", mend="Give probabilities of classes, not scores."
        )
    return array if array.dtype == np.float64 else array.astype(np.float32)


def check_alpha(alpha: float) -> None:
    """Refuse a concentration that is negative or not a finite number.

    Raises:
        InputError: It is.
    """
    if not (isinstance(alpha, int | float | np.number) and math.isfinite(alpha) and alpha >= 0):
        raise InputError(
            f"alpha must be 0 or more, it is {alpha}", where="alpha", mend="Usual are 0.2 (mixup) and 1 (CutMix)."
        )


def check_generator(rng: object) -> None:
    """Refuse anything but NumPy's generator: with it, the same seed gives the same batch.

    Raises:
        InputError: It is something else.
    """
    if not isinstance(rng, np.random.Generator):
        raise InputError(
            f"rng must be a numpy.random.Generator, it is {type(rng).__name__}",
            where="rng",
            mend="Make one with numpy.random.default_rng(seed).",
        )
