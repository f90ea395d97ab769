"""Make a review: let somebody who knows the images say whether labels survive."""

import streamlit as st

from augviz.ui import image_choice
from augviz.ui.review import listing, making

with st.sidebar:
    image_choice.starting_point_box()

st.title("Let an expert judge")
making.review_form()
listing.link_to_give()

st.header("Reviews")
listing.review_list()
