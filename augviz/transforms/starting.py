"""Values to start a step with: sizes that fit the image, and something to see where the defaults change nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from augviz.transforms.catalogue import entry
from augviz.transforms.limits import MAX_SIDE_PX
from augviz.transforms.values import Params, frozen

Size = tuple[int, int]

MULTIPLE_PX = 8
"""Sizes are multiples of it: networks halve their input several times."""


def starting_params(name: str, size_hw: Size) -> Params:
    """Values for a new step on an image of this size; empty for most transforms.

    Args:
        name: Class name.
        size_hw: Height and width of the image in pixels.

    Raises:
        PipelineError: The name is not offered.
    """
    entry(name)
    start = _STARTS.get(name)
    return Params(frozen(start(size_hw)) if start else {})


def _share_of(size_hw: Size, share: float) -> int:
    """A share of the shorter side, as a multiple of eight; never longer than that side, never below 1."""
    side = min(size_hw)
    return max(int(side * share) // MULTIPLE_PX * MULTIPLE_PX, min(side, MULTIPLE_PX), 1)


def _square(size_hw: Size) -> Mapping[str, Any]:
    side = _share_of(size_hw, 0.75)
    return {"height": side, "width": side}


def _size(size_hw: Size) -> Mapping[str, Any]:
    return {"size": _pair(size_hw)}


def _pair(size_hw: Size) -> Size:
    side = _share_of(size_hw, 0.75)
    return side, side


def _sized_crop(size_hw: Size) -> Mapping[str, Any]:
    return {"min_max_height": (_share_of(size_hw, 0.5), _share_of(size_hw, 0.75)), "size": _pair(size_hw)}


def _crop(size_hw: Size) -> Mapping[str, Any]:
    height, width = size_hw
    return {
        "x_min": width // 8,
        "y_min": height // 8,
        "x_max": max(width - width // 8, 1),
        "y_max": max(height - height // 8, 1),
    }


def _pad_if_needed(size_hw: Size) -> Mapping[str, Any]:
    side = min(-(-max(size_hw) * 9 // (8 * MULTIPLE_PX)) * MULTIPLE_PX, MAX_SIDE_PX)
    return {"min_height": side, "min_width": side}


def _mosaic(size_hw: Size) -> Mapping[str, Any]:
    """A mosaic of the image's own size, with fields of three quarters of it, so that the crossing can wander."""
    height, width = (min(side, MAX_SIDE_PX) for side in size_hw)
    return {"target_size": (height, width), "cell_shape": (-(-height * 3 // 4), -(-width * 3 // 4))}


def _strips(size_hw: Size) -> Mapping[str, Any]:
    longest = _share_of(size_hw, 0.125)
    return {
        "num_masks_x": (1, 2),
        "num_masks_y": (1, 2),
        "mask_x_length": (max(longest // 2, 1), longest),
        "mask_y_length": (max(longest // 2, 1), longest),
    }


_STARTS: Mapping[str, Callable[[Size], Mapping[str, Any]]] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "AtLeastOneBBoxRandomCrop",
                "CenterCrop",
                "CropNonEmptyMaskIfExists",
                "RandomCrop",
                "RandomSizedBBoxSafeCrop",
                "Resize",
            ),
            _square,
        ),
        "Affine": lambda _: {"scale": (0.9, 1.1), "translate_percent": (-0.05, 0.05), "rotate": (-10.0, 10.0)},
        "Crop": _crop,
        "CropAndPad": lambda _: {"percent": (-0.1, 0.1)},
        "ElasticTransform": lambda _: {"alpha": 120.0, "sigma": 9.0},
        "GridElasticDeform": lambda _: {"num_grid_xy": (4, 4), "magnitude": 10},
        "ImageCompression": lambda _: {"quality_range": (30, 70)},
        "LongestMaxSize": lambda size_hw: {"max_size": _share_of(size_hw, 0.75)},
        "Mosaic": _mosaic,
        "Pad": lambda size_hw: {"padding": _share_of(size_hw, 0.125)},
        "PadIfNeeded": _pad_if_needed,
        "RandomResizedCrop": _size,
        "RandomSizedCrop": _sized_crop,
        "SmallestMaxSize": lambda size_hw: {"max_size": _share_of(size_hw, 0.75)},
        "XYMasking": _strips,
    }
)
"""Transforms that need values, or change next to nothing with their defaults."""
