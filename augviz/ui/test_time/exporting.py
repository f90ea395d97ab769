"""The views out again, as YAML and as Python."""

from __future__ import annotations

import streamlit as st

from augviz.tta.export import views_to_python, views_to_yaml
from augviz.ui.test_time.choosing import Choice
from augviz.wording import counted

LINES, HEIGHT_PX = 22, 420
"""Longer code scrolls."""


def export_section(choice: Choice) -> None:
    """Code to copy and to download; only views that keep the label are in it."""
    used, card = choice.used, choice.hand.card
    st.markdown(
        f"{counted(len(used), 'view')}, with size, mean and deviation of the model and the way they are merged. The "
        "Python needs nothing of augviz: NumPy, OpenCV and Albumentations."
    )
    written = (
        ("Python", views_to_python(used, card, choice.how, dtype=choice.hand.dtype), "py"),
        ("YAML", views_to_yaml(used, card, choice.how), "yaml"),
    )
    for tab, (title, text, extension) in zip(st.tabs([row[0] for row in written]), written, strict=True):
        with tab:
            st.download_button(
                f"Download {title}", text, f"views.{extension}", key=f"test-time-download-{extension}",
                icon=":material/download:", on_click="ignore",
            )  # fmt: skip
            st.code(text, language=title.lower(), height="content" if text.count("\n") <= LINES else HEIGHT_PX)
