"""Test time: would averaging over views help this model, and what does it cost?"""

import streamlit as st

from augviz.ui import image_choice
from augviz.ui.test_time import (
    answers,
    buys,
    choosing,
    cost,
    exporting,
    looking,
    opening,
    own,
    views,
    witness,
)

with st.sidebar:
    image_choice.image_box()
    opening.model_box()

st.title("Do more views help?")
own.own_model_panel()
choice = choosing.choice(opening.model_in_hand())
found = None if choice is None else looking.looked(choice, st.empty())

if choice is not None and found is not None:
    answers.answer(choice, found)
    st.header("What each view says")
    views.view_gallery(choice, found)
    st.header("What it costs")
    cost.cost(found)
    st.header("What it buys")
    buys.buys_section(choice, found)
    st.header("Is the label still the same? What the model says")
    witness.witness_section(choice, found)
    st.header("Take the views along")
    exporting.export_section(choice)
