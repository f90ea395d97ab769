"""Another draw, the one before, or a typed seed: the same on every page that shows a draw."""

from __future__ import annotations

import streamlit as st

from augviz.ui import workspace
from augviz.ui.keyed import showing

SEED = "seed"
"""Key of the seed that is shown."""


def seed_buttons(says: str, seed_says: str = "The same seed gives the same pictures.") -> None:
    """New draw, previous draw, a typed seed; to be called inside a horizontal container.

    Args:
        says: What a new draw does, for the button's help.
        seed_says: What the seed is good for.
    """
    state = workspace.current()
    st.button(
        "New draw", icon=":material/casino:", key="new-draw", shortcut="N", on_click=_step_seed, args=(1,), help=says
    )
    st.button(
        "Previous",
        icon=":material/undo:",
        key="previous-draw",
        shortcut="P",
        on_click=_step_seed,
        args=(-1,),
        disabled=state.seed == 0,
        help="Back to the draw before.",
    )
    st.number_input(
        "Seed", 0, workspace.MAX_SEED, key=showing(SEED, state.seed), width=116, on_change=_typed_seed, help=seed_says
    )


def _step_seed(by: int) -> None:
    workspace.change(seed=max(0, min(workspace.MAX_SEED, workspace.current().seed + by)), drawn=None)


def _typed_seed() -> None:
    value = st.session_state[SEED]
    if value is not None:
        workspace.change(seed=int(value), drawn=None)
