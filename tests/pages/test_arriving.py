"""A link fills the workspace of a new session, and nothing else of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from streamlit.testing.v1 import AppTest

from augviz.pipeline.spec import PipelineSpec, Step
from augviz.policies.starting_points import STARTING_POINTS
from augviz.sample import Boxes, Labels, Sample
from augviz.sharing.link import to_link_text
from augviz.sharing.project import Pinned, Project, Version, write_project
from augviz.sharing.state import Shared
from augviz.ui.sharing import project_of
from tests.pages.visitor import work

ROUTER = """
from augviz.ui import arriving, workspace
arriving.take_link()
arriving.give_awaited()
arriving.notice()
workspace.current()
"""

OPENING = """
import streamlit as st
from augviz.errors import InputError
from augviz.ui import arriving
try:
    arriving.open_project(st.session_state["data"], "mine.zip")
except InputError as error:
    st.error(str(error))
arriving.notice()
"""

SPEC = PipelineSpec((Step("Rotate", {"limit": (-3, 3)}, 0.25, id="turn"),))


def opened(text: str) -> AppTest:
    app = AppTest.from_string(ROUTER)
    app.query_params["p"] = text
    return app.run()


def test_everything_that_a_link_carries_is_taken_over() -> None:
    spec = replace(SPEC, swaps=(("left", "right"),))
    shared = Shared(
        spec, 99, 16, "coins", profile="fundus", facts={"colour_label": "no"}, thresholds={"m1.violating": 0.4}
    )
    app = opened(to_link_text(shared))
    state = work(app)
    assert (state.spec, state.seed, state.count, state.image) == (spec, 99, 16, "coins")
    assert (state.profile, dict(state.facts), dict(state.thresholds)) == (
        "fundus",
        {"colour_label": "no"},
        {"m1.violating": 0.4},
    )
    assert "p" not in app.query_params
    assert "Opened a link" in app.success[0].value


def test_what_is_not_known_here_is_left_out_and_named() -> None:
    shared = Shared(SPEC, profile="martian", facts={"is_alive": "yes"}, thresholds={"m99.caution": 1.0})
    app = opened(to_link_text(shared))
    state = work(app)
    assert (state.profile, dict(state.facts), dict(state.thresholds)) == ("", {}, {})
    said = app.success[0].value.replace("\\", "")
    assert all(word in said for word in ("called martian", "called is_alive", "called m99.caution"))


def test_a_limit_that_makes_no_sense_stays_as_usual() -> None:
    app = opened(to_link_text(Shared(SPEC, thresholds={"m1.violating": 1e9, "m1.caution": -1, "m15.caution": 80.0})))
    assert dict(work(app).thresholds) == {"m15.caution": 80.0}
    said = app.success[0].value.replace("\\", "")
    assert "The limit m1.violating stays as usual: a share is from 0 to 1" in said


def test_a_starting_point_keeps_its_name() -> None:
    coins = next(start for start in STARTING_POINTS if start.id == "coins")
    assert work(opened(to_link_text(Shared(coins.spec)))).start == "coins"
    swapping = replace(coins.spec, swaps=(("left", "right"),))
    assert work(opened(to_link_text(Shared(swapping)))).start == "coins"


def test_an_image_and_a_count_that_are_not_offered_are_named() -> None:
    app = opened(to_link_text(Shared(SPEC, count=10, image="somebody's")))
    assert (work(app).image, work(app).count) == ("cat", 9)
    assert "There is no sample image called somebody's here" in app.success[0].value.replace("\\", "")
    assert "9 samples are shown; 10 are not offered here" in app.success[0].value.replace("\\", "")


def test_a_damaged_link_says_so_and_the_app_begins_as_usual() -> None:
    app = opened("1nonsense")
    assert app.error[0].value.startswith("The link is damaged or cut off")
    assert work(app).start == "guide"
    app.button[0].click().run()
    assert not app.error
    assert not app.exception


def test_a_link_in_the_address_of_a_running_session_changes_nothing() -> None:
    app = AppTest.from_string(ROUTER).run()
    before = work(app)
    app.query_params["p"] = to_link_text(Shared(SPEC))
    app.run()
    assert work(app) is before
    assert "p" not in app.query_params


def test_text_of_a_stranger_is_shown_as_text() -> None:
    app = opened(to_link_text(Shared(SPEC, image="[a](http://x) ![b](c) <b>")))
    assert "\\[a\\]\\(http\\://x\\)" in app.success[0].value


def opened_project(data: bytes, earlier: AppTest | None = None) -> AppTest:
    app = AppTest.from_string(OPENING)
    if earlier is not None:
        app.session_state["workspace"] = work(earlier)
    app.session_state["data"] = data
    return app.run()


def picture(name: str, value: int = 0) -> Sample:
    return Sample(name, np.full((8, 9, 3), value, np.uint8), Labels(Boxes.of([[1, 1, 5, 5]], ["thing"])))


def test_a_project_brings_pictures_pins_versions_and_colours() -> None:
    project = Project(
        Shared(SPEC, 3),
        (picture("a.png"), picture("b.png")),
        "b.png",
        (Pinned("a.png", 5),),
        (Version("before", STARTING_POINTS[1].spec),),
        (("thing", 4),),
    )
    state = work(opened_project(write_project(project, with_images=True)))
    assert project_of(state) == replace(project, samples=state.uploads)
    assert [sample.digest for sample in state.uploads] == [sample.digest for sample in project.samples]
    assert state.history.now.title == "Opened the project mine.zip"


def test_pictures_that_are_open_stay_and_one_of_the_same_name_gives_way() -> None:
    first = Project(Shared(SPEC), (picture("a.png"), picture("mine.png")), "mine.png")
    second = Project(Shared(SPEC), (picture("a.png", 9),), "a.png")
    before = opened_project(write_project(first, with_images=True))
    app = opened_project(write_project(second, with_images=True), before)
    state = work(app)
    assert [sample.name for sample in state.uploads] == ["mine.png", "a.png"]
    assert state.uploads[1].image.max() == 9
    assert "takes the place" in app.success[0].value


def test_the_image_in_view_is_always_one_that_is_there() -> None:
    gone = Project(Shared(SPEC), (picture("a.png"),), "a.png")
    state = work(opened_project(write_project(gone, with_images=False)))
    assert state.image == "cat"
    assert [each.name for each in state.awaited] == ["a.png"]


def test_a_file_that_is_no_project_leaves_the_work_alone() -> None:
    before = opened_project(write_project(Project(Shared(SPEC), (picture("a.png"),), "a.png"), with_images=True))
    app = opened_project(b"nonsense", before)
    assert work(app).spec == SPEC
    assert work(app).image == "a.png"
    assert "not a zip" in app.error[0].value
