"""Every view as a small picture with what the model says of it; views that break the label, with their rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import streamlit as st

from augviz.models.card import ModelCard
from augviz.models.outputs import ClassScores, Detections
from augviz.preservation.finding import Finding
from augviz.tta.merging import merge_classes
from augviz.ui.gallery import Tile, gallery
from augviz.ui.page_table import page
from augviz.ui.test_time.choosing import Choice
from augviz.ui.test_time.looking import Look, Looked, names_of
from augviz.ui.text import escaped
from augviz.wording import counted, percent

SURE_BOX = 0.25
"""Boxes below this score are not counted; the usual limit when boxes are shown (Ultralytics, ``conf``)."""


def view_gallery(choice: Choice, found: Looked) -> None:
    """All views, those that are not used marked."""
    refused = sum(look.judged.is_refused for look in found.looks)
    used = len(found.readings)
    told = f"**{counted(used, 'view')}**" + (
        f", {refused} more not used: they would change the label." if refused else "."
    )
    st.markdown(f"{told} Each picture is what the model gets.")
    tiles = [_tile(look, choice.hand.card) for look in found.looks if look.jpeg]
    gallery(tiles, key="test-time-views", switches=False, columns=4 if len(tiles) > 3 else max(2, len(tiles)))
    for look in found.looks:
        if look.error:
            st.warning(escaped(look.error), icon=":material/block:")
    _findings("Not used", ":material/block:", [(look, look.judged.breaking) for look in found.looks])
    doubtful = [(look, () if look.judged.is_refused else look.judged.doubts) for look in found.looks]
    _findings("Used with care", ":material/warning:", doubtful)


def _tile(look: Look, card: ModelCard) -> Tile:
    title, says = look.judged.view.title, said(look, card)
    height, width = look.size_hw
    return Tile(
        look.jpeg,
        width,
        height,
        caption=f"{title}: {says}" if says else title,
        alt=f"{title}; the model says {says}" if says else title,
        badge="not used" if look.judged.is_refused else "error" if look.error else "",
        is_original=look.judged.view.is_plain,
    )


def said(look: Look, card: ModelCard) -> str:
    """What the model says of one view, in a few words."""
    if look.reading is None:
        return ""
    output = look.reading.output
    if isinstance(output, ClassScores):
        told = merge_classes([look.reading])
        return f"{names_of(card, [told.winner])[0]} ({percent(told.probabilities[told.winner])})"
    if isinstance(output, Detections):
        return "1 box" if (count := int((output.scores >= SURE_BOX).sum())) == 1 else f"{count} boxes"
    return ""


def _findings(title: str, icon: str, found: Sequence[tuple[Look, Sequence[Finding]]]) -> None:
    """One line a rule, with the views that it is about."""
    lines = list(_by_rule(found))
    if not lines:
        return
    with st.expander(f"{title}: {counted(len(lines), 'rule')}", expanded=title == "Not used", icon=icon):
        st.markdown("\n".join(f"- {line}" for line in lines))
        if title == "Not used":
            st.page_link(page("check.py"), label="Say what your labels mean", icon=":material/fact_check:")


def _by_rule(found: Sequence[tuple[Look, Sequence[Finding]]]) -> Iterator[str]:
    messages = {one.code: one.message for _look, findings in found for one in findings}
    for code, message in messages.items():
        titles = [look.judged.view.title for look, findings in found if any(one.code == code for one in findings)]
        yield f"**{escaped(', '.join(titles))}.** {escaped(message)} :gray[Rule {code}]"
