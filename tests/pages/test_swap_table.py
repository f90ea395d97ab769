"""Names that change places are a part of the pipeline: typed on the Draw page, undone, and kept with the labels."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from augviz.pipeline.spec import PipelineSpec, Step
from augviz.policies.starting_points import STARTING_POINTS
from augviz.ui.workspace import Workspace

SCRIPT = """
import streamlit as st
from augviz.ui import label_table, workspace

workspace.current()
for name, arguments in st.session_state.pop("calls", ()):
    getattr(workspace, name)(*arguments)
if "typed" in st.session_state:
    st.session_state["some-key"] = st.session_state.pop("typed")
    label_table._typed_swaps("some-key", workspace.current().spec.swaps or (("", ""),))
label_table.swap_table()
"""
EYES = (("left_eye", "right_eye"),)


def work(app: AppTest) -> Workspace:
    assert not app.exception
    found: Workspace = app.session_state["workspace"]
    return found


def typed(app: AppTest, **change: Any) -> Workspace:
    app.session_state["typed"] = {"edited_rows": {}, "deleted_rows": [], "added_rows": [], **change}
    return work(app.run())


def called(app: AppTest, name: str, *arguments: Any) -> Workspace:
    app.session_state["calls"] = [(name, arguments)]
    return work(app.run())


def test_suggested_pairs_are_an_edit_of_the_pipeline_that_can_be_undone() -> None:
    app = AppTest.from_string(SCRIPT).run()
    before = work(app)
    assert before.spec.swaps == ()
    app.button[0].click().run()
    assert work(app).spec.swaps == EYES
    assert work(app).history.now.title == "left_eye and right_eye change places in mirror images"
    assert app.button[0].disabled
    assert called(app, "go_to_version", 0).spec == before.spec


def test_typed_pairs_get_into_the_pipeline_and_what_is_none_is_said() -> None:
    app = AppTest.from_string(SCRIPT).run()
    state = typed(app, added_rows=[{"Name": "port", "Becomes": "starboard"}, {"Name": "alone"}])
    assert state.spec.swaps == (("port", "starboard"),)
    assert any("alone has no other side yet" in text.value for text in app.markdown)
    versions = len(state.history.entries)
    assert len(typed(app).history.entries) == versions, "typing nothing is no edit"
    assert typed(app, deleted_rows=[0]).spec.swaps == ()


def test_a_starting_point_keeps_the_pairs() -> None:
    app = AppTest.from_string(SCRIPT).run()
    app.button[0].click().run()
    state = called(app, "begin_with", STARTING_POINTS[2])
    assert state.spec.swaps == EYES
    assert state.spec.steps == STARTING_POINTS[2].spec.steps


def test_an_opened_file_keeps_the_pairs_unless_it_has_its_own() -> None:
    script = SCRIPT.replace("label_table.swap_table()", "") + (
        "from augviz.ui import exporting\n"
        "if 'opened' in st.session_state:\n"
        "    exporting.take_over(st.session_state.pop('opened'), 'a.yaml', (), None)\n"
    )
    app = AppTest.from_string(script).run()
    called(app, "set_spec", PipelineSpec(swaps=EYES))
    for swaps, expected in (((), EYES), ((("a", "b"),), (("a", "b"),))):
        app.session_state["opened"] = PipelineSpec((Step("D4"),), swaps=swaps)
        assert work(app.run()).spec.swaps == expected
