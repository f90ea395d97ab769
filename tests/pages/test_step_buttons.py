"""What the buttons of a card do to the visitor's pipeline, also when they are pressed twice."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

PAGE = """
import streamlit as st
from augviz.pipeline.spec import Group, PipelineSpec, Step
from augviz.ui import pictures, step_cards, workspace

if "begun" not in st.session_state:
    st.session_state.begun = True
    spec = PipelineSpec((Step("HorizontalFlip"), Group("OneOf", (Step("Blur"), Step("ToGray")))), (Step("Normalize"),))
    workspace.set_spec(spec, open_step="HorizontalFlip-1", place=8)
for act in st.session_state.pop("acts", []):
    eval(act)
step_cards.open_card(step_cards.step_list())
step_cards.add_step()
step_cards.tail_list()
"""


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_string(PAGE, default_timeout=60).run()


def do(app: AppTest, *acts: str) -> AppTest:
    app.session_state["acts"] = list(acts)
    app.run()
    assert not app.exception
    return app


def names(app: AppTest) -> list[str]:
    spec = app.session_state["workspace"].spec
    return [node.id for node in (*spec.walk(), *spec.tail)]


ALL = ["HorizontalFlip-1", "OneOf-1", "Blur-1", "ToGray-1", "Normalize-1"]


@pytest.mark.parametrize(
    ("act", "left"),
    [
        ("step_cards._remove('Blur-1')", [name for name in ALL if name != "Blur-1"]),
        ("step_cards._remove('Normalize-1')", ALL[:-1]),
        ("step_cards._switch('Blur-1')", ALL),
        ("step_cards._duplicate('gone')", ALL),
        ("step_cards._switch('gone')", ALL),
        ("step_cards._move_up('gone')", ALL),
    ],
)
def test_a_second_press_on_a_button_whose_step_is_gone_does_nothing(app: AppTest, act: str, left: list[str]) -> None:
    assert names(do(app, act, act)) == left


def test_the_buttons_of_the_open_card_move_copy_and_remove(app: AppTest) -> None:
    app.button(key="_move_down-HorizontalFlip-1").click().run()
    assert names(app)[:2] == ["OneOf-1", "Blur-1"]
    app.button(key="_duplicate-HorizontalFlip-1").click().run()
    assert names(app)[3:5] == ["HorizontalFlip-1", "HorizontalFlip-2"]
    app.button(key="_remove-HorizontalFlip-2").click().run()
    assert "HorizontalFlip-2" not in names(app)
    assert not app.exception


def test_normalize_stands_once_and_is_opened_when_it_is_added_again(app: AppTest) -> None:
    adding = next(box for box in app.selectbox if box.label == "Add a step")
    adding.select("Normalize").run()
    assert not app.exception
    assert names(app) == ALL
    assert app.session_state["workspace"].open_step == "Normalize-1"


def test_fewer_samples_leave_one_of_them_open(app: AppTest) -> None:
    do(app, "st.session_state.__setitem__('count', 6)", "pictures._typed_count()")
    state = app.session_state["workspace"]
    assert (state.count, state.place) == (6, 5)
