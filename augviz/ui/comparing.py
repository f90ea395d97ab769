"""Two versions of the pipeline side by side: what was changed, and what it does to the same samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import streamlit as st

from augviz.comparison import Comparison, Drawing, Pair, compare, outcomes, pair_lines, summary
from augviz.images import encode_jpeg, shrink, to_display
from augviz.overlay import of as overlay_of
from augviz.pipeline.difference import changes
from augviz.pipeline.draws import sample_seed
from augviz.pipeline.trace import Outcome
from augviz.preview import PreviewTile
from augviz.ui import alt_texts, versions, workspace
from augviz.ui.curtain import PairTile, curtain, pairs
from augviz.ui.gallery import Tile
from augviz.ui.page_table import page
from augviz.ui.progress import progress_in
from augviz.ui.shots import open_image
from augviz.ui.text import escaped
from augviz.ui.versions import Version

CURTAIN_SIDE = 1400
"""Longest side of the pictures under the curtain in pixels; larger ones are shrunk for the screen only."""

LIST_ROWS = 8
LIST_HEIGHT_PX = 320
"""A list of more label changes than that scrolls."""


@dataclass(frozen=True)
class Choice:
    """What is compared."""

    a: Version
    b: Version


def choice_bar() -> Choice:
    """Choose A and B, take one over, keep the pipeline in hand."""
    offered = versions.versions()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        a = _choose("A", "compare_a", versions.usual_a(offered))
        b = _choose("B", "compare_b", versions.IN_HAND)
        _keep_box()
    return Choice(offered[a], offered[b])


def changes_list(choice: Choice) -> None:
    """What was changed between A and B, in words."""
    st.header("What was changed")
    found = changes(choice.a.spec, choice.b.spec)
    if not found:
        st.markdown(
            "A and B are the same pipeline. Choose another version for A, or move a slider on the page *Pipeline* "
            "and come back."
        )
        st.page_link(page("workbench.py"), label="To the pipeline", icon=":material/tune:")
    st.markdown("\n".join(f"- {escaped(change.sentence)}" for change in found))


def compared(choice: Choice, show_progress: st.delta_generator.DeltaGenerator) -> Comparison:
    """Run both on the draw in view, pinned samples first; work that takes longer shows how far it is."""
    found = compare(
        choice.a.spec,
        choice.b.spec,
        tuple(_drawings()),
        workspace.current().colours,
        materials=workspace.current().materials_of(choice.a.spec, choice.b.spec),
        on_progress=progress_in(show_progress, "pairs"),
    )
    show_progress.empty()
    return found


def summary_box(comparison: Comparison) -> None:
    """What the changes do to all samples in view."""
    st.header("What it does")
    st.markdown("\n".join(f"- {escaped(line)}" for line in summary(comparison)))


def open_pair(comparison: Comparison) -> Pair:
    """The pair under the curtain: the one that was opened, else the first."""
    wanted = workspace.current().compare_open
    return next((pair for pair in comparison.pairs if _name_of(pair) == wanted), comparison.pairs[0])


def curtain_of(choice: Choice, pair: Pair) -> None:
    """A and B of one sample under a curtain."""
    materials = workspace.current().materials_of(choice.a.spec, choice.b.spec)
    a, b = outcomes(choice.a.spec, choice.b.spec, pair.drawing.sample, pair.drawing.seed, materials)
    titles = (choice.a.title, choice.b.title)
    st.markdown(f"**{escaped(pair.drawing.title)}** · {escaped(pair.picture.describe())}")
    for side, outcome in (("A", a), ("B", b)):
        for step in outcome.errors:
            st.error(escaped(f"{side}: {step.error}"), icon=":material/error:")
    left, right = _large(a, f"A: {titles[0]}"), _large(b, f"B: {titles[1]}")
    curtain(left, right, titles, key="curtain", sample=_name_of(pair))


def labels_of(pair: Pair) -> None:
    """What became of the labels of the sample under the curtain."""
    st.header("Labels of this sample")
    if pair.drawing.sample.labels.is_empty():
        st.markdown("This image has no labels. Mark some to see what becomes of them.")
        st.page_link(page("draw.py"), label="Mark what there is", icon=":material/draw:")
    elif not pair.labels:
        st.markdown("A and B treat every label alike.")
    else:
        told = Counter((change.name, change.describe()) for change in pair.labels)
        rows = [
            {"Object": name if count == 1 else f"{count} × {name}", "What differs": text}
            for (name, text), count in told.items()
        ]
        st.dataframe(rows, hide_index=True, height="content" if len(rows) <= LIST_ROWS else LIST_HEIGHT_PX)


def pairs_of(comparison: Comparison, opened: Pair) -> None:
    """All pairs, those that differ most first; a click puts one under the curtain."""
    st.header("All samples, those that differ most first")
    place = pairs([_pair_tile(pair, pair is opened) for pair in comparison.pairs], key="pairs")
    if place is not None and comparison.pairs[place] is not opened:
        workspace.change(compare_open=_name_of(comparison.pairs[place]))
        st.rerun()


# -- choosing ------------------------------------------------------------------------------------------------------


def _choose(side: str, field: str, usual: str) -> str:
    offered = versions.versions()
    chosen = str(getattr(workspace.current(), field))
    chosen = chosen if chosen in offered else usual
    key = f"{field}-{chosen}"

    def take() -> None:
        workspace.change(**{field: st.session_state[key]})

    st.selectbox(
        side, list(offered), index=list(offered).index(chosen), key=key, on_change=take, width=360,
        format_func=lambda each: offered[each].title,
    )  # fmt: skip
    if chosen != versions.IN_HAND:
        st.button(
            f"Use {side}",
            key=f"use-{side}",
            icon=":material/check:",
            on_click=_use,
            args=(chosen,),
            help="Make it the pipeline in hand. It can be undone on the page Pipeline.",
        )
    return chosen


def _use(key: str) -> None:
    version, state = versions.versions().get(key), workspace.current()
    if version is not None:
        taken = replace(state, spec=version.spec, open_step="", revision=state.revision + 1)
        workspace.keep(taken, title=f"Took over “{version.title}”")
        st.toast(f"Now in hand: {escaped(version.title)}", icon=":material/check:")


def _keep_box() -> None:
    with st.popover("Keep this version", icon=":material/bookmark_add:", width="content"):
        st.text_input("Name", key="keep-name", max_chars=versions.MAX_NAME, placeholder="Before the meeting")
        st.button("Keep the pipeline in hand", key="keep", icon=":material/bookmark_add:", on_click=_keep)
        for place, kept in enumerate(workspace.current().kept):
            st.button(
                f"Forget {escaped(kept.name)}",
                key=f"forget-{place}",
                type="tertiary",
                icon=":material/delete:",
                on_click=versions.forget,
                args=(kept.name,),
            )


def _keep() -> None:
    versions.keep(st.session_state["keep-name"])
    st.session_state["keep-name"] = ""


# -- samples -------------------------------------------------------------------------------------------------------


def _drawings() -> Iterator[Drawing]:
    """Pinned samples, then those of the draw in view."""
    state = workspace.current()
    pinned = [(sample, pin.seed) for pin in state.pins if (sample := open_image(state, pin.image)) is not None]
    for sample, seed in pinned:
        yield Drawing(sample, seed, f"Pinned: {sample.name}", is_pinned=True)
    there = {(sample.name, seed) for sample, seed in pinned}
    for place in range(state.count):
        seed = sample_seed(state.seed, place)
        if (state.sample.name, seed) not in there:
            yield Drawing(state.sample, seed, f"#{place + 1}")


def _name_of(pair: Pair) -> str:
    return f"{pair.drawing.sample.name} {pair.drawing.seed}"


# -- tiles ---------------------------------------------------------------------------------------------------------


def _pair_tile(pair: Pair, selected: bool) -> PairTile:
    a, b = _small(pair.a, pair, "A"), _small(pair.b, pair, "B")
    return PairTile(a, b, pair.drawing.title, pair_lines(pair), selected)


def _small(tile: PreviewTile, pair: Pair, side: str) -> Tile:
    alt = alt_texts.of_tile(f"{side} of {pair.drawing.title}, {pair.drawing.sample.name}", tile, {})
    return Tile(tile.jpeg, tile.width, tile.height, tile.overlay, alt=alt, badge="error" if tile.errors else "")


def _large(outcome: Outcome, title: str) -> Tile:
    after = outcome.after
    height, width = after.size_hw
    overlay = overlay_of(after.labels, after.size_hw, workspace.current().colours, max_side=CURTAIN_SIDE)
    jpeg = encode_jpeg(shrink(to_display(after.image, after.bands), CURTAIN_SIDE), 90)
    alt = alt_texts.of_outcome(f"{title}, {after.name}", outcome, {})
    return Tile(jpeg, width, height, overlay, alt=alt, badge="error" if outcome.errors else "")
