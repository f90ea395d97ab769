"""Batch: what does my network really get?"""

import streamlit as st

from augviz.ui import batch_views, batching, image_choice, loader_form, mean_std

with st.sidebar:
    image_choice.image_box()
    image_choice.starting_point_box()
    loader_form.loader_form()

st.title("What does the network get?")
batch_views.batch_bar()
batch_views.batch_section(batching.asked(st.empty()))

st.header("Mean and deviation of your images")
mean_std.mean_std_section()
