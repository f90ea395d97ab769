"""What is drawn gets into the visitor's labels, and what is no drawing changes nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from augviz.sample import Labels
from augviz.ui import workspace
from augviz.ui.workspace import Workspace
from tests.pages.visitor import work

SCRIPT = """
import streamlit as st
from augviz.ui import drawings, workspace

for message in st.session_state.get("messages", ()):
    drawings.accept({"drawing": drawings.current().id, **message} if isinstance(message, dict) else message)
drawings.current()
st.session_state["own copy"] = not drawings.is_library_image()
"""
BOX = {"t": "box", "k": 900, "o": 90, "n": "dog", "p": [1, 2, 30, 40]}


def after(*messages: Any, app: AppTest | None = None) -> AppTest:
    """The page after these messages of a browser."""
    app = app or AppTest.from_string(SCRIPT)
    app.session_state["messages"] = messages
    app.run()
    assert not app.exception
    return app


def test_the_first_change_makes_a_copy_of_a_sample_image_and_the_next_ones_go_into_it() -> None:
    app = after({"seq": 1, "changed": [BOX], "removed": []})
    assert [sample.name for sample in work(app).uploads] == ["cat drawn.jpg"]
    assert work(app).image == "cat drawn.jpg"
    assert work(app).sample.labels.boxes.labels == ("cat", "cat face", "dog")
    assert app.session_state["own copy"]
    after({"seq": 2, "changed": [], "removed": [900]}, app=app)
    assert [sample.name for sample in work(app).uploads] == ["cat drawn.jpg"]
    assert work(app).sample.labels.boxes.labels == ("cat", "cat face")
    assert len(workspace.library_sample("cat").labels.boxes) == 2


def test_looking_at_a_sample_image_copies_nothing() -> None:
    app = after({"seq": 1, "changed": [], "removed": [], "colours": [["cat", 4]]})
    assert work(app).uploads == ()
    assert work(app).colours.index_of("cat") == 4
    assert work(app).drawings[0].seq == 1


def test_a_new_name_leaves_the_others_their_colours() -> None:
    names = ("cat", "cat face", "left_eye", "nose")
    before = after()
    known = work(before).colours
    app = after({"seq": 1, "changed": [BOX, {**BOX, "k": 901, "n": "cow"}], "removed": []}, app=before)
    colours = work(app).colours
    assert [colours.index_of(name) for name in names] == [known.index_of(name) for name in names]
    assert len({colours.index_of(name) for name in (*names, "dog", "cow")}) == 6


def test_an_edit_that_comes_twice_or_late_does_not_overwrite_a_newer_one() -> None:
    first = {"seq": 5, "changed": [BOX], "removed": []}
    late = {"seq": 4, "changed": [{**BOX, "n": "old"}], "removed": []}
    app = after(first, first, late)
    assert work(app).sample.labels.boxes.labels[-1] == "dog"
    assert work(app).drawings[0].seq == 5


def test_the_browser_is_sent_nothing_back_of_what_it_drew_itself() -> None:
    app = after({"seq": 1, "changed": [BOX], "removed": []})
    assert work(app).drawings[0].push == 0
    assert work(app).drawings[0].pushed_seq == 0


def test_what_was_refused_is_said_and_the_browser_is_sent_what_there_is() -> None:
    app = after({"seq": 1, "changed": [BOX, {**BOX, "k": 901, "p": ["x"]}], "removed": []})
    (drawing,) = work(app).drawings
    assert drawing.push == 1
    assert drawing.pushed is not None
    assert 900 in drawing.pushed.shapes
    assert 901 not in drawing.pushed.shapes
    assert "shape 2" in str(drawing.problems[0])


@pytest.mark.parametrize(
    "message", [None, 3, [], "x", {}, {"seq": "x"}, {"drawing": "another", "seq": 1, "changed": [BOX]}]
)
def test_what_is_no_edit_of_a_drawing_of_this_visitor_changes_nothing(message: object) -> None:
    app = after(message)
    assert work(app).uploads == ()
    assert work(app).image == "cat"


def test_a_change_arrives_in_its_image_when_another_one_is_open_by_now() -> None:
    app = after({"seq": 1, "changed": [BOX], "removed": []})
    made = work(app).drawings[0].id
    app.session_state["workspace"] = workspace_with(app, image="coins")
    after({"drawing": made, "seq": 2, "changed": [{**BOX, "n": "wolf"}], "removed": []}, app=app)
    (copy,) = work(app).uploads
    assert copy.labels.boxes.labels[-1] == "wolf"
    assert work(app).image == "coins"


def workspace_with(app: AppTest, **changes: object) -> Workspace:
    return replace(work(app), **changes)  # type: ignore[arg-type]


def test_labels_that_changed_elsewhere_are_drawn_anew() -> None:
    app = after({"seq": 1, "changed": [BOX], "removed": []})
    before = work(app).drawings[0].id
    (copy,) = work(app).uploads
    bare = copy.with_labels(Labels())
    app.session_state["workspace"] = workspace_with(app, uploads=(bare,))
    after(app=app)
    assert work(app).drawings[-1].id != before
    assert not work(app).drawings[-1].shapes.shapes
