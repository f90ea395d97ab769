"""Photographs from scikit-image, with labels placed by hand or found by thresholds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage
from skimage import color, data, filters, measure, morphology, segmentation

from sample_drawing.canvas import Mask, ellipse, polygon
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


RETINA_SIZE = 700
DISC_CENTRE, DISC_RADII, DISC_TURN_DEG = (108.0, 323.0), (46.0, 51.0), 8.0
FOVEA = (353.0, 348.0)
"""Optic disc and fovea on the 700-pixel picture, placed by eye on an enlargement."""

TISSUE_CLASSES = ("other tissue and glass", "nucleus", "DAB-stained tissue")
TISSUE_COLOURS = ((0, 0, 0), (46, 92, 184), (150, 90, 40))
"""Names and palette colours of the values of the tissue map."""


def coins() -> tuple[Pixels, Picture]:
    """24 coins, found by a watershed on the edges from sure coin and sure table."""
    image = data.coins()
    sure = np.zeros(image.shape, np.int32)
    sure[image < 30] = 1
    sure[image > 150] = 2
    found = ndimage.binary_fill_holes(segmentation.watershed(filters.sobel(image), sure) == 2)
    smooth = morphology.opening(found, morphology.disk(3))
    parts = measure.label(smooth)
    regions = [r for r in measure.regionprops(parts) if r.area > 300]
    regions.sort(key=lambda r: (round(r.centroid[0] / 72), r.centroid[1]))
    things = tuple(Thing("coin", mask=np.asarray(parts == r.label)) for r in regions)
    return image, Picture("coins.png", *image.shape, things)


def retina() -> tuple[Pixels, Picture]:
    """A left eye: optic disc as box and mask, fovea as a point of it."""
    image = np.asarray(Image.fromarray(data.retina()).resize((RETINA_SIZE, RETINA_SIZE), Image.Resampling.LANCZOS))
    size = (RETINA_SIZE, RETINA_SIZE)
    disc = ellipse(size, DISC_CENTRE, DISC_RADII, DISC_TURN_DEG) > 0.5
    thing = Thing("optic disc", mask=disc, points=(("fovea", FOVEA),))
    return image, Picture("retina.jpg", *size, (thing,))


def tissue() -> tuple[Pixels, Mask]:
    """Stained colon tissue and its map: 1 nucleus, 2 DAB-stained tissue.

    The stain comes from colour deconvolution (Ruifrok & Johnston 2001); a nucleus is what is bluer than its
    surroundings. Glass (bright) belongs to neither.
    """
    image = data.immunohistochemistry()
    pixels = image.astype(float)
    tissue_px = ndimage.gaussian_filter(pixels.mean(axis=2), 1.0) < 200
    brown = ndimage.gaussian_filter(color.rgb2hed(image)[..., 2], 2.0)
    stained = morphology.closing(brown > 0.93 * filters.threshold_otsu(brown), morphology.disk(5))
    stained = morphology.remove_small_objects(stained & tissue_px, max_size=600)
    blue = ndimage.gaussian_filter(pixels[..., 2] - pixels[..., 0], 1.0)
    bluer = np.where(stained, blue - ndimage.gaussian_filter(blue, 15) > 12, blue > 14)
    values = np.where(stained, 2, 0).astype(np.uint8)
    nuclei = morphology.opening(bluer & tissue_px, morphology.disk(1))
    values[morphology.remove_small_objects(nuclei, max_size=20)] = 1
    return image, values
