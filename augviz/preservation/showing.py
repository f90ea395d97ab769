"""What to show of a pipeline: the draw in which a step went farthest, and the corners that go farthest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from augviz.pipeline.draws import sample_seed
from augviz.pipeline.effects import measure_run, measure_whole
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec
from augviz.pipeline.trace import Outcome
from augviz.preservation.reach import strength
from augviz.sample import Sample
from augviz.side_by_side import Progress, in_threads
from augviz.statistics.corners import Corner, corners

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


class CornerRun(NamedTuple):
    """A corner of a pipeline, run.

    Attributes:
        place: Its place among :func:`augviz.statistics.corners.corners` of the pipeline.
        corner: The corner.
        outcome: What it did.
    """

    place: int
    corner: Corner
    outcome: Outcome


def strongest_corners(
    spec: PipelineSpec,
    sample: Sample,
    seed: int,
    count: int = 3,
    *,
    materials: Materials = NO_MATERIALS,
    on_progress: Progress | None = None,
) -> tuple[CornerRun, ...]:
    """Of the corners of a pipeline those that go farthest on one image, the strongest first.

    Args:
        spec: The pipeline.
        sample: The image.
        seed: Seed of the sample: places, signs and choices are drawn from it.
        count: At most how many.
        materials: Other images by name.
        on_progress: Told about each corner that is done.
    """

    def work(job: tuple[int, Corner]) -> tuple[float, CornerRun]:
        run = measure_whole(job[1].spec, sample, seed, materials=materials)
        return strength(run.whole.now()), CornerRun(*job, run.outcome)

    found = in_threads(work, list(enumerate(corners(spec))), on_progress)
    return tuple(run for _strength, run in sorted(found, key=lambda pair: -pair[0])[:count])
