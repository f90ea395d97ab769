"""A probe sees what a leaf does: a coordinate map and a second image go through the very same draw, after the fact.

The leaf is called as in any run. Afterwards its own functions for images and masks are called again with the parameters
that it drew: no extra target is in the call, so no byte of a run can depend on being watched. That needs transforms
that draw nothing any more once they have their parameters; a conformance test holds all that are offered to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import albumentations as A
import cv2
import numpy as np
import numpy.typing as npt
from albumentations.augmentations.dropout.transforms import BaseDropout

from augviz.pipeline import border
from augviz.pipeline.call import Call
from augviz.pipeline.coordinate_map import MOST_PACKED, CoordinateMap, identity, on_grid, packed_identity, unpacked
from augviz.sample import FloatArray, ImageArray

COVERING: tuple[type[A.BasicTransform], ...] = (BaseDropout, A.MaskDropout, A.PixelDropout, A.OverlayElements)
"""What puts something over pixels and moves none; their mask functions write fill values, not places."""

STAYING: tuple[type[A.BasicTransform], ...] = (A.ImageOnlyTransform, *COVERING, A.Morphological, A.NoOp)
"""What moves no pixel. Morphological grows objects in the mask, which is no movement of what is seen."""

RECALLED: tuple[type[A.BasicTransform], ...] = (A.Mosaic,)
"""What keeps the pictures themselves in its parameters, so that it has to draw again for the probes."""

SHIFT_SHARE = 85 / 255
"""Shift of the second image, modulo the range: monotone, inverting and solarizing curves all differ on the pair. An
inverted copy would be blind to solarize."""

NOWHERE: Mapping[str, int] = {"fill_mask": 0, "pad_value_mask": 0}
"""Parameters that say what padding writes into a mask."""


def shifted(image: ImageArray) -> ImageArray:
    """The second image: every value a third of the range higher, modulo the range."""
    if image.dtype == np.uint8:
        return np.asarray(image + np.uint8(85), np.uint8)
    return np.asarray(np.mod(image + np.float32(SHIFT_SHARE), np.float32(1)), np.float32)


@dataclass(frozen=True)
class Sight:
    """What the probes say about one call.

    Attributes:
        coordinates: Where the pixels came from; None when nothing moved.
        twin: The second image after the call.
        unknown: Why the places are not known, as words; empty when they are.
        twin_unknown: Why the second image could not be followed; empty when it could.
    """

    coordinates: CoordinateMap | None
    twin: ImageArray | None
    unknown: str = ""
    twin_unknown: str = ""


def places(call: Call) -> tuple[CoordinateMap | None, str]:
    """Where some pixels of a grid went in a call: all that one needs to say whether it mirrors.

    Returns:
        The map on a grid, or None where no pixel can move; and why it is not known, or empty.
    """
    image = call.before["image"]
    if isinstance(call.leaf, RECALLED):
        seen = _call_again(call, border.as_image(image))
        return seen.coordinates, seen.unknown
    if stays(call.leaf):
        return None, ""
    moved: tuple[CoordinateMap | None, str] = _try(lambda: _places_on_grid(call.leaf, image.shape[:2]))
    return moved


def _places_on_grid(leaf: A.BasicTransform, size_hw: tuple[int, int]) -> CoordinateMap:
    if size_hw[0] * size_hw[1] >= MOST_PACKED:
        return on_grid(mapped(leaf, identity(size_hw)))
    grid = on_grid(mapped(leaf, packed_identity(size_hw)))
    return unpacked(grid.reshape(grid.shape[:2]), size_hw[1])


def sight(call: Call, twin: ImageArray | None) -> Sight:
    """Send the probes through the draw of a call.

    Args:
        call: The call as it was made.
        twin: The second image as it was before the call; None where only the places are asked for.
    """
    size_hw = (call.before["image"] if twin is None else twin).shape[:2]
    if isinstance(call.leaf, RECALLED):
        return _call_again(call, shifted(border.as_image(call.before["image"])) if twin is None else twin)
    moved, unknown = _try(lambda: _moved(call.leaf, size_hw))
    if twin is None:
        return Sight(moved, None, unknown)
    other, twin_unknown = _try(lambda: _applied(call.leaf, "image", twin, call.leaf.params))
    return Sight(moved, None if other is None else border.as_image(other), unknown, twin_unknown)


def stays(leaf: A.BasicTransform) -> bool:
    """Whether a step moves no pixel."""
    return isinstance(leaf, STAYING) or "mask" not in leaf._key2func


def _moved(leaf: A.BasicTransform, size_hw: tuple[int, int]) -> CoordinateMap | None:
    if stays(leaf):
        return None
    before = identity(size_hw)
    after = np.ascontiguousarray(mapped(leaf, before))
    return None if after.shape == before.shape and np.array_equal(after, before) else after


def mapped(leaf: A.BasicTransform, before: FloatArray, interpolation: int = cv2.INTER_NEAREST) -> FloatArray:
    """A map through the functions for masks; what is padded becomes 0."""
    nowhere = {key: value for key, value in NOWHERE.items() if key in leaf.params}
    with _resampled(leaf, interpolation):
        after = leaf._key2func["mask"](before, **{**leaf.params, **nowhere})
    return np.asarray(after, np.float32)


def _applied(leaf: A.BasicTransform, key: str, array: npt.NDArray[Any], params: Mapping[str, Any]) -> Any:
    return np.ascontiguousarray(leaf._key2func[key](array, **params))


def _call_again(call: Call, twin: ImageArray) -> Sight:
    """Draw again, for the probes alone; partners give no places of theirs."""
    leaf, params = call.leaf, call.leaf.params
    arguments = {key: [_only_image(item) for item in items] for key, items in call.arguments.items()}

    def again() -> Any:
        leaf.random_generator, leaf.py_random = call.draw.generators()
        with _resampled(leaf, cv2.INTER_NEAREST):
            return leaf(force_apply=True, image=twin, mask=identity(twin.shape[:2]), **arguments)

    seen, unknown = _try(again)
    leaf.params = params
    if seen is None:
        return Sight(None, None, unknown, unknown)
    return Sight(np.asarray(seen["mask"], np.float32), border.as_image(seen["image"]))


def _try(work: Callable[[], Any]) -> tuple[Any, str]:
    try:
        return work(), ""
    except Exception as error:  # a library of 100 transforms raises whatever it likes; what it said is kept
        return None, f"{type(error).__name__}: {error}"


@contextmanager
def _resampled(leaf: A.BasicTransform, interpolation: int) -> Iterator[None]:
    """Let masks be resampled in this way and padded with 0, whatever the step says."""
    wanted = {"mask_interpolation": interpolation, "fill_mask": 0}
    kept = {name: getattr(leaf, name) for name in wanted if hasattr(leaf, name)}
    for name in kept:
        setattr(leaf, name, wanted[name])
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(leaf, name, value)


def _only_image(item: Any) -> Any:
    return {"image": item["image"]} if isinstance(item, Mapping) else item
