"""What has to be said around the picture that one draws on."""

from __future__ import annotations

import streamlit as st

from augviz.ui import downloads, drawings, workspace
from augviz.ui.page_table import page
from augviz.ui.text import escaped


def where_it_goes() -> None:
    """Which labels are changed here."""
    if drawings.is_library_image():
        st.markdown("This is a sample image. As soon as you draw, it becomes a copy among your own images.")
    else:
        st.markdown("This is one of your own images. What you draw changes its labels at once, on every page.")


def problems() -> None:
    """What could not be kept, and what is shown but cannot be edited."""
    for problem in drawings.current().problems:
        st.warning(escaped(str(problem)), icon=":material/info:")
    if workspace.current().sample.labels.semantic is not None:
        st.info(
            "This image has class regions: one class for every pixel. They are shown, but cannot be edited here; "
            "they stay as they are.",
            icon=":material/layers:",
        )


def ways_on() -> None:
    """To the pipeline, and out as files."""
    sample = workspace.current().sample
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.page_link(page("workbench.py"), label="Use it in the pipeline", icon=":material/tune:")
        files = st.popover("Download the labels", icon=":material/download:", key="draw-files", on_change="rerun")
    if files.open:
        with files:
            downloads.sample_buttons(sample, downloads.stem_of(sample.name), key="draw")
