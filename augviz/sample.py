"""A labelled image as frozen values.

Conventions of the house (docs/architecture.md):

* an **image** is ``(H, W, C)``, C-contiguous, ``uint8`` 0..255 or ``float32`` 0..1;
* **boxes** are ``xyxy`` in absolute pixels, ``float32``, half-open, origin at the outer corner of the top-left pixel;
* **masks** are index layers: ``(L, H, W) uint16`` in which the value ``k + 1`` marks the pixels of object ``k``.
  Objects that overlap lie in different layers; objects that do not share one. A layer passes through a transform
  in the time of one mask, and 24 coins need one layer instead of 24 (docs/decisions/0003-index-layers.md);
* a **semantic map** is ``(H, W) int32`` with one class value a pixel;
* every object has an **id** that boxes, masks and keypoints share, so that it can be followed through a pipeline.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from augviz.errors import LabelError

FloatArray = npt.NDArray[np.float32]
BoolArray = npt.NDArray[np.bool_]
ImageArray = npt.NDArray[np.uint8] | npt.NDArray[np.float32]

MAX_OBJECT_ID = 2**24
"""Ids travel through Albumentations as float32, which holds whole numbers exactly up to here."""

MAX_LAYER_OBJECTS = 2**16 - 1
"""Index layers are uint16 and 0 is the background."""


def _frozen(array: npt.NDArray[np.generic]) -> None:
    """Make an array read-only. Large arrays are frozen as a view, not copied: whoever hands one over lets go of it."""
    array.flags.writeable = False


def _as_float(values: npt.ArrayLike, columns: int) -> FloatArray:
    array = np.array(values, dtype=np.float32, copy=True, order="C").reshape(-1, columns)
    _frozen(array)
    return array


def _ids(ids: Iterable[int] | None, count: int) -> tuple[int, ...]:
    return tuple(range(count)) if ids is None else tuple(int(i) for i in ids)


def _check_lengths(what: str, count: int, labels: Sequence[str], ids: Sequence[int]) -> None:
    if len(labels) != count or len(ids) != count:
        raise LabelError(f"{count} {what} but {len(labels)} labels and {len(ids)} ids")
    if len(set(ids)) != count:
        raise LabelError(f"two {what} share one id")
    if any(i < 0 or i > MAX_OBJECT_ID for i in ids):
        raise LabelError(f"object ids must be 0 to {MAX_OBJECT_ID}")


@dataclass(frozen=True, eq=False)
class Boxes:
    """Axis-parallel boxes.

    Attributes:
        xyxy: ``(N, 4) float32``, absolute pixels, half-open; finite and ``x2 >= x1``, ``y2 >= y1``.
        labels: One class name a box.
        ids: One object id a box, unique, 0..2**24.

    Raises:
        LabelError: Lengths differ, a value is not finite, a box is turned inside out, or an id repeats.
    """

    xyxy: FloatArray
    labels: tuple[str, ...]
    ids: tuple[int, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "xyxy", _as_float(self.xyxy, 4))
        _check_lengths("boxes", len(self.xyxy), self.labels, self.ids)
        if not np.isfinite(self.xyxy).all():
            raise LabelError("a box has a coordinate that is not a finite number")
        if (self.xyxy[:, 2:] < self.xyxy[:, :2]).any():
            raise LabelError("a box ends before it begins (x2 < x1 or y2 < y1)")

    @classmethod
    def of(cls, xyxy: npt.ArrayLike, labels: Iterable[str], ids: Iterable[int] | None = None) -> Boxes:
        """Build from anything array-like; ids default to 0, 1, 2, …"""
        names = tuple(labels)
        return cls(np.asarray(xyxy, np.float32).reshape(-1, 4), names, _ids(ids, len(names)))

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: Sequence[int]) -> Boxes:
        """The boxes of these rows, in this order."""
        return Boxes(self.xyxy[list(rows)], tuple(self.labels[i] for i in rows), tuple(self.ids[i] for i in rows))


@dataclass(frozen=True, eq=False)
class Masks:
    """Instance masks as index layers.

    Attributes:
        layers: ``(L, H, W) uint16``; 0 is background, ``k + 1`` is object ``k`` (its place in ``ids``).
            An object lies in exactly one layer, or in none when nothing of it is left.
        labels: One class name an object.
        ids: One object id an object, unique.

    Raises:
        LabelError: Lengths differ, an id repeats, a value names no object, or there are more than 65,535 objects.
    """

    layers: npt.NDArray[np.uint16]
    labels: tuple[str, ...]
    ids: tuple[int, ...]

    def __post_init__(self) -> None:
        layers = np.ascontiguousarray(self.layers, dtype=np.uint16).view()
        if layers.ndim != 3:
            raise LabelError(f"mask layers must be (L, H, W), got shape {layers.shape}")
        _frozen(layers)
        object.__setattr__(self, "layers", layers)
        _check_lengths("masks", len(self.ids), self.labels, self.ids)
        if len(self.ids) > MAX_LAYER_OBJECTS:
            raise LabelError(f"more than {MAX_LAYER_OBJECTS} masks in one image")
        if layers.size and int(layers.max()) > len(self.ids):
            raise LabelError("a mask layer holds a value that names no object")

    @classmethod
    def from_stack(
        cls,
        stack: Iterable[BoolArray],
        labels: Iterable[str],
        ids: Iterable[int] | None = None,
        *,
        size: tuple[int, int],
    ) -> Masks:
        """Pack one bool mask an object into as few layers as first fit finds.

        Args:
            stack: One ``(H, W)`` bool mask an object; may be a generator, so that only one is held at a time.
            labels: One class name an object.
            ids: Object ids; default 0, 1, 2, …
            size: ``(H, W)``, needed when there is no mask at all.
        """
        names = tuple(labels)
        layers: list[npt.NDArray[np.uint16]] = []
        for k, mask in enumerate(stack):
            if mask.shape != size:
                raise LabelError(f"mask {k} is {mask.shape[1]} x {mask.shape[0]}, the image {size[1]} x {size[0]}")
            ys, xs = np.nonzero(mask.any(axis=1))[0], np.nonzero(mask.any(axis=0))[0]
            if not len(ys):
                continue
            window = (slice(ys[0], ys[-1] + 1), slice(xs[0], xs[-1] + 1))
            part = mask[window]
            free = next((layer for layer in layers if not (layer[window][part]).any()), None)
            if free is None:
                free = np.zeros(size, np.uint16)
                layers.append(free)
            free[window][part] = k + 1
        packed = np.stack(layers) if layers else np.zeros((0, *size), np.uint16)
        return cls(packed, names, _ids(ids, len(names)))

    @classmethod
    def empty(cls, size: tuple[int, int]) -> Masks:
        """No masks on an image of ``(H, W)``."""
        return cls(np.zeros((0, *size), np.uint16), (), ())

    def __len__(self) -> int:
        return len(self.ids)

    def mask_of(self, k: int) -> BoolArray:
        """``(H, W) bool`` of the object at place ``k`` (not: with id ``k``)."""
        return np.asarray((self.layers == k + 1).any(axis=0), dtype=np.bool_)

    def to_stack(self) -> BoolArray:
        """``(N, H, W) bool``, one mask an object."""
        height, width = self.layers.shape[1:]
        stack = np.zeros((len(self), height, width), np.bool_)
        for k in range(len(self)):
            stack[k] = self.mask_of(k)
        return stack

    @cached_property
    def areas_px(self) -> npt.NDArray[np.int64]:
        """``(N,)`` pixels of each object."""
        total = np.zeros(len(self) + 1, np.int64)
        for layer in self.layers:
            total += np.bincount(layer.ravel(), minlength=len(self) + 1)
        return total[1:]


@dataclass(frozen=True, eq=False)
class SemanticMap:
    """One class value a pixel.

    Attributes:
        values: ``(H, W) int32``, each 0..65535.
        names: Class name of a value; a value without a name is shown as its number.
        colours: Optional RGB colour of a value, as found in a palette or a colour-coded mask.
    """

    values: npt.NDArray[np.int32]
    names: Mapping[int, str] = field(default_factory=dict)
    colours: Mapping[int, tuple[int, int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        values = np.ascontiguousarray(self.values, dtype=np.int32).view()
        if values.ndim != 2:
            raise LabelError(f"a semantic map must be (H, W), got shape {values.shape}")
        if values.size and (int(values.min()) < 0 or int(values.max()) > MAX_LAYER_OBJECTS):
            raise LabelError(f"class values of a mask must be 0 to {MAX_LAYER_OBJECTS}")
        _frozen(values)
        object.__setattr__(self, "values", values)

    def name_of(self, value: int) -> str:
        """The name of a class value, or the number itself as text."""
        return self.names.get(value, str(value))


@dataclass(frozen=True, eq=False)
class Keypoints:
    """Named points.

    Attributes:
        xy: ``(N, 2) float32``, absolute pixels in the same coordinates as boxes, so that the middle of the top-left
            pixel is (0.5, 0.5); finite.
        labels: Name of each point ("left_eye").
        object_ids: The object each point belongs to, or -1.
        visible: Whether each point can be seen (COCO: v = 2) or only its place is known (v = 1).
    """

    xy: FloatArray
    labels: tuple[str, ...]
    object_ids: tuple[int, ...]
    visible: tuple[bool, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "xy", _as_float(self.xy, 2))
        for name, values in (("labels", self.labels), ("object ids", self.object_ids), ("visible", self.visible)):
            if len(values) != len(self.xy):
                raise LabelError(f"{len(self.xy)} keypoints but {len(values)} {name}")
        if not np.isfinite(self.xy).all():
            raise LabelError("a keypoint has a coordinate that is not a finite number")

    @classmethod
    def of(
        cls,
        xy: npt.ArrayLike,
        labels: Iterable[str],
        object_ids: Iterable[int] | None = None,
        visible: Iterable[bool] | None = None,
    ) -> Keypoints:
        """Build from anything array-like; points belong to no object and are visible unless said otherwise."""
        names = tuple(labels)
        return cls(
            np.asarray(xy, np.float32).reshape(-1, 2),
            names,
            (-1,) * len(names) if object_ids is None else tuple(int(i) for i in object_ids),
            (True,) * len(names) if visible is None else tuple(bool(v) for v in visible),
        )

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: Sequence[int]) -> Keypoints:
        """The points of these rows, in this order."""
        return Keypoints(
            self.xy[list(rows)],
            tuple(self.labels[i] for i in rows),
            tuple(self.object_ids[i] for i in rows),
            tuple(self.visible[i] for i in rows),
        )


NO_BOXES = Boxes.of([], [])
NO_KEYPOINTS = Keypoints.of([], [])


@dataclass(frozen=True, eq=False)
class Labels:
    """All that is known about one image.

    Attributes:
        boxes: Boxes; may be none.
        masks: Instance masks, or None when the image has none.
        semantic: Semantic map, or None.
        keypoints: Keypoints; may be none.
        label: Class of the whole image, or None.
    """

    boxes: Boxes = NO_BOXES
    masks: Masks | None = None
    semantic: SemanticMap | None = None
    keypoints: Keypoints = NO_KEYPOINTS
    label: str | None = None

    def object_names(self) -> dict[int, str]:
        """Class name of every object id that a box, a mask or a keypoint mentions, ids ascending."""
        names: dict[int, str] = {}
        if self.masks is not None:
            names.update(zip(self.masks.ids, self.masks.labels, strict=True))
        names.update(zip(self.boxes.ids, self.boxes.labels, strict=True))
        for i in self.keypoints.object_ids:
            if i >= 0:
                names.setdefault(i, "object")
        return dict(sorted(names.items()))

    def class_names(self) -> tuple[str, ...]:
        """Every class name that boxes and masks mention, in order of first appearance."""
        masks = self.masks.labels if self.masks is not None else ()
        return tuple(dict.fromkeys((*self.boxes.labels, *masks)))

    def is_empty(self) -> bool:
        """Whether nothing at all is known."""
        return not (len(self.boxes) or self.masks or self.semantic or len(self.keypoints) or self.label)


@dataclass(frozen=True, eq=False)
class Sample:
    """An image with its labels.

    Attributes:
        name: File name, unique among the samples that are open; text only, never used as a path.
        image: ``(H, W, C)`` ``uint8`` 0..255 or ``float32`` 0..1; made C-contiguous and read-only here.
        labels: What is known about it.
        bands: One name a channel ("red", "green", "blue", "near infrared", …).

    Raises:
        LabelError: A mask or the semantic map has another size than the image.
        ValueError: The image breaks the convention above (a fault in our own code).
    """

    name: str
    image: ImageArray
    labels: Labels = field(default_factory=Labels)
    bands: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.image.ndim != 3 or self.image.dtype not in (np.uint8, np.float32):
            raise ValueError(f"an image is (H, W, C) uint8 or float32, got {self.image.shape} {self.image.dtype}")
        image = np.ascontiguousarray(self.image)
        if image is self.image and image.flags.writeable:
            image = image.view()
        _frozen(image)
        object.__setattr__(self, "image", image)
        if not self.bands:
            object.__setattr__(self, "bands", default_bands(image.shape[2]))
        if len(self.bands) != image.shape[2]:
            raise ValueError(f"{image.shape[2]} channels but {len(self.bands)} band names")
        for part, shape in (
            ("mask", None if self.labels.masks is None else self.labels.masks.layers.shape[1:]),
            ("semantic map", None if self.labels.semantic is None else self.labels.semantic.values.shape),
        ):
            if shape is not None and tuple(shape) != self.size_hw:
                raise LabelError(
                    f"the {part} is {shape[1]} x {shape[0]} pixels, the image {self.size_hw[1]} x {self.size_hw[0]}",
                    where=self.name,
                    mend="Export the mask at the size of the image.",
                )

    @property
    def size_hw(self) -> tuple[int, int]:
        """``(height, width)`` in pixels."""
        return int(self.image.shape[0]), int(self.image.shape[1])

    def with_labels(self, labels: Labels) -> Sample:
        """The same image with other labels."""
        return replace(self, labels=labels)

    @cached_property
    def digest(self) -> str:
        """Content digest of pixels and labels (BLAKE2b, 128 bits): equal content, equal digest."""
        state = hashlib.blake2b(digest_size=16)
        parts = self.labels
        for array in (
            self.image,
            parts.boxes.xyxy,
            parts.keypoints.xy,
            *([] if parts.masks is None else [parts.masks.layers]),
            *([] if parts.semantic is None else [parts.semantic.values]),
        ):
            state.update(f"{array.shape}{array.dtype}".encode())
            state.update(np.ascontiguousarray(array).data)
        names = (
            parts.boxes.labels,
            parts.boxes.ids,
            parts.keypoints.labels,
            parts.keypoints.object_ids,
            parts.keypoints.visible,
            parts.label,
            self.bands,
            () if parts.masks is None else (parts.masks.labels, parts.masks.ids),
            () if parts.semantic is None else sorted(parts.semantic.names.items()),
        )
        state.update(repr(names).encode())
        return state.hexdigest()


def default_bands(channels: int) -> tuple[str, ...]:
    """Names of the channels when nothing better is known.

    >>> default_bands(3)
    ('red', 'green', 'blue')
    >>> default_bands(2)
    ('band 1', 'band 2')
    """
    known = {1: ("grey",), 3: ("red", "green", "blue")}
    return known.get(channels, tuple(f"band {i + 1}" for i in range(channels)))
