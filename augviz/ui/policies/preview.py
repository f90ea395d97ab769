"""What a policy does to the image in view: samples of the draw in view, as the page Pipeline shows them."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from augviz.preview import preview_each
from augviz.ui import image_choice, workspace
from augviz.ui.alt_texts import titles_of
from augviz.ui.gallery import gallery
from augviz.ui.policies.choice import Chosen
from augviz.ui.progress import progress_in
from augviz.ui.sample_tiles import sample_tiles
from augviz.ui.shots import shots_of

SAMPLES = 11
"""Samples of the preview: with the original they fill rows of six, four, three or two. They are the first of the draw
on the page Pipeline.
"""


def preview_bar() -> None:
    """Which image, and another draw."""
    state = workspace.current()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        with st.container(width=360):
            image_choice.image_select()
        st.button(
            "New draw", icon=":material/casino:", key="policy-draw", on_click=_next_draw, args=(state.seed,),
            help="Draw new random numbers for every step.",
        )  # fmt: skip
    image_choice.image_note()


def preview(now: Chosen, *, key: str) -> None:
    """The original and samples of the draw in view, as the page Pipeline shows them.

    Args:
        now: What is drawn.
        key: Streamlit key.
    """
    state = replace(workspace.current(), pins=(), count=SAMPLES)
    place = st.empty()
    shots = shots_of(state)
    drawn = preview_each(
        now.spec,
        [(shot.sample, shot.seed) for shot in shots],
        state.colours,
        materials=state.materials_of(now.spec),
        on_progress=progress_in(place, "samples"),
    )
    place.empty()
    tiles = sample_tiles(state.sample, state.colours, shots, drawn, titles_of(now.spec))
    gallery([replace(tile, is_pinned=None) for tile in tiles], key=key, switches=not now.is_trimmed)


def _next_draw(seed: int) -> None:
    workspace.change(seed=min(seed + 1, workspace.MAX_SEED))
