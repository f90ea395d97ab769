"""The assessment of the pipeline in hand: what it is about, how it is worked out, and what is kept of it.

What takes long depends on pipeline and images only: the measurement of the steps, the readings of the checks, and the
replays. It is kept apart from what the labels mean and where the limits are, so that an answer or a moved limit asks
rules and checks anew and runs hardly anything again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz.errors import Problem
from augviz.pipeline.materials import Materials, used_digest
from augviz.pipeline.spec import PipelineSpec, digest_of
from augviz.preservation.assess import Assessment, Premeasured, Remember, Stage, assess
from augviz.preservation.blame import Blame
from augviz.preservation.facts import Facts
from augviz.preservation.judge import Survey, survey_for
from augviz.preservation.measurement import Measurement, measure_checks
from augviz.preservation.showing import StrongestDraw, strongest_draws
from augviz.preview import Bounded
from augviz.sample import Sample
from augviz.ui import label_facts, stopping, workspace
from augviz.ui.progress import progress_in
from augviz.ui.review import experts

REPLAYS = 48
"""For about so many failing samples the step to blame is looked for; each costs about two runs a step."""

KEPT_READINGS = 600_000
"""Readings of checks that are kept for all visitors together, about 80 MB."""

_NAME = "assessment"
_WORDS: Mapping[Stage, str] = {
    "steps": "measurements of what the steps do",
    "samples": "samples checked",
    "causes": "failing samples run again",
}
SHOWING = "draws to show"

_surveys: Bounded[Survey] = Bounded(64, lambda _survey: 1)
_measurements: Bounded[Measurement] = Bounded(KEPT_READINGS, lambda taken: 1000 + len(taken))
_blames: Bounded[Blame] = Bounded(20_000, lambda _blame: 1)
_shown: Bounded[Mapping[str, StrongestDraw]] = Bounded(256, lambda _draws: 1)
_assessments: Bounded[Answer] = Bounded(KEPT_READINGS, lambda answer: 1000 + _rows(answer.found))


@dataclass(frozen=True)
class Answer:
    """What is known about a pipeline.

    Attributes:
        found: The assessment.
        shown: For each step with a doubt and without a failing sample, a draw in which one sees what it does.
    """

    found: Assessment
    shown: Mapping[str, StrongestDraw]


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
        materials: Other images by name, of both pipelines.
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

    def measured_key(self, spec: PipelineSpec) -> str:
        """Digest of what the measurement of a pipeline's steps depends on."""
        names = [(sample.name, sample.digest) for sample in self.images]
        return digest_of(spec.exported_digest, names, used_digest(spec, self.materials))

    @property
    def key(self) -> str:
        """Digest of all of it."""
        told = (sorted(self.facts.yes), sorted(self.facts.unknown), dict(self.thresholds), self.notes)
        other = "" if self.validation is None else self.measured_key(self.validation)
        return digest_of(self.measured_key(self.spec), self.profile, told, self.draws, self.seed, other)


def question() -> Question:
    """What is asked of the pipeline in hand."""
    state = workspace.current()
    images = label_facts.images_of(state)
    validation = state.validation_spec
    return Question(
        state.spec,
        images,
        label_facts.profile_now(state, images),
        label_facts.facts_now(state, images),
        label_facts.draws_of(state, images),
        state.seed,
        state.thresholds,
        state.materials_of(state.spec, *(() if validation is None else (validation,))),
        state.file_notes,
        validation,
    )


def assessment(place: DeltaGenerator, *, as_rules_say: bool = False) -> Answer | None:
    """What is known about the pipeline in hand; worked out now where it is not yet, with a bar and a way to stop.

    Args:
        place: An empty place for both.
        as_rules_say: Leave out what experts decided against rules in this project.

    Returns:
        None where the visitor has stopped it.
    """
    asked = question()
    found = _assessments.get(asked.key)
    if found is not None:
        return found if as_rules_say else _as_experts_say(found, asked.spec)
    if stopping.is_stopped(_NAME, asked.key):
        _stopped(place)
        return None
    with place.container(border=True):
        bar = st.empty()
        bar.progress(0.0, "Looking at what each step does")
        stopping.stop_button(_NAME, asked.key)
        found = _work(asked, bar)
    place.empty()
    return found if as_rules_say else _as_experts_say(found, asked.spec)


def _as_experts_say(answer: Answer, spec: PipelineSpec) -> Answer:
    return replace(answer, found=experts.ruled(answer.found, spec, workspace.current().project))


def _work(asked: Question, bar: DeltaGenerator) -> Answer:
    shows = {stage: progress_in(bar, words, quiet=False) for stage, words in _WORDS.items()}
    found = assess(
        asked.spec,
        asked.images,
        asked.profile,
        asked.facts,
        thresholds=asked.thresholds,
        notes=asked.notes,
        validation=asked.validation,
        materials=asked.materials,
        known=Premeasured(
            _survey(asked, asked.spec, shows["steps"]),
            None if asked.validation is None else _survey(asked, asked.validation, shows["steps"]),
            _measurement(asked, shows["samples"]),
        ),
        replays=REPLAYS,
        remember=_remembering(asked),
        on_progress=lambda stage, done, count: shows[stage](done, count),
    )
    answer = Answer(found, _draws_to_show(asked, found, progress_in(bar, SHOWING, quiet=False)))
    _assessments.put(asked.key, answer)
    return answer


def _survey(asked: Question, spec: PipelineSpec, show: Callable[[int, int], None]) -> Survey:
    key = asked.measured_key(spec)
    return _surveys.made(
        key, lambda: survey_for(spec, asked.images, asked.profile, materials=asked.materials, on_progress=show)
    )


def _measurement(asked: Question, show: Callable[[int, int], None]) -> Measurement:
    key = digest_of(asked.measured_key(asked.spec), asked.draws, asked.seed)
    return _measurements.made(
        key,
        lambda: measure_checks(
            asked.spec, asked.images, draws=asked.draws, seed=asked.seed, materials=asked.materials, on_progress=show
        ),
    )


def _remembering(asked: Question) -> Remember:
    measured = asked.measured_key(asked.spec)

    def remember(about: tuple[object, ...], replay: Callable[[], Blame]) -> Blame:
        return _blames.made((measured, about), replay)

    return remember


def _draws_to_show(asked: Question, found: Assessment, show: Callable[[int, int], None]) -> Mapping[str, StrongestDraw]:
    """For the steps whose card has no failing sample to show."""
    failing = {finding.step_id for one in found.broken for finding in one.findings}
    steps = {one.step_id for one in found.findings if one.severity in ("violating", "caution")} - failing - {None}
    key = digest_of(asked.measured_key(asked.spec), sorted(str(step_id) for step_id in steps))
    wanted = frozenset(str(step_id) for step_id in steps)
    return _shown.made(
        key, lambda: strongest_draws(asked.spec, asked.images, wanted, materials=asked.materials, on_progress=show)
    )


def _stopped(place: DeltaGenerator) -> None:
    with place.container(border=True):
        st.markdown("The check was stopped, so there is no verdict on this pipeline yet.")
        st.button(
            "Check again", icon=":material/play_circle:", key="assess-again", on_click=stopping.go_on, args=(_NAME,)
        )


def _rows(found: Assessment) -> int:
    return 0 if found.sampling is None else len(found.sampling.rows)
