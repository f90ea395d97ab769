"""Compare: what does the other version do differently on the same draws?"""

import streamlit as st

from augviz.ui import comparing

choice = comparing.choice_bar()
found = comparing.compared(choice, st.empty())
opened = comparing.open_pair(found)

picture, words = st.columns([3, 2], gap="large")
with picture:
    comparing.curtain_of(choice, opened)
with words:
    comparing.changes_list(choice)
    comparing.summary_box(found)
    comparing.labels_of(opened)

comparing.pairs_of(found, opened)
