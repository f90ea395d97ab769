"""Images and labels of the visitor's own, and the shelf of sample images."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st
from streamlit.typing import UploadedFile

from augviz import sample_library
from augviz.errors import Problem
from augviz.formats import FORMATS
from augviz.formats.format import SourceFile
from augviz.intake import take_in
from augviz.intake.limits import DEFAULT_OPEN, DEFAULT_WAITING, MEGABYTE, UPLOAD_BYTES, UPLOAD_MB, memory_of
from augviz.overlay import ClassColours
from augviz.preview import PreviewTile, original_tile
from augviz.sample import Sample
from augviz.ui import downloads, workspace
from augviz.ui.gallery import Tile, gallery
from augviz.ui.page_table import page
from augviz.ui.text import escaped
from augviz.ui.upload_limits import give_back, refused_here

MAX_OPEN = DEFAULT_OPEN.samples
_TURN = "upload-turn"
_SMALLER = "Send several smaller zips, or smaller pictures."


def upload_box() -> None:
    """Take in pictures, label files and zips."""
    st.header("Your own")
    # What was opened leaves Streamlit's store, so the next turn gets an uploader of its own.
    with st.form(f"upload-{st.session_state.get(_TURN, 0)}", border=True):
        files = st.file_uploader(
            "Pictures, label files, or a zip of both",
            accept_multiple_files=True,
            max_upload_size=UPLOAD_MB,
            help="Pictures: JPEG, PNG, WebP, BMP, TIFF (also 16-bit and multi-band). "
            f"Labels: {', '.join(each.title for each in FORMATS)}. Labels find their picture by its name.",
        )
        class_name = st.text_input("Class of the whole picture, if there is one", placeholder="for example: cat")
        keep_grey = st.checkbox("Keep grey pictures as one channel", help="12 transforms refuse one channel.")
        sent = st.form_submit_button("Open", icon=":material/upload:")
    if sent:
        _take_in(files, class_name.strip()[:100] or None, keep_grey)


def _take_in(files: Sequence[UploadedFile], class_name: str | None, keep_grey: bool) -> None:
    state = workspace.current()
    sources = [SourceFile(file.name, file.getvalue()) for file in files if file.size <= UPLOAD_BYTES]
    taken = {*(sample.name for sample in state.uploads), *(entry.id for entry in sample_library.entries())}
    with st.spinner("Reading"):
        intake = take_in(sources, keep_grey=keep_grey, class_name=class_name, taken_names=taken)
    give_back(files)
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    kept, problems = within_limits(state.uploads, intake.samples)
    workspace.change(
        uploads=(*state.uploads, *kept),
        problems=(*_not_uploaded(), *_too_large(files), *intake.problems, *problems),
        unmatched=intake.unmatched_labels,
        unlabelled=intake.images_without_labels,
        image=kept[0].name if kept else state.image,
        drawn=None,
        place=0,
    )
    st.rerun()


def _not_uploaded() -> tuple[Problem, ...]:
    count, limits = refused_here(), DEFAULT_WAITING
    if not count:
        return ()
    files = "1 file was" if count == 1 else f"{count:,} files were"
    text = (
        f"{files} not uploaded: at most {limits.session_files} files and {limits.session_bytes // MEGABYTE} MB "
        "can be sent before they are opened"
    )
    return (Problem("Upload", text, "Send the rest now, or pack the pictures and labels as a zip."),)


def _too_large(files: Sequence[UploadedFile]) -> tuple[Problem, ...]:
    """What the browser should not have sent: it keeps to the limit, another program need not."""
    return tuple(
        Problem(file.name, f"the file has {file.size / MEGABYTE:,.0f} MB, and {UPLOAD_MB} MB is the most", _SMALLER)
        for file in files
        if file.size > UPLOAD_BYTES
    )


def report() -> None:
    """What was left out or changed on the last upload; everything else is open."""
    state = workspace.current()
    for kind, heading, icon in (
        ("left out", "Left out", ":material/block:"),
        ("changed", "Changed", ":material/build:"),
        ("note", "Good to know", ":material/info:"),
    ):
        found = [str(problem) for problem in state.problems if problem.kind == kind]
        if found:
            with st.expander(f"{heading} ({len(found)})", expanded=kind == "left out", icon=icon):
                st.markdown("\n".join(f"- {escaped(text)}" for text in found))
    if state.unmatched:
        with st.expander(f"Labels that fit no picture ({len(state.unmatched)})", icon=":material/link_off:"):
            st.markdown("\n".join(f"- {escaped(name)}" for name in state.unmatched))
    if state.unlabelled:
        with st.expander(f"Pictures without labels ({len(state.unlabelled)})", icon=":material/label_off:"):
            st.markdown("\n".join(f"- {escaped(name)}" for name in state.unlabelled))


def open_images() -> None:
    """The visitor's images as a table of facts, one to be chosen; its labels to be taken out again."""
    state = workspace.current()
    if not state.uploads:
        st.markdown("No picture of your own is open yet. Choose some above and press *Open*, or click a sample.")
        return
    rows = [_facts(sample) for sample in state.uploads]
    # A selection is a row number, which means another picture, or none, as soon as the list is another one.
    key = f"open-images-{hash(tuple(sample.name for sample in state.uploads))}"
    chosen = st.dataframe(rows, hide_index=True, on_select="rerun", selection_mode="single-row", key=key)
    picked = chosen.selection.rows[0] if chosen.selection.rows else None
    with st.container(horizontal=True, gap="small"):
        if st.button("Look at it", icon=":material/tune:", disabled=picked is None) and picked is not None:
            workspace.change(image=state.uploads[picked].name, drawn=None, place=0)
            st.switch_page(page("workbench.py"))
        if st.button("Close it", icon=":material/close:", disabled=picked is None) and picked is not None:
            _close(state.uploads[picked])
        st.button("Close all", icon=":material/clear_all:", on_click=_close_all)
    if picked is not None:
        downloads.sample_buttons(state.uploads[picked], downloads.stem_of(state.uploads[picked].name), key="open")


def sample_shelf() -> None:
    """The sample images with their labels; a click opens one."""
    st.header("Samples")
    st.markdown("Click one to look at it. Drawn ones say *synthetic*.")
    shelf = sample_library.entries()
    event = gallery(
        [_shelf_tile(entry) for entry in shelf], key="shelf", show=("boxes", "masks", "keypoints"), switches=False
    )
    if event is not None:
        workspace.change(image=shelf[event.opened].id, drawn=None, place=0)
        st.switch_page(page("workbench.py"))


def _shelf_tile(entry: sample_library.SampleEntry) -> Tile:
    tile = _small_picture(entry.id)
    return Tile(
        tile.jpeg,
        tile.width,
        tile.height,
        tile.overlay,
        caption=f"{entry.title} · {'synthetic' if entry.synthetic else entry.licence}",
        alt=f"{entry.title}: {entry.description} {entry.note or entry.origin}",
        selected=entry.id == workspace.current().image,
    )


@st.cache_resource(show_spinner=False, max_entries=64)
def _small_picture(sample_id: str) -> PreviewTile:
    sample = workspace.library_sample(sample_id)
    return original_tile(sample, ClassColours.of([sample.labels]))


def within_limits(open_now: Sequence[Sample], new: Sequence[Sample]) -> tuple[tuple[Sample, ...], tuple[Problem, ...]]:
    """The pictures that fit beside those that are open, and what is said of the others."""
    room = DEFAULT_OPEN.sample_bytes - sum(memory_of(sample) for sample in open_now)
    kept: list[Sample] = []
    for sample in new:
        room -= memory_of(sample)
        if room < 0 or len(open_now) + len(kept) >= MAX_OPEN:
            break
        kept.append(sample)
    left = len(new) - len(kept)
    if not left:
        return tuple(kept), ()
    text = (
        f"{left} more pictures do not fit: {MAX_OPEN} pictures can be open, and together "
        f"{DEFAULT_OPEN.sample_bytes // MEGABYTE:,} MB of pixels and masks (400 megapixels in colour)"
    )
    return tuple(kept), (Problem(new[len(kept)].name, text, "Close some, or run the dataset with 'augviz run'."),)


def _facts(sample: Sample) -> dict[str, object]:
    labels = sample.labels
    return {
        "Picture": sample.name,
        "Size": f"{sample.size_hw[1]} × {sample.size_hw[0]}",
        "Bands": len(sample.bands),
        "Boxes": len(labels.boxes),
        "Masks": (len(labels.masks) if labels.masks else 0) + (labels.semantic is not None),
        "Keypoints": len(labels.keypoints),
        "Class": labels.label or "",
    }


def _close(sample: Sample) -> None:
    state = workspace.current()
    left = tuple(other for other in state.uploads if other is not sample)
    image = state.image if state.image != sample.name else (left[0].name if left else sample_library.entries()[0].id)
    workspace.change(uploads=left, image=image, drawn=None)
    st.rerun()


def _close_all() -> None:
    workspace.change(
        uploads=(), problems=(), unmatched=(), unlabelled=(), image=sample_library.entries()[0].id, drawn=None
    )
