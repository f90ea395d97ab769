"""Every operation of the automatic policies as Pillow itself does it, and how far the steps of augviz are from that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageEnhance, ImageOps

from augviz import sample_library
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.policies import auto_augment, rand_augment
from augviz.policies.operations import OPERATIONS, Operation
from augviz.sample import Labels, Sample

Picture = npt.NDArray[np.uint8]


def _warped(image: Image.Image, matrix: tuple[float, ...]) -> Image.Image:
    return image.transform(image.size, Image.Transform.AFFINE, matrix)


PILLOW: Mapping[str, Callable[[Image.Image, float], Image.Image]] = {
    "Identity": lambda image, _m: image,
    "ShearX": lambda image, m: _warped(image, (1, m, 0, 0, 1, 0)),
    "ShearY": lambda image, m: _warped(image, (1, 0, 0, m, 1, 0)),
    "TranslateX": lambda image, m: _warped(image, (1, 0, -int(m * image.width), 0, 1, 0)),
    "TranslateY": lambda image, m: _warped(image, (1, 0, 0, 0, 1, -int(m * image.height))),
    "Rotate": lambda image, m: image.rotate(m),
    "Brightness": lambda image, m: ImageEnhance.Brightness(image).enhance(1 + m),
    "Color": lambda image, m: ImageEnhance.Color(image).enhance(1 + m),
    "Contrast": lambda image, m: ImageEnhance.Contrast(image).enhance(1 + m),
    "Sharpness": lambda image, m: ImageEnhance.Sharpness(image).enhance(1 + m),
    "Posterize": lambda image, m: ImageOps.posterize(image, int(m)),
    "Solarize": ImageOps.solarize,  # type: ignore[dict-item]
    "AutoContrast": lambda image, _m: ImageOps.autocontrast(image),
    "Equalize": lambda image, _m: ImageOps.equalize(image),
    "Invert": lambda image, _m: ImageOps.invert(image),
}
"""By name of the operation; magnitudes as in :mod:`augviz.policies.operations`, geometry with the nearest pixel."""


class Difference(NamedTuple):
    """How far two pictures are apart, in grey values of 255.

    Attributes:
        largest: The largest difference.
        mean: Mean of the absolute differences.
        share: Share of pixels that differ at all.
    """

    largest: int
    mean: float
    share: float


def pictures() -> Mapping[str, Picture]:
    """What is compared on: the middle of the cat, as high as wide, the whole photo, and noise."""
    cat = sample_library.load("cat").image
    side = min(cat.shape[:2])
    left = (cat.shape[1] - side) // 2
    noise = np.random.default_rng(0).integers(0, 256, (160, 160, 3), np.uint8)
    return {"photo": cat[:side, left : left + side].copy(), "wide photo": cat, "noise": noise}


def magnitudes(operation: Operation) -> tuple[float, ...]:
    """AutoAugment's ten magnitudes and RandAugment's 9 of 30, with both signs; the last is RandAugment's 30 too."""
    if not operation.has_magnitude:
        return (0.0,)
    found = {operation.magnitude(place, auto_augment.BINS) for place in range(auto_augment.BINS)}
    found.add(operation.magnitude(9, rand_augment.BINS))
    return tuple(sorted(found | {-m for m in found} if operation.is_signed else found))


def ours(step: Step, picture: Picture) -> Picture:
    """What augviz makes of a picture."""
    outcome = run(PipelineSpec((step,)), Sample("", picture, Labels()), 0)
    assert not outcome.errors, outcome.errors
    return outcome.after.image


def difference(operation: Operation, magnitude: float, picture: Picture) -> Difference:
    """Between the step and Pillow, at one magnitude."""
    theirs = np.asarray(PILLOW[operation.name](Image.fromarray(picture), magnitude))
    return apart(ours(operation.step(magnitude), picture), theirs)


def apart(one: npt.NDArray[Any], other: npt.NDArray[Any]) -> Difference:
    """How far two pictures of equal size are apart."""
    values = np.abs(one.astype(np.int16) - other.astype(np.int16))
    return Difference(int(values.max()), float(values.mean()), float(values.any(axis=-1).mean()))


def worst(operation: Operation, picture: Picture, part: Callable[[float], bool] = lambda _m: True) -> Difference:
    """The largest of each number over the published magnitudes."""
    found = [difference(operation, m, picture) for m in magnitudes(operation) if part(m)]
    return Difference(*(max(column) for column in zip(*found, strict=True)))  # type: ignore[arg-type]


def rows() -> Iterator[tuple[Operation, Mapping[str, Difference]]]:
    """Every operation with its differences by picture; the whole photo, wider than high, only where that matters."""
    shown = pictures()
    for operation in OPERATIONS:
        wide = operation.name.startswith("Shear")
        yield (
            operation,
            {name: worst(operation, picture) for name, picture in shown.items() if wide or name != "wide photo"},
        )
