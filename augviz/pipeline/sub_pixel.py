"""Where every pixel of a picture came from, to a fraction of a pixel: what one needs to bring something *back*.

A coordinate map (:mod:`augviz.pipeline.coordinate_map`) is taken nearest-neighbour, whose rounding differs from how the
picture itself was resampled by up to half a pixel of the source. Here x, y and a one travel linearly, as a picture
does; divided by what became of the one, they are the place itself, also beside padding.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from augviz.errors import StepError
from augviz.pipeline.call import Call
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.probe import RECALLED, mapped, stays
from augviz.pipeline.run import Machine
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.pipeline.trace import Outcome
from augviz.sample import FloatArray, Sample


class Followed(NamedTuple):
    """One run, with the places of its pixels.

    Attributes:
        outcome: What ``run`` gives, byte for byte.
        places: ``(h, w, 3) float32`` for each pixel of what came out: column and row of the source (the middle of its
            first pixel is 0, 0), and the share 0..1 of the pixel that came from the source at all. None where a step
            does not tell.
    """

    outcome: Outcome
    places: FloatArray | None


def follow(spec: PipelineSpec, sample: Sample, seed: int = 0, *, materials: Materials = NO_MATERIALS) -> Followed:
    """Run a pipeline on one sample and follow its pixels.

    Raises:
        StepError: A step could not run on this image.
    """
    follower = _Follower(sample.size_hw)
    outcome = Machine(spec, materials).run(sample, seed, probe=follower)
    raise_errors(outcome)
    return Followed(outcome, follower.places(outcome.after.size_hw))


def raise_errors(outcome: Outcome) -> None:
    """Where every step has to run.

    Raises:
        StepError: One could not.
    """
    for told in outcome.errors:
        raise StepError(told.error.rstrip("."), where=told.name)


class _Follower:
    """Sends x, y and 1 after each step."""

    def __init__(self, size_hw: tuple[int, int]) -> None:
        height, width = size_hw
        y, x = np.mgrid[:height, :width].astype(np.float32)
        self._planes: FloatArray | None = np.dstack([x, y, np.ones_like(x)])

    def see(self, _step: Step, call: Call) -> None:
        """See :class:`augviz.pipeline.call.Probe`."""
        if self._planes is None or not call.leaf.params or stays(call.leaf):
            return
        if isinstance(call.leaf, RECALLED):
            self._planes = None
            return
        try:
            self._planes = mapped(call.leaf, self._planes, cv2.INTER_LINEAR)
        except Exception:  # a library of 100 transforms raises whatever it likes; then the way back is not known
            self._planes = None

    def places(self, size_hw: tuple[int, int]) -> FloatArray | None:
        """See :class:`Followed`."""
        if self._planes is None or self._planes.shape[:2] != size_hw:
            return None
        share = self._planes[..., 2:]
        xy = np.divide(self._planes[..., :2], share, out=np.zeros_like(self._planes[..., :2]), where=share > 1e-3)
        return np.ascontiguousarray(np.dstack([xy, np.clip(share, 0, 1)]), np.float32)
