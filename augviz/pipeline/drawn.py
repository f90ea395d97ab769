"""The values a transform drew, in the words of its sliders.

Albumentations keeps what it drew in ``transform.params``, often only as a derived array (a matrix, a kernel, a map).
Scalars are shown as they are; the arrays that hold something a person set are read back; the rest is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from augviz.wording import percent


class DrawnValue(NamedTuple):
    """One drawn value for people: ``("rotation", "-12.3°")``."""

    name: str
    text: str


SHORT_CHARACTERS = 24
"""A drawn value longer than this is left out where one only wants to know what happened."""


def in_short(values: Sequence[DrawnValue]) -> str:
    """The first drawn value that can be said in a few words, or nothing.

    >>> in_short([DrawnValue("rotation", "-12.3°")])
    'by -12.3°'
    >>> in_short([DrawnValue("kernel", "7 px")])
    '(kernel 7 px)'
    """
    for value in values:
        if value.text.endswith("°"):
            return f"by {value.text}"
        if len(text := f"{value.name} {value.text}") <= SHORT_CHARACTERS:
            return f"({text})"
    return ""


# Present in nearly every params dict and not drawn, or only of use to the library.
NOT_DRAWN = frozenset(
    {
        "shape", "interpolation", "fill", "fill_mask", "cols", "rows", "seed", "random_seed",
        "output_shape", "result_shape", "bbox_matrix", "matrix_bbox", "max_height", "max_width",
        "x_min", "x_max", "y_min", "y_max", "image_type", "pad_params", "mode", "mask",
        "sharpening_matrix", "target_shape", "target_mask_shape", "processed_cells", "overlay_data"
    }
)  # fmt: skip

TITLES: Mapping[str, str] = {
    "rotate": "rotation",
    "alpha": "contrast factor",
    "beta": "brightness shift",
    "factor": "quarter turns",
    "group_element": "symmetry",
    "channels_shuffled": "channel order",
    "channels_to_drop": "dropped channels",
}
DEGREES = frozenset({"rotate", "angle", "slant"})


def drawn_values(name: str, params: Mapping[str, Any]) -> tuple[DrawnValue, ...]:
    """What the transform ``name`` drew, for people.

    Args:
        name: Class name of the transform.
        params: Its ``params`` after the call.
    """
    found: list[DrawnValue] = []
    for key, value in params.items():
        if key in NOT_DRAWN or value is None:
            continue
        if key == "matrix":
            found += _from_matrix(name, value, params)
        elif key in READERS:
            found += READERS[key](value)
        elif (text := _text(key, value)) is not None:
            title = "alpha" if key == "alpha" and name != "RandomBrightnessContrast" else TITLES.get(key, key)
            found.append(DrawnValue(title.replace("_", " "), text))
    return tuple(found)


def _text(key: str, value: Any) -> str | None:
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, bool | str):
        return str(plain)
    if isinstance(plain, int | float):
        return f"{plain:.1f}°" if key in DEGREES else f"{plain:.4g}"
    if isinstance(plain, Mapping):
        parts = {k: _text(str(k), v) for k, v in plain.items()}
        return ", ".join(f"{k} {text}" for k, text in parts.items() if text) or None
    if isinstance(plain, np.ndarray) and plain.ndim == 1 and plain.size <= 6:
        plain = plain.tolist()
    if isinstance(plain, list | tuple) and 0 < len(plain) <= 6 and all(isinstance(v, int | float) for v in plain):
        return ", ".join(f"{v:.4g}" for v in plain)
    return None


def _from_matrix(name: str, matrix: Any, params: Mapping[str, Any]) -> list[DrawnValue]:
    """Rotation of a matrix (Rotate keeps no angle); perspective has no such reading."""
    if name == "Perspective" or "rotate" in params:
        return []
    # A rotation matrix [[cos, -sin], [sin, cos]] in image coordinates, y downwards.
    return [DrawnValue("rotation", f"{-math.degrees(math.atan2(matrix[1][0], matrix[0][0])):.1f}°")]


def _crop(value: Any) -> list[DrawnValue]:
    x1, y1, x2, y2 = (int(v) for v in value)
    return [DrawnValue("crop", f"x {x1}-{x2}, y {y1}-{y2} ({x2 - x1} x {y2 - y1} px)")]


def _kernel(value: Any) -> list[DrawnValue]:
    size = int(np.shape(value)[0]) if np.ndim(value) else int(value)
    return [DrawnValue("kernel", f"{size} px")]


def _count(title: str) -> Callable[[Any], list[DrawnValue]]:
    return lambda value: [DrawnValue(title, str(len(value)))]


def _share(title: str) -> Callable[[Any], list[DrawnValue]]:
    return lambda value: [DrawnValue(title, percent(float(np.mean(value))))]


READERS: Mapping[str, Callable[[Any], list[DrawnValue]]] = {
    "crop_coords": _crop,
    "kernel": _kernel,
    "holes": _count("holes"),
    "drop_mask": _share("dropped pixels"),
    "salt_mask": _share("salt"),
    "pepper_mask": _share("pepper"),
    "dropout_mask": _share("erased"),
    "vertices_list": _count("shadows"),
    "rain_drops": _count("drops"),
    "circles": _count("circles"),
    "tiles": _count("tiles"),
    "zoom_factors": lambda value: [DrawnValue("zoom", f"{float(np.max(value)):.3g} x")],
}
