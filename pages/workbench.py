"""Pipeline: what does it do to my image, and what becomes of the labels?"""

import streamlit as st

from augviz.ui import image_choice, pictures, step_cards


@st.fragment
def bench() -> None:
    """Controls on the left, what they do on the right; a moved slider runs only this."""
    with st.sidebar:
        image_choice.image_box()
        image_choice.starting_point_box()
        cards = st.container(gap="xsmall")
        step_cards.add_step()
        step_cards.tail_list()
    with cards:
        step_cards.step_list()
    pictures.draw_bar()
    progress = st.empty()
    drawn = pictures.draw(progress)
    pictures.summary(drawn)
    pictures.gallery_of(drawn)
    step_cards.mark_failing(drawn.failing)


st.sidebar.empty()
bench()
