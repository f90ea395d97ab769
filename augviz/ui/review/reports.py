"""The report to take along, and the end of a review."""

from __future__ import annotations

import streamlit as st

from augviz.errors import InputError
from augviz.pipeline.spec import PipelineSpec
from augviz.review.findings import Findings
from augviz.ui import workspace
from augviz.ui.review import access, arrival
from augviz.ui.text import escaped
from augviz.wording import counted


def downloads(found: Findings) -> None:
    """HTML for people and JSON for programs; written when they are asked for.

    That is on another thread, which has no session: what is on screen is looked up now.
    """
    on_screen = workspace.current().spec
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Report (HTML)",
            lambda: _html(found, on_screen),
            "review.html",
            "text/html",
            key="report-html",
            icon=":material/description:",
            on_click="ignore",
            help="One file with the pictures in it: opens from disk, prints, loads nothing.",
        )
        st.download_button(
            "Report (JSON)",
            lambda: _json(found),
            "review.json",
            "application/json",
            key="report-json",
            icon=":material/data_object:",
            on_click="ignore",
            help="Every row that was ever written, and the numbers.",
        )
        st.button("Look again", icon=":material/refresh:", key="refresh-results", help="Reads what came in since.")


def deletion(found: Findings) -> None:
    """Delete the review: its pictures take room, and people may ask for it. Where people sign in, its maker does."""
    st.divider()
    if st.user.get("is_logged_in") is False:
        st.markdown("Whoever made this review can delete it, once signed in.")
        st.button("Sign in", icon=":material/login:", on_click=st.login, key="sign-in-to-delete")
        return
    made_by, (_name, known) = found.review.setting.made_by, arrival.account()
    if known and made_by not in ("", known):
        st.markdown("Only whoever made this review can delete it.")
        return
    with st.popover("Delete this review", icon=":material/delete:"):
        said = sum(one.judged.times for one in found.trust)
        st.markdown(f"{counted(said, 'verdict')} and the pictures go for good; nothing can bring them back.")
        is_sure = st.checkbox("Yes, delete all of it", key=f"sure-{found.review.id}")
        if st.button("Delete", icon=":material/delete:", key="delete-review", disabled=not is_sure):
            try:
                access.store().remove(found.review.id)
            except InputError as error:
                st.error(escaped(str(error)), icon=":material/error:")
                return
            workspace.change(review="")
            st.query_params.clear()
            st.rerun()


def _html(found: Findings, on_screen: PipelineSpec) -> bytes:
    from augviz.review.report import as_html  # noqa: PLC0415 - Jinja is only needed to write a report

    return as_html(found, access.store().pictures.read, on_screen=on_screen).encode()


def _json(found: Findings) -> bytes:
    from augviz.review.as_json import as_json  # noqa: PLC0415 - as above

    return as_json(found, access.store().log(found.review.id)).encode()
