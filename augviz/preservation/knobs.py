"""The numbers of a step that can be turned one at a time, to see how far the label goes along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from immutabledict import immutabledict

from augviz.errors import PipelineError
from augviz.pipeline.spec import Node, PipelineSpec, Step
from augviz.transforms.kinds import AxisRanges, Bounds, Number, Parameter, Range
from augviz.transforms.parameters import describe

Part: TypeAlias = Literal["value", "low", "high", "both", "exactly"]


@dataclass(frozen=True)
class Knob:
    """One number of one step.

    Attributes:
        step_id: The step.
        parameter: The parameter's name.
        title: Both for people ("Rotate, Angle").
        part: "value" the number itself · "low", "high" an end of a range · "both" the range around ``centre`` ·
            "exactly" both ends at one value, to see where along the range labels fail.
        low, high: Ends of what is swept.
        now: Where it stands.
        unit: Unit, may be empty.
        centre: Middle of the range that "both" opens.
        axis: "x" or "y" for a range of one axis, or empty.
        is_integer: Whole numbers only.
        is_odd: Odd numbers only.
    """

    step_id: str
    parameter: str
    title: str
    part: Part
    low: float
    high: float
    now: float
    unit: str = ""
    centre: float = 0.0
    axis: str = ""
    is_integer: bool = False
    is_odd: bool = False

    def settled(self, value: float) -> float:
        """The nearest value that the parameter takes, inside the ends."""
        inside = min(max(value, self.low), self.high)
        if self.is_odd:
            return float(min(max(2 * round((inside - 1) / 2) + 1, self.low), self.high))
        return float(round(inside)) if self.is_integer else float(inside)


def knobs_of(spec: PipelineSpec, step_id: str) -> tuple[Knob, ...]:
    """Every number of a step that can be swept, in the order of its parameters.

    Raises:
        PipelineError: There is no such step.
    """
    step = spec.find(step_id)
    if not isinstance(step, Step):
        raise PipelineError("a group has no numbers of its own to turn", where=step_id, mend="Choose a step in it.")
    return tuple(knob for parameter in describe(step.name) for knob in _knobs(step, parameter))


def turned(spec: PipelineSpec, knob: Knob, value: float) -> PipelineSpec:
    """The pipeline with a knob at another value; ids stay, so that all draws do."""

    def change(node: Node) -> Node:
        if not isinstance(node, Step):
            return node
        parameter = next(p for p in describe(node.name) if p.name == knob.parameter)
        return node.with_param(knob.parameter, _set(parameter, _current(node, parameter), knob, value))

    return spec.edit(knob.step_id, change)


def _current(step: Step, parameter: Parameter) -> Any:
    return step.params.get(parameter.name, parameter.default)


def _knobs(step: Step, parameter: Parameter) -> list[Knob]:
    current = _current(step, parameter)
    if current is None or parameter.is_rare:
        return []
    title = f"{step.title or step.name}, {parameter.title}"
    if isinstance(parameter, Number):
        return [_knob(step, parameter, title, "value", float(current), bounds=parameter.bounds)]
    if isinstance(parameter, Range):
        neutral = 1.0 if parameter.scalar_means == "around one" else 0.0
        opens = parameter.scalar_means in ("symmetric", "around one")
        return _range_knobs(
            step, parameter, title, parameter.ends(current), bounds=parameter.bounds, neutral=neutral, opens=opens
        )
    if isinstance(parameter, AxisRanges):
        axes = zip("xy", parameter.axes(current), strict=True)
        return [
            knob
            for axis, ends in axes
            for knob in _range_knobs(
                step,
                parameter,
                f"{title} {axis}",
                ends,
                bounds=parameter.bounds,
                neutral=parameter.neutral,
                opens=True,
                axis=axis,
            )
        ]
    return []


def _range_knobs(
    step: Step,
    parameter: Parameter,
    title: str,
    ends: tuple[float, float],
    *,
    bounds: Bounds,
    neutral: float,
    opens: bool,
    axis: str = "",
) -> list[Knob]:
    low, high = float(ends[0]), float(ends[1])
    found = []
    if opens and bounds.slider_min < neutral < bounds.slider_max:
        widest = min(neutral - bounds.slider_min, bounds.slider_max - neutral)
        now = max(abs(low - neutral), abs(high - neutral))
        within = bounds._replace(slider_min=0.0, slider_max=widest)
        found.append(
            _knob(step, parameter, f"{title} (both ways)", "both", now, bounds=within, centre=neutral, axis=axis)
        )
    found.append(_knob(step, parameter, f"{title} (lowest)", "low", low, bounds=bounds, centre=neutral, axis=axis))
    found.append(_knob(step, parameter, f"{title} (highest)", "high", high, bounds=bounds, centre=neutral, axis=axis))
    found.append(
        _knob(step, parameter, f"{title} (exactly)", "exactly", high, bounds=bounds, centre=neutral, axis=axis)
    )
    return found


def _knob(
    step: Step,
    parameter: Parameter,
    title: str,
    part: Part,
    now: float,
    *,
    bounds: Bounds,
    centre: float = 0.0,
    axis: str = "",
) -> Knob:
    return Knob(
        step.id,
        parameter.name,
        title,
        part,
        float(bounds.slider_min),
        float(bounds.slider_max),
        now,
        parameter.unit,
        centre,
        axis,
        bounds.is_integer,
        bounds.is_odd and part != "both",
    )


def _set(parameter: Parameter, current: Any, knob: Knob, value: float) -> Any:
    settled = knob.settled(value)
    number: float = int(settled) if knob.is_integer else settled
    if isinstance(parameter, AxisRanges):
        x, y = parameter.axes(current)
        ends = {"x": x, "y": y} | {knob.axis: _ends({"x": x, "y": y}[knob.axis], knob, number)}
        return immutabledict(ends)
    return _ends(parameter.ends(current), knob, number) if isinstance(parameter, Range) else number


def _ends(ends: tuple[float, float], knob: Knob, value: float) -> tuple[float, float]:
    if knob.part == "both":
        centre = int(knob.centre) if knob.is_integer else knob.centre
        return centre - value, centre + value
    if knob.part == "exactly":
        return value, value
    if knob.part == "low":
        return value, max(value, ends[1])
    return min(value, ends[0]), value
