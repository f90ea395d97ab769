"""One sample, opened: before and after, the filmstrip of its steps, the story of its objects."""

from __future__ import annotations

from typing import Any

import streamlit as st

from augviz.images import encode_jpeg, shrink, to_display
from augviz.overlay import of as overlay_of
from augviz.pipeline.draws import sample_seed
from augviz.pipeline.run import run
from augviz.pipeline.trace import Outcome, StepTrace, box_story, keypoint_story, mask_story
from augviz.sample import Sample
from augviz.ui import downloads, workspace
from augviz.ui.alt_texts import of_outcome, titles_of
from augviz.ui.gallery import Frame, StepState, Tile, filmstrip, picture
from augviz.ui.page_table import PAGES, page
from augviz.ui.shots import open_image
from augviz.ui.text import escaped

PICTURE_SIDE = 1600
"""Longest side of the large pictures in pixels; larger images are shrunk for the screen only."""

FRAME_SIDE = 320


def open_sample() -> Outcome:
    """Run the sample in view again, keeping the picture after every step."""
    state = workspace.current()
    sample = None if state.inspected is None else open_image(state, state.inspected.image)
    if state.inspected is not None and sample is not None:
        spec = state.spec if state.inspected_with is None else state.inspected_with.spec
        return run(spec, sample, state.inspected.seed, keep_steps=True, materials=state.materials_of(spec))
    seed = sample_seed(state.seed, state.place)
    return run(state.spec, state.sample, seed, keep_steps=True, materials=state.materials)


def sample_bar(outcome: Outcome) -> None:
    """Which sample is open, and the way to its neighbours."""
    state = workspace.current()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        back = next(row for row in PAGES if row.file == state.inspected_from)
        st.page_link(back.path, label=f"Back to {back.title}", icon=":material/arrow_back:")
        st.button(
            "Previous sample",
            icon=":material/chevron_left:",
            key="place-down",
            shortcut="Left",
            on_click=_step_place,
            args=(-1,),
            disabled=state.place == 0 and state.inspected is None,
        )
        st.button(
            "Next sample",
            icon=":material/chevron_right:",
            key="place-up",
            shortcut="Right",
            on_click=_step_place,
            args=(1,),
            disabled=state.place >= state.count - 1 and state.inspected is None,
        )
        fired = sum(step.fired for step in outcome.trace)
        which = f"Sample **{state.place + 1}** of {state.count}, seed {state.seed}"
        if state.inspected is not None:
            kind = "Pinned sample" if state.inspected in state.pins else "Sample"
            which = f"{kind} of {escaped(outcome.before.name)}"
        if state.inspected_with is not None:
            which = f"**{escaped(state.inspected_with.title)}** · sample of {escaped(outcome.before.name)}"
        st.markdown(f"{which} · **{fired}** of {len(outcome.trace)} steps fired")
    for step in outcome.errors:
        st.error(escaped(step.error), icon=":material/error:")
    for note in outcome.notes:
        st.warning(escaped(str(note)), icon=":material/info:")


def picture_before(outcome: Outcome) -> None:
    """The original at full size."""
    picture(
        _tile(outcome.before, "Before", PICTURE_SIDE, _before(outcome), is_original=True), key="before", linked="pair"
    )


def picture_after(outcome: Outcome) -> None:
    """The augmented sample at full size."""
    alt = of_outcome(f"After the pipeline: {outcome.after.name}", outcome, titles_of(workspace.current().spec))
    picture(_tile(outcome.after, "After", PICTURE_SIDE, alt), key="after", linked="pair", switches=False)


def filmstrip_of(outcome: Outcome) -> None:
    """The picture after each step; a step that did not fire says why."""
    latest = outcome.before
    frames = [Frame(_tile(latest, "Original", FRAME_SIDE, _before(outcome), is_original=True), "fired", _size(latest))]
    for place, step in enumerate(outcome.trace, start=1):
        latest = step.after or latest
        alt = f"After step {place}, {step.name}: {_line(step)}"
        frames.append(Frame(_tile(latest, f"{place}. {step.name}", FRAME_SIDE, alt), _state(step), _line(step)))
    _open_asked(outcome)
    opened = filmstrip(frames, key="filmstrip")
    if not outcome.trace:
        st.markdown("The pipeline has no steps, so nothing happened to this sample. Add one first.")
        st.page_link(page("workbench.py"), label="Add a step", icon=":material/add:")
    if opened is not None:
        workspace.change(frame=opened)
    chosen = min(workspace.current().frame, len(frames) - 1)
    if chosen:
        _step_detail(outcome.trace[chosen - 1], chosen)


def _open_asked(outcome: Outcome) -> None:
    """Open the frame of the step that was to be shown, once."""
    asked = workspace.current().inspected_step
    if asked:
        places = [place for place, step in enumerate(outcome.trace, start=1) if step.step_id == asked]
        fired = [place for place in places if outcome.trace[place - 1].fired]
        workspace.change(inspected_step="", frame=(fired or places or [0])[0])


def object_table(outcome: Outcome) -> None:
    """One row an object: what it went through, and what would mend it."""
    rows = _rows(outcome)
    if not rows:
        st.markdown("This image has no boxes, object masks or keypoints. Mark some, or open an image that has labels.")
        st.page_link(page("draw.py"), label="Mark what there is", icon=":material/draw:")
        st.page_link(page("images.py"), label="Choose an image with labels", icon=":material/photo_library:")
        return
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            "Object": st.column_config.TextColumn(width="medium"),
            "Now": st.column_config.TextColumn(width="small"),
            "What it went through": st.column_config.TextColumn(width="large"),
            "Mend": st.column_config.TextColumn(width="large"),
        },
    )


def download_box(outcome: Outcome) -> None:
    """The picture without loss, and its labels in every format that can hold them."""
    state = workspace.current()
    stem = downloads.stem_of(outcome.before.name)
    which = st.segmented_control(
        "Which", ["Augmented", "Original"], default="Augmented", required=True, key="download-which",
        label_visibility="collapsed",
    )  # fmt: skip
    if which == "Original":
        downloads.sample_buttons(outcome.before, stem, key="original")
    else:
        number = f"{state.seed}_{state.place + 1}" if state.inspected is None else f"pinned_{outcome.seed}"
        downloads.sample_buttons(outcome.after, f"{stem}_{number}", key="augmented")


def _step_place(by: int) -> None:
    """To a neighbour; from a pinned sample, back to the one of the draw."""
    state = workspace.current()
    if state.inspected is not None:
        workspace.change(inspected=None, inspected_with=None)
    else:
        workspace.change(place=max(0, min(state.count - 1, state.place + by)))


def _before(outcome: Outcome) -> str:
    return f"Before the pipeline: {outcome.before.name}, {_size(outcome.before)}"


def _tile(sample: Sample, caption: str, side: int, alt: str, *, is_original: bool = False) -> Tile:
    height, width = sample.size_hw
    small = shrink(to_display(sample.image, sample.bands), side)
    overlay = overlay_of(sample.labels, sample.size_hw, workspace.current().colours, max_side=side)
    return Tile(encode_jpeg(small, 90), width, height, overlay, caption, alt, is_original=is_original)


def _state(step: StepTrace) -> StepState:
    if step.error:
        return "failed"
    return "fired" if step.fired else "not fired"


def _line(step: StepTrace) -> str:
    if step.error:
        return "could not run"
    if not step.fired:
        return step.reason
    values = ", ".join(f"{value.name} {value.text}" for value in step.drawn)
    return f"{values} · {step.ms:.1f} ms" if values else f"{step.ms:.1f} ms"


def _size(sample: Sample) -> str:
    return f"{sample.size_hw[1]} × {sample.size_hw[0]} px"


def _step_detail(step: StepTrace, place: int) -> None:
    """All drawn values of the frame that was opened."""
    with st.container(border=True):
        st.markdown(f"**{place}. {step.name}** · {_state(step)}")
        st.markdown(escaped(step.error or step.reason or f"{step.ms:.1f} ms"))
        for value in step.drawn:
            st.markdown(escaped(f"{value.name}: {value.text}"))
        if step.swapped:
            st.markdown("Mirrored the image: names that say left or right changed places.")
        for removal in step.removed:
            st.markdown(escaped(f"{removal.label}: {removal.describe()}. {removal.mend}"))


def _rows(outcome: Outcome) -> list[dict[str, Any]]:
    """Boxes, masks of objects that have no box, and keypoints of the original."""
    boxes, masks, points = (labels := outcome.before.labels).boxes, labels.masks, labels.keypoints
    gone: dict[tuple[str, int], str] = {(removal.target, removal.row): removal.mend for removal in outcome.removed}
    boxed, kept_boxes, kept_points = set(boxes.ids), set(outcome.box_rows), set(outcome.keypoint_rows)

    def row_of(name: str, target: str, row: int, is_there: bool, story: tuple[str, ...]) -> dict[str, Any]:
        return {
            "Object": name,
            "Now": "kept" if is_there else "gone",
            "What it went through": "; ".join(story),
            "Mend": gone.get((target, row), ""),
        }

    return [
        *(
            row_of(f"box {boxes.ids[i]} '{label}'", "box", i, i in kept_boxes, box_story(outcome, i))
            for i, label in enumerate(boxes.labels)
        ),
        *(
            row_of(f"mask {masks.ids[i]} '{label}'", "mask", i, ("mask", i) not in gone, mask_story(outcome, i))
            for i, label in enumerate(() if masks is None else masks.labels)
            if masks is not None and masks.ids[i] not in boxed
        ),
        *(
            row_of(f"keypoint '{label}'", "keypoint", i, i in kept_points, keypoint_story(outcome, i))
            for i, label in enumerate(points.labels)
        ),
    ]
