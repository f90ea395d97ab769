"""What the labels say: the kind of images, and the questions on which it hangs whether a step is right or wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import streamlit as st

from augviz import sample_library
from augviz.preservation.facts import FACTS, Answer, Fact, Facts
from augviz.preservation.prefill import likely_profile, prefill
from augviz.preservation.profiles import PROFILE_OF, PROFILES, profile_of
from augviz.sample import Sample
from augviz.ui import workspace
from augviz.ui.page_table import page
from augviz.ui.text import escaped
from augviz.ui.workspace import Workspace
from augviz.wording import counted

WORDS: Mapping[Answer, str] = {"yes": "Yes", "no": "No", "unknown": "Not sure"}

SEEN = frozenset({"boxes", "boxes_without_masks", "masks"})
"""Facts that nobody is asked: the labels themselves show them."""

MOST_IMAGES = 200

USUAL_SAMPLES = 64
USUAL_MEGAPIXELS = 32
"""So many samples, and so many pixels of them, are checked unless the visitor says otherwise: one an image at least."""


def images_of(state: Workspace) -> tuple[Sample, ...]:
    """The images that are checked: all own ones, or the one in view."""
    return state.uploads[:MOST_IMAGES] if state.shows_own_image and state.checks_all else (state.sample,)


def draws_of(state: Workspace, images: Sequence[Sample]) -> int:
    """How many draws of each image are checked: few of many images, many of few."""
    megapixels = sum(sample.size_hw[0] * sample.size_hw[1] for sample in images) / 1e6
    most = max(1, min(USUAL_SAMPLES // max(1, len(images)), int(USUAL_MEGAPIXELS / max(megapixels, 1e-6))))
    return state.draws or max(draws for draws in workspace.DRAWS[:-1] if draws <= most)


def profile_now(state: Workspace, images: Sequence[Sample]) -> str:
    """Id of the profile in force: the one that was chosen, or else the likeliest."""
    return state.profile or _suggested(state, images)


def facts_now(state: Workspace, images: Sequence[Sample]) -> Facts:
    """What is known about the labels: from the profile, from their names, and from what the visitor answered."""
    facts = prefill([sample.labels for sample in images], profile_of(profile_now(state, images)))
    for name, answer in state.facts.items():
        facts = facts.says(name, answer)
    return facts


def label_form() -> None:
    """The kind of images and what their labels say; what is proposed says why, and can be overruled."""
    state = workspace.current()
    images = images_of(state)
    facts = facts_now(state, images)
    _profile_box(state, images)
    st.markdown("**What do the labels say?**")
    asked = [fact for fact in FACTS if fact.id not in SEEN]
    open_ones = [fact for fact in asked if facts.answer(fact.id) != "no" or fact.id in state.facts]
    for fact in open_ones:
        _question(fact, facts)
    if not open_ones:
        st.markdown("Nothing that a change of the picture could make wrong, as far as is known.")
    others = [fact for fact in asked if fact not in open_ones]
    with st.expander(f"{counted(len(others), 'more question')}, taken as no", icon=":material/help:"):
        for fact in others:
            _question(fact, facts)
    _seen(facts)
    if state.facts:
        st.button("Take all answers back", icon=":material/restart_alt:", on_click=_forget, key="forget-facts")


def validation_box(without: str = "Not checked", *, width: int | Literal["stretch"] = "stretch") -> None:
    """Which kept version validation images go through; only where versions are kept.

    Args:
        without: What it is called when none was chosen.
        width: Of the box, in pixels.
    """
    state = workspace.current()
    names = [kept.name for kept in state.kept]
    if not names:
        return
    place = 1 + names.index(state.validation) if state.validation in names else 0
    key = f"validation-{'-'.join(names)}-{state.validation}"

    def choose() -> None:
        workspace.change(validation=st.session_state.get(key) or "")

    st.selectbox(
        "Validation pipeline", ["", *names], index=place,
        key=key, on_change=choose, width=width, format_func=lambda name: name or without,
        help="A version that you kept on the page Compare, or a file that you opened on the page Train and validation: "
        "it should be fixed, and end like the training pipeline.",
    )  # fmt: skip


def _suggested(state: Workspace, images: Sequence[Sample]) -> str:
    entry = next((entry for entry in sample_library.entries() if entry.id == state.image), None)
    return likely_profile(images) if entry is None or state.shows_own_image else entry.profile


def _profile_box(state: Workspace, images: Sequence[Sample]) -> None:
    names, now = list(PROFILE_OF), profile_now(state, images)
    key = f"profile-{now}-{state.profile}"

    def choose() -> None:
        if key in st.session_state:
            workspace.change(profile=st.session_state[key])

    st.selectbox(
        "Kind of images",
        names,
        index=names.index(now),
        key=key,
        format_func=lambda name: PROFILE_OF[name].title,
        on_change=choose,
        help="; ".join(f"{profile.title}: {profile.hint}" for profile in PROFILES),
    )
    if not state.profile:
        st.markdown(f":gray[Proposed from the images and their labels: {escaped(PROFILE_OF[now].hint)}]")


def _question(fact: Fact, facts: Facts) -> None:
    answer = facts.answer(fact.id)
    key = f"fact-{fact.id}-{answer}"

    def take() -> None:
        given = st.session_state.get(key)
        if given in get_args(Answer):
            workspace.change(facts={**workspace.current().facts, fact.id: given})

    st.segmented_control(
        fact.question,
        list(WORDS),
        default=answer,
        key=key,
        format_func=lambda name: WORDS[name],
        on_change=take,
        required=True,
        help=fact.why,
    )
    if fact.id in facts.reasons and answer != "no":
        st.markdown(escaped(_sentence(facts.reasons[fact.id])))  # no colour: inside of one, an icon's name is an icon


def _seen(facts: Facts) -> None:
    found = [facts.reasons[name] for name in ("boxes", "masks") if name in facts.yes and name in facts.reasons]
    if found:
        st.markdown(f":gray[Seen by themselves: {escaped(' and '.join(_noun(text) for text in found))}.]")
    pairs = workspace.current().spec.swaps
    if pairs:
        named = ", ".join(f"{first} and {second}" for first, second in pairs)
        st.markdown(f"Change places in mirror images: {escaped(named)}.")
    st.page_link(page("draw.py"), label="Names that change places in a mirror", icon=":material/swap_horiz:")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _noun(text: str) -> str:
    return text.removeprefix("because there are ").removeprefix("because there is ")


def _forget() -> None:
    workspace.change(facts={})
