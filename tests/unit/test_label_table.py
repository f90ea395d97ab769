"""Cells that somebody typed become shapes, or a sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from augviz.drawing import DrawnBox, DrawnMask, DrawnPoint, DrawnPolygon, Shape, bounds_of
from augviz.geometry import Window
from augviz.ui import label_table

SIZE = (40, 60)
BOX = DrawnBox(1, 2, "cat", (5, 6, 20, 30))
POINT = DrawnPoint(2, 2, "nose", (7, 8))
MASK = DrawnMask(3, 2, "cat", Window(10, 12, np.ones((3, 4), bool)))
RING = DrawnPolygon(4, 5, "dog", np.array([[1.0, 2], [9, 2], [9, 8]]))


def typed(shape: Shape, **cells: Any) -> tuple[Shape | None, list[str]]:
    said: list[str] = []
    return label_table._edited(shape, cells, SIZE, said), said


@pytest.mark.parametrize(
    ("shape", "cells", "bounds"),
    [
        (BOX, {"x1": 7.25}, (7.25, 6, 20, 30)),
        (BOX, {"x2": 99.0, "y1": -3}, (5, 0, 60, 30)),  # cut off at the frame
        (POINT, {"y1": 9.5}, (7, 9.5, 7, 9.5)),
        (MASK, {"x1": 20, "y1": 11.4}, (20, 11, 24, 14)),  # whole pixels
        (RING, {"x1": 3.5}, (3.5, 2, 11.5, 8)),
    ],
)
def test_numbers_move_what_they_belong_to(shape: Shape, cells: dict[str, Any], bounds: tuple[float, ...]) -> None:
    after, said = typed(shape, **cells)
    assert after is not None
    assert bounds_of(after) == bounds
    assert said == []


def test_names_objects_and_visibility() -> None:
    after, _ = typed(POINT, Name=" left  eye ", Object=None, Seen=False)
    assert isinstance(after, DrawnPoint)
    assert (after.name, after.owner, after.visible, after.xy) == ("left eye", -1, False, (7, 8))


@pytest.mark.parametrize(
    ("shape", "cells"),
    [
        (BOX, {"x1": 25.0}),
        (BOX, {"x1": 60.0, "x2": 70.0}),
        (BOX, {"Object": -7}),
        (MASK, {"x1": 58}),
        (MASK, {"x2": 30}),
    ],
)
def test_what_cannot_be_is_said_and_stays_as_it_was(shape: Shape, cells: dict[str, Any]) -> None:
    after, said = typed(shape, **cells)
    assert after is None or bounds_of(after) == bounds_of(shape)
    assert len(said) == 1


def test_an_emptied_number_leaves_the_corner_where_it_was() -> None:
    after, _ = typed(BOX, x1=None)
    assert after is not None
    assert bounds_of(after) == BOX.xyxy
