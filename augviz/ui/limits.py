"""The limits that checks are held against: each with its source, each can be moved, and back."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from augviz.preservation.check import Check, Level, threshold_id
from augviz.preservation.checks import CHECKS, LIMITS
from augviz.preservation.sources import SOURCES
from augviz.ui import workspace
from augviz.ui.text import escaped

COLUMNS: dict[str, Level] = {"Caution": "caution", "Violating": "violating"}
_SAID = "limits-said"
MOST = 1e9


def limit_table() -> None:
    """One row a check; what was moved stays with the project and with links."""
    moved = workspace.current().thresholds
    st.markdown(
        "From these values on a reading counts. Shares are from 0 to 1. A limit that you move is kept with the project "
        "and travels in links; `augviz check --limit` takes the same names."
    )
    key = f"limits-{hash(tuple(sorted(moved.items())))}"
    st.data_editor(
        [_row(check) for check in CHECKS],
        key=key,
        hide_index=True,
        height="content",
        disabled=("Check", "Worse when", "Unit", "Moved", "Name", "Who says so"),
        column_config={
            "Check": st.column_config.TextColumn(width="medium"),
            "Who says so": st.column_config.TextColumn(width="large"),
            **{name: st.column_config.NumberColumn(format="%.4g") for name in COLUMNS},
        },
        on_change=_typed,
        args=(key,),
    )
    for text in st.session_state.pop(_SAID, ()):
        st.warning(escaped(text), icon=":material/info:")
    if moved:
        st.button("All limits back", icon=":material/restart_alt:", key="limits-back", on_click=_reset)


def _row(check: Check) -> dict[str, Any]:
    moved = workspace.current().thresholds
    limits = check.limits(moved)
    named = [threshold_id(check, level) for level in COLUMNS.values() if level in limits]
    return {
        "Check": check.title,
        "Worse when": check.worse,
        **{name: limits.get(level) for name, level in COLUMNS.items()},
        "Unit": check.unit,
        "Moved": ", ".join(f"was {LIMITS[name].value:g}" for name in named if name in moved),
        "Name": ", ".join(named),
        "Who says so": "; ".join(dict.fromkeys(SOURCES.get(LIMITS[name].source, "") for name in named)),
    }


def _typed(key: str) -> None:
    """Take over what was typed; a limit that a check does not have cannot be made."""
    moved, said = dict(workspace.current().thresholds), []
    for row, cells in st.session_state[key]["edited_rows"].items():
        check = CHECKS[int(row)]
        for column, level in COLUMNS.items():
            if column in cells:
                problem = _move(moved, check, level, cells[column])
                said += [] if problem is None else [problem]
    st.session_state[_SAID] = tuple(said)
    workspace.change(thresholds=moved)


def _move(moved: dict[str, float], check: Check, level: Level, value: Any) -> str | None:
    """Move one limit; a sentence when it cannot be."""
    name = threshold_id(check, level)
    if name not in LIMITS:
        return f"{check.title} has no limit for {level}: it stays as it was."
    if value is None or value == LIMITS[name].value:
        moved.pop(name, None)
        return None
    if not math.isfinite(value) or abs(value) > MOST:
        return f"{check.title}: the limit has to be a number of at most {MOST:,.0f}. It stays as it was."
    if check.unit in ("share", "IoU") and not 0 <= value <= 1:
        return f"{check.title}: a share is from 0 to 1, not {value:g}. It stays as it was."
    moved[name] = float(value)
    return None


def _reset() -> None:
    workspace.change(thresholds={})
