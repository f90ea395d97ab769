"""What a visitor of a page test has in hand."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from augviz.ui.workspace import Workspace


def work(app: AppTest) -> Workspace:
    """The workspace of the page."""
    found = app.session_state["workspace"]
    assert isinstance(found, Workspace)
    return found
