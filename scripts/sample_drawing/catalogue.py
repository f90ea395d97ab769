"""Every sample image: what is said about it, and how its files are made."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from sample_drawing import labels, photos

OURS = "Drawn by scripts/draw_sample_images.py of this project."
CC0 = "CC0 1.0"
FREE = "No known copyright restrictions"


@dataclass(frozen=True)
class Recipe:
    """One sample image.

    Attributes:
        id, title, domain, description, licence, origin, starting_point, label: As in ``augviz.sample_library``.
        synthetic: Whether the picture is drawn.
        make: Gives file names (inside the sample's own folder) and bytes, the image first.
    """

    id: str
    title: str
    domain: str
    description: str
    licence: str
    origin: str
    synthetic: bool
    starting_point: str
    make: Callable[[], dict[str, bytes]]
    label: str | None = None


def jpeg(pixels: npt.NDArray[np.uint8], quality: int = 90) -> bytes:
    """JPEG with full colour resolution."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=quality, subsampling=0, optimize=True)
    return out.getvalue()


def png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """PNG, as small as Pillow makes it."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", optimize=True)
    return out.getvalue()


def _cat() -> dict[str, bytes]:
    pixels, picture = photos.cat()
    return {"cat.jpg": jpeg(pixels, 92), "cat.json": labels.coco(picture, CC0)}


RECIPES: tuple[Recipe, ...] = (
    Recipe(
        "cat",
        "Cat",
        "natural photo",
        "A cat looking past the camera: its outline, a box around its face, and its own left eye, right eye and nose.",
        CC0,
        "Photograph “Chelsea” by Stéfan van der Walt, from scikit-image (skimage.data.chelsea).",
        False,
        "natural-photo",
        _cat,
        label="cat",
    ),
)
