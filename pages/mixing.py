"""Mixing: what becomes of the label when images are mixed, or parts of one erased?"""

import streamlit as st

from augviz.ui import image_choice
from augviz.ui.mixing import choice, pictures, study

with st.sidebar:
    image_choice.image_box()
    choice.method_box()
    choice.partner_box()
    choice.strength_controls()
chosen = choice.choice()

st.title("What becomes of the label?")
choice.draw_bar()
view = pictures.drawn(chosen, st.empty())
if view is not None:
    picture, words = st.columns([3, 2], gap="large")
    with picture:
        pictures.large_picture(view)
    with words:
        pictures.label_box(chosen, view)
        pictures.object_table(chosen, view)

    st.header("Eight draws")
    pictures.all_draws(chosen, view)
st.header("Over many draws")
study.many_draws(chosen, st.empty())
st.header("Code")
study.code_section(chosen)
