"""The answer first: is it too much, and which step does it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from augviz.charts.units import change_shown, range_shown, title_of
from augviz.preservation.too_much import Judged, judged
from augviz.statistics.contributions import Contribution
from augviz.statistics.moves import Move, movers, top_moves
from augviz.statistics.over_draws import OverDraws
from augviz.statistics.training_range import TooFew
from augviz.ui import checked
from augviz.ui.page_table import page
from augviz.ui.picture_statistics.opening import open_place
from augviz.ui.picture_statistics.work import Numbers
from augviz.ui.text import escaped
from augviz.wording import counted, percent

CARD_PX = 292
"""Three beside each other on a wide screen; on a narrow one they stand below each other."""

FAILURES_SHOWN = 3
"""Steps that could not run are named up to so many."""

_WORDS = {"much": "A lot", "some": "Some", "little": "Little"}


def summary_box(found: Numbers) -> None:
    """What was drawn, the verdict where there can be one, and the numbers that move most with the step that does it."""
    over = found.over
    if not found.has_steps:
        st.markdown("No step of this pipeline can happen, so every picture stays as it is. Add a step first.")
        st.page_link(page("workbench.py"), label="Add a step", icon=":material/add:")
        return
    _failures(over)
    _verdict(found)
    moves = top_moves(over)
    if not moves:
        st.markdown(f"{_drawn(over)} No number of the pictures moves.")
        return
    st.markdown(f"{_drawn(over)} These numbers move most, in nine tenths of the draws:")
    with st.container(horizontal=True, gap="small"):
        for move in moves:
            _card(found, move)


def _drawn(over: OverDraws) -> str:
    return f"**{counted(over.images, 'image')}**, {counted(len(over.drawn), 'sample')}."


def _failures(over: OverDraws) -> None:
    for text in list(dict.fromkeys(failure.error for failure in over.failures))[:FAILURES_SHOWN]:
        st.warning(f"{escaped(text)} The other steps went on without it.", icon=":material/error:")


def _verdict(found: Numbers) -> None:
    """How many samples look like none of the user's own images, where there are enough of these to say so."""
    held = found.range
    if isinstance(held, TooFew):
        _cannot_tell(held)
        return
    told = judged(held)
    if told is None:
        st.info("Your images are all alike, so there is no range that samples could leave.", icon=":material/info:")
    elif told.amount == "little":
        st.success(
            f"**Little.** Samples look like your own images; {_leaving(found, told)}", icon=":material/check_circle:"
        )
    else:
        st.warning(f"**{_WORDS[told.amount]}.** {_leaving(found, told)}", icon=":material/warning:")


def _cannot_tell(held: TooFew) -> None:
    st.info(
        "**Cannot tell.** Whether it is too much is asked of the range of your own images; that takes at least "
        f"{held.needed}, and this is {counted(held.images, 'image')}. Until then judge by eye: see *At its strongest*.",
        icon=":material/hourglass_empty:",
    )
    st.page_link(page("images.py"), label=f"Open {held.needed} or more images", icon=":material/photo_library:")


def _leaving(found: Numbers, told: Judged) -> str:
    """How many samples leave the range of the number that is left most, and which step makes them."""
    own = told.range
    what, ends = title_of(own.name).lower(), range_shown(own.name, own.low, own.high, found.over.top)
    who = "" if told.amount == "little" else f" {_who(movers(found.steps, own.name))}"
    return (
        f"{percent(told.share)} of the samples leave the range of your images in “{escaped(what)}” "
        f"({escaped(ends)}); {percent(told.own_share)} of the images themselves do.{who}"
    )


def _card(found: Numbers, move: Move) -> None:
    """One number: how far it moves, which step moves it, and the sample in which it moved farthest."""
    steps = movers(found.steps, move.scalar)
    with st.container(border=True, width=CARD_PX, height="stretch"):
        st.markdown(escaped(title_of(move.scalar)))
        st.markdown(f"**{escaped(change_shown(move.scalar, move.low, move.high, found.over.top))}**")
        st.markdown(_who(steps))
        far = move.farthest
        if st.button("Show the farthest", icon=":material/frame_inspect:", key=f"farthest-{move.scalar}"):
            open_place(far.place, far.seed, steps[0].step_id if steps else None)


def _who(steps: Sequence[Contribution]) -> str:
    if not steps:
        return "No single step moves it."
    titles = [escaped(checked.title_of(step.step_id)) for step in steps]
    return f"{' and '.join(titles)} {'moves' if len(titles) == 1 else 'move'} it most."
