"""Drawing with numpy: everything is a coverage of 0..1 that is painted over float RGB.

Shapes are drawn four times too large and averaged, so every edge is smooth and a mask is ``coverage > 0.5``.
Letters come from the font that Pillow carries inside (Aileron, CC0), so no font of the machine is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont
from scipy import ndimage

Field: TypeAlias = npt.NDArray[np.float64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Point: TypeAlias = tuple[float, float]
Colour: TypeAlias = tuple[float, float, float]

FINER = 4
"""Shapes are drawn this many times too large."""


class Canvas:
    """A picture in float 0..1 that shapes are painted on.

    Args:
        height: Height in pixels.
        width: Width in pixels.
        colour: Colour of the empty canvas, 0..255; as many channels as it has numbers.
    """

    def __init__(self, height: int, width: int, colour: tuple[float, ...] = (0, 0, 0)) -> None:
        self.size = (height, width)
        self.pixels: Field = np.empty((height, width, len(colour)))
        self.pixels[:] = np.array(colour) / 255

    def paint(self, coverage: Field | Mask, colour: Colour | Field, strength: float | Field = 1.0) -> None:
        """Lay a colour (RGB 0..255, or an array of 0..1: one colour or a field of them) over what is covered."""
        ink = np.array(colour) / 255 if isinstance(colour, tuple) else colour
        share = (np.asarray(coverage, float) * strength)[..., None]
        window = _window(share[..., 0])
        share, ink = share[window], ink[window] if ink.ndim == 3 else ink
        self.pixels[window] = self.pixels[window] * (1 - share) + ink * share

    def shade(self, factor: Field) -> None:
        """Multiply the picture by an ``(H, W)`` field: below 1 darkens."""
        self.pixels = self.pixels * factor[..., None]

    def add(self, field: Field) -> None:
        """Add an ``(H, W)`` or ``(H, W, 3)`` field of brightness in units of 0..1."""
        self.pixels = self.pixels + (field[..., None] if field.ndim == 2 else field)

    def to_uint8(self) -> npt.NDArray[np.uint8]:
        """The picture as ``(H, W, 3) uint8``."""
        return np.asarray(np.clip(self.pixels * 255 + 0.5, 0, 255), np.uint8)


def _window(field: Field) -> tuple[slice, slice]:
    """The rows and columns in which an ``(H, W)`` field is not 0 everywhere: nothing has to be painted elsewhere."""
    rows, columns = (np.flatnonzero(field.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return slice(0), slice(0)
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def grid(size: tuple[int, int]) -> tuple[Field, Field]:
    """``(ys, xs)`` of the pixel centres, each ``(H, W)``."""
    ys, xs = np.mgrid[: size[0], : size[1]]
    return ys + 0.5, xs + 0.5


class _Sheet:
    """A window of the picture, four times too large, to draw a shape on; outside of it nothing is covered."""

    def __init__(self, size: tuple[int, int], x1: float, y1: float, x2: float, y2: float) -> None:
        self.size = size
        self.left, self.top = max(int(x1) - 1, 0), max(int(y1) - 1, 0)
        self.width = max(min(int(x2) + 2, size[1]) - self.left, 1)
        self.height = max(min(int(y2) + 2, size[0]) - self.top, 1)
        self.image = Image.new("L", (self.width * FINER, self.height * FINER))
        self.pen = ImageDraw.Draw(self.image)

    def at(self, x: float, y: float) -> Point:
        """A point of the picture in the coordinates of this window."""
        return (x - self.left) * FINER, (y - self.top) * FINER

    def fill(self, points: Sequence[Point]) -> None:
        self.pen.polygon([(a - 0.5, b - 0.5) for a, b in (self.at(x, y) for x, y in points)], fill=255)

    def coverage(self) -> Field:
        """The window averaged down and put in its place."""
        whole = np.zeros(self.size)
        part = np.asarray(self.image.reduce(FINER), float) / 255
        rows, columns = (slice(self.top, self.top + self.height), slice(self.left, self.left + self.width))
        target = whole[rows, columns]
        target[:] = part[: target.shape[0], : target.shape[1]]
        return whole


def _sheet_for(size: tuple[int, int], points: Sequence[Point], margin: float = 0) -> _Sheet:
    xs, ys = zip(*points, strict=True)
    return _Sheet(size, min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin)


def polygon(size: tuple[int, int], points: Sequence[Point]) -> Field:
    """Coverage of a filled polygon of ``(x, y)`` points."""
    sheet = _sheet_for(size, points)
    sheet.fill(points)
    return sheet.coverage()


def rectangle(size: tuple[int, int], x1: float, y1: float, x2: float, y2: float, radius: float = 0) -> Field:
    """Coverage of a rectangle with optionally round corners."""
    ys, xs = grid(size)
    dx = np.abs(xs - (x1 + x2) / 2) - (x2 - x1) / 2 + radius
    dy = np.abs(ys - (y1 + y2) / 2) - (y2 - y1) / 2 + radius
    outside = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0)) + np.minimum(np.maximum(dx, dy), 0)
    return np.clip(radius - outside + 0.5, 0, 1)


def ellipse(size: tuple[int, int], centre: Point, radii: Point, turn_deg: float = 0, soft_px: float = 1) -> Field:
    """Coverage of a turned ellipse whose edge is ``soft_px`` wide."""
    ys, xs = grid(size)
    turn = np.deg2rad(turn_deg)
    dx, dy = xs - centre[0], ys - centre[1]
    u = (dx * np.cos(turn) + dy * np.sin(turn)) / radii[0]
    v = (dy * np.cos(turn) - dx * np.sin(turn)) / radii[1]
    return np.clip((1 - np.hypot(u, v)) * min(radii) / soft_px + 0.5, 0, 1)


def stroke(size: tuple[int, int], points: Sequence[Point], width: float | Sequence[float]) -> Field:
    """Coverage of a line with round joints; the width may change from point to point."""
    widths = [float(width)] * len(points) if isinstance(width, (int, float)) else list(width)
    sheet = _sheet_for(size, points, max(widths))
    for (x, y), w in zip(points, widths, strict=True):
        r = w * FINER / 2
        cx, cy = (value - 0.5 for value in sheet.at(x, y))
        sheet.pen.ellipse((cx - r, cy - r, cx + r, cy + r), fill=255)
    for a, b, wa, wb in zip(points, points[1:], widths, widths[1:], strict=False):
        dx, dy = b[0] - a[0], b[1] - a[1]
        length = max(float(np.hypot(dx, dy)), 1e-9)
        nx, ny = -dy / length / 2, dx / length / 2
        corners = [
            (a[0] + nx * wa, a[1] + ny * wa),
            (b[0] + nx * wb, b[1] + ny * wb),
            (b[0] - nx * wb, b[1] - ny * wb),
            (a[0] - nx * wa, a[1] - ny * wa),
        ]
        sheet.fill(corners)
    return sheet.coverage()


def curve(points: Sequence[Point], steps: int = 16, closed: bool = False) -> list[Point]:
    """A smooth line (Catmull-Rom spline) through the points."""
    p = np.array(points, float)
    p = np.vstack([p[-1:], p, p[:2]]) if closed else np.vstack([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
        parts.append((2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3) / 2)
    if not closed:
        parts.append(p[-2:-1])
    return [(float(x), float(y)) for x, y in np.vstack(parts)]


@cache
def font(size_px: float) -> ImageFont.FreeTypeFont:
    """The font that comes with Pillow, at a size in pixels, laid out the same way everywhere."""
    face = ImageFont.load_default(size_px)
    if not isinstance(face, ImageFont.FreeTypeFont):
        raise TypeError("this Pillow was built without FreeType: the letters cannot be drawn")
    return face.font_variant(layout_engine=ImageFont.Layout.BASIC)


def text(size: tuple[int, int], at: Point, words: str, size_px: float, bold_px: float = 0, anchor: str = "ls") -> Field:
    """Coverage of a line of text; ``at`` is the left end of its baseline unless the anchor says otherwise."""
    reach = text_width(words, size_px) + size_px
    sheet = _Sheet(size, at[0] - reach, at[1] - 1.5 * size_px, at[0] + reach, at[1] + 1.5 * size_px)
    bold = round(bold_px * FINER)
    sheet.pen.text(sheet.at(*at), words, fill=255, font=font(size_px * FINER), anchor=anchor, stroke_width=bold)
    return sheet.coverage()


def text_width(words: str, size_px: float) -> float:
    """How far a line of text advances, in pixels."""
    return font(size_px * FINER).getlength(words) / FINER


def box_of(coverage: Field | Mask, above: float = 0.5) -> tuple[float, float, float, float]:
    """The tight half-open ``xyxy`` box around what is covered."""
    covered = np.asarray(coverage) if coverage.dtype == np.bool_ else coverage > above
    ys, xs = np.nonzero(covered.any(axis=1))[0], np.nonzero(covered.any(axis=0))[0]
    return float(xs[0]), float(ys[0]), float(xs[-1] + 1), float(ys[-1] + 1)


def blur(field: Field, sigma_px: float | tuple[float, float]) -> Field:
    """Gaussian blur of an ``(H, W)`` or ``(H, W, 3)`` field; two sigmas are for y and x."""
    sigmas = (sigma_px, sigma_px) if isinstance(sigma_px, (int, float)) else sigma_px
    return np.asarray(ndimage.gaussian_filter(field, (*sigmas, 0)[: field.ndim], mode="nearest"))


def noise(rng: np.random.Generator, size: tuple[int, int], sigma_px: float | tuple[float, float] = 0) -> Field:
    """Noise of mean 0 and standard deviation 1 whose grains have about this size; two sigmas make it streaky."""
    field = rng.standard_normal(size)
    if sigma_px != 0:
        field = ndimage.gaussian_filter(field, sigma_px, mode="wrap")
    return np.asarray((field - field.mean()) / field.std())


def clouds(rng: np.random.Generator, size: tuple[int, int], largest_px: float, octaves: int = 4) -> Field:
    """Noise of several grain sizes together, as in clouds, grass and stone; standard deviation 1."""
    field = sum((noise(rng, size, largest_px / 2**k) / 1.7**k for k in range(octaves)), np.zeros(size))
    return np.asarray(field / field.std())
