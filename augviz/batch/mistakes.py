"""Mistakes that are made between pipeline and network, made on purpose: to see what they look like in the numbers.

Sources: the range of values that each library hands over (``torchvision.io`` and Pillow 0..255, ``ToTensor`` 0..1,
``cv2.imread`` BGR, each in its own documentation), and ``max_pixel_value`` of ``A.Normalize`` 2.0.8, 255 by default.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np

from augviz.batch.drawing import in_bgr
from augviz.batch.normalising import Normalisation
from augviz.sample import Sample

MistakeId: TypeAlias = Literal["twice", "too small", "too large", "bgr"]
MISTAKE_IDS: tuple[MistakeId, ...] = get_args(MistakeId)


class Mistake(NamedTuple):
    """One mistake.

    Attributes:
        title: What it is called.
        looks: From the right normalisation to how it is recognised, in the numbers and in the picture.
        mend: What to do when a batch looks like this.
    """

    title: str
    looks: Callable[[Normalisation], str]
    mend: str


def _same_value(right: Normalisation, part: float, picture: str) -> str:
    """Values that are tiny beside the range that is expected all become what black becomes."""
    level = -float(np.mean(np.divide(right.mean, right.std)))
    return (
        f"All pixels have nearly the same value, around {level:.1f}, and their deviation is about 1/{part:.0f} of the "
        f"right one. Drawn back, every picture is {picture}."
    ).replace("-", "−")


def _twice(right: Normalisation) -> str:
    part = 1 / float(np.mean(np.reciprocal(np.array(right.std) * right.max_pixel_value)))
    if part > 1:
        return _same_value(right, part, "nearly black")
    return (
        f"Values reach farther from 0, and their deviation is about {1 / part:.1f} times the right one. Drawn back, "
        "much of the dark is black and much of the bright white."
    )


def _too_large(right: Normalisation) -> str:
    white = float(np.max(np.divide(255 - np.array(right.mean), right.std)))
    return f"Values run up to about {white:,.0f}. Drawn back, all that is not black is white."


MISTAKES: dict[MistakeId, Mistake] = {
    "twice": Mistake(
        "Normalised twice",
        _twice,
        "Normalise either in the pipeline or in the loader or model, not in both.",
    ),
    "too small": Mistake(
        "0…1 fed to 0…255",
        lambda right: _same_value(right, 255, "black"),
        "Set max_pixel_value of Normalize to 1, or hand over 0…255 (ToTensor and ToFloat divide already).",
    ),
    "too large": Mistake(
        "0…255 fed to 0…1",
        _too_large,
        "Set max_pixel_value of Normalize to 255, or divide the images by 255 first.",
    ),
    "bgr": Mistake(
        "BGR instead of RGB",
        lambda _right: (
            "The numbers look healthy: only mean and deviation of red and blue have changed places. In the "
            "picture, skin is blue and sky is orange."
        ),
        "Convert after cv2.imread: cv2.cvtColor(image, cv2.COLOR_BGR2RGB).",
    ),
}
"""By id, in the order in which they are offered."""


class Fed(NamedTuple):
    """What goes into a batch.

    Attributes:
        samples: The images.
        normalisations: What their values go through.
    """

    samples: tuple[Sample, ...]
    normalisations: tuple[Normalisation, ...]


def possible(samples: Sequence[Sample], normalisations: Sequence[Normalisation]) -> tuple[MistakeId, ...]:
    """The mistakes that can be made here: most of them need a Normalize, and BGR needs three channels."""
    has_three = all(sample.image.shape[2] == 3 for sample in samples)
    return tuple(each for each in MISTAKE_IDS if (has_three if each == "bgr" else normalisations))


def with_mistake(samples: Sequence[Sample], normalisations: Sequence[Normalisation], mistake: MistakeId) -> Fed:
    """The same images and normalisations, with one mistake made.

    Args:
        samples: What came out of the pipeline.
        normalisations: What is right for them.
        mistake: One of those that are :func:`possible`.
    """
    right = tuple(normalisations)
    if mistake == "bgr":
        return Fed(tuple(in_bgr(sample) for sample in samples), right)
    if mistake == "twice":
        return Fed(tuple(samples), (*right, right[-1]))
    if mistake == "too small":
        return Fed(tuple(_as_fractions(sample) for sample in samples), _expecting(right, 255.0))
    return Fed(tuple(_as_whole(sample) for sample in samples), _expecting(right, 1.0))


def _expecting(normalisations: tuple[Normalisation, ...], largest: float) -> tuple[Normalisation, ...]:
    return tuple(replace(each, max_pixel_value=largest) for each in normalisations)


def _as_fractions(sample: Sample) -> Sample:
    if sample.image.dtype != np.uint8:
        return sample
    return replace(sample, image=np.asarray(sample.image / np.float32(255), np.float32))


def _as_whole(sample: Sample) -> Sample:
    if sample.image.dtype == np.uint8:
        return sample
    return replace(sample, image=np.rint(np.clip(sample.image, 0, 1) * 255).astype(np.uint8))
