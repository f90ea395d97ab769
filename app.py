"""The launcher: ``make run``, ``streamlit run app.py`` or ``uvicorn app:app``, each from this folder.

What the visitor sees is in augviz/ui/router.py and pages/. Here everything heavy is imported once, before the first
visitor and before the garbage collector is told to leave it alone (augviz/ui/server.py): a library that only a page
imports would be searched through at the end of every rerun (measured: pandas and plotly cost 14 to 80 ms instead of 1).
"""

import pandas  # noqa: F401, ICN001 - Streamlit's tables
import plotly.graph_objects  # noqa: F401 - charts
import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import Route

import augviz.models.built_in
import augviz.pipeline.export
import augviz.pipeline.importing
import augviz.preview
import augviz.sample_library  # noqa: F401
from augviz.ui import follow
from augviz.ui.page_table import ROOT
from augviz.ui.server import SecurityHeaders, lifespan
from augviz.ui.upload_limits import UploadLimits

app = st.App(
    ROOT / "augviz" / "ui" / "router.py",
    lifespan=lifespan,
    middleware=[Middleware(SecurityHeaders), Middleware(UploadLimits)],
    routes=[Route(follow.PATH, follow.answer, methods=["POST"])],
)
