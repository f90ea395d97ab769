"""Which other images a step takes something from: asked for in the step, answered from what is open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import streamlit as st

from augviz import sample_library
from augviz.images import encode_jpeg, shrink, to_display
from augviz.pipeline.spec import Step
from augviz.sample import Sample
from augviz.transforms.other_images import OTHER_IMAGES, OtherImages
from augviz.ui import workspace
from augviz.ui.text import escaped

THUMB_SIDE = 96
"""Longest side of a thumbnail in pixels."""

THUMBS_SHOWN = 6

STARTING_COUNT = {"references": 1, "pasted": 1, "partners": 3}
"""How many images a new step begins with, by what it does with them: a mosaic of four fields has three to fill."""


def material_choice(step: Step, key: str) -> Step:
    """Ask for the other images of a step, where it takes any.

    Args:
        step: A step of the pipeline.
        key: Key of the widget; another one makes it anew.

    Returns:
        The step with the images that are chosen.
    """
    asked = OTHER_IMAGES.get(step.name)
    if asked is None:
        return step
    titles = {name: _title(name) for name in dict.fromkeys((*_names(), *step.materials))}
    chosen = st.multiselect(
        asked.title,
        list(titles),
        default=list(step.materials),
        key=f"materials-{key}",
        format_func=titles.__getitem__,
        placeholder="Choose images",
        help=asked.question,
    )
    if not chosen:
        st.info(escaped(asked.question), icon=":material/add_photo_alternate:")
    _thumbnails(chosen, asked)
    return replace(step, materials=tuple(chosen))


def with_first_choice(step: Step) -> Step:
    """A new step with images that fit the one in view, so that it does something at once: own images first."""
    asked = OTHER_IMAGES.get(step.name)
    if asked is None:
        return step
    found = _fitting(workspace.current().sample, asked)
    names = [name for name, _place in zip(found, range(STARTING_COUNT[asked.form]), strict=False)]
    return replace(step, materials=tuple(names))


def _names() -> list[str]:
    """Names of all images that can be chosen: the visitor's own, then the sample images."""
    return list(dict.fromkeys((*(sample.name for sample in workspace.current().uploads), *workspace.library_files())))


def _title(name: str) -> str:
    state = workspace.current()
    if any(sample.name == name for sample in state.uploads):
        return name
    sample_id = workspace.library_files().get(name)
    if sample_id is None:
        return f"{name} (not open)"
    return next(f"{entry.title} (sample image)" for entry in sample_library.entries() if entry.id == sample_id)


def _fitting(here: Sample, asked: OtherImages) -> Iterator[str]:
    for name in _names():
        other = workspace.current().image_named(name)
        if other is not None and other.name != here.name and _fits(here, other, asked):
            yield name


def _fits(here: Sample, other: Sample, asked: OtherImages) -> bool:
    same_kind = other.image.shape[2] == here.image.shape[2] and other.image.dtype == here.image.dtype
    if asked.form != "partners":
        return same_kind
    return same_kind and (here.labels.semantic is None or other.labels.semantic is not None)


def _thumbnails(names: list[str], asked: OtherImages) -> None:
    """The chosen images, small, in a row."""
    state = workspace.current()
    found = [sample for name in names if (sample := state.image_named(name)) is not None][:THUMBS_SHOWN]
    if not found:
        return
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        for sample in found:
            picture = encode_jpeg(shrink(to_display(sample.image, sample.bands), THUMB_SIDE))
            st.image(picture, width=56, alt=f"{asked.title}: {sample.name}")
