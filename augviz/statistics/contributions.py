"""Which step contributes what: every number with each step left out, on the very same draws.

A step that is left out is idle (:mod:`augviz.pipeline.idling`): all others fire and draw as before, so that what
differs is what this step did, also through the steps after it. Where it does not fire nothing is run, and nothing
differs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from augviz.pipeline.draws import draw_seed
from augviz.pipeline.firing import firing_steps
from augviz.pipeline.idling import without
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.sample import Sample
from augviz.side_by_side import Progress, in_threads
from augviz.statistics.over_draws import Machines, Where, pixels_of


@dataclass(frozen=True)
class Contribution:
    """One step and one number.

    Attributes:
        step_id, name: The step; its class name.
        scalar: The number.
        change: Mean over all samples of (the number - the number with the step left out), in its unit.
        size: Mean over all samples of the size of that difference: not 0 for a step that brightens as often as it
            darkens.
        fired: Samples in which the step fired.
        samples: Samples that could be read with and without it.
    """

    step_id: str
    name: str
    scalar: str
    change: float
    size: float
    fired: int
    samples: int


@dataclass(frozen=True)
class Contributions:
    """All steps and numbers.

    Attributes:
        rows: Steps in the order of the pipeline, each with the numbers in the order of reading.
        whole: By number, mean over all samples of (augmented - original): what all steps do together. The changes of
            the steps do not have to add up to it, because steps work on what those before them left.
        runs: How many runs it took.
    """

    rows: tuple[Contribution, ...]
    whole: Mapping[str, float]
    runs: int

    def of(self, scalar: str) -> tuple[Contribution, ...]:
        """The rows of one number."""
        return tuple(row for row in self.rows if row.scalar == scalar)


class _Ablation(NamedTuple):
    """Numbers of one sample: the image as it is, with all steps, and with each fired step left out."""

    original: Mapping[str, float]
    augmented: Mapping[str, float]
    left_out: Mapping[str, Mapping[str, float]]


def contributions(
    spec: PipelineSpec,
    samples: Sequence[Sample],
    *,
    draws: int = 4,
    seed: int = 0,
    where: Where = "whole",
    materials: Materials = NO_MATERIALS,
    on_progress: Progress | None = None,
) -> Contributions:
    """Leave out one step after the other on the same draws.

    Args:
        spec, samples, draws, seed, where, materials, on_progress: As for
            :func:`augviz.statistics.over_draws.statistics_over`, with the same draws.
    """
    steps = [node for node in spec.walk() if isinstance(node, Step) and node.enabled]
    whole = Machines(spec, materials)
    originals = in_threads(lambda sample: _numbers(sample, where), samples)
    idle = {step.id: Machines(without(spec, step.id), materials) for step in steps}

    def numbers(machines: Machines, sample: Sample, sample_seed: int) -> Mapping[str, float]:
        return _numbers(machines.mine().run(sample, sample_seed).after, where)

    def work(job: tuple[int, int]) -> _Ablation:
        sample, own_seed = samples[job[0]], draw_seed(seed, *job)
        left_out = {
            step_id: numbers(idle[step_id], sample, own_seed) for step_id in dict.fromkeys(firing_steps(spec, own_seed))
        }
        return _Ablation(originals[job[0]], numbers(whole, sample, own_seed), left_out)

    found = in_threads(work, [(place, draw) for place in range(len(samples)) for draw in range(draws)], on_progress)
    names = tuple(dict.fromkeys(name for one in found for name in (*one.original, *one.augmented)))
    return Contributions(
        tuple(_row(step, name, found) for step in steps for name in names),
        {name: _mean([a - b for one in found if (b := one.original.get(name)) is not None
                      and (a := one.augmented.get(name)) is not None]) for name in names},
        sum(1 + len(one.left_out) for one in found),
    )  # fmt: skip


def _row(step: Step, name: str, found: Sequence[_Ablation]) -> Contribution:
    differences: list[float] = []
    for one in found:
        with_it, without_it = one.augmented.get(name), one.left_out.get(step.id, one.augmented).get(name)
        if with_it is not None and without_it is not None:
            differences.append(with_it - without_it)
    fired = sum(step.id in one.left_out for one in found)
    size = _mean([abs(difference) for difference in differences])
    return Contribution(step.id, step.name, name, _mean(differences), size, fired, len(differences))


def _numbers(sample: Sample, where: Where) -> Mapping[str, float]:
    found = pixels_of(sample, where)
    return {} if found is None else found.scalars


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else 0.0
