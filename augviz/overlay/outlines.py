"""The outline of a mask as polygons that lie on the outer corners of its pixels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from augviz.sample import BoolArray

Ring: TypeAlias = tuple[int, ...]
"""A closed polygon as ``x, y, x, y, …`` in whole pixels, origin at the outer corner of the top-left pixel."""


class Window(NamedTuple):
    """The part of an index layer that holds one value: ``layer[y1:y2, x1:x2]``."""

    value: int
    x1: int
    y1: int
    x2: int
    y2: int


def rings_of(mask: BoolArray, tolerance_px: float, *, offset_xy: tuple[int, int] = (0, 0)) -> tuple[Ring, ...]:
    """Trace a mask: outer rings and holes, largest first, to be filled by the even-odd rule.

    ``cv2.findContours`` runs through pixel *centres*, which would draw every mask half a pixel too small and a line of
    one pixel without any area. So the grid of pixel *corners* is traced instead (a corner is on when one of its four
    pixels is), which puts straight edges exactly where boxes put theirs. Holes and gaps of one pixel close.

    Args:
        mask: ``(H, W) bool``.
        tolerance_px: Largest distance in pixels by which a ring may leave the true outline (Douglas-Peucker).
        offset_xy: Added to every point, for a mask cut out of a larger one.
    """
    height, width = mask.shape
    corners = np.zeros((height + 1, width + 1), np.uint8)
    for dy, dx in ((0, 0), (0, 1), (1, 0), (1, 1)):
        corners[dy : dy + height, dx : dx + width] |= mask
    found, _ = cv2.findContours(corners, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    shift = np.array(offset_xy, np.int32)
    rings = (cv2.approxPolyDP(points, tolerance_px, True) + shift for points in found)
    return tuple(sorted((ring_of(points) for points in rings if len(points) > 2), key=_extent, reverse=True))


def ring_of(points: npt.NDArray[Any]) -> Ring:
    """``(N, 1, 2)`` points as OpenCV gives them -> a ring."""
    return tuple(int(value) for value in points.ravel().tolist())


def windows_of(layer: npt.NDArray[np.uint16]) -> Iterator[Window]:
    """Where each value of an index layer lies; values that are not there are left out.

    One pass over the pixels for all values together: numpy keeps the last of several assignments to one place, so
    assigning in raster order leaves the largest coordinate and in reverse order the smallest.
    """
    ys, xs = np.nonzero(layer)
    if not len(ys):
        return
    values = layer[ys, xs]
    limit = int(values.max()) + 1
    low_y, high_y = _last_by_value(values, ys, limit)
    by_column = np.argsort(xs.astype(np.uint16), kind="stable") if layer.shape[1] < 2**16 else np.argsort(xs)
    low_x, high_x = _last_by_value(values[by_column], xs[by_column], limit)
    for value in np.nonzero(high_y >= 0)[0].tolist():
        yield Window(value, int(low_x[value]), int(low_y[value]), int(high_x[value]) + 1, int(high_y[value]) + 1)


def _last_by_value(
    values: npt.NDArray[np.uint16], places: npt.NDArray[np.intp], limit: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    low, high = np.full(limit, -1, np.intp), np.full(limit, -1, np.intp)
    low[values[::-1]] = places[::-1]
    high[values] = places
    return low, high


def _extent(ring: Ring) -> int:
    return (max(ring[::2]) - min(ring[::2])) * (max(ring[1::2]) - min(ring[1::2]))
