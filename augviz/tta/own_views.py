"""The user's own views: any pipeline of which every draw is the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from augviz.errors import InputError
from augviz.models.card import ModelCard
from augviz.pipeline.effects import TEST_IMAGE
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, Node, PipelineSpec, Step, walk
from augviz.pipeline.trace import Outcome
from augviz.sample import Labels, Sample
from augviz.tta.view import View

DRAWS = 16
"""Draws that are compared: a step that tosses a coin gives 16 equal pictures once in 32,768 times."""

LARGER_IMAGE = Sample("larger", np.pad(TEST_IMAGE.image, ((0, 29), (0, 41), (0, 0)), "reflect").astype(np.uint8))
"""A pipeline that ends at one size makes it of any image, and not only of one that has it already."""


def own_view(view_id: str, title: str, spec: PipelineSpec, card: ModelCard) -> View:
    """A view from a pipeline.

    Args:
        view_id: Short name.
        title: Name for people.
        spec: The pipeline; its tail (Normalize, ToTensorV2) is left out, because the model's own values count.
        card: The model; a pipeline that ends at its size is taken as it is, any other is brought to it afterwards.

    Raises:
        InputError: A step may or may not fire, draws its values, or cannot run; the sentence names it.
    """
    fixed = replace(spec, tail=(), swaps=(), steps=tuple(kept for node in spec.steps for kept in _enabled(node)))
    _all_fire(fixed)
    image = TEST_IMAGE.with_labels(Labels())
    first = run(fixed, image, 0, keep_steps=True)
    for told in first.errors:
        raise InputError(told.error.rstrip("."), where=told.name, mend="Change the step, or leave it out.")
    for seed in range(1, DRAWS):
        _check_alike(first, run(fixed, image, seed, keep_steps=True))
    sizes = {first.after.size_hw, run(fixed, LARGER_IMAGE, 0).after.size_hw}
    ends_there = sizes == {card.size_hw}
    return View(view_id, title, fixed, "own" if ends_there else "last")


def _enabled(node: Node) -> Iterator[Node]:
    if not node.enabled:
        return
    if isinstance(node, Group):
        yield replace(node, children=tuple(kept for child in node.children for kept in _enabled(child)))
    else:
        yield node


def _all_fire(spec: PipelineSpec) -> None:
    """Every step fires in every draw, so that p is 1 and no group chooses."""
    if spec.p < 1:
        raise InputError(f"the pipeline fires with p = {spec.p:g}", mend="Set p of the whole pipeline to 1.")
    for top in spec.steps:
        for node in walk(top):
            name = node.title or node.name
            if isinstance(node, Group) and node.kind != "Sequential" and len(node.children) > 1:
                raise InputError(
                    f"a view always does the same, and {node.kind} chooses among its steps",
                    where=name,
                    mend="Make one view of each step.",
                )
            if node.p < 1:
                raise InputError(
                    f"a view always does the same, and this fires with p = {node.p:g}", where=name, mend="Set p to 1."
                )


def _check_alike(first: Outcome, other: Outcome) -> None:
    """The first step whose picture differs between two draws is one that draws."""
    for told, again in zip(first.trace, other.trace, strict=True):
        here, there = told.after, again.after
        if here is not None and there is not None and not np.array_equal(here.image, there.image):
            values = ", ".join(each.name for each in told.drawn[:3])
            raise InputError(
                f"a view always does the same, and this draws {values or 'its values'} anew for every picture",
                where=told.name,
                mend="Give ranges whose two ends are the same number.",
            )


def steps_of(view: View) -> tuple[Step, ...]:
    """Every step of a view, in order."""
    return tuple(node for top in view.spec.steps for node in walk(top) if isinstance(node, Step))
