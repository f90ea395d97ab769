"""How the training loader of the Batch page puts images together: the controls, kept in the workspace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

import streamlit as st

from augviz.batch.collating import DType, Layout
from augviz.batch.loading import By, Loading
from augviz.batch.measuring import Measured
from augviz.batch.normalising import Normalisation, of_tail
from augviz.batch.remarks import How
from augviz.errors import InputError
from augviz.ui import workspace
from augviz.ui.text import escaped

Option = TypeVar("Option")

COUNTS = (4, 8, 16, 32)
SIDES_PX = (1, 8192)

HOW_WORDS: Mapping[How, str] = {"refuse": "Refuse", "pad": "Pad", "resize": "Resize"}
LAYOUT_WORDS: Mapping[Layout, str] = {"NCHW": "First (NCHW)", "NHWC": "Last (NHWC)"}
DTYPES: tuple[DType, ...] = ("float32", "float16", "uint8")
BY_WORDS: Mapping[By, str] = {
    "pipeline": "As the pipeline says",
    "imagenet": "ImageNet's numbers",
    "measured": "Measured on your images",
    "typed": "Numbers that you type",
    "nothing": "Not at all",
}


def loader_form() -> None:
    """Everything that one chooses of a loader."""
    loading = workspace.current().loading
    st.markdown("**The training loader**")
    _segments("Images in a batch", "count", COUNTS)
    _segments("Sizes that differ", "how", tuple(HOW_WORDS), HOW_WORDS, tip="PyTorch's own loader refuses them.")
    if loading.how != "refuse":
        _size_boxes(loading)
    _normalize_box(loading)
    _segments("Channels", "layout", tuple(LAYOUT_WORDS), LAYOUT_WORDS)
    _segments("Number type", "dtype", DTYPES)


def normalisation_of(loading: Loading, measured: Measured | None) -> tuple[Normalisation, ...]:
    """What values go through.

    Args:
        loading: What was chosen.
        measured: What was measured on the images, where that is asked for.

    Raises:
        InputError: The pipeline's Normalize, or what was measured, cannot be used.
    """
    if loading.by == "pipeline":
        own = of_tail(workspace.current().spec)
        return () if own is None else (own,)
    if loading.by == "measured" and measured is not None:
        return (measured.normalisation,)
    return {"imagenet": (Normalisation(),), "typed": (loading.typed,)}.get(loading.by, ())


def set_loading(**changes: object) -> None:
    """Change what was chosen; the workspace keeps it."""
    state = workspace.current()
    workspace.change(loading=replace(state.loading, **changes))  # type: ignore[arg-type]


def _segments(
    label: str,
    name: str,
    options: Sequence[Option],
    words: Mapping[Option, str] | None = None,
    tip: str | None = None,
) -> None:
    now = getattr(workspace.current().loading, name)
    key = f"loader-{name}-{now}"

    def choose() -> None:
        if st.session_state.get(key) is not None:
            set_loading(**{name: st.session_state[key]})

    st.segmented_control(
        label, options, default=now, key=key, required=True, on_change=choose, help=tip,
        format_func=lambda each: str(each) if words is None else words[each],
    )  # fmt: skip


def _size_boxes(loading: Loading) -> None:
    usual = "largest" if loading.how == "pad" else "of the first"
    sides = st.columns(2)
    now = loading.size_hw or (None, None)
    key = f"loader-side-{loading.how}-{now}"

    def choose() -> None:
        width, height = st.session_state[f"{key}-w"], st.session_state[f"{key}-h"]
        given = [side for side in (height, width) if side is not None]
        set_loading(size_hw=(given[0], given[-1]) if given else None)

    for column, title, value, end in zip(sides, ("Width", "Height"), now[::-1], "wh", strict=True):
        column.number_input(
            f"{title} in px", *SIDES_PX, value, step=1, key=f"{key}-{end}", placeholder=usual, on_change=choose
        )


def _normalize_box(loading: Loading) -> None:
    key = f"loader-by-{loading.by}"

    def choose() -> None:
        if st.session_state.get(key) is not None:
            set_loading(by=st.session_state[key])

    st.selectbox(
        "Normalize", list(BY_WORDS), index=list(BY_WORDS).index(loading.by), key=key, on_change=choose,
        format_func=lambda each: BY_WORDS[each],
    )  # fmt: skip
    if loading.by == "typed":
        _typed_boxes(loading.typed)


def _typed_boxes(typed: Normalisation) -> None:
    with st.form("loader-typed", border=False):
        mean = st.text_input("Mean, one a channel", _written(typed.mean), max_chars=400)
        std = st.text_input("Deviation, one a channel", _written(typed.std), max_chars=400)
        largest = st.number_input("Largest value of the images", 1e-3, 65535.0, typed.max_pixel_value, format="%g")
        sent = st.form_submit_button("Use these")
    if sent:
        try:
            found = Normalisation(_numbers(mean), _numbers(std), largest)
        except InputError as error:
            st.error(escaped(str(error)), icon=":material/error:")
            return
        set_loading(typed=found)
        st.rerun()


def _written(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _numbers(text: str) -> tuple[float, ...]:
    """Numbers with commas or blanks between them."""
    try:
        return tuple(float(part) for part in text.replace(",", " ").split())
    except ValueError as error:
        raise InputError(
            "these are no numbers", where=text[:60], mend="Write them like this: 0.485, 0.456, 0.406."
        ) from error
