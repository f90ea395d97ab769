"""The same labels painted into pixels, where no browser draws them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from augviz.overlay.colours import ClassColours, Colour
from augviz.overlay.outlines import windows_of
from augviz.overlay.shapes import MAX_OBJECTS, is_background, largest, left_out
from augviz.sample import Labels

UInt8Image: TypeAlias = npt.NDArray[np.uint8]
Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

MAX_NAME = 40
"""Letters of a name that are painted."""

MASK_OPACITY = 0.35
SHIFT_BITS = 4
"""OpenCV draws with this many binary digits behind the point, so that boxes sit where they are."""


def draw(image: UInt8Image, labels: Labels, colours: ClassColours) -> UInt8Image:
    """Paint labels on a copy of a picture.

    Args:
        image: ``(H, W, 1)`` or ``(H, W, 3) uint8``, RGB.
        labels: Boxes, masks, semantic map and keypoints in pixels of this picture.
        colours: The colour of each class name.

    Returns:
        ``(H, W, 3) uint8``: translucent masks, then boxes, keypoints and names. Of each kind the largest
        :data:`~augviz.overlay.shapes.MAX_OBJECTS` are drawn; when some are not, the picture says so.

    Raises:
        ValueError: The picture has another shape or type.
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] not in (1, 3):
        raise ValueError(f"labels are drawn on (H, W, 1 or 3) uint8, got {image.shape} {image.dtype}")
    canvas = np.ascontiguousarray(np.repeat(image, 3, axis=2) if image.shape[2] == 1 else image.copy())
    unit = line_width(image.shape[0], image.shape[1])
    _paint_masks(canvas, labels, colours, unit)
    _paint_boxes(canvas, labels, colours, unit)
    _paint_points(canvas, labels, colours, unit)
    return _with_names(canvas, labels, colours, unit)


def line_width(height: int, width: int) -> int:
    """Line width in pixels that looks alike on pictures of any size: one for every 400 pixels of the longer side."""
    return max(1, round(max(height, width) / 400))


def _paint_masks(canvas: UInt8Image, labels: Labels, colours: ClassColours, unit: int) -> None:
    layers: list[tuple[npt.NDArray[np.generic], list[Colour | None]]] = []
    if labels.semantic is not None and labels.semantic.values.size:
        semantic = labels.semantic
        present = range(int(semantic.values.max()) + 1)
        tints = [None if is_background(semantic, v) else colours.colour_of(semantic.name_of(v)) for v in present]
        layers.append((semantic.values, tints))
    if labels.masks is not None:
        by_object = [None, *(colours.colour_of(name) for name in labels.masks.labels)]
        layers.extend((layer, by_object) for layer in labels.masks.layers)
    for layer, tints in layers:
        _tint(canvas, layer, tints, unit)


def _tint(canvas: UInt8Image, layer: npt.NDArray[np.generic], tints: Sequence[Colour | None], unit: int) -> None:
    """Mix colours into the pixels of an index layer, and draw the seams between its values."""
    table = np.array([tint or (0, 0, 0) for tint in tints], np.uint8).reshape(-1, 3)
    inside = np.array([tint is not None for tint in tints])[layer]
    paint = table[layer]
    mixed = cv2.addWeighted(canvas, 1 - MASK_OPACITY, paint, MASK_OPACITY, 0)
    values = layer.astype(np.float32)
    kernel = np.ones((2 * unit + 1, 2 * unit + 1), np.uint8)
    seam = (values != cv2.erode(values, kernel)) & inside
    np.copyto(canvas, mixed, where=inside[..., None])
    np.copyto(canvas, paint, where=seam[..., None])


def _paint_boxes(canvas: UInt8Image, labels: Labels, colours: ClassColours, unit: int) -> None:
    for row in _box_rows(labels):
        corners = np.round((labels.boxes.xyxy[row].astype(np.float64) - 0.5) * 2**SHIFT_BITS).astype(int).tolist()
        colour = colours.colour_of(labels.boxes.labels[row])
        first, second = (corners[0], corners[1]), (corners[2], corners[3])
        for tint, width in (((0, 0, 0), unit + 2), (colour, unit + 1)):
            cv2.rectangle(canvas, first, second, tint, width, cv2.LINE_AA, SHIFT_BITS)


def _paint_points(canvas: UInt8Image, labels: Labels, colours: ClassColours, unit: int) -> None:
    points = labels.keypoints
    for xy, name, visible in list(zip(points.xy, points.labels, points.visible, strict=True))[:MAX_OBJECTS]:
        place = np.round((xy.astype(np.float64) - 0.5) * 2**SHIFT_BITS).astype(int).tolist()
        radius = (2 * unit + 1) << SHIFT_BITS
        cv2.circle(canvas, place, radius, (255, 255, 255), unit + 2, cv2.LINE_AA, SHIFT_BITS)
        cv2.circle(canvas, place, radius, colours.colour_of(name), -1 if visible else unit, cv2.LINE_AA, SHIFT_BITS)


def _with_names(canvas: UInt8Image, labels: Labels, colours: ClassColours, unit: int) -> UInt8Image:
    picture = Image.fromarray(canvas)
    pen = ImageDraw.Draw(picture)
    font = _font(8 + 4 * unit)
    for row in _box_rows(labels):
        x, y = labels.boxes.xyxy[row, :2].tolist()
        _chip(pen, (x, y), labels.boxes.labels[row], colours.colour_of(labels.boxes.labels[row]), font)
    boxed = set(labels.boxes.ids)
    if labels.masks is not None:
        for layer in labels.masks.layers:
            for window in windows_of(layer):
                if labels.masks.ids[window.value - 1] not in boxed:
                    name = labels.masks.labels[window.value - 1]
                    _chip(pen, (window.x1, window.y1), name, colours.colour_of(name), font)
    for (x, y), name in list(zip(labels.keypoints.xy.tolist(), labels.keypoints.labels, strict=True))[:MAX_OBJECTS]:
        _chip(pen, (x + 4 * unit, y), name, colours.colour_of(name), font)
    note = _note(labels)
    if note:
        _chip(pen, (0, canvas.shape[0]), note, Colour(17, 17, 17), font)
    return np.asarray(picture)


def _note(labels: Labels) -> str:
    """What is not drawn, in the words of the overlay, or empty."""
    counts = (
        (len(labels.boxes), "boxes"),
        (0 if labels.masks is None else int((labels.masks.areas_px > 0).sum()), "masks"),
        (len(labels.keypoints), "keypoints"),
    )
    return " · ".join(text for count, what in counts if (text := left_out(min(count, MAX_OBJECTS), count, what)))


def _chip(pen: ImageDraw.ImageDraw, at_xy: tuple[float, float], name: str, colour: Colour, font: Font) -> None:
    """A name on its colour, above the point when there is room, inside the picture always."""
    text = name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…"
    left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
    pad = (bottom - top) / 4
    wide, high = right - left + 2 * pad, bottom - top + 2 * pad
    x = max(0.0, min(at_xy[0], pen.im.size[0] - wide))
    y = at_xy[1] - high if at_xy[1] >= high else min(at_xy[1], pen.im.size[1] - high)
    pen.rectangle((x, y, x + wide, y + high), fill=tuple(colour))
    pen.text((x + pad - left, y + pad - top), text, fill=tuple(colour.ink), font=font)


def _box_rows(labels: Labels) -> list[int]:
    sides = labels.boxes.xyxy[:, 2:] - labels.boxes.xyxy[:, :2]
    return largest(sides[:, 0] * sides[:, 1])


@lru_cache(maxsize=8)
def _font(size: int) -> Font:
    return ImageFont.load_default(size)
