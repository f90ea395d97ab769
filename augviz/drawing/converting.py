"""Labels to shapes and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from augviz.drawing.shapes import Drawing, DrawnBox, DrawnMask, DrawnPoint, DrawnPolygon, Shape
from augviz.errors import Problem
from augviz.geometry import Window, bounding_box, layer_windows, polygon_to_window
from augviz.sample import Boxes, Keypoints, Labels, Masks

MAX_LAYERS = 32
"""Most masks that lie on top of each other at one pixel; the label readers draw the line at the same number."""

MAX_LAYER_BYTES = 256 * 2**20


class LabelsAndProblems(NamedTuple):
    """The labels of a drawing, and what could not become one."""

    labels: Labels
    problems: tuple[Problem, ...] = ()


def shapes_of(labels: Labels, size_hw: tuple[int, int]) -> Drawing:
    """Labels as shapes: boxes first, then masks, then keypoints, in their order.

    Args:
        labels: Boxes, masks and keypoints; a semantic map and the class of the image are not drawn.
        size_hw: Height and width of the image in pixels.
    """
    found: list[Shape] = []
    boxes = labels.boxes
    for row, owner in enumerate(boxes.ids):
        x1, y1, x2, y2 = (_shortest(value) for value in boxes.xyxy[row])
        found.append(DrawnBox(len(found), owner, boxes.labels[row], (x1, y1, x2, y2)))
    for owner, name, window in _windows(labels.masks):
        found.append(DrawnMask(len(found), owner, name, window))
    points = labels.keypoints
    for row, name in enumerate(points.labels):
        x, y = (_shortest(value) for value in points.xy[row])
        found.append(DrawnPoint(len(found), points.object_ids[row], name, (x, y), points.visible[row]))
    return Drawing(size_hw, {shape.key: shape for shape in found})


def labels_of(drawing: Drawing, base: Labels, before: Drawing | None = None) -> LabelsAndProblems:
    """Shapes as labels.

    Args:
        drawing: The shapes.
        base: The labels until now: their semantic map and image class stay.
        before: The drawing that ``base`` came from, if there is one: where no mask has changed, its layers are kept.
    """
    shapes = drawing.shapes.values()
    boxes = [shape for shape in shapes if isinstance(shape, DrawnBox)]
    points = [shape for shape in shapes if isinstance(shape, DrawnPoint)]
    masks, problems = (base.masks, ()) if before is not None and before.areas == drawing.areas else _masks(drawing)
    labels = replace(
        base,
        boxes=Boxes.of([box.xyxy for box in boxes], (box.name for box in boxes), _owners(boxes, drawing)),
        masks=masks,
        keypoints=Keypoints.of(
            [point.xy for point in points],
            (point.name for point in points),
            (point.owner for point in points),
            (point.visible for point in points),
        ),
    )
    return LabelsAndProblems(labels, problems)


def _shortest(value: np.float32) -> float:
    """The shortest decimal that is this float32: it comes back exactly, and is short in a message."""
    return float(str(value))


def _windows(masks: Masks | None) -> Iterator[tuple[int, str, Window | None]]:
    if masks is None:
        return
    windows = {value: window for layer in masks.layers for value, window in layer_windows(layer).items()}
    for place, owner in enumerate(masks.ids):
        yield owner, masks.labels[place], windows.get(place + 1)


def _owners(shapes: Sequence[Shape], drawing: Drawing) -> list[int]:
    """The object of each shape; of two that claim one object, the later gets an object of its own."""
    used = {shape.owner for shape in drawing.shapes.values()}
    free = (owner for owner in count() if owner not in used)
    seen: set[int] = set()
    owners = []
    for shape in shapes:
        owners.append(next(free) if shape.owner < 0 or shape.owner in seen else shape.owner)
        seen.add(shape.owner)
    return owners


def _masks(drawing: Drawing) -> tuple[Masks | None, tuple[Problem, ...]]:
    layers: list[npt.NDArray[np.uint16]] = []
    kept: list[DrawnPolygon | DrawnMask] = []
    problems: list[Problem] = []
    for shape in drawing.areas:
        window = _window_of(shape, drawing.size_hw)
        if window is None and isinstance(shape, DrawnPolygon):
            problems.append(Problem(shape.name, "the polygon covers no pixel", "Draw it larger; it has no mask yet."))
        elif window is not None and not _pack(layers, window, len(kept) + 1, drawing.size_hw):
            problems.append(Problem(shape.name, "too many masks lie on top of each other", "This one is left out."))
        else:
            kept.append(shape)
    if not kept:
        return None, tuple(problems)
    packed = np.stack(layers) if layers else np.zeros((0, *drawing.size_hw), np.uint16)
    return Masks(packed, tuple(shape.name for shape in kept), tuple(_owners(kept, drawing))), tuple(problems)


def _window_of(shape: DrawnPolygon | DrawnMask, size_hw: tuple[int, int]) -> Window | None:
    if isinstance(shape, DrawnMask):
        return shape.window
    return polygon_to_window([shape.ring], size_hw)


def _pack(layers: list[npt.NDArray[np.uint16]], window: Window, value: int, size_hw: tuple[int, int]) -> bool:
    """Write a mask into the first layer where it overlaps nothing; False when no further layer may be opened."""
    height, width = window.mask.shape
    place = (slice(window.top, window.top + height), slice(window.left, window.left + width))
    free = next((layer for layer in layers if not layer[place][window.mask].any()), None)
    if free is None:
        if len(layers) >= min(MAX_LAYERS, max(1, MAX_LAYER_BYTES // (2 * size_hw[0] * size_hw[1]))):
            return False
        free = np.zeros(size_hw, np.uint16)
        layers.append(free)
    free[place][window.mask] = value
    return True


def bounds_of(shape: Shape) -> tuple[float, float, float, float]:
    """``x1, y1, x2, y2`` around a shape, in pixels; zeros for a mask of which nothing is left."""
    match shape:
        case DrawnBox():
            return shape.xyxy
        case DrawnPoint():
            return (*shape.xy, *shape.xy)
        case DrawnPolygon():
            return _around(shape.ring)
        case DrawnMask():
            return _around_window(shape.window)


def _around_window(window: Window | None) -> tuple[float, float, float, float]:
    if window is None:
        return 0, 0, 0, 0
    left, top, right, bottom = bounding_box(window.mask) or (0, 0, 0, 0)
    return left + window.left, top + window.top, right + window.left, bottom + window.top


def _around(points: Iterable[npt.NDArray[np.float64]]) -> tuple[float, float, float, float]:
    ring = np.asarray(points, np.float64)
    (x1, y1), (x2, y2) = ring.min(axis=0).tolist(), ring.max(axis=0).tolist()
    return x1, y1, x2, y2
