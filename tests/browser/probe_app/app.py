"""A small app served with augviz' own middleware, start-up and config: see test_serving.py."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from augviz.ui.server import SecurityHeaders, lifespan

app = st.App(Path(__file__).with_name("everything.py"), lifespan=lifespan, middleware=[Middleware(SecurityHeaders)])
