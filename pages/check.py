"""Check labels: does the label survive, who broke it, and how far may I go?"""

import streamlit as st

from augviz.ui import assessing, how_often, image_choice, label_facts, limits, safe_range, verdict, worst
from augviz.ui.history import history_bar

with st.sidebar:
    image_choice.image_box()
    image_choice.starting_point_box()
    label_facts.label_form()
    label_facts.validation_box()

st.title("Does the label survive?")
with st.container(width=420):
    history_bar()
found = assessing.assessment(st.empty())
if found is not None:
    verdict.banner(found)
    verdict.step_cards(found)

st.header("How often")
how_often.sampling_bar()
if found is not None and found.sampling is not None:
    how_often.check_table(found.sampling)
    st.header("Who broke it")
    how_often.failing_samples(found)
    st.header("The worst samples")
    worst.worst_gallery(found.sampling)

st.header("How far may I go")
safe_range.safe_range_box()

limits.limit_table()
