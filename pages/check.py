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
answer = assessing.assessment(st.empty())
if answer is not None:
    verdict.banner(answer.found)
    verdict.step_cards(answer)

st.header("How often")
how_often.sampling_bar()
if answer is not None and answer.found.sampling is not None:
    how_often.check_table(answer.found.sampling)
    st.header("Who broke it")
    how_often.failing_samples(answer.found)
    st.header("The worst samples")
    worst.worst_gallery(answer.found.sampling)

st.header("How far may I go")
safe_range.safe_range_box()

limits.limit_table()
