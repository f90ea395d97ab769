"""The numbers of a step that can be turned one at a time, as a visitor reads and chooses them."""

from __future__ import annotations

from collections.abc import Mapping

from augviz.pipeline.spec import PipelineSpec
from augviz.preservation.knobs import Knob, knobs_of


def turnable(spec: PipelineSpec, step_id: str) -> Mapping[str, Knob]:
    """The numbers of a step by :func:`key_of`, those that do something as they stand first."""
    ordered = sorted(knobs_of(spec, step_id), key=lambda knob: knob.now == knob.centre)
    return {key_of(knob): knob for knob in ordered}


def key_of(knob: Knob) -> str:
    """Which number of its step a knob is."""
    return f"{knob.parameter}-{knob.axis}-{knob.part}"


def name_of(knob: Knob) -> str:
    """What the number is called, without its step."""
    return knob.title.partition(", ")[2] or knob.title


def shown(value: float, knob: Knob) -> str:
    """A value of the number with its unit ("20°", "35%", "7 px")."""
    if knob.unit == "share":
        return f"{100 * value:.3g}%"
    number = f"{value:,.0f}" if knob.is_integer or abs(value) >= 100 else f"{value:.3g}"
    return f"{number}{'' if knob.unit in ('°', '') else ' '}{knob.unit}"
