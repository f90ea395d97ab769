"""A model of the visitor's own: the file, what was read from it, and what has to be asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import streamlit as st

from augviz.errors import InputError
from augviz.models.card import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    MOST_SIDE_PX,
    Channels,
    Fit,
    Layout,
    ModelCard,
    OutputKind,
    Scale,
    Values,
)
from augviz.models.process import Limits
from augviz.models.signature import Port, Signature
from augviz.ui import workspace
from augviz.ui.test_time.opening import OWN, chosen_id, read_file
from augviz.ui.test_time.own_model import OwnModel
from augviz.ui.text import escaped
from augviz.ui.upload_limits import give_back

_TURN, _REFUSED, _WRONG = "test-time-upload-turn", "test-time-refused", "test-time-card-refused"

MOST_FILE_MB = Limits().file_mb
MOST_NAME = 80
MOST_NAMES = 100_000

OUTPUTS: Mapping[OutputKind, str] = {
    "classes": "One class",
    "pixels": "A class a pixel",
    "boxes": "Boxes",
}
VALUES: Mapping[Values, str] = {"logits": "Logits", "probabilities": "Probabilities"}
LAYOUTS: Mapping[Layout, str] = {"NCHW": "Channels first", "NHWC": "Channels last"}
CHANNELS: Mapping[Channels, str] = {
    "RGB": "Red, green, blue",
    "BGR": "Blue, green, red",
    "grey": "Grey",
    "as they are": "As the picture has them",
}
FITS: Mapping[Fit, str] = {
    "centre": "Middle cut out",
    "stretch": "Stretched",
    "none": "As it is",
}


@dataclass(frozen=True)
class Normalisation:
    """A usual way to bring values into the range that a model was trained with.

    Attributes:
        title: Name for people.
        scale, mean, std: See :class:`augviz.models.card.ModelCard`.
    """

    title: str
    scale: Scale
    mean: tuple[float, ...]
    std: tuple[float, ...]


NORMALISATIONS = (
    Normalisation("As ImageNet", "0..1", IMAGENET_MEAN, IMAGENET_STD),
    Normalisation("From 0 to 1", "0..1", (0.0,), (1.0,)),
    Normalisation("From −1 to 1", "0..1", (0.5,), (0.5,)),
    Normalisation("From 0 to 255", "0..255", (0.0,), (1.0,)),
)
"""What most published models want; others are typed as numbers."""

OTHER = "Other numbers"


def own_model_panel() -> None:
    """Upload, what the file says, and what it does not say; nothing where a built-in model is chosen."""
    if chosen_id() != OWN:
        return
    own = workspace.current().looking.own
    if own is None:
        _upload_box()
    else:
        _facts(own)


# -- the file ----------------------------------------------------------------------------------------------------------


def _upload_box() -> None:
    with st.container(border=True):
        st.markdown(
            f"An ONNX file of at most {MOST_FILE_MB} MB with one picture as input. It runs on this machine in a process"
            " of its own, with limits of time and memory. Weights have to be in the file; PyTorch, Keras and pickled "
            "files are not opened. A larger file turns red and is not sent: store its weights as float16."
        )
        key = f"test-time-upload-{st.session_state.get(_TURN, 0)}"
        file = st.file_uploader("ONNX file", key=key, max_upload_size=MOST_FILE_MB)
        if refused := st.session_state.get(_REFUSED):
            st.error(escaped(refused), icon=":material/block:")
        if file is None:
            return
        with st.spinner("Opening the model"):
            own = _read(file.name, file.getvalue())
        give_back([file])
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
    if own is not None:
        workspace.look_with(own=own)
    st.rerun()


def _read(name: str, data: bytes) -> OwnModel | None:
    try:
        own = read_file(name[:MOST_NAME], data)
    except InputError as error:
        st.session_state[_REFUSED] = str(error)
        return None
    st.session_state.pop(_REFUSED, None)
    return own


def _forget() -> None:
    for key in (_REFUSED, _WRONG):
        st.session_state.pop(key, None)
    workspace.look_with(own=None)


# -- what it says ------------------------------------------------------------------------------------------------------


def _facts(own: OwnModel) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escaped(own.name)}**, {_size(own.file.size)}", width="stretch")
            st.button("Another file", icon=":material/upload_file:", on_click=_forget, key="test-time-another-file")
        st.table(_rows(own), hide_index=True, border="horizontal")
        title = "How it is used" if own.is_settled else "What the file does not say: please check"
        with st.expander(title, expanded=not own.is_settled, icon=":material/tune:"):
            _form(own)


def _rows(own: OwnModel) -> list[dict[str, str]]:
    taken, given, card = own.signature.inputs[0], own.signature.outputs, own.card
    size = "any size" if card.size_hw is None else f"{card.size_hw[1]} × {card.size_hw[0]} px"
    rows = [
        ("Input", f"{taken.name}: {taken.words}", f"{LAYOUTS[card.layout]}, {CHANNELS[card.channels]}, {size}"),
        ("Output", "; ".join(f"{port.name}: {port.words}" for port in given[:3]), _answers(own)),
    ]
    return [
        {"": name, "Read from the file": escaped(said), "Taken as": escaped(taken_as)} for name, said, taken_as in rows
    ]


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"


def _answers(own: OwnModel) -> str:
    card, ends = own.card, own.signature.outputs[0].ends_in
    if card.output == "boxes":
        return OUTPUTS[card.output]
    return f"{OUTPUTS[card.output]}, {VALUES[card.values]}" + (f" (it ends in {ends})" if ends else "")


def layout_is_clear(signature: Signature) -> bool:
    """Whether the file itself shows which axis is the channels."""
    taken: Port = signature.inputs[0]
    if taken.shape is None:
        return False
    return (taken.shape[1] in (1, 3)) != (taken.shape[3] in (1, 3))


# -- what it does not say ----------------------------------------------------------------------------------------------


def _form(own: OwnModel) -> None:
    """Everything that can be said instead of what was guessed; one press takes it over."""
    card = own.card
    key = f"test-time-card-{own.file.digest[:8]}-{hash(card)}"
    with st.form(key, border=False):
        left, right = st.columns(2, gap="large")
        with left:
            output = _select("It gives", OUTPUTS, card.output, key)
            values = _select("Its numbers are", VALUES, card.values, key)
            names = st.text_area(
                "Names of the classes, one a line", "\n".join(card.class_names), key=f"{key}-names", height=120,
                placeholder="Without them, classes are numbers",
            )  # fmt: skip
        with right:
            layout = card.layout if layout_is_clear(own.signature) else _select("Axes", LAYOUTS, card.layout, key)
            channels = _select("Channels", CHANNELS, card.channels, key)
            size = _size_fields(own, key)
            fit = _select("A picture gets this size", FITS, card.fit, key)
            normalisation = _normalisation_fields(card, key)
        sent = st.form_submit_button("Use it so", icon=":material/check:", type="primary")
    if wrong := st.session_state.get(_WRONG):
        st.error(escaped(wrong), icon=":material/error:")
    if sent:
        said = _Said(output, values, names, layout, channels, size, fit, *normalisation)
        _take(own, said)


@dataclass(frozen=True)
class _Said:
    """What stands in the form."""

    output: Any
    values: Any
    names: str
    layout: Any
    channels: Any
    size: tuple[int, int] | None
    fit: Any
    way: str
    scale: Any
    mean: str
    std: str


def _select(title: str, titles: Mapping[Any, str], now: str, key: str) -> str:
    options = list(titles)
    return str(
        st.selectbox(
            title, options, index=options.index(now), key=f"{key}-{title}", format_func=lambda each: titles[each]
        )
    )


def _size_fields(own: OwnModel, key: str) -> tuple[int, int] | None:
    """The size that the file fixes, or two fields; 0 stands for any."""
    taken = own.signature.inputs[0].shape
    sides = () if taken is None else taken[2:] if own.card.layout == "NCHW" else taken[1:3]
    if sides and None not in sides:
        return own.card.size_hw
    height, width = own.card.size_hw or (0, 0)
    with st.container(horizontal=True):
        wide = st.number_input("Width in px (0: any)", 0, MOST_SIDE_PX, width, key=f"{key}-width")
        high = st.number_input("Height in px (0: any)", 0, MOST_SIDE_PX, height, key=f"{key}-height")
    return (int(high), int(wide)) if high and wide else None


def _normalisation_fields(card: ModelCard, key: str) -> tuple[str, str, str, str]:
    usual = [each.title for each in NORMALISATIONS]
    now = next(
        (
            each.title
            for each in NORMALISATIONS
            if (each.scale, each.mean, each.std) == (card.scale, card.mean, card.std)
        ),
        OTHER,
    )
    way = st.selectbox("Values of the pixels", [*usual, OTHER], index=[*usual, OTHER].index(now), key=f"{key}-way")
    with st.popover("As numbers", icon=":material/calculate:"):
        st.markdown(f"They count where “{OTHER}” is chosen: one number, or one a channel.")
        scale = st.selectbox("Values before", get_args(Scale), get_args(Scale).index(card.scale), key=f"{key}-scale")
        mean = st.text_input("Mean", _numbers(card.mean), key=f"{key}-mean")
        std = st.text_input("Deviation", _numbers(card.std), key=f"{key}-std")
    return str(way), str(scale), str(mean), str(std)


def _take(own: OwnModel, said: _Said) -> None:
    try:
        card = _card(own.card, said)
    except InputError as error:
        st.session_state[_WRONG] = str(error)
    else:
        st.session_state.pop(_WRONG, None)
        workspace.look_with(own=replace(own, card=card, is_settled=True))
    st.rerun()


def _card(card: ModelCard, said: _Said) -> ModelCard:
    """The card that the form says.

    Raises:
        InputError: Its parts do not fit together.
    """
    way = next((each for each in NORMALISATIONS if each.title == said.way), None)
    scale, mean, std = (
        (said.scale, _read_numbers("mean", said.mean), _read_numbers("deviation", said.std))
        if way is None
        else (way.scale, way.mean, way.std)
    )
    fit: Literal["stretch", "centre", "none"] = said.fit
    if said.size is None:
        fit = "none"
    elif fit == "none":
        fit = "centre" if said.output == "classes" else "stretch"
    if said.output != "classes" and fit == "centre":
        fit = "stretch"  # else what lies outside of the middle would have no answer
    names = tuple(line.strip()[:MOST_NAME] for line in said.names.strip().splitlines()[:MOST_NAMES])
    return replace(
        card, layout=said.layout, channels=said.channels, size_hw=said.size, fit=fit, scale=scale, mean=mean, std=std,
        output=said.output, values=said.values, class_names=names,
    )  # fmt: skip


def _numbers(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:g}" for value in values)


def _read_numbers(what: str, text: str) -> tuple[float, ...]:
    parts = [part for part in re.split(r"[,;\s]+", text.strip()) if part]
    try:
        return tuple(float(part) for part in parts[:64])
    except ValueError as error:
        raise InputError(
            f"the {what} is not a list of numbers", mend="Write one number, or one a channel: 0.485, 0.456, 0.406."
        ) from error
