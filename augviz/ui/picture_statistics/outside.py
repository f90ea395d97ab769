"""Samples that look like none of the user's own images."""

from __future__ import annotations

import streamlit as st

from augviz import charts
from augviz.charts import sentences
from augviz.charts.units import factor_of, title_of, unit_of
from augviz.statistics.training_range import TrainingRange
from augviz.ui.picture_statistics.opening import chart, chart_of_samples, open_place
from augviz.ui.picture_statistics.work import Numbers

TABLE_PX = 240


def outside_section(found: Numbers, name: str) -> None:
    """How often each number leaves the range, every sample of one number, and a table of those outside; nothing where
    there are too few images for a range.
    """
    held = found.range
    if not isinstance(held, TrainingRange):
        return
    st.header("Outside your images")
    left, right = st.columns(2, gap="large")
    with left:
        chart(charts.outside_rates(held), "outside-rates", sentences.outside_rates(held))
    with right:
        said = sentences.range_scatter(found.over, held, name)
        chart_of_samples(
            charts.range_scatter(found.over, held, name), f"range-scatter-{name}", f"{title_of(name)}: {said}"
        )
    _table(found, held, name)


def _table(found: Numbers, held: TrainingRange, name: str) -> None:
    """The same samples for those who use no mouse, the farthest first."""
    outside = held.outside_of(name)
    if not outside:
        return
    st.markdown("Samples outside, the farthest first; choose a row to see one step by step.")
    unit, factor = unit_of(name, found.over.top), factor_of(name, found.over.top)
    column = f"{title_of(name)} ({unit})" if unit else title_of(name)
    rows = [{"Image": one.image, "Draw": one.draw + 1, column: round(factor * one.value, 3)} for one in outside]
    chosen = st.dataframe(
        rows, hide_index=True, height=TABLE_PX, on_select="rerun", selection_mode="single-row", key=f"outside-{name}"
    )
    picked = chosen["selection"]["rows"]
    if picked and picked[0] < len(outside):
        open_place(outside[picked[0]].place, outside[picked[0]].seed)
