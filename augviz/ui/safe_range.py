"""How far may I go: choose one number of one step, see where along its range labels fail, and limit it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz import charts
from augviz.pipeline.spec import digest_of
from augviz.preservation.intervals import Claim
from augviz.preservation.knobs import Knob, knobs_of, turned
from augviz.preservation.prefill import known_pairs
from augviz.preservation.rule_range import RuleRange, rule_range, within
from augviz.preservation.safe_range import SafeRange, checks_fail, safe_range
from augviz.preservation.severity import Severity
from augviz.preview import Bounded
from augviz.ui import assessing, workspace
from augviz.ui.assessing import Question
from augviz.ui.checked import leaf_ids, title_of
from augviz.ui.page_table import page
from augviz.ui.progress import progress_in
from augviz.ui.text import escaped
from augviz.ui.turnable import name_of, shown, turnable
from augviz.ui.verdict import BADGES
from augviz.wording import counted

_ASKED = "safe-range-asked"
_found: Bounded[Found] = Bounded(256, lambda _range: 1)


class Found(NamedTuple):
    """How far one number may go: by what was measured and the rules allow, and what the rules say along the way."""

    safe: SafeRange
    rules: RuleRange


def safe_range_box() -> None:
    """A step, a number, the curve of surviving labels, and one press that limits the number.

    Not a fragment: what is pressed inside a fragment waits until the fragment is done, so that nothing could be
    cancelled (streamlit 1.67).
    """
    spec = workspace.current().spec
    steps = {step_id: title_of(step_id) for step_id in leaf_ids(spec) if knobs_of(spec, step_id)}
    if not steps:
        st.markdown("No step of this pipeline has a number that can be turned.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        step_id = st.selectbox(
            "Step", list(steps), format_func=lambda each: steps[each], key=f"range-step-{'-'.join(steps)}"
        )
        knobs = turnable(spec, step_id)
        name = st.selectbox(
            "Number", list(knobs), format_func=lambda each: name_of(knobs[each]), key=f"range-number-{step_id}"
        )
        asked = assessing.question()
        key = digest_of(asked.key, step_id, name, [knobs[name].low, knobs[name].high, knobs[name].now])
        st.button("Find the safe range", icon=":material/straighten:", key="find-range", on_click=_ask, args=(key,))
    found = _found.get(key)
    if found is None and st.session_state.get(_ASKED) == key:
        found = _find(asked, knobs[name], key, st.empty())
    if found is None:
        st.markdown(
            "Tries the number at many values on the same images with the same draws, and finds where labels begin to "
            "fail. It takes some seconds."
        )
    else:
        # Kept for everybody, so that the name which a visitor gave to the step is put in here.
        _show(replace(found.safe, knob=knobs[name]), found.rules)
    st.page_link(page("strength.py"), label="All steps stronger at once", icon=":material/trending_up:")


def _find(asked: Question, knob: Knob, key: str, place: DeltaGenerator) -> Found:
    with place.container(border=True):
        bar = st.empty()
        bar.progress(0.0, "Trying values")
        st.button("Cancel", icon=":material/stop_circle:", key="cancel-range", on_click=_ask, args=("",))
        rules = rule_range(
            asked.spec,
            asked.images,
            knob,
            profile=asked.profile,
            facts=asked.facts,
            materials=asked.materials,
            on_progress=progress_in(bar, "values the rules are asked about", quiet=False),
        )
        measured = safe_range(
            asked.spec,
            asked.images,
            knob,
            fails=checks_fail(
                asked.spec,
                facts=asked.facts,
                swap_pairs=known_pairs((sample.labels for sample in asked.images), asked.spec.swaps),
                thresholds=asked.thresholds,
            ),
            seed=asked.seed,
            materials=asked.materials,
            on_progress=progress_in(bar, "runs", quiet=False),
        )
    place.empty()
    found = Found(within(measured, rules), rules)
    _found.put(key, found)
    return found


def _show(found: SafeRange, rules: RuleRange) -> None:
    st.plotly_chart(charts.survival_curve(found, rules), key="survival", config={"displayModeBar": False})
    st.markdown(escaped(_sentence(found)))
    for severity, word in _WORDS.items():
        finding = rules.first(severity)
        if finding is not None:
            parts = " and ".join(
                f"{shown(low, found.knob)} to {shown(high, found.knob)}" for low, high in rules.where(severity)
            )
            st.markdown(f"{BADGES[severity]} {word} {escaped(parts)}: {escaped(finding.message)} (`{finding.code}`)")
    if found.clamp is not None:
        text = f"Limit to {shown(found.clamp, found.knob)}"
        st.button(text, icon=":material/content_cut:", key="clamp", on_click=_clamp, args=(found, text))


_WORDS: Mapping[Severity, str] = {"violating": "A rule speaks against", "caution": "A rule doubts"}


def _sentence(found: SafeRange) -> str:
    knob = found.knob
    if not found.safe:
        return (
            "At no value do enough labels survive. What breaks them may be another number of this step, another step, "
            "or the step itself: see who broke it, above."
        )
    parts = "; between ".join(f"{shown(low, knob)} and {shown(high, knob)}" for low, high in found.safe)
    now = f"It stands at {shown(knob.now, knob)}, which is {'inside' if found.is_safe_now else 'outside'}."
    if not found.is_monotone:
        return f"Labels survive between {parts}: the curve rises and falls, so this is a set and no single end. {now}"
    claim = "" if found.confirmed is None else f" {_confirmed(found.confirmed)}"
    return f"Labels survive between {parts}. {now}{claim}"


def _confirmed(found: Claim) -> str:
    """What fresh draws at the end of the safe part say; they count images, and the curve counts draws."""
    words = found.words if found.images > 1 else "one image gives no rate"
    images = counted(found.images, "image")
    return f"In fresh draws at the measured end {found.violations} of {images} failed at least once: {words}."


def _clamp(found: SafeRange, text: str) -> None:
    if found.clamp is None:
        return
    spec = workspace.current().spec
    if spec.has(found.knob.step_id):
        workspace.mend(f"{found.knob.title}: {text.lower()}", turned(spec, found.knob, found.clamp))


def _ask(key: str) -> None:
    st.session_state[_ASKED] = key
