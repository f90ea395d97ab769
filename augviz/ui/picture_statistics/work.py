"""The numbers of the pipeline in hand: what they are about, how they are worked out, and what is kept of them.

Each part is kept by itself, so that work that was stopped goes on where it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz.pipeline.effects import Effects
from augviz.pipeline.materials import Materials, used_digest
from augviz.pipeline.spec import PipelineSpec, digest_of
from augviz.preservation.destruction import Destruction, destruction_of
from augviz.preservation.facts import Facts
from augviz.preservation.judge import DRAWS, forced
from augviz.preview import Bounded
from augviz.sample import Sample
from augviz.side_by_side import in_threads
from augviz.statistics.contributions import Contributions, contributions
from augviz.statistics.one_epoch import Epoch, simulate_epoch
from augviz.statistics.over_draws import OverDraws, Where, statistics_over
from augviz.statistics.training_range import Found, training_range
from augviz.ui import label_facts, stopping, workspace
from augviz.ui.checked import leaf_ids
from augviz.ui.picture_statistics.corners import CornerPicture, corner_pictures
from augviz.ui.progress import progress_in

EPOCH_IMAGES = 1000
"""Samples of the simulated epoch, at least; no picture is run for it."""

LEFT_OUT_EACH = 2
"""Steps are left out on one draw in so many: each costs as many runs as steps fire in it."""

WHOLE: Where = "whole"
INSIDE: Where = "inside objects"

_NAME = "statistics"
_KEPT = 64

Forced: TypeAlias = Mapping[str, tuple[Effects, ...]]
Show: TypeAlias = Callable[[int, int], None]

_over: Bounded[OverDraws] = Bounded(_KEPT, lambda _found: 1)
_steps: Bounded[Contributions] = Bounded(_KEPT, lambda _found: 1)
_forced: Bounded[Forced] = Bounded(_KEPT, lambda _found: 1)
_corners: Bounded[tuple[CornerPicture, ...]] = Bounded(_KEPT, lambda _found: 1)
_epochs: Bounded[Epoch] = Bounded(_KEPT, lambda _found: 1)


@dataclass(frozen=True)
class Numbers:
    """Everything that the page shows.

    Attributes:
        over: Original against augmented over the draws.
        steps: What each step contributes.
        destruction: What each step destroys when it fires, in the order of the pipeline.
        epoch: One epoch, simulated.
        corners: The strongest corners of the pipeline.
        range: The range of the user's own images, or that there are too few.
    """

    over: OverDraws
    steps: Contributions
    destruction: tuple[Destruction, ...]
    epoch: Epoch
    corners: tuple[CornerPicture, ...]
    range: Found

    @property
    def has_steps(self) -> bool:
        """Whether any step can fire."""
        return bool(self.destruction)


@dataclass(frozen=True)
class Question:
    """Everything that decides the numbers.

    Attributes:
        spec: The pipeline.
        images: The images with their labels.
        draws: Draws of each image.
        seed: Seed of the draws.
        where: Which pixels are read.
        materials: Other images by name.
        facts: What is known about the labels.
        thresholds: Limits that were moved.
    """

    spec: PipelineSpec
    images: tuple[Sample, ...]
    draws: int
    seed: int
    where: Where
    materials: Materials
    facts: Facts
    thresholds: Mapping[str, float]

    @property
    def run_key(self) -> str:
        """Digest of what a run depends on."""
        names = [(sample.name, sample.digest) for sample in self.images]
        return digest_of(self.spec.digest, used_digest(self.spec, self.materials), names)

    @property
    def key(self) -> str:
        """Digest of what takes long; facts and limits only judge it."""
        return digest_of(self.run_key, self.draws, self.seed, self.where)


def where_box() -> Where:
    """Which pixels are read: all, or those of the objects; asked only where labels have masks."""
    images = label_facts.images_of(workspace.current())
    if not any(sample.labels.masks is not None or sample.labels.semantic is not None for sample in images):
        return WHOLE
    chosen = st.segmented_control(
        "Pixels", [WHOLE, INSIDE], default=WHOLE, key="pixels-where", required=True,
        format_func=lambda each: {"whole": "All", "inside objects": "Inside objects only"}[each],
    )  # fmt: skip
    return INSIDE if chosen == INSIDE else WHOLE


def numbers(where: Where, place: DeltaGenerator) -> Numbers | None:
    """The numbers of the pipeline in hand; worked out now where they are not yet, with a bar and a way to stop.

    Args:
        where: Which pixels are read.
        place: An empty place for both.

    Returns:
        None where the visitor has stopped it.
    """
    asked = _question(where)
    if _is_known(asked):
        return _work(asked, place)
    if stopping.is_stopped(_NAME, asked.key):
        _stopped(place)
        return None
    with place.container(border=True):
        bar = st.empty()
        bar.progress(0.0, "Drawing samples")
        stopping.stop_button(_NAME, asked.key)
        found = _work(asked, bar)
    place.empty()
    return found


def _question(where: Where) -> Question:
    state = workspace.current()
    images = label_facts.images_of(state)
    return Question(
        state.spec,
        images,
        label_facts.draws_of(state, images),
        state.seed,
        where,
        state.materials,
        label_facts.facts_now(state, images),
        state.thresholds,
    )


def _is_known(asked: Question) -> bool:
    parts = (_over.get(asked.key), _steps.get(asked.key), _forced.get(asked.run_key), _corners.get(_corner_key(asked)))
    return all(part is not None for part in parts)


def _work(asked: Question, bar: DeltaGenerator) -> Numbers:
    """All parts, each from what is kept or anew."""

    def show(words: str) -> Show:
        return progress_in(bar, words, quiet=False)

    over = _over.made(asked.key, lambda: _statistics(asked, show("samples drawn")))
    steps = _steps.made(asked.key, lambda: _contributions(asked, show("samples drawn with steps left out")))
    known = _forced.made(asked.run_key, lambda: _force(asked, show("steps tried alone")))
    pictures = _corners.made(
        _corner_key(asked), lambda: corner_pictures(asked.images[0], asked.seed, show("corners drawn"))
    )
    destruction = tuple(
        destruction_of(step_id, effects, asked.facts, asked.thresholds) for step_id, effects in known.items()
    )
    return Numbers(over, steps, destruction, _epoch(asked, destruction), pictures, training_range(over))


def _statistics(asked: Question, show: Show) -> OverDraws:
    return statistics_over(
        asked.spec,
        asked.images,
        draws=asked.draws,
        seed=asked.seed,
        where=asked.where,
        materials=asked.materials,
        on_progress=show,
    )


def _contributions(asked: Question, show: Show) -> Contributions:
    return contributions(
        asked.spec,
        asked.images,
        draws=max(1, asked.draws // LEFT_OUT_EACH),
        seed=asked.seed,
        where=asked.where,
        materials=asked.materials,
        on_progress=show,
    )


def _force(asked: Question, show: Show) -> Forced:
    """What each step that can fire does when it is forced to, by its id."""
    ids = leaf_ids(asked.spec)
    found = in_threads(lambda step_id: forced(asked.spec, step_id, asked.images, DRAWS, asked.materials), ids, show)
    return dict(zip(ids, found, strict=True))


def _epoch(asked: Question, destruction: tuple[Destruction, ...]) -> Epoch:
    harsh = {one.step_id: one.is_destructive for one in destruction}
    images = len(asked.images)
    key = digest_of(asked.spec.digest, images, asked.seed, sorted(name for name, is_harsh in harsh.items() if is_harsh))
    epochs = -(-EPOCH_IMAGES // images)
    return _epochs.made(
        key, lambda: simulate_epoch(asked.spec, images, epochs=epochs, seed=asked.seed, destructive=harsh)
    )


def _corner_key(asked: Question) -> str:
    first, colours = asked.images[0], workspace.current().colours
    return digest_of(asked.run_key, first.name, asked.seed, colours.names)


def _stopped(place: DeltaGenerator) -> None:
    with place.container(border=True):
        st.markdown("Measuring was stopped, so there are no numbers of this pipeline yet. What is done is kept.")
        st.button(
            "Go on measuring",
            icon=":material/play_circle:",
            key="measure-again",
            on_click=stopping.go_on,
            args=(_NAME,),
        )
