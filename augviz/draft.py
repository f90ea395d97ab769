"""A small copy of a labelled image, for a picture that has to move at once.

What the copy shows is a draft, and is said to be one: a 7-pixel blur on a small copy is a stronger blur.
"""

from __future__ import annotations

import math

from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.preview import Bounded
from augviz.sample import Sample

DRAFT_PIXELS = 512 * 512
"""Size of a copy in pixels: nine samples of it take about 50 ms on two cores (docs/performance.md)."""

COPIES_KEPT = 16

_copies: Bounded[Sample] = Bounded(COPIES_KEPT, lambda _copy: 1)


def draft_of(sample: Sample) -> Sample:
    """The sample with its labels at :data:`DRAFT_PIXELS` or fewer; itself when it is no larger.

    Albumentations' own Resize makes it (area interpolation, masks by nearest neighbour), so labels follow as they do in
    a pipeline.
    """
    height, width = sample.size_hw
    scale = math.sqrt(DRAFT_PIXELS / (height * width))
    if scale >= 1:
        return sample
    kept = _copies.get(sample.digest)
    if kept is None:
        kept = _small(sample, max(1, round(height * scale)), max(1, round(width * scale)))
        _copies.put(sample.digest, kept)
    return kept


def _small(sample: Sample, height: int, width: int) -> Sample:
    resize = Step("Resize", {"height": height, "width": width, "interpolation": 3}, id="draft")  # type: ignore[arg-type]
    return run(PipelineSpec((resize,)), sample, 0).after
