"""The launcher: ``make run``, ``streamlit run app.py`` or ``uvicorn app:app``, each from this folder.

What the visitor sees is in augviz/ui/router.py and pages/. Here everything heavy is imported once, before the first
visitor, so that no rerun pays for it.
"""

import streamlit as st
from starlette.middleware import Middleware

import augviz.pipeline
import augviz.transforms  # noqa: F401
from augviz.ui.page_table import ROOT
from augviz.ui.server import SecurityHeaders, lifespan

app = st.App(
    ROOT / "augviz" / "ui" / "router.py",
    lifespan=lifespan,
    middleware=[Middleware(SecurityHeaders)],
)
