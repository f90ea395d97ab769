"""A view: one fixed way to look at a picture, and how it gets the size that a model takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from augviz.models.card import ModelCard
from augviz.pipeline.spec import Node, PipelineSpec, Step, freeze

FitsWhen = Literal["first", "last", "own"]

ORIGINAL_ID = "original"


@dataclass(frozen=True)
class View:
    """One way to look at a picture.

    Attributes:
        id: Short name, unique in its set.
        title: Name for people.
        spec: What it does; every step fires, with fixed values.
        fits: When the picture gets the model's size: "first" (cheap, and shifts count in the model's px), "last" (the
            view looks at the picture at its true size), or "own" (the view ends at that size by itself).
        is_plain: Whether it is what one would do without any views; it is never refused.
    """

    id: str
    title: str
    spec: PipelineSpec
    fits: FitsWhen = "first"
    is_plain: bool = False


def view(view_id: str, title: str, *steps: Node, fits: FitsWhen = "first", is_plain: bool = False) -> View:
    """A view of these steps."""
    return View(view_id, title, PipelineSpec(tuple(steps)), fits, is_plain)


def step(name: str, params: Mapping[str, Any] | None = None) -> Step:
    """A step that always fires."""
    return Step(name, freeze(params or {}), 1.0)


PLAIN = view(ORIGINAL_ID, "As it is", is_plain=True)
"""The single view, beside which all others are shown."""


def fit_steps(card: ModelCard) -> tuple[Step, ...]:
    """The steps that bring a picture to the size of a model; none where it takes any size.

    Downscaling averages areas, because picking pixels would show the model a pattern that is not there.
    """
    if card.size_hw is None:
        return ()
    height, width = card.size_hw
    if card.fit == "stretch":
        return (step("Resize", {"height": height, "width": width, "area_for_downscale": "image"}),)
    return (shorter_side(max(height, width), card.centre_share), centre(height, width))


def shorter_side(side_px: int, share: float) -> Step:
    """Resize so that ``side_px`` is this share of the shorter side."""
    return step("SmallestMaxSize", {"max_size": round(side_px / share), "area_for_downscale": "image"})


def centre(height: int, width: int) -> Step:
    """Cut the middle out."""
    return step("CenterCrop", {"height": height, "width": width})


def complete(each: View, card: ModelCard) -> PipelineSpec:
    """Everything that happens to a picture before the model sees it, but for its values: view and size."""
    bare = tuple(replace(node, id="") for node in each.spec.steps)
    if each.fits == "own":
        return replace(each.spec, steps=bare)
    fit = fit_steps(card)
    return replace(each.spec, steps=(*fit, *bare) if each.fits == "first" else (*bare, *fit))
