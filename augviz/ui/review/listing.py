"""The reviews there are, how far each is, and the link to give away."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import streamlit as st

from augviz.errors import InputError
from augviz.review.header import in_one_line
from augviz.ui import sharing, workspace
from augviz.ui.copy_field import copy_field
from augviz.ui.page_table import page
from augviz.ui.review import access
from augviz.ui.review.arrival import PARAMETER
from augviz.ui.text import escaped
from augviz.wording import counted

if TYPE_CHECKING:
    from augviz.review.store import Listed

MOST_LISTED = 30
MOST_NAMES = 3
HERE = ("localhost", "127.0.0.1", "::1")


def link_of(review_id: str) -> str:
    """The address under which a review is judged."""
    return f"{sharing.address()}judge?{urlencode({PARAMETER: review_id})}"


def link_to_give() -> None:
    """The link of the review that was made or chosen last."""
    chosen = workspace.current().review
    if not chosen or not access.may_hold_reviews():
        return
    store = access.store_or_sentence()
    if store is None:
        return
    try:
        review = access.review(store, chosen)
    except InputError:
        return  # it was deleted
    with st.container(border=True):
        st.markdown(
            f"**{escaped(in_one_line(review.setting.title, 80))}**: "
            f"{counted(len(review.items), 'picture')}, ready. Give this link to whoever judges:"
        )
        copy_field(link_of(review.id), label="Link to judge this review", button="Copy link", key="judge-link")
        if urlsplit(sharing.address()).hostname in HERE:
            st.markdown(
                "This address works on this machine only. For others, serve augviz in your network "
                "(docs/architecture.md, “Serving it to others”)."
            )
        st.page_link(
            page("judge.py"), label="Judge it yourself", icon=":material/how_to_reg:", query_params={PARAMETER: chosen}
        )


def review_list() -> None:
    """Every review: how far, and the way to link and results."""
    if not access.may_hold_reviews():
        st.markdown("There is none yet.")
        return
    store = access.store_or_sentence()
    if store is None:
        return
    try:
        listed = store.reviews()
    except InputError as error:
        st.error(escaped(str(error)), icon=":material/error:")
        return
    if not listed:
        st.markdown("There is none yet.")
    for one in listed[:MOST_LISTED]:
        _row(one)
    if len(listed) > MOST_LISTED:
        st.markdown(f"{len(listed) - MOST_LISTED} older ones are not shown here; Results has them all.")


def _row(one: Listed) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown(f"**{escaped(in_one_line(one.title, 60))}**  \n{_how_far(one)}", width="stretch")
        st.button(
            "Link", icon=":material/link:", key=f"link-{one.id}", on_click=_choose, args=(one.id,), type="tertiary"
        )
        if st.button("Results", icon=":material/query_stats:", key=f"open-{one.id}", type="tertiary"):
            _choose(one.id)
            st.switch_page(page("results.py"))


def _how_far(one: Listed) -> str:
    names = [escaped(in_one_line(name)) for name in one.reviewers[:MOST_NAMES]]
    more = f" and {len(one.reviewers) - MOST_NAMES} more" if len(one.reviewers) > MOST_NAMES else ""
    who = f"{', '.join(names)}{more}: {one.judged} of {one.items * len(one.reviewers)} judged"
    return f"{one.made_at:%Y-%m-%d}, {counted(one.items, 'picture')}. {who if names else 'Nobody has begun'}."


def _choose(review_id: str) -> None:
    workspace.change(review=review_id)
