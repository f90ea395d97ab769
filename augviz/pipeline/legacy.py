"""Spellings of Albumentations 1.x, and what they are called in 2.0.8.

2.0.8 itself only warns about an argument it does not know and runs with the default, so an old file would train
something else than it says. Facts: constructors of 1.3.1, 1.4.18 and 2.0.8, compared by introspection.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

_FILL = {"value": "fill", "mask_value": "fill_mask"}
_HOLE_FILL = {"fill_value": "fill", "mask_fill_value": "fill_mask"}

RENAMED: Mapping[str, Mapping[str, str]] = {
    **dict.fromkeys(
        ("ShiftScaleRotate", "Rotate", "SafeRotate", "PadIfNeeded", "ElasticTransform", "GridDistortion",
         "OpticalDistortion", "RandomCrop", "CenterCrop"),
        _FILL,
    ),
    "Affine": {"cval": "fill", "cval_mask": "fill_mask", "mode": "border_mode"},
    "Perspective": {"pad_val": "fill", "mask_pad_val": "fill_mask", "pad_mode": "border_mode"},
    "CropAndPad": {"pad_cval": "fill", "pad_cval_mask": "fill_mask", "pad_mode": "border_mode"},
    "ChannelDropout": {"fill_value": "fill"},
    "CoarseDropout": _HOLE_FILL,
    "GridDropout": _HOLE_FILL,
    "MaskDropout": {"image_fill_value": "fill", "mask_fill_value": "fill_mask"},
    "AdvancedBlur": {"sigmaX_limit": "sigma_x_limit", "sigmaY_limit": "sigma_y_limit"},
    "RandomCropNearBBox": {"cropping_box_key": "cropping_bbox_key"},
}  # fmt: skip

IGNORED = frozenset({"always_apply", "lambda_transforms"})
"""Arguments of 1.x that have no counterpart and change nothing when p is given."""


class Converted(NamedTuple):
    """A step in 2.0.8's words, and a note for each thing that was said differently."""

    name: str
    params: dict[str, Any]
    notes: tuple[str, ...]


def convert(name: str, params: Mapping[str, Any]) -> Converted:
    """Say an old step in the words of 2.0.8; a step that is already new comes back unchanged.

    Args:
        name: Class name as written.
        params: Plain values as written, ``p`` included.
    """
    new, notes = dict(params), []
    if name in GONE:
        old, (name, add) = name, GONE[name]
        new = {**add, **new}
        notes.append(f"{old} is called {name} now")
    for key in IGNORED & new.keys():
        if new.pop(key) is True:
            new["p"] = 1.0
        notes.append(f"{key} is gone from Albumentations 2; {'p is 1 instead' if new.get('p') == 1.0 else 'p decides'}")
    for old_key, new_key in RENAMED.get(name, {}).items():
        if old_key in new and new_key not in new:
            new[new_key] = new.pop(old_key)
            notes.append(f"{old_key} is called {new_key} now")
    if name in CONVERSIONS:
        notes += CONVERSIONS[name](new)
    return Converted(name, new, tuple(notes))


GONE: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "JpegCompression": ("ImageCompression", {"compression_type": "jpeg"}),
    "RandomBrightness": ("RandomBrightnessContrast", {"contrast_limit": [0, 0]}),
    "RandomContrast": ("RandomBrightnessContrast", {"brightness_limit": [0, 0]}),
    "Cutout": ("CoarseDropout", {}),
    "IAAFliplr": ("HorizontalFlip", {}),
    "IAAFlipud": ("VerticalFlip", {}),
}


def _pair(new: dict[str, Any], keys: tuple[str, str], to: str, default: tuple[Any, Any]) -> list[str]:
    if not new.keys() & set(keys):
        return []
    new[to] = [new.pop(keys[0], default[0]), new.pop(keys[1], default[1])]
    return [f"{keys[0]} and {keys[1]} are called {to} now"]


def _sized_crop(new: dict[str, Any]) -> list[str]:
    if {"height", "width"} <= new.keys() and "size" not in new:
        new["size"] = [new.pop("height"), new.pop("width")]
        return ["height and width are called size (height, width) now"]
    return []


def _gauss_noise(new: dict[str, Any]) -> list[str]:
    """1.x: variance on 0..255. 2.x: standard deviation as a share of the full range, so sqrt(var) / 255."""
    notes = []
    if "var_limit" in new:
        limits = new.pop("var_limit")
        low, high = limits if isinstance(limits, list) else (0, limits)
        new["std_range"] = [round(math.sqrt(max(v, 0)) / 255, 6) for v in (low, high)]
        notes.append("var_limit (variance) became std_range = sqrt(variance) / 255")
    if "mean" in new:
        mean = new.pop("mean")
        new["mean_range"] = [round(mean / 255, 6)] * 2
        notes.append("mean became mean_range = mean / 255")
    return notes


def _image_compression(new: dict[str, Any]) -> list[str]:
    return _pair(new, ("quality_lower", "quality_upper"), "quality_range", (99, 100))


def _downscale(new: dict[str, Any]) -> list[str]:
    return _pair(new, ("scale_min", "scale_max"), "scale_range", (0.25, 0.25))


def _fog(new: dict[str, Any]) -> list[str]:
    return _pair(new, ("fog_coef_lower", "fog_coef_upper"), "fog_coef_range", (0.3, 1))


def _snow(new: dict[str, Any]) -> list[str]:
    return _pair(new, ("snow_point_lower", "snow_point_upper"), "snow_point_range", (0.1, 0.3))


def _rain(new: dict[str, Any]) -> list[str]:
    return _pair(new, ("slant_lower", "slant_upper"), "slant_range", (-10, 10))


def _solarize(new: dict[str, Any]) -> list[str]:
    """1.x: a threshold on 0..255 (a number t means 0..t … t). 2.x: a range on 0..1."""
    if "threshold" not in new:
        return []
    limits = new.pop("threshold")
    low, high = limits if isinstance(limits, list) else (limits, limits)
    new["threshold_range"] = [round(v / 255 if v > 1 else v, 6) for v in (low, high)]
    return ["threshold (0..255) became threshold_range (0..1)"]


def _coarse_dropout(new: dict[str, Any]) -> list[str]:
    notes = []
    for high, low, to in (
        ("max_holes", "min_holes", "num_holes_range"),
        ("max_height", "min_height", "hole_height_range"),
        ("max_width", "min_width", "hole_width_range"),
        ("max_h_size", "", "hole_height_range"),
        ("max_w_size", "", "hole_width_range"),
    ):
        if high in new:
            most = new.pop(high)
            least = new.pop(low, None)
            new[to] = [most if least is None else least, most]
            notes.append(f"{high} became {to}")
    if "num_holes" in new:
        new["num_holes_range"] = [new["num_holes"], new.pop("num_holes")]
        notes.append("num_holes became num_holes_range")
    return notes


def _dead(*keys: str) -> Callable[[dict[str, Any]], list[str]]:
    def drop(new: dict[str, Any]) -> list[str]:
        present = [key for key in keys if key in new]
        for key in present:
            del new[key]
        return [f"{key} is gone from Albumentations 2 and has no counterpart" for key in present]

    return drop


CONVERSIONS: Mapping[str, Callable[[dict[str, Any]], list[str]]] = {
    "RandomResizedCrop": _sized_crop,
    "RandomSizedCrop": _sized_crop,
    "GaussNoise": _gauss_noise,
    "ImageCompression": _image_compression,
    "Downscale": _downscale,
    "RandomFog": _fog,
    "RandomSnow": _snow,
    "RandomRain": _rain,
    "Solarize": _solarize,
    "CoarseDropout": _coarse_dropout,
    "ElasticTransform": _dead("alpha_affine"),
    "OpticalDistortion": _dead("shift_limit"),
}
