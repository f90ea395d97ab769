"""Take edits back: undo, redo, the list of versions, and the way back to the starting point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from augviz.policies.starting_points import STARTING_POINTS
from augviz.ui import workspace
from augviz.ui.components import component
from augviz.ui.edit_history import Entry

KEY = "history"
_DONE = "history-done"


def entries() -> tuple[Entry, ...]:
    """All versions of the pipeline, oldest first."""
    return workspace.current().history.entries


def place() -> int:
    """Which of them is in hand."""
    return workspace.current().history.place


def history_bar() -> None:
    """Undo, redo, and every version to choose from."""
    html = '<div class="history"></div>'
    show = component("augviz_history", html=html, css=["history.css"], js=["history.js"])
    versions = [{"id": entry.id, "title": entry.title} for entry in entries()]
    data = {"versions": versions, "place": place(), "start": _start_title()}
    show(key=KEY, data=data, on_asked_change=_asked)


def _asked() -> None:
    """Do what the browser asks for, once: a press may be told again when a run was cut short."""
    asked = st.session_state[KEY].get("asked")
    if not isinstance(asked, Mapping) or asked.get("press") == st.session_state.get(_DONE):
        return
    st.session_state[_DONE] = asked.get("press")
    if asked.get("reset"):
        _reset()
        return
    found = next((at for at, entry in enumerate(entries()) if entry.id == asked.get("version")), None)
    if found is not None and found != place():
        workspace.go_to_version(found)


def _reset() -> None:
    """Back to the starting point, or to the first version; one more edit, which can be taken back as well."""
    start = next((start for start in STARTING_POINTS if start.id == workspace.current().start), None)
    if start is not None:
        workspace.begin_with(start)
    else:
        workspace.set_spec(replace(entries()[0].spec, swaps=workspace.current().spec.swaps))


def _start_title() -> str:
    start = workspace.current().start
    return next((point.title for point in STARTING_POINTS if point.id == start), entries()[0].title)
