"""The pipeline at its strongest: every step at once, each range at one of its ends, as pictures to judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import streamlit as st

from augviz.charts.units import change_shown, title_of
from augviz.images import encode_jpeg, shrink, to_display
from augviz.overlay import of as overlay_of
from augviz.pipeline.draws import draw_seed
from augviz.pipeline.trace import Fired, fired_steps
from augviz.preservation.showing import CornerRun, strongest_corners
from augviz.sample import Sample
from augviz.side_by_side import Progress
from augviz.statistics.corners import corners
from augviz.statistics.moves import changed_most
from augviz.statistics.over_draws import pixels_of
from augviz.ui import checked, label_facts, workspace
from augviz.ui.gallery import Tile, gallery
from augviz.ui.in_hand import OtherPipeline
from augviz.ui.text import escaped

SHOWN = 3
"""With the original they are four pictures, two in a row: large enough to judge."""

SIDE_PX = 900


class CornerPicture(NamedTuple):
    """One corner of the pipeline on one image.

    Attributes:
        place: Its place among the corners.
        seed: Seed of the sample.
        tile: The picture; what it shows in words is said when it is shown.
        happened: The steps in the order of running, with what they drew.
        changes: The numbers that changed most, in words.
        errors: ``(step id, sentence)`` of the steps that could not run.
    """

    place: int
    seed: int
    tile: Tile
    happened: tuple[Fired, ...]
    changes: tuple[str, ...]
    errors: tuple[tuple[str, str], ...]


def corner_pictures(sample: Sample, seed: int, on_progress: Progress) -> tuple[CornerPicture, ...]:
    """The strongest corners of the pipeline in hand on one image; the first picture is the original.

    Args:
        sample: The image.
        seed: Seed of the draws.
        on_progress: Told about each corner that is done.
    """
    state = workspace.current()
    own = draw_seed(seed, 0, 0)
    runs = strongest_corners(state.spec, sample, own, SHOWN, materials=state.materials, on_progress=on_progress)
    return tuple(_picture(run, own) for run in runs if run.outcome.trace)


def corner_section(found: Sequence[CornerPicture]) -> None:
    """The original and the strongest corners, two in a row; a press on a picture opens it step by step."""
    sample = label_facts.images_of(workspace.current())[0]
    st.markdown(
        f"Every step of the pipeline happens at once, each range at one of its ends, on {escaped(sample.name)}. In "
        "training this is rare; would you still give these pictures their label? Press one to see it step by step."
    )
    original = replace(_tile(sample, "Original", is_original=True), alt=f"Original of {sample.name}")
    event = gallery([original, *(_told(one, sample) for one in found)], key="corners", columns=2)
    if event is not None and event.opened > 0:
        one = found[event.opened - 1]
        checked.open_sample(checked.pin_of(sample, one.seed), through=_through(one))
    for one in found:
        st.markdown(f"- **{escaped(one.tile.caption)}**: {escaped(_happened(one))}.")
        for step_id, text in one.errors:
            st.warning(f"{escaped(checked.title_of(step_id))}: {escaped(text)}", icon=":material/error:")


def _through(one: CornerPicture) -> OtherPipeline:
    """The corner itself, of the pipeline as the visitor has it: pictures are kept for everybody."""
    spec = corners(workspace.current().spec)[one.place].spec
    return OtherPipeline(spec, f"{one.tile.caption}, every step at once")


def _told(one: CornerPicture, sample: Sample) -> Tile:
    """The picture with the numbers that changed most below it, and for those who do not see it with the steps."""
    caption = f"{one.tile.caption}: {', '.join(one.changes)}" if one.changes else one.tile.caption
    return replace(one.tile, caption=caption, alt=f"{caption}; {sample.name}, {_happened(one)}")


def _happened(one: CornerPicture) -> str:
    steps = [f"{checked.title_of(each.step_id)} {each.value}".rstrip() for each in one.happened]
    return ", ".join(steps) or "no step happened"


def _picture(run: CornerRun, seed: int) -> CornerPicture:
    outcome = run.outcome
    before, after = (pixels_of(sample, "whole") for sample in (outcome.before, outcome.after))
    changes = () if before is None or after is None else changed_most(before.scalars, after.scalars)
    top = (
        1.0
        if outcome.before.image.dtype == outcome.after.image.dtype and outcome.before.image.dtype.kind == "f"
        else 255.0
    )
    caption = f"{run.corner.title[:1].upper()}{run.corner.title[1:]}"
    return CornerPicture(
        run.place,
        seed,
        _tile(outcome.after, caption, badge="error" if outcome.errors else ""),
        fired_steps(outcome),
        tuple(f"{title_of(name).lower()} {change_shown(name, change, change, top)}" for name, change in changes),
        tuple((step.step_id, step.error) for step in outcome.errors),
    )


def _tile(sample: Sample, caption: str, badge: str = "", *, is_original: bool = False) -> Tile:
    height, width = sample.size_hw
    small = shrink(to_display(sample.image, sample.bands), SIDE_PX)
    overlay = overlay_of(sample.labels, sample.size_hw, workspace.current().colours, max_side=SIDE_PX)
    return Tile(encode_jpeg(small, 88), width, height, overlay, caption, badge=badge, is_original=is_original)
