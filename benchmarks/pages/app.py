"""The pages that the preview is compared with, served like the app itself: same start-up, headers and config."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

import benchmarks.subject  # noqa: F401 - heavy imports once, before the collector is frozen
from augviz.ui.server import SecurityHeaders, lifespan

app = st.App(Path(__file__).with_name("router.py"), lifespan=lifespan, middleware=[Middleware(SecurityHeaders)])
