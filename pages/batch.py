"""Batch: what does my network really get?"""

import streamlit as st

from augviz.ui import image_choice
from augviz.ui.batch import loader_form, mean_std, views, work

with st.sidebar:
    image_choice.image_box()
    image_choice.starting_point_box()
    loader_form.loader_form()

st.title("What does the network get?")
views.batch_bar()
views.batch_section(work.asked(st.empty()))

st.header("Mean and deviation of your images")
mean_std.mean_std_section()
