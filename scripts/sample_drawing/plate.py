"""A metal plate under a lamp: a hairline crack two pixels wide, and a notch that says which edge is the upper one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sample_drawing.canvas import (
    Canvas,
    Field,
    Point,
    blur,
    box_of,
    clouds,
    ellipse,
    grid,
    noise,
    polygon,
    rectangle,
    stroke,
    text,
)
from sample_drawing.labels import Picture, Thing

HEIGHT, WIDTH = 480, 640
SIZE = (HEIGHT, WIDTH)
PLATE = (58.0, 54.0, 582.0, 428.0)
NOTCH: tuple[Point, ...] = ((166.0, 54.0), (214.0, 54.0), (204.0, 84.0), (176.0, 84.0))
HOLES: tuple[Point, ...] = ((100, 98), (540, 98), (100, 386), (540, 386))
HOLE_RADIUS = 17.0


def plate() -> tuple[npt.NDArray[np.uint8], Picture]:
    """The picture and its labels: crack as a mask, notch as an outline, drill holes as boxes."""
    rng = np.random.default_rng(42)
    canvas = Canvas(HEIGHT, WIDTH, (38, 42, 48))
    canvas.shade(1 + 0.10 * clouds(rng, SIZE, 3) + 0.10 * clouds(rng, SIZE, 50))
    notch = polygon(SIZE, NOTCH)
    holes = [ellipse(SIZE, hole, (HOLE_RADIUS, HOLE_RADIUS)) for hole in HOLES]
    metal = rectangle(SIZE, *PLATE, radius=20)
    for cut in (notch, *holes):
        metal = metal * (1 - cut)
    canvas.shade(1 - 0.75 * blur(np.roll(metal, (9, 7), (0, 1)), 7) * (1 - metal))
    canvas.paint(metal, _brushed(rng))
    _bevel(canvas, metal)
    crack = _crack(canvas, rng)
    _engraving(canvas)
    ys, xs = grid(SIZE)
    canvas.shade(1.05 - 0.45 * np.hypot((xs - 250) / WIDTH, (ys - 190) / HEIGHT) ** 2)
    canvas.pixels = blur(canvas.pixels, 0.4)
    canvas.add(0.008 * noise(rng, SIZE)[..., None] * np.ones(3))
    things = (
        Thing("crack", mask=crack),
        Thing("notch", polygon=NOTCH),
        *(Thing("drill hole", box=box_of(hole)) for hole in holes),
    )
    return canvas.to_uint8(), Picture("plate.png", HEIGHT, WIDTH, things)


def _brushed(rng: np.random.Generator) -> Field:
    """Fine lines along the plate, and the broad sheen of a lamp across them."""
    ys, xs = grid(SIZE)
    lines = 0.6 * noise(rng, SIZE, (0.45, 46)) + 0.4 * noise(rng, SIZE, (0.6, 9)) + 0.35 * noise(rng, SIZE, (2.2, 160))
    sheen = 0.18 * np.exp(-(((xs - 0.34 * ys - 190) / 120) ** 2)) + 0.08 * np.exp(-(((xs - 0.34 * ys - 430) / 60) ** 2))
    grey = 0.60 + 0.030 * lines + sheen - 0.05 * ys / HEIGHT
    return grey[..., None] * np.array([0.985, 1.0, 1.025])


def _bevel(canvas: Canvas, metal: Field) -> None:
    """Edges that face the lamp (upper left) shine, the others are dark."""
    soft = blur(metal, 1.6)
    gy, gx = np.gradient(soft)
    canvas.add(np.clip((gx * 0.6 + gy * 0.8) * 1.6, -0.30, 0.34) * (metal > 0.2))


def _crack(canvas: Canvas, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    """A hairline from the right edge inwards with one fork; dark, with a faint bright lip."""
    main = _wander(rng, (582.0, 236.0), 3.32, 30)
    fork = _wander(rng, main[17], 2.72, 9)
    line = np.zeros(SIZE)
    for points in (main, fork):
        line = np.maximum(line, stroke(SIZE, points, 1.8))
    lip = blur(np.roll(line, (1, 1), (0, 1)), 0.7) * (1 - line)
    canvas.add(0.13 * lip)
    canvas.paint(line, (40, 40, 44), 0.84)
    return np.asarray(line > 0.5)


def _wander(rng: np.random.Generator, start: Point, heading: float, steps: int) -> list[Point]:
    points, angle = [start], heading
    for _ in range(steps):
        angle = heading + 0.6 * (angle - heading) + float(rng.normal(0, 0.42))
        length = float(rng.uniform(4, 11))
        points.append((points[-1][0] + length * float(np.cos(angle)), points[-1][1] + length * float(np.sin(angle))))
    return points


def _engraving(canvas: Canvas) -> None:
    words = text(SIZE, (152, 336), "P6-0926 b", 34, 0.4)
    canvas.add(0.20 * np.roll(words, (1, 1), (0, 1)) * (1 - words))
    canvas.paint(words, (74, 78, 84), 0.78)
    ring = ellipse(SIZE, (320, 190), (62, 62)) - ellipse(SIZE, (320, 190), (58.6, 58.6))
    canvas.add(0.22 * np.roll(ring, (1, 1), (0, 1)) * (1 - ring))
    canvas.paint(ring, (84, 88, 94), 0.6)
    spot = np.maximum(rectangle(SIZE, 290, 189, 350, 191), rectangle(SIZE, 319, 160, 321, 220))
    canvas.paint(spot, (84, 88, 94), 0.5)
