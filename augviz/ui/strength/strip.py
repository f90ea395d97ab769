"""One sample at every strength: the same image with the same random numbers, and whether its label survives."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from augviz.preservation.checks import CHECK_OF
from augviz.preservation.sweep import Sweep, SweepPoint
from augviz.preview import PreviewTile, original_tile, preview_each
from augviz.sample import Sample
from augviz.side_by_side import in_threads
from augviz.ui import alt_texts, workspace
from augviz.ui.checked import open_sample, pin_of
from augviz.ui.gallery import Frame, LabelState, StepState, Tile, filmstrip
from augviz.ui.in_hand import OtherPipeline
from augviz.ui.strength.choice import Asked
from augviz.ui.text import escaped
from augviz.ui.workspace import Workspace

_DRAW = "sweep-draw"


def strip(asked: Asked, found: Sweep) -> None:
    """The original and the sample at every value; a click opens one step by step."""
    place = _place(asked, found)
    shot = found.shots[place]
    sample = asked.about.images[shot.place]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for label, icon, by in (("Previous sample", "chevron_left", -1), ("Next sample", "chevron_right", 1)):
            st.button(
                label,
                icon=f":material/{icon}:",
                key=f"sweep-draw-{by}",
                on_click=_step,
                args=(asked, found, place + by),
            )
        st.markdown(
            f"Sample **{place + 1}** of {len(found.shots)}, from {escaped(sample.name)}. {_fate(asked, found, place)}"
        )
    state = workspace.current()
    first = _tile(original_tile(sample, state.colours), "Original", f"Original of {sample.name}", is_original=True)
    points = [point for point in found.points if point.value != found.off]  # off, it is the original
    drawn = in_threads(lambda point: _drawn(state, point, sample, shot.seed), points)
    frames = [
        Frame(first, "fired", f"{sample.size_hw[1]} × {sample.size_hw[0]} px"),
        *(_frame(asked, found, point, tile, place) for point, tile in zip(points, drawn, strict=True)),
    ]
    opened = filmstrip(frames, key="sweep-strip", switches=True)
    if opened:
        value = points[opened - 1].value
        through = OtherPipeline(asked.pipeline(value), _title(asked, value))
        open_sample(pin_of(sample, shot.seed), through=through)


def _frame(asked: Asked, found: Sweep, point: SweepPoint, tile: PreviewTile, place: int) -> Frame:
    caption = asked.short(point.value) + (" (now)" if point.value == found.now else "")
    alt = alt_texts.of_tile(f"Sample {place + 1} at {asked.spoken(point.value)}", tile, {})
    found_here = point.each[place]
    state: StepState | LabelState = "label fails" if found_here.failed else "label survives"
    if found_here.stopped:
        state = "failed"
    line = f"{tile.boxes_left} of {tile.boxes_before} boxes" if tile.boxes_before else f"{len(tile.fired)} steps fired"
    return Frame(_tile(tile, caption, alt), state, line)


def _drawn(state: Workspace, point: SweepPoint, sample: Sample, seed: int) -> PreviewTile:
    return preview_each(point.spec, [(sample, seed)], state.colours, materials=state.materials_of(point.spec))[0]


def _tile(tile: PreviewTile, caption: str, alt: str, *, is_original: bool = False) -> Tile:
    plain = Tile(tile.jpeg, tile.width, tile.height, tile.overlay, caption, alt, is_original=is_original)
    return replace(plain, badge="error" if tile.errors else "")


def _fate(asked: Asked, found: Sweep, place: int) -> str:
    """From which value on this sample loses its label, and by which check."""
    first = next((point for point in found.from_gentle if point.each[place].failed), None)
    if first is None:
        return "Its label survives throughout."
    if first.each[place].stopped:
        return f"A step cannot run on it, first at **{escaped(asked.spoken(first.value))}**."
    codes = sorted(first.each[place].broken)
    by = f": {CHECK_OF[codes[0]].title.lower()}" if codes else ""
    return f"Its label fails first at **{escaped(asked.spoken(first.value))}**{by}."


def _title(asked: Asked, value: float) -> str:
    return f"{asked.title[:1].upper()}{asked.title[1:]}, {asked.spoken(value)}"


def _place(asked: Asked, found: Sweep) -> int:
    """The sample that the visitor went to, else the one that tells most."""
    key, place = st.session_state.get(_DRAW, ("", 0))
    return place % len(found.shots) if key == asked.key else found.most_telling


def _step(asked: Asked, found: Sweep, place: int) -> None:
    st.session_state[_DRAW] = asked.key, place % len(found.shots)
