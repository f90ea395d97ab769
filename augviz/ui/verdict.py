"""The verdict: one line for the whole pipeline, one card for each step that may break a label, and the mend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from augviz.pipeline.chances import firing_shares
from augviz.preservation.assess import Assessment, Blamed, shown
from augviz.preservation.checks import CHECK_OF
from augviz.preservation.finding import Finding, Fix
from augviz.preservation.judge import CANNOT_RUN
from augviz.preservation.rules.table import NAMES
from augviz.preservation.severity import Severity
from augviz.preservation.sources import SOURCES
from augviz.ui import step_example, workspace
from augviz.ui.assessing import Answer
from augviz.ui.checked import leaf_ids, show_sample, title_of
from augviz.ui.text import escaped
from augviz.wording import counted, percent

BADGES: Mapping[Severity, str] = {
    "violating": ":red-badge[:material/cancel: Violating]",
    "caution": ":orange-badge[:material/warning: Caution]",
    "info": ":blue-badge[:material/info: Info]",
    "safe": ":green-badge[:material/check_circle: Safe]",
}
"""How a severity is marked: by colour, by sign and by word."""


def banner(found: Assessment) -> None:
    """The verdict on the whole pipeline and its reason, to be read in five seconds."""
    text = _verdict(found)
    if _cannot_run(found):
        st.error(f"**Cannot run.** {text}", icon=":material/error:")
    elif found.standing == "violating":
        st.error(f"**Violating.** {text}", icon=":material/cancel:")
    elif found.standing == "caution":
        st.warning(f"**Caution.** {text}", icon=":material/warning:")
    elif found.standing == "undecided":
        st.info(f"**Undecided.** {text}", icon=":material/hourglass_empty:")
    else:
        st.success(f"**Safe.** {text}", icon=":material/check_circle:")
    if leaf_ids(workspace.current().spec):
        st.markdown(" · ".join(_step_badges(found)))


def step_cards(answer: Answer) -> None:
    """A card for each step with a doubt, in the order of the pipeline; the others in one list."""
    found = answer.found
    spec = workspace.current().spec
    ids: list[str | None] = [*leaf_ids(spec), None]
    doubtful = [step_id for step_id in ids if found.verdict_on(step_id) != "safe"]
    for step_id in sorted(doubtful, key=lambda one: found.verdict_on(one) != "violating"):
        _card(answer, step_id)
    _quiet_list(found)


# -- the whole -----------------------------------------------------------------------------------------------------


def _verdict(found: Assessment) -> str:
    worst = _worst(found)
    if worst:
        first = worst[0]
        others = len({one.step_id for one in worst} - {first.step_id, None})
        is_are = f"{'is' if others == 1 else 'are'} {'violating' if found.standing == 'violating' else 'doubtful'} too"
        more = f" {counted(others, 'more step')} {is_are}." if others else ""
        return f"{escaped(title_of(first.step_id))}: {escaped(_first_sentence(first.message))}{more}"
    if not leaf_ids(workspace.current().spec):
        return "No step of this pipeline can happen, so nothing happens to a label."
    images = counted(0 if found.sampling is None else found.sampling.images, "image")
    if found.standing == "undecided":
        return (
            f"Nothing was found, but {images} cannot show that labels are safe: about {found.more_images:,} more "
            "would, if none of them fails."
        )
    return f"No rule speaks against a step, and the labels of {images} survived."


def _cannot_run(found: Assessment) -> bool:
    """Whether the first thing to say is that a step stops: then nothing else matters."""
    return bool(_worst(found)) and _worst(found)[0].code == CANNOT_RUN


def _worst(found: Assessment) -> list[Finding]:
    """Findings of the severity that decides the verdict, in their order; none where nothing speaks against it."""
    if found.standing not in ("violating", "caution"):
        return []
    worst = [one for one in found.findings if one.severity == found.standing]
    return sorted(worst, key=lambda one: one.code != CANNOT_RUN)


def _step_badges(found: Assessment) -> list[str]:
    named = leaf_ids(workspace.current().spec)
    return [f"{_small_badge(found.verdict_on(step_id))} {escaped(title_of(step_id))}" for step_id in named]


def _small_badge(severity: Severity) -> str:
    colour, sign = {"violating": ("red", "cancel"), "caution": ("orange", "warning")}.get(
        severity, ("green", "check_circle")
    )
    return f":{colour}[:material/{sign}:]"


# -- one step ------------------------------------------------------------------------------------------------------


def _card(answer: Answer, step_id: str | None) -> None:
    found = answer.found
    told = [one for one in found.about(step_id) if one.severity in ("violating", "caution")]
    with st.container(border=True):
        words, picture = st.columns([5, 2], gap="medium")
        with words:
            st.markdown(f"{BADGES[told[0].severity]} **{escaped(title_of(step_id))}**{_how_often_it_fires(step_id)}")
            _finding(found, told[0])
        with picture:
            step_example.example(answer, step_id, told)
        if len(told) > 1:
            with st.expander(f"{len(told) - 1} more about this", icon=":material/more_horiz:"):
                for finding in told[1:]:
                    _finding(found, finding, marked=True)


def _finding(found: Assessment, finding: Finding, *, marked: bool = False) -> None:
    measured = _measured(found, finding)
    mark = f"{BADGES[finding.severity]} " if marked else ""
    st.markdown(f"{mark}{escaped(finding.message)}")
    if measured is not None:
        st.markdown(escaped(who_broke_it(measured)))
    if finding.mend:
        st.markdown(f"**Mend:** {escaped(finding.mend)}")
    key = f"{finding.code}-{finding.step_id}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if finding.fix is not None:
            st.button(
                escaped(finding.fix.title),
                icon=":material/build:",
                key=f"mend-{key}",
                on_click=_mend,
                args=(finding.fix,),
            )
        if measured is not None and st.button(
            "Show the worst sample", icon=":material/frame_inspect:", key=f"show-{key}"
        ):
            show_sample(measured)
        with st.popover("Why", icon=":material/menu_book:", key=f"why-{key}"):
            _why(finding)


def _why(finding: Finding) -> None:
    """Which rule or check speaks, the number behind it, and who says so."""
    name = NAMES.get(finding.code) or (CHECK_OF[finding.code].title if finding.code in CHECK_OF else "Not measured")
    st.markdown(f"**{escaped(name)}** (`{finding.code}`)")
    if finding.value is not None and finding.limit is not None:
        st.markdown(
            f"Measured: {escaped(shown(finding.value, finding.unit))}; "
            f"limit: {escaped(shown(finding.limit, finding.unit))}."
        )
    st.markdown("\n".join(f"- {escaped(SOURCES.get(key, key))}" for key in _keys(finding.source)))


def who_broke_it(one: Blamed) -> str:
    """Who broke one sample, in one sentence: "Caused by HorizontalFlip: visible share 100% → 31% of “cat”."""
    told, titles = one.blame, [title_of(step_id) for step_id in one.blame.steps]
    who = {"in the original": "It was so in the original", "joint": "Joint: only all of these together"}.get(told.kind)
    said = who or f"{told.kind.capitalize()} {_listed(titles)}"
    if told.kind == "joint":
        said = f"{said}: {_listed(titles)}"
    before = "" if told.before is None else f"{shown(told.before, told.unit)} → "
    after = "" if told.after is None else shown(told.after, told.unit)
    end = shown(one.row.value, told.unit)
    later = f" at this step, {end} at the end" if after != end else ""
    of = f" of “{told.object_name}”" if told.object_name else ""
    return f"{said}: {one.check.title.lower()}{of} {before}{after}{later}." if after else f"{said}."


def _mend(fix: Fix) -> None:
    workspace.mend(fix.title, fix.edit(workspace.current().spec))


# -- the others ----------------------------------------------------------------------------------------------------


def _quiet_list(found: Assessment) -> None:
    """Steps that nothing speaks against, and what is worth knowing."""
    quiet = [one for one in found.findings if one.severity in ("safe", "info")]
    ids = [step_id for step_id in leaf_ids(workspace.current().spec) if found.verdict_on(step_id) == "safe"]
    named = {one.step_id for one in quiet}
    if not quiet and not ids:
        return
    title = f"{counted(len(ids), 'safe step')}, and what is worth knowing"
    with st.expander(title if ids else "What is worth knowing", icon=":material/done:"):
        for one in quiet:
            source = f" :gray[({escaped(one.source)})]" if one.source else ""
            mend = f" {escaped(one.mend)}" if one.mend else ""
            text = f"{escaped(one.message)}{mend}{source}"
            st.markdown(f"{BADGES[one.severity]} **{escaped(title_of(one.step_id))}** · {text}")
        for step_id in ids:
            if step_id not in named:
                st.markdown(f"{BADGES['safe']} **{escaped(title_of(step_id))}** · No rule speaks against it.")


# -- words ---------------------------------------------------------------------------------------------------------


def _how_often_it_fires(step_id: str | None) -> str:
    share = firing_shares(workspace.current().spec).get(step_id or "")
    return "" if share is None else f" · fires in {percent(share)} of the samples"


def _first_sentence(text: str) -> str:
    head, dot, _rest = text.partition(". ")
    return f"{head}." if dot else text


def _listed(titles: Sequence[str]) -> str:
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}" if titles else "no step"


def _measured(found: Assessment, finding: Finding) -> Blamed | None:
    """The worst sample that a finding speaks of, where it speaks of samples."""
    return next((one for broken in found.broken if (one := broken.sample_of(finding)) is not None), None)


def _keys(source: str) -> Iterable[str]:
    return (key.strip() for key in source.split(",") if key.strip())
