"""Parameters that change nothing as long as another one has its value; the controls grey them out.

Each row carries its own proof: with ``dead_with`` two values of the parameter give equal results, with ``alive_with``
they do not. A test runs both (``tests/conformance/test_catalogue_dead_parameters.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from immutabledict import immutabledict

from augviz.transforms.parameters import describe

Values = Mapping[str, Any]


class DeadRule(NamedTuple):
    """One row.

    Attributes:
        transform: Class name.
        parameter: The parameter that is dead.
        controllers: The parameters that decide it; they are shown before it.
        is_dead: Whether it is dead, given all values with defaults filled in.
        reason: Why, and what brings it to life; one sentence.
        dead_with: Values under which it is dead.
        alive_with: Values under which it is not, or None when nothing brings it to life.
    """

    transform: str
    parameter: str
    controllers: tuple[str, ...]
    is_dead: Callable[[Values], bool]
    reason: str
    dead_with: Mapping[str, Any]
    alive_with: Mapping[str, Any] | None


def dead_reason(transform: str, parameter: str, params: Mapping[str, Any]) -> str | None:
    """Why a parameter has no effect now, in one sentence, or None when it has.

    Args:
        transform: Class name.
        parameter: Argument name.
        params: The step's parameters; those that are not named have the library's default.
    """
    rules = [rule for rule in rules_of(transform) if rule.parameter == parameter]
    if not rules:
        return None
    values = effective(transform, params)
    return next((rule.reason for rule in rules if rule.is_dead(values)), None)


@cache
def rules_of(transform: str) -> tuple[DeadRule, ...]:
    """All rows of a transform."""
    return tuple(rule for rule in RULES if rule.transform == transform)


def _equals(name: str, value: Any) -> Callable[[Values], bool]:
    return lambda values: bool(values[name] == value)


def _differs(name: str, value: Any) -> Callable[[Values], bool]:
    return lambda values: bool(values[name] != value)


def _is_nothing(*names: str) -> Callable[[Values], bool]:
    return lambda values: any(values[name] in (0, (0, 0)) for name in names)


_CONSTANT = "It has no effect unless the border is a constant fill."
_PADDED = "It has no effect unless the image is padded when it is smaller."

_BORDERED: Mapping[str, Mapping[str, Any]] = {
    "Rotate": {"limit": (30.0, 30.0)},
    "SafeRotate": {"limit": (30.0, 30.0)},
    "Affine": {"rotate": (30.0, 30.0)},
    "ShiftScaleRotate": {"rotate_limit": (30.0, 30.0)},
    "Perspective": {"scale": (0.2, 0.2), "fit_output": True},
    "CropAndPad": {"px": 20},
    "Pad": {"padding": 20},
    "PadIfNeeded": {"min_height": 400, "min_width": 400},
    "CenterCrop": {"height": 300, "width": 300, "pad_if_needed": True},
    "RandomCrop": {"height": 300, "width": 300, "pad_if_needed": True},
    "Crop": {"x_max": 300, "y_max": 300, "pad_if_needed": True},
    "ElasticTransform": {"alpha": 300.0, "sigma": 10.0},
    "GridDistortion": {"distort_limit": (0.9, 0.9), "normalized": False},
    "OpticalDistortion": {"distort_limit": (0.9, 0.9)},
    "ThinPlateSpline": {"scale_range": (0.6, 0.6)},
}
"""Transforms with a border, and values that bring the border into view on 256 px."""

_SIZE = MappingProxyType({"height": 300, "width": 300})
_PADDING: Mapping[str, Mapping[str, Any]] = {
    "CenterCrop": _SIZE,
    "RandomCrop": _SIZE,
    "Crop": {"x_max": 300, "y_max": 300},
}
_INSIDE: Mapping[str, Mapping[str, Any]] = {
    "CenterCrop": {"height": 200, "width": 200},
    "RandomCrop": {"height": 200, "width": 200},
    "Crop": {"x_max": 200, "y_max": 200},
}


def _border_rules() -> Iterator[DeadRule]:
    for transform, seen in _BORDERED.items():
        for parameter in ("fill", "fill_mask"):
            yield DeadRule(
                transform,
                parameter,
                ("border_mode",),
                _differs("border_mode", 0),
                _CONSTANT,
                {**seen, "border_mode": 4},
                {**seen, "border_mode": 0},
            )


def _padding_rules() -> Iterator[DeadRule]:
    for transform, larger in _PADDING.items():
        for parameter in ("pad_position", "border_mode", "fill", "fill_mask"):
            yield DeadRule(
                transform,
                parameter,
                ("pad_if_needed",),
                _equals("pad_if_needed", False),
                _PADDED,
                {**_INSIDE[transform], "pad_if_needed": False},
                {**larger, "pad_if_needed": True},
            )


def _perspective_rules() -> Iterator[DeadRule]:
    for parameter in ("border_mode", "fill", "fill_mask"):
        yield DeadRule(
            "Perspective",
            parameter,
            ("fit_output",),
            _equals("fit_output", False),
            "It has no effect unless the whole image is kept in view.",
            {"scale": (0.2, 0.2)},
            {"scale": (0.2, 0.2), "fit_output": True},
        )


def _mode_rules() -> Iterator[DeadRule]:
    """Parameters that belong to one mode or method."""
    for transform, parameter, controller, needed, other, alive in (
        ("Illumination", "angle_range", "mode", "linear", "corner", {}),
        ("Illumination", "center_range", "mode", "gaussian", "linear", {}),
        ("Illumination", "sigma_range", "mode", "gaussian", "linear", {}),
        ("Sharpen", "lightness", "method", "kernel", "gaussian", {}),
        ("Sharpen", "kernel_size", "method", "gaussian", "kernel", {"sigma": 8.0}),
        ("Sharpen", "sigma", "method", "gaussian", "kernel", {"kernel_size": 15}),
        ("HEStain", "preset", "method", "preset", "macenko", {}),
        ("Normalize", "mean", "normalization", "standard", "min_max", {}),
        ("Normalize", "std", "normalization", "standard", "min_max", {}),
        ("Normalize", "max_pixel_value", "normalization", "standard", "image", {}),
    ):
        yield DeadRule(
            transform,
            parameter,
            (controller,),
            _differs(controller, needed),
            f"It has no effect unless the {controller} is {needed}.",
            {controller: other},
            {controller: needed, **alive},
        )


def _strip_rules() -> Iterator[DeadRule]:
    for axis in "xy":
        count, size = f"num_masks_{axis}", f"mask_{axis}_length"
        yield DeadRule(
            "XYMasking",
            size,
            (count,),
            _is_nothing(count),
            "It has no effect while there are no strips of this kind.",
            {count: 0},
            {count: (2, 2)},
        )


_SINGLE_RULES = (
    DeadRule(
        "CropAndPad",
        "interpolation",
        ("keep_size",),
        _equals("keep_size", False),
        "It has no effect unless the image is brought back to its size.",
        {"px": -20, "keep_size": False},
        {"px": -20, "keep_size": True},
    ),
    DeadRule(
        "CropAndPad",
        "mask_interpolation",
        ("keep_size",),
        _equals("keep_size", False),
        "It has no effect unless the image is brought back to its size.",
        {"px": -20, "keep_size": False},
        {"px": -20, "keep_size": True},
    ),
    DeadRule(
        "ShiftScaleRotate",
        "shift_limit",
        ("shift_limit_x", "shift_limit_y"),
        lambda values: values["shift_limit_x"] is not None and values["shift_limit_y"] is not None,
        "It has no effect while the shifts in x and in y are both set.",
        {"shift_limit_x": (0.1, 0.1), "shift_limit_y": (0.1, 0.1)},
        {},
    ),
    DeadRule(
        "AdditiveNoise",
        "approximation",
        ("spatial_mode",),
        _equals("spatial_mode", "constant"),
        "It has no effect while one value is drawn for a whole channel.",
        {"spatial_mode": "constant"},
        {"spatial_mode": "per_pixel"},
    ),
    DeadRule(
        "GridDropout",
        "shift_xy",
        ("random_offset",),
        _equals("random_offset", True),
        "It has no effect while the offset is random.",
        {"random_offset": True},
        {"random_offset": False, "holes_number_xy": (4, 4)},
    ),
    DeadRule(
        "RandomBrightnessContrast",
        "brightness_by_max",
        ("brightness_limit",),
        _is_nothing("brightness_limit"),
        "It has no effect while the brightness stays as it is.",
        {"brightness_limit": (0.0, 0.0)},
        {"brightness_limit": (0.3, 0.3)},
    ),
    DeadRule(
        "Superpixels",
        "interpolation",
        ("max_size",),
        _equals("max_size", None),
        "It has no effect while the image is not resized to a working size.",
        {"max_size": None, "p_replace": (1.0, 1.0)},
        {"max_size": 64, "p_replace": (1.0, 1.0)},
    ),
    DeadRule(
        "PlasmaBrightnessContrast",
        "plasma_size",
        (),
        lambda _values: True,
        "The library never uses it.",
        {},
        None,
    ),
    DeadRule(
        "PlasmaShadow",
        "plasma_size",
        (),
        lambda _values: True,
        "The library never uses it.",
        {},
        None,
    ),
)

RULES: tuple[DeadRule, ...] = (
    *_padding_rules(),
    *_perspective_rules(),
    *_border_rules(),
    *_mode_rules(),
    *_strip_rules(),
    *_SINGLE_RULES,
)
"""All rows. Where two fit, the first gives the reason."""


def effective(transform: str, params: Mapping[str, Any]) -> immutabledict[str, Any]:
    """All parameters of a step, with the library's defaults filled in."""
    return immutabledict({**{p.name: p.default for p in describe(transform)}, **params})
