"""What a review says about the pipeline on screen: in the exported file, on the Export page, above the results."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from augviz.errors import InputError
from augviz.pipeline.spec import PipelineSpec
from augviz.review.findings import Findings
from augviz.review.header import header_line, not_reviewed
from augviz.review.review import Review
from augviz.ui import workspace
from augviz.ui.page_table import page
from augviz.ui.review import access
from augviz.ui.text import escaped

if TYPE_CHECKING:
    from augviz.review.store import Store


def is_finished(found: Findings) -> bool:
    """Whether somebody has judged all of it."""
    return any(one.judged.times == one.judged.of for one in found.trust)


def finished_review(store: Store, spec: PipelineSpec) -> Findings | None:
    """The newest finished review of exactly this pipeline, or None."""
    for listed in store.reviews():
        if listed.digest == spec.exported_digest and listed.judged >= listed.items:
            found = access.findings(access.review(store, listed.id), store.log(listed.id))
            if is_finished(found):
                return found
    return None


def reviewed_line(spec: PipelineSpec) -> str:
    """What an exported file says about the review of its pipeline; empty where there is no finished one."""
    if not access.may_hold_reviews():
        return ""
    try:
        found = finished_review(access.store(), spec)
    except InputError:
        return ""  # the pages of the review say what is wrong with their database; a file is exported all the same
    return "" if found is None else header_line(found)


def export_note(line: str) -> None:
    """On the Export page: what the file says about the review.

    Args:
        line: From :func:`reviewed_line`.
    """
    if line:
        st.success(f"Expert review in the file's header: {escaped(line)}", icon=":material/verified_user:")
    else:
        st.markdown("No expert has judged exactly this pipeline yet, so the file says nothing of a review.")
        st.page_link(page("review.py"), label="Let an expert judge", icon=":material/rate_review:")


def not_reviewed_banner(review: Review) -> None:
    """Says plainly when the pipeline on screen is another one than the one that was reviewed."""
    spec = workspace.current().spec
    said = not_reviewed(review, spec)
    if not said:
        st.success("The pipeline on screen is the one that was reviewed.", icon=":material/link:")
        return
    st.error(f"**{escaped(said)}** What is said below is not about the pipeline on screen.", icon=":material/link_off:")
    reviewed = review.spec
    if reviewed is not None:
        st.button(
            "Open the reviewed pipeline", icon=":material/history:", key="open-reviewed", on_click=_open, args=(review,)
        )


def _open(review: Review) -> None:
    if review.spec is not None:
        workspace.change(project=review.setting.project or workspace.current().project)
        workspace.mend(f"Opened the pipeline of the review “{review.setting.title[:60]}”", review.spec)
