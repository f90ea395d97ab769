"""Statistics: is it too much, and which step makes it so?"""

import streamlit as st

from augviz.ui import how_often, image_choice
from augviz.ui.picture_statistics import corners, epoch, labels, outside, pixels, steps, summary, work

with st.sidebar:
    image_choice.image_box()
    image_choice.starting_point_box()

st.title("Is it too much?")
with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
    where = work.where_box()
    how_often.sampling_bar()
found = work.numbers(where, st.empty())

if found is not None:
    summary.summary_box(found)
if found is not None and found.has_steps:
    st.header("Which step does it")
    number = steps.number_box(found)
    steps.step_section(found, number)

    st.header("At its strongest")
    corners.corner_section(found.corners)

    outside.outside_section(found, number)

    st.header("Pixels")
    pixels.pixel_section(found)

    st.header("Labels")
    labels.label_section(found)

    st.header("One epoch")
    epoch.epoch_section(found)
    epoch.destructive_section(found)
