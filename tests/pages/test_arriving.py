"""A link fills the workspace of a new session, and nothing else of it."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from augviz.pipeline.spec import PipelineSpec, Step
from augviz.policies.starting_points import STARTING_POINTS
from augviz.sharing.link import to_link_text
from augviz.sharing.state import Shared
from augviz.ui.workspace import Workspace

ROUTER = """
from augviz.ui import arriving, workspace
arriving.take_link()
arriving.give_awaited()
arriving.notice()
workspace.current()
"""

SPEC = PipelineSpec((Step("Rotate", {"limit": (-3, 3)}, 0.25, id="turn"),))


def opened(text: str) -> AppTest:
    app = AppTest.from_string(ROUTER)
    app.query_params["p"] = text
    return app.run()


def workspace_of(app: AppTest) -> Workspace:
    found: Workspace = app.session_state["workspace"]
    return found


def test_everything_that_a_link_carries_is_taken_over() -> None:
    shared = Shared(SPEC, 99, 16, "coins", "retina", {"a": 0.5}, (("left", "right"),))
    app = opened(to_link_text(shared))
    state = workspace_of(app)
    assert (state.spec, state.seed, state.count, state.image) == (SPEC, 99, 16, "coins")
    assert (state.profile, dict(state.thresholds), state.swaps) == ("retina", {"a": 0.5}, (("left", "right"),))
    assert "p" not in app.query_params
    assert "Opened a link" in app.success[0].value


def test_a_starting_point_keeps_its_name() -> None:
    coins = next(start for start in STARTING_POINTS if start.id == "coins")
    assert workspace_of(opened(to_link_text(Shared(coins.spec)))).start == "coins"


def test_an_image_and_a_count_that_are_not_offered_are_named() -> None:
    app = opened(to_link_text(Shared(SPEC, count=10, image="somebody's")))
    assert (workspace_of(app).image, workspace_of(app).count) == ("cat", 9)
    assert "There is no sample image called somebody's here" in app.success[0].value.replace("\\", "")
    assert "9 samples are shown; 10 are not offered here" in app.success[0].value.replace("\\", "")


def test_a_damaged_link_says_so_and_the_app_begins_as_usual() -> None:
    app = opened("1nonsense")
    assert app.error[0].value.startswith("The link is damaged or cut off")
    assert workspace_of(app).start == "guide"
    app.button[0].click().run()
    assert not app.error
    assert not app.exception


def test_a_link_in_the_address_of_a_running_session_changes_nothing() -> None:
    app = AppTest.from_string(ROUTER).run()
    before = workspace_of(app)
    app.query_params["p"] = to_link_text(Shared(SPEC))
    app.run()
    assert workspace_of(app) is before
    assert "p" not in app.query_params


def test_text_of_a_stranger_is_shown_as_text() -> None:
    app = opened(to_link_text(Shared(SPEC, image="[a](http://x) ![b](c) <b>")))
    assert "\\[a\\]\\(http\\://x\\)" in app.success[0].value
