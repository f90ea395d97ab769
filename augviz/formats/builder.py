"""Gathers what a reader finds about one image, checks it, and makes Labels of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from augviz.formats.format import ImageInfo
from augviz.formats.problems import ProblemLog
from augviz.geometry import FAR_PX, Window, clip_xyxy, polygon_to_window
from augviz.sample import MAX_LAYER_OBJECTS, Boxes, Keypoints, Labels, Masks

MAX_LAYERS = 32
"""Most index layers of one image. Every layer passes through every step of a pipeline in the time of one mask; crowded
pictures of COCO need five or six."""

MAX_LAYER_BYTES = 256 * 2**20
"""Most memory that the layers of one image may take; it binds above 4 megapixels."""

MAX_NAME = 200

CLIP_SAID_PX = 0.01
"""A box that reaches further out than this is reported as clipped; less is rounding of the format."""


def finite(value: object) -> float | None:
    """The value as a finite float within reach of an image, or None when it is no number (``True`` is none)."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and abs(number) < FAR_PX else None


def finites(values: Sequence[object]) -> list[float] | None:
    """All values as finite floats, or None when one of them is none."""
    numbers = [finite(value) for value in values]
    return None if None in numbers else [number for number in numbers if number is not None]


def clean_name(value: object) -> str:
    """A name from a file as one line of printable text of at most 200 characters."""
    text = "".join(c if c.isprintable() else " " for c in str(value)[:1000])
    return " ".join(text.split())[:MAX_NAME] or "no name"


@dataclass
class LabelBuilder:
    """Collects the objects of one image; only what survives its checks gets into the Labels.

    Attributes:
        image: The image that is labelled.
        file: Name of the label file, for problems.
        log: Where problems go.
    """

    image: ImageInfo
    file: str
    log: ProblemLog
    _names: list[str] = field(default_factory=list)
    _places: list[str] = field(default_factory=list)
    _boxes: dict[int, tuple[float, ...]] = field(default_factory=dict)
    _masks: dict[int, None] = field(default_factory=dict)
    _layers: list[npt.NDArray[np.uint16]] = field(default_factory=list)
    _taken: npt.NDArray[np.uint32] | None = None
    _points: list[tuple[int, str, float, float, bool]] = field(default_factory=list)

    @property
    def size_hw(self) -> tuple[int, int]:
        """``(height, width)`` of the image."""
        return self.image.height, self.image.width

    def add_object(self, name: str, at: str) -> int:
        """Open an object; ``at`` is its place in the file ("line 3"). Returns its number in this image."""
        self._names.append(clean_name(name))
        self._places.append(at)
        return len(self._names) - 1

    def say(self, k: int, what: str, mend: str = "") -> None:
        """Report something of object ``k`` as left out."""
        self.log.add(self.file, self._places[k], what, mend)

    def add_box(self, k: int, xyxy: Sequence[float]) -> None:
        """A box in pixels; it is checked against the image at the end, all boxes at once."""
        self._boxes[k] = tuple(xyxy)

    def add_polygons(self, k: int, rings: Sequence[npt.ArrayLike]) -> None:
        """Polygons ``(N, 2)`` in pixels; where several overlap, all are filled."""
        try:
            window = polygon_to_window(rings, self.size_hw)
        except ValueError as error:
            self.say(k, f"{error}; that is no outline", "Export this object again.")
            return
        if window is None:
            self.say(k, "the polygon covers no pixel of the image", "Look at its points; it is left out.")
        else:
            self.add_mask(k, window)

    def add_mask(self, k: int, window: Window | None) -> None:
        """A mask as a window of the image; None is a mask of which nothing is left."""
        if len(self._masks) >= MAX_LAYER_OBJECTS:
            self.say(k, f"more than {MAX_LAYER_OBJECTS:,} masks in one image")
            return
        if window is not None and not self._pack(window, len(self._masks) + 1):
            self.say(k, "too many masks lie on top of each other", "Its mask is left out, its box stays.")
            return
        self._masks[k] = None

    def _pack(self, window: Window, value: int) -> bool:
        """Write the mask into the first layer where it overlaps nothing; False when there is none.

        ``_taken`` holds one bit a layer for every pixel, so that one look finds the layer however many there are.
        """
        height, width = window.mask.shape
        place = (slice(window.top, window.top + height), slice(window.left, window.left + width))
        if self._taken is None:
            self._taken = np.zeros(self.size_hw, np.uint32)
        bits = int(np.bitwise_or.reduce(self._taken[place], axis=None, where=window.mask))
        layer = (~bits & (bits + 1)).bit_length() - 1
        if layer >= min(MAX_LAYERS, max(1, MAX_LAYER_BYTES // (2 * self._taken.size))):
            return False
        if layer == len(self._layers):
            self._layers.append(np.zeros(self.size_hw, np.uint16))
        self._layers[layer][place][window.mask] = value
        self._taken[place] |= np.where(window.mask, np.uint32(1 << layer), np.uint32(0))
        return True

    def add_point(self, k: int, name: str, x: float, y: float, *, visible: bool = True, at: str = "") -> None:
        """A keypoint in pixels; ``k`` is its object, or -1."""
        if 0 <= x <= self.image.width and 0 <= y <= self.image.height:
            self._points.append((k, clean_name(name), x, y, visible))
            return
        place = at or (self._places[k] if k >= 0 else "")
        self.log.add(self.file, place, f"the keypoint {name!r} at {x:g}, {y:g} lies outside the image")

    def build(self) -> Labels:
        """The Labels; objects of which something is left get the ids 0, 1, 2, … in the order they were added."""
        boxes = self._checked_boxes()
        used = sorted({*boxes, *self._masks, *(k for k, *_ in self._points if k >= 0)})
        ids = {k: i for i, k in enumerate(used)}
        return Labels(
            boxes=Boxes.of(list(boxes.values()), (self._names[k] for k in boxes), (ids[k] for k in boxes)),
            masks=self._built_masks(ids),
            keypoints=Keypoints.of(
                [(x, y) for _, _, x, y, _ in self._points],
                (name for _, name, *_ in self._points),
                (ids.get(k, -1) for k, *_ in self._points),
                (visible for *_, visible in self._points),
            ),
        )

    def _built_masks(self, ids: dict[int, int]) -> Masks | None:
        if not self._masks:
            return None
        layers = np.stack(self._layers) if self._layers else np.zeros((0, *self.size_hw), np.uint16)
        return Masks(layers, tuple(self._names[k] for k in self._masks), tuple(ids[k] for k in self._masks))

    def _checked_boxes(self) -> dict[int, tuple[float, ...]]:
        """Boxes that have an area inside the image, clipped to it."""
        if not self._boxes:
            return {}
        places = list(self._boxes)
        raw = np.array(list(self._boxes.values()), np.float64).reshape(-1, 4)
        clipped = clip_xyxy(raw, self.size_hw)
        turned = np.any(raw[:, 2:] < raw[:, :2], axis=1)
        flat = ~turned & np.any(raw[:, 2:] == raw[:, :2], axis=1)
        rounded = clipped.astype(np.float32)
        empty = np.any(rounded[:, 2:] <= rounded[:, :2], axis=1)
        moved = np.abs(clipped - raw).max(axis=1) > CLIP_SAID_PX
        for row in np.flatnonzero(turned | empty | moved):
            self._say_box(places[row], raw[row], turned[row], flat[row], empty[row])
        return {places[i]: tuple(clipped[i].tolist()) for i in np.flatnonzero(~(turned | empty))}

    def _say_box(self, k: int, box: npt.NDArray[np.float64], turned: bool, flat: bool, empty: bool) -> None:
        corners = f"{box[0]:g}, {box[1]:g} to {box[2]:g}, {box[3]:g}"
        if turned:
            self.say(k, f"the box from {corners} ends before it begins", "It is left out; mend its corners.")
        elif flat:
            self.say(k, f"the box from {corners} has no area", "It is left out.")
        elif empty:
            size = f"{self.image.width} x {self.image.height}"
            self.say(k, f"the box from {corners} lies outside the image ({size} pixels)", "It is left out.")
        else:
            what = f"the box from {corners} reaches outside the image"
            self.log.add(self.file, self._places[k], what, "It is clipped at the frame.", "changed")
