"""Widgets that show a value of the workspace, also one that was changed elsewhere."""

from __future__ import annotations

import streamlit as st


def showing(key: str, value: object) -> str:
    """Make a widget show a value, and give its key back.

    A key that holds the value would do that too, but then each value is another widget: the one before stays beside it,
    faded, for as long as the page works (streamlit 1.67).

    Args:
        key: Key of the widget, which must get no value of its own.
        value: What the workspace holds.
    """
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    return key
