"""What a slider means while it is dragged is what it means when it is let go, for every slider of every transform."""

from __future__ import annotations

import pytest
from immutabledict import immutabledict
from streamlit.testing.v1 import AppTest

from augviz.errors import AugvizError
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.transforms.catalogue import offered
from augviz.transforms.starting import starting_params
from augviz.ui.knobs import Knob, collecting, offer, within
from tests.conformance.trial_values import slider_values

PAGE = """
import streamlit as st
from augviz.transforms.catalogue import entry
from augviz.ui.controls import step_controls
from augviz.ui.knobs import collecting

spec = st.session_state["spec"]
step = spec.steps[0]
with collecting() as knobs:
    changed = step_controls(entry(step.name), step, key=st.session_state["key"])
st.session_state["spec"] = spec.edit(step.id, lambda _old: changed)
st.session_state["knobs"] = dict(knobs)
"""


def _page(step: Step) -> AppTest:
    app = AppTest.from_string(PAGE, default_timeout=20)
    app.session_state["key"] = "step"
    app.session_state["spec"] = PipelineSpec((step,))
    app.session_state["step-more"] = True
    app.run()
    assert not app.exception, app.exception[0].message
    return app


def _steps(name: str) -> list[Step]:
    """The step as it is added, and with other values, so that controls of other shapes are there as well."""
    values = {parameter.name: list(slider_values(parameter)) for parameter in offered()[name].parameters}
    others = immutabledict({key: found[len(found) // 2] for key, found in values.items() if found})
    start = Step(name, starting_params(name, (256, 256)))
    return [start, Step(name, others)] if others else [start]


def _other_positions(knob: Knob) -> tuple[float, ...]:
    """Somewhere else on the slider: an end."""
    low, high, here = knob.low, knob.high, knob.thumbs
    there = [(low,), (high,)] if len(here) == 1 else [(low, here[1]), (here[0], high), (low, low), (high, high)]
    return next(thumbs for thumbs in there if thumbs != here)


@pytest.mark.parametrize("name", offered())
def test_dragging_and_letting_go_mean_the_same(name: str) -> None:
    for step in _steps(name):
        app = _page(step)
        for key in app.session_state["knobs"]:
            knob = app.session_state["knobs"].get(key)
            if knob is None:  # what was moved before has greyed it
                continue
            thumbs = _other_positions(knob)
            dragged = knob.turn(knob.checked(thumbs))(app.session_state["spec"])
            app.slider(key=key).set_value(thumbs if len(thumbs) == 2 else thumbs[0]).run()
            assert not app.exception, app.exception[0].message
            assert app.session_state["spec"] == dragged, key


def test_every_slider_has_a_knob_at_its_thumbs() -> None:
    for name in offered():
        app = _page(_steps(name)[0])
        knobs = app.session_state["knobs"]
        for slider in (slider for slider in app.slider if not slider.disabled):
            value = slider.value if isinstance(slider.value, tuple) else (slider.value,)
            assert knobs[slider.key].thumbs == value, (name, slider.key)
            assert (knobs[slider.key].low, knobs[slider.key].high) == (slider.min, slider.max)


@pytest.mark.parametrize(
    "thumbs",
    [[], [1.0], [1.0, 2.0, 3.0], [2.0, 1.0], [-0.1, 1.0], [0.0, 10.1], [float("nan"), 1.0], [0.0, float("inf")],
     ["0", "1"], [None, 1.0], [True, 1.0], [[0.0], 1.0]],
)  # fmt: skip
def test_positions_that_a_slider_does_not_have_are_refused(thumbs: list[object]) -> None:
    with pytest.raises(AugvizError):
        Knob(0.0, 10.0, (0.0, 1.0), tuple).checked(thumbs)


def test_layers_put_a_number_into_its_place() -> None:
    with collecting() as found, within(lambda pair: {"x": pair}), within(lambda end: (end, 5)):
        offer("a", Knob(0, 9, (1,), lambda thumbs: thumbs[0]))
    assert found["a"].turn((3,)) == {"x": (3, 5)}


def test_nothing_is_noted_when_nobody_collects() -> None:
    offer("a", Knob(0, 9, (1,), tuple))
    with collecting() as found:
        pass
    assert not found
