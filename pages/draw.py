"""Draw labels: what is on this image, and where exactly?"""

import streamlit as st

from augviz.ui import annotator, draw_notes, image_choice, label_table

st.title("Draw labels")
choice, note = st.columns([1, 2], gap="large", vertical_alignment="bottom")
with choice:
    image_choice.image_box()
with note:
    draw_notes.where_it_goes()
draw_notes.problems()
annotator.canvas()
draw_notes.ways_on()

objects, pairs = st.columns([2, 1], gap="large")
with objects:
    st.header("Objects")
    label_table.object_table()
with pairs:
    st.header("Left and right")
    label_table.swap_table()
