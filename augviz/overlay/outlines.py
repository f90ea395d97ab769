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


MAX_RINGS = 1_000
"""Rings of one mask, the largest first: noise of a megapixel has fifty thousand, each smaller than a screen pixel."""


class Window(NamedTuple):
    """The part of an index layer that holds one value: ``layer[y1:y2, x1:x2]``."""

    value: int
    x1: int
    y1: int
    x2: int
    y2: int

    def of(self, layer: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The part itself."""
        return layer[self.y1 : self.y2, self.x1 : self.x2]


def rings_of(mask: BoolArray, tolerance_px: float, *, offset_xy: tuple[int, int] = (0, 0)) -> tuple[Ring, ...]:
    """Trace a mask: outer rings and holes, largest first, to be filled by the even-odd rule.

    ``cv2.findContours`` runs through pixel *centres*, which would draw every mask half a pixel too small and a line of
    one pixel without any area. So the grid of pixel *corners* is traced instead (a corner is on when one of its four
    pixels is), which puts straight edges exactly where boxes put theirs. Holes and gaps of one pixel close, and of more
    than :data:`MAX_RINGS` rings the smallest are left out.

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
    if len(found) > MAX_RINGS:
        found = tuple(sorted(found, key=cv2.contourArea, reverse=True)[:MAX_RINGS])
    shift = np.array(offset_xy, np.int32)
    rings = [ring_of(simplified(points, tolerance_px) + shift) for points in found]
    return tuple(sorted(rings, key=_extent, reverse=True))


def simplified(points: npt.NDArray[Any], tolerance_px: float) -> npt.NDArray[Any]:
    """Fewer points (Douglas-Peucker); what is too small for that becomes its bounding box instead of nothing."""
    fewer = cv2.approxPolyDP(points, tolerance_px, True)
    if len(fewer) > 2:
        return fewer
    x, y, width, height = cv2.boundingRect(points)
    x2, y2 = x + width - 1, y + height - 1
    return np.array([[[x, y]], [[x2, y]], [[x2, y2]], [[x, y2]]], np.int32)


def ring_of(points: npt.NDArray[Any]) -> Ring:
    """``(N, 1, 2)`` points as OpenCV gives them -> a ring."""
    return tuple(int(value) for value in points.ravel().tolist())


def windows_of(layer: npt.NDArray[np.uint16] | npt.NDArray[np.int32]) -> Iterator[Window]:
    """Where each value of an index layer lies; 0 and values that are not there are left out.

    One pass for all values together, over runs of equal pixels in a row instead of over pixels: a layer of a
    megapixel has some thousands of them.
    """
    height, width = layer.shape
    if not layer.size:
        return
    flat = layer.ravel()
    begins = np.ones(flat.size, np.bool_)
    np.not_equal(flat[1:], flat[:-1], out=begins[1:])
    begins[::width] = True
    starts = np.flatnonzero(begins)
    values = flat[starts]
    y1, x1 = np.divmod(starts, width)
    x2 = x1 + np.diff(starts, append=flat.size)
    limit = int(values.max()) + 1
    low, high = np.full((2, limit), max(height, width)), np.zeros((2, limit), np.intp)
    for axis, (first, last) in enumerate(((x1, x2), (y1, y1 + 1))):
        np.minimum.at(low[axis], values, first)
        np.maximum.at(high[axis], values, last)
    for value in (np.flatnonzero(high[0, 1:]) + 1).tolist():
        (left, top), (right, bottom) = low[:, value].tolist(), high[:, value].tolist()
        yield Window(value, left, top, right, bottom)


def _extent(ring: Ring) -> int:
    return (max(ring[::2]) - min(ring[::2])) * (max(ring[1::2]) - min(ring[1::2]))
