"""A visit that was interrupted goes on: after a reload, a lost connection, or a page that was left by mistake.

The tab keeps a token in its session store, which lives as long as the tab. When a page is left, the token is also put
into a cookie for half a minute, so that a reload finds its work in the very first run and shows nothing else before.
"""

from __future__ import annotations

from functools import cache
from typing import cast

import streamlit as st

from augviz.ui import workspace
from augviz.ui.components import component, nothing
from augviz.ui.sessions import SESSIONS
from augviz.ui.upload_limits import session_id
from augviz.ui.visits import Presence, Visit, Visits

COOKIE = "augviz_visit"
_PRESENCE, _TAKEN_UP, _IS_SETTLED = "presence", "visit-taken-up", "visit-is-settled"


@cache
def visits() -> Visits:
    """All visits of this process."""
    return Visits()


def resume() -> None:
    """At the first run of a session: take up the visit that the cookie names, unless a link came with the address."""
    if workspace.VISIT in st.session_state:
        return
    SESSIONS.note(session_id())
    came_with_a_link = not workspace.is_new()
    token = "" if came_with_a_link else st.context.cookies.get(COOKIE, "")
    st.session_state[_TAKEN_UP] = token if _take_up(token) else ""
    st.session_state[_IS_SETTLED] = came_with_a_link
    st.session_state[_PRESENCE] = presence = Presence()
    st.session_state[workspace.VISIT] = visits().begin(workspace.current(), presence)


def remember() -> None:
    """Tell the tab its token, and hear of the one that it had; the last element of every page."""
    visit = cast(Visit, st.session_state[workspace.VISIT])
    data = {"token": visit.token, "takenUp": st.session_state[_TAKEN_UP], "cookie": COOKIE}
    show = component("augviz_resume", html="<span hidden></span>", js=["resume.js"])
    found = show(key="resume", data=data, on_found_change=nothing).get("found")
    if not isinstance(found, str) or st.session_state[_IS_SETTLED]:
        return
    st.session_state[_IS_SETTLED] = True
    if found != st.session_state[_TAKEN_UP] and _take_up(found):
        st.rerun()


def _take_up(token: str) -> bool:
    """Go on with the visit of this token, as it was when it was left."""
    visit = visits().find(token) if token else None
    if visit is None:
        return False
    workspace.go_on_with(visit.workspace)
    return True
