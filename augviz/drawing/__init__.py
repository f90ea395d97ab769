"""Labels as shapes that a person draws, moves and deletes, and back.

:func:`shapes_of` turns labels into a :class:`Drawing`, :func:`labels_of` turns it back; what was not touched comes back
as it was. :func:`read_edit` reads what a browser says was drawn, as one reads the file of a stranger.
"""

from augviz.drawing.converting import bounds_of, labels_of, shapes_of
from augviz.drawing.edits import Edit, apply, read_edit
from augviz.drawing.pairs import cleaned_pairs, suggested_pairs
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
    shape_json,
)

__all__ = [
    "MAX_NAME",
    "MAX_POLYGON_POINTS",
    "MAX_SHAPES",
    "Drawing",
    "DrawnBox",
    "DrawnMask",
    "DrawnPoint",
    "DrawnPolygon",
    "Edit",
    "Shape",
    "apply",
    "bounds_of",
    "cleaned_pairs",
    "labels_of",
    "read_edit",
    "shape_json",
    "shapes_of",
    "suggested_pairs",
]
