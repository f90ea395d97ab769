"""Pipeline: what does it do to my image, and what becomes of the labels?"""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz.ui import image_choice, pictures, step_cards, workspace


@st.fragment
def follow(card: DeltaGenerator | None, place: DeltaGenerator, revision: int) -> None:
    """The open card's controls and the pictures: all that runs while a slider moves."""
    if workspace.current().revision != revision:  # a button of the card has changed the list of cards
        st.rerun()
    titles_changed = step_cards.open_card(card)
    with place:
        drawn = pictures.draw(st.empty())
        pictures.summary(drawn)
        pictures.gallery_of(drawn)
    if step_cards.mark_failing(drawn.failing) or titles_changed:
        st.rerun()


with st.sidebar:
    image_choice.image_box()
    image_choice.starting_point_box()
    with st.container(gap="xsmall"):
        open_card = step_cards.step_list()
    step_cards.add_step()
    open_card = step_cards.tail_list() or open_card

pictures.draw_bar()
follow(open_card, st.container(), workspace.current().revision)
