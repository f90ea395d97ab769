"""Pure functions on arrays of boxes, polygons and masks; numpy and nothing of ours.

Coordinates are continuous pixels with the origin at the outer corner of the top-left pixel: pixel ``(row, column)``
covers ``[column, column + 1) x [row, row + 1)`` and its centre lies at ``(column + 0.5, row + 0.5)``. Boxes are
half-open ``x1 y1 x2 y2``. Box functions compute in float64, so that a conversion and its inverse cancel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float32]
Float64Array = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

MAX_CROSSINGS = 4_000_000
"""Most crossings of polygon edges with pixel rows in one fill: about 200 MB while it runs. An honest outline has some
thousands; a file made to hang us can have ten thousand million."""

FAR_PX = 1e7
"""Coordinates are cut off here before they become whole numbers; no image is so large."""


class Ring(NamedTuple):
    """A closed outline; the last point joins the first.

    Attributes:
        xy: ``(N, 2) float32`` pixels. Outer rings run clockwise on the screen, holes counter-clockwise.
        is_hole: Whether it bounds a hole.
    """

    xy: FloatArray
    is_hole: bool = False


class Window(NamedTuple):
    """A mask cut out of a larger image.

    Attributes:
        top: Row of the image at which the window starts.
        left: Column of the image at which it starts.
        mask: ``(h, w) bool``.
    """

    top: int
    left: int
    mask: BoolArray


# Boxes


def _boxes(values: npt.ArrayLike) -> Float64Array:
    return np.asarray(values, np.float64).reshape(-1, 4)


def coco_to_xyxy(boxes: npt.ArrayLike) -> Float64Array:
    """``(N, 4)`` x y width height in pixels -> ``(N, 4) float64`` x1 y1 x2 y2.

    Source: COCO data format, cocodataset.org/#format-data (0-based, continuous).

    >>> coco_to_xyxy([[10, 20, 30, 40]]).tolist()
    [[10.0, 20.0, 40.0, 60.0]]
    """
    box = _boxes(boxes)
    return np.concatenate([box[:, :2], box[:, :2] + box[:, 2:]], axis=1)


def xyxy_to_coco(boxes: npt.ArrayLike) -> Float64Array:
    """``(N, 4)`` x1 y1 x2 y2 -> ``(N, 4) float64`` x y width height; the inverse of :func:`coco_to_xyxy`."""
    box = _boxes(boxes)
    return np.concatenate([box[:, :2], box[:, 2:] - box[:, :2]], axis=1)


def yolo_to_xyxy(boxes: npt.ArrayLike, size_hw: tuple[int, int]) -> Float64Array:
    """``(N, 4)`` centre x, centre y, width, height as shares of the image -> ``(N, 4) float64`` pixels x1 y1 x2 y2.

    Source: Ultralytics, "Object detection datasets overview", docs.ultralytics.com/datasets/detect.

    >>> yolo_to_xyxy([[0.5, 0.5, 0.5, 1.0]], (10, 20)).tolist()
    [[5.0, 0.0, 15.0, 10.0]]
    """
    box = _boxes(boxes)
    scale = np.array([size_hw[1], size_hw[0]] * 2, np.float64)
    return np.concatenate([box[:, :2] - box[:, 2:] / 2, box[:, :2] + box[:, 2:] / 2], axis=1) * scale


def xyxy_to_yolo(boxes: npt.ArrayLike, size_hw: tuple[int, int]) -> Float64Array:
    """``(N, 4)`` pixels x1 y1 x2 y2 -> ``(N, 4) float64`` shares; the inverse of :func:`yolo_to_xyxy`."""
    box = _boxes(boxes) / np.array([size_hw[1], size_hw[0]] * 2, np.float64)
    return np.concatenate([(box[:, :2] + box[:, 2:]) / 2, box[:, 2:] - box[:, :2]], axis=1)


def voc_to_xyxy(boxes: npt.ArrayLike) -> Float64Array:
    """``(N, 4)`` xmin ymin xmax ymax, 1-based and inclusive -> ``(N, 4) float64`` x1 y1 x2 y2.

    The first pixel is 1, so ``xmin = 1, xmax = width`` is the whole image and only the two minima move.

    Source: VOC2012 development kit, section 4 ("pixel co-ordinates … the top-left pixel is (1,1)"); the same
    reading as detectron2, data/datasets/pascal_voc.py.

    >>> voc_to_xyxy([[1, 1, 20, 10]]).tolist()
    [[0.0, 0.0, 20.0, 10.0]]
    """
    return _boxes(boxes) - np.array([1, 1, 0, 0], np.float64)


def xyxy_to_voc(boxes: npt.ArrayLike) -> Float64Array:
    """``(N, 4)`` x1 y1 x2 y2 -> ``(N, 4) float64``, 1-based and inclusive; the inverse of :func:`voc_to_xyxy`."""
    return _boxes(boxes) + np.array([1, 1, 0, 0], np.float64)


def clip_xyxy(boxes: npt.ArrayLike, size_hw: tuple[int, int]) -> Float64Array:
    """``(N, 4)`` boxes cut off at the frame of an image of ``(height, width)``.

    A box wholly outside becomes one of no area on the frame.

    >>> clip_xyxy([[-5, 2, 8, 99]], (10, 20)).tolist()
    [[0.0, 2.0, 8.0, 10.0]]
    """
    return np.asarray(np.clip(_boxes(boxes), 0, np.array([size_hw[1], size_hw[0]] * 2, np.float64)))


def area_xyxy(boxes: npt.ArrayLike) -> Float64Array:
    """``(N,)`` areas in square pixels; 0 for a box that ends before it begins."""
    box = _boxes(boxes)
    return np.asarray(np.prod(np.maximum(box[:, 2:] - box[:, :2], 0), axis=1))


def iou_xyxy(a: npt.ArrayLike, b: npt.ArrayLike) -> Float64Array:
    """Intersection over union of every box of ``a`` ``(N, 4)`` with every box of ``b`` ``(M, 4)``: ``(N, M)``, 0..1.

    Two boxes without area have 0.

    >>> iou_xyxy([[0, 0, 2, 2]], [[1, 0, 3, 2], [5, 5, 6, 6]]).round(3).tolist()
    [[0.333, 0.0]]
    """
    first, second = _boxes(a), _boxes(b)
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum(first[:, None, 2:], second[None, :, 2:])
    common = np.prod(np.maximum(high - low, 0), axis=2)
    union = area_xyxy(first)[:, None] + area_xyxy(second)[None, :] - common
    return np.asarray(np.divide(common, union, out=np.zeros_like(common), where=union > 0))


# Masks


def bounding_box(mask: npt.ArrayLike) -> tuple[int, int, int, int] | None:
    """Smallest half-open ``(x1, y1, x2, y2)`` around the set pixels of ``(H, W)``, or None when there are none."""
    image = np.asarray(mask, np.bool_)
    rows, columns = np.flatnonzero(image.any(axis=1)), np.flatnonzero(image.any(axis=0))
    if not len(rows):
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def layer_windows(layer: npt.NDArray[np.uint16]) -> dict[int, Window]:
    """The window of every value above 0 in an index layer ``(H, W)``, values ascending.

    One pass over the layer instead of one an object: 10,000 objects cost as much as ten.
    """
    ys, xs = np.nonzero(layer)
    if not len(ys):
        return {}
    found = layer[ys, xs]
    order = np.argsort(found, kind="stable")
    ys, xs, found = ys[order], xs[order], found[order]
    starts = np.flatnonzero(np.r_[True, found[1:] != found[:-1]])
    tops, lefts = np.minimum.reduceat(ys, starts), np.minimum.reduceat(xs, starts)
    bottoms, rights = np.maximum.reduceat(ys, starts) + 1, np.maximum.reduceat(xs, starts) + 1
    return {
        int(value): Window(int(t), int(x), layer[t:b, x:r] == value)
        for value, t, x, b, r in zip(found[starts], tops, lefts, bottoms, rights, strict=True)
    }


# Polygons


def polygon_to_mask(
    polygons: Sequence[npt.ArrayLike], size_hw: tuple[int, int], *, overlap: Literal["join", "cut"] = "join"
) -> BoolArray:
    """Fill polygons: a pixel is set when its centre lies inside (even-odd rule).

    Args:
        polygons: Rings ``(N, 2)`` in pixels; give ``ring.xy`` of :func:`mask_to_polygons`.
        size_hw: ``(height, width)`` of the mask.
        overlap: What happens where two rings overlap: "join" (both are filled, as COCO has it) or "cut" (a ring
            inside another is a hole, one inside the hole an island; undoes :func:`mask_to_polygons`).

    Returns:
        ``(H, W) bool``.

    Raises:
        ValueError: The outline crosses more than ``MAX_CROSSINGS`` pixel rows.
    """
    mask = np.zeros(size_hw, np.bool_)
    window = polygon_to_window(polygons, size_hw, overlap=overlap)
    if window is not None:
        height, width = window.mask.shape
        mask[window.top : window.top + height, window.left : window.left + width] = window.mask
    return mask


def polygon_to_window(
    polygons: Sequence[npt.ArrayLike], size_hw: tuple[int, int], *, overlap: Literal["join", "cut"] = "join"
) -> Window | None:
    """As :func:`polygon_to_mask`, but only the part of the image around the polygons; None when no pixel is set."""
    rings = [np.clip(np.asarray(ring, np.float64).reshape(-1, 2), -FAR_PX, FAR_PX) for ring in polygons]
    rings = [ring for ring in rings if len(ring) >= 3]
    frame = _frame(rings, size_hw)
    if frame is None:
        return None
    if overlap == "cut" or len(rings) == 1:
        filled = _fill(rings, frame)
    else:
        filled = np.zeros((frame.height, frame.width), np.bool_)
        for ring in rings:
            part = _frame([ring], size_hw)
            if part is not None:
                y, x = part.top - frame.top, part.left - frame.left
                filled[y : y + part.height, x : x + part.width] |= _fill([ring], part)
    return Window(frame.top, frame.left, filled) if filled.any() else None


class _Frame(NamedTuple):
    top: int
    left: int
    height: int
    width: int


def _frame(rings: Sequence[Float64Array], size_hw: tuple[int, int]) -> _Frame | None:
    """The whole pixels of the image that the rings reach, or None when they reach none."""
    if not rings:
        return None
    points = np.concatenate(rings)
    limits = np.array([size_hw[1], size_hw[0]])
    left, top = np.clip(np.floor(points.min(axis=0)), 0, limits).astype(int).tolist()
    right, bottom = np.clip(np.ceil(points.max(axis=0)), 0, limits).astype(int).tolist()
    return _Frame(top, left, bottom - top, right - left) if right > left and bottom > top else None


def _fill(rings: Sequence[Float64Array], frame: _Frame) -> BoolArray:
    """Even-odd fill of a frame: toggle where an edge crosses a row of centres.

    Each edge is walked from its upper end, whatever its direction, so that a line walked there and back (the bridge
    between two parts of one outline) cancels exactly.
    """
    top, left, height, width = frame
    start = np.concatenate(rings)
    end = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
    down = (start[:, 1] <= end[:, 1])[:, None]
    upper, lower = np.where(down, start, end), np.where(down, end, start)
    first = np.clip(np.ceil(upper[:, 1] - 0.5) - top, 0, height).astype(np.int64)
    last = np.clip(np.ceil(lower[:, 1] - 0.5) - top, 0, height).astype(np.int64)
    count = np.maximum(last - first, 0)
    total = int(count.sum())
    if total > MAX_CROSSINGS:
        raise ValueError(f"the outline crosses pixel rows {total:,} times")
    edge = np.repeat(np.arange(len(count)), count)
    row = np.arange(total) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    slope = np.divide(
        lower[:, 0] - upper[:, 0], lower[:, 1] - upper[:, 1], out=np.zeros(len(count)), where=(lower - upper)[:, 1] > 0
    )
    x = upper[edge, 0] + (row + top + 0.5 - upper[edge, 1]) * slope[edge]
    column = np.clip(np.ceil(x - 0.5) - left, 0, width).astype(np.int64)
    toggles = np.bincount(row * (width + 1) + column, minlength=height * (width + 1)).astype(np.uint8)
    parity = np.bitwise_xor.accumulate(toggles.reshape(height, width + 1) & 1, axis=1)
    return parity[:, :width].astype(np.bool_)


def mask_to_polygons(mask: npt.ArrayLike) -> list[Ring]:
    """Outlines of the set pixels of ``(H, W)``, along the pixels' edges.

    Pixels that touch only at a corner belong to different rings. Rings come from top to bottom, then left to right, and
    fill back to exactly the same mask: ``polygon_to_mask([r.xy for r in rings], mask.shape, overlap="cut")``.

    How: a lattice point is a corner where an odd number of its four pixels is set (one visit), or two diagonal ones
    (two visits). Along every lattice row the corners pair up to horizontal edges, along every column to vertical ones;
    walking edge after edge closes the rings. (cv2.findContours runs through pixel centres, half a pixel inside.)
    """
    box = bounding_box(mask)
    if box is None:
        return []
    x1, y1, x2, y2 = box
    part = np.asarray(mask, np.bool_)[y1:y2, x1:x2]
    corners, across, along = _linked_corners(np.pad(part, 1))
    rings: list[Ring] = []
    todo = np.ones(len(corners), np.bool_)
    for start in range(len(corners)):
        if not todo[start]:
            continue
        path = _walk(start, across, along)
        todo[path] = False
        # The start is the ring's first corner in reading order, so the ring runs to the right of it and below.
        is_hole = not part[corners[start, 0], corners[start, 1]]
        xy = corners[path[::-1] if is_hole else path][:, ::-1] + (x1, y1)
        rings.append(Ring(xy.astype(np.float32), is_hole))
    return rings


def _walk(start: int, across: list[int], along: list[int]) -> list[int]:
    path = [start]
    while True:
        path.append(across[path[-1]])
        following = along[path[-1]]
        if following == start:
            return path
        path.append(following)


def _linked_corners(padded: BoolArray) -> tuple[IntArray, list[int], list[int]]:
    """Corners ``(N, 2)`` row, column in reading order, and each one's partner in its row and in its column."""
    nw, ne, sw, se = padded[:-1, :-1], padded[:-1, 1:], padded[1:, :-1], padded[1:, 1:]
    falling, rising = (nw & se & ~ne & ~sw), (ne & sw & ~nw & ~se)
    visits = (nw ^ ne ^ sw ^ se).astype(np.int64) + 2 * (falling | rising)
    rows, columns = np.nonzero(visits)
    times = visits[rows, columns]
    which = np.repeat(np.arange(len(rows)), times)
    second = np.r_[False, which[1:] == which[:-1]]
    corners = np.stack([rows[which], columns[which]], axis=1)
    # In its row the first visit joins to the left and the second to the right. In its column the first joins upwards
    # where the diagonal falls, downwards where it rises: then the two visits never cross.
    late = second ^ rising[corners[:, 0], corners[:, 1]]
    order = np.lexsort((late, corners[:, 0], corners[:, 1]))
    across, along = np.arange(len(which)), np.empty(len(which), np.int64)
    across ^= 1
    along[order[0::2]], along[order[1::2]] = order[1::2], order[0::2]
    return corners, across.tolist(), along.tolist()


def join_rings(rings: Sequence[Ring]) -> FloatArray:
    """One ring ``(N, 2)`` through all rings, for formats that have one outline an object.

    Each further ring is entered and left by the same bridge from the nearest point walked so far. Under the even-odd
    rule a bridge covers nothing, so the fill stays exactly the same.
    """
    path = np.asarray(rings[0].xy, np.float32)
    for ring in rings[1:]:
        distance = np.square(path - ring.xy[0]).sum(axis=1)
        near = int(distance.argmin())
        path = np.concatenate([path[: near + 1], ring.xy, ring.xy[:1], path[near:]])
    return path
