"""Strength: how much stronger may I make it, and where does it begin to hurt?"""

import streamlit as st

from augviz.ui import image_choice, strength, strength_choice, strength_strip
from augviz.ui.history import history_bar

with st.sidebar:
    image_choice.image_box()
    image_choice.starting_point_box()

st.title("How strong may it be?")
with st.container(width=420):
    history_bar()
asked = strength_choice.choice_bar()
found = None if asked is None else strength.answer(asked)

if asked is not None and found is not None:
    st.header("One sample at every strength")
    strength_strip.strip(asked, found)
    st.header("What becomes of the pictures")
    strength.scalar_section(asked, found)
strength_choice.what_strength_does()
