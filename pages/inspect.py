"""Inspect: what happened to this one sample, step by step?"""

import streamlit as st

from augviz.ui import inspection

sample = inspection.open_sample()
inspection.sample_bar(sample)
before, after = st.columns(2)
with before:
    inspection.picture_before(sample)
with after:
    inspection.picture_after(sample)

st.header("Step by step")
inspection.filmstrip_of(sample)

objects, download = st.columns([2, 1], gap="large")
with objects:
    st.header("What became of the labels")
    inspection.object_table(sample)
with download:
    st.header("Download")
    inspection.download_box(sample)
