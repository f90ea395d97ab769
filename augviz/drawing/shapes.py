"""What is drawn: boxes, polygons, masks and keypoints, each with a key of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from augviz.geometry import Window

MAX_SHAPES = 10_000
"""Shapes in one drawing."""

MAX_POLYGON_POINTS = 1_000
MAX_NAME = 200
"""Letters of a name; the label readers cut at the same length."""

Corners: TypeAlias = tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class DrawnBox:
    """A box.

    Attributes:
        key: Its number in the drawing.
        owner: Id of the object that it belongs to; a box, a mask and keypoints of one object share it.
        name: Class name.
        xyxy: Corners in pixels of the image, half-open.
    """

    key: int
    owner: int
    name: str
    xyxy: Corners


@dataclass(frozen=True, eq=False)
class DrawnPolygon:
    """A polygon, which becomes a mask: the pixels whose centre lies inside.

    Attributes:
        key, owner, name: As of a box.
        ring: ``(N, 2) float64`` corners in pixels of the image, N >= 3.
    """

    key: int
    owner: int
    name: str
    ring: npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class DrawnMask:
    """A mask of single pixels.

    Attributes:
        key, owner, name: As of a box.
        window: The part of the image that holds it, or None when nothing is left of it.
    """

    key: int
    owner: int
    name: str
    window: Window | None


@dataclass(frozen=True, eq=False)
class DrawnPoint:
    """A keypoint.

    Attributes:
        key: Its number in the drawing.
        owner: Id of its object, or -1.
        name: Name of the point ("left eye").
        xy: Place in pixels of the image.
        visible: Whether it can be seen.
    """

    key: int
    owner: int
    name: str
    xy: tuple[float, float]
    visible: bool = True


Shape: TypeAlias = DrawnBox | DrawnPolygon | DrawnMask | DrawnPoint


@dataclass(frozen=True, eq=False)
class Drawing:
    """All shapes on one image.

    Attributes:
        size_hw: Height and width of the image in pixels.
        shapes: Shape by key, keys ascending.
    """

    size_hw: tuple[int, int]
    shapes: Mapping[int, Shape] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ordered = dict(sorted(self.shapes.items()))
        object.__setattr__(self, "shapes", MappingProxyType(ordered))

    @cached_property
    def areas(self) -> tuple[DrawnPolygon | DrawnMask, ...]:
        """The shapes that become masks."""
        return tuple(shape for shape in self.shapes.values() if isinstance(shape, DrawnPolygon | DrawnMask))


def shape_json(shape: Shape) -> dict[str, Any]:
    """A shape as the browser speaks: ``t`` kind, ``k`` key, ``o`` owner, ``n`` name, ``p`` coordinates.

    A mask has ``w`` (left, top, width, height) instead, and ``r``, run lengths row by row, background first.
    """
    head = {"k": shape.key, "o": shape.owner, "n": shape.name}
    match shape:
        case DrawnBox():
            return {"t": "box", **head, "p": list(shape.xyxy)}
        case DrawnPolygon():
            return {"t": "polygon", **head, "p": shape.ring.ravel().tolist()}
        case DrawnPoint():
            return {"t": "point", **head, "p": list(shape.xy), "v": int(shape.visible)}
        case DrawnMask():
            return {"t": "mask", **head, **_window_json(shape.window)}


def _window_json(window: Window | None) -> dict[str, Any]:
    if window is None:
        return {"w": [0, 0, 0, 0], "r": []}
    height, width = window.mask.shape
    return {"w": [window.left, window.top, width, height], "r": runs_of(window.mask)}


def runs_of(mask: npt.NDArray[np.bool_]) -> list[int]:
    """Lengths of the runs of equal pixels, row by row, background first (its first run may be 0 long).

    >>> runs_of(np.array([[True, True, False], [False, True, True]]))
    [0, 2, 2, 2]
    """
    flat = mask.ravel()
    if not flat.size:
        return []
    breaks = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    lengths = np.diff(np.concatenate(([0], breaks, [flat.size])))
    runs: list[int] = lengths.tolist()
    return [0, *runs] if flat[0] else runs
