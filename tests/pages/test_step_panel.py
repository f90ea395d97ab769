"""What stands below the step tree: adding a step, and the controls of a group."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from augviz.pipeline.spec import Group, Node, PipelineSpec, Step
from augviz.ui.step_panel import reweighted, shares_of

PAGE = """
import streamlit as st
from augviz.pipeline.spec import Group, PipelineSpec, Step
from augviz.ui import pictures, step_panel, step_tree, workspace
from augviz.ui.knobs import collecting

if "begun" not in st.session_state:
    st.session_state.begun = True
    spec = PipelineSpec((Step("HorizontalFlip"), Group("OneOf", (Step("Blur"), Step("ToGray")))), (Step("Normalize"),))
    workspace.set_spec(spec, open_step="HorizontalFlip-1", place=8)
if st.session_state.pop("fewer", False):
    st.session_state["count"] = 6
    pictures._typed_count()
for node_id in st.session_state.pop("open", []):
    workspace.change(open_step=node_id)
step_panel.add_step()
with collecting() as knobs:
    step_panel.open_panel()
st.session_state["knobs"] = dict(knobs)
step_tree.step_tree()
"""


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_string(PAGE, default_timeout=60).run()


def opened(app: AppTest, node_id: str) -> AppTest:
    app.session_state["open"] = [node_id]
    app.run()
    assert not app.exception
    return app


def spec(app: AppTest) -> PipelineSpec:
    return app.session_state["workspace"].spec


def add(app: AppTest, name: str) -> list[str]:
    next(box for box in app.selectbox if box.label == "Add a step").select(name).run()
    assert not app.exception
    return [node.id for node in (*spec(app).walk(), *spec(app).tail)]


ALL = ["HorizontalFlip-1", "OneOf-1", "Blur-1", "ToGray-1", "Normalize-1"]


@pytest.mark.parametrize(("open_id", "place"), [("HorizontalFlip-1", 1), ("Blur-1", 3), ("OneOf-1", 4), ("", 4)])
def test_a_step_is_added_where_the_visitor_works(app: AppTest, open_id: str, place: int) -> None:
    assert add(opened(app, open_id), "Solarize").index("Solarize-1") == place
    assert app.session_state["workspace"].open_step == "Solarize-1"


def test_normalize_stands_once_and_is_opened_when_it_is_added_again(app: AppTest) -> None:
    assert add(app, "Normalize") == ALL
    assert app.session_state["workspace"].open_step == "Normalize-1"


@pytest.mark.parametrize("node_id", ALL)
def test_every_node_has_its_panel(app: AppTest, node_id: str) -> None:
    assert len(opened(app, node_id).subheader) == 1
    assert [node.id for node in (*spec(app).walk(), *spec(app).tail)] == ALL


def test_the_kind_of_a_group_is_a_choice_and_brings_its_controls(app: AppTest) -> None:
    opened(app, "OneOf-1")
    assert not [slider for slider in app.slider if slider.label == "How many"]
    next(box for box in app.selectbox if box.label == "Kind").select("SomeOf").run()
    next(slider for slider in app.slider if slider.label == "How many").set_value(2).run()
    next(box for box in app.checkbox if "drawn twice" in box.label).check().run()
    assert not app.exception
    group = spec(app).find("OneOf-1")
    assert isinstance(group, Group)
    assert (group.kind, group.n, group.replace, len(group.children)) == ("SomeOf", 2, True, 2)


def test_the_weights_of_a_one_of_are_parts_of_the_whole(app: AppTest) -> None:
    opened(app, "OneOf-1")
    weights = [slider for slider in app.slider if slider.label in ("Blur", "ToGray")]
    assert [slider.value for slider in weights] == [50, 50]
    weights[0].set_value(80).run()
    assert not app.exception
    assert [slider.value for slider in app.slider if slider.label in ("Blur", "ToGray")] == [80, 20]
    assert shares_of(spec(app).find("OneOf-1").children) == pytest.approx([0.8, 0.2])  # type: ignore[union-attr]


def parts(group: Node, share: float) -> list[float]:
    after = reweighted(group, "a", share)
    assert isinstance(after, Group)
    return shares_of(after.children)


def test_a_child_that_gets_more_takes_it_from_the_others_in_proportion() -> None:
    group = Group("OneOf", (Step("Blur", p=1, id="a"), Step("ToGray", p=1, id="b"), Step("NoOp", p=0.5, id="c")))
    assert parts(group, 0.7) == pytest.approx([0.7, 0.2, 0.1])
    assert parts(group, 1.0) == [1, 0, 0]
    all_to_one = reweighted(group, "a", 1.0)
    assert parts(all_to_one, 0.5) == [0.5, 0.25, 0.25]


def test_fewer_samples_leave_one_of_them_open(app: AppTest) -> None:
    app.session_state["fewer"] = True
    app.run()
    state = app.session_state["workspace"]
    assert (state.count, state.place) == (6, 5)


@pytest.mark.parametrize("kind", ["OneOf", "SomeOf", "RandomOrder", "Sequential"])
def test_dragging_a_slider_of_a_group_means_what_letting_go_means(app: AppTest, kind: str) -> None:
    opened(app, "OneOf-1")
    if kind != "OneOf":
        next(box for box in app.selectbox if box.label == "Kind").select(kind).run()
    keys = list(app.session_state["knobs"])
    assert len(keys) == len(app.slider), "every slider is followed"
    for place in range(len(keys)):
        key = list(app.session_state["knobs"])[place]  # a slider that another one has moved is made anew
        knob = app.session_state["knobs"][key]
        thumbs = (knob.low,) if knob.thumbs[0] != knob.low else (knob.high,)
        dragged = knob.turn(knob.checked(thumbs))(spec(app))
        app.slider(key=key).set_value(thumbs[0]).run()
        assert not app.exception
        assert spec(app) == dragged, key
