"""Every sample image: what is said about it, and how its files are made."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from sample_drawing import aerial, chest, digits, document, labels, photos, plate, road

OURS = "Drawn by scripts/draw_sample_images.py of this project."
CC0 = "CC0 1.0"
FREE = "No known copyright restrictions"


@dataclass(frozen=True)
class Recipe:
    """One sample image.

    Attributes:
        id, title, domain, description, licence, origin, starting_point, profile, label: As in
            ``augviz.sample_library``.
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
    profile: str
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


def _road() -> dict[str, bytes]:
    pixels, picture = road.road()
    return {"road.jpg": jpeg(pixels), "road.json": labels.labelme(picture)}


def _chest() -> dict[str, bytes]:
    pixels, picture = chest.chest()
    return {"chest-phantom.png": png(pixels), "chest-phantom.json": labels.coco(picture, CC0, compressed=False)}


def _page() -> dict[str, bytes]:
    pixels, picture = document.document()
    return {"page.jpg": jpeg(pixels), "page.xml": labels.voc(picture)}


def _coins() -> dict[str, bytes]:
    pixels, picture = photos.coins()
    return {"coins.png": png(pixels), "coins.json": labels.coco(picture, FREE)}


def _retina() -> dict[str, bytes]:
    pixels, picture = photos.retina()
    return {"retina.jpg": jpeg(pixels), "retina.json": labels.coco(picture, CC0)}


def _tissue() -> dict[str, bytes]:
    pixels, values = photos.tissue()
    mask = labels.palette_mask(values, photos.TISSUE_COLOURS)
    names = "".join(f"{name}\n" for name in photos.TISSUE_CLASSES)
    return {"tissue.jpg": jpeg(pixels, 92), "tissue_mask.png": mask, "classes.txt": names.encode()}


def _aerial() -> dict[str, bytes]:
    pixels, picture = aerial.photo()
    return {"aerial.jpg": jpeg(pixels), "aerial.json": labels.coco(picture, CC0)}


def _six_bands() -> dict[str, bytes]:
    values, picture = aerial.tile()
    files = {"six-bands.tif": aerial.tiff(values), "six-bands.txt": labels.yolo(picture)}
    return files | {"classes.txt": labels.yolo_classes(picture)}


def _digits() -> dict[str, bytes]:
    pixels, picture = digits.digits()
    return {"digits.png": png(pixels), "digits.txt": labels.yolo(picture), "classes.txt": labels.yolo_classes(picture)}


def _plate() -> dict[str, bytes]:
    pixels, picture = plate.plate()
    return {"plate.jpg": jpeg(pixels, 94), "plate.json": labels.coco(picture, CC0)}


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
        "natural",
        _cat,
        label="cat",
    ),
    Recipe(
        "road",
        "Road with signs",
        "road scene",
        "Right-hand traffic: a stop sign, “turn left”, a speed limit, a red light and three cars as boxes, both lanes "
        "as outlines.",
        CC0,
        OURS,
        True,
        "road-scene",
        "road-scene",
        _road,
    ),
    Recipe(
        "chest",
        "Chest X-ray phantom",
        "chest X-ray",
        "A film that shows no patient: left lung, right lung, heart and a nodule as masks, the side marker “L” as a "
        "box; the patient's left is on the picture's right.",
        CC0,
        OURS,
        True,
        "chest-x-ray",
        "chest-xray",
        _chest,
    ),
    Recipe(
        "page",
        "Document page",
        "document",
        "An invoice that nobody wrote, full of b, d, p, q, 6 and 9: a box around every word, named by the word.",
        CC0,
        OURS,
        True,
        "document",
        "document",
        _page,
        label="upright page",
    ),
    Recipe(
        "coins",
        "Coins",
        "detection and segmentation",
        "24 ancient coins in grey: a box and a mask for each.",
        FREE,
        "Greek coins from Pompeii, Brooklyn Museum Collection "
        "(https://www.brooklynmuseum.org/opencollection/archives/image/51611), from scikit-image (skimage.data.coins); "
        "masks found by a watershed.",
        False,
        "coins",
        "detection",
        _coins,
    ),
    Recipe(
        "retina",
        "Retina",
        "fundus photograph",
        "A normal left eye: the optic disc as box and mask, the fovea as a point.",
        CC0,
        "Photograph by Mikael Häggström "
        "(https://commons.wikimedia.org/wiki/File:Fundus_photograph_of_normal_left_eye.jpg), from scikit-image "
        "(skimage.data.retina), made smaller; disc and fovea placed by eye, not by a physician.",
        False,
        "fundus",
        "fundus",
        _retina,
        label="left eye",
    ),
    Recipe(
        "tissue",
        "Stained tissue",
        "histology",
        "Colon tissue with a DAB and haematoxylin stain: a map of nuclei (1) and of DAB-stained tissue (2).",
        FREE,
        "Center for Microscopy And Molecular Imaging (CMMI), FHL2 stained with DAB, from scikit-image "
        "(skimage.data.immunohistochemistry); map found by colour, not by a pathologist.",
        False,
        "histology",
        "histology",
        _tissue,
    ),
    Recipe(
        "aerial",
        "Aerial photo",
        "aerial photo",
        "Houses as outlines, cars of about ten pixels and the two runway numbers as boxes.",
        CC0,
        OURS,
        True,
        "aerial",
        "aerial",
        _aerial,
    ),
    Recipe(
        "six-bands",
        "Six-band tile",
        "multi-spectral",
        "Part of the aerial photo in six bands of 16 bits, blue to short-wave infrared: houses, cars and a runway "
        "number as boxes.",
        CC0,
        OURS,
        True,
        "multi-spectral",
        "multispectral",
        _six_bands,
    ),
    Recipe(
        "digits",
        "Handwritten digits",
        "digits",
        "Twenty digits in ink, two of each, as boxes; a flip or a half turn makes another digit of some.",
        CC0,
        OURS,
        True,
        "digits",
        "digits",
        _digits,
    ),
    Recipe(
        "plate",
        "Metal plate",
        "metal inspection",
        "A brushed plate with a hairline crack two pixels wide as a mask, the notch that says which side is up as an "
        "outline, and four drill holes as boxes.",
        CC0,
        OURS,
        True,
        "metal",
        "industrial",
        _plate,
        label="notch up",
    ),
)
