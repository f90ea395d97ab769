"""Label files written plainly, without the app's own writers, so that its readers are tested on foreign files."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
from PIL import Image
from pycocotools import mask as coco_mask

from sample_drawing.canvas import Mask, Point, box_of

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Thing:
    """One labelled object.

    Attributes:
        label: Class name.
        box: ``xyxy`` in pixels; taken from the mask when it is not given.
        mask: ``(H, W) bool``.
        polygon: Outline in pixels, written instead of the mask where the format can.
        points: Named points of the object.
    """

    label: str
    box: Box | None = None
    mask: Mask | None = None
    polygon: tuple[Point, ...] = ()
    points: tuple[tuple[str, Point], ...] = ()

    @property
    def xyxy(self) -> Box:
        """The box that was given, or the one around the outline or the mask."""
        if self.box is not None:
            return self.box
        if self.polygon:
            xs, ys = zip(*self.polygon, strict=True)
            return min(xs), min(ys), max(xs), max(ys)
        if self.mask is None:
            raise ValueError(f"{self.label} has neither box nor mask")
        return box_of(self.mask)


@dataclass(frozen=True)
class Picture:
    """What a label file says about its image: name, height, width, and the objects."""

    name: str
    height: int
    width: int
    things: tuple[Thing, ...]

    @property
    def classes(self) -> list[str]:
        """Class names in order of first appearance."""
        return list(dict.fromkeys(thing.label for thing in self.things))


def coco(picture: Picture, licence: str, *, compressed: bool = True) -> bytes:
    """COCO JSON: boxes, outlines as polygons, masks as run lengths (compressed or as plain counts), named points."""
    names = picture.classes
    point_names = {t.label: [name for name, _ in t.points] for t in picture.things if t.points}
    document = {
        "info": {"description": f"Labels of {picture.name}, a sample image of augviz", "version": "1.0"},
        "licenses": [{"id": 1, "name": licence}],
        "images": [
            {"id": 1, "file_name": picture.name, "height": picture.height, "width": picture.width, "license": 1}
        ],
        "categories": [
            {"id": i + 1, "name": name} | ({"keypoints": point_names[name]} if name in point_names else {})
            for i, name in enumerate(names)
        ],
        "annotations": [
            _annotation(i + 1, names.index(thing.label) + 1, thing, compressed)
            for i, thing in enumerate(picture.things)
        ],
    }
    return (json.dumps(document, indent=1) + "\n").encode()


def _annotation(number: int, category: int, thing: Thing, compressed: bool) -> dict[str, Any]:
    x1, y1, x2, y2 = thing.xyxy
    area = float(thing.mask.sum()) if thing.mask is not None else (x2 - x1) * (y2 - y1)
    made: dict[str, Any] = {"id": number, "image_id": 1, "category_id": category}
    made |= {"bbox": [x1, y1, x2 - x1, y2 - y1], "area": area, "iscrowd": 0}
    if thing.polygon:
        made["segmentation"] = [[value for point in thing.polygon for value in point]]
    elif thing.mask is not None:
        made["segmentation"] = _run_lengths(thing.mask, compressed)
    if thing.points:
        made["keypoints"] = [value for _, (x, y) in thing.points for value in (x, y, 2)]
        made["num_keypoints"] = len(thing.points)
    return made


def _run_lengths(mask: Mask, compressed: bool) -> dict[str, Any]:
    size = [int(mask.shape[0]), int(mask.shape[1])]
    if compressed:
        return {"size": size, "counts": coco_mask.encode(np.asfortranarray(mask, np.uint8))["counts"].decode("ascii")}
    flat = mask.ravel(order="F")
    ends = np.nonzero(np.diff(flat))[0] + 1
    counts = np.diff([0, *ends, flat.size]).tolist()
    return {"size": size, "counts": [0, *counts] if flat[0] else counts}


def yolo(picture: Picture) -> bytes:
    """YOLO text: one line a box, class number and centre, width, height as shares of the image."""
    lines = []
    for thing in picture.things:
        x1, y1, x2, y2 = thing.xyxy
        shares = ((x1 + x2) / 2 / picture.width, (y1 + y2) / 2 / picture.height)
        shares += ((x2 - x1) / picture.width, (y2 - y1) / picture.height)
        lines.append(f"{picture.classes.index(thing.label)} " + " ".join(f"{value:.6f}" for value in shares))
    return ("\n".join(lines) + "\n").encode()


def yolo_classes(picture: Picture) -> bytes:
    """The class list that goes with YOLO text."""
    return ("\n".join(picture.classes) + "\n").encode()


def voc(picture: Picture) -> bytes:
    """Pascal VOC XML: boxes in whole pixels, counted from 1, the last pixel included."""
    objects = "".join(_voc_object(thing) for thing in picture.things)
    return (
        "<annotation>\n"
        f"  <filename>{escape(picture.name)}</filename>\n"
        f"  <size><width>{picture.width}</width><height>{picture.height}</height><depth>3</depth></size>\n"
        f"  <segmented>0</segmented>\n{objects}</annotation>\n"
    ).encode()


def _voc_object(thing: Thing) -> str:
    x1, y1, x2, y2 = (round(value) for value in thing.xyxy)
    return (
        f"  <object><name>{escape(thing.label)}</name><difficult>0</difficult><bndbox>"
        f"<xmin>{x1 + 1}</xmin><ymin>{y1 + 1}</ymin><xmax>{x2}</xmax><ymax>{y2}</ymax></bndbox></object>\n"
    )


def labelme(picture: Picture) -> bytes:
    """LabelMe JSON: rectangles, polygons and points."""
    shapes = []
    for thing in picture.things:
        x1, y1, x2, y2 = thing.xyxy
        if thing.polygon:
            shapes.append(_shape(thing.label, "polygon", thing.polygon))
        else:
            shapes.append(_shape(thing.label, "rectangle", ((x1, y1), (x2, y2))))
        shapes.extend(_shape(name, "point", (point,)) for name, point in thing.points)
    document = {
        "version": "5.4.1",
        "flags": {},
        "shapes": shapes,
        "imagePath": picture.name,
        "imageData": None,
        "imageHeight": picture.height,
        "imageWidth": picture.width,
    }
    return (json.dumps(document, indent=1) + "\n").encode()


def _shape(label: str, kind: str, points: Sequence[Point]) -> dict[str, Any]:
    rounded = [[round(x, 2), round(y, 2)] for x, y in points]
    return {"label": label, "points": rounded, "group_id": None, "shape_type": kind, "flags": {}}


def palette_mask(values: np.ndarray, colours: Sequence[tuple[int, int, int]]) -> bytes:
    """A PNG mask whose pixel value is the class, with a colour for each in the palette."""
    image = Image.fromarray(np.asarray(values, np.uint8)).convert("P")
    image.frombytes(np.asarray(values, np.uint8).tobytes())
    image.putpalette([value for colour in colours for value in colour])
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
