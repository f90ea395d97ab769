"""Train and validation: what do I feed my validation set, and does it match what I train on?"""

import streamlit as st

from augviz.ui import image_choice, pair_views, pairing

with st.sidebar:
    image_choice.image_box()
    image_choice.starting_point_box()

st.title("Does validation match training?")
pairing.choice_bar()
found = pairing.pairing(st.empty())
pair_views.verdict(found)

st.header("Step by step")
pair_views.step_table(found)
st.header("The same image through both")
pair_views.same_image(found)
st.header("Take both along")
pair_views.files(found)
