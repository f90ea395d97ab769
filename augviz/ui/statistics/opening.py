"""From a mark, a row or a button of the page to the sample behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from augviz.ui import label_facts, workspace
from augviz.ui.checked import open_sample, pin_of
from augviz.ui.text import escaped
from augviz.ui.workspace import Pin, Workspace

PAGE = "pixels.py"

_CONFIG = {"displayModeBar": False}


def chart(figure: go.Figure, key: str, sentence: str) -> None:
    """A figure below the sentence that says what it shows."""
    st.markdown(escaped(sentence))
    st.plotly_chart(figure, key=key, config=_CONFIG)


def chart_of_samples(figure: go.Figure, key: str, sentence: str) -> None:
    """The same for a figure whose marks are samples: a press on one opens it."""
    st.markdown(escaped(sentence))
    event = st.plotly_chart(figure, key=key, config=_CONFIG, on_select="rerun", selection_mode="points")
    pin = picked(event, workspace.current())
    if pin is not None:
        open_sample(pin, origin=PAGE)


def picked(event: Mapping[str, Any], state: Workspace) -> Pin | None:
    """The sample whose mark was pressed, or None: nothing, an original, or an image that is no longer open.

    Args:
        event: What ``st.plotly_chart`` tells. It comes from the browser.
        state: The visitor's workspace.
    """
    points = event.get("selection", {}).get("points", [])
    told = points[0].get("customdata") if points else None
    if not isinstance(told, list | tuple) or len(told) != 2:
        return None
    image, seed = str(told[0]), str(told[1])
    found = next((sample for sample in label_facts.images_of(state) if sample.name == image), None)
    return pin_of(found, int(seed)) if found is not None and seed.isdecimal() else None


def open_place(place: int, seed: int, step_id: str | None = None) -> None:
    """Open a sample by the place of its image among those that were read."""
    images = label_facts.images_of(workspace.current())
    if place < len(images):
        open_sample(pin_of(images[place], seed), step_id, origin=PAGE)
