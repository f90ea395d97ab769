"""Which model is in hand, and how it is opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import cast

import streamlit as st

from augviz.errors import InputError
from augviz.models.built_in import BUILT_IN, open_built_in
from augviz.models.card import ModelCard
from augviz.models.model import Model, open_model
from augviz.models.signature import Signature
from augviz.ui import label_facts, workspace
from augviz.ui.keyed import showing
from augviz.ui.test_time.own_model import OwnModel, StoredFile
from augviz.ui.test_time.workers import WORKERS, Seat
from augviz.ui.text import escaped

OWN = "own"
TITLES: Mapping[str, str] = {**{entry.id: entry.title for entry in BUILT_IN}, OWN: "Your own (ONNX)"}
_SEAT = "test-time-seat"

_cards: dict[str, ModelCard] = {}
"""Cards of the built-in models; they are in the files, and a file is opened when it is asked for first."""


@dataclass(frozen=True)
class InHand:
    """The model that is asked.

    Attributes:
        id: Which of them.
        title: Name for people.
        card: How it is used.
        digest: Names the file.
        own: The visitor's own, or None.
    """

    id: str
    title: str
    card: ModelCard
    digest: str
    own: OwnModel | None = None

    @property
    def dtype(self) -> str:
        """Type of its input; the built-in models take float32."""
        return "float32" if self.own is None else self.own.signature.inputs[0].dtype

    def open(self) -> Model:
        """Open it in a process of its own."""
        return open_built_in(self.id) if self.own is None else open_model(self.own.file.path, name=self.own.name)


def chosen_id() -> str:
    """Which model is chosen: the one for digits where the images are digits, until the visitor says otherwise."""
    state = workspace.current()
    if state.looking.model:
        return state.looking.model
    profile = label_facts.profile_now(state, label_facts.images_of(state))
    return "digits" if profile == "digits" else BUILT_IN[0].id


def model_box() -> None:
    """Which model is asked, and what it knows."""
    chosen = chosen_id()
    key = showing("test-time-model", chosen)

    def choose() -> None:
        if st.session_state.get(key) in TITLES:
            workspace.look_with(model=st.session_state[key])

    st.pills(
        "Model", list(TITLES), key=key, format_func=lambda each: TITLES[each], on_change=choose,
        required=True,
    )  # fmt: skip
    about = next((entry.about for entry in BUILT_IN if entry.id == chosen), "")
    if about:
        st.markdown(about)


def model_in_hand() -> InHand | None:
    """The model that was chosen; None, with the reason said, where it is not there or cannot be opened."""
    chosen = chosen_id()
    if chosen == OWN:
        own = workspace.current().looking.own
        return None if own is None else InHand(OWN, own.name, own.card, own.file.digest, own)
    try:
        return _built_in(chosen)
    except InputError as error:
        st.error(escaped(str(error)), icon=":material/error:")
        return None


def _built_in(model_id: str) -> InHand:
    if model_id not in _cards:
        with st.spinner("Opening the model"), WORKERS.model(_seat(), model_id, partial(open_built_in, model_id)) as it:
            _cards[model_id] = it.card
    return InHand(model_id, _cards[model_id].name, _cards[model_id], model_id)


@contextmanager
def asked(hand: InHand) -> Iterator[Model]:
    """The model, open.

    Raises:
        InputError: It cannot be opened, or too many models are at work.
    """
    with WORKERS.model(_seat(), hand.digest, hand.open) as model:
        yield model.with_card(hand.card)


def read_file(name: str, data: bytes) -> OwnModel:
    """Open a file that a visitor has sent, and keep it.

    Raises:
        InputError: It is no model that can be used here; the sentence says why.
    """
    file = StoredFile(data)
    with WORKERS.model(_seat(), file.digest, lambda: open_model(file.path, name=name)) as model:
        signature: Signature = model.signature
        card = replace(model.card, name=model.card.name if signature.card else name)
    return OwnModel(name, file, signature, card, bool(signature.card))


def let_go() -> None:
    """End what an older run of this page still asks the model: the visitor has stopped it."""
    WORKERS.leave(_seat())


def _seat() -> Seat:
    return cast(Seat, st.session_state.setdefault(_SEAT, Seat()))
