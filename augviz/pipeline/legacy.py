"""Spellings of Albumentations 1.x, and what they are called in 2.0.8.

2.0.8 itself only warns about an argument it does not know and runs with the default, so an old file would train
something else than it says. Facts: constructors of 1.3.1, 1.4.18, 1.4.24 and 2.0.8, compared by introspection.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

_FILL = {"value": "fill", "mask_value": "fill_mask"}
_HOLE_FILL = {"fill_value": "fill", "mask_fill_value": "fill_mask"}
_PAD = {"pad_mode": "border_mode", "pad_cval": "fill", "pad_cval_mask": "fill_mask"}

RENAMED: Mapping[str, Mapping[str, str]] = {
    **dict.fromkeys(
        ("ShiftScaleRotate", "Rotate", "SafeRotate", "PadIfNeeded", "ElasticTransform", "GridDistortion",
         "OpticalDistortion"),
        _FILL,
    ),
    **dict.fromkeys(("CenterCrop", "Crop", "CropAndPad", "RandomCrop"), _PAD),
    **dict.fromkeys(("CoarseDropout", "GridDropout", "XYMasking"), _HOLE_FILL),
    "Affine": {"cval": "fill", "cval_mask": "fill_mask", "mode": "border_mode"},
    "Perspective": {"pad_val": "fill", "mask_pad_val": "fill_mask", "pad_mode": "border_mode"},
    "ChannelDropout": {"fill_value": "fill"},
    "MaskDropout": {"image_fill_value": "fill", "mask_fill_value": "fill_mask"},
    "AdvancedBlur": {"sigmaX_limit": "sigma_x_limit", "sigmaY_limit": "sigma_y_limit"},
    "RandomCropNearBBox": {"cropping_box_key": "cropping_bbox_key"},
}  # fmt: skip


class Pair(NamedTuple):
    """Two arguments that became one, with what each was when it was left out."""

    first: str
    second: str
    to: str
    default: tuple[Any, Any]


PAIRED: Mapping[str, tuple[Pair, ...]] = {
    "Downscale": (Pair("scale_min", "scale_max", "scale_range", (0.25, 0.25)),),
    "GridDropout": (
        Pair("unit_size_min", "unit_size_max", "unit_size_range", (None, None)),
        Pair("holes_number_x", "holes_number_y", "holes_number_xy", (None, None)),
        Pair("shift_x", "shift_y", "shift_xy", (0, 0)),
    ),
    "ImageCompression": (Pair("quality_lower", "quality_upper", "quality_range", (99, 100)),),
    "RandomFog": (Pair("fog_coef_lower", "fog_coef_upper", "fog_coef_range", (0.3, 1)),),
    "RandomRain": (Pair("slant_lower", "slant_upper", "slant_range", (-10, 10)),),
    "RandomShadow": (Pair("num_shadows_lower", "num_shadows_upper", "num_shadows_limit", (1, 2)),),
    "RandomSnow": (Pair("snow_point_lower", "snow_point_upper", "snow_point_range", (0.1, 0.3)),),
    "RandomSunFlare": (
        Pair("angle_lower", "angle_upper", "angle_range", (0, 1)),
        Pair("num_flare_circles_lower", "num_flare_circles_upper", "num_flare_circles_range", (6, 10)),
    ),
}

IGNORED = frozenset({"always_apply", "lambda_transforms"})
"""Arguments of 1.x that have no counterpart and change nothing when p is given."""

_HOLES = ("holes", "height", "width")
NULL_MEANT_DEFAULT: Mapping[str, frozenset[str]] = {
    "Affine": frozenset({"scale", "rotate", "shear"}),
    "CoarseDropout": frozenset(f"{end}_{what}" for end in ("min", "max") for what in _HOLES),
    "Downscale": frozenset({"interpolation"}),
    "GaussNoise": frozenset({"var_limit", "mean"}),
    "RandomRain": frozenset({"rain_type"}),
    "RandomResizedCrop": frozenset({"height", "width"}),
    "RandomSizedCrop": frozenset({"height", "width"}),
    "Solarize": frozenset({"threshold"}),
}
"""Arguments beside the renamed and paired ones that 1.x writes as null where nothing was set, and 2.0.8 refuses."""


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
        old, (name, add, renamed) = name, GONE[name]
        new = {**add, **{renamed.get(key, key): value for key, value in new.items()}}
        notes.append(f"{old} is called {name} now")
    for key in sorted(IGNORED & new.keys()):
        if new.pop(key) is True:
            new["p"] = 1.0
        notes.append(f"{key} is gone from Albumentations 2; {'p is 1 instead' if new.get('p') == 1.0 else 'p decides'}")
    for key in _old_words(name):
        if key in new and new[key] is None:
            del new[key]
    for old_key, new_key in RENAMED.get(name, {}).items():
        if old_key in new and new_key not in new:
            new[new_key] = new.pop(old_key)
            notes.append(f"{old_key} is called {new_key} now")
    for pair in PAIRED.get(name, ()):
        notes += _joined(new, pair)
    if name in CONVERSIONS:
        notes += CONVERSIONS[name](new)
    return Converted(name, new, tuple(notes))


def _old_words(name: str) -> set[str]:
    """Arguments of 1.x in which null says that nothing was set."""
    pairs = {word for pair in PAIRED.get(name, ()) for word in (pair.first, pair.second)}
    return {*RENAMED.get(name, {}), *pairs, *NULL_MEANT_DEFAULT.get(name, ())}


GONE: Mapping[str, tuple[str, Mapping[str, Any], Mapping[str, str]]] = {
    "JpegCompression": ("ImageCompression", {"compression_type": "jpeg"}, {}),
    "RandomBrightness": ("RandomBrightnessContrast", {"contrast_limit": [0, 0]}, {"limit": "brightness_limit"}),
    "RandomContrast": ("RandomBrightnessContrast", {"brightness_limit": [0, 0]}, {"limit": "contrast_limit"}),
    "Cutout": (
        "CoarseDropout",
        {"num_holes": 8, "max_h_size": 8, "max_w_size": 8},
        {},
    ),
    "IAAFliplr": ("HorizontalFlip", {}, {}),
    "IAAFlipud": ("VerticalFlip", {}, {}),
}
"""Classes of 1.x by their heirs, with what 1.x took where an argument is left out, and arguments that are renamed."""


def _joined(new: dict[str, Any], pair: Pair) -> list[str]:
    if not new.keys() & {pair.first, pair.second} or pair.to in new:
        return []
    new[pair.to] = [new.pop(pair.first, pair.default[0]), new.pop(pair.second, pair.default[1])]
    return [f"{pair.first} and {pair.second} are called {pair.to} now"]


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
    """1.3.1 saves the type as the number of its enumeration."""
    types = ("jpeg", "webp")
    kind = new.get("compression_type")
    if kind in (0, 1) and not isinstance(kind, bool):
        new["compression_type"] = types[kind]
        return [f"compression_type {kind} is called {types[kind]} now"]
    return []


def _downscale(new: dict[str, Any]) -> list[str]:
    """1.x: one flag, or one for each way."""
    if "interpolation" not in new or "interpolation_pair" in new:
        return []
    flags = new.pop("interpolation")
    new["interpolation_pair"] = flags if isinstance(flags, dict) else {"upscale": flags, "downscale": flags}
    return ["interpolation is called interpolation_pair now"]


def _grid_dropout(new: dict[str, Any]) -> list[str]:
    """1.x let one of two numbers be set alone; 2.x wants both, so the library decides as if neither were."""
    notes = []
    for key in ("unit_size_range", "holes_number_xy"):
        if isinstance(new.get(key), list) and None in new[key]:
            del new[key]
            notes.append(f"{key} needs two numbers, and only one was set; it is left out")
    return notes


def _solarize(new: dict[str, Any]) -> list[str]:
    """1.x: a threshold on 0..255, or two between which it is drawn. 2.x: two on 0..1."""
    if "threshold" not in new:
        return []
    limits = new.pop("threshold")
    low, high = limits if isinstance(limits, list) else (limits, limits)
    new["threshold_range"] = [round(v / 255 if v > 1 else v, 6) for v in (low, high)]
    return ["threshold (0..255) became threshold_range (0..1)"]


def _coarse_dropout(new: dict[str, Any]) -> list[str]:
    """1.x: the largest, and the smallest where it differs; what is left out of an old step was 8 holes of 8 x 8."""
    if not new.keys() & {"max_holes", "max_height", "max_width", "num_holes", "max_h_size", "max_w_size"}:
        return []
    notes = []
    for high, other, low, to in (
        ("max_holes", "num_holes", "min_holes", "num_holes_range"),
        ("max_height", "max_h_size", "min_height", "hole_height_range"),
        ("max_width", "max_w_size", "min_width", "hole_width_range"),
    ):
        said = next((word for word in (high, other) if word in new), None)
        if to in new:
            continue
        most = 8 if said is None else new.pop(said)
        new[to] = [new.pop(low, most), most]
        notes.append(f"{to} is 8, as {high} was where it was left out" if said is None else f"{said} became {to}")
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
    "GridDropout": _grid_dropout,
    "Solarize": _solarize,
    "CoarseDropout": _coarse_dropout,
    "ElasticTransform": _dead("alpha_affine"),
    "OpticalDistortion": _dead("shift_limit"),
    "RandomGamma": _dead("eps"),
}
