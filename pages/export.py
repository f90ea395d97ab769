"""Export: how do I train with exactly this, and is it really the same?"""

import streamlit as st

from augviz.ui import exporting, pasting, sharing
from augviz.ui.review import seal

st.title("Export")
out, back = st.columns([2, 1], gap="large")
with out:
    options = exporting.option_box()
    seal.export_note(options.reviewed)
    exporting.code_tabs(options)
    exporting.not_carried_list(options)
with back:
    exporting.proof_box(options)
    exporting.import_box()
    pasting.paste_box()
    exporting.opened_message()
st.divider()
sharing.share_panel()
