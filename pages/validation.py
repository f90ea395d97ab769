"""Train and validation: what do I feed my validation set, and does it match what I train on?"""

import streamlit as st

from augviz.ui import image_choice
from augviz.ui.pairing import views, work

with st.sidebar:
    image_choice.image_box()
    image_choice.starting_point_box()

st.title("Does validation match training?")
work.choice_bar()
found = work.pairing(st.empty())
views.verdict(found)

st.header("Step by step")
views.step_table(found)
st.header("The same image through both")
views.same_image(found)
st.header("Take both along")
views.files(found)
