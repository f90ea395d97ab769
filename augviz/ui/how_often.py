"""How often labels fail: each check with its count and interval, and who broke the samples that failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from augviz.preservation.assess import Assessment, Blamed, Broken, shown
from augviz.preservation.sampling import CheckResult, Sampling, worst
from augviz.preservation.severity import Severity, rank
from augviz.ui import label_facts, workspace
from augviz.ui.checked import show_sample, title_of
from augviz.ui.keyed import showing
from augviz.ui.text import escaped
from augviz.wording import counted, percent_range

SIGNS: Mapping[Severity, str] = {"violating": "Violating", "caution": "Caution", "info": "Info", "safe": "No doubt"}

LIST_ROWS = 8
LIST_HEIGHT_PX = 320
"""A list of more failing samples than that scrolls."""

FAILURES_SHOWN = 3
"""Steps that could not run are named up to so many."""


def sampling_bar() -> None:
    """Which images are checked, and how many draws of each."""
    state = workspace.current()
    draws = label_facts.draws_of(state, label_facts.images_of(state))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.segmented_control(
            "Draws of each image", workspace.DRAWS, key=showing("check-draws", draws), on_change=_typed_draws,
            required=True, help="More draws find more of what can happen to an image; more images say more.",
        )  # fmt: skip
        all_images_toggle()


def all_images_toggle() -> None:
    """All own images, or only the one in view; nothing where there is no choice."""
    state = workspace.current()
    if state.shows_own_image and len(state.uploads) > 1:
        st.toggle(
            f"All my {len(state.uploads)} images", key=showing("check-all", state.checks_all), on_change=_toggled_all,
        )  # fmt: skip


def check_table(sampling: Sampling) -> None:
    """How many images failed each check, the interval, and what may be said."""
    looked = [result for result in sampling.results if result.images]
    count, draws = counted(sampling.images, "image"), f"{counted(sampling.draws, 'draw')} of each"
    st.markdown(
        f"**{count}**, {draws}. An image counts once, however many draws of it fail: two draws of one image are not "
        "two images. *Safe at 5%* needs 59 images without a failure."
    )
    for text in list(dict.fromkeys(failure.error for failure in sampling.failures))[:FAILURES_SHOWN]:
        st.warning(f"{escaped(text)} Such samples are not counted.", icon=":material/error:")
    failing = sorted((one for one in looked if one.severity != "safe"), key=lambda one: rank(one.severity))
    quiet = [result for result in looked if result.severity == "safe"]
    if failing:
        st.dataframe([_row(result, sampling) for result in failing], hide_index=True, height="content")
    if quiet:
        with st.expander(f"{counted(len(quiet), 'check')} without a failing image", icon=":material/done:"):
            st.dataframe([_row(result, sampling) for result in quiet], hide_index=True, height="content")
    _not_looked_at(sampling)


def failing_samples(found: Assessment) -> None:
    """Every failing sample that was replayed, with the step to blame; a row opens it."""
    replayed = [one for broken in found.broken for one in broken.samples]
    if not replayed:
        st.markdown("No sample failed a check, so there is nobody to blame.")
        return
    for broken in found.broken:
        st.markdown(f"- {escaped(_shares(broken))}")
    st.markdown("The very draws that failed are run again with steps taken out. Choose a row to see it step by step.")
    chosen = st.dataframe(
        [_failing_row(one) for one in replayed],
        hide_index=True,
        height="content" if len(replayed) <= LIST_ROWS else LIST_HEIGHT_PX,
        on_select="rerun",
        selection_mode="single-row",
        key=f"failing-{len(replayed)}-{workspace.current().revision}",
        column_config={"Who broke it": st.column_config.TextColumn(width="large")},
    )
    rows = chosen["selection"]["rows"]
    if rows and rows[0] < len(replayed):
        show_sample(replayed[rows[0]])


def _row(result: CheckResult, sampling: Sampling) -> dict[str, Any]:
    rows = [row for row in sampling.rows if row.code == result.check.code]
    head = worst(rows, result.check, 1)
    unit = result.check.unit
    return {
        "Check": result.check.title,
        "Says": SIGNS[result.severity],
        "Failing images": f"{result.failing} of {result.images}",
        "95% interval": percent_range(*result.interval),
        "Claim": result.words if result.images > 1 else "one image gives no rate",
        "Worst": shown(head[0].value, unit) if head else "",
        "Limit": shown(head[0].limit, unit) if head else "",
        "Of": head[0].name if head else "",
    }


def _failing_row(one: Blamed) -> dict[str, Any]:
    row, told = one.row, one.blame
    return {
        "Check": one.check.title,
        "Object": row.name,
        "Image": row.image,
        "Draw": row.draw + 1,
        "Before": "" if told.before is None else shown(told.before, told.unit),
        "After": shown(row.value, one.check.unit),
        "Limit": shown(row.limit, one.check.unit),
        "Who broke it": _who(one),
    }


def _who(one: Blamed) -> str:
    titles = [title_of(step_id) for step_id in one.blame.steps]
    return f"{one.blame.kind} {', '.join(titles)}".strip()


def _shares(broken: Broken) -> str:
    """Who broke the images of one check: "Object lost: RandomResizedCrop in 5 of 6 failing images (44% to 97%)."."""
    is_whole = broken.are_all_images_replayed
    parts = [
        f"{title_of(share.step_id)} in {share.images} of {counted(share.of, 'failing image' if is_whole else 'image')}"
        + (f" ({percent_range(*share.interval)})" if is_whole else " that were run again")
        for share in broken.shares
    ]
    more = ""
    if broken.left_out:
        verb = "was" if broken.left_out == 1 else "were"
        more = f"; {counted(broken.left_out, 'more failing sample')} {verb} not run again"
    said = ", ".join(parts) or "no step: it was so in the original"
    return f"{broken.result.check.title}: {said}{more}."


def _not_looked_at(sampling: Sampling) -> None:
    silent = [result for result in sampling.results if not result.images]
    if silent:
        with st.expander(f"{counted(len(silent), 'check')} had nothing to look at", icon=":material/visibility_off:"):
            st.markdown("\n".join(f"- **{result.check.title}**: {escaped(result.why_nothing)}" for result in silent))


def _typed_draws() -> None:
    if st.session_state.get("check-draws") in workspace.DRAWS:
        workspace.change(draws=st.session_state["check-draws"])


def _toggled_all() -> None:
    workspace.change(checks_all=bool(st.session_state["check-all"]))
