"""Histograms by band, and the circle of hues."""

from __future__ import annotations

import streamlit as st

from augviz import charts
from augviz.charts import sentences
from augviz.ui.picture_statistics.opening import chart
from augviz.ui.picture_statistics.work import Numbers


def pixel_section(found: Numbers) -> None:
    """Originals as lines, draws as bands; hues only where there are colours."""
    form = st.segmented_control(
        "Curve", ["Histogram", "Cumulative"], default="Histogram", key="pixels-curve", required=True
    )
    figure = charts.channel_curves(found.over, cumulative=form == "Cumulative")
    chart(figure, "channel-curves", sentences.channel_curves(found.over))
    wheel = charts.hue_wheel(found.over)
    if wheel is None:
        st.markdown(sentences.hue_wheel(found.over))
    else:
        chart(wheel, "hue-wheel", sentences.hue_wheel(found.over))
