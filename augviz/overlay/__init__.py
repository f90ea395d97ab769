"""Boxes, masks and keypoints on top of a picture.

:func:`of` turns labels into an :class:`Overlay`: a small value that a browser draws over the picture, so that switching
it on and off costs nothing on the server. :func:`draw` paints the same labels into pixels, for downloads and the
command line. Both take the colour of a class from :class:`ClassColours`.
"""

from augviz.overlay.colours import PALETTE, ClassColours
from augviz.overlay.draw import draw
from augviz.overlay.shapes import MAX_OBJECTS, BoxShape, Outline, Overlay, PointMark, Region, of, overlay_of_json

__all__ = [
    "MAX_OBJECTS",
    "PALETTE",
    "BoxShape",
    "ClassColours",
    "Outline",
    "Overlay",
    "PointMark",
    "Region",
    "draw",
    "of",
    "overlay_of_json",
]
