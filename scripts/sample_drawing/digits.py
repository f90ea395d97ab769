"""Twenty digits written with a fountain pen, two of each, one to a square."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sample_drawing.canvas import Canvas, Colour, Point, blur, box_of, clouds, curve, grid, noise, rectangle, stroke
from sample_drawing.labels import Picture, Thing

CELL = 104
COLUMNS, ROWS = 5, 4
MARGIN = 20
HEIGHT, WIDTH = ROWS * CELL + 2 * MARGIN, COLUMNS * CELL + 2 * MARGIN
SIZE = (HEIGHT, WIDTH)
INK: Colour = (28, 40, 92)
ORDER = (6, 9, 2, 5, 0, 3, 8, 1, 7, 4, 5, 2, 9, 6, 8, 4, 0, 7, 3, 1)

# How the pen moves for each digit: strokes of points, x to the right 0..1, y down 0..1.
MOVES: dict[int, tuple[tuple[Point, ...], ...]] = {
    0: (
        ((0.52, 0.02), (0.16, 0.22), (0.08, 0.60), (0.30, 0.97), (0.68, 0.94), (0.92, 0.55), (0.80, 0.14),
         (0.50, 0.02)),
    ),
    1: (
        ((0.22, 0.28), (0.40, 0.16), (0.56, 0.00)),
        ((0.56, 0.00), (0.54, 0.35), (0.53, 0.70), (0.52, 1.00)),
    ),
    2: (
        ((0.14, 0.26), (0.26, 0.06), (0.56, 0.00), (0.82, 0.16), (0.78, 0.42), (0.46, 0.70), (0.12, 0.97)),
        ((0.12, 0.97), (0.36, 0.92), (0.64, 0.97), (0.92, 0.93)),
    ),
    3: (
        ((0.16, 0.12), (0.42, 0.00), (0.76, 0.10), (0.74, 0.36), (0.42, 0.47)),
        ((0.42, 0.47), (0.78, 0.54), (0.88, 0.78), (0.58, 0.99), (0.22, 0.95), (0.08, 0.84)),
    ),
    4: (
        ((0.58, 0.00), (0.36, 0.32), (0.08, 0.64), (0.48, 0.66), (0.94, 0.62)),
        ((0.70, 0.36), (0.68, 0.68), (0.64, 1.00)),
    ),
    5: (
        ((0.84, 0.02), (0.56, 0.03), (0.26, 0.02)),
        ((0.26, 0.02), (0.22, 0.24), (0.18, 0.46)),
        ((0.18, 0.46), (0.46, 0.36), (0.78, 0.46), (0.86, 0.72), (0.62, 0.96), (0.30, 0.99), (0.08, 0.90)),
    ),
    6: (
        ((0.72, 0.02), (0.40, 0.18), (0.16, 0.50), (0.14, 0.80), (0.40, 0.99), (0.74, 0.90), (0.82, 0.66),
         (0.56, 0.50), (0.26, 0.60), (0.15, 0.76)),
    ),
    7: (
        ((0.10, 0.06), (0.46, 0.04), (0.90, 0.03)),
        ((0.90, 0.03), (0.66, 0.36), (0.48, 0.66), (0.38, 1.00)),
    ),
    8: (
        ((0.50, 0.48), (0.22, 0.30), (0.30, 0.06), (0.60, 0.00), (0.80, 0.16), (0.66, 0.40), (0.32, 0.58),
         (0.12, 0.82), (0.36, 1.00), (0.72, 0.95), (0.84, 0.72), (0.62, 0.54), (0.50, 0.48)),
    ),
    9: (
        ((0.82, 0.20), (0.58, 0.02), (0.24, 0.12), (0.16, 0.36), (0.40, 0.52), (0.70, 0.42), (0.83, 0.20)),
        ((0.83, 0.20), (0.80, 0.52), (0.70, 0.78), (0.52, 1.00)),
    ),
}  # fmt: skip


def digits() -> tuple[npt.NDArray[np.uint8], Picture]:
    """The picture and a box around each digit."""
    rng = np.random.default_rng(6925)
    canvas = Canvas(HEIGHT, WIDTH, (250, 247, 238))
    canvas.shade(1 + 0.008 * clouds(rng, SIZE, 26) + 0.012 * noise(rng, SIZE, (0.6, 1.2)))
    _squares(canvas)
    things = []
    for i, digit in enumerate(ORDER):
        corner = (MARGIN + (i % COLUMNS) * CELL, MARGIN + (i // COLUMNS) * CELL)
        ink = _written(rng, digit, corner)
        pooled = 0.80 + 0.20 * np.clip(blur(ink, 2.4) * 1.4, 0, 1) + 0.04 * noise(rng, SIZE, 1.2)
        canvas.paint(blur(ink, 0.5), INK, np.clip(pooled, 0, 1))
        x1, y1, x2, y2 = box_of(ink, 0.2)
        things.append(Thing(str(digit), box=(x1 - 1, y1 - 1, x2 + 1, y2 + 1)))
    ys, xs = grid(SIZE)
    canvas.shade(1.01 - 0.10 * np.hypot(xs / WIDTH - 0.4, ys / HEIGHT - 0.35) ** 2)
    canvas.add(0.006 * noise(rng, SIZE)[..., None] * np.ones(3))
    return canvas.to_uint8(), Picture("digits.png", HEIGHT, WIDTH, tuple(things))


def _squares(canvas: Canvas) -> None:
    for k in range(COLUMNS * 4 + 1):
        x = MARGIN + k * CELL / 4
        line = rectangle(SIZE, x - 0.5, MARGIN, x + 0.5, HEIGHT - MARGIN)
        canvas.paint(line, (120, 164, 196), 0.55 if k % 4 == 0 else 0.16)
    for k in range(ROWS * 4 + 1):
        y = MARGIN + k * CELL / 4
        line = rectangle(SIZE, MARGIN, y - 0.5, WIDTH - MARGIN, y + 0.5)
        canvas.paint(line, (120, 164, 196), 0.55 if k % 4 == 0 else 0.16)


def _written(rng: np.random.Generator, digit: int, corner: Point) -> npt.NDArray[np.float64]:
    """One digit by an unsteady hand: its own slant, size and pressure, and every point a little off."""
    slant, turn = float(rng.normal(-0.10, 0.06)), float(rng.normal(0, 0.04))
    wide, high = float(rng.uniform(40, 48)), float(rng.uniform(62, 70))
    middle = (corner[0] + CELL / 2 + float(rng.uniform(-4, 4)), corner[1] + CELL / 2 + float(rng.uniform(-4, 4)))
    ink = np.zeros(SIZE)
    for move in MOVES[digit]:
        points = []
        for x, y in move:
            u = (x - 0.5 + float(rng.normal(0, 0.014))) * wide + slant * (y - 0.5) * high
            v = (y - 0.5 + float(rng.normal(0, 0.010))) * high
            points.append((middle[0] + u - turn * v, middle[1] + v + turn * u))
        line = curve(points, 14)
        steps = np.diff(np.array(line), axis=0, append=[line[-1]])
        pressure = 5.4 + 1.5 * np.clip(steps[:, 1] / (np.hypot(*steps.T) + 1e-9), -0.6, 1)
        ink = np.maximum(
            ink, stroke(SIZE, line, list(np.convolve(np.pad(pressure, 3, "edge"), np.ones(7) / 7, "valid")))
        )
    return ink
