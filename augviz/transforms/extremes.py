"""The ends of what a transform draws: its ranges narrowed to one end each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

from immutabledict import immutabledict

from augviz.transforms.kinds import AxisRanges, NoiseForm, Parameter, Range, ShareOrPixels, Sides, is_number
from augviz.transforms.parameters import describe
from augviz.transforms.values import Params

End: TypeAlias = Literal["low", "high"]
Choose: TypeAlias = Callable[[str], End]
"""Which end a range takes, by its name ("limit", "scale.x")."""


def at_ends(name: str, params: Params, choose: Choose) -> Params:
    """The parameters with every range narrowed to one of its ends; ranges without width stay.

    Args:
        name: Class name of the transform.
        params: What is set; the others have the library's defaults.
        choose: Which end each range takes.

    Returns:
        Parameters that no longer draw from ranges. Places, signs and choices are drawn as before.
    """
    changed = dict(params)
    for parameter in describe(name):
        current = params.get(parameter.name, parameter.default)
        if current is not None and (narrow := _narrowed(parameter, current, choose)) != current:
            changed[parameter.name] = narrow
    return Params(changed)


def _narrowed(parameter: Parameter, current: Any, choose: Choose) -> Any:
    if isinstance(parameter, Range):
        ends = parameter.ends(current)
        return current if ends[0] == ends[1] else _end(ends, choose(parameter.name))
    if isinstance(parameter, AxisRanges):
        axes = zip("xy", parameter.axes(current), strict=True)
        return immutabledict({axis: _end(ends, choose(f"{parameter.name}.{axis}")) for axis, ends in axes})
    is_sides_range = isinstance(parameter, Sides) and parameter.pair_means == "range"
    if (isinstance(parameter, ShareOrPixels) or is_sides_range) and _is_range(current):
        return _end(current, choose(parameter.name))
    if isinstance(parameter, NoiseForm) and isinstance(current, Mapping):
        return immutabledict({key: _field(f"{parameter.name}.{key}", value, choose) for key, value in current.items()})
    return current


def _field(name: str, value: Any, choose: Choose) -> Any:
    if _is_range(value):
        return _end(value, choose(name))
    if isinstance(value, tuple) and value and all(_is_range(each) for each in value):
        return tuple(_end(each, choose(name)) for each in value)
    return value


def _is_range(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(is_number(end) for end in value)


def _end(ends: tuple[float, float], end: End) -> tuple[float, float]:
    value = ends[0] if end == "low" else ends[1]
    return value, value
