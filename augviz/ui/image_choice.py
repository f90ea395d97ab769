"""Which image is in view, and which pipeline to begin with."""

from __future__ import annotations

import streamlit as st

from augviz import sample_library
from augviz.policies.starting_points import STARTING_POINTS
from augviz.ui import workspace
from augviz.ui.keyed import showing


def image_box() -> None:
    """The visitor's own images first, then the sample images; a drawn one says so."""
    image_select()
    image_note()


def image_note() -> None:
    """That the sample image in view was drawn by a program, where it was."""
    image = workspace.current().image
    note = next((entry.note for entry in sample_library.entries() if entry.id == image), "")
    if note:
        st.markdown(f":gray[{note}]")


def image_select() -> None:
    """The box alone."""
    state = workspace.current()
    library = {entry.id: entry for entry in sample_library.entries()}
    names = [*(sample.name for sample in state.uploads), *library]
    key = showing("image", state.image)

    def choose() -> None:
        if key in st.session_state:  # A box that goes with a page that is left at once may call without a value.
            workspace.change(image=st.session_state[key], drawn=None)

    st.selectbox(
        "Image",
        names,
        key=key,
        format_func=lambda name: library[name].title if name in library else name,
        on_change=choose,
    )


def starting_point_box() -> None:
    """Begin with another pipeline; the sample's own comes first."""
    state = workspace.current()
    starts = {start.id: start for start in STARTING_POINTS}
    key = showing("start", state.start if state.start in starts else None)

    def begin() -> None:
        chosen = st.session_state[key]
        if chosen is not None:
            workspace.begin_with(starts[chosen])

    st.selectbox(
        "Pipeline",
        list(starts),
        index=0 if state.start in starts else None,  # with None the box can be emptied
        key=key,
        format_func=lambda start_id: starts[start_id].title,
        placeholder="Begin with another one",
        on_change=begin,
        help="Takes the place of the steps below.",
    )
