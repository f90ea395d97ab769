"""Transforms that take something from other images than the one they change.

The library wants them as an argument of every call: reference images as a list of arrays, the others as a list of
dictionaries. What is asked of people, and under which argument the library looks, is in one table.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

Form = Literal["references", "pasted", "partners"]


class OtherImages(NamedTuple):
    """What a transform takes from other images.

    Attributes:
        form: ``references`` one of them is drawn for its look, a list of arrays ·
            ``pasted`` all of them are pasted, a list of ``{"image"}`` ·
            ``partners`` several are drawn with their labels, a list of ``{"image", "mask", "bboxes", "keypoints"}``.
        argument: Argument of the call in which the library looks for them.
        title: What people are asked for.
        question: What to choose, in a sentence.
    """

    form: Form
    argument: str
    title: str
    question: str


def _references(argument: str, look: str) -> OtherImages:
    question = f"Choose the images whose {look} this image should take over; each draw takes one of them."
    return OtherImages("references", argument, "Reference images", question)


OTHER_IMAGES: Mapping[str, OtherImages] = MappingProxyType(
    {
        "FDA": _references("fda_metadata", "coarse light and colour"),
        "HistogramMatching": _references("hm_metadata", "brightness and colours"),
        "PixelDistributionAdaptation": _references("pda_metadata", "colours"),
        "OverlayElements": OtherImages(
            "pasted",
            "overlay_metadata",
            "Pictures to paste",
            "Choose the pictures to paste; each draw pastes all of them at places of its own, at most half as large as "
            "the image.",
        ),
        "Mosaic": OtherImages(
            "partners",
            "mosaic_metadata",
            "Other labelled images",
            "Choose the images that fill the other fields of the mosaic; their boxes and keypoints come along.",
        ),
    }
)
"""By class name; source: the constructors and ``get_params_dependent_on_data`` of 2.0.8."""
