"""How a Streamlit component of ours is made from the files of the js folder."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_JS = Path(__file__).with_name("js")
_COMMENTS = ("//", "/*", "*")


def component(name: str, *, html: str, js: Sequence[str], css: Sequence[str] = ()) -> ComponentRenderer:
    """A component.

    It is registered with the server that runs now, at every call: a module may be imported before there is one, and to
    register the same definition again is cheap and says nothing.

    Args:
        name: Its name in Streamlit ("augviz_gallery").
        html: What it begins with.
        js, css: Files of the js folder, joined in this order.
    """
    return st.components.v2.component(name, html=html, css=source(*css) or None, js=source(*js))


@cache
def source(*files: str) -> str:
    """Files of the js folder without comments and indentation, for they travel with every message."""
    return "\n".join(_lean((_JS / file).read_text(encoding="utf-8")) for file in files)


def _lean(text: str) -> str:
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(_COMMENTS))


def nothing() -> None:
    """A callback that does nothing; a trigger is only reported when it has one."""
