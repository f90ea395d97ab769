"""A page with nothing but the three picture components, on pictures with known labels."""

from __future__ import annotations

import cv2
import numpy as np
import streamlit as st
from skimage import data, filters, measure, morphology

from augviz import overlay
from augviz.sample import Boxes, Keypoints, Labels, Masks
from augviz.ui.gallery import Frame, Tile, filmstrip, gallery, picture
from tests.browser.pages_for_gallery.hostile import HOSTILE


def encode(image: np.ndarray, side: int = 320) -> bytes:
    scale = min(1.0, side / max(image.shape[:2]))
    size = (round(image.shape[1] * scale), round(image.shape[0] * scale))
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def cat() -> tuple[np.ndarray, Labels]:
    points = Keypoints.of([(168, 112), (279, 118), (230, 205)], ["right eye", "left eye", "nose"], [0, 0, 0], [1, 1, 0])
    return data.chelsea(), Labels(boxes=Boxes.of([(80, 4, 400, 299)], ["cat"]), keypoints=points)


def coins() -> tuple[np.ndarray, Labels]:
    grey = data.coins()
    above = morphology.closing(grey > filters.threshold_otsu(grey), morphology.footprint_rectangle((3, 3)))
    found = measure.label(morphology.remove_small_objects(above, max_size=200))
    boxes = [(p.bbox[1], p.bbox[0], p.bbox[3], p.bbox[2]) for p in measure.regionprops(found)]
    names = ["coin"] * len(boxes)
    return np.repeat(grey[..., None], 3, axis=2), Labels(
        boxes=Boxes.of(boxes, names), masks=Masks(found[None].astype(np.uint16), tuple(names), tuple(range(len(names))))
    )


def painted(width: int, height: int) -> tuple[np.ndarray, Labels]:
    """A red square on grey, with a box exactly on it."""
    image = np.full((height, width, 3), 128, np.uint8)
    image[height // 4 : height // 2, width // 4 : width // 2] = (255, 0, 0)
    return image, Labels(boxes=Boxes.of([(width // 4, height // 4, width // 2, height // 2)], [HOSTILE]))


def tile(content: tuple[np.ndarray, Labels], caption: str, **more: object) -> Tile:
    image, labels = content
    drawn = overlay.of(labels, image.shape[:2], colours)
    return Tile(encode(image), image.shape[1], image.shape[0], drawn, caption, f"Picture of {caption}", **more)


st.set_page_config(layout="wide", page_title="Pictures")
turn = st.slider("Brightness", 0, 50, 0, key="turn")
pictures = [cat(), coins(), painted(400, 200), painted(120, 360)]
colours = overlay.ClassColours.of(labels for _, labels in pictures)
tiles = [
    tile(pictures[0], "Chelsea the cat", is_original=True),
    tile(pictures[1], "Coins", selected=True),
    tile(pictures[2], HOSTILE, badge="draft"),
    tile(pictures[3], "A tall one", badge="error"),
    *(
        tile(
            (np.clip(pictures[k % 2][0].astype(int) + turn - 10 * k, 0, 255).astype(np.uint8), pictures[k % 2][1]),
            f"{k}",
        )
        for k in range(5)
    ),
]
event = gallery(tiles, key="tiles")
st.text(f"opened: {event.opened if event else 'nothing'}")
left, right = st.columns(2)
with left:
    picture(tile(pictures[0], "Before"), key="before", linked="pair")
with right:
    picture(tile(pictures[1], "After"), key="after", linked="pair", switches=False)
frames = [
    Frame(tile(pictures[0], "Original", is_original=True), "fired"),
    Frame(tile(pictures[0], "1 HorizontalFlip"), "not fired", "p = 0.5"),
    Frame(tile(pictures[1], "2 RandomBrightnessContrast"), "fired", "alpha 1.12, beta 0.03 · 0.8 ms"),
    Frame(tile(pictures[2], "3 RandomCrop"), "failed", "The crop is larger than the image."),
    *(Frame(tile(pictures[1], f"{k} GaussianBlur"), "fired", "kernel 5 · 1.1 ms") for k in range(4, 9)),
    Frame(Tile(b"", 400, 200, caption="9 Crop", alt="Picture of a step that gave none"), "failed"),
]
st.text(f"frame: {filmstrip(frames, key='steps')}")
