"""Geometric transforms of torchvision in the words of Albumentations.

Source of each: the class of the same name in torchvision/transforms/v2/_geometry.py, and its documentation.
"""

from __future__ import annotations

import math
from typing import Any

from augviz.pasting.torchvision_arguments import Arguments
from augviz.wording import percent

Made = list[tuple[str, dict[str, Any]]]
"""Steps by name, with their arguments; none where nothing is to be done."""

WRAP = 0.32
"""Albumentations' Perspective moves a corner by ``|N(0, scale)|`` modulo this share of the side (its source, 2.0.8)."""

WIDEST_SPREAD = 0.6


def horizontal_flip(given: Arguments) -> Made:
    """The same."""
    return [("HorizontalFlip", {"p": given.chance()})]


def vertical_flip(given: Arguments) -> Made:
    """The same."""
    return [("VerticalFlip", {"p": given.chance()})]


def resized_crop(given: Arguments) -> Made:
    """The same area and aspect ratio."""
    given.unused("antialias", "OpenCV has none")
    return [
        (
            "RandomResizedCrop",
            {
                "size": given.size("size"),
                "scale": given.span("scale", 0, 1),
                "ratio": given.span("ratio", 1e-3, 1e3),
                **given.interpolation(),
                "p": 1.0,
            },
        )
    ]


def resize(given: Arguments) -> Made:
    """One number is the shorter side, two are height and width."""
    given.unused("antialias", "OpenCV has none")
    if given.raw("size") is None:
        return [("LongestMaxSize", {"max_size": given.whole("max_size", 1, 2**16), **given.interpolation(), "p": 1.0})]
    height, width = given.size("size")
    if given.is_one_number("size"):
        given.unused("max_size", "SmallestMaxSize has no limit for the longer side")
        return [("SmallestMaxSize", {"max_size": height, **given.interpolation(), "p": 1.0})]
    return [("Resize", {"height": height, "width": width, **given.interpolation(), "p": 1.0})]


def random_resize(given: Arguments) -> Made:
    """The shorter side is drawn from all whole numbers of a range; at most 64 of them are named."""
    low, high = given.whole("min_size", 1, 2**16), given.whole("max_size", 1, 2**16)
    if low >= high:
        raise given.refused("max_size", "above min_size")
    given.unused("antialias", "OpenCV has none")
    sizes = list(range(low, high, math.ceil((high - low) / 64)))
    return [("SmallestMaxSize", {"max_size": sizes, **given.interpolation(), "p": 1.0})]


def shortest_size(given: Arguments) -> Made:
    """The shorter side is drawn from a list."""
    sizes = given.raw("min_size")
    sizes = [sizes] if isinstance(sizes, int) else sizes
    if not isinstance(sizes, list) or not sizes or not all(isinstance(side, int) and side > 0 for side in sizes):
        raise given.refused("min_size", "whole numbers above 0")
    given.unused("max_size", "SmallestMaxSize has no limit for the longer side")
    return [("SmallestMaxSize", {"max_size": sizes, **given.interpolation(), "p": 1.0})]


def scale_jitter(given: Arguments) -> Made:
    """Fit into the target size, then scale by a factor from the range; the size is (width, height), here alone."""
    low, high = given.span("scale_range", 0.01, 100)
    width, height = given.size("target_size")
    given.unused("antialias", "OpenCV has none")
    return [
        ("LongestMaxSize", {"max_size_hw": (height, width), **given.interpolation(), "p": 1.0}),
        ("RandomScale", {"scale_limit": (_minus_one(low), _minus_one(high)), **given.interpolation(), "p": 1.0}),
    ]


def center_crop(given: Arguments) -> Made:
    """A smaller picture is padded with black in both."""
    height, width = given.size("size")
    return [("CenterCrop", {"height": height, "width": width, "pad_if_needed": True, "p": 1.0})]


def random_crop(given: Arguments) -> Made:
    """Padding comes first, as a step of its own."""
    height, width = given.size("size")
    outside = {**given.fill(), **given.border()}
    before: Made = []
    if given.raw("padding") not in (None, 0):
        before = [("Pad", {"padding": _padding(given), **outside, "p": 1.0})]
    if not given.flag("pad_if_needed"):
        return [*before, ("RandomCrop", {"height": height, "width": width, "p": 1.0})]
    more = {"pad_if_needed": True, "pad_position": "random", **outside}
    return [*before, ("RandomCrop", {"height": height, "width": width, **more, "p": 1.0})]


def pad(given: Arguments) -> Made:
    """One number for all sides, two for left/right and top/bottom, four for left, top, right, bottom."""
    return [("Pad", {"padding": _padding(given), **given.fill(), **given.border(), "p": 1.0})]


def rotation(given: Arguments) -> Made:
    """Always turned; positive angles are counter-clockwise in both."""
    given.unused("center", "Albumentations turns about the middle")
    limit = given.angles("degrees", 360)
    if given.flag("expand"):
        more = {**given.interpolation(narrow=True), **given.fill(), "fit_output": True}
        given.note("expand is fit_output of Affine", "The turned picture is shown whole; its size may round otherwise.")
        return [("Affine", {"rotate": limit, **more, "p": 1.0})]
    return [("Rotate", {"limit": limit, **given.interpolation(narrow=True), **given.fill(), "p": 1.0})]


def affine(given: Arguments) -> Made:
    """Positive angles are clockwise in torchvision and counter-clockwise in Albumentations."""
    given.unused("center", "Albumentations turns about the middle")
    low, high = given.angles("degrees", 360)
    arguments: dict[str, Any] = {"rotate": (0.0 - high, 0.0 - low)}
    if given.raw("translate") is not None:
        share_x, share_y = _two(given, "translate", 0, 1)
        arguments["translate_percent"] = {"x": (-share_x, share_x), "y": (-share_y, share_y)}
    if given.raw("scale") is not None:
        arguments |= {"scale": given.span("scale", 1e-3, 100), "keep_ratio": True}
    if given.raw("shear") is not None:
        arguments["shear"] = _shear(given)
    return [("Affine", {**arguments, **given.interpolation(narrow=True), **given.fill(), "p": 1.0})]


def perspective(given: Arguments) -> Made:
    """The same mean shift of a corner: distortion_scale / 4 of the side, drawn evenly up to twice that."""
    share = given.number("distortion_scale", 0, 1) / 4
    spread = corner_spread(share)
    if spread == WIDEST_SPREAD:
        given.note("corners cannot move as far on average", f"They move by {percent(mean_shift(spread))} of the side.")
    arguments = {"scale": (spread, spread), "fit_output": True, **given.interpolation(narrow=True), **given.fill()}
    return [("Perspective", {**arguments, "p": given.chance()})]


def elastic(given: Arguments) -> Made:
    """Torchvision's displacement is in halves of the side, so alpha pixels are alpha / 2."""
    alpha, sigma = _one_of_two(given, "alpha"), _one_of_two(given, "sigma")
    more = {**given.interpolation(narrow=True), **given.fill()}
    return [
        ("ElasticTransform", {"alpha": alpha / 2, "sigma": sigma, "noise_distribution": "uniform", **more, "p": 1.0})
    ]


def zoom_out(given: Arguments) -> Made:
    """Each side is padded by a share with the same mean enlargement."""
    low, high = given.span("side_range", 1, 100)
    share = (low + high) / 2 - 1
    sides = [[0.0, share]] * 4
    return [("CropAndPad", {"percent": sides, "keep_size": False, **given.fill(), "p": given.chance()})]


def iou_crop(given: Arguments) -> Made:
    """The crop that keeps all boxes is the nearest there is."""
    for key in ("min_scale", "max_scale", "min_aspect_ratio", "max_aspect_ratio", "sampler_options", "trials"):
        given.unused(key, "BBoxSafeRandomCrop has no such setting")
    return [("BBoxSafeRandomCrop", {"p": 1.0})]


def erasing(given: Arguments) -> Made:
    """A value is on 0..1 in torchvision and on 0..255 in Albumentations."""
    value = given.raw("value")
    if value == "random":
        fill: Any = "random"
    elif isinstance(value, list):
        fill = [255 * part if isinstance(part, (int, float)) else part for part in value]
    else:
        fill = 255 * given.number("value", 0, 1)
    scale, ratio = given.span("scale", 0, 1), given.span("ratio", 1e-3, 1e3)
    return [("Erasing", {"scale": scale, "ratio": ratio, "fill": fill, "p": given.chance()})]


def corner_spread(share: float) -> float:
    """The ``scale`` of Albumentations' Perspective that moves a corner by ``share`` of the side on average.

    Args:
        share: 0 to 1; what is more than ``WRAP`` / 2 cannot be had.

    Returns:
        A spread, at most ``WIDEST_SPREAD``.
    """
    low, high = 0.0, WIDEST_SPREAD
    if mean_shift(high) <= share:
        return high
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if mean_shift(middle) < share else (low, middle)
    return round(high, 4)


def mean_shift(spread: float) -> float:
    """Mean of ``|N(0, spread)|`` modulo ``WRAP``: each time around takes ``WRAP`` away."""
    if not spread:
        return 0.0
    around = sum(math.erfc(turn * WRAP / spread / math.sqrt(2)) for turn in range(1, 40))
    return spread * math.sqrt(2 / math.pi) - WRAP * around


def _minus_one(factor: float) -> float:
    return round(factor - 1, 6)


def _padding(given: Arguments) -> Any:
    value = given.raw("padding")
    sides = [value] if isinstance(value, int) else value
    if (
        not isinstance(sides, list)
        or len(sides) not in (1, 2, 4)
        or not all(isinstance(side, int) and not isinstance(side, bool) and side >= 0 for side in sides)
    ):
        raise given.refused("padding", "one, two or four whole numbers")
    return sides[0] if len(sides) == 1 else sides


def _two(given: Arguments, key: str, low: float, high: float) -> tuple[float, float]:
    value = given.raw(key)
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(v, (int, float)) for v in value):
        raise given.refused(key, "two numbers")
    if not all(low <= part <= high for part in value):
        raise given.refused(key, f"two numbers from {low:g} to {high:g}")
    return float(value[0]), float(value[1])


def _one_of_two(given: Arguments, key: str) -> float:
    value = given.raw(key)
    if not isinstance(value, list):
        return given.number(key, 0, 1e4)
    first, second = _two(given, key, 0, 1e4)
    if first != second:
        given.note(
            f"{key} is {first:g} along one axis and {second:g} along the other", f"{max(first, second):g} is used."
        )
    return max(first, second)


def _shear(given: Arguments) -> dict[str, Any]:
    value = given.raw("shear")
    four = value if isinstance(value, list) and len(value) == 4 else None
    along_x = given.as_span("shear", four[:2], -89, 89) if four else given.angles("shear", 89)
    along_y = given.as_span("shear", four[2:], -89, 89) if four else (0.0, 0.0)
    if any(low != -high for low, high in (along_x, along_y)):
        given.note("a shear that is not the same both ways may lean to the other side", kind="note")
    return {"x": along_x, "y": along_y}
