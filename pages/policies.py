"""Policies and presets: what should I start from, what would it do to my images, and is it allowed for my labels?"""

import streamlit as st

from augviz.ui import policies, policy_lists, policy_trim

st.title("What should I start from?")
choice, about = st.columns([2, 3], gap="large")
with choice:
    policies.choice_list()
with about:
    chosen = policies.chosen()
    policies.description(chosen)
    policies.open_buttons(chosen)

st.header("What it does to your image")
policies.preview_bar()
policies.preview(chosen, key="policy-preview")

st.header("Is it allowed for your labels?")
labels, verdict = st.columns([2, 3], gap="large")
with labels:
    policy_trim.label_box()
with verdict:
    trimmed = policy_trim.trim_box(chosen, st.empty())
if trimmed is not None:
    policies.preview(trimmed, key="policy-preview-trimmed")

st.header("What is in it")
policy_lists.what_is_in_it(chosen)
