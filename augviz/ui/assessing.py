"""The assessment of the pipeline in hand: what it is about, how it is worked out, and what is kept of it.

The measurement of the steps depends on the pipeline and the images only, so that an answer about the labels asks the
rules anew and measures nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz.errors import Problem
from augviz.pipeline.materials import Materials, used_digest
from augviz.pipeline.spec import PipelineSpec, digest_of
from augviz.preservation.assess import Assessment, Stage, assess
from augviz.preservation.facts import Facts
from augviz.preservation.judge import Survey, survey_for
from augviz.preservation.showing import StrongestDraw, strongest_draws
from augviz.preview import Bounded
from augviz.sample import Sample
from augviz.ui import label_facts, workspace
from augviz.ui.progress import progress_in

REPLAYS = 48
"""For about so many failing samples the step to blame is looked for; each costs about two runs a step."""

KEPT_ROWS = 400_000
"""Readings of finished assessments that are kept for all visitors together, about 80 MB."""

_STOPPED = "assessment-stopped"
_WORDS: Mapping[Stage, str] = {"steps": "measurements of steps", "samples": "samples", "causes": "causes"}

_shown: Bounded[Mapping[str, StrongestDraw]] = Bounded(256, lambda _draws: 1)
_surveys: Bounded[Survey] = Bounded(64, lambda _survey: 1)
_assessments: Bounded[Assessment] = Bounded(KEPT_ROWS, lambda found: 1000 + _rows(found))


@dataclass(frozen=True)
class Question:
    """Everything that decides an assessment.

    Attributes:
        spec: The pipeline.
        images: The images with their labels.
        profile: Id of the profile.
        facts: What is known about the labels.
        draws: Draws of each image.
        seed: Seed of the draws.
        thresholds: Limits that were moved.
        materials: Other images by name.
        notes: What was said about the file that the pipeline came from.
        validation: The pipeline of the validation images, if one was chosen.
    """

    spec: PipelineSpec
    images: tuple[Sample, ...]
    profile: str
    facts: Facts
    draws: int
    seed: int
    thresholds: Mapping[str, float]
    materials: Materials
    notes: tuple[Problem, ...] = ()
    validation: PipelineSpec | None = None

    @property
    def measured_key(self) -> str:
        """Digest of what the measurement of the steps depends on."""
        names = [sample.digest for sample in self.images]
        return digest_of(self.spec.digest, names, used_digest(self.spec, self.materials))

    @property
    def key(self) -> str:
        """Digest of all of it."""
        told = (sorted(self.facts.yes), sorted(self.facts.unknown), dict(self.thresholds), self.notes)
        other = None if self.validation is None else self.validation.digest
        names = [sample.name for sample in self.images]
        return digest_of(self.measured_key, names, self.profile, told, self.draws, self.seed, other)


def question() -> Question:
    """What is asked of the pipeline in hand."""
    state = workspace.current()
    images = label_facts.images_of(state)
    return Question(
        state.spec,
        images,
        label_facts.profile_now(state, images),
        label_facts.facts_now(state, images),
        label_facts.draws_of(state, images),
        state.seed,
        state.thresholds,
        state.materials,
        state.file_notes,
        state.validation_spec,
    )


def draws_to_show() -> Mapping[str, StrongestDraw]:
    """For each step that fired, a draw in which one sees what it does."""
    asked = question()
    found = _shown.get(asked.measured_key)
    if found is None:
        found = strongest_draws(asked.spec, asked.images, materials=asked.materials)
        _shown.put(asked.measured_key, found)
    return found


def assessment(place: DeltaGenerator) -> Assessment | None:
    """What is known about the pipeline in hand; worked out now where it is not yet, with a bar and a way to stop.

    Args:
        place: An empty place for both.

    Returns:
        None where the visitor has stopped it.
    """
    asked = question()
    found = _assessments.get(asked.key)
    if found is not None:
        return found
    if st.session_state.get(_STOPPED) == asked.key:
        _stopped(place)
        return None
    with place.container(border=True):
        bar = st.empty()
        bar.progress(0.0, "Looking at what each step does")
        st.button("Stop", icon=":material/stop_circle:", key="stop-assessment", on_click=_stop, args=(asked.key,))
        found = _work(asked, bar)
    place.empty()
    return found


def _work(asked: Question, bar: DeltaGenerator) -> Assessment:
    shows = {stage: progress_in(bar, words, quiet=False) for stage, words in _WORDS.items()}
    measured = _surveys.get(asked.measured_key)
    if measured is None:
        measured = survey_for(
            asked.spec, asked.images, asked.profile, materials=asked.materials, on_progress=shows["steps"]
        )
        _surveys.put(asked.measured_key, measured)
    found = assess(
        asked.spec,
        asked.images,
        asked.profile,
        asked.facts,
        draws=asked.draws,
        seed=asked.seed,
        thresholds=asked.thresholds,
        materials=asked.materials,
        notes=asked.notes,
        validation=asked.validation,
        measured=measured,
        replays=REPLAYS,
        on_progress=lambda stage, done, count: shows[stage](done, count),
    )
    _assessments.put(asked.key, found)
    return found


def _stop(key: str) -> None:
    st.session_state[_STOPPED] = key


def _go_on() -> None:
    st.session_state.pop(_STOPPED, None)


def _stopped(place: DeltaGenerator) -> None:
    with place.container(border=True):
        st.markdown("The check was stopped, so there is no verdict on this pipeline yet.")
        st.button("Check again", icon=":material/play_circle:", key="assess-again", on_click=_go_on)


def _rows(found: Assessment) -> int:
    return 0 if found.sampling is None else len(found.sampling.rows)
