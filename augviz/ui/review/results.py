"""What a review has found: the rate, where labels change, and how far the reviewers can be relied on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from augviz.errors import InputError
from augviz.review.doses import QUANTITY, shown
from augviz.review.findings import Findings
from augviz.review.header import coefficient, in_one_line
from augviz.review.learning import Rate
from augviz.review.reviewers import Trust
from augviz.ui import workspace
from augviz.ui.review import access
from augviz.ui.review.arrival import PARAMETER
from augviz.ui.text import escaped
from augviz.wording import counted, percent, percent_range

MOST_ROWS = 15
"""Rows of a table; the report has all of them."""

BANDS: Mapping[str, str] = {
    "reliable": "reliable (.80 or more)",
    "tentative": "good for tentative conclusions only (.667 to .80)",
    "do not pool": "too low: look at the disagreements before you trust the rate",
}


def opened() -> Findings | None:
    """The review that is chosen, with all that was said in it until now; where there is none, a sentence and None."""
    if not access.may_hold_reviews():
        st.markdown("There is no review yet.")
        return None
    store = access.store_or_sentence()
    if store is None:
        return None
    try:
        chosen = _chosen({one.id: one.title for one in store.reviews()})
        return None if chosen is None else access.findings(access.review(store, chosen), store.log(chosen))
    except InputError as error:
        st.error(escaped(str(error)), icon=":material/error:")
        return None


def _chosen(titles: Mapping[str, str]) -> str | None:
    if not titles:
        st.markdown("There is no review yet.")
        return None
    linked = st.query_params.get(PARAMETER, "")
    if linked and linked not in titles:
        words = "There is no review of this link any more. What you see is the one that was opened or made last."
        st.warning(words, icon=":material/link_off:")
        linked = ""
    wanted = linked or workspace.current().review
    now = wanted if wanted in titles else next(iter(titles))
    key = f"results-{now}-{len(titles)}"

    def choose() -> None:
        st.query_params.pop(PARAMETER, None)
        workspace.change(review=st.session_state[key])

    st.selectbox(
        "Review", list(titles), index=list(titles).index(now), key=key, on_change=choose, width=480,
        format_func=lambda one: f"{in_one_line(titles[one], 60)} ({one[:6]})",
    )  # fmt: skip
    return now


def verdict(found: Findings) -> None:
    """The claim, the rate with its interval, and "cannot tell" both ways."""
    rate = found.rate
    show, icon = {
        "safe": (st.success, ":material/check_circle:"),
        "violating": (st.error, ":material/cancel:"),
    }.get(rate.claim.standing, (st.info, ":material/hourglass_empty:"))
    show(f"**{rate.words}.**", icon=icon)
    if not rate.images:
        st.markdown("Results appear here with the first verdict.")
        return
    tiles = (
        ("Labels changed", f"{rate.changed} of {rate.images}"),
        ("Share, 95% interval", percent_range(*rate.interval)),
        ("At most, 95% sure", percent(rate.upper)),
        ("If all unsettled changed", percent(rate.upper_with_open)),
    )
    for column, (title, value) in zip(st.columns(len(tiles), border=True), tiles, strict=True):
        column.metric(title, value)
    wanted = sum(item.counts for item in found.review.items)
    open_words = (
        f" {counted(rate.open, 'image')} not settled (cannot tell, unusable, or disputed): the claim “safe” counts "
        "them as changed, the claim “violating” does not."
    )
    tied_words = (
        f" Reviewers are evenly divided on {counted(rate.tied, 'changed label')}: until that is settled it keeps the "
        "claim from being “safe”, and does not make it “violating”."
    )
    judged = f"{rate.images} of {counted(wanted, 'image')} judged; controls are not counted."
    st.markdown(judged + (open_words if rate.open else "") + (tied_words if rate.tied else ""))


# -- tables ------------------------------------------------------------------------------------------------------


def rate_tables(found: Findings) -> None:
    """By class, by step, by strength."""
    by_class, by_step, by_strength = st.tabs(["By class", "By step", "By strength"])
    with by_class:
        _table(
            "Class",
            [(row.name, row.rate) for row in found.classes],
            "An image with several classes counts for each, or only for that of the object that a reviewer named.",
        )
    with by_step:
        _step_table(found)
    with by_strength:
        _strength_table(found)


def _table(head: str, rows: Sequence[tuple[str, Rate]], note: str) -> None:
    if not rows:
        st.markdown("Nothing to show yet.")
        return
    st.markdown(note)
    st.table(
        [{head: escaped(in_one_line(name, 60)), **_cells(rate)} for name, rate in rows[:MOST_ROWS]],
        hide_index=True,
        border="horizontal",
    )
    if len(rows) > MOST_ROWS:
        st.markdown(f"{len(rows) - MOST_ROWS} more are in the report; those with the most changes come first.")


def _step_table(found: Findings) -> None:
    if not found.steps:
        st.markdown("Nothing to show yet.")
        return
    st.markdown("Labels changed where the step happened and where it did not, and how often it was named as the cause.")
    st.table(
        [
            {
                "Step": escaped(row.transform),
                "Named": str(row.named),
                "Where it happened": _share(row.fired),
                "Where it did not": _share(row.still),
            }
            for row in found.steps[:MOST_ROWS]
        ],
        hide_index=True,
        border="horizontal",
    )


def _strength_table(found: Findings) -> None:
    rows = [
        (
            f"{row.transform}, {QUANTITY[row.quantity].title}: "
            f"{shown(row.quantity, row.low)} to {shown(row.quantity, row.high)}",
            row.rate,
        )
        for row in found.strengths
    ]
    if not rows:
        st.markdown("So few images say nothing about strength: it takes about ten in which a step happened.")
        return
    _table("Step and strength", rows, "From weak to strong: where labels begin to change, a limit would help.")


def _cells(rate: Rate) -> dict[str, str]:
    return {
        "Images": str(rate.images),
        "Changed": str(rate.changed),
        "Not settled": str(rate.open),
        "Share, 95% interval": percent_range(*rate.interval),
    }


def _share(rate: Rate) -> str:
    return f"{rate.changed} of {rate.images} ({percent_range(*rate.interval)})" if rate.images else "–"


# -- reviewers ---------------------------------------------------------------------------------------------------


def reviewers(found: Findings) -> None:
    """What the controls say of each, and how far they agree."""
    if not found.trust:
        st.markdown("Nobody has judged anything yet.")
        return
    st.markdown("\n".join(_reviewer(one) for one in found.trust))
    _agreement(found)


def _reviewer(one: Trust) -> str:
    """One line: a table would be too wide for a narrow screen."""
    controls = (
        ("false alarms on untouched images", one.false_alarms),
        ("known violations noticed", one.hits),
        ("same answer the second time", one.consistent),
    )
    told = "; ".join(
        f"{what}: {count.words} ({percent_range(*count.interval)})" for what, count in controls if count.of
    )
    name = escaped(in_one_line(one.reviewer.name))
    return f"- **{name}** judged {one.judged.words}. {told[:1].upper()}{told[1:]}{'.' if told else ''}"


def _agreement(found: Findings) -> None:
    one = found.agreement
    if one is None:
        st.markdown("Agreement needs two reviewers who judged the same images.")
        return
    said = [f"Two reviewers gave the same answer in **{percent(one.raw)}** of cases ({counted(one.items, 'image')})."]
    if one.positive is None:
        said.append("Nobody called a label changed, so there is no agreement on that to speak of.")
    else:
        said.append(f"On what changed, they agree in **{percent(one.positive)}**.")
    if one.alpha is not None:
        between = (
            "" if one.interval is None else f" ({coefficient(one.interval.low)} to {coefficient(one.interval.high)})"
        )
        band = f", {BANDS[one.band]}" if one.band else ""
        said.append(f"Krippendorff's α is **{coefficient(one.alpha)}**{between}{band}.")
    if one.caution:
        said.append(one.caution)
    if one.kappa is not None:
        warning = f" {escaped(one.kappa.warning)}" if one.kappa.warning else ""
        said.append(f"{escaped(one.kappa.name)} is {coefficient(one.kappa.value)}.{warning}")
    st.markdown(" ".join(said))
