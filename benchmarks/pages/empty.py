"""The floor: a slider and one line of text. What this takes is Streamlit and the browser alone."""

import streamlit as st

value = st.slider("Rotation limit", 0, 180, 15)
st.text(f"value {value}")
