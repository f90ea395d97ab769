"""A review made and stored: of one that is stopped halfway, nothing is left behind."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from augviz.errors import InputError
from augviz.pipeline.draws import sample_seed
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec
from augviz.pipeline.trace import Outcome
from augviz.review.plan import Plan
from augviz.review.rendering import Material, refuse_failures, render
from augviz.review.review import Picture, Review, Setting
from augviz.sample import Sample
from augviz.side_by_side import Progress

if TYPE_CHECKING:
    from augviz.review.store import Store


def make_review(
    store: Store,
    spec: PipelineSpec,
    plan: Plan,
    setting: Setting,
    material: Material,
    *,
    on_progress: Progress | None = None,
) -> Review:
    """Draw every item of a plan, and store the review with its pictures.

    Args:
        store: Where it is kept.
        spec, plan, setting, material, on_progress: As for :func:`augviz.review.rendering.render`.

    Raises:
        InputError: As :func:`augviz.review.rendering.render`; or the review cannot be stored whole.
    """
    kept, lock = _Kept(), Lock()

    def keep(data: bytes, size_wh: tuple[int, int]) -> Picture:
        picture = store.pictures.keep(data, size_wh, hold=True)
        with lock:
            is_late = kept.is_over
            if not is_late:
                kept.digests.append(picture.digest)
        if is_late:  # another picture has failed, or the work was stopped, while this one was drawn
            store.pictures.release([picture.digest])
            store.forget_pictures([picture.digest])
        return picture

    is_added = False
    try:
        review = render(spec, plan, setting, material, keep, on_progress=on_progress)
        store.add(review)
        is_added = True
    finally:
        with lock:
            kept.is_over = True
        store.pictures.release(kept.digests)
        if not is_added:
            store.forget_pictures(kept.digests)
    return review


@dataclass
class _Kept:
    """Pictures that were stored so far, and whether nobody wants them any more."""

    digests: list[str] = field(default_factory=list)
    is_over: bool = False


def known_violations(
    spec: PipelineSpec, samples: Sequence[Sample], count: int, seed: int, materials: Materials = NO_MATERIALS
) -> list[Outcome]:
    """Draws of a pipeline that is known to break labels, one each of ``count`` images that chance chooses.

    A draw that leaves the picture as it was (its steps did not happen) breaks nothing: the next image takes its place.

    Args:
        spec: The pipeline.
        samples: The images to choose from.
        count: How many draws are wanted.
        seed: Chooses the images, and draws them.
        materials: Other images by name, for steps that take something from them.

    Returns:
        At most ``count`` draws; fewer where there are no more images whose draw changes something.

    Raises:
        InputError: A step could not run on an image, or no picture is changed at all.
    """
    places = random.Random(seed).sample(range(len(samples)), len(samples))  # noqa: S311 - a choice
    drawn = (_drawn(spec, samples[place], sample_seed(seed, place), materials) for place in places)
    changed = (one for one in drawn if not np.array_equal(one.before.image, one.after.image))
    found = list(islice(changed, count))
    if count and not found:
        raise InputError(
            "the pipeline that is known to break labels changes no picture",
            where="known violations",
            mend="Choose one whose steps happen.",
        )
    return found


def _drawn(spec: PipelineSpec, sample: Sample, seed: int, materials: Materials) -> Outcome:
    outcome = run(spec, sample, seed, materials=materials)
    refuse_failures(outcome)
    return outcome
