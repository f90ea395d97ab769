"""Parameters that stand for one choice between them, and values that must go when another changes."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from augviz.transforms.kinds import AxisRanges, Choice, Number, Pair, Parameter, Range, Sides
from augviz.transforms.values import Params, frozen


class Alternatives(NamedTuple):
    """Parameters of which one is set and the others are None.

    Attributes:
        title: What they have in common.
        parameters: Their names.
        labels: What is chosen with each.
        none_label: Label for setting none of them, or empty when one must be set.
    """

    title: str
    parameters: tuple[str, ...]
    labels: tuple[str, ...]
    none_label: str = ""


ALTERNATIVES: Mapping[str, tuple[Alternatives, ...]] = MappingProxyType(
    {
        "Affine": (Alternatives("Shift", ("translate_percent", "translate_px"), ("by share", "by pixels"), "none"),),
        "CropAndPad": (Alternatives("Crop or pad", ("percent", "px"), ("by share", "by pixels")),),
        "LongestMaxSize": (Alternatives("Fit", ("max_size", "max_size_hw"), ("longest side", "height and width")),),
        "SmallestMaxSize": (Alternatives("Fit", ("max_size", "max_size_hw"), ("shortest side", "height and width")),),
        "PadIfNeeded": (
            Alternatives("Height", ("min_height", "pad_height_divisor"), ("at least", "divisible by")),
            Alternatives("Width", ("min_width", "pad_width_divisor"), ("at least", "divisible by")),
        ),
    }
)
"""Parameters that exclude each other; source: the validators of 2.0.8."""

_TAKEN_BACK: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("AdditiveNoise", "noise_type"): ("noise_params",),
        ("HEStain", "method"): ("preset",),
        ("PlanckianJitter", "mode"): ("temperature_limit",),
    }
)
"""When the first changes, the others no longer fit and go back to their defaults."""

_STARTS: Mapping[str, Any] = MappingProxyType(
    {
        "translate_percent": (-0.05, 0.05),
        "translate_px": (-10, 10),
        "percent": (-0.1, 0.1),
        "px": (-10, 10),
        "max_size": 256,
        "max_size_hw": (256, 256),
        "min_height": 512,
        "min_width": 512,
        "pad_height_divisor": 32,
        "pad_width_divisor": 32,
        "shift_limit_x": (-0.0625, 0.0625),
        "shift_limit_y": (-0.0625, 0.0625),
        "temperature_limit": (4000, 9000),
        "unit_size_range": (16, 64),
        "holes_number_xy": (4, 4),
        "drop_length": 20,
        "color": (238, 238, 175),
    }
)


def chosen(alternatives: Alternatives, values: Mapping[str, Any]) -> str | None:
    """Which of the alternatives is set; None when none is."""
    return next((name for name in alternatives.parameters if values.get(name) is not None), None)


def choose(alternatives: Alternatives, params: Params, name: str | None, parameters: Mapping[str, Parameter]) -> Params:
    """The parameters with one alternative set to a starting value and the others None."""
    out = dict(params)
    for other in alternatives.parameters:
        if parameters[other].default is None:
            out.pop(other, None)
        else:
            out[other] = None
    if name is not None:
        out[name] = starting_value(parameters[name])
    return Params(out)


def after_change(transform: str, params: Params, changed: str) -> Params:
    """The parameters without those that no longer fit after one has changed."""
    taken_back = _TAKEN_BACK.get((transform, changed), ())
    return Params({name: value for name, value in params.items() if name not in taken_back})


def starting_value(parameter: Parameter) -> Any:
    """A value for a parameter that was None and is being set."""
    if parameter.default is not None:
        return parameter.default
    if parameter.name in _STARTS:
        return frozen(_STARTS[parameter.name])
    match parameter:
        case Choice():
            return parameter.options[0]
        case Number(bounds=bounds):
            return bounds.slider_min
        case Range(bounds=bounds) | Pair(bounds=bounds) | AxisRanges(bounds=bounds) | Sides(bounds=bounds):
            return bounds.slider_min, bounds.slider_min
        case _:
            return ()
