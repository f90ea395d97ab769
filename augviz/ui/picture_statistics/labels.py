"""What becomes of the labels: how many objects of each class, how large, of what shape, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import plotly.graph_objects as go
import streamlit as st

from augviz import charts
from augviz.charts import sentences
from augviz.statistics.label_statistics import LabelChange
from augviz.ui.picture_statistics.opening import chart
from augviz.ui.picture_statistics.work import Numbers

Figure = Callable[[LabelChange], go.Figure]
Sentence = Callable[[LabelChange], str]


def label_section(found: Numbers) -> None:
    """The charts that these labels have something for, two in a row; maps of places need the width of the page."""
    labels = found.over.labels
    told = list(_told(labels))
    if not told:
        st.markdown("These images have no boxes or masks of objects.")
        return
    cells = [cell for _row in range(0, len(told), 2) for cell in st.columns(2, gap="large")]
    for cell, (title, key, figure, sentence) in zip(cells, told, strict=False):
        with cell:
            st.markdown(f"**{title}**")
            chart(figure(labels), key, sentence(labels))
    if labels.original.classes:
        st.markdown("**Where objects lie**")
        chart(charts.positions(labels), "positions", sentences.positions(labels))


def _told(labels: LabelChange) -> Iterator[tuple[str, str, Figure, Sentence]]:
    if labels.original.classes:
        yield "Objects of each class", "class-counts", charts.class_counts, sentences.class_counts
        yield "Objects in a sample", "objects-per-image", charts.objects_per_image, sentences.objects_per_image
        yield "Size of boxes", "box-sizes", charts.sizes, sentences.sizes
        yield "Shape of boxes", "box-aspects", charts.aspects, sentences.aspects
    if labels.original.mask_share:
        yield "Pixels under masks", "mask-shares", charts.mask_shares, sentences.mask_shares
