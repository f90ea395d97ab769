"""The operations of AutoAugment, RandAugment and TrivialAugment as steps: one row each.

Names, signs and ranges are those of torchvision's ``autoaugment.py``, which repeats the papers' (AA and TV in
docs/sources.md). Each row says what Pillow does, which the papers used, and how near the step comes to it;
docs/policies.md has the differences, measured. Geometry takes the nearest pixel and leaves black behind, as there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from augviz.pipeline.spec import Group, Node, Step, freeze

Likeness = Literal["exact", "close", "different"]
"""``exact``: the same bytes. ``close``: other rounding. ``different``: another picture, and the row says why."""

NEAREST = 0
"""OpenCV's number for taking the nearest pixel."""

STILL = (0.0, 0.0)
ONE = (1.0, 1.0)

PIL_KERNEL_CENTRE = 5 / 13
"""Weight of the middle pixel in Pillow's ``ImageFilter.SMOOTH``, which ``ImageEnhance.Sharpness`` blends with; its
eight neighbours weigh 1/13 each."""


@dataclass(frozen=True)
class Operation:
    """One row.

    Attributes:
        name: Name in the published tables ("ShearX").
        title: Name for people ("Shear x").
        low, high: Magnitude at the weakest and the strongest bin; both 0 where there is none.
        unit: What the magnitude is, for people; empty where there is none.
        is_signed: Whether the magnitude is negated in half of the draws.
        make: The step from a magnitude.
        word: A magnitude for people ("+9°").
        pil: What Pillow does.
        likeness: How near the step comes to that.
        why: What differs and why; empty where nothing does.
    """

    name: str
    title: str
    low: float
    high: float
    unit: str
    is_signed: bool
    make: Callable[[float], Step]
    word: Callable[[float], str]
    pil: str
    likeness: Likeness
    why: str = ""

    @property
    def has_magnitude(self) -> bool:
        """Whether it can be weaker or stronger."""
        return bool(self.unit)

    def magnitude(self, place: int, bins: int) -> float:
        """The published magnitude of bin ``place`` (from 0) of ``bins``.

        >>> OPERATION_OF["Rotate"].magnitude(9, 31), OPERATION_OF["Posterize"].magnitude(8, 10)
        (9.0, 4.0)
        """
        value = self.low + (self.high - self.low) * place / (bins - 1)
        return float(8 - round(8 - value)) if self.name == "Posterize" else value

    def step(self, magnitude: float = 0.0, p: float = 1.0) -> Step:
        """One step at one magnitude, with its sign; NoOp where Pillow changes nothing."""
        made = self.make(magnitude)
        return Step(made.name, made.params, p, title=f"{self.title} {self.word(magnitude)}".strip())

    def node(self, magnitude: float = 0.0, p: float = 1.0) -> Node:
        """The operation as a policy draws it: a sign is drawn for each image, half and half."""
        if not self.is_signed or magnitude == 0:
            return self.step(magnitude, p)
        either = self.word(magnitude).replace("+", "±", 1)
        signs = (self.step(magnitude, 0.5), self.step(-magnitude, 0.5))
        return Group("OneOf", signs, p, title=f"{self.title} {either}" if "±" in either else f"{self.title} up or down")


# -- steps -------------------------------------------------------------------------------------------------------


def made(name: str, params: Mapping[str, Any]) -> Step:
    """A step that always fires, with these parameters."""
    return Step(name, freeze(params))


def jitter(**factors: tuple[float, float]) -> Step:
    """ColorJitter with these ranges of factors, everything else left alone."""
    return made("ColorJitter", {"brightness": ONE, "contrast": ONE, "saturation": ONE, "hue": STILL, **factors})


def sheared(along: str, least: float, most: float, *, about_corner: bool = False) -> Step:
    """Shear by a tangent between ``least`` and ``most`` along an axis ("x" or "y").

    Args:
        along: The axis.
        least, most: Tangents.
        about_corner: Keep the top left corner in place, as Pillow does, instead of the centre: exact for one tangent
            and images as high as wide.
    """
    across = "y" if along == "x" else "x"
    degrees = (math.degrees(math.atan(least)), math.degrees(math.atan(most)))
    moved = {"translate_percent": {along: (-least / 2, -most / 2), across: STILL}} if about_corner else {}
    return made("Affine", {"shear": {along: degrees, across: STILL}, "interpolation": NEAREST, **moved})


def moved(along: str, share: float) -> Step:
    """Shift by a share of the side along an axis."""
    across = "y" if along == "x" else "x"
    return made("Affine", {"translate_percent": {along: (share, share), across: STILL}, "interpolation": NEAREST})


def turned(least_deg: float, most_deg: float) -> Step:
    """Turn by an angle in this range, counter-clockwise as Pillow does; black comes in."""
    return made("Rotate", {"limit": (least_deg, most_deg), "interpolation": NEAREST, "border_mode": 0, "fill": 0})


def sharpened(least: float, most: float) -> Step:
    """Sharpen as ``ImageEnhance.Sharpness`` does with factors from 1 + ``least`` to 1 + ``most`` (0..1)."""
    return made("Sharpen", {"alpha": (least / 13, most / 13), "lightness": ONE, "method": "kernel"})


def softened(least: float, most: float) -> Step:
    """Soften like ``ImageEnhance.Sharpness`` with factors from ``least`` to ``most`` (0..1): a Gaussian of 3 pixels.

    Its width is chosen so that the middle pixel weighs as much as in Pillow's blend.
    """
    return made("GaussianBlur", {"blur_limit": (3, 3), "sigma_limit": (soft_sigma_px(most), soft_sigma_px(least))})


def soft_sigma_px(factor: float) -> float:
    """Standard deviation of the Gaussian whose middle weighs what Pillow's kernel gives it at this factor (0..1).

    >>> round(soft_sigma_px(0.1), 3), round(soft_sigma_px(0.5), 3)
    (0.599, 0.467)
    """
    middle = math.sqrt(factor + (1 - factor) * PIL_KERNEL_CENTRE)
    beside = (1 - middle) / 2
    return math.sqrt(-1 / (2 * math.log(beside / middle)))


def _enhanced(channel: str) -> Callable[[float], Step]:
    return lambda m: jitter(**{channel: (1 + m, 1 + m)}) if m else Step("NoOp")


def _sharpness(m: float) -> Step:
    if not m:
        return Step("NoOp")
    return sharpened(m, m) if m > 0 else softened(1 + m, 1 + m)


def _shear(along: str) -> Callable[[float], Step]:
    return lambda m: sheared(along, m, m, about_corner=True) if m else Step("NoOp")


def _move(along: str) -> Callable[[float], Step]:
    return lambda m: moved(along, m) if m else Step("NoOp")


def _posterize(bits: float) -> Step:
    kept = round(bits)
    return Step("NoOp") if kept >= 8 else made("Posterize", {"num_bits": (kept, kept)})


# -- words -------------------------------------------------------------------------------------------------------


def _sign(value: float, text: str) -> str:
    return f"{'−' if value < 0 else '+' if value > 0 else ''}{text}"


def _times(m: float) -> str:
    return f"×{1 + m:.2f}"


# -- the table ---------------------------------------------------------------------------------------------------

_SHEARED = (
    "Pillow shears about the top left corner, Albumentations about the centre; the shift that makes up for it is in "
    "whole pixels, and right only for images as high as wide."
)
_BLENDED = "Each is rounded at another place."

OPERATIONS: tuple[Operation, ...] = (
    Operation("Identity", "Identity", 0, 0, "", False, lambda _m: Step("NoOp"), lambda _m: "", "nothing", "exact"),
    Operation("ShearX", "Shear x", 0, 0.3, "tangent", True, _shear("x"), lambda m: _sign(m, f"{abs(m):.2f}"),
        "Image.transform(AFFINE, (1, m, 0, 0, 1, 0))", "different", _SHEARED),
    Operation("ShearY", "Shear y", 0, 0.3, "tangent", True, _shear("y"), lambda m: _sign(m, f"{abs(m):.2f}"),
        "Image.transform(AFFINE, (1, 0, 0, m, 1, 0))", "different", _SHEARED),
    Operation("TranslateX", "Translate x", 0, 150 / 331, "share of the width", True, _move("x"),
        lambda m: _sign(m, f"{abs(m):.1%}"), "Image.transform(AFFINE, (1, 0, −m·width, 0, 1, 0))",
        "exact"),
    Operation("TranslateY", "Translate y", 0, 150 / 331, "share of the height", True, _move("y"),
        lambda m: _sign(m, f"{abs(m):.1%}"), "Image.transform(AFFINE, (1, 0, 0, 0, 1, −m·height))",
        "exact"),
    Operation("Rotate", "Rotate", 0, 30, "degrees", True, lambda m: turned(m, m) if m else Step("NoOp"),
        lambda m: _sign(m, f"{abs(m):.3g}°"), "Image.rotate(m)", "close",
        "At some pixels the nearest one is another: both round, Pillow in fixed point."),
    Operation("Brightness", "Brightness", 0, 0.9, "factor 1 ± m", True, _enhanced("brightness"), _times,
        "ImageEnhance.Brightness.enhance(1 + m)", "exact"),
    Operation("Color", "Color", 0, 0.9, "factor 1 ± m", True, _enhanced("saturation"), _times,
        "ImageEnhance.Color.enhance(1 + m)", "close", _BLENDED),
    Operation("Contrast", "Contrast", 0, 0.9, "factor 1 ± m", True, _enhanced("contrast"), _times,
        "ImageEnhance.Contrast.enhance(1 + m)", "close", _BLENDED),
    Operation("Sharpness", "Sharpness", 0, 0.9, "factor 1 ± m", True, _sharpness, _times,
        "ImageEnhance.Sharpness.enhance(1 + m)", "different",
        "Above 1 Pillow leaves a frame of one pixel as it was; inside, only rounding differs. Below 1 no transform has "
        "Pillow's kernel, and a Gaussian of three pixels with the same weight in its middle stands for it."),
    Operation("Posterize", "Posterize", 8, 4, "bits kept", False, _posterize, lambda m: f"to {m:g} bits",
        "ImageOps.posterize(m)", "exact"),
    Operation("Solarize", "Solarize", 255, 0, "threshold", False,
        lambda m: made("Solarize", {"threshold_range": (m / 255, m / 255)}), lambda m: f"from {math.ceil(m)}",
        "ImageOps.solarize(m)", "exact"),
    Operation("AutoContrast", "Auto contrast", 0, 0, "", False,
        lambda _m: made("AutoContrast", {"method": "pil", "cutoff": 0}), lambda _m: "", "ImageOps.autocontrast()",
        "close", _BLENDED),
    Operation("Equalize", "Equalize", 0, 0, "", False, lambda _m: made("Equalize", {"mode": "pil"}), lambda _m: "",
        "ImageOps.equalize()", "close",
        "Albumentations counts a grey value itself among the darker ones, Pillow does not."),
    Operation("Invert", "Invert", 0, 0, "", False, lambda _m: Step("InvertImg"), lambda _m: "", "ImageOps.invert()",
        "exact"),
)  # fmt: skip
"""All operations; the first fourteen but AutoAugment's Invert are also those of RandAugment and TrivialAugment."""

OPERATION_OF: Mapping[str, Operation] = MappingProxyType({operation.name: operation for operation in OPERATIONS})

DRAWN = tuple(operation.name for operation in OPERATIONS if operation.name != "Invert")
"""The fourteen operations of RandAugment and TrivialAugment, in the order of torchvision's table."""
