"""Pipeline: what does it do to my image, and what becomes of the labels?"""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz.ui import image_choice, pictures, step_panel, step_tree, workspace
from augviz.ui.follow import let_pass as picture_first
from augviz.ui.history import history_bar
from augviz.ui.knobs import Knob, collecting


@st.fragment
def build(place: DeltaGenerator, start: str, bar_knobs: Mapping[str, Knob]) -> None:
    """The tree, the open step's controls and the pictures: all that runs while the pipeline is worked on."""
    if workspace.current().start != start:  # an edit was taken back that chose another starting point
        st.rerun()
    picture_first()
    bar, tree = st.container(), st.container()
    step_panel.add_step()
    with collecting() as knobs:
        step_panel.open_panel()
    with bar:  # both after the controls, so that they tell what these have changed
        history_bar()
    with tree:
        step_tree.step_tree()
    with place:
        drawn = pictures.draw(st.empty())
        pictures.summary(drawn)
        pictures.gallery_of(drawn, {**bar_knobs, **knobs})
    if step_panel.mark_failing(drawn.failing):
        st.rerun()


with collecting() as knobs_above:
    pictures.draw_bar()
pictures_here = st.container()
with st.sidebar:
    image_choice.image_box()
    image_choice.starting_point_box()
    build(pictures_here, workspace.current().start, knobs_above)
