"""Images and labels: which pictures do I look at, and were their labels understood?"""

import streamlit as st

from augviz.ui import uploads

st.title("Images and labels")
own, library = st.columns([1, 1], gap="large")
with own:
    uploads.upload_box()
    uploads.report()
    uploads.open_images()
with library:
    uploads.sample_shelf()
