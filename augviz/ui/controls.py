"""The controls of one step: every parameter of the transform, and p.

Session state holds domain values: each control gets the step's value and returns the new one. Beside each value stands
a count in its widgets' keys, which goes up when the value has changed by other means (a reset, an undo, another
control), so that Streamlit makes the widgets anew instead of bringing back what they held.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st
from immutabledict import immutabledict

from augviz.pipeline.spec import Step
from augviz.transforms import catalogue
from augviz.transforms.catalogue import TransformEntry
from augviz.transforms.companions import ALTERNATIVES, Alternatives, after_change, choose, chosen
from augviz.transforms.dead_parameters import dead_reason, effective, rules_of
from augviz.transforms.kinds import Bounds, NoiseForm, Number, Parameter
from augviz.transforms.starting import starting_params
from augviz.ui.kind_controls import control
from augviz.ui.knobs import within

__all__ = ["control", "step_controls"]

PROBABILITY = Number(
    name="p",
    title="Probability",
    default=1.0,
    help="How often the step fires. Inside a group of which one step runs, it is a weight.",
    bounds=Bounds(0.0, 1.0, 0.0, 1.0, 0.05),
)
EVERYTHING = "Everything"
_SHOWN_WITHOUT_IMAGE = (512, 512)
"""Size for which values are shown where a step lacks required ones; it cannot run until they are set."""


def step_controls(entry: TransformEntry, step: Step, *, key: str) -> Step:
    """All parameters of a step, and p; what is seldom changed stands behind a switch.

    Args:
        entry: The catalogue's entry of the step's transform.
        step: The step in view.
        key: Unique among the steps on the page; may change whenever the widgets shall be made anew.

    Returns:
        The same step when nothing was touched, otherwise the changed one.
    """
    changed = _reset(step, key)
    with within(lambda edit: lambda spec: spec.edit(step.id, edit)):
        with within(lambda p: lambda node: replace(node, p=p)):
            changed = replace(changed, p=_shown(PROBABILITY, changed.p, key, None, False))
        wants_more, is_typed = _wishes(key)
        for parameter in _ordered(entry):
            if wants_more or not parameter.is_rare:
                changed = _one(entry, changed, parameter, key, is_typed)
    _footer(entry, changed, key)
    return step if changed == step else changed


def _ordered(entry: TransformEntry) -> list[Parameter]:
    """What matters most first; what decides over others right before them, so that it greys them in the same run."""
    rare = {parameter.name: parameter.is_rare for parameter in entry.parameters}
    deciding = {
        controller
        for rule in rules_of(entry.name)
        for controller in rule.controllers
        if rare[controller] == rare[rule.parameter]
    }
    return sorted(entry.parameters, key=lambda parameter: (parameter.is_rare, parameter.name not in deciding))


def _one(entry: TransformEntry, step: Step, parameter: Parameter, key: str, is_typed: bool) -> Step:
    """The control of one parameter, and what follows from its change."""
    values = effective(entry.name, {**_starting_values(entry), **step.params})
    group = next((g for g in ALTERNATIVES.get(entry.name, ()) if parameter.name in g.parameters), None)
    if group is not None:
        if parameter.name == group.parameters[0]:
            step = _alternatives(entry, step, group, values, key)
            values = effective(entry.name, step.params)
        if chosen(group, values) != parameter.name:
            return step
        parameter = replace(parameter, optional=False)
    if isinstance(parameter, NoiseForm):
        parameter = replace(parameter, chosen=values[parameter.chosen_by])
    old = values[parameter.name]
    with within(lambda moved: lambda node: _with_value(node, parameter.name, moved)):
        new = _shown(parameter, old, key, dead_reason(entry.name, parameter.name, values), is_typed)
    return step if new is old or new == old else _with_value(step, parameter.name, new)


def _with_value(step: Step, name: str, value: Any) -> Step:
    """The step with one parameter set, and what follows from it."""
    return replace(step, params=after_change(step.name, step.with_param(name, value).params, name))


def _starting_values(entry: TransformEntry) -> Mapping[str, Any]:
    """Values to show for required parameters that a step lacks."""
    required = {parameter.name for parameter in entry.parameters if parameter.required}
    if not required:
        return {}
    return {name: v for name, v in starting_params(entry.name, _SHOWN_WITHOUT_IMAGE).items() if name in required}


def _shown(parameter: Parameter, value: Any, key: str, disabled_reason: str | None, is_typed: bool) -> Any:
    """Show a control under a key that is new whenever the value changed by other means."""
    memory = f"{key}-{parameter.name}-seen"
    seen, count = st.session_state.get(memory, (value, 0))
    if seen != value:
        count += 1
    new = control(
        parameter,
        value,
        key=f"{key}-{parameter.name}-{count}{'-typed' if is_typed else ''}",
        disabled_reason=disabled_reason,
        typed=is_typed,
    )
    st.session_state[memory] = (new, count)
    return new


def _alternatives(entry: TransformEntry, step: Step, group: Alternatives, values: Mapping[str, Any], key: str) -> Step:
    """Which of several parameters that exclude each other is set."""
    by_name: dict[str | None, str] = dict(zip(group.parameters, group.labels, strict=True))
    if group.none_label:
        by_name[None] = group.none_label
    now = chosen(group, values)
    labels = list(by_name.values())
    name = f"{group.title}-alternative"
    memory = f"{key}-{name}-seen"
    seen, count = st.session_state.get(memory, (now, 0))
    if seen != now:
        count += 1
    label = st.segmented_control(
        group.title,
        labels,
        default=by_name.get(now),
        required=now is not None or bool(group.none_label),
        key=f"{key}-{name}-{count}",
    )
    new = next((option for option, text in by_name.items() if text == label), now)
    st.session_state[memory] = (new, count)
    if new == now:
        return step
    parameters = {parameter.name: parameter for parameter in entry.parameters}
    return replace(step, params=choose(group, immutabledict(step.params), new, parameters))


def _wishes(key: str) -> tuple[bool, bool]:
    """Whether rare parameters are wanted, and number fields in place of sliders, as the switches of the footer say."""
    return bool(st.session_state.get(f"{key}-more")), bool(st.session_state.get(f"{key}-type"))


def _footer(entry: TransformEntry, step: Step, key: str) -> None:
    """Switches for what is shown, and the resets."""
    rare = [parameter for parameter in entry.parameters if parameter.is_rare]
    labels = {parameter.name: parameter.label for parameter in entry.parameters}
    resettable = [p.name for p in entry.parameters if p.name in step.params and not p.required]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if rare:
            hidden = sum(parameter.name in step.params for parameter in rare)
            st.toggle(
                f"More settings ({hidden} changed)" if hidden else "More settings",
                key=f"{key}-more",
                help=_listed(rare),
            )
        if entry.parameters:
            st.toggle(
                "Type values", key=f"{key}-type", help="Number fields, which also take values beyond the sliders."
            )
        if resettable:
            st.menu_button(
                "Reset",
                [*resettable, *([EVERYTHING] if len(resettable) > 1 else [])],
                key=f"{key}-reset",
                format_func=lambda name: labels.get(name, name),
                help="Back to the library's default.",
                icon=":material/undo:",
                type="tertiary",
                on_click=_remember_reset,
                args=(key,),
            )


def _listed(parameters: list[Parameter]) -> str:
    """What is behind the switch, in one line."""
    return ", ".join(parameter.title for parameter in parameters) + "."


def _remember_reset(key: str) -> None:
    st.session_state[f"{key}-reset-asked"] = st.session_state[f"{key}-reset"]


def _reset(step: Step, key: str) -> Step:
    """The step without the parameter that was reset since the last run; required ones stay."""
    asked = st.session_state.pop(f"{key}-reset-asked", None)
    if asked is None:
        return step
    return reset(step, asked)


def reset(step: Step, name: str) -> Step:
    """The step with one parameter, or :data:`EVERYTHING` but the required ones, back at the library's default."""
    if name != EVERYTHING:
        return step.without_param(name)
    required = {parameter.name for parameter in catalogue.entry(step.name).parameters if parameter.required}
    return replace(step, params=immutabledict({k: v for k, v in step.params.items() if k in required}))
