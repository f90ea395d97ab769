"""The draw in view: its bar of buttons, its rules for boxes, and its gallery."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from augviz.errors import sentence
from augviz.pipeline.spec import BoxPolicy, KeypointPolicy, PipelineSpec
from augviz.preview import PreviewTile, preview_each
from augviz.ui import follow, knobs, seed_bar, shots, workspace
from augviz.ui.alt_texts import titles_of
from augviz.ui.follow import Shown
from augviz.ui.gallery import gallery
from augviz.ui.knobs import Knob
from augviz.ui.page_table import page
from augviz.ui.progress import progress_in
from augviz.ui.sample_tiles import sample_tiles
from augviz.ui.sharing import share_popover
from augviz.ui.shots import Shot, shots_of
from augviz.ui.text import escaped

LOST: Mapping[str, str] = {
    "left the image": "left the image",
    "covered": "covered by holes",
    **{
        rule: f"dropped by `{rule}`"
        for rule in ("min_visibility", "min_area", "min_width", "min_height", "max_accept_ratio")
    },
}
"""What is said of boxes that are gone, by cause: the effect of each label rule on the objects in view."""


@dataclass(frozen=True)
class Drawn:
    """The draw in view.

    Attributes:
        shots: Which samples, the pinned ones first.
        tiles: One a sample.
        failing: Sentence by step id, for the steps that could not run.
    """

    shots: tuple[Shot, ...]
    tiles: tuple[PreviewTile, ...]
    failing: Mapping[str, str]


def draw_bar() -> None:
    """New draw, previous draw, a typed seed, how many."""
    state = workspace.current()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        seed_bar.seed_buttons(
            "Draw new random numbers for every step.",
            "The same seed gives the same pictures, also on the command line.",
        )
        st.segmented_control(
            "Samples", workspace.COUNTS, default=state.count, key="count", on_change=_typed_count, required=True
        )
        _box_rules()
        share_popover()


def draw(show_progress: st.delta_generator.DeltaGenerator) -> Drawn:
    """Draw the samples; work that takes longer shows how far it is.

    Args:
        show_progress: An empty place for the bar.
    """
    state = workspace.current()
    wanted = shots_of(state)
    tiles = preview_each(
        state.spec,
        [(shot.sample, shot.seed) for shot in wanted],
        state.colours,
        previous=state.drawn,
        materials=state.materials_of(state.spec, *(() if state.drawn is None else (state.drawn,))),
        on_progress=progress_in(show_progress, "samples"),
    )
    show_progress.empty()
    workspace.change(drawn=state.spec)
    failing = {step_id: text for tile in reversed(tiles) for step_id, text in tile.errors}
    return Drawn(wanted, tiles, failing)


def summary(drawn: Drawn) -> None:
    """What the draw did to the labels, in one line, and what training would refuse."""
    state = workspace.current()
    height, width = state.sample.size_hw
    parts = [f"**{len(drawn.tiles)}** samples of {width} × {height} px"]
    before = sum(tile.boxes_before for tile in drawn.tiles)
    if before:
        left = sum(tile.boxes_left for tile in drawn.tiles)
        parts.append(f"**{left} of {before}** boxes kept")
        causes = Counter(cause for tile in drawn.tiles for cause in tile.lost)
        parts += [f"{count} {LOST[cause]}" for cause, count in causes.most_common()]
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown(" · ".join(parts), width="content")
        st.page_link(page("check.py"), label="Do labels survive?", icon=":material/fact_check:")
    for text in _notes(drawn.tiles):
        st.warning(escaped(text), icon=":material/info:")


def _notes(tiles: Sequence[PreviewTile]) -> list[str]:
    """One sentence for each kind of note; how many boxes it is about differs from sample to sample."""
    places: dict[tuple[str, str], list[str]] = {}
    for note in (note for tile in tiles for note in tile.notes):
        places.setdefault((note.what, note.mend), []).append(note.where)
    return [
        sentence(what, found[0] if len(set(found)) == 1 else _counted(found, len(tiles)), mend)
        for (what, mend), found in places.items()
    ]


def _counted(places: Sequence[str], count: int) -> str:
    return f"{places[0].lstrip('0123456789, ')} in {len(places)} of {count} samples"


def gallery_of(drawn: Drawn, sliders: Mapping[str, Knob]) -> None:
    """The original and the samples; a click opens one on the Inspect page.

    Args:
        drawn: The draw in view.
        sliders: What the tiles follow while it is dragged, by the key of the widget.
    """
    state = workspace.current()
    following = follow.show(Shown(state.spec, state.sample, drawn.shots, state.colours, sliders, state.materials))
    tiles = sample_tiles(state.sample, state.colours, drawn.shots, drawn.tiles, titles_of(state.spec))

    def pin(place: int) -> None:
        if place > 0:
            shots.toggle(drawn.shots[place - 1].pin)

    event = gallery(tiles, key="gallery", following=following, on_pin=pin)
    if event is not None and event.opened > 0:
        _inspect(drawn.shots[event.opened - 1])


def _inspect(shot: Shot) -> None:
    """Open a sample on the Inspect page: as one of the draw, or as a pinned one of another draw or image."""
    place = shots.place_in_draw(workspace.current(), shot.pin)
    if place is None:
        workspace.change(inspected=shot.pin, inspected_with=None)
    else:
        workspace.change(place=place, inspected=None, inspected_with=None)
    st.switch_page(page("inspect.py"))


def _typed_count() -> None:
    if st.session_state["count"] in workspace.COUNTS:
        count = st.session_state["count"]
        workspace.change(count=count, place=min(workspace.current().place, count - 1))


# -- rules for boxes and keypoints -------------------------------------------------------------------------------


def _box_rules() -> None:
    """``bbox_params`` and ``keypoint_params``, where the boxes are."""
    labels = workspace.current().sample.labels
    if not (len(labels.boxes) or len(labels.keypoints)):
        return
    rules = st.popover(
        "Label rules", icon=":material/rule:", help="When a box or keypoint is dropped.", key="rules", on_change="rerun"
    )
    if not rules.open:
        return
    with rules:
        if len(labels.boxes):
            _box_policy(workspace.current().spec.boxes or BoxPolicy())
        if len(labels.keypoints):
            _keypoint_policy(workspace.current().spec.keypoints or KeypointPolicy())


def _box_policy(policy: BoxPolicy) -> None:
    key = f"box-rules-{workspace.current().revision}"
    st.markdown("**Boxes** are dropped when less is left than this (`bbox_params`)")
    visibility = st.slider(
        "min_visibility: share of the box that stays", 0.0, 1.0, float(policy.min_visibility), 0.05,
        key=f"visibility-{key}", help="Judged after each step anew: two crops of 60% each pass a limit of 0.5.",
    )  # fmt: skip
    knobs.offer(f"visibility-{key}", Knob(0.0, 1.0, (visibility,), _with_visibility))
    changed = replace(
        policy,
        min_visibility=visibility,
        min_area=float(
            st.number_input("min_area in px²", 0.0, 1e9, float(policy.min_area), 16.0, key=f"area-{key}", format="%g")
        ),
        check_each_transform=st.checkbox(
            "check_each_transform: judge after every step", policy.check_each_transform, key=f"each-{key}",
            help="Off: judged once at the end.",
        ),
        clip=st.checkbox(
            "clip: accept boxes that reach over the edge", policy.clip, key=f"clip-{key}",
            help="Off: Albumentations refuses an image with such a box.",
        ),
    )  # fmt: skip
    if changed != policy:
        workspace.change(spec=replace(workspace.current().spec, boxes=changed))


def _with_visibility(thumbs: tuple[float, ...]) -> Callable[[PipelineSpec], PipelineSpec]:
    """What the slider stands for while it is dragged."""
    return lambda spec: replace(spec, boxes=replace(spec.boxes or BoxPolicy(), min_visibility=thumbs[0]))


def _keypoint_policy(policy: KeypointPolicy) -> None:
    key = f"point-rules-{workspace.current().revision}"
    st.markdown("**Keypoints** (`keypoint_params`)")
    changed = replace(
        policy,
        remove_invisible=st.checkbox(
            "remove_invisible: drop points that leave the image", policy.remove_invisible, key=f"remove-{key}"
        ),
    )
    if changed != policy:
        workspace.change(spec=replace(workspace.current().spec, keypoints=changed))
