"""Strength: how much stronger may I make it, and where does it begin to hurt?"""

import streamlit as st

from augviz.ui import image_choice
from augviz.ui.history import history_bar
from augviz.ui.strength import answer, choice, strip

with st.sidebar:
    image_choice.image_box()
    image_choice.starting_point_box()

st.title("How strong may it be?")
with st.container(width=420):
    history_bar()
asked = choice.choice_bar()
found = None if asked is None else answer.answer(asked)

if asked is not None and found is not None:
    st.header("One sample at every strength")
    strip.strip(asked, found)
    st.header("What becomes of the pictures")
    answer.scalar_section(asked, found)
choice.what_strength_does()
