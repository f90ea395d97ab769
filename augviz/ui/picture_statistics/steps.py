"""One number, closer: which step moves it, and how it comes out in every draw."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from augviz import charts
from augviz.charts import sentences
from augviz.charts.units import title_of
from augviz.statistics.moves import MUCH, top_moves
from augviz.ui import checked, workspace
from augviz.ui.picture_statistics.opening import chart, chart_of_samples
from augviz.ui.picture_statistics.work import Numbers


def number_box(found: Numbers) -> str:
    """Which number is looked at; the one that moves most stands first."""
    first = [move.scalar for move in top_moves(found.over)]
    general = [name for name in MUCH if name in found.over.scalar_names]
    names = list(dict.fromkeys([*first, *general, *found.over.scalar_names]))
    return str(st.selectbox("Number", names, format_func=title_of, key=f"number-{'-'.join(first)}", width=320))


def step_section(found: Numbers, name: str) -> None:
    """What every step does to the number, and the number in every draw; a press on a dot opens that sample."""
    titles = step_titles()
    chart(
        charts.contribution_bars(found.steps, name, titles, found.over.top),
        "contributions",
        sentences.contribution_bars(found.steps, name, titles, found.over.top),
    )
    chart_of_samples(
        charts.scalar_boxes(found.over, name),
        f"scalar-boxes-{name}",
        f"{sentences.scalar_boxes(found.over, name)} Press a dot to see that sample.",
    )


def step_titles() -> Mapping[str, str]:
    """What the steps that can fire are called, by id."""
    return {step_id: checked.title_of(step_id) for step_id in checked.leaf_ids(workspace.current().spec)}
