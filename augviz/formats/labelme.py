"""LabelMe JSON, one file an image; it is read, not written.

Shapes (source: github.com/wkentaro/labelme, labelme/shape.py and utils/shape.py):

* ``polygon``: an object with a mask, and the box around its points;
* ``rectangle``: a box through its points; ``circle``: centre and a point on the edge, drawn as 64 corners;
* ``mask``: a PNG in base64 for the rectangle of its points;
* ``point``: a keypoint; ``points``, ``line``, ``linestrip``: one keypoint a corner, numbered when there are several;
* shapes that share a label and a ``group_id`` are parts of one object, and points belong to the object of their group.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from augviz.errors import LabelError
from augviz.formats.builder import LabelBuilder, finite, finites
from augviz.formats.format import Format, ImageInfo, ReadResult, SourceFile
from augviz.formats.indexed_png import read_indexed
from augviz.formats.matching import match
from augviz.formats.problems import ProblemLog
from augviz.formats.text import json_of
from augviz.geometry import Window, bounding_box
from augviz.sample import Labels

AREAS = ("polygon", "rectangle", "circle", "mask")
POINTS = ("point", "points", "line", "linestrip")
CIRCLE_CORNERS = 64

Json = Any
Points = npt.NDArray[np.float64]


def claims(files: Sequence[SourceFile], images: Sequence[ImageInfo]) -> tuple[SourceFile, ...]:  # noqa: ARG001
    """JSON files with shapes."""
    return tuple(f for f in files if f.name.lower().endswith(".json") and _has_shapes(f.data))


def _has_shapes(data: bytes) -> bool:
    return any('"shapes"'.encode(code) in data for code in ("utf-8", "utf-16-le", "utf-16-be"))


def read(files: Sequence[SourceFile], images: Sequence[ImageInfo]) -> ReadResult:
    """LabelMe files -> labels; what cannot be used becomes a problem."""
    log = ProblemLog()
    values: dict[str, Mapping[str, Json]] = {}
    for file in files:
        try:
            value = json_of(file)
            if not isinstance(value, dict) or not isinstance(value.get("shapes"), list):
                raise LabelError("the file has no list of shapes", where=file.name, mend="Save it again in LabelMe.")
            values[file.name] = value
        except LabelError as error:
            log.add_error(file.name, error)
    found = match({name: _image_names(name, value) for name, value in values.items()}, images)
    for name in found.ambiguous:
        log.add(name, "", "two images fit this file, or two files fit one image", "Give each a name of its own.")
    labels = {image.name: _labels(values[name], name, image, log) for name, image in found.images.items()}
    return ReadResult(labels, log.problems(), (*found.missing, *found.ambiguous))


def _image_names(file: str, value: Mapping[str, Json]) -> list[str]:
    inside = value.get("imagePath")
    return [file, inside] if isinstance(inside, str) and inside else [file]


def _labels(value: Mapping[str, Json], file: str, image: ImageInfo, log: ProblemLog) -> Labels:
    builder = LabelBuilder(image, file, log)
    width, height = finite(value.get("imageWidth")), finite(value.get("imageHeight"))
    if width and height and (width, height) != (image.width, image.height):
        what = f"labelled at {width:g} x {height:g} pixels, the image has {image.width} x {image.height}"
        log.add(file, "", what, "Coordinates are taken as they are; look whether they fit.", "note")
    reader = _Reader(builder, file, log)
    shapes = [(f"shape {i}", shape) for i, shape in enumerate(value["shapes"], start=1) if isinstance(shape, dict)]
    for kinds in (AREAS, POINTS):
        for at, shape in shapes:
            if _kind(shape) in kinds:
                reader.add(shape, at)
    for at, shape in shapes:
        if _kind(shape) not in (*AREAS, *POINTS):
            log.add(file, at, f"the shape type {_kind(shape)[:40]!r} is not known", "It is left out.")
    reader.finish()
    return builder.build()


def _kind(shape: Mapping[str, Json]) -> str:
    """LabelMe before 4.0 wrote no type; everything was a polygon."""
    return str(shape.get("shape_type") or "polygon")


class _Reader:
    """Puts the shapes of one file together to objects."""

    def __init__(self, builder: LabelBuilder, file: str, log: ProblemLog) -> None:
        self.builder, self.file, self.log = builder, file, log
        self.by_part: dict[tuple[str, str], int] = {}
        self.by_group: dict[str, int] = {}
        self.rings: dict[int, list[Points]] = {}
        self.corners: dict[int, list[Points]] = {}

    def add(self, shape: Mapping[str, Json], at: str) -> None:
        """One shape; areas must come before points, so that points find their object."""
        rows = shape.get("points")
        numbers = [finites(row) if isinstance(row, list) else None for row in rows] if isinstance(rows, list) else []
        good = [number for number in numbers if number is not None and len(number) == 2]
        if not good or len(good) != len(numbers):
            self.log.add(self.file, at, "the points are not pairs of finite numbers", "The shape is left out.")
            return
        label, group, kind = str(shape.get("label", "")), shape.get("group_id"), _kind(shape)
        xy = np.array(good, np.float64)
        if kind in POINTS:
            self._add_points(label, group, kind, xy, at)
        elif len(xy) < (3 if kind == "polygon" else 2):
            self.log.add(self.file, at, f"a {kind} cannot have {len(xy)} points", "The shape is left out.")
        else:
            self._add_area(self._object(label, group, at), kind, xy, shape, at)

    def _object(self, label: str, group: Json, at: str) -> int:
        if group is None:
            return self.builder.add_object(label, at)
        part = (label, str(group))
        if part not in self.by_part:
            self.by_part[part] = self.builder.add_object(label, at)
            self.by_group.setdefault(str(group), self.by_part[part])
        return self.by_part[part]

    def _add_area(self, k: int, kind: str, xy: Points, shape: Mapping[str, Json], at: str) -> None:
        if kind == "circle":
            xy = _circle(xy[0], float(np.hypot(*(xy[1] - xy[0]))))
        self.corners.setdefault(k, []).append(xy)
        if kind == "mask":
            try:
                self.builder.add_mask(k, _mask(shape.get("mask"), xy, self.builder.size_hw))
            except LabelError as error:
                self.log.add(self.file, at, error.what, "The mask is left out, its box stays.")
        elif kind != "rectangle":
            self.rings.setdefault(k, []).append(xy)

    def _add_points(self, label: str, group: Json, kind: str, xy: Points, at: str) -> None:
        k = self.by_group.get(str(group), -1) if group is not None else -1
        if kind in ("line", "linestrip"):
            self.log.add(self.file, at, f"the {kind} {label[:40]!r} is read as its {len(xy)} corners", kind="note")
        for i, (x, y) in enumerate(xy.tolist()):
            self.builder.add_point(k, label if len(xy) == 1 else f"{label} {i}", x, y, at=at)

    def finish(self) -> None:
        """Give every object its box and its mask."""
        for k, parts in self.corners.items():
            points = np.concatenate(parts)
            self.builder.add_box(k, (*points.min(axis=0).tolist(), *points.max(axis=0).tolist()))
        for k, rings in self.rings.items():
            self.builder.add_polygons(k, rings)


def _circle(centre: Points, radius: float) -> Points:
    angle = np.arange(CIRCLE_CORNERS) * (2 * math.pi / CIRCLE_CORNERS)
    return np.asarray(centre + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1))


def _mask(text: Json, xy: Points, size_hw: tuple[int, int]) -> Window | None:
    """The mask of a ``mask`` shape: a PNG, placed with its top-left corner at the first point, cut at the frame."""
    try:
        data = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except ValueError as error:
        raise LabelError("the mask is no base64 text") from error
    values = read_indexed("mask", data, max_hw=size_hw).values > 0
    left, top = (int(v) for v in np.floor(xy.min(axis=0)).tolist())
    part = values[max(0, -top) : max(0, size_hw[0] - top), max(0, -left) : max(0, size_hw[1] - left)]
    box = bounding_box(part)
    if box is None:
        return None
    x1, y1, x2, y2 = box
    return Window(max(top, 0) + y1, max(left, 0) + x1, part[y1:y2, x1:x2])


FORMAT = Format(
    name="labelme",
    title="LabelMe JSON",
    carries=frozenset({"boxes", "masks", "keypoints"}),
    precision_px=0.001,
    claims=claims,
    read=read,
)
