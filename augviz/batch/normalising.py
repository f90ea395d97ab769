"""Pixel values to what a model sees, and back.

The arithmetic is that of ``A.Normalize`` 2.0.8 in float32, ``(x - mean * m) / (std * m)`` as a multiplication by the
reciprocal, so that a batch here is the batch of the training (held together by a test).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from augviz.errors import InputError
from augviz.pipeline.spec import PipelineSpec
from augviz.sample import FloatArray, ImageArray
from augviz.transforms.dead_parameters import effective
from augviz.wording import counted

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
"""Of ImageNet's training images, RGB, as shares of the largest value; source: torchvision's documentation."""


@dataclass(frozen=True)
class Normalisation:
    """What is taken away and divided by.

    Attributes:
        mean, std: One a channel, or one for all, as shares of the largest value.
        max_pixel_value: The largest value that images are expected to have: 255 for uint8, 1 for float32.

    Raises:
        InputError: A number is not finite, a deviation or the largest value is not above 0, or the two lengths differ.
    """

    mean: tuple[float, ...] = IMAGENET_MEAN
    std: tuple[float, ...] = IMAGENET_STD
    max_pixel_value: float = 255.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", tuple(float(value) for value in self.mean))
        object.__setattr__(self, "std", tuple(float(value) for value in self.std))
        if not all(math.isfinite(value) for value in (*self.mean, *self.std, self.max_pixel_value)):
            raise InputError("mean, std and the largest value must be finite numbers", where="Normalize")
        if not self.mean or len(self.mean) != len(self.std):
            raise InputError(
                f"{len(self.mean)} means and {len(self.std)} deviations", where="Normalize", mend="Give one a channel."
            )
        if min(self.std) <= 0 or self.max_pixel_value <= 0:
            raise InputError(
                "a standard deviation, or the largest value, is not above 0",
                where="Normalize",
                mend="A channel that is the same everywhere cannot be normalised: take 1 for it.",
            )

    def scale(self, channels: int) -> tuple[FloatArray, FloatArray]:
        """What is subtracted and what it is multiplied by, ``(C,)`` float32 each.

        Raises:
            InputError: The image has another number of channels.
        """
        if len(self.mean) not in (1, channels):
            raise InputError(
                f"the images have {counted(channels, 'channel')}, mean and std are for {len(self.mean)}",
                where="Normalize",
                mend="Give one mean and one standard deviation a channel; they can be measured on your images.",
            )
        largest = np.float32(self.max_pixel_value)
        mean = np.array(self.mean, np.float32) * largest
        factor = np.reciprocal(np.array(self.std, np.float32) * largest)
        return np.broadcast_to(mean, channels), np.broadcast_to(factor, channels)


def normalised(image: ImageArray, by: Normalisation) -> FloatArray:
    """``(H, W, C)`` of any number type to ``(H, W, C)`` float32."""
    mean, factor = by.scale(image.shape[2])
    return np.asarray((image.astype(np.float32) - mean) * factor, np.float32)


def denormalised(values: npt.NDArray[np.floating], by: Normalisation) -> FloatArray:
    """The way back: ``(H, W, C)`` float32 in the units of the image, 0..``max_pixel_value``, not rounded or clipped."""
    mean, factor = by.scale(values.shape[2])
    return np.asarray(values.astype(np.float32) / factor + mean, np.float32)


def through(image: ImageArray, steps: Sequence[Normalisation]) -> FloatArray:
    """One normalisation after the other; none leaves the numbers as they are, in float32."""
    values = np.asarray(image, np.float32) if not steps else normalised(image, steps[0])
    for step in steps[1:]:
        values = normalised(values, step)
    return values


def of_tail(spec: PipelineSpec) -> Normalisation | None:
    """What the pipeline's own Normalize does; None where it has none.

    Raises:
        InputError: It is one that each image decides anew, which no picture can be drawn back from.
    """
    step = spec.at_the_end("Normalize")
    if step is None:
        return None
    values = effective(step.name, step.params)
    if values["normalization"] != "standard":
        raise InputError(
            f"Normalize takes its numbers from each image anew ({values['normalization']})",
            where=step.title or step.id,
            mend="Set it to standard to see a batch drawn back.",
        )
    mean, std = (value if isinstance(value, tuple) else (value,) for value in (values["mean"], values["std"]))
    return Normalisation(mean, std, float(values["max_pixel_value"]))
