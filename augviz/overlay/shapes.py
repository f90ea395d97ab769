"""Labels as a small drawing: a frozen value that packs to JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from augviz.overlay.colours import PALETTE, ClassColours
from augviz.overlay.outlines import Ring, Window, ring_of, rings_of, simplified, windows_of
from augviz.sample import Boxes, Keypoints, Labels, Masks, SemanticMap

MAX_OBJECTS = 500
"""Objects drawn of each kind, the largest first: beyond this a tile is a grey weave and the browser slows down."""

MAX_POINTS = 6_000
"""Polygon points of one overlay: about 50 kB as JSON, as much as the JPEG of a tile."""

REGION_POINTS = 3_000
"""A semantic map with so many points or more travels as a small picture instead."""

BACKGROUND_NAMES = frozenset({"", "background", "_background_", "bg", "unlabeled", "unlabelled", "void", "ignore"})


class BoxShape(NamedTuple):
    """A box in pixels of the sample, its class name, the place of its colour in the palette, and its object id."""

    xyxy: tuple[float, float, float, float]
    name: str
    colour: int
    object_id: int


class Outline(NamedTuple):
    """A mask as rings (outer ones and holes, even-odd rule), with its size in pixels."""

    rings: tuple[Ring, ...]
    name: str
    colour: int
    object_id: int
    area_px: int


class Region(NamedTuple):
    """A class of a semantic map; ``rings`` is empty when the map travels as a picture. ``at_xy`` lies inside it."""

    rings: tuple[Ring, ...]
    name: str
    colour: int
    at_xy: tuple[float, float]


class PointMark(NamedTuple):
    """A keypoint; a hollow mark when it cannot be seen."""

    x: float
    y: float
    name: str
    colour: int
    object_id: int
    visible: bool


@dataclass(frozen=True)
class Overlay:
    """What lies over one picture.

    Attributes:
        size_wh: Width and height of the sample in pixels: the coordinates of everything below.
        boxes, outlines, regions, points: What to draw.
        raster: A semantic map that is too fine for polygons, as palette PNG (value k is colour k - 1, 0 is clear).
        note: What is not drawn ("500 of 10,000 boxes drawn"), or empty.
    """

    size_wh: tuple[int, int]
    boxes: tuple[BoxShape, ...] = ()
    outlines: tuple[Outline, ...] = ()
    regions: tuple[Region, ...] = ()
    points: tuple[PointMark, ...] = ()
    raster: bytes = field(default=b"", repr=False)
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """Everything but the raster, as lists; names and colours stand once in a table.

        A box is ``[x1, y1, x2, y2, name, colour, id]``, an outline ``[name, colour, id, area, rings]``, a region
        ``[name, colour, x, y, rings]``, a point ``[x, y, name, colour, id, visible]`` ``name`` being a
        place in ``names``.
        """
        names: dict[str, int] = {}

        def place(name: str) -> int:
            return names.setdefault(name, len(names))

        content = {
            "size": self.size_wh,
            "boxes": [[*b.xyxy, place(b.name), b.colour, b.object_id] for b in self.boxes],
            "outlines": [[place(o.name), o.colour, o.object_id, o.area_px, o.rings] for o in self.outlines],
            "regions": [[place(r.name), r.colour, *r.at_xy, r.rings] for r in self.regions],
            "points": [[p.x, p.y, place(p.name), p.colour, p.object_id, int(p.visible)] for p in self.points],
            "note": self.note,
        }
        return {**content, "names": list(names)}


def overlay_of_json(text: str) -> Overlay:
    """The overlay that :meth:`Overlay.to_json` wrote; without the raster, which it does not carry.

    Args:
        text: The JSON; what is missing in it is empty.
    """
    plain = json.loads(text)
    names: list[str] = plain.get("names", [])
    return Overlay(
        tuple(plain.get("size", (1, 1))),
        tuple(BoxShape((x1, y1, x2, y2), names[n], c, i) for x1, y1, x2, y2, n, c, i in plain.get("boxes", ())),
        tuple(Outline(_rings(rings), names[n], c, i, area) for n, c, i, area, rings in plain.get("outlines", ())),
        tuple(Region(_rings(rings), names[n], c, (x, y)) for n, c, x, y, rings in plain.get("regions", ())),
        tuple(PointMark(x, y, names[n], c, i, bool(seen)) for x, y, n, c, i, seen in plain.get("points", ())),
        note=plain.get("note", ""),
    )


def _rings(rings: list[list[int]]) -> tuple[Ring, ...]:
    return tuple(tuple(ring) for ring in rings)


def of(labels: Labels, size_hw: tuple[int, int], colours: ClassColours, *, max_side: int = 320) -> Overlay:
    """The overlay of these labels.

    Args:
        labels: Boxes, masks, semantic map and keypoints in pixels of the sample.
        size_hw: Height and width of the sample in pixels.
        colours: The colour of each class name.
        max_side: Longer side of the picture on the screen, in pixels; outlines keep to .4 of one such pixel.
    """
    tolerance = max(0.5, 0.4 * max(size_hw) / max_side)
    boxes, box_note = _boxes(labels.boxes, colours)
    outlines, mask_note = _outlines(labels.masks, colours, tolerance)
    regions, raster = _regions(labels.semantic, colours, tolerance, max_side)
    points, point_note = _points(labels.keypoints, colours)
    note = " · ".join(part for part in (box_note, mask_note, point_note) if part)
    return Overlay((size_hw[1], size_hw[0]), boxes, outlines, regions, points, raster, note)


def largest(areas: npt.NDArray[np.generic], limit: int = MAX_OBJECTS) -> list[int]:
    """Rows of the largest ``limit`` areas, largest first, so that small objects are drawn on top of large ones."""
    return [int(row) for row in np.argsort(-areas.astype(np.float64), kind="stable")[:limit]]


def left_out(drawn: int, total: int, what: str) -> str:
    """Words for what is missing, or empty.

    >>> left_out(500, 10_000, "boxes")
    '500 of 10,000 boxes drawn'
    """
    return f"{drawn:,} of {total:,} {what} drawn" if drawn < total else ""


def _boxes(boxes: Boxes, colours: ClassColours) -> tuple[tuple[BoxShape, ...], str]:
    sides = boxes.xyxy[:, 2:] - boxes.xyxy[:, :2]
    rows = largest(sides[:, 0] * sides[:, 1])
    # To a tenth of a pixel: a shorter message, and finer than any screen shows.
    xyxy = np.round(boxes.xyxy.astype(np.float64), 1).tolist()
    shapes = tuple(
        BoxShape(tuple(xyxy[i]), boxes.labels[i], colours.index_of(boxes.labels[i]), boxes.ids[i]) for i in rows
    )
    return shapes, left_out(len(shapes), len(boxes), "boxes")


def _points(points: Keypoints, colours: ClassColours) -> tuple[tuple[PointMark, ...], str]:
    xy = np.round(points.xy.astype(np.float64), 1).tolist()
    rows = range(min(len(points), MAX_OBJECTS))
    marks = tuple(
        PointMark(
            xy[i][0],
            xy[i][1],
            points.labels[i],
            colours.index_of(points.labels[i]),
            points.object_ids[i],
            points.visible[i],
        )
        for i in rows
    )
    return marks, left_out(len(marks), len(points), "keypoints")


def _outlines(masks: Masks | None, colours: ClassColours, tolerance: float) -> tuple[tuple[Outline, ...], str]:
    if masks is None or not len(masks):
        return (), ""
    areas = masks.areas_px
    wanted = set(largest(areas))
    traced: dict[int, tuple[Ring, ...]] = {}
    for layer in masks.layers:
        for window in windows_of(layer):
            if window.value - 1 in wanted:
                part = layer[window.y1 : window.y2, window.x1 : window.x2] == window.value
                traced[window.value - 1] = rings_of(part, tolerance, offset_xy=(window.x1, window.y1))
    rows = [i for i in largest(areas) if traced.get(i)]
    rings = within_budget([traced[i] for i in rows], MAX_POINTS)
    shapes = tuple(
        Outline(ring, masks.labels[i], colours.index_of(masks.labels[i]), masks.ids[i], int(areas[i]))
        for i, ring in zip(rows, rings, strict=True)
    )
    present = int((areas > 0).sum())
    return shapes, left_out(len(shapes), present, "masks")


def within_budget(every_rings: Sequence[tuple[Ring, ...]], budget: int) -> list[tuple[Ring, ...]]:
    """Keep as many points as fit, by simplifying everything more and then leaving out the smallest rings.

    The largest ring of each object always stays, so nothing vanishes from the picture.
    """
    kept = list(every_rings)
    tolerance = 1.0
    while _points_in(kept) > budget and tolerance <= 8:
        kept = [tuple(_simplified(ring, tolerance) for ring in rings) for rings in kept]
        tolerance *= 2
    spare = max(budget - sum(len(rings[0]) // 2 for rings in kept if rings), 0)
    result = []
    for rings in kept:
        some = list(rings[:1])
        for ring in rings[1:]:
            if len(ring) // 2 > spare:
                break
            spare -= len(ring) // 2
            some.append(ring)
        result.append(tuple(some))
    return result


def _points_in(every_rings: Sequence[tuple[Ring, ...]]) -> int:
    return sum(len(ring) // 2 for rings in every_rings for ring in rings)


def _simplified(ring: Ring, tolerance: float) -> Ring:
    return ring_of(simplified(np.array(ring, np.int32).reshape(-1, 1, 2), tolerance))


def _regions(
    semantic: SemanticMap | None, colours: ClassColours, tolerance: float, max_side: int
) -> tuple[tuple[Region, ...], bytes]:
    """Polygons a class, or one small picture when the polygons would be the larger message."""
    if semantic is None or not semantic.values.size:
        return (), b""
    counts = np.bincount(semantic.values.ravel())
    shown = [value for value in np.nonzero(counts)[0].tolist() if not is_background(semantic, value)]
    if not shown:
        return (), b""
    names = [semantic.name_of(value) for value in shown]
    # Each class is looked at inside its own window: 255 whole masks of 16 megapixels would take ten seconds.
    windows = {window.value - 1: window for window in windows_of(semantic.values + 1)}
    at = [_inner_point(semantic.values, windows[value]) for value in shown]
    regions = []
    points = 0
    for value, name, xy in zip(shown, names, at, strict=True):
        window = windows[value]
        rings = rings_of(window.of(semantic.values) == value, tolerance, offset_xy=(window.x1, window.y1))
        points += _points_in([rings])
        if points >= REGION_POINTS:
            empty = tuple(Region((), n, colours.index_of(n), p) for n, p in zip(names, at, strict=True))
            return empty, _raster(semantic.values, shown, counts, [colours.index_of(n) for n in names], max_side)
        regions.append(Region(rings, name, colours.index_of(name), xy))
    return tuple(regions), b""


def is_background(semantic: SemanticMap, value: int) -> bool:
    """Whether a class value means "nothing here": 0 or 255 without a name of its own, or a name that says so.

    255 is the "ignore" value of Pascal VOC and of Cityscapes.
    """
    name = semantic.names.get(value)
    return value in (0, 255) if name is None else name.strip().lower() in BACKGROUND_NAMES


def _inner_point(values: npt.NDArray[np.int32], window: Window) -> tuple[float, float]:
    """A point well inside a region, found on a copy of at most 128 pixels: good enough for a name."""
    mask = window.of(values) == window.value - 1
    height, width = mask.shape
    factor = max(1, -(-max(height, width) // 128))
    small = cv2.resize(
        mask.astype(np.uint8) * 255, (-(-width // factor), -(-height // factor)), interpolation=cv2.INTER_AREA
    )
    inside = cv2.distanceTransform(np.pad((small >= max(1, small.max() // 2)).astype(np.uint8), 1), cv2.DIST_L2, 3)
    y, x = np.unravel_index(int(inside.argmax()), inside.shape)
    return (
        window.x1 + min((int(x) - 0.5) * factor, float(width)),
        window.y1 + min((int(y) - 0.5) * factor, float(height)),
    )


def _raster(
    values: npt.NDArray[np.int32],
    shown: Sequence[int],
    counts: npt.NDArray[np.int64],
    palette_places: Sequence[int],
    max_side: int,
) -> bytes:
    """The map as palette PNG of at most ``max_side`` pixels in which the rarest class of a cell wins.

    Plain sampling would lose a crack of two pixels on a plate of a thousand.
    """
    by_count = sorted(range(len(shown)), key=lambda k: -int(counts[shown[k]]))
    rank_of_value = np.zeros(len(counts), np.uint16)
    place_of_rank = np.zeros(len(shown) + 1, np.uint8)
    for rank, k in enumerate(by_count, start=1):
        rank_of_value[shown[k]] = rank
        place_of_rank[rank] = palette_places[k] + 1
    ranks = rank_of_value[values]
    factor = max(1, -(-max(values.shape) // max_side))
    padded = np.pad(ranks, [(0, -side % factor) for side in ranks.shape])
    cells = padded.reshape(padded.shape[0] // factor, factor, padded.shape[1] // factor, factor).max(axis=(1, 3))
    picture = Image.fromarray(place_of_rank[cells])
    picture.putpalette([0, 0, 0, *(part for colour in PALETTE for part in colour)])
    stream = io.BytesIO()
    picture.save(stream, "PNG", transparency=0, compress_level=6)
    return stream.getvalue()
