"""Who judges which review: the link says which, a name or a sign-in says who.

For somebody who was given a link and has never seen anything else of augviz.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from augviz.errors import InputError
from augviz.review.header import in_one_line
from augviz.review.review import Review
from augviz.ui import workspace
from augviz.ui.in_hand import Judging
from augviz.ui.review import access
from augviz.ui.text import escaped
from augviz.wording import counted

if TYPE_CHECKING:
    from augviz.review.store import Store

PARAMETER = "review"
"""Name of the review's id in the address."""

MOST_TITLE = 80
MAX_NAME = 200


def judging() -> Judging | None:
    """Who judges what here; until that is known, what it is about and who asks."""
    now, wanted = workspace.current().judging, _wanted()
    if not wanted:
        _no_review()
        return None
    store = access.store_or_sentence()
    if store is None:
        _title("Judge")
        return None
    try:
        review = access.review(store, wanted)
    except InputError as error:
        _title("Judge")
        st.error(escaped(str(error)), icon=":material/link_off:")
        return None
    _title(in_one_line(review.setting.title, MOST_TITLE))
    if now is not None and now.review == review.id:
        return now
    _greeting(store, review)
    return None


def account() -> tuple[str, str]:
    """Name and account of who has signed in through Streamlit's own OIDC login; both empty where nobody has."""
    if not st.user.get("is_logged_in"):
        return "", ""
    said = {key: str(st.user.get(key) or "") for key in ("name", "email", "sub", "iss")}
    known = f"{said['iss']} {said['sub']}".strip() if said["sub"] else said["email"]
    return said["name"] or said["email"] or known, known


def _wanted() -> str:
    """Id of the review: in the address, or the one that was judged here before."""
    given = st.query_params.get(PARAMETER, "")
    now = workspace.current().judging
    if not given and now is not None:
        st.query_params[PARAMETER] = now.review
        return now.review
    return given


def _title(text: str) -> None:
    st.title(escaped(text))


def _no_review() -> None:
    _title("Judge")
    st.markdown("Open the link that you were given: it says which pictures to judge.")


def _greeting(store: Store, review: Review) -> None:
    """What is asked of whom, in three lines, and the name."""
    minutes = max(1, round(len(review.items) / 6))
    st.markdown(
        f"You will see **{counted(len(review.items), 'picture')}**, one at a time; it takes about "
        f"{counted(minutes, 'minute')}.\n\n"
        "1. Say what you see, before you are told anything.\n"
        "2. Then see the original, and say whether its label still fits.\n\n"
        "There is no right answer to find, only yours. Everything is stored at once: stop when you like, and go on "
        "here or on another machine under the same name."
    )
    if st.user.get("is_logged_in") is False:
        st.markdown("Sign in first, so that your verdicts are known as yours. Then open the link again.")
        st.button("Sign in", icon=":material/login:", on_click=st.login)
        return
    name, known = account()
    with st.form("join", border=True, width=480):
        if known:
            st.markdown(f"You are signed in as **{escaped(in_one_line(name))}**.")
        else:
            name = st.text_input("Your name", max_chars=MAX_NAME, autocomplete="name", key="reviewer-name")
        sent = st.form_submit_button("Begin", icon=":material/play_arrow:")
    if sent:
        try:
            who = store.join(review.id, name, known)
        except InputError as error:
            st.error(escaped(str(error)), icon=":material/error:")
            return
        workspace.change(judging=Judging(review.id, who.id, who.name, who.order_seed))
        st.rerun()


def who(now: Judging) -> None:
    """Under which name one judges, and a way to another."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"You judge as **{escaped(in_one_line(now.name))}**.", width="content")
        st.button("Somebody else", key="other-reviewer", type="tertiary", on_click=_leave)


def _leave() -> None:
    workspace.change(judging=None)
