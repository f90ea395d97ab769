"""How strong may it be: the answer, its curve, one sample at every strength, and the way to a strength that is safe."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import streamlit as st

from augviz import charts
from augviz.preservation.profiles import profile_of
from augviz.preservation.sweep import Strength, Sweep
from augviz.statistics.pixel_statistics import scalar_named
from augviz.ui import workspace
from augviz.ui.page_table import page
from augviz.ui.strength import sentences
from augviz.ui.strength.choice import Asked
from augviz.ui.strength.work import swept
from augviz.ui.text import escaped
from augviz.ui.verdict import BADGES

FIRST = ("contrast", "sharpness", "saturation", "colourfulness", "entropy", "clipped share")
"""Numbers of pictures that are offered first."""

RULES_SHOWN = 3


def answer(asked: Asked) -> Sweep | None:
    """Up to where labels survive, in one sentence and as a curve that grows while it is worked out.

    Returns:
        The sweep; None where it was stopped or waits for a press.
    """
    sentence, actions, curve = st.empty(), st.container(), st.empty()

    def show(so_far: Sweep) -> None:
        curve.plotly_chart(
            charts.sweep_curves(so_far, asked.axis), key=f"sweep-{len(so_far.points)}", config={"displayModeBar": False}
        )

    found = swept(asked, sentence, show)
    if found is None:
        return None
    _say(asked, found, sentence)
    with actions:
        _use_box(asked, found)
    _details(asked, found)
    return found


def scalar_section(asked: Asked, found: Sweep) -> None:
    """One number of the pictures along what was swept, and where the originals lie."""
    known = dict.fromkeys(name for point in found.points for name in point.scalars)
    if not known:
        st.markdown("No picture came out.")
        return
    names = [name for name in FIRST if name in known] + [name for name in known if name not in FIRST]
    name = st.selectbox("Number", names, format_func=_scalar_title, key="sweep-scalar", width=260)
    figure = charts.sweep_scalar(found, name, axis=asked.axis, title=_scalar_title(name))
    st.plotly_chart(figure, key="sweep-scalar-chart", config={"displayModeBar": False})


def _say(asked: Asked, found: Sweep, place: st.delta_generator.DeltaGenerator) -> None:
    now = found.at(found.now)
    text = sentences.answer(asked, found)
    if not found.safe:
        place.error(text, icon=":material/cancel:")
    elif now is not None and not found.holds(now):
        place.warning(text, icon=":material/warning:")
    else:
        place.success(text, icon=":material/check_circle:")


def _details(asked: Asked, found: Sweep) -> None:
    """What is hardly visible, what a rule says, what the answer rests on, and who judged."""
    told_of = [words for words in (sentences.broken(found), sentences.hidden(asked, found)) if words]
    if told_of:
        st.markdown(" ".join(told_of))
    told = {finding.code: finding for point in found.points for finding in point.against}
    for finding in list(told.values())[:RULES_SHOWN]:
        at = [point.value for point in found.points if finding.code in {one.code for one in point.against}]
        where = asked.short(at[0]) if at[0] == at[-1] else f"{asked.short(at[0])} to {asked.short(at[-1])}"
        st.markdown(f"{BADGES['violating']} A rule speaks against {escaped(where)}: {escaped(finding.message)}")
    stopped = sentences.stopped(found)
    if stopped:
        st.warning(stopped, icon=":material/error:")
    st.markdown(escaped(sentences.counted_on(asked, found)))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(_judged_by(asked), width="content")
        words = "The exact limit of one number" if asked.choice.what == "number" else "Do labels survive?"
        st.page_link(page("check.py"), label=words, icon=":material/fact_check:")


def _judged_by(asked: Asked) -> str:
    kind = escaped(profile_of(asked.about.profile).title)
    if asked.step_id is None:
        return (
            f"Only what is measured decides here, with the limits for **{kind}**; the rules about each step are asked "
            "elsewhere:"
        )
    return f"What is measured and the rules about this step decide, for **{kind}**."


# -- taking a strength over ----------------------------------------------------------------------------------------


def _use_box(asked: Asked, found: Sweep) -> None:
    """One press to the safe limit, and one to any other value that was tried."""
    limit = sentences.limit_of(found)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if limit is not None and limit != found.now:
            is_less = found.now is not None and limit < found.now
            icon = "content_cut" if is_less else "trending_up"
            _use_button(asked, limit, f"Set to the safe limit, {asked.short(limit)}", icon, "use-limit")
        gone = found.off if isinstance(asked.what, Strength) else None  # what is at 0 has no strength to be set again
        offered = [value for value in found.tried if value not in (found.now, limit, gone)]
        if not offered:
            return
        usual = next((value for value in offered if value != found.off), offered[0])
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small", width="content"):
            value = st.selectbox(
                "Another value", offered, offered.index(usual), key=f"use-value-{asked.key}", format_func=asked.short,
                width=150,
            )  # fmt: skip
            _use_button(asked, value, f"Use {asked.short(value)}", "check", "use-value")


def _use_button(asked: Asked, value: float, words: str, icon: str, key: str) -> None:
    """RandAugment is another pipeline, so that one is taken to it; the others are edits of the one in hand."""
    kind: Literal["primary", "secondary"] = "primary" if key == "use-limit" else "secondary"
    if asked.choice.what != "randaugment":
        st.button(escaped(words), icon=f":material/{icon}:", type=kind, key=key, on_click=_use, args=(asked, value))
    elif st.button(_opening(asked, value, key), icon=":material/tune:", type=kind, key=key):
        state = workspace.current()
        begun = replace(state, spec=asked.pipeline(value), start="", open_step="", revision=state.revision + 1)
        workspace.keep(begun, title=f"{asked.title} at {asked.short(value)}")
        st.switch_page(page("workbench.py"))


def _opening(asked: Asked, value: float, key: str) -> str:
    return f"Open in builder at {asked.short(value)}{', the safe limit' if key == 'use-limit' else ''}"


def _use(asked: Asked, value: float) -> None:
    """Take the pipeline at a value over: one edit, which can be taken back."""
    if asked.step_id is None:
        workspace.mend(f"Strength of the pipeline × {value:g}", asked.pipeline(value))
    elif workspace.current().spec.has(asked.step_id):
        is_number = asked.choice.what == "number"
        done = f"set to {asked.short(value)}" if is_number else f"strength × {value:g}"
        workspace.mend(f"{asked.title}: {done}", asked.pipeline(value))


def _scalar_title(name: str) -> str:
    if name == "clipped share":
        return "Clipped pixels (share)"
    unit = scalar_named(name).unit
    return f"{name[:1].upper()}{name[1:]}" + (f" ({unit})" if unit else "")
