"""TrivialAugment, in its two published spaces: one operation for each image, at a magnitude drawn anew each time.

Magnitudes are drawn from the whole range, where the papers draw from 31 values of it; bits of Posterize keep their
published shares. Shears are about the centre, because a shear and the shift that belongs to it cannot be drawn
together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from augviz.pipeline.spec import Group, Node, PipelineSpec, Step
from augviz.policies.operations import (
    DRAWN,
    NEAREST,
    OPERATION_OF,
    jitter,
    made,
    sharpened,
    sheared,
    softened,
    turned,
)
from augviz.policies.policy import Policy


@dataclass(frozen=True)
class Space:
    """How far each operation may go.

    Attributes:
        tangent: Largest shear either way.
        shift_px: Largest shift either way.
        turn_deg: Largest turn either way.
        factor: Lowest and highest factor of Brightness, Color, Contrast and Sharpness.
        bits: How many of the 31 magnitudes keep so many bits in Posterize.
    """

    tangent: float
    shift_px: int
    turn_deg: float
    factor: tuple[float, float]
    bits: Mapping[int, int]


STANDARD = Space(0.3, 10, 30, (0.1, 1.9), {8: 8, 7: 7, 6: 8, 5: 7, 4: 1})
"""RandAugment's ranges. Source: github:automl/trivialaugment aug_lib.py, space ``fixed_standard``."""

WIDE = Space(0.99, 32, 135, (0.01, 1.99), {8: 3, 7: 5, 6: 5, 5: 5, 4: 5, 3: 5, 2: 3})
"""Source: torchvision ``TrivialAugmentWide``."""

LEAST_SOFTENING = 0.99
"""Highest factor of Sharpness below 1 that is drawn: from here on the Gaussian has no width any more."""


def _shifted(along: str, across: str, most_px: int) -> Step:
    shift = {along: (-most_px, most_px), across: (0, 0)}
    return made("Affine", {"translate_px": shift, "interpolation": NEAREST})


def _sharpness(space: Space) -> Group:
    low, high = space.factor
    sharper = replace(sharpened(0.0, high - 1), p=0.5, title="Sharper")
    softer = replace(softened(low, LEAST_SOFTENING), p=0.5, title="Softer")
    return Group("OneOf", (sharper, softer))


def _posterize(space: Space) -> Group:
    total = sum(space.bits.values())
    steps: list[Step] = [OPERATION_OF["Posterize"].step(bits, count / total) for bits, count in space.bits.items()]
    return Group("OneOf", tuple(steps))


_RANGED: Mapping[str, Callable[[Space], Node]] = {
    "ShearX": lambda space: sheared("x", -space.tangent, space.tangent),
    "ShearY": lambda space: sheared("y", -space.tangent, space.tangent),
    "TranslateX": lambda space: _shifted("x", "y", space.shift_px),
    "TranslateY": lambda space: _shifted("y", "x", space.shift_px),
    "Rotate": lambda space: turned(-space.turn_deg, space.turn_deg),
    "Brightness": lambda space: jitter(brightness=space.factor),
    "Color": lambda space: jitter(saturation=space.factor),
    "Contrast": lambda space: jitter(contrast=space.factor),
    "Sharpness": _sharpness,
    "Posterize": _posterize,
    "Solarize": lambda _space: made("Solarize", {"threshold_range": (0.0, 1.0)}),
}
"""Operations with a magnitude, over their whole range."""


def published_range(operation: str, space: Space) -> str:
    """How far an operation may go, in the papers' terms: "factor 0.01 to 1.99"; empty where there is no magnitude.

    >>> published_range("Rotate", WIDE)
    '−135° to 135°'
    """
    low, high = space.factor
    least_bits = min(space.bits)
    return {
        "Shear": f"tangent −{space.tangent:g} to {space.tangent:g}",
        "Translate": f"−{space.shift_px} to {space.shift_px} px",
        "Rotate": f"−{space.turn_deg:g}° to {space.turn_deg:g}°",
        "Posterize": f"to 8 … {least_bits} bits",
        "Solarize": "from 255 … from 0",
    }.get(operation.removesuffix("X").removesuffix("Y"), f"factor {low:g} to {high:g}" if operation in _FACTORS else "")


_FACTORS = frozenset({"Brightness", "Color", "Contrast", "Sharpness"})


def _trivial(space: Space, title: str) -> PipelineSpec:
    operations = tuple(replace(_operation(name, space), title=OPERATION_OF[name].title) for name in DRAWN)
    return PipelineSpec((Group("OneOf", operations, title=title),))


def _operation(name: str, space: Space) -> Node:
    return _RANGED[name](space) if name in _RANGED else OPERATION_OF[name].step()


def trivial_augment() -> PipelineSpec:
    """One of fourteen operations, at any magnitude of RandAugment's range."""
    return _trivial(STANDARD, "TrivialAugment")


def trivial_augment_wide() -> PipelineSpec:
    """One of fourteen operations, at any magnitude of a range that goes far: turns up to ±135°, shears up to 45°."""
    return _trivial(WIDE, "TrivialAugmentWide")


_SOURCE = "Müller & Hutter 2021 TrivialAugment, arXiv:2103.10158; "

TRIVIAL_AUGMENT = Policy(
    "trivialaugment",
    "TrivialAugment",
    "Takes one of fourteen operations for each image, at a magnitude drawn anew each time. Nothing to set.",
    f"{_SOURCE}ranges of its authors' code, space fixed_standard.",
    (),
    trivial_augment,
)

TRIVIAL_AUGMENT_WIDE = Policy(
    "trivialaugment-wide",
    "TrivialAugmentWide",
    "TrivialAugment with wide ranges: turns up to ±135°, shears up to 45°, factors from 0.01 to 1.99.",
    f"{_SOURCE}ranges as in torchvision.",
    (),
    trivial_augment_wide,
)
