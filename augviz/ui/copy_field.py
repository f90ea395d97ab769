"""A text in a field with a button that copies it; ``st.code`` shows its own only under the mouse."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import streamlit as st

_JS = Path(__file__).with_name("js")

_HTML = (
    '<div class="copy-field"><input type="text" readonly>'
    '<button type="button"><span class="icon" aria-hidden="true">content_copy</span><span class="word"></span></button>'
    '<span class="live" role="status"></span></div>'
)


def copy_field(text: str, *, label: str, button: str, key: str) -> None:
    """Show a text that can be copied.

    Args:
        text: The text, on one line.
        label: What it is, for screen readers ("Link to this pipeline").
        button: What the button says ("Copy link").
        key: Streamlit key.
    """
    # Registered with the server that runs now: to register the same definition again is cheap and says nothing.
    show = st.components.v2.component(
        "augviz_copy_field", html=_HTML, css=_source("copy_field.css"), js=_source("copy_field.js")
    )
    show(key=key, data={"text": text, "label": label, "word": button})


@cache
def _source(file: str) -> str:
    return (_JS / file).read_text(encoding="utf-8")
