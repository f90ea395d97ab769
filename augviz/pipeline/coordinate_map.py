"""Where every pixel of an augmented picture came from, and what of the source is still seen.

A coordinate map is ``(H, W, 2) float32``: for each pixel of the picture that came out, x + 1 and y + 1 of the pixel of
the source that lies there now, both 0 where it came from nowhere (padding). It travels as a mask does,
nearest-neighbour, so its values stay whole numbers and two maps in a row make one exactly (:func:`followed_by`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from augviz.sample import BoolArray, FloatArray, ImageArray

CoordinateMap: TypeAlias = FloatArray
"""``(H, W, 2) float32``, source x + 1 and y + 1; 0 = from nowhere. Nearest, therefore whole numbers below 2**24."""

Float64Array: TypeAlias = npt.NDArray[np.float64]

COVER_POINTS = 16_384
"""Points of a map from which the share of the source that is seen is counted."""

OBJECT_POINTS = 262_144
"""The same for what can be seen of small objects."""

CELL_GAPS = 3
"""Side of the cells in which the source is counted, in distances between the pixels that are taken."""

ORIENTATION_GRID = 32
"""Places of the grid along the shorter side on which a picture is asked whether it is mirrored."""

MOST_PACKED = 2**24
"""Pixels of a picture whose places fit into one float32."""

LEAST_FILLED = 0.4
"""Share of the pixels that a cell should give from which it counts as seen: about half, less what rounding takes."""


@lru_cache(maxsize=8)
def identity(size_hw: tuple[int, int]) -> CoordinateMap:
    """The map of a picture that nothing happened to; read-only."""
    y, x = np.mgrid[1 : size_hw[0] + 1, 1 : size_hw[1] + 1].astype(np.float32)
    coordinates = np.dstack([x, y])
    coordinates.flags.writeable = False
    return coordinates


@lru_cache(maxsize=4)
def packed_identity(size_hw: tuple[int, int]) -> FloatArray:
    """``(H, W) float32``, y * W + x + 1: both places in one number, which takes a quarter of the time; read-only.

    Exact below ``MOST_PACKED`` pixels.
    """
    packed = np.arange(1, size_hw[0] * size_hw[1] + 1, dtype=np.float32).reshape(size_hw)
    packed.flags.writeable = False
    return packed


def unpacked(packed: FloatArray, width: int) -> CoordinateMap:
    """A map from places in one number; ``width`` is that of the source."""
    y, x = np.divmod(packed - np.float32(1), np.float32(width))
    return np.asarray(np.where((packed > 0)[..., None], np.dstack([x, y]) + np.float32(1), np.float32(0)), np.float32)


def on_grid(array: FloatArray) -> FloatArray:
    """``ORIENTATION_GRID`` to twice as many places along the shorter side, all over a picture; a view."""
    stride = max(1, min(array.shape[:2]) // ORIENTATION_GRID)
    return array[::stride, ::stride]


def seen_in(coordinates: CoordinateMap) -> BoolArray:
    """``(H, W) bool``: where the output came from somewhere."""
    return np.asarray(cv2.extractChannel(coordinates, 0) > 0, np.bool_)


def take_from(array: npt.NDArray[Any], coordinates: CoordinateMap) -> npt.NDArray[Any]:
    """What of ``array`` (at the size of the source) lies at each pixel of the output; 0 where it came from nowhere."""
    return _remapped(array, coordinates, cv2.INTER_NEAREST, cv2.BORDER_CONSTANT)


def laid_under(picture: ImageArray, coordinates: CoordinateMap) -> ImageArray:
    """The picture before, as it lies under the one after, resampled linearly.

    Nearest-neighbour places are rounded; a mean over neighbours gives them back, but for the edges of what is seen and
    where the picture is torn.
    """
    smooth = np.asarray(cv2.blur(coordinates, (5, 5), borderType=cv2.BORDER_REFLECT), np.float32)
    whole = cv2.inRange(cv2.absdiff(smooth, coordinates), (0.0, 0.0), (2.0, 2.0))
    cv2.copyTo(coordinates, cv2.bitwise_not(whole), smooth)
    moved = _remapped(picture, smooth, cv2.INTER_LINEAR, cv2.BORDER_REPLICATE)
    return moved.reshape(*coordinates.shape[:2], -1)


def _remapped(array: npt.NDArray[Any], coordinates: CoordinateMap, flag: int, border: int) -> npt.NDArray[Any]:
    places = np.asarray(coordinates - np.float32(1), np.float32)
    moved: npt.NDArray[Any] = cv2.remap(array, places, None, flag, borderMode=border, borderValue=0)  # type: ignore[call-overload]
    return moved


def followed_by(first: CoordinateMap, second: CoordinateMap) -> CoordinateMap:
    """One map for two steps in a row."""
    return np.asarray(take_from(first, second), np.float32)


def visible_source(
    coordinates: CoordinateMap, source_hw: tuple[int, int], covered: BoolArray | None = None
) -> BoolArray:
    """``(H, W) bool`` at the size of the source: which of its pixels are still in the picture.

    Args:
        coordinates: The map.
        source_hw: Height and width of the source.
        covered: Pixels of the output that do not count as seen (under a hole), or None.
    """
    if covered is not None and covered.any():
        coordinates = np.where(covered[..., None], np.float32(0), coordinates)
    (down, across), cells, _ = _covered(coordinates, source_hw, OBJECT_POINTS)
    return np.repeat(np.repeat(cells, down, axis=0), across, axis=1)[: source_hw[0], : source_hw[1]]


def mirrored_at(coordinates: CoordinateMap) -> npt.NDArray[np.int8]:
    """``(H, W) int8``: -1 where the picture around a pixel is mirrored, 1 where it is not, 0 where one cannot tell."""
    step = np.zeros((*coordinates.shape[:2], 2, 2), np.float32)
    seen = seen_in(coordinates)
    whole = seen.copy()
    for axis in (0, 1):
        step[..., axis] = np.roll(coordinates, -2, axis=1 - axis) - np.roll(coordinates, 2, axis=1 - axis)
        whole &= np.roll(seen, -2, axis=1 - axis) & np.roll(seen, 2, axis=1 - axis)
    whole[:2], whole[-2:], whole[:, :2], whole[:, -2:] = False, False, False, False
    det = step[..., 0, 0] * step[..., 1, 1] - step[..., 0, 1] * step[..., 1, 0]
    return np.asarray(np.where(whole, np.sign(det), 0), np.int8)


def is_mirrored(coordinates: CoordinateMap) -> bool:
    """Whether most of the picture is mirrored, from a grid of its pixels; what has no orientation is not.

    The Python code that is exported asks the same (:mod:`augviz.pipeline.swapping_code`). Neighbours on a grid and not
    pixels are compared, because a picture that was zoomed in holds each place of the source many times.
    """
    grid = on_grid(coordinates)
    here, right, down = grid[:-1, :-1], grid[:-1, 1:], grid[1:, :-1]
    seen = (np.minimum(np.minimum(here, right), down) > 0).all(axis=-1)
    across, along = right - here, down - here
    det = across[..., 0] * along[..., 1] - across[..., 1] * along[..., 0]
    return bool(np.sign(det)[seen].sum() < 0)


class _Cover(NamedTuple):
    """Cells of the source: their height and width in px, which lie in the output, and how many px each has."""

    sides: tuple[int, int]
    covered: BoolArray
    areas: Float64Array


def _covered(coordinates: CoordinateMap, source_hw: tuple[int, int], points: int) -> _Cover:
    """Which cells of the source lie in the output.

    A cell counts when about half as many output pixels came from it as its share of all would be. Cells are as
    large as the gaps that resampling leaves between the pixels that are taken.
    """
    height, width = coordinates.shape[:2]
    stride = max(1, int(np.sqrt(height * width / points)))
    taken = coordinates[::stride, ::stride].reshape(-1, 2)
    places = taken[taken[:, 0] > 0].astype(np.int64) - 1
    gaps = _gaps_px(coordinates)
    down, across = (max(2, int(np.ceil(CELL_GAPS * stride * gap)) if stride * gap > 1 else 2) for gap in gaps[:2])
    edges = [
        np.diff(np.append(np.arange(0, length, side), length))
        for length, side in zip(source_hw, (down, across), strict=True)
    ]
    areas = np.outer(*edges).astype(np.float64)
    index = places[:, 1] // down * areas.shape[1] + places[:, 0] // across
    counts = np.bincount(index, minlength=areas.size)[: areas.size].reshape(areas.shape)
    expected = areas / (gaps.area * stride**2)
    return _Cover((down, across), np.asarray((counts > 0) & (counts >= LEAST_FILLED * expected), np.bool_), areas)


def seen_share(coordinates: CoordinateMap, source_hw: tuple[int, int]) -> float:
    """Share of the source, 0..1, that is in the output."""
    cover = _covered(coordinates, source_hw, COVER_POINTS)
    return float(cover.areas[cover.covered].sum() / cover.areas.sum())


class _Gaps(NamedTuple):
    """How far apart, in source px, neighbours of the output are down and across the source, and the area of each."""

    down: float
    across: float
    area: float


def _gaps_px(coordinates: CoordinateMap) -> _Gaps:
    """Medians over the picture."""
    jumps: list[Float64Array] = []
    for places in (coordinates, coordinates.swapaxes(0, 1)):
        reach, stride = min(8, len(places) - 1), max(1, min(places.shape[:2]) // 64)
        ahead, here = places[reach::stride, ::stride], places[: len(places) - reach : stride, ::stride]
        both = (ahead[..., 0] > 0) & (here[..., 0] > 0)
        if not reach or not both.any():
            return _Gaps(1.0, 1.0, 1.0)
        jumps.append(np.median(np.abs(ahead - here)[both], axis=0).astype(np.float64) / reach)
    across, down = np.maximum(np.hypot(*jumps), 1e-3)
    return _Gaps(float(down), float(across), float(max(1e-6, np.prod([np.hypot(*jump) for jump in jumps]))))
