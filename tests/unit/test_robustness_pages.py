"""What visitors do that nobody planned: thumbs pushed together, words for numbers, fewer samples than the open one."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from augviz.pipeline.spec import Step
from augviz.transforms.construct import check
from augviz.ui.page_table import ROOT, page
from augviz.ui.workspace import Workspace

CARD = """
import streamlit as st
from augviz.transforms.catalogue import entry
from augviz.ui.controls import step_controls

step = st.session_state["step"]
st.session_state["step"] = step_controls(entry(step.name), step, key="card")
"""


def card(step: Step) -> AppTest:
    app = AppTest.from_string(CARD, default_timeout=20)
    app.session_state["step"] = step
    return app.run()


def router() -> AppTest:
    return AppTest.from_file(str(ROOT / "augviz" / "ui" / "router.py"), default_timeout=120).run()


@pytest.mark.parametrize("thumbs", [(1.35, 4 / 3), (0.75, 0.7)], ids=["low thumb to high", "high thumb to low"])
def test_two_thumbs_pushed_together_never_run_backwards(thumbs: tuple[float, float]) -> None:
    app = card(Step("RandomResizedCrop", {"size": (64, 64)}))
    next(slider for slider in app.slider if slider.value == (0.75, pytest.approx(4 / 3))).set_value(thumbs)
    app.run()
    step = app.session_state["step"]
    assert step.params["ratio"][0] <= step.params["ratio"][1]
    check(step.name, step.params)


@pytest.mark.parametrize("word", ["nan", "inf", "-Infinity", "1e999"])
def test_numbers_that_are_none_are_refused_where_they_are_typed(word: str) -> None:
    app = card(before := Step("Normalize"))
    next(field for field in app.text_input if field.label == "Mean").set_value(f"0.5, {word}, 0.5")
    app.run()
    assert "is not a number" in app.error[0].value
    assert app.session_state["step"] == before


def test_one_note_speaks_for_all_samples() -> None:
    """Each sample has another number of mirrored boxes; nine sentences would push the pictures off the page."""
    app = router()
    next(box for box in app.selectbox if box.label == "Pipeline").set_value("natural-photo").run()
    notes = [warning.value for warning in app.warning]
    assert len(notes) == 1
    assert "4 of 9 samples" in notes[0]


def test_fewer_samples_close_the_one_that_is_gone() -> None:
    app = router()
    samples = next(control for control in app.button_group if control.label == "Samples")
    samples.set_value(24).run()
    app.session_state["workspace"] = Workspace(**{**vars(app.session_state["workspace"]), "place": 23})
    next(control for control in app.button_group if control.label == "Samples").set_value(6).run()
    app.switch_page(str(page("inspect.py"))).run()
    assert not app.exception
    assert any("Sample **6** of 6" in text.value for text in app.markdown)
