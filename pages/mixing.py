"""Mixing: what becomes of the label when images are mixed, or parts of one erased?"""

import streamlit as st

from augviz.ui import image_choice, mixing_choice, mixing_pictures, mixing_study

with st.sidebar:
    image_choice.image_box()
    mixing_choice.method_box()
    mixing_choice.partner_box()
    mixing_choice.strength_controls()
choice = mixing_choice.choice()

st.title("What becomes of the label?")
mixing_choice.draw_bar()
view = mixing_pictures.drawn(choice, st.empty())
picture, words = st.columns([3, 2], gap="large")
with picture:
    mixing_pictures.large_picture(view)
with words:
    mixing_pictures.label_box(choice, view)
    mixing_pictures.object_table(choice, view)

st.header("Eight draws")
mixing_pictures.all_draws(choice, view)
st.header("Over many draws")
mixing_study.many_draws(choice, st.empty())
st.header("Code")
mixing_study.code_section(choice)
