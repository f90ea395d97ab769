"""The whole verdict in one call, as a team's CI asks for it: rules, and checks where there are images."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from augviz.errors import InputError, Problem
from augviz.pipeline.effects import TEST_IMAGE
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec
from augviz.preservation.assess import broken
from augviz.preservation.facts import Facts
from augviz.preservation.finding import Finding, worst_first
from augviz.preservation.judge import judge
from augviz.preservation.prefill import prefill
from augviz.preservation.profiles import profile_of
from augviz.preservation.sampling import sample_checks
from augviz.preservation.severity import verdict_of
from augviz.sample import Sample

GateVerdict = Literal["violating", "caution", "safe", "undecided"]
"""``undecided``: nothing was found, on too few images to say that labels are safe."""


@dataclass(frozen=True)
class Gate:
    """What was found, and the verdict on it."""

    verdict: GateVerdict
    findings: tuple[Finding, ...]


def gate(
    spec: PipelineSpec,
    profile: str,
    words: Iterable[str] = (),
    samples: Sequence[Sample] = (),
    *,
    notes: Sequence[Problem] = (),
    validation: PipelineSpec | None = None,
    materials: Materials = NO_MATERIALS,
) -> Gate:
    """Judge a pipeline.

    Args:
        spec: The pipeline.
        profile: Id of the profile.
        words: Facts that hold ("colour_label"), or that do not ("colour_label=no").
        samples: The team's own images with their labels; without any the built-in one is used, and nothing is counted.
        notes: What was said when the pipeline was read.
        validation: The pipeline of the validation images.
        materials: Other images by name.

    Raises:
        InputError: There is no such profile or fact.
    """
    facts = answers(prefill([sample.labels for sample in samples], profile_of(profile)), words)
    found = list(judge(spec, facts, profile, samples or (TEST_IMAGE,), validation, notes=notes, materials=materials))
    is_open = False
    if samples:
        sampling = sample_checks(spec, samples, facts=facts, materials=materials)
        found += [each.finding for each in broken(spec, samples, sampling, materials=materials)]
        is_open = any(result.claim.standing == "undecided" for result in sampling.results)
    verdict: GateVerdict = verdict_of(each.severity for each in found)
    return Gate("undecided" if verdict == "safe" and is_open else verdict, worst_first(found))


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
