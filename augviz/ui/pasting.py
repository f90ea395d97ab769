"""A pipeline out of pasted text; nothing in it is run."""

from __future__ import annotations

import streamlit as st

from augviz.errors import PipelineError, Problem
from augviz.pasting import read
from augviz.ui import exporting, workspace
from augviz.ui.text import escaped

MAX_LETTERS = 256_000

EXAMPLE = """import albumentations as A

A.Compose([
    A.HorizontalFlip(p=0.5),
    A.ToGray(p=0.2),
])"""


def paste_box() -> None:
    """A pipeline as code or settings; a bad one gets a sentence, and text and pipeline stay."""
    with st.form(f"paste-{workspace.current().revision}", border=True):
        st.markdown(
            "Code of Albumentations or torchvision, augmentation settings of Ultralytics, YAML or JSON. "
            "Code is read, and never run."
        )
        text = st.text_area(
            "Paste a pipeline",
            height=200,
            max_chars=MAX_LETTERS,
            placeholder=EXAMPLE,
        )
        sent = st.form_submit_button("Open", icon=":material/content_paste_go:", key="open-pasted")
    if sent and text.strip():
        _open(text)


def _open(text: str) -> None:
    try:
        pasted = read(text)
    except PipelineError as error:
        st.error(escaped(str(error)), icon=":material/error:")
        return
    notes = [Problem("", note, kind="note") for note in pasted.notes]
    exporting.take_over(pasted.spec, f"the pasted {pasted.form}", notes, pasted.seed)
