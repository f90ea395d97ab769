"""A place seen straight from above, drawn as reflectance in six bands; the photo is three of them.

Houses, cars of about ten pixels, trees, a pond, a field, and a runway from west to east. Its numbers are painted for
the pilot who lands there: 09 is read flying east, 27 flying west. North is up and the shadows fall north-west.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt
import tifffile

from sample_drawing.canvas import (
    Canvas,
    Field,
    Point,
    blur,
    box_of,
    clouds,
    curve,
    grid,
    noise,
    polygon,
    rectangle,
    stroke,
    text,
)
from sample_drawing.labels import Picture, Thing

SIDE = 640
SIZE = (SIDE, SIDE)
BANDS = ("blue", "green", "red", "red edge", "near infrared", "short-wave infrared")
TILE = (16, 258, 384, 382)
"""Left, top, width and height of the six-band tile in the scene."""

FULL_SCALE = 0.45
"""Reflectance at which a pixel of the tile is full (65,535)."""

LEVELS = 1200
"""The tile tells this many steps of reflectance apart; finer ones would only be noise and fill the file."""


def _material(*reflectance: float) -> Field:
    return np.array(reflectance)


# Typical reflectance of the bands in BANDS: plants leap up at the red edge, water swallows the infrared, soil climbs.
GRASS = _material(0.040, 0.078, 0.055, 0.20, 0.38, 0.20)
TREE = _material(0.022, 0.046, 0.028, 0.15, 0.36, 0.13)
CROP = _material(0.036, 0.088, 0.046, 0.25, 0.48, 0.18)
SOIL = _material(0.085, 0.115, 0.155, 0.20, 0.26, 0.35)
ASPHALT = _material(0.070, 0.075, 0.080, 0.086, 0.092, 0.115)
RUNWAY = _material(0.092, 0.098, 0.104, 0.112, 0.120, 0.145)
CONCRETE = _material(0.17, 0.19, 0.21, 0.23, 0.25, 0.29)
WATER = _material(0.050, 0.048, 0.028, 0.016, 0.008, 0.004)
PAINT = _material(0.42, 0.43, 0.44, 0.44, 0.44, 0.40)
ROOFS = (
    _material(0.065, 0.085, 0.195, 0.23, 0.27, 0.31),
    _material(0.080, 0.100, 0.160, 0.19, 0.22, 0.27),
    _material(0.115, 0.120, 0.125, 0.135, 0.145, 0.18),
    _material(0.060, 0.064, 0.070, 0.080, 0.092, 0.12),
)
CARS = (
    PAINT * 1.05,
    _material(0.035, 0.036, 0.26, 0.30, 0.32, 0.28),
    _material(0.22, 0.09, 0.045, 0.10, 0.16, 0.14),
    _material(0.030, 0.030, 0.032, 0.035, 0.04, 0.05),
    _material(0.24, 0.25, 0.26, 0.27, 0.28, 0.26),
)


@dataclass
class _Place:
    """The scene while it is drawn, and what stands in it."""

    canvas: Canvas
    rng: np.random.Generator
    things: list[Thing] = field(default_factory=list)
    tiles: Field = field(init=False)

    def __post_init__(self) -> None:
        self.tiles = 1 + 0.07 * noise(self.rng, SIZE, 0.6)

    def shadow(self, shape: Field, reach_px: int, depth: float = 0.52) -> None:
        """What stands ``reach_px`` high darkens the ground north-west of it."""
        x1, y1, x2, y2 = (int(value) for value in box_of(shape, 0.01))
        window = (slice(max(y1 - reach_px - 4, 0), y2 + 4), slice(max(x1 - reach_px - 4, 0), x2 + 4))
        solid = shape[window]
        cast = np.zeros(solid.shape)
        for step in range(1, reach_px + 1):
            cast = np.maximum(cast, np.roll(solid, (-step, -round(step * 0.8)), (0, 1)))
        dark = 1 - depth * blur(np.clip(cast - solid, 0, 1), 0.5)
        self.canvas.pixels[window] = self.canvas.pixels[window] * dark[..., None]


@cache
def scene() -> tuple[Field, tuple[Thing, ...]]:
    """Reflectance ``(640, 640, 6)`` and everything that is labelled; drawn once."""
    place = _Place(Canvas(SIDE, SIDE, (0,) * 6), np.random.default_rng(927))
    _ground(place)
    _streets(place)
    _runway(place)
    _houses(place)
    _street_cars(place)
    _woods(place)
    haze = 0.004 + 0.002 * clouds(place.rng, SIZE, 120, 2)
    pixels = blur(place.canvas.pixels, 0.45) + haze[..., None] * np.array([1, 0.7, 0.5, 0.35, 0.25, 0.1])
    return np.clip(pixels, 0.001, 1), tuple(place.things)


def photo() -> tuple[npt.NDArray[np.uint8], Picture]:
    """Red, green and blue as a camera would print them."""
    pixels, things = scene()
    rgb = np.clip(pixels[..., 2::-1] / 0.40, 0, 1) ** (1 / 2.05)
    rgb += 0.010 * np.stack([noise(np.random.default_rng(k), SIZE, 0.4) for k in range(3)], -1)
    image = np.asarray(np.clip(rgb * 255 + 0.5, 0, 255), np.uint8)
    return image, Picture("aerial.jpg", SIDE, SIDE, things)


def tile() -> tuple[npt.NDArray[np.uint16], Picture]:
    """Part of the same scene, ``(H, W, 6)``, 0 to 65,535; things that it cuts are cut with it."""
    left, top, width, height = TILE
    pixels, things = scene()
    window = pixels[top : top + height, left : left + width]
    grain = 0.0012 * np.random.default_rng(6).standard_normal(window.shape)
    share = np.clip((window + grain) / FULL_SCALE, 0.001, 1)
    values = np.round(np.round(share * LEVELS) / LEVELS * 65535).astype(np.uint16)
    kept = (_within(thing, left, top, width, height) for thing in things)
    return values, Picture("six-bands.tif", height, width, tuple(thing for thing in kept if thing))


def tiff(values: npt.NDArray[np.uint16]) -> bytes:
    """A TIFF with one sample a band; the names of the bands stand in its description."""
    out = io.BytesIO()
    tifffile.imwrite(
        out,
        values,
        photometric="minisblack",
        planarconfig="contig",
        extrasamples=["unspecified"] * 5,
        compression="zlib",
        compressionargs={"level": 9},
        predictor=True,
        description=json.dumps({"bands": BANDS}),
        metadata=None,
        software=False,
    )
    return out.getvalue()


def _within(thing: Thing, left: float, top: float, width: float, height: float) -> Thing | None:
    x1, y1, x2, y2 = thing.xyxy
    box = (max(x1 - left, 0), max(y1 - top, 0), min(x2 - left, width), min(y2 - top, height))
    seen = max(box[2] - box[0], 0) * max(box[3] - box[1], 0)
    if seen < 0.5 * (x2 - x1) * (y2 - y1):
        return None
    whole = (box[2] - box[0], box[3] - box[1]) == (x2 - x1, y2 - y1)
    outline = tuple((x - left, y - top) for x, y in thing.polygon) if whole else ()
    return Thing(thing.label, box=box, polygon=outline)


def _ground(place: _Place) -> None:
    canvas, rng = place.canvas, place.rng
    patches = clouds(rng, SIZE, 60)
    blades = noise(rng, SIZE, 0.8)
    canvas.paint(np.ones(SIZE), GRASS * (1 + 0.09 * patches + 0.10 * blades)[..., None])
    canvas.paint(np.clip(patches - 1.3, 0, 1) * 0.6, SOIL)
    ys, xs = grid(SIZE)
    acre = polygon(SIZE, [(500, -5), (645, -5), (645, 300), (506, 292)])
    rows = 0.5 + 0.5 * np.sin((xs * 0.98 + ys * 0.17) / 6.5 * 2 * np.pi)
    green = (0.55 + 0.35 * rows + 0.06 * clouds(rng, SIZE, 25))[..., None]
    canvas.paint(acre, (CROP * green + SOIL * (1 - green)) * (1 + 0.05 * blades)[..., None])
    shore = curve([(560, 348), (604, 336), (628, 368), (610, 412), (566, 422), (538, 396), (536, 364)], closed=True)
    canvas.paint(blur(polygon(SIZE, shore), 5), SOIL * 0.9, 0.7)
    canvas.paint(polygon(SIZE, shore), WATER * (1 + 0.05 * noise(rng, SIZE, (0.7, 3)))[..., None])


def _streets(place: _Place) -> None:
    canvas, rng = place.canvas, place.rng
    worn = (1 + 0.05 * noise(rng, SIZE, 0.7) + 0.05 * clouds(rng, SIZE, 20))[..., None]
    lines = (
        ([(-10, 146), (240, 142), (486, 150)], 21.0),
        ([(-10, 346), (240, 342), (486, 338), (520, 330), (650, 318)], 21.0),
        ([(236, -10), (240, 142), (240, 342), (236, 452)], 19.0),
        ([(486, -10), (488, 150), (486, 338), (484, 452)], 19.0),
        ([(-10, 452), (236, 452), (484, 452), (650, 452)], 15.0),
    )
    smooth = [(curve(points), width) for points, width in lines]
    for line, width in smooth:
        canvas.paint(stroke(SIZE, line, width + 7), CONCRETE * worn)
    for line, width in smooth:
        canvas.paint(stroke(SIZE, line, width), ASPHALT * worn)
    for line, _ in smooth[:4]:
        for a, b in zip(line[::6], line[2::6], strict=False):
            canvas.paint(stroke(SIZE, [a, b], 0.9), PAINT, 0.75)


def _runway(place: _Place) -> None:
    canvas, rng = place.canvas, place.rng
    ys, xs = grid(SIZE)
    middle = 552.0
    strip = rectangle(SIZE, -20, middle - 42, 660, middle + 42)
    rubber = np.exp(-(((ys - middle) / 13) ** 2)) * (
        np.exp(-(((xs - 200) / 90) ** 2)) + np.exp(-(((xs - 440) / 90) ** 2))
    )
    canvas.paint(blur(rectangle(SIZE, -20, middle - 47, 660, middle + 47), 1.5), SOIL, 0.5)
    texture = 1 + 0.045 * noise(rng, SIZE, 0.7) + 0.04 * clouds(rng, SIZE, 30) - 0.30 * rubber
    canvas.paint(strip, RUNWAY * texture[..., None])
    worn = 0.86 + 0.10 * noise(rng, SIZE, 1.2)
    for y in (middle - 37, middle + 37):
        canvas.paint(rectangle(SIZE, -20, y - 1.2, 660, y + 1.2), PAINT, worn)
    for y in np.linspace(middle - 28, middle + 28, 8):
        for x in (22, 572):
            canvas.paint(rectangle(SIZE, x, y - 2, x + 46, y + 2), PAINT, worn)
    for x in range(176, 460, 42):
        canvas.paint(rectangle(SIZE, x, middle - 1.3, x + 24, middle + 1.3), PAINT, worn)
    for label, quarter_turns, at in (("09", 3, (110.0, middle)), ("27", 1, (530.0, middle))):
        upright = text(
            SIZE, (at[1], SIDE - at[0]) if quarter_turns == 3 else (SIDE - at[1], at[0]), label, 42, 0.5, "mm"
        )
        ink = np.rot90(upright, quarter_turns)
        canvas.paint(ink, PAINT, worn)
        place.things.append(Thing(f"runway number {label}", box=box_of(ink)))


def _turned(centre: Point, half: Point, turn_deg: float) -> list[Point]:
    turn = np.deg2rad(turn_deg)
    along, across = np.array([np.cos(turn), np.sin(turn)]), np.array([-np.sin(turn), np.cos(turn)])
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    return [
        (float(x), float(y))
        for x, y in (np.array(centre) + a * half[0] * along + b * half[1] * across for a, b in corners)
    ]


def _houses(place: _Place) -> None:
    """Four rows along the two streets, each house with a drive to its kerb, and one row further back."""
    for y, kerb in ((94, 132), (196, 157), (294, 331), (394, 356)):
        for x in (34, 87, 140, 193, 288, 341, 394, 447):
            if (x, y) != (447, 394):
                middle = (x + float(place.rng.uniform(-4, 4)), y + float(place.rng.uniform(-4, 4)))
                _house(place, middle, kerb)
    for x in (50, 118, 186, 300, 372, 440):
        _house(place, (x, 32 + float(place.rng.uniform(-5, 5))), None)


def _house(place: _Place, centre: Point, kerb: float | None) -> None:
    canvas, rng = place.canvas, place.rng
    half = (float(rng.uniform(13.5, 17.5)), float(rng.uniform(10.5, 13)))
    turn = float(rng.choice([0, 90]) + rng.normal(0, 2.5))
    outline = _turned(centre, half, turn)
    if kerb is not None:
        x = centre[0] + 12
        canvas.paint(rectangle(SIZE, x - 4.5, min(kerb, centre[1]), x + 4.5, max(kerb, centre[1])), CONCRETE * 0.92)
        if rng.random() < 0.6:
            _car(place, (x, kerb + (-8 if kerb > centre[1] else 8)), 90 + float(rng.normal(0, 3)))
    roof = polygon(SIZE, outline)
    place.shadow(roof, 9)
    tint = ROOFS[int(rng.integers(len(ROOFS)))] * float(rng.uniform(0.9, 1.12))
    tiles = place.tiles[..., None]
    canvas.paint(roof, tint * tiles)
    a, b, c, d = (np.array(corner) for corner in outline)
    ends = ((a + d) / 2, (b + c) / 2)
    for side in ((a, b, ends[1], ends[0]), (d, c, ends[1], ends[0])):
        to_the_sun = float((np.mean(side, axis=0) - np.array(centre)) @ np.array([0.6, 0.8])) > 0
        canvas.paint(
            polygon(SIZE, [(float(x), float(y)) for x, y in side]), tint * tiles * (1.25 if to_the_sun else 0.72)
        )
    ridge = [(float(x), float(y)) for x, y in ends]
    canvas.paint(stroke(SIZE, ridge, 1.1), tint * 1.5, 0.7)
    chimney = (ridge[0][0] * 0.7 + ridge[1][0] * 0.3 + 2, ridge[0][1] * 0.7 + ridge[1][1] * 0.3 + 2)
    canvas.paint(polygon(SIZE, _turned(chimney, (1.8, 1.8), turn)), SOIL * 0.55)
    place.things.append(Thing("house", polygon=tuple((round(x, 1), round(y, 1)) for x, y in outline)))


def _car(place: _Place, centre: Point, turn_deg: float) -> None:
    canvas = place.canvas
    paint = CARS[int(place.rng.integers(len(CARS)))]
    body = polygon(SIZE, _turned(centre, (5.4, 2.5), turn_deg))
    place.shadow(body, 2, 0.45)
    canvas.paint(body, paint)
    glass = np.maximum(
        polygon(SIZE, _turned(_ahead(centre, turn_deg, 1.7), (0.9, 2.0), turn_deg)),
        polygon(SIZE, _turned(_ahead(centre, turn_deg, -3.2), (0.6, 1.9), turn_deg)),
    )
    canvas.paint(glass, ASPHALT * 0.4, 0.8)
    place.things.append(Thing("car", box=box_of(body, 0.3)))


def _ahead(centre: Point, turn_deg: float, by: float) -> Point:
    turn = np.deg2rad(turn_deg)
    return centre[0] + by * float(np.cos(turn)), centre[1] + by * float(np.sin(turn))


def _street_cars(place: _Place) -> None:
    for x, y, turn in (
        (40, 151, 0), (168, 138, 180), (330, 150, 0), (420, 142, 180), (96, 339, 180), (184, 349, 0), (318, 345, 0),
        (402, 335, 180), (560, 322, 173), (245, 84, 90), (235, 232, 270), (245, 402, 90), (492, 96, 90),
        (482, 236, 270), (120, 456, 0), (300, 448, 180), (366, 456, 0), (566, 448, 180),
    ):  # fmt: skip
        _car(place, (x, y), turn)


def _woods(place: _Place) -> None:
    rng = place.rng
    spots = [(float(x), float(y)) for x, y in rng.uniform((0, 0), (640, 500), (420, 2))]
    free = np.ones(SIZE, bool)
    for thing in place.things:
        x1, y1, x2, y2 = (int(v) for v in thing.xyxy)
        free[max(y1 - 11, 0) : y2 + 11, max(x1 - 11, 0) : x2 + 11] = False
    plants = place.canvas.pixels[..., 4] / (place.canvas.pixels[..., 2] + 0.02)
    free &= (blur(plants, 5) > 3.6) & (np.add(*grid(SIZE)) > 0)
    free[:300, 496:] = False
    for x, y in sorted(spots, key=lambda spot: -spot[1]):
        if free[int(y), int(x)]:
            _tree(place, (x, y), float(rng.uniform(4, 9)))


def _tree(place: _Place, centre: Point, radius: float) -> None:
    ys, xs = grid(SIZE)
    window = (
        slice(max(int(centre[1]) - 30, 0), int(centre[1]) + 30),
        slice(max(int(centre[0]) - 30, 0), int(centre[0]) + 30),
    )
    dx, dy = xs[window] - centre[0], ys[window] - centre[1]
    leaves = clouds(place.rng, dx.shape, 2.2, 2)
    crown = np.clip((1 - np.hypot(dx, dy) / radius + 0.13 * leaves) * radius * 0.7, 0, 1)
    cast = np.clip((1 - np.hypot(dx + 5, dy + 6) / radius) * radius * 0.5, 0, 1)
    light = 0.95 + 0.34 * (dx * 0.6 + dy * 0.8) / radius + 0.14 * leaves
    part = place.canvas.pixels[window] * (1 - 0.5 * cast[..., None])
    tint = TREE * float(place.rng.uniform(0.85, 1.25)) * np.clip(light * 1.15, 0.4, 1.9)[..., None]
    place.canvas.pixels[window] = part * (1 - crown[..., None]) + tint * crown[..., None]
