"""Two pages: /plain?size=512 and /empty."""

import streamlit as st

st.set_page_config(layout="wide", page_title="Comparison pages")
st.navigation([st.Page("empty.py", default=True, url_path="empty"), st.Page("plain.py")], position="hidden").run()
