"""Take edits back: undo, redo, the list of versions, and the way back to the starting point."""

from __future__ import annotations

import streamlit as st

from augviz.policies.starting_points import STARTING_POINTS
from augviz.ui import workspace
from augviz.ui.edit_history import Entry
from augviz.ui.text import escaped

SHOWN = 30
"""Versions in the list; older ones are reached by undoing."""


def entries() -> tuple[Entry, ...]:
    """All versions of the pipeline, oldest first."""
    return workspace.current().history.entries


def place() -> int:
    """Which of them is in hand."""
    return workspace.current().history.place


def undo() -> None:
    """Back to the version before."""
    workspace.go_to_version(place() - 1)


def redo() -> None:
    """Forward to the version after."""
    workspace.go_to_version(place() + 1)


def reset() -> None:
    """Back to the starting point, as one more edit, which can be undone."""
    start = next((start for start in STARTING_POINTS if start.id == workspace.current().start), None)
    if start is not None:
        workspace.begin_with(start)
    else:
        workspace.go_to_version(0)


def history_bar() -> None:
    """Undo, redo, and every version to choose from."""
    history = workspace.current().history
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.button(
            "Undo", icon=":material/undo:", key="undo", shortcut="Ctrl+Z", on_click=undo, disabled=not history.can_undo,
            help=f"Take back: {escaped(history.now.title)}" if history.can_undo else "There is nothing to take back.",
        )  # fmt: skip
        st.button(
            "Redo", icon=":material/redo:", key="redo", shortcut="Ctrl+Shift+Z", on_click=redo,
            disabled=not history.can_redo,
            help=_redo_help(),
        )  # fmt: skip
        _version_list()


def _redo_help() -> str:
    history = workspace.current().history
    if not history.can_redo:
        return "There is nothing to bring back."
    return f"Bring back: {escaped(history.entries[history.place + 1].title)}"


def _version_list() -> None:
    popover = st.popover("History", icon=":material/history:", key="history", on_change="rerun", help="Every edit.")
    if not popover.open:
        return
    history = workspace.current().history
    with popover:
        st.button(
            "Reset to starting point", icon=":material/restart_alt:", key="reset", on_click=reset, width="stretch"
        )
        first = max(0, min(len(history.entries) - SHOWN, history.place - SHOWN // 2))
        shown = list(range(first, min(len(history.entries), first + SHOWN)))[::-1]
        key = f"versions-{workspace.current().revision}-{len(history.entries)}-{history.place}"
        st.radio(
            "Versions, newest first",
            shown,
            index=shown.index(history.place),
            format_func=lambda at: escaped(history.entries[at].title),
            key=key,
            on_change=lambda: workspace.go_to_version(st.session_state[key]),
        )
        if len(shown) < len(history.entries):
            st.markdown(f"{len(shown)} of {len(history.entries)} versions, around the one in hand.")
