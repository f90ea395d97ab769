"""Edits that come from the browser: each is done once, none to another pipeline, and nonsense is not done at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from augviz.pipeline.editing import MAX_DEPTH, group
from augviz.pipeline.spec import GROUP_KINDS, Group, PipelineSpec, Step
from augviz.transforms import catalogue
from augviz.ui.components import source
from augviz.ui.step_tree import CODE, FAMILY_ICONS, GROUP_LOOKS, tree_json
from augviz.ui.tree_edits import ACTS, Answered, Edit, done, read_message

SPEC = PipelineSpec((Step("HorizontalFlip"), Group("OneOf", (Step("Blur", p=0.2), Step("ToGray", p=0.3)))))
NEW = Answered("tab")


def raw(**changes: Any) -> dict[str, Any]:
    """An edit as the browser sends it."""
    edit = {"seq": 1, "act": "move", "ids": [], "parent": None, "index": 0, "kind": "", "title": "", "made": []}
    return {**edit, **changes}


def message(*edits: dict[str, Any], start: str = "") -> dict[str, Any]:
    return {"client": "tab", "start": start, "edits": list(edits)}


@pytest.mark.parametrize(
    "wrong",
    [
        None, 7, "x", {}, {"client": "a"}, {"client": 1, "start": "", "edits": []}, message(*[raw()] * 501),
        *(message(raw(**change)) for change in (
            {"act": "eval"}, {"act": ["move"]}, {"ids": "abc"}, {"ids": [1]}, {"ids": ["x" * 999]}, {"index": -1},
            {"index": True}, {"index": 1e9}, {"seq": None}, {"parent": 3}, {"title": None}, {"made": [{}]},
        )),
    ],
)  # fmt: skip
def test_nonsense_is_not_read(wrong: object) -> None:
    assert read_message(wrong) is None


def test_what_the_browser_sends_is_read() -> None:
    read = read_message(message(raw(seq=3, ids=["Blur-1"], parent="OneOf-1", index=2), start="guide"))
    assert read is not None
    assert (read.client, read.start) == ("tab", "guide")
    assert read.edits == (Edit(3, "move", ("Blur-1",), "OneOf-1", 2, kind=""),)


@pytest.mark.parametrize("act", sorted(ACTS))
def test_edits_of_what_is_gone_or_unknown_do_nothing(act: str) -> None:
    result = done(SPEC, "Blur-1", Edit(4, act, ("gone",), "gone", 99, "Nonsense", "title", ("new",)), NEW)
    assert result.spec == SPEC
    assert result.open_step == ("" if act == "open" else "Blur-1")
    assert result.answered.seq == 4


def test_nodes_are_known_by_the_names_that_the_browser_gave_them() -> None:
    first = done(SPEC, "", Edit(1, "group", ("HorizontalFlip-1",), kind="Sequential", made=("new-1-0",)), NEW)
    assert first.open_step == "Sequential-1"
    second = done(first.spec, first.open_step, Edit(2, "move", ("Blur-1",), "new-1-0", 0), first.answered)
    assert [node.id for node in second.spec.find("Sequential-1").children] == ["Blur-1", "HorizontalFlip-1"]  # type: ignore[union-attr]
    third = done(second.spec, "", Edit(3, "duplicate", ("new-1-0",), made=("a", "b", "c")), second.answered)
    assert [third.answered.names[name] for name in "abc"] == ["Sequential-2", "Blur-2", "HorizontalFlip-2"]


def test_what_is_removed_is_not_open_any_more() -> None:
    assert done(SPEC, "Blur-1", Edit(1, "remove", ("OneOf-1",)), NEW).open_step == ""
    assert done(SPEC, "HorizontalFlip-1", Edit(1, "remove", ("OneOf-1",)), NEW).open_step == "HorizontalFlip-1"


def test_what_cannot_be_done_is_said() -> None:
    deep = SPEC
    for _ in range(MAX_DEPTH - 1):
        deep = group(deep, [deep.steps[1].id], "OneOf")
    refused = done(deep, "", Edit(5, "group", ("Blur-1",)), NEW)
    assert refused.spec == deep
    assert "16 deep" in refused.answered.refused
    assert done(deep, "", Edit(6, "open", ("Blur-1",)), refused.answered).answered.refused == ""


def test_the_tree_tells_names_shares_and_what_failed() -> None:
    spec = PipelineSpec(
        (
            Step("HorizontalFlip", p=0.5, title="Mirror"),
            Group("OneOf", (Step("Blur", p=0.2), Step("ToGray", p=0.3, enabled=False)), p=0.5),
            Group("SomeOf", (Group("Sequential", (Step("InvertImg"),), p=0.5), Step("Solarize")), n=1),
        ),
        (Step("Normalize"),),
        p=0.5,
    )
    found = tree_json(spec, {"Blur-1": "no"})
    flip, one_of, some_of = found["steps"]
    assert (flip["label"], flip["title"], flip["share"]) == ("HorizontalFlip", "Mirror", 0.25)
    assert (one_of["label"], one_of["share"], one_of["kids"][0]["share"]) == ("One of", 0.25, 0.25)
    assert [kid["error"] for kid in one_of["kids"]] == ["no", ""]
    assert (some_of["label"], some_of["kids"][0]["share"]) == ("1 of 2", 0.125)
    assert found["tail"][0]["label"] == "Normalize"
    assert "share" not in found["tail"][0]


def test_every_kind_of_group_and_every_family_has_its_look() -> None:
    assert set(GROUP_LOOKS) == set(GROUP_KINDS)
    families = {entry.family for entry in catalogue.offered().values()}
    assert families - set(FAMILY_ICONS) <= {"Other"}


def test_code_that_travels_with_every_message_stays_small() -> None:
    files = ("step_tree.css", *CODE)
    assert sum(len(source(file).encode()) for file in files) < 36_000


PAGE = """
import streamlit as st
from augviz.pipeline.spec import Group, PipelineSpec, Step
from augviz.ui import step_tree, workspace

if "begun" not in st.session_state:
    st.session_state.begun = True
    spec = PipelineSpec((Step("HorizontalFlip"), Group("OneOf", (Step("Blur"), Step("ToGray")))))
    workspace.set_spec(spec, start="guide")
for value in st.session_state.pop("sent", []):
    step_tree.take(value)
step_tree.step_tree()
"""


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_string(PAGE, default_timeout=60).run()


def send(app: AppTest, *messages: dict[str, Any]) -> list[str]:
    """What the pipeline is after these messages of the browser."""
    app.session_state["sent"] = list(messages)
    app.run()
    assert not app.exception
    return [node.id for node in app.session_state["workspace"].spec.walk()]


def test_an_edit_that_arrives_twice_is_done_once(app: AppTest) -> None:
    first = raw(seq=1, act="duplicate", ids=["Blur-1"], made=["new"])
    second = raw(seq=2, act="remove", ids=["HorizontalFlip-1"])
    queue = message(first, start="guide"), message(first, second, start="guide"), message(second, start="guide")
    assert send(app, *queue) == ["OneOf-1", "Blur-1", "Blur-2", "ToGray-1"]
    assert app.session_state["workspace"].open_step == "Blur-2"


def test_each_edit_is_a_change_of_its_own(app: AppTest) -> None:
    before = app.session_state["workspace"].revision
    edits = [raw(seq=place, act="switch", ids=["Blur-1"]) for place in (1, 2, 3)]
    send(app, message(*edits, start="guide"))
    state = app.session_state["workspace"]
    assert state.revision == before + 3
    assert not state.spec.find("Blur-1").enabled


def test_edits_of_another_pipeline_are_not_done_to_this_one(app: AppTest) -> None:
    old = message(raw(seq=1, act="remove", ids=["Blur-1"]), start="natural-photo")
    assert send(app, old) == ["HorizontalFlip-1", "OneOf-1", "Blur-1", "ToGray-1"]
    later = message(raw(seq=2, act="remove", ids=["Blur-1"]), start="guide")
    assert send(app, later) == ["HorizontalFlip-1", "OneOf-1", "ToGray-1"]


def test_a_spec_that_only_changed_its_title_is_kept(app: AppTest) -> None:
    send(app, message(raw(seq=1, act="rename", ids=["Blur-1"], title="Soft"), start="guide"))
    blur = app.session_state["workspace"].spec.find("Blur-1")
    assert blur.title == "Soft"
    assert replace(blur, title="") == Step("Blur", id="Blur-1")
