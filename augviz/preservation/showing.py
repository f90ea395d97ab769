"""Which draw shows best what a step does: of those in which it fired, the one in which it went farthest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from augviz.pipeline.draws import sample_seed
from augviz.pipeline.effects import RunEffects, measure_run
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec
from augviz.preservation.reach import strength
from augviz.preservation.sampling import Progress, in_threads
from augviz.sample import Sample

DRAWS = 16


class StrongestDraw(NamedTuple):
    """A draw to show.

    Attributes:
        place: Place of the image among those that were given.
        seed: Seed of the sample.
    """

    place: int
    seed: int


def strongest_draws(
    spec: PipelineSpec,
    samples: Sequence[Sample],
    *,
    draws: int = DRAWS,
    materials: Materials = NO_MATERIALS,
    on_progress: Progress | None = None,
) -> Mapping[str, StrongestDraw]:
    """By step id, the natural draw in which the step went farthest; a step that fired in none is missing.

    Args:
        spec: The pipeline.
        samples: Images, at least one.
        draws: How many draws, spread over the images.
        materials: Other images by name.
        on_progress: Told about each draw that is done.
    """

    def work(place: int) -> RunEffects:
        return measure_run(spec, samples[place % len(samples)], sample_seed(0, place), materials=materials)

    best: dict[str, tuple[float, StrongestDraw]] = {}
    for place, run in enumerate(in_threads(work, range(draws), on_progress)):
        for leaf in run.leaves:
            found = strength(leaf.effects), StrongestDraw(place % len(samples), run.outcome.seed)
            if leaf.step_id not in best or found[0] > best[leaf.step_id][0]:
                best[leaf.step_id] = found
    return {step_id: shown for step_id, (_strength, shown) in best.items()}
