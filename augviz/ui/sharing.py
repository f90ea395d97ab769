"""Out to a colleague: a link for the pipeline, a project file for everything; and a project in again."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from augviz import sample_library
from augviz.errors import InputError
from augviz.sharing.link import to_link
from augviz.sharing.project import (
    MAX_PIXEL_BYTES,
    MAX_PROJECT_BYTES,
    Pinned,
    Project,
    Version,
    pixel_bytes,
    write_project,
)
from augviz.sharing.state import Shared
from augviz.ui import arriving, workspace
from augviz.ui.copy_field import copy_field
from augviz.ui.page_table import PAGES, page
from augviz.ui.text import escaped
from augviz.ui.upload_limits import give_back
from augviz.ui.workspace import Workspace


def share_panel() -> None:
    """The section of the Export page: link, project out, project in."""
    st.header("Share")
    copy_link("page")
    out, back = st.columns(2, gap="large")
    with out:
        st.markdown("**Save a project**")
        _save_box()
    with back:
        st.markdown("**Open a project**")
        _open_box()


def share_popover() -> None:
    """The link, and the way to project files, behind one button of a bar."""
    popover = st.popover(
        "Share", icon=":material/share:", key="share", on_change="rerun", help="A link to this pipeline and draw."
    )
    if popover.open:
        with popover:
            copy_link("bar")
            st.page_link(page("export.py"), label="Save or open a project", icon=":material/folder_zip:")


def copy_link(place: str) -> None:
    """The link in a field with a copy button, and what it carries.

    Args:
        place: Where it is shown, for its key.
    """
    state = workspace.current()
    try:
        link = to_link(address(), shared_of(state))
    except InputError as error:
        st.warning(escaped(str(error)), icon=":material/link_off:")
        return
    copy_field(link, label="Link to this pipeline", button="Copy link", key=f"copy-link-{place}")
    carried = "The link carries the pipeline, seed and settings, and no picture."
    if state.image in {sample.name for sample in state.uploads}:
        carried += " Who opens it sees a sample image until he opens his own."
    st.markdown(carried)


def shared_of(state: Workspace) -> Shared:
    """What a link carries of a workspace; the name of an own picture stays at home."""
    is_library = state.image in {entry.id for entry in sample_library.entries()}
    return Shared(
        state.spec,
        state.seed,
        state.count,
        state.image if is_library else "",
        profile=state.profile,
        facts=state.facts,
        thresholds=state.thresholds,
    )


def project_of(state: Workspace) -> Project:
    """What a project file carries of a workspace."""
    return Project(
        shared_of(state),
        state.uploads,
        state.image,
        tuple(Pinned(pin.image, pin.seed) for pin in state.pins),
        tuple(Version(kept.name, kept.spec) for kept in state.kept),
        state.class_colours,
    )


def _save_box() -> None:
    state = workspace.current()
    megabytes, most = pixel_bytes(state.uploads) / 1e6, MAX_PIXEL_BYTES / 1e6
    fits = megabytes <= most
    with_images = st.checkbox(
        "With my pictures",
        value=bool(state.uploads) and fits,
        key=f"with-pictures-{len(state.uploads)}-{fits}",
        disabled=not state.uploads or not fits,
        help="Without them, their names and labels are saved; the labels find the pictures again by name.",
    )
    if not fits:
        st.markdown(f"{megabytes:,.0f} MB of pixels are open, and a project takes {most:,.0f} MB: saved without them.")
    project = project_of(state)
    st.download_button(
        "Save project",
        lambda: write_project(project, with_images=with_images),
        "augviz-project.zip",
        "application/zip",
        key="save-project",
        icon=":material/folder_zip:",
        on_click="ignore",
    )
    st.markdown("A zip of the pipeline, labels, settings, pins and versions put aside.")


def _open_box() -> None:
    revision = workspace.current().revision
    with st.form(f"open-project-{revision}", border=False):
        file = st.file_uploader(
            "Project (zip)", type=["zip"], max_upload_size=MAX_PROJECT_BYTES // 10**6, label_visibility="collapsed"
        )
        sent = st.form_submit_button("Open project", icon=":material/folder_open:")
    if not sent or file is None:
        return
    try:
        with st.spinner("Reading"):
            arriving.open_project(file.getvalue(), file.name)
            give_back([file])
    except InputError as error:
        st.error(escaped(str(error)), icon=":material/error:")
        return
    st.switch_page(page("workbench.py"))


def address() -> str:
    """The app's own address as the visitor's browser has it, without the page in view."""
    parts = urlsplit(st.context.url or "")
    path = parts.path.rstrip("/")
    folder, _, last = path.rpartition("/")
    pages = {row.address for row in PAGES if row.address}
    return urlunsplit((parts.scheme, parts.netloc, f"{folder if last in pages else path}/", "", ""))
