"""The whole verdict in one call, as a team's CI asks for it: label facts in words, rules, and checks on images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from augviz.errors import InputError, Problem
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec
from augviz.preservation.assess import Assessment, assess
from augviz.preservation.facts import Facts
from augviz.preservation.prefill import prefill
from augviz.preservation.profiles import profile_of
from augviz.sample import Sample


def gate(
    spec: PipelineSpec,
    profile: str,
    words: Iterable[str] = (),
    samples: Sequence[Sample] = (),
    *,
    notes: Sequence[Problem] = (),
    validation: PipelineSpec | None = None,
    materials: Materials = NO_MATERIALS,
    thresholds: Mapping[str, float] | None = None,
) -> Assessment:
    """Judge a pipeline.

    Args:
        spec: The pipeline.
        profile: Id of the profile.
        words: Facts that hold ("colour_label"), or that do not ("colour_label=no").
        samples: The team's own images with their labels; without any the built-in one is used, and nothing is counted.
        notes: What was said when the pipeline was read.
        validation: The pipeline of the validation images.
        materials: Other images by name.
        thresholds: Limits that were moved, by :func:`augviz.preservation.check.threshold_id`.

    Raises:
        InputError: There is no such profile or fact.
    """
    facts = answers(prefill([sample.labels for sample in samples], profile_of(profile)), words)
    return assess(
        spec,
        samples,
        profile,
        facts,
        thresholds=thresholds,
        notes=notes,
        validation=validation,
        materials=materials,
    )


def answers(facts: Facts, words: Iterable[str]) -> Facts:
    """Facts with what was said about them.

    >>> answers(Facts(), ["colour_label", "size_label=no"]).yes
    frozenset({'colour_label'})
    """
    for word in words:
        name, _equals, answer = word.partition("=")
        if answer not in ("", "yes", "no"):
            raise InputError(f"a fact is yes or no, not {answer}", where=name, mend=f"Write {name} or {name}=no.")
        facts = facts.says(name, "no" if answer == "no" else "yes")
    return facts
