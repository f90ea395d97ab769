"""Steps that would make a picture too large to hold stop before they make it.

Each parameter has its limit (:mod:`augviz.transforms.limits`), but steps multiply: four enlargements in a row make 256
times the side, and one that sets the shortest side makes a strip of 1 x 300 pixels 8,192 x 2,457,600. The library draws
the new size first and makes the picture afterwards; in between we look at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import albumentations as A

from augviz.errors import StepError
from augviz.transforms.limits import MAX_SIDE_PX

MAX_STEP_BYTES = MAX_SIDE_PX * MAX_SIDE_PX * 3 * 4
"""Image and masks after one step: the largest square that a parameter may ask for, as float32 RGB (805 MB)."""


def drawn_size(params: Mapping[str, Any]) -> tuple[int, int]:
    """Height and width that a transform is about to make.

    Args:
        params: What it has drawn, with ``shape``. The keys are those of Albumentations 2.0.8: a factor (``scale``),
            pads, or a size. What a transform crops, or is told outright (limited by its parameters), is not there, and
            Downscale has a factor, below 1, although it keeps the size: right for what enlarges, which is what we ask.
    """
    height: float
    width: float
    height, width = params["shape"][:2]
    if "output_shape" in params:
        height, width = params["output_shape"][:2]
    elif "result_shape" in params:
        height, width = params["result_shape"][:2]
    elif "max_height" in params:
        height, width = params["max_height"], params["max_width"]
    elif "pad_top" in params:
        height += params["pad_top"] + params["pad_bottom"]
        width += params["pad_left"] + params["pad_right"]
    elif isinstance(scale := params.get("scale"), int | float):
        height, width = height * scale, width * scale
    return round(height), round(width)


def guard(transform: A.BasicTransform, limit_bytes: int = MAX_STEP_BYTES) -> None:
    """Let a transform, changed in place, raise ``StepError`` instead of making a picture above the limit."""
    make = transform.apply_with_params

    def make_if_it_fits(params: dict[str, Any], *args: Any, **data: Any) -> Any:
        if "shape" in params:
            _check(params, data, limit_bytes)
        return make(params, *args, **data)

    transform.apply_with_params = make_if_it_fits


def _check(params: Mapping[str, Any], data: Mapping[str, Any], limit_bytes: int) -> None:
    height, width = drawn_size(params)
    pixels = int(params["shape"][0]) * int(params["shape"][1])
    held = sum(int(getattr(data.get(key), "nbytes", 0)) for key in ("image", "mask", "masks"))
    if height * width > pixels and held * height * width > limit_bytes * pixels:
        raise StepError(
            f"the picture would become {width:,} x {height:,} px, and at most {limit_bytes / 1e6:,.0f} MB "
            "are made, masks included"
        )
