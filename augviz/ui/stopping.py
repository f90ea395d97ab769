"""A way to stop long work, and to go on with it: one place for all pages.

A button inside a fragment cannot interrupt that fragment, so this is for work in the run of a whole page.
"""

from __future__ import annotations

import streamlit as st


def is_stopped(name: str, key: str) -> bool:
    """Whether the visitor has stopped this work.

    Args:
        name: Which work ("assessment").
        key: Digest of everything that it is about; other work of this name is not stopped.
    """
    return bool(st.session_state.get(_of(name)) == key)


def stop_button(name: str, key: str) -> None:
    """Stop; shown while the work goes on. Arguments as for :func:`is_stopped`."""
    st.button("Stop", icon=":material/stop_circle:", key=f"stop-{name}", on_click=stop, args=(name, key))


def go_on(name: str) -> None:
    """Let the work go on."""
    st.session_state.pop(_of(name), None)


def stop(name: str, key: str) -> None:
    """Stop, as the button does."""
    st.session_state[_of(name)] = key


def _of(name: str) -> str:
    return f"{name}-stopped"
