"""One common strength for a pipeline: 0 is off, 1 as set, 2 twice as far, within what the library accepts.

What strength does to a step depends on what the step is:

* **numbers**: every parameter with a neutral value (:mod:`augviz.transforms.neutral`) moves on a straight line from
  there through what is set; its p stays. Ranges move with both ends, whole numbers are rounded, kernels stay odd,
  and all stay inside the hard bounds. A range that would contradict another one moves only as far as it can. At
  strength 0 a transform that still does something at its neutral values is switched off by its p as well
  (:data:`augviz.transforms.neutral.NEVER_QUITE_OFF`).
* **chance**: a step without any such number (a mirror, a crop of fixed size, grey) fires with p times the strength,
  at most always. In a OneOf, where p is a weight, the weight stays, and the step fires that often once it is chosen.
* **kept**: what draws nothing and makes the size that training needs (Resize, CenterCrop, PadIfNeeded …) stays, at
  strength 0 as well; so do Normalize and ToTensorV2.

Ids stay, so that every strength meets the same draws (docs/decisions/0004-one-stream-a-step.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, NamedTuple

from augviz.errors import PipelineError
from augviz.pipeline.spec import Group, Node, PipelineSpec, Step
from augviz.transforms import construct
from augviz.transforms.catalogue import offered
from augviz.transforms.kinds import (
    AxisRanges,
    Bounds,
    NoiseForm,
    Number,
    Pair,
    Parameter,
    Range,
    ShareOrPixels,
    Sides,
    is_number,
)
from augviz.transforms.neutral import FARTHEST, FIXED_SIZE, NEVER_QUITE_OFF, neutral_of
from augviz.transforms.parameters import describe
from augviz.transforms.values import Params, frozen

MOST = 2.0
"""Largest strength."""

HALVINGS = 20
"""How closely a strength is found at which values agree with each other."""

Kind = Literal["numbers", "chance", "kept"]


class Way(NamedTuple):
    """What strength does to a step.

    Attributes:
        kind: "numbers", "chance" or "kept".
        parameters: Titles of the parameters that move.
        note: What is special about it, in half a sentence; may be empty.
    """

    kind: Kind
    parameters: tuple[str, ...] = ()
    note: str = ""


def way_of(step: Step) -> Way:
    """What strength does to a step, for people."""
    if step.name not in offered():
        return Way("kept", (), "it is not known here")
    if step.name in FIXED_SIZE:
        return Way("kept", (), "it draws nothing, and training needs its size")
    moving = _moving(step)
    if not moving:
        return Way("chance", (), "it has no number that could be smaller, so it fires less often")
    note = NEVER_QUITE_OFF.get(step.name, "")
    if step.name == "RandomResizedCrop":
        note = "at 0 it still resizes"
    return Way("numbers", tuple(parameter.title for parameter in moving), note)


def scaled(spec: PipelineSpec, strength: float, step_id: str | None = None) -> PipelineSpec:
    """The pipeline at another strength.

    Args:
        spec: The pipeline.
        strength: 0 off, 1 as set, 2 twice as far.
        step_id: Only this step, or all steps of this group; None is the whole pipeline.

    Returns:
        A pipeline with the same ids; at 1 it draws the same bytes as ``spec``, at 0 only steps that are kept do
        anything, and every step that could be built can be built.

    Raises:
        PipelineError: The strength is outside 0..2, or there is no such step.
    """
    if not is_number(strength) or not 0 <= strength <= MOST:
        raise PipelineError(f"strength is a number from 0 to {MOST:g}, got {strength!r}")
    if step_id is None:
        return replace(spec, steps=tuple(_scaled_node(node, strength) for node in spec.steps))
    parent = _parent_kind(spec, step_id)
    if any(step.id == step_id for step in spec.tail):
        return spec
    return spec.edit(step_id, lambda node: _scaled_node(node, strength, is_weight=parent == "OneOf"))


def _parent_kind(spec: PipelineSpec, step_id: str) -> str:
    groups = (node for node in spec.walk() if isinstance(node, Group))
    return next((group.kind for group in groups if any(child.id == step_id for child in group.children)), "")


def _scaled_node(node: Node, strength: float, *, is_weight: bool = False) -> Node:
    if isinstance(node, Group):
        inside = node.kind == "OneOf"
        return replace(node, children=tuple(_scaled_node(child, strength, is_weight=inside) for child in node.children))
    kind = way_of(node).kind
    if kind == "kept" or strength == 1:
        return node
    if kind == "numbers" and (strength > 0 or node.name not in NEVER_QUITE_OFF):
        return replace(node, params=_moved(node, strength))
    return _by_chance(node, strength, is_weight)


def _by_chance(step: Step, strength: float, is_weight: bool) -> Node:
    if not is_weight:
        return replace(step, p=min(step.p * strength, 1.0))
    # A OneOf runs the child that it chose whatever its p; a Sequential around it asks the child's p again.
    inner = replace(step, p=min(strength, 1.0))
    return step if strength >= 1 else Group("Sequential", (inner,), step.p, enabled=step.enabled)


# -- numbers -----------------------------------------------------------------------------------------------------


def _current(step: Step, parameter: Parameter) -> Any:
    return step.params.get(parameter.name, parameter.default)


def _moving(step: Step) -> list[Parameter]:
    """Parameters with a neutral value that are set, or have a default."""
    return [
        parameter
        for parameter in describe(step.name)
        if _current(step, parameter) is not None
        and (isinstance(parameter, NoiseForm) or neutral_of(step.name, parameter) is not None)
    ]


def _moved(step: Step, strength: float) -> Params:
    """The parameters at a strength, or at the one nearest to it that the library accepts; what it refuses as it is set
    stays so.
    """
    if not _is_accepted(step.name, step.params):
        return step.params
    moving = _moving(step)

    def at(wanted: float) -> Params:
        changed = {p.name: frozen(_value(step, p, _current(step, p), wanted)) for p in moving}
        return Params({**step.params, **changed})

    wanted = at(strength)
    if _is_accepted(step.name, wanted):
        return wanted
    good, bad = 1.0, strength
    for _halving in range(HALVINGS):
        middle = (good + bad) / 2
        good, bad = (middle, bad) if _is_accepted(step.name, at(middle)) else (good, middle)
    return step.params if good == 1 else at(good)


def _is_accepted(name: str, params: Params) -> bool:
    try:
        construct.check(name, params)
    except PipelineError:
        return False
    return True


def _value(step: Step, parameter: Parameter, current: Any, strength: float) -> Any:
    """A parameter's value, moved: the same shape, but one number that stands for a range becomes the range."""
    if isinstance(parameter, NoiseForm):
        form = str(step.params.get(parameter.chosen_by, parameter.chosen))
        return _noise(step, {field.name: field for field in parameter.forms.get(form, ())}, current, strength)
    neutral = neutral_of(step.name, parameter)
    if neutral is None:
        return current
    if isinstance(parameter, Range):
        current = parameter.ends(current)
    elif isinstance(parameter, AxisRanges):
        x, y = parameter.axes(current)
        current = {"x": x, "y": y} if isinstance(current, Mapping) else x
    return _each(current, lambda number: _line(neutral, number, strength, _bounds(step.name, parameter, number)))


def _noise(step: Step, fields: Mapping[str, Range], current: Mapping[str, Any], strength: float) -> Any:
    """The amounts of a noise; the shape of its distribution stays."""
    moved = dict(current)
    for name, field in fields.items():
        neutral = neutral_of(step.name, field)
        if name in current and neutral is not None:
            bounds = field.bounds
            moved[name] = _each(current[name], lambda x, n=neutral, b=bounds: _line(n, x, strength, b))  # type: ignore[misc]
    return moved


def _bounds(transform: str, parameter: Parameter, number: float) -> Bounds:
    """Hard bounds of a number that is set so."""
    low, high = FARTHEST.get(f"{transform}.{parameter.name}", (None, None))
    bounds = _hard_bounds(parameter, number)
    if low is not None:
        bounds = bounds._replace(hard_min=min(low, number))
    return bounds if high is None else bounds._replace(hard_max=max(high, number))


def _hard_bounds(parameter: Parameter, number: float) -> Bounds:
    if isinstance(parameter, ShareOrPixels):
        # The schema lets a share be 8192, because the same parameter takes pixels; a share above 1 finds no place.
        return parameter.pixels if isinstance(number, int) else parameter.share._replace(hard_max=1.0)
    if isinstance(parameter, Number | Range | Pair | AxisRanges | Sides):
        return parameter.bounds
    raise TypeError(f"{type(parameter).__name__} has no bounds")


def _each(value: Any, move: Callable[[float], float]) -> Any:
    """Every number in a value."""
    if isinstance(value, Mapping):
        return {key: _each(item, move) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(_each(item, move) for item in value)
    return move(value) if is_number(value) else value


def _line(neutral: float, value: float, strength: float, bounds: Bounds) -> float:
    """A number on the line from its neutral value through what is set, inside its hard bounds.

    >>> _line(1.0, 0.8, 2.0, Bounds(0.0, None, 0.0, 3.0, 0.1))
    0.6000000000000001
    """
    moved = neutral + strength * (value - neutral)
    if bounds.is_odd:
        moved = 2 * round((moved - 1) / 2) + 1
    if bounds.hard_min is not None:
        moved = max(moved, bounds.hard_min)
    if bounds.hard_max is not None:
        moved = min(moved, bounds.hard_max)
    return round(moved) if bounds.is_integer else float(moved)
