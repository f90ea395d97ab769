"""The frame around every page; Streamlit runs this file from top to bottom at each rerun.

It does not lie beside ``pages/`` on purpose: docs/decisions/0001-launcher-and-router.md.
"""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from augviz.ui import arriving, resuming, workspace
from augviz.ui.guide import guide
from augviz.ui.page_table import ICON, PAGES
from augviz.ui.server import startup_problems

# Before st.navigation: it would else make the page's Material icon the favicon, which browsers fetch from outside.
st.set_page_config(page_icon=str(ICON), layout="wide", initial_sidebar_state=360)
sections: dict[str, list[StreamlitPage]] = {}
for row in PAGES:
    sections.setdefault(row.section, []).append(
        st.Page(row.path, title=row.title, icon=row.icon, default=row is PAGES[0])
    )
page = st.navigation(sections, position="top")
st.set_page_config(page_title=f"{page.title} · augviz")
for problem in startup_problems():
    st.warning(str(problem), icon=":material/build:")
arriving.take_link()
resuming.resume()
arriving.give_awaited()
row = next(row for row in PAGES if row.title == page.title)
guide(row)
workspace.came_by(row.file)
arriving.notice()
page.run()
resuming.remember()
