"""Statistics: is it too much, and which step makes it so?"""

import streamlit as st

from augviz.ui import image_choice, pixel_charts

with st.sidebar:
    image_choice.image_box()
    image_choice.starting_point_box()

st.title("Is it too much?")
where = pixel_charts.where_box()
found = pixel_charts.numbers(where, st.empty())
pixel_charts.what_it_is_about(found)

st.header("Pixels")
pixel_charts.pixel_section(found)
st.header("Which step does it")
pixel_charts.step_section(found)
st.header("Outside your images")
pixel_charts.training_range_section(found)
st.header("Labels")
pixel_charts.label_section(found)
st.header("One epoch")
pixel_charts.epoch_section(found)
