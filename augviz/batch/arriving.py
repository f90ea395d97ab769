"""In which form the images of a pipeline come to the model: sizes, channels, number types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from augviz.pipeline.draws import sample_seed
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec
from augviz.sample import Sample
from augviz.side_by_side import Progress, in_threads

Size: TypeAlias = tuple[int, int]


class Arrived(NamedTuple):
    """In which forms the images come out of a pipeline.

    Attributes:
        sizes_hw: The sizes of each image over its draws.
        channels: How many channels they have.
        dtypes: Their number types ("uint8", "float32").
        errors: Why steps could not run, each sentence once.
    """

    sizes_hw: tuple[frozenset[Size], ...]
    channels: frozenset[int]
    dtypes: frozenset[str]
    errors: tuple[str, ...] = ()


def arrived(
    spec: PipelineSpec,
    images: Sequence[Sample],
    *,
    draws: int,
    seed: int,
    materials: Materials = NO_MATERIALS,
    on_progress: Progress | None = None,
) -> Arrived:
    """Run a pipeline on images and look at the form of what comes out.

    Args:
        spec: The pipeline; its tail is not run.
        images: At least one.
        draws: Draws of each image.
        seed: Seed of the draws.
        materials: Other images by name.
        on_progress: Told how far it is.
    """
    jobs = [(place, sample, sample_seed(seed, k)) for place, sample in enumerate(images) for k in range(draws)]

    def form(job: tuple[int, Sample, int]) -> tuple[int, Size, int, str, tuple[str, ...]]:
        place, sample, draw_seed = job
        outcome = run(spec, sample, draw_seed, materials=materials)
        after = outcome.after
        errors = tuple(step.error for step in outcome.errors)
        return place, after.size_hw, after.image.shape[2], str(after.image.dtype), errors

    found = in_threads(form, jobs, on_progress)
    return Arrived(
        tuple(frozenset(size for at, size, *_rest in found if at == place) for place in range(len(images))),
        frozenset(channels for _at, _size, channels, *_rest in found),
        frozenset(dtype for _at, _size, _channels, dtype, _errors in found),
        tuple(dict.fromkeys(error for *_rest, errors in found for error in errors)),
    )
