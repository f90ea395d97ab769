"""Which samples the gallery shows: the pinned ones first, then those of the draw in view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from augviz import sample_library
from augviz.pipeline.draws import sample_seed
from augviz.sample import Sample
from augviz.ui import workspace
from augviz.ui.in_hand import Pin
from augviz.ui.workspace import Workspace

MOST_PINS = 12


class Shot(NamedTuple):
    """One sample to be drawn.

    Attributes:
        sample: The labelled image at its true size.
        seed: Seed of the sample.
        title: What it is called ("#3").
        pin: What is pinned when it is pinned.
        is_pinned: Whether it is.
    """

    sample: Sample
    seed: int
    title: str
    pin: Pin
    is_pinned: bool


def shots_of(state: Workspace) -> tuple[Shot, ...]:
    """The pinned samples of all open images, then the samples of the draw; one that is pinned is not shown twice."""
    pinned = [
        Shot(sample, pin.seed, _pin_title(state, pin), pin, True)
        for pin in state.pins
        if (sample := open_image(state, pin.image)) is not None
    ]
    return *pinned, *_of_draw(state)


def toggle(pin: Pin) -> None:
    """Pin a sample, or let it go. The oldest pin goes when there are too many."""
    state = workspace.current()
    if pin in state.pins:
        workspace.change(pins=tuple(other for other in state.pins if other != pin))
    else:
        workspace.change(pins=(*state.pins, pin)[-MOST_PINS:])


def open_image(state: Workspace, image: str) -> Sample | None:
    """The image of a pin; None when it is no longer open."""
    if image in (entry.id for entry in sample_library.entries()) or any(own.name == image for own in state.uploads):
        return replace(state, image=image).sample
    return None


def place_in_draw(state: Workspace, pin: Pin) -> int | None:
    """Which sample of the draw in view it is, or None."""
    if pin.image != state.image:
        return None
    return next((place for place in range(state.count) if sample_seed(state.seed, place) == pin.seed), None)


def _of_draw(state: Workspace) -> Iterator[Shot]:
    sample = state.sample
    for place in range(state.count):
        pin = Pin(state.image, sample_seed(state.seed, place))
        if pin not in state.pins:
            yield Shot(sample, pin.seed, f"#{place + 1}", pin, False)


def _pin_title(state: Workspace, pin: Pin) -> str:
    place = place_in_draw(state, pin)
    if place is not None:
        return f"#{place + 1}"
    return "Pinned" if pin.image == state.image else f"Pinned, {_short(pin.image)}"


def _short(name: str, most: int = 24) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"
