"""An expert's word against a rule: for this project only, with name, date and numbers, and both are kept."""

from __future__ import annotations

import datetime as dt
from typing import get_args

import streamlit as st

from augviz.errors import InputError
from augviz.preservation.severity import Severity
from augviz.review.findings import Findings
from augviz.review.overruling import Overruling, Ruled, overruled, step_digest
from augviz.ui import assessing, workspace
from augviz.ui.checked import title_of
from augviz.ui.review import access
from augviz.ui.text import escaped
from augviz.ui.verdict import BADGES

MAX_NOTE = 2_000


def overrule_box(found: Findings) -> None:
    """What rules and checks say of the reviewed pipeline, each with a way to overrule it."""
    setting, spec = found.review.setting, workspace.current().spec
    if not found.review.is_of(spec):
        st.markdown("Open the reviewed pipeline to hold the verdicts against the rules.")
        return
    if not setting.project:
        st.markdown(
            "An expert's word against a rule holds within a project, and this review belongs to none: name one when "
            "you make the review."
        )
        return
    st.markdown(
        f"Where experts looked and a rule only suspects, the experts have the last word: in the project "
        f"**{escaped(setting.project)}**, and nowhere else."
    )
    if not st.toggle("Show what rules and checks say", key="show-rules"):
        return
    answer = assessing.assessment(st.empty(), as_rules_say=True)
    if answer is None:
        return
    try:
        words = access.store().overrulings(setting.project)
    except InputError as error:
        st.error(escaped(str(error)), icon=":material/error:")
        return
    told = [one for one in answer.found.findings if one.severity in ("violating", "caution")]
    if not told:
        st.markdown("They say nothing against any step.")
    for place, ruled in enumerate(overruled(told, words, spec, setting.project)):
        _row(found, ruled, place)


def _row(found: Findings, ruled: Ruled, place: int) -> None:
    one = ruled.finding
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
        said = "" if ruled.overruling is None else f"  \n**{escaped(ruled.overruling.words)}**"
        st.markdown(
            f"{BADGES[one.severity]} **{escaped(title_of(one.step_id))}** ({one.code}): {escaped(one.message)}{said}",
            width="stretch",
        )
        key = f"overrule-{one.code}-{one.step_id}-{place}-{len(found.overrulings)}"
        with st.popover("Overrule", icon=":material/gavel:", key=f"open-{key}"):  # its key closes it after each word
            _form(found, ruled, key)


def _form(found: Findings, ruled: Ruled, key: str) -> None:
    one, rate = ruled.finding, found.rate_where(ruled.finding.step_id)
    with st.form(key, border=False):
        where = "" if one.step_id is None else " where this step happened"
        st.markdown(f"{rate.changed} of {rate.images} labels changed{where}.")
        severity: Severity | None = st.segmented_control(
            "In this project it is", [each for each in get_args(Severity) if each != ruled.severity], default=None
        )
        by = st.text_input("Decided by", max_chars=200)
        note = st.text_input("Why", max_chars=MAX_NOTE)
        sent = st.form_submit_button("Overrule this rule for this project")
        if not sent:
            return
        if severity is None or not by.strip() or not rate.images:
            st.error("It takes a verdict, a name, and at least one judged image.", icon=":material/error:")
            return
        try:
            access.store().overrule(
                Overruling(
                    found.review.id,
                    found.review.setting.project,
                    one.code,
                    step_digest(workspace.current().spec, one.step_id),
                    one.severity,
                    severity,
                    by.strip(),
                    dt.datetime.now(tz=dt.UTC),
                    rate.changed,
                    rate.images,
                    note,
                )
            )
        except InputError as error:
            st.error(escaped(str(error)), icon=":material/error:")
            return
        workspace.change(project=found.review.setting.project)  # so that it holds here from now on
    st.rerun()
