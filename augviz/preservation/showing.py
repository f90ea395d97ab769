"""Which draw shows best what a step does: of those in which it fired, the one in which it went farthest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from augviz.pipeline.draws import sample_seed
from augviz.pipeline.effects import measure_run
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec
from augviz.preservation.reach import strength
from augviz.sample import Sample
from augviz.side_by_side import Progress, in_threads

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
    steps: Collection[str],
    *,
    draws: int = DRAWS,
    materials: Materials = NO_MATERIALS,
    on_progress: Progress | None = None,
) -> Mapping[str, StrongestDraw]:
    """By step id, the natural draw in which the step went farthest; a step that fired in none is missing.

    Args:
        spec: The pipeline.
        samples: Images, at least one.
        steps: Ids of the steps that are asked for.
        draws: How many draws, spread over the images.
        materials: Other images by name.
        on_progress: Told about each draw that is done.
    """

    def work(place: int) -> tuple[StrongestDraw, dict[str, float]]:
        run = measure_run(spec, samples[place % len(samples)], sample_seed(0, place), materials=materials)
        strengths = {leaf.step_id: strength(leaf.effects) for leaf in run.leaves if leaf.step_id in steps}
        return StrongestDraw(place % len(samples), run.outcome.seed), strengths

    best: dict[str, tuple[float, StrongestDraw]] = {}
    for shown, strengths in in_threads(work, range(draws) if steps else (), on_progress):
        for step_id, found in strengths.items():
            if step_id not in best or found > best[step_id][0]:
                best[step_id] = found, shown
    return {step_id: shown for step_id, (_strength, shown) in best.items()}
