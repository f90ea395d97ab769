"""A scanned page with a box around every word, many of b, d, p, q, 6 and 9, which mirrors and half turns confuse."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sample_drawing.canvas import (
    Canvas,
    Colour,
    Field,
    blur,
    box_of,
    clouds,
    grid,
    noise,
    rectangle,
    text,
    text_width,
)
from sample_drawing.labels import Picture, Thing

HEIGHT, WIDTH = 760, 560
SIZE = (HEIGHT, WIDTH)
INK: Colour = (38, 40, 48)
BLUE: Colour = (36, 62, 128)
GREY: Colour = (112, 114, 120)

ITEMS = (
    ("6", "paddle", "boards", "9.60", "57.60"),
    ("9", "quilted", "pads", "6.90", "62.10"),
    ("66", "brass", "bolts", "0.19", "12.54"),
    ("99", "dipped", "plugs", "0.61", "60.39"),
    ("1", "bulb", "adapter", "16.98", "16.98"),
)
LETTER = (
    "Dear Ms Quibb, thank you for your order 8069 of 16 June.",
    "We packed 6 boxes and 9 bags; please quote depot bay 96",
    "and door 69 when the driver calls. Bad or duplicate parts",
    "go back by post, unopened, before 19 September.",
)


@dataclass
class _Page:
    """The ink of a page, and the words on it with their boxes."""

    canvas: Canvas
    words: list[Thing] = field(default_factory=list)

    def write(
        self,
        x: float,
        y: float,
        line: str,
        size_px: float,
        colour: Colour = INK,
        bold_px: float = 0,
        right: bool = False,
    ) -> None:
        """Write a line of words with its baseline at ``y``; ``right`` means that it ends at ``x``."""
        at = x - text_width(line, size_px) if right else x
        for word in line.split(" "):
            ink = text(SIZE, (at, y), word, size_px, bold_px)
            self.canvas.paint(ink, colour, 0.94)
            x1, y1, x2, y2 = box_of(ink, 0.1)
            self.words.append(Thing(word, box=(x1 - 1, y1 - 1, x2 + 1, y2 + 1)))
            at += text_width(word + " ", size_px)


def document() -> tuple[npt.NDArray[np.uint8], Picture]:
    """The picture and a box for each word; the class of a box is the word itself."""
    rng = np.random.default_rng(69)
    page = _Page(Canvas(*SIZE, colour=(250, 248, 242)))
    _head(page)
    for i, line in enumerate(LETTER):
        page.write(52, 246 + 24 * i, line, 15.5)
    _table(page)
    _foot(page)
    return _scanned(page.canvas, rng), Picture("page.jpg", HEIGHT, WIDTH, tuple(page.words))


def _head(page: _Page) -> None:
    page.canvas.paint(rectangle(SIZE, 52, 50, 92, 90, 9), BLUE)
    page.canvas.paint(rectangle(SIZE, 62, 60, 70, 80, 3), (250, 248, 242))
    page.canvas.paint(rectangle(SIZE, 74, 66, 82, 80, 3), (250, 248, 242))
    page.write(106, 74, "Bodoquip", 27, BLUE, 0.5)
    page.write(107, 91, "parts and depots since 1969", 11.5, GREY)
    page.write(508, 64, "6 Dubdub Pond", 12, GREY, right=True)
    page.write(508, 80, "PQ9 6BD Appledop", 12, GREY, right=True)
    page.canvas.paint(rectangle(SIZE, 52, 112, 508, 113.5), BLUE)
    page.write(52, 160, "Invoice", 31, INK, 0.4)
    page.write(52, 186, "No. 6909-66", 14.5, GREY)
    page.write(508, 160, "19.06.2026", 15.5, INK, right=True)
    page.write(508, 186, "due 09.09.2026", 14.5, GREY, right=True)


def _table(page: _Page) -> None:
    columns = ((66, "qty", False), (110, "description", False), (398, "price", True), (496, "total", True))
    page.canvas.paint(rectangle(SIZE, 52, 356, 508, 384, 3), BLUE)
    for x, title, right in columns:
        page.write(x, 375, title, 13.5, (246, 247, 250), 0.2, right=right)
    for i, (quantity, first, second, price, total) in enumerate(ITEMS):
        y = 411 + 32 * i
        if i % 2:
            page.canvas.paint(rectangle(SIZE, 52, y - 21, 508, y + 11), (228, 232, 242), 0.75)
        page.write(66, y, quantity, 15.5)
        page.write(110, y, f"{first} {second}", 15.5)
        page.write(398, y, price, 15.5, right=True)
        page.write(496, y, total, 15.5, right=True)
    page.canvas.paint(rectangle(SIZE, 52, 553, 508, 554.2), GREY)
    page.write(398, 584, "to be paid", 16, INK, 0.2, right=True)
    page.write(496, 584, "209.61", 18, INK, 0.5, right=True)


def _foot(page: _Page) -> None:
    page.write(52, 644, "with best regards,", 15.5)
    page.write(52, 676, "P. Dabb, depot", 15.5)
    page.canvas.paint(rectangle(SIZE, 52, 702, 508, 703), GREY, 0.6)
    page.write(52, 722, "synthetic page: no such company, no such bill", 11.5, GREY)
    page.write(508, 722, "page 6 of 9", 11.5, GREY, right=True)


def _scanned(canvas: Canvas, rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Paper fibres, a soft shadow, the fold, a little blur and noise of the scanner."""
    ys, xs = grid(SIZE)
    canvas.pixels = blur(canvas.pixels, 0.45)
    canvas.shade(1 + 0.006 * clouds(rng, SIZE, 30) + 0.010 * noise(rng, SIZE, (0.6, 1.6)))
    canvas.shade(_shadow(ys, xs))
    canvas.add(noise(rng, SIZE)[..., None] * 0.007 * np.ones(3))
    return canvas.to_uint8()


def _shadow(ys: Field, xs: Field) -> Field:
    corner = 1.0 - 0.13 * np.clip(np.hypot((xs - 150) / 700, (ys - 180) / 800) - 0.15, 0, None) ** 1.4
    fold = np.exp(-((ys - 322) ** 2) / 10) * 0.035 - np.exp(-((ys - 327) ** 2) / 26) * 0.03
    edge = 1 - 0.25 * np.exp(-np.minimum.reduce([xs, ys, WIDTH - xs, HEIGHT - ys]) / 3.0)
    return np.asarray((corner - fold) * edge)
