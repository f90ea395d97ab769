"""Pictures on which reviewers differ: who said what, and what they agree on after they have talked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from augviz.errors import InputError
from augviz.images import decode, encode_jpeg, shrink
from augviz.overlay import overlay_of_json
from augviz.preview import Bounded
from augviz.review.findings import Findings, Looked, Said
from augviz.review.header import in_one_line
from augviz.review.judgement import SCALE, WORDING, Answer
from augviz.review.review import Item, Picture
from augviz.ui.gallery import Tile, gallery
from augviz.ui.review import access
from augviz.ui.text import escaped

if TYPE_CHECKING:
    from augviz.review.store import Store

MOST_SHOWN = 12
SIDE_PX = 480
MAX_NOTE = 2_000

_small: Bounded[bytes] = Bounded(64 * 2**20, len)


def disputed_list(found: Findings) -> None:
    """The disputed pictures, the most different first, each with a way to settle it."""
    settled = len(found.adjudications)
    if settled:
        st.markdown(f"{settled} settled together; what each reviewer said first is kept beside it.")
    if not found.disputed:
        st.markdown("Nothing is open between reviewers.")
        return
    store = access.store_or_sentence()
    if store is not None:
        for one in found.disputed[:MOST_SHOWN]:
            _case(store, found, one)
    if len(found.disputed) > MOST_SHOWN:
        st.markdown(f"{len(found.disputed) - MOST_SHOWN} more follow when these are settled.")


def _case(store: Store, found: Findings, one: Looked) -> None:
    item = one.item
    with st.container(border=True):
        pictures, words = st.columns([3, 2], gap="medium")
        with pictures:
            try:
                _pair(store, item)
            except InputError as error:
                st.error(escaped(str(error)), icon=":material/broken_image:")
        with words:
            steps = ", ".join(f"{step.transform} {step.value}".strip() for step in item.steps) or "nothing"
            st.markdown(
                f"**{escaped(in_one_line(item.image_name, 60))}**, stored label: {escaped(item.label or 'none')}"
            )
            st.markdown(f"What was done: {escaped(steps)}")
            st.markdown("\n".join(_line(said) for said in one.said))
            _settle_form(store, found, item)


def _line(said: Said) -> str:
    first = f"; called it “{in_one_line(said.first_label)}” at first sight" if said.first_label else ""
    why = "; ".join(in_one_line(text, 200) for text in (said.judgement.reason, said.judgement.note) if text)
    answer = WORDING[said.judgement.answer].title
    told = f": {escaped(why)}" if why else ""
    return f"- {escaped(in_one_line(said.reviewer.name))}: **{answer}**{escaped(first)}{told}"


def _settle_form(store: Store, found: Findings, item: Item) -> None:
    key = f"settle-{found.review.id}-{item.place}-{len(found.adjudications)}"
    # Its key closes it when something was settled: it would stay open, and be about the next picture.
    with st.popover("Settle it", icon=":material/handshake:", key=f"open-{key}"), st.form(key, border=False):
        answer: Answer | None = st.segmented_control(
            "What holds", [row.answer for row in SCALE], format_func=lambda name: WORDING[name].title
        )
        by = st.text_input("Agreed by", max_chars=200)
        note = st.text_input("Why", max_chars=MAX_NOTE)
        sent = st.form_submit_button("Settle")
        if not sent:
            return
        if answer is None or not by.strip():
            st.error("Choose what holds, and say who agreed.", icon=":material/error:")
            return
        try:
            store.adjudicate(found.review.id, item.place, answer, by.strip(), note)
        except InputError as error:
            st.error(escaped(str(error)), icon=":material/error:")
            return
    st.rerun()


def _pair(store: Store, item: Item) -> None:
    shown = ((item.before, item.objects_before, "Original"), (item.after, item.objects_after, "As judged"))
    tiles = [
        Tile(_jpeg(store, picture), *picture.size_wh, overlay_of_json(objects), title, f"{title} of {item.image_name}")
        for picture, objects, title in shown
    ]
    gallery(tiles, key=f"pair-{item.place}", columns=2, switches=False)


def _jpeg(store: Store, picture: Picture) -> bytes:
    def made() -> bytes:
        display = decode(f"{picture.digest}.png", store.pictures.read(picture.digest)).image
        return encode_jpeg(shrink(display, SIDE_PX))  # type: ignore[arg-type]  # it was written with eight bits

    return _small.made(picture.digest, made)
