"""Steps that draw nothing, and the ones that random steps become where nothing may be random."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from augviz.pipeline.spec import Step
from augviz.transforms.dead_parameters import effective
from augviz.transforms.neutral import FIXED_SIZE

CROP_SHARE = 0.875
"""Share of the resized side that the central crop keeps: ImageNet practice, the shorter side to 256 and the central 224
of it: torchvision's reference training (``--val-resize-size 256 --val-crop-size 224``) and the default ``crop_pct`` of
timm.
"""

FIXED_LOOKS = frozenset({"AutoContrast", "Equalize", "InvertImg", "ToGray", "ToSepia"})
FIXED_FLIPS = frozenset({"HorizontalFlip", "Transpose", "VerticalFlip"})
"""Transforms that draw nothing: where they always fire, every image of the training has been through them."""

_CROPS = frozenset({"RandomCrop", "CropNonEmptyMaskIfExists", "AtLeastOneBBoxRandomCrop"})
_RESIZED_CROPS = frozenset({"RandomResizedCrop", "RandomSizedCrop"})
_CROP_PARAMETERS = ("height", "width", "pad_if_needed", "pad_position", "border_mode", "fill", "fill_mask")
_RESIZE_PARAMETERS = ("interpolation", "mask_interpolation", "area_for_downscale")

SIZING = (FIXED_SIZE - {"NoOp"}) | _CROPS | _RESIZED_CROPS | {"RandomSizedBBoxSafeCrop", "Mosaic"}
"""Transforms that make the size which a model is trained on."""


def draws_nothing(step: Step) -> bool:
    """Whether a step does the same to the same image every time."""
    values = effective(step.name, step.params)
    return (
        step.p == 1
        and step.name in (FIXED_SIZE | FIXED_LOOKS | FIXED_FLIPS)
        and values.get("position") != "random"
        and not (values.get("pad_position") == "random" and values.get("pad_if_needed"))
        and not isinstance(values.get("max_size"), tuple)
    )


_Steps: TypeAlias = Sequence[tuple[str, Mapping[str, Any]]]


class Replacement(NamedTuple):
    """What a random step becomes.

    Attributes:
        why: The reason, one sentence.
        steps: From all values of the step to names and values of the new ones.
    """

    why: str
    steps: Callable[[Mapping[str, Any]], _Steps]


def _only(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def _centre_crop(values: Mapping[str, Any]) -> _Steps:
    return [("CenterCrop", _only(values, _CROP_PARAMETERS))]


def _resized_crop(values: Mapping[str, Any]) -> _Steps:
    height, width = values["size"]
    sides = [round(side / CROP_SHARE) for side in (height, width)]
    size: dict[str, Any] = {"max_size": sides[0]} if height == width else {"max_size_hw": tuple(sides)}
    return [
        ("SmallestMaxSize", {**size, **_only(values, _RESIZE_PARAMETERS)}),
        ("CenterCrop", {"height": height, "width": width}),
    ]


def _whole(values: Mapping[str, Any]) -> _Steps:
    return [("Resize", _only(values, ("height", "width", "interpolation", "mask_interpolation")))]


def _canvas(values: Mapping[str, Any]) -> _Steps:
    height, width = values["target_size"]
    kept = _only(values, ("interpolation", "mask_interpolation"))
    return [
        ("LongestMaxSize", {"max_size_hw": (height, width), **kept}),
        ("PadIfNeeded", {"min_height": height, "min_width": width, **_only(values, ("fill", "fill_mask"))}),
    ]


REPLACEMENTS: Mapping[str, Replacement] = {
    **dict.fromkeys(_CROPS, Replacement("The same size, always cut from the middle.", _centre_crop)),
    **dict.fromkeys(
        _RESIZED_CROPS,
        Replacement(
            f"The same size: shrunk so that the middle {CROP_SHARE:.1%} fit, as ImageNet is validated.",
            _resized_crop,
        ),
    ),
    "RandomSizedBBoxSafeCrop": Replacement("The same size from the whole picture, so that no object is cut.", _whole),
    "Mosaic": Replacement("The whole picture on the canvas that a mosaic has.", _canvas),
}
"""By name of the transform."""
