"""What is wrong with a batch, or what one should know about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from augviz.batch.normalising import Normalisation
from augviz.errors import sentence
from augviz.sample import Sample
from augviz.wording import percent

How = Literal["pad", "resize", "refuse"]
Code = Literal["twice", "too small", "too large", "not normalised", "padding", "stretched"]

MOST_STRETCH = 1.02
"""From here on a resize is said to distort."""


class Remark(NamedTuple):
    """What is wrong with a batch, or what one should know about it.

    Attributes:
        code: Which remark.
        is_wrong: Whether the model gets other values than it is meant to.
        where: The image, or what it is about.
        what: In words, without a full stop.
        mend: What to do; a whole sentence or two.
    """

    code: Code
    is_wrong: bool
    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        return sentence(self.what, self.where, self.mend)


class Channel(NamedTuple):
    """One channel of a batch over all images and pixels, padding included: what the model gets."""

    band: str
    min: float
    max: float
    mean: float
    std: float


def value_remarks(
    scales: Sequence[float], normalisations: Sequence[Normalisation], channels: Sequence[Channel]
) -> list[Remark]:
    """What the values say.

    Args:
        scales: Largest value that each image could have.
        normalisations: What the values went through.
        channels: Their numbers afterwards.
    """
    if not normalisations:
        what = f"values are not normalised, they can be {max(scales):g}"
        return [
            Remark(
                "not normalised", False, "Normalize", what, "Models mostly expect a mean near 0, a deviation near 1."
            )
        ]
    span = f"Values now run from {min(c.min for c in channels):.3g} to {max(c.max for c in channels):.3g}"
    expected = normalisations[0].max_pixel_value
    found: list[Remark] = []
    if min(scales) < expected:
        what = f"values of 0 to {min(scales):g} are fed to a normaliser for 0 to {expected:g}"
        mend = f"{span}, too dark to tell apart. Set max_pixel_value to {min(scales):g}."
        found.append(Remark("too small", True, "Normalize", what, mend))
    if max(scales) > expected:
        what = f"values of 0 to {max(scales):g} are fed to a normaliser for 0 to {expected:g}"
        mend = f"{span}, far beyond what a model has seen. Set max_pixel_value to {max(scales):g}."
        found.append(Remark("too large", True, "Normalize", what, mend))
    if len(normalisations) > 1:
        what = "values are normalised twice, by the pipeline and by the loader"
        mend = f"{span}, because the second takes them for pixels. Take one of the two away."
        found.append(Remark("twice", True, "Normalize", what, mend))
    return found


def size_remarks(samples: Sequence[Sample], how: How, target: tuple[int, int], is_normalised: bool) -> list[Remark]:
    """What making one size did: padding that is carried along, images that were stretched."""
    if how == "pad":
        area = target[0] * target[1] * len(samples)
        padded = 1 - sum(sample.size_hw[0] * sample.size_hw[1] for sample in samples) / area
        drawn = ", which is drawn in the mean colour" if is_normalised else ""
        what = f"{percent(padded)} of it is padding{drawn}"
        return [Remark("padding", False, "batch", what, "Images of similar shape waste less.")] if padded > 0 else []
    found: list[Remark] = []
    for sample in samples:
        stretch = (target[0] / sample.size_hw[0]) / (target[1] / sample.size_hw[1])
        if max(stretch, 1 / stretch) > MOST_STRETCH:
            what = f"resizing to {in_words(target)} changes its aspect ratio by {max(stretch, 1 / stretch):.2f}"
            found.append(
                Remark("stretched", False, sample.name, what, "Pad, or crop in the pipeline: labels do not move here.")
            )
    return found


def in_words(size_hw: tuple[int, int]) -> str:
    """A size as sentences have it, width first."""
    return f"{size_hw[1]} × {size_hw[0]} px"
