"""Transforms: what is there, what does it need, and what is not offered and why?"""

import streamlit as st

from augviz.ui import transform_list

st.title("Transforms")
transform_list.search_box()
transform_list.offered_table()
st.header("Not offered, and why")
transform_list.withheld_table()
