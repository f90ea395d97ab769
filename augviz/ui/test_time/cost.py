"""What views cost: the time of each, and how many times that of one."""

from __future__ import annotations

import streamlit as st

from augviz import charts
from augviz.charts.test_time import ViewTime
from augviz.ui.test_time.looking import Looked
from augviz.wording import counted


def cost(found: Looked) -> None:
    """Time of each view, and of all against the single one."""
    readings = found.readings
    single, total = readings[0].ms, sum(reading.ms for reading in readings)
    if len(readings) == 1:
        st.markdown(f"The single view takes **{single:.0f} ms** on this machine.")
        return
    st.markdown(
        f"One view takes **{single:.0f} ms** on this machine, {counted(len(readings), 'view')} take "
        f"**{total:.0f} ms**: **{total / max(single, 1e-6):.1f} times** as long for every picture."
    )
    rows = [ViewTime(reading.seen.view.title, reading.look_ms, reading.model_ms) for reading in readings]
    st.plotly_chart(charts.view_times(rows), key="test-time-cost", config={"displayModeBar": False})
