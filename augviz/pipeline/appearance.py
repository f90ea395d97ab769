"""How a picture looks after a step against before it, in physical units, pixel by pixel where both have the same thing.

Colours are compared on a small, smoothed copy, because noise has no hue; sharpness and noise in windows at full size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from augviz.sample import BoolArray, FloatArray, ImageArray

Array: TypeAlias = npt.NDArray[Any]

SMALL_PX = 96
"""Side of a square with about as many pixels as the copy on which colours are compared."""

SMOOTHING_PX = 1.5
"""Sigma of the blur on the small copy."""

WINDOW_PX = 64
"""Side of the windows in which sharpness and noise are measured."""

WINDOWS = 3
"""Windows along each side; a picture that is not larger than all of them is measured whole."""

LEAST_PIXELS = 48
"""With fewer pixels that can be compared nothing is said."""

LEAST_WEIGHT = 0.3
"""Share of comparable pixels under a pixel of the small copy from which it is taken."""

LEAST_CHROMA = 0.12
"""Chroma (largest minus smallest channel, 0..1) from which a pixel has a hue."""


@dataclass(frozen=True)
class Appearance:
    """Before against after, on pixels that both have.

    Attributes:
        hue_deg: Median size of the turn of the hue over coloured pixels, 0..180; 0 without three channels.
        brightness: Mean difference, -1..1 of the range of values.
        contrast: Standard deviation of the grey picture, after over before.
        saturation: Mean chroma (largest minus smallest channel), after over before; 0 is grey. 1 without colours.
        sharpness: Variance of the Laplacian, after over before. A Gaussian blur of 2 px leaves about 0.01.
        noise: Standard deviation of what smooth areas got in addition, 0..1 of the range of values, in one channel.
        correlation: Of the smoothed grey pictures, -1..1; -1 for an inverted one.
        newly_clipped_share: Share of pixels at the ends of the range that were not there before, worst channel, 0..1.
    """

    hue_deg: float = 0.0
    brightness: float = 0.0
    contrast: float = 1.0
    saturation: float = 1.0
    sharpness: float = 1.0
    noise: float = 0.0
    correlation: float = 1.0
    newly_clipped_share: float = 0.0


UNCHANGED = Appearance()
"""What a step does that changes no pixel."""


def compare(
    before: ImageArray, after: ImageArray, comparable: BoolArray | None = None, in_view: BoolArray | None = None
) -> Appearance | None:
    """Compare two pictures of one size, of which each pixel shows the same thing.

    Args:
        before: ``(H, W, C)`` uint8 or float32.
        after: ``(H, W, D)``; other channels or another type are allowed and compared as grey.
        comparable: ``(H, W) bool``, pixels that still show what was there; None for all.
        in_view: ``(H, W) bool``, pixels that are judged for clipping (also those that are saturated); None for all.

    Returns:
        What changed, or None where too little can be compared.
    """
    use = None if comparable is None or comparable.all() else comparable.astype(np.uint8) * 255
    small = _small_pair(before, after, use)
    if small is None:
        return None
    colours = _colours(*small)
    sharpness, noise = _detail(before, after, use)
    return Appearance(
        *colours[:4],
        sharpness=sharpness,
        noise=noise,
        correlation=colours[4],
        newly_clipped_share=_newly_clipped(before, after, in_view),
    )


def _unit(image: Array) -> FloatArray:
    """``(H, W, C) float32`` 0..1."""
    values = image if image.ndim == 3 else image[..., None]
    if values.dtype == np.uint8:
        return np.asarray(values * np.float32(1 / 255), np.float32)
    return np.asarray(values, np.float32)


def _small(image: Array, size: tuple[int, int]) -> FloatArray:
    times = image.shape[1] // size[0]
    # Whole pixels of the copy cover whole pixels of the picture: twice as fast as any other factor.
    whole = image[: size[1] * times, : size[0] * times]
    reduced = cv2.resize(whole, size, interpolation=cv2.INTER_AREA) if times > 1 else whole
    unit = _unit(reduced)
    return np.asarray(cv2.GaussianBlur(unit, (0, 0), SMOOTHING_PX), np.float32).reshape(unit.shape)


def _small_pair(before: Array, after: Array, use: Array | None) -> tuple[FloatArray, FloatArray] | None:
    """Comparable pixels of the small copies as ``(N, C)``; None when there are too few."""
    height, width = before.shape[:2]
    times = max(1, min(int(np.sqrt(height * width)) // SMALL_PX, height, width))
    size = width // times, height // times
    if use is None:
        a, b = _small(before, size), _small(after, size)
        return a.reshape(-1, a.shape[2]), b.reshape(-1, b.shape[2])
    # Means over comparable pixels only: both pictures are blanked outside, and divided by the share that is left.
    weight = _small(use, size)
    keep = weight[..., 0] > LEAST_WEIGHT
    if int(keep.sum()) < min(LEAST_PIXELS, keep.size // 50 + 1):
        return None
    share = np.maximum(weight, np.float32(1e-3))
    a, b = (np.asarray(_small(cv2.copyTo(image, use), size) / share, np.float32)[keep] for image in (before, after))
    return a, b


def _grey(pixels: FloatArray) -> FloatArray:
    if pixels.shape[-1] == 3:
        return np.asarray(pixels @ np.array([0.299, 0.587, 0.114], np.float32), np.float32)
    return np.asarray(pixels.mean(axis=-1), np.float32)


def _colours(a: FloatArray, b: FloatArray) -> tuple[float, float, float, float, float]:
    """Hue, brightness, contrast, saturation, correlation of ``(N, C)`` pixels."""
    grey_a, grey_b = _grey(a), _grey(b)
    std_a, std_b = float(grey_a.std()), float(grey_b.std())
    same = a.shape == b.shape
    brightness = float(b.mean() - a.mean()) if same else float(grey_b.mean() - grey_a.mean())
    contrast = std_b / std_a if std_a > 1e-4 else 1.0
    both = std_a > 1e-4 and std_b > 1e-4
    correlation = float(((grey_a - grey_a.mean()) * (grey_b - grey_b.mean())).mean() / (std_a * std_b)) if both else 1.0
    hue, saturation = _hue_and_saturation(a, b)
    return hue, brightness, contrast, saturation, max(-1.0, min(1.0, correlation))


def _hue_and_saturation(a: FloatArray, b: FloatArray) -> tuple[float, float]:
    if a.shape[1] != 3:
        return 0.0, 1.0
    chroma_a = _chroma(a)
    if float(chroma_a.mean()) < 0.01:
        return 0.0, 1.0
    if b.shape[1] != 3:
        return 0.0, 0.0
    chroma_b = _chroma(b)
    saturation = float(chroma_b.mean() / chroma_a.mean())
    coloured = (chroma_a > LEAST_CHROMA) & (chroma_b > LEAST_CHROMA / 2)
    if int(coloured.sum()) < min(LEAST_PIXELS, len(a)):
        return 0.0, saturation
    turn = (_hue_deg(b[coloured]) - _hue_deg(a[coloured]) + 180) % 360 - 180
    return float(np.median(np.abs(turn))), saturation


def _chroma(pixels: FloatArray) -> FloatArray:
    red, green, blue = pixels.T
    high, low = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    return np.asarray(high - low, np.float32)


def _hue_deg(pixels: FloatArray) -> FloatArray:
    hsv = cv2.cvtColor(np.clip(pixels, 0, 1).reshape(1, -1, 3), cv2.COLOR_RGB2HSV)
    return np.asarray(hsv[0, :, 0], np.float32)


def windows(image: Array) -> Array:
    """Evenly spread windows at full size, one under the other; the whole picture when it is small."""
    height, width = image.shape[:2]
    if height * width <= (WINDOWS * WINDOW_PX) ** 2:
        return image
    side = min(WINDOW_PX, height, width)
    tops, lefts = (np.linspace(0, length - side, WINDOWS).astype(int) for length in (height, width))
    return np.concatenate([image[y : y + side, x : x + side] for y in tops for x in lefts])


def cuts(stack: Array) -> slice:
    """The rows in which a window of :func:`windows` begins; none when the picture was small enough to be whole."""
    height, width = stack.shape[:2]
    return slice(None, None, width) if height == width * WINDOWS**2 else slice(0)


def _detail(before: Array, after: Array, use: Array | None) -> tuple[float, float]:
    """Sharpness ratio and added noise, over all windows."""
    a, b = _unit(windows(before)), _unit(windows(after))
    keep = _inner(None if use is None else windows(use), a.shape[:2], is_cut=len(a) != len(before))
    edges_a, edges_b = _edges(a)[keep], _edges(b)[keep]
    if not edges_a.size:
        return 1.0, 0.0
    before_variance = float(edges_a.var())
    sharpness = float(edges_b.var()) / before_variance if before_variance > 1e-7 else 1.0
    return sharpness, _added_noise(_fine(a)[keep], _fine(b)[keep])


def _edges(pixels: FloatArray) -> FloatArray:
    return np.asarray(cv2.Laplacian(np.ascontiguousarray(_grey(pixels)), cv2.CV_32F), np.float32)


def _fine(pixels: FloatArray) -> FloatArray:
    """What a blur takes away, of the middle channel: noise of the channels would cancel out in grey."""
    plane = np.ascontiguousarray(pixels[..., pixels.shape[2] // 2])
    return np.asarray(plane - cv2.GaussianBlur(plane, (0, 0), 2), np.float32)


def _inner(use: Array | None, size_hw: tuple[int, int], *, is_cut: bool) -> BoolArray:
    """Pixels whose neighbours can be compared too, and are their neighbours (windows lie one under the other)."""
    keep: Array = np.full(size_hw, 255, np.uint8) if use is None else use.copy()
    if is_cut:
        keep[cuts(keep)] = 0
    return np.asarray(cv2.erode(keep, np.ones((5, 5), np.uint8), borderValue=0) > 0, np.bool_)


def _added_noise(fine_a: FloatArray, fine_b: FloatArray) -> float:
    """Robust standard deviation, in smooth areas, of the fine structure that was not there before."""
    quiet = np.abs(fine_a) <= np.median(np.abs(fine_a))
    a, b = fine_a[quiet], fine_b[quiet]
    power = float((a * a).sum())
    gain = float((a * b).sum()) / power if power > 1e-9 else 0.0
    return 1.4826 * float(np.median(np.abs(b - gain * a)))


def _newly_clipped(before: Array, after: Array, in_view: BoolArray | None) -> float:
    a, b = _sparse(before), _sparse(after)
    if a.shape != b.shape:
        return 0.0
    gained = (_at_end(b) & ~_at_end(a)).astype(np.float32)
    judged = np.ones(gained.shape[:2], np.bool_) if in_view is None else _sparse(in_view)
    gained = gained[judged]
    return float(gained.mean(axis=0).max()) if gained.size else 0.0


def _sparse(image: Array) -> Array:
    stride = max(1, int(np.sqrt(image.shape[0] * image.shape[1]) // SMALL_PX))
    return image[::stride, ::stride]


def _at_end(values: Array) -> BoolArray:
    top = 255 if values.dtype == np.uint8 else 1.0
    return np.asarray((values <= 0) | (values >= top), np.bool_)
