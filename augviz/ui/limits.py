"""The limits that checks are held against: each with its source, each can be moved, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from augviz.preservation.check import LEVELS, Check, Level, threshold_id
from augviz.preservation.checks import CHECKS, LIMITS
from augviz.preservation.sources import SOURCES
from augviz.ui import workspace
from augviz.ui.text import escaped

_SAID = "limits-said"
_REFUSED = "limits-refused"

ROWS: tuple[tuple[Check, Level], ...] = tuple(
    (check, level) for check in CHECKS for level in LEVELS if threshold_id(check, level) in LIMITS
)
"""One row of the table a limit."""


def limit_table() -> None:
    """One row a limit; what was moved stays with the project and with links."""
    moved = workspace.current().thresholds
    with st.expander(_title(len(moved)), icon=":material/straighten:"):
        st.markdown(
            "From these values on a reading counts. Type another one to move a limit: it is kept with the project, "
            "travels in links, and `augviz check --limit` knows it by the same name. Shares are from 0 to 1."
        )
        _table(moved)
    for text in st.session_state.pop(_SAID, ()):
        st.warning(escaped(text), icon=":material/info:")
    if moved:
        st.button("All limits back", icon=":material/restart_alt:", key="limits-back", on_click=_reset)


def _title(moved: int) -> str:
    return f"{len(ROWS)} limits and their sources" + (f", {moved} moved" if moved else "")


def _table(moved: Mapping[str, float]) -> None:
    refused = st.session_state.setdefault(_REFUSED, 0)  # a refused number has to leave its cell again
    key = f"limits-{hash(tuple(sorted(moved.items())))}-{refused}"
    st.data_editor(
        [_row(check, level) for check, level in ROWS],
        key=key,
        hide_index=True,
        height=420,
        disabled=("Check", "Counts as", "When it is", "Unit", "Usual", "Name", "Who says so"),
        column_config={
            "Check": st.column_config.TextColumn(width="medium"),
            "Limit": st.column_config.NumberColumn(format="%.4g", required=True),
            "Who says so": st.column_config.TextColumn(width="large"),
        },
        on_change=_typed,
        args=(key,),
    )


def _row(check: Check, level: Level) -> dict[str, Any]:
    name, moved = threshold_id(check, level), workspace.current().thresholds
    return {
        "Check": check.title,
        "Limit": float(moved.get(name, LIMITS[name].value)),
        "Unit": check.unit,
        "Counts as": level,
        "When it is": "below" if check.worse == "lower" else "above",
        "Usual": f"{LIMITS[name].value:g}",
        "Who says so": SOURCES.get(LIMITS[name].source, LIMITS[name].source),
        "Name": name,
    }


def _typed(key: str) -> None:
    """Take over what was typed."""
    moved, said = dict(workspace.current().thresholds), []
    for row, cells in st.session_state[key]["edited_rows"].items():
        if "Limit" in cells:
            problem = move(moved, *ROWS[int(row)], cells["Limit"])
            said += [] if problem is None else [problem]
    st.session_state[_SAID] = tuple(said)
    st.session_state[_REFUSED] = st.session_state.get(_REFUSED, 0) + len(said)
    workspace.change(thresholds=moved)


def move(moved: dict[str, float], check: Check, level: Level, value: float | None) -> str | None:
    """Move one limit in ``moved``, or take its move back; a sentence when it cannot be.

    Args:
        moved: Limits that were moved, by name; changed.
        check, level: Which one.
        value: Where to; None and the usual value take the move back.
    """
    name = threshold_id(check, level)
    if value is None or value == LIMITS[name].value:
        moved.pop(name, None)
        return None
    if said := check.refusal(value):
        return f"{check.title}: {said}. It stays as it was."
    moved[name] = float(value)
    return None


def _reset() -> None:
    workspace.change(thresholds={})
