"""Showing a step never changes it, whatever the transform, the kind and the value; touching a control changes just that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from immutabledict import immutabledict
from streamlit.testing.v1 import AppTest

from augviz.pipeline.spec import Step
from augviz.transforms.catalogue import offered
from augviz.transforms.construct import check
from augviz.transforms.kinds import KINDS
from augviz.transforms.starting import starting_params
from augviz.ui.controls import control
from tests.conformance.trial_values import slider_values


def _page() -> None:
    import streamlit as st

    from augviz.transforms.catalogue import entry
    from augviz.ui.controls import step_controls

    step = st.session_state["step"]
    st.session_state["step"] = step_controls(entry(step.name), step, key="step")


def _show(name: str, params: Mapping[str, Any] | None = None, *, typed: bool = False) -> AppTest:
    """A page with the controls of one step, rare parameters included."""
    app = AppTest.from_function(_page, default_timeout=20)
    app.session_state["step"] = Step(name, immutabledict(starting_params(name, (256, 256)) if params is None else params))
    app.session_state["step-more"] = True
    app.session_state["step-type"] = typed
    app.run()
    assert not app.exception, app.exception[0].message
    return app


def _step(app: AppTest) -> Step:
    step = app.session_state["step"]
    assert isinstance(step, Step)
    return step


def test_every_kind_has_a_control() -> None:
    assert set(KINDS) <= set(control.registry)


def test_every_parameter_of_every_transform_has_a_kind_with_a_control() -> None:
    kinds = {type(parameter) for entry in offered().values() for parameter in entry.parameters}
    assert kinds <= set(control.registry)
    assert kinds == set(KINDS), "a kind that no parameter has would be dead code"


@pytest.mark.parametrize("typed", [False, True], ids=["sliders", "typed"])
@pytest.mark.parametrize("name", offered())
def test_showing_a_step_does_not_change_it(name: str, typed: bool) -> None:
    before = Step(name, starting_params(name, (256, 256)))
    app = _show(name, typed=typed)
    assert _step(app) == before
    app.run()
    assert _step(app) == before


@pytest.mark.parametrize("name", offered())
def test_showing_other_values_does_not_change_them(name: str) -> None:
    """Every slider's end and every option, one step each round until all parameters ran out of values."""
    parameters = {parameter.name: list(slider_values(parameter)) for parameter in offered()[name].parameters}
    for round_ in range(max(map(len, parameters.values()), default=0)):
        params = {key: values[round_ % len(values)] for key, values in parameters.items() if values}
        before = Step(name, immutabledict(params))
        assert _step(_show(name, before.params)) == before
