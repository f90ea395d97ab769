"""Policies and presets: what should I start from, what would it do to my images, and is it allowed for my labels?"""

import streamlit as st

from augviz.ui.policies import choice, command, contents, preview, trimming

st.title("What should I start from?")
which, about = st.columns([2, 3], gap="large")
with which:
    choice.choice_list()
with about:
    chosen = choice.chosen()
    choice.description(chosen)
    choice.ways_on(chosen, command.line(chosen.policy.id, chosen.numbers))

st.header("What it does to your image")
preview.preview_bar()
preview.preview(chosen, key="policy-preview")

st.header("Is it allowed for your labels?")
labels, verdict = st.columns([2, 3], gap="large")
with labels:
    trimming.label_box()
with verdict:
    trimmed = trimming.trim_box(chosen, st.empty())
if trimmed is not None:
    preview.preview(trimmed, key="policy-preview-trimmed")

st.header("What is in it")
contents.what_is_in_it(chosen)
