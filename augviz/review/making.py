"""A review made and stored: of one that is stopped halfway, nothing is left behind."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING

from augviz.pipeline.draws import sample_seed
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec
from augviz.pipeline.trace import Outcome
from augviz.review.plan import Plan
from augviz.review.rendering import Material, render
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
        InputError: As :func:`augviz.review.rendering.render`; or the review cannot be stored.
    """
    kept, lock = _Kept(), Lock()

    def keep(data: bytes, size_wh: tuple[int, int]) -> Picture:
        picture = store.pictures.keep(data, size_wh)
        with lock:
            kept.digests.append(picture.digest)
            is_late = kept.is_over
        if is_late:  # another picture has failed, or the work was stopped, while this one was drawn
            store.forget_pictures([picture.digest])
        return picture

    is_added = False
    try:
        review = render(spec, plan, setting, material, keep, on_progress=on_progress)
        store.add(review)
        is_added = True
    finally:
        if not is_added:
            with lock:
                kept.is_over = True
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
    """Draws of a pipeline that is known to break labels, one each of ``count`` images that chance chooses."""
    places = random.Random(seed).sample(range(len(samples)), min(count, len(samples)))  # noqa: S311 - a choice
    return [run(spec, samples[place], sample_seed(seed, place), materials=materials) for place in places]
