"""From a mark, a row or a button of the page to the sample behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from augviz.sample import Sample
from augviz.ui import label_facts, workspace
from augviz.ui.checked import open_sample, pin_of
from augviz.ui.text import escaped

SEED_DIGITS = 20
"""A seed has 64 bits."""

_CONFIG = {"displayModeBar": False}


def chart(figure: go.Figure, key: str, sentence: str) -> None:
    """A figure below the sentence that says what it shows."""
    st.markdown(escaped(sentence))
    st.plotly_chart(figure, key=key, config=_CONFIG)


def chart_of_samples(figure: go.Figure, key: str, sentence: str) -> None:
    """The same for a figure whose marks are samples: a press on one opens it."""
    st.markdown(escaped(sentence))
    event = st.plotly_chart(figure, key=key, config=_CONFIG, on_select="rerun", selection_mode="points")
    found = picked(event, label_facts.images_of(workspace.current()))
    if found is not None:
        open_sample(pin_of(*found))


def picked(event: Mapping[str, Any], images: Sequence[Sample]) -> tuple[Sample, int] | None:
    """The image and the seed of the sample whose mark was pressed; None for an original or an image that is gone.

    Args:
        event: What ``st.plotly_chart`` tells. It comes from the browser.
        images: The images that were read.
    """
    points = event.get("selection", {}).get("points", [])
    told = points[0].get("customdata") if points else None
    if not isinstance(told, list | tuple) or len(told) != 2:
        return None
    name, seed = str(told[0]), str(told[1])
    image = next((sample for sample in images if sample.name == name), None)
    is_seed = seed.isascii() and seed.isdecimal() and len(seed) <= SEED_DIGITS
    return (image, int(seed)) if image is not None and is_seed else None


def open_place(place: int, seed: int, step_id: str | None = None) -> None:
    """Open a sample by the place of its image among those that were read."""
    images = label_facts.images_of(workspace.current())
    if place < len(images):
        open_sample(pin_of(images[place], seed), step_id)
