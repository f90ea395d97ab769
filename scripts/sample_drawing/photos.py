"""Photographs from scikit-image, with labels placed by hand or found by thresholds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from skimage import data

from sample_drawing.canvas import polygon
from sample_drawing.labels import Picture, Thing

Pixels = npt.NDArray[np.uint8]

CAT_OUTLINE = (
    (42, 0), (37, 14), (34, 30), (33, 48), (31, 70), (31, 92), (33, 108), (22, 114), (10, 121), (0, 126),
    (0, 300), (260, 300), (268, 291), (279, 281), (291, 276), (302, 269), (311, 256), (314, 244), (317, 233),
    (324, 213), (333, 204), (342, 197), (351, 186), (357, 175), (362, 160), (364, 148), (363, 138), (365, 124),
    (364, 112), (361, 100), (359, 87), (359, 74), (367, 67), (372, 56), (378, 40), (386, 22), (392, 11), (399, 0),
)  # fmt: skip
"""Head, ears and the visible part of the body; the whiskers stay outside. Placed by eye on a four-fold enlargement."""

CAT_POINTS = (("left_eye", (314.0, 132.0)), ("right_eye", (172.5, 112.5)), ("nose", (267.0, 238.0)))
"""The animal's own left and right: its left eye is on the right of the picture."""


def cat() -> tuple[Pixels, Picture]:
    """The cat Chelsea: outline and named points of the cat, and a box around its face."""
    image = data.chelsea()
    height, width = image.shape[:2]
    outline = tuple((float(x), float(y)) for x, y in CAT_OUTLINE)
    whole = Thing("cat", polygon=outline, mask=polygon((height, width), outline) > 0.5, points=CAT_POINTS)
    face = Thing("cat face", box=(32.0, 0.0, 366.0, 283.0))
    return image, Picture("cat.jpg", height, width, (whole, face))
