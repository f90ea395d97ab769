"""What a browser says was drawn, read like the file of a stranger."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from augviz.drawing.shapes import (
    MAX_NAME,
    MAX_POLYGON_POINTS,
    MAX_SHAPES,
    Drawing,
    DrawnBox,
    DrawnMask,
    DrawnPoint,
    DrawnPolygon,
    Shape,
)
from augviz.errors import LabelError, Problem
from augviz.geometry import Window, bounding_box
from augviz.sample import MAX_OBJECT_ID

MAX_RUNS = 4_000_000
"""Run lengths in one edit; the outline of an honest mask of 16 megapixels has some thousands."""

MAX_COUNT = 2**53
"""Whole numbers up to here are exact in JavaScript."""

SENT_AGAIN = "Draw it again."


@dataclass(frozen=True)
class Edit:
    """What has changed since the state that both sides know.

    Attributes:
        drawing: Which drawing it is about.
        seq: Number of the browser's last change that is in here; it only grows.
        changed: Shapes that are new or look otherwise.
        removed: Keys of shapes that are gone.
        colours: Class name and place in the palette, for classes whose colour was chosen.
        problems: What was not understood.
    """

    drawing: str
    seq: int
    changed: tuple[Shape, ...] = ()
    removed: frozenset[int] = frozenset()
    colours: tuple[tuple[str, int], ...] = ()
    problems: tuple[Problem, ...] = field(default=())


def read_edit(message: object, size_hw: tuple[int, int], palette: int = 12) -> Edit:
    """Read an edit.

    Args:
        message: What came, as parsed JSON.
        size_hw: Height and width of the image in pixels; everything is clipped to it.
        palette: How many colours there are.

    Returns:
        The edit; shapes that are damaged are left out and have a problem.

    Raises:
        LabelError: It is no edit at all.
    """
    if not isinstance(message, Mapping):
        raise LabelError("the browser sent something that is no drawing", mend="Load the page again.")
    drawing, seq = message.get("drawing"), _whole(message.get("seq"), MAX_COUNT)
    if not isinstance(drawing, str) or len(drawing) > MAX_NAME or seq is None:
        raise LabelError("the browser did not say which drawing it has changed", mend="Load the page again.")
    reader = _Reader(size_hw)
    rows = message.get("changed")
    changed = reader.shapes(rows if isinstance(rows, list) else [])
    removed = message.get("removed")
    keys = [_whole(key, MAX_COUNT) for key in removed[: 2 * MAX_SHAPES]] if isinstance(removed, list) else []
    return Edit(
        drawing,
        seq,
        changed,
        frozenset(key for key in keys if key is not None),
        _colours(message.get("colours"), palette),
        tuple(reader.problems),
    )


def apply(drawing: Drawing, edit: Edit) -> tuple[Drawing, tuple[Problem, ...]]:
    """The drawing after an edit; applied twice it changes nothing more."""
    shapes = {key: shape for key, shape in drawing.shapes.items() if key not in edit.removed}
    refused = 0
    for shape in edit.changed:
        if shape.key in shapes or len(shapes) < MAX_SHAPES:
            shapes[shape.key] = shape
        else:
            refused += 1
    problems = edit.problems
    if refused:
        mend = "Delete some, or put the picture's objects into several pictures."
        problems += (Problem("", f"{refused:,} shapes more than the {MAX_SHAPES:,} of one picture", mend),)
    return Drawing(drawing.size_hw, shapes), problems


def _colours(rows: object, palette: int) -> tuple[tuple[str, int], ...]:
    found = {}
    for row in rows[:MAX_SHAPES] if isinstance(rows, list) else []:
        if isinstance(row, list) and len(row) == 2 and isinstance(row[0], str):
            place = _whole(row[1], palette - 1)
            if place is not None:
                found[name_of(row[0])] = place
    return tuple(found.items())


def name_of(value: object) -> str:
    r"""A name as one line of printable text.

    >>> name_of("  left\teye ")
    'left eye'
    """
    text = "".join(c if c.isprintable() else " " for c in value[: 5 * MAX_NAME]) if isinstance(value, str) else ""
    return " ".join(text.split())[:MAX_NAME].strip() or "object"


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _whole(value: object, most: int, least: int = 0) -> int | None:
    number = _number(value)
    if number is None or not number.is_integer() or not least <= number <= most:
        return None
    return int(number)


def _wholes(values: object, most: int) -> list[int] | None:
    if not isinstance(values, list):
        return None
    found = [number for value in values if (number := _whole(value, most)) is not None]
    return found if len(found) == len(values) else None


class _Reader:
    """Reads shapes; what is damaged becomes a problem."""

    def __init__(self, size_hw: tuple[int, int]) -> None:
        self.size_hw = size_hw
        self.problems: list[Problem] = []
        self.runs_left = MAX_RUNS

    def shapes(self, rows: list[object]) -> tuple[Shape, ...]:
        found: dict[int, Shape] = {}
        for place, row in enumerate(rows[: 2 * MAX_SHAPES], start=1):
            try:
                shape = self._shape(row)
                found[shape.key] = shape
            except LabelError as error:
                self._say(Problem(f"shape {place}", error.what, error.mend or SENT_AGAIN))
        if len(rows) > 2 * MAX_SHAPES:
            self._say(Problem("", f"{len(rows):,} shapes in one edit", "The last ones are left out."))
        return tuple(found.values())

    def _say(self, problem: Problem) -> None:
        if len(self.problems) < 20:
            self.problems.append(problem)

    def _shape(self, row: object) -> Shape:
        if not isinstance(row, Mapping):
            raise LabelError("it is no shape")
        readers: dict[object, Callable[[Mapping[object, object], int, int, str], Shape]] = {
            "box": self._box,
            "polygon": self._polygon,
            "mask": self._mask,
            "point": self._point,
        }
        kind = row.get("t")
        read = readers.get(kind) if isinstance(kind, str) else None
        key, owner = _whole(row.get("k"), MAX_COUNT), _whole(row.get("o"), MAX_OBJECT_ID, -1)
        if read is None or key is None or owner is None:
            raise LabelError("its kind, key or object is missing")
        return read(row, key, owner, name_of(row.get("n")))

    def _xy(self, values: object, least: int, most: int) -> list[tuple[float, float]]:
        """Points, clipped to the image."""
        if not isinstance(values, list) or len(values) % 2 or not 2 * least <= len(values) <= 2 * most:
            raise LabelError(
                f"it must have {least} points" if least == most else f"it must have {least} to {most:,} points"
            )
        numbers = [_number(value) for value in values]
        if None in numbers:
            raise LabelError("a coordinate is not a finite number")
        height, width = self.size_hw
        clipped = [
            min(max(number, 0.0), float(height if place % 2 else width))
            for place, number in enumerate(numbers)
            if number is not None
        ]
        return list(zip(clipped[::2], clipped[1::2], strict=True))

    def _box(self, row: Mapping[object, object], key: int, owner: int, name: str) -> DrawnBox:
        (xa, ya), (xb, yb) = self._xy(row.get("p"), 2, 2)
        corners = min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)
        if np.float32(corners[0]) >= np.float32(corners[2]) or np.float32(corners[1]) >= np.float32(corners[3]):
            raise LabelError("the box has no area inside the picture")
        return DrawnBox(key, owner, name, corners)

    def _polygon(self, row: Mapping[object, object], key: int, owner: int, name: str) -> DrawnPolygon:
        return DrawnPolygon(key, owner, name, np.array(self._xy(row.get("p"), 3, MAX_POLYGON_POINTS), np.float64))

    def _point(self, row: Mapping[object, object], key: int, owner: int, name: str) -> DrawnPoint:
        return DrawnPoint(key, owner, name, self._xy(row.get("p"), 1, 1)[0], row.get("v") not in (0, False))

    def _mask(self, row: Mapping[object, object], key: int, owner: int, name: str) -> DrawnMask:
        sides, runs = _wholes(row.get("w"), max(self.size_hw)), row.get("r")
        if sides is None or len(sides) != 4 or not isinstance(runs, list):
            raise LabelError("the mask has no window")
        left, top, width, height = sides
        if left + width > self.size_hw[1] or top + height > self.size_hw[0]:
            raise LabelError("the mask reaches outside the picture")
        self.runs_left -= len(runs)
        if self.runs_left < 0:
            raise LabelError("the masks are too finely divided", mend="Use a larger brush.")
        lengths = _wholes(runs, width * height)
        if lengths is None or sum(lengths) != width * height:
            raise LabelError(f"the run lengths do not add up to {width} x {height} pixels")
        return DrawnMask(key, owner, name, _window(lengths, left, top, width, height))


def _window(lengths: list[int], left: int, top: int, width: int, height: int) -> Window | None:
    """The set pixels, cut out as tightly as possible; None when there are none."""
    mask = np.repeat(np.arange(len(lengths)) % 2 == 1, lengths).reshape(height, width)
    box = bounding_box(mask)
    if box is None:
        return None
    x1, y1, x2, y2 = box
    return Window(top + y1, left + x1, mask[y1:y2, x1:x2])
