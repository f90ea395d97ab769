"""The images of one batch: drawn from the open ones as a shuffling loader does, and run through the pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np

from augviz.errors import InputError
from augviz.pipeline.draws import sample_seed
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec
from augviz.sample import Sample
from augviz.side_by_side import Progress, in_threads

MOST_IMAGE_BYTES = 256 * 2**20
"""Pixels of the images of one batch; as float32 it is held at most four times of this for a moment."""


class Job(NamedTuple):
    """One image of a batch.

    Attributes:
        sample: The labelled image at its true size.
        seed: Seed of the sample.
    """

    sample: Sample
    seed: int


class Assembled(NamedTuple):
    """What came out of the pipeline.

    Attributes:
        samples: One an image, in the order of the batch.
        errors: Why steps could not run, each sentence once; the other steps went on.
    """

    samples: tuple[Sample, ...]
    errors: tuple[str, ...]


def jobs_of(images: Sequence[Sample], count: int, seed: int) -> tuple[Job, ...]:
    """Which images a batch is made of.

    Of several images each comes once before one comes again, in an order drawn from the seed; one image comes again and
    again, with draws of its own. The draws are those of the gallery with the same seed.

    Args:
        images: The open images, at least one.
        count: How many the batch has.
        seed: Seed of the draw; another one gives another batch.
    """
    rng = np.random.default_rng(seed)
    order: list[int] = []
    while len(order) < count:
        order += rng.permutation(len(images)).tolist()
    return tuple(Job(images[place], sample_seed(seed, k)) for k, place in enumerate(order[:count]))


def assemble(
    spec: PipelineSpec, jobs: Sequence[Job], *, materials: Materials = NO_MATERIALS, on_progress: Progress | None = None
) -> Assembled:
    """Run the images of a batch through the pipeline, on threads.

    Args:
        spec: The pipeline; its tail is not run.
        jobs: The images.
        materials: Other images by name.
        on_progress: Told how far it is; what it raises ends the work.

    Raises:
        InputError: The images would take more than :data:`MOST_IMAGE_BYTES`.
    """
    lock, held = Lock(), [0]

    def work(job: Job) -> tuple[Sample, tuple[str, ...]]:
        outcome = run(spec, job.sample, job.seed, materials=materials)
        with lock:
            held[0] += outcome.after.image.nbytes
            is_too_much = held[0] > MOST_IMAGE_BYTES
        if is_too_much:
            raise InputError(
                f"{len(jobs)} images of this size take more than {MOST_IMAGE_BYTES // 2**20} MB",
                where="batch",
                mend="Take fewer images, or make them smaller in the pipeline.",
            )
        return outcome.after, tuple(step.error for step in outcome.errors)

    found = in_threads(work, jobs, on_progress)
    errors = dict.fromkeys(error for _sample, said in found for error in said)
    return Assembled(tuple(sample for sample, _errors in found), tuple(errors))
