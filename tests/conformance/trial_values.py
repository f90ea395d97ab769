"""Values to try for each kind of parameter, and a labelled image to try them on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from typing import Any, NamedTuple

import albumentations as A
import numpy as np

from augviz.transforms.families import NEEDS
from augviz.transforms.kinds import (
    Area,
    AxisRanges,
    Bounds,
    Choice,
    Choices,
    Colour,
    Fixed,
    Flag,
    Names,
    NoiseForm,
    Number,
    Numbers,
    Pair,
    Parameter,
    Range,
    ShareOrPixels,
    Sides,
)
from augviz.transforms.other_images import OTHER_IMAGES

BOXES = np.array([[0.1, 0.1, 0.5, 0.4], [0.3, 0.5, 0.9, 0.95]], np.float32)
KEYPOINTS = np.array([[40.0, 50.0], [200.0, 180.0], *[[x * 16.0 + 8, 200.0] for x in range(16)]], np.float32)


class Result(NamedTuple):
    """What came out of a transform."""

    image: np.ndarray
    mask: np.ndarray
    boxes: np.ndarray
    keypoints: np.ndarray


def picture(side: int = 256, channels: int = 3, dtype: type = np.uint8) -> np.ndarray:
    """A picture with edges, gradients, saturated areas and texture."""
    rng = np.random.default_rng(7)
    yy, xx = np.mgrid[:side, :side] / side
    layers = [(0.5 + 0.5 * np.sin(9 * xx * (k + 1) + 5 * yy)) * (0.2 + 0.8 * yy) for k in range(channels)]
    image = np.stack(layers, axis=-1) * 200 + rng.normal(0, 12, (side, side, channels))
    image[side // 8 : side // 3, side // 8 : side // 2] = np.arange(channels) * 70 + 40
    image[side // 2 : side // 2 + 20] = 255
    values = np.clip(image, 0, 255).astype(np.uint8)
    return values if dtype is np.uint8 else (values / 255).astype(np.float32)


def class_mask(side: int = 256) -> np.ndarray:
    """Two objects as class values."""
    mask = np.zeros((side, side), np.uint8)
    mask[side // 10 : side // 3, side // 10 : side // 2] = 1
    mask[side // 2 : side - 12, side // 3 : side - 25] = 2
    return mask


def run_once(
    transform: A.BasicTransform,
    seed: int,
    image: np.ndarray,
    boxes: bool = True,
    keeps_all: bool = True,
    points: bool = True,
) -> Result:
    """Run a transform alone, with its own random stream, on image, mask, boxes and keypoints.

    With ``keeps_all`` no label is dropped, so that labels can be compared one by one; without, boxes need 30% visible.
    """
    mask = class_mask(image.shape[0])
    points = points and type(transform).__name__ not in WITHOUT_KEYPOINTS
    pipeline = A.Compose(
        [transform, A.NoOp(p=1.0)],  # NoOp takes boxes, which Compose otherwise warns about
        bbox_params=A.BboxParams("albumentations", label_fields=["classes"], min_visibility=0.0 if keeps_all else 0.3)
        if boxes
        else None,
        keypoint_params=A.KeypointParams("xy", remove_invisible=not keeps_all) if points else None,
        seed=seed,
        strict=False,
    )
    labels: dict[str, Any] = {"bboxes": BOXES, "classes": [1, 2]} if boxes else {}
    labels |= {"keypoints": KEYPOINTS * (image.shape[0] / 256)} if points else {}
    out = pipeline(image=image, mask=mask, **labels, **other_images(transform, image, boxes))
    found = np.asarray(out["bboxes"], np.float64).reshape(-1, 4) if boxes else np.zeros((0, 4))
    return Result(out["image"], out["mask"], found, np.asarray(out.get("keypoints", np.zeros((0, 2))), np.float64))


WITHOUT_KEYPOINTS = frozenset(name for name, needs in NEEDS.items() if "no keypoints" in needs)


def other_images(transform: A.BasicTransform, image: np.ndarray, boxes: bool) -> dict[str, Any]:
    """What the call needs beside the image: the same picture upside down and darker, with labels of its own."""
    asked = OTHER_IMAGES.get(type(transform).__name__)
    if asked is None:
        return {}
    other = np.ascontiguousarray(image[::-1] // 3 if image.dtype == np.uint8 else image[::-1] / np.float32(3))
    if asked.form == "references":
        return {asked.argument: [other]}
    if asked.form == "pasted":
        return {asked.argument: [{"image": other[:40, :50].copy()}]}
    labels = {"bboxes": BOXES[:1], "classes": [2]} if boxes else {}
    item = {"image": other, "mask": class_mask(image.shape[0]), "keypoints": np.array([[9.0, 9.0]]), **labels}
    return {asked.argument: [item]}


def same(a: Result, b: Result) -> bool:
    """Whether two results are equal in every pixel and label."""
    return all(x.shape == y.shape and np.array_equal(x, y) for x, y in zip(a, b, strict=True))


def _number_values(bounds: Bounds) -> Iterator[float]:
    middle = bounds.slider_min + round((bounds.slider_max - bounds.slider_min) / bounds.step / 2) * bounds.step
    yield from (bounds.slider_min, bounds.slider_max, int(middle) if bounds.is_integer else middle)


def _hard_values(bounds: Bounds) -> Iterator[float]:
    yield from (end for end in (bounds.hard_min, bounds.hard_max) if end is not None)


@singledispatch
def slider_values(parameter: Parameter) -> Iterator[Any]:
    """Ends, middle and full range of a parameter's slider; every option of a choice."""
    raise TypeError(type(parameter).__name__)


@slider_values.register
def _(parameter: Number) -> Iterator[Any]:
    yield from _number_values(parameter.bounds)


@slider_values.register
def _(parameter: Range) -> Iterator[Any]:
    low, high, middle = _number_values(parameter.bounds)
    yield from ((low, low), (high, high), (middle, middle), (low, high))


@slider_values.register
def _(parameter: Pair) -> Iterator[Any]:
    low, high, middle = _number_values(parameter.bounds)
    yield from ((low, low), (high, high), (middle, low), (low, middle))


@slider_values.register
def _(parameter: AxisRanges) -> Iterator[Any]:
    low, high, middle = _number_values(parameter.bounds)
    yield from ((low, low), (high, high), (low, high), {"x": (low, middle), "y": (middle, high)})


@slider_values.register
def _(parameter: ShareOrPixels) -> Iterator[Any]:
    for bounds in (parameter.share, parameter.pixels):
        low, high, middle = _number_values(bounds)
        yield from ((low, low), (high, high), (low, middle))


@slider_values.register
def _(parameter: Choice) -> Iterator[Any]:
    yield from parameter.options


@slider_values.register
def _(parameter: Choices) -> Iterator[Any]:
    yield from (dict.fromkeys(parameter.parts, option) for option in parameter.options)


@slider_values.register
def _(_parameter: Flag) -> Iterator[Any]:
    yield from (False, True)


@slider_values.register
def _(parameter: Colour) -> Iterator[Any]:
    if parameter.allows_number:
        yield from (0, 255, 128)
    if parameter.allows_list:
        yield from ((0, 0, 0), (255, 255, 255), (255, 0, 128))
    yield from parameter.words


@slider_values.register
def _(_parameter: Area) -> Iterator[Any]:
    yield from ((0.0, 0.0, 1.0, 1.0), (0.0, 0.0, 0.3, 0.3), (0.4, 0.2, 0.6, 0.9))


@slider_values.register
def _(parameter: Sides) -> Iterator[Any]:
    low, high, middle = _number_values(parameter.bounds)
    small = (middle + high) / 2 if not parameter.bounds.is_integer else (middle + high) // 2
    yield from (middle, high, (middle, small), (small, high, middle, small))
    if parameter.allows_ranges:
        yield from ((low, low), ((middle, small), (middle, high), (small, high), (middle, middle)))


@slider_values.register
def _(parameter: Numbers) -> Iterator[Any]:
    yield from ((1,), (1, 2)) if parameter.only_integers else ((0.5, 0.4, 0.3), 0.1)


@slider_values.register
def _(_parameter: Names) -> Iterator[Any]:
    yield (1,)


@slider_values.register
def _(parameter: NoiseForm) -> Iterator[Any]:
    for field in parameter.forms["uniform"]:
        low, high, middle = _number_values(field.bounds)
        yield from ({field.name: ((low, high),)}, {field.name: ((middle, high), (low, middle), (low, low))})


@slider_values.register
def _(_parameter: Fixed) -> Iterator[Any]:
    yield from ()


def hard_values(parameter: Parameter) -> Iterator[Any]:
    """A parameter at its hard bounds, where it has any."""
    bounds = getattr(parameter, "bounds", None)
    if bounds is None or isinstance(parameter, (Sides, NoiseForm)):
        return
    for value in _hard_values(bounds):
        yield value if isinstance(parameter, Number) else (value, value)
