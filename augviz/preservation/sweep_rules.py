"""What the rules say along a sweep: checks see what they can measure, and that a 6 becomes a 9 is known by a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from augviz.pipeline.chances import firing_shares
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec, Step, walk
from augviz.preservation.facts import Facts
from augviz.preservation.finding import Finding, worst_first
from augviz.preservation.judge import findings_on_step
from augviz.preservation.rule_range import DRAWS
from augviz.preservation.sweep import Sweep
from augviz.sample import Sample
from augviz.side_by_side import Progress, in_threads


def with_rules(
    found: Sweep,
    samples: Sequence[Sample],
    step_id: str,
    *,
    profile: str,
    facts: Facts,
    materials: Materials = NO_MATERIALS,
    on_progress: Progress | None = None,
) -> Sweep:
    """Ask the rules about a step at every value of a sweep: about it alone, forced to fire, and its reach measured.

    Args:
        found: The sweep.
        samples: The user's own images with their labels; at least one.
        step_id: The step, or the group whose steps are asked about.
        profile: Id of the profile.
        facts: What is known about the labels.
        materials: Other images by name.
        on_progress: Called in the caller's thread with (done, count); what it raises ends the work.

    Returns:
        The sweep, in which each point knows what speaks against it.
    """
    specs = {point.spec.digest: point.spec for point in found.points}

    def ask(job: tuple[str, str]) -> tuple[Finding, ...]:
        digest, each = job
        said = findings_on_step(specs[digest], each, samples, facts, profile, draws=DRAWS, materials=materials)
        return tuple(one for one in said if one.severity == "violating")

    jobs = [(digest, each) for digest, spec in specs.items() for each in _firing(spec, step_id)]
    told: dict[str, list[Finding]] = {digest: [] for digest in specs}
    for (digest, _step), said in zip(jobs, in_threads(ask, jobs, on_progress), strict=True):
        told[digest] += said
    return replace(
        found,
        points=tuple(replace(point, against=worst_first(told[point.spec.digest])) for point in found.points),
    )


def _firing(spec: PipelineSpec, step_id: str) -> list[str]:
    """The steps below a node that can fire; at strength 0 some cannot."""
    shares = firing_shares(spec)
    return [node.id for node in walk(spec.find(step_id)) if isinstance(node, Step) and shares.get(node.id, 0.0) > 0]
