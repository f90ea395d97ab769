"""One epoch: how many samples nothing touches, how many steps meet, and how often two destructive ones do."""

from __future__ import annotations

import streamlit as st

from augviz import charts
from augviz.charts import sentences
from augviz.preservation.checks import CHECK_OF
from augviz.preservation.destruction import OFTEN_ENOUGH, Destruction, kinds_for
from augviz.preservation.judge import DRAWS
from augviz.preservation.sources import SOURCES
from augviz.statistics.one_epoch import Epoch
from augviz.ui import checked, label_facts, workspace
from augviz.ui.page_table import page
from augviz.ui.picture_statistics.opening import chart, open_place
from augviz.ui.picture_statistics.steps import step_titles
from augviz.ui.picture_statistics.work import Numbers
from augviz.ui.text import escaped
from augviz.wording import percent


def epoch_section(found: Numbers) -> None:
    """How many steps fire together, and how often each does."""
    titles = step_titles()
    st.markdown(f"{found.epoch.untouched.of:,} samples were simulated from the draws alone, without running a picture.")
    chart(charts.stacked_bars(found.epoch), "stacked-steps", sentences.stacked_bars(found.epoch))
    chart(charts.step_bars(found.epoch, titles), "step-shares", sentences.step_bars(found.epoch, titles))


def destructive_section(found: Numbers) -> None:
    """Which steps destroy something, what, and how often two of them meet in one sample."""
    st.markdown("**Steps that destroy something**")
    harsh = [one for one in found.destruction if one.is_destructive]
    for one in harsh:
        st.markdown(f"- {escaped(_line(one))}")
    if not harsh:
        st.markdown("No step is destructive: none goes beyond a limit often enough when it fires.")
    with st.popover("What counts as destructive?", icon=":material/help:"):
        _what_counts()
    if len(harsh) > 1:
        titles = step_titles()
        sentence = sentences.meeting_bars(found.epoch, titles)
        if found.epoch.meetings:
            chart(charts.meeting_bars(found.epoch, titles), "meetings", sentence)
        else:
            st.markdown(escaped(sentence))
        _example(found.epoch)


def _line(one: Destruction) -> str:
    """One destructive step: "GaussNoise: up to 31% of the range is noise, the limit is 10%; in 16 of 16 draws"."""
    name = checked.title_of(one.step_id)
    if one.kind is None:
        return name
    least_most = "down to" if CHECK_OF[one.kind.check].worse == "lower" else "up to"
    return (
        f"{name}: {least_most} {percent(one.worst)} {one.kind.words}, the limit is {percent(one.limit)}; "
        f"beyond a limit in {one.beyond} of {one.draws} draws"
    )


def _what_counts() -> None:
    state = workspace.current()
    facts = label_facts.facts_now(state, label_facts.images_of(state))
    st.markdown(
        f"Each step is made to fire {DRAWS} times, alone, on these images, and what it did is measured. It is "
        f"destructive when in at least {percent(OFTEN_ENOUGH)} of these draws it goes beyond one of the limits that "
        "the page Check labels has for what cannot be had back from a picture:"
    )
    for kind in kinds_for(facts):
        check, limit = CHECK_OF[kind.check], getattr(CHECK_OF[kind.check], kind.level)
        side = "less than" if check.worse == "lower" else "more than"
        source = SOURCES.get(limit.source, limit.source)
        st.markdown(f"- {side} {percent(kind.limit(state.thresholds))} {kind.words} :gray[({escaped(source)})]")
    st.page_link(page("check.py"), label="Move the limits", icon=":material/tune:")


def _example(epoch: Epoch) -> None:
    """One sample in which most destructive steps meet."""
    first = next(iter(epoch.examples), None)
    if first is not None and st.button("Show a sample in which they meet", icon=":material/frame_inspect:"):
        open_place(first.place, first.seed, first.steps[-1])
