"""One number of a pipeline, tried at many values on the same draws; nothing is run that is known already.

* *Common random numbers*: value after value meets the same images and the same draws. Where the step does not fire in a
  draw, or is not called, its number changes nothing: one run then speaks for all values.
* *Prefix*: what comes before the step is the same for all values too; it is run once a draw and kept, up to
  :data:`MOST_KEPT_BYTES`.
* *Stop*: a value is tried no further once the answer can no longer change; who asks says when that is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from augviz.pipeline.draws import DRAW_STRIDE, sample_seed
from augviz.pipeline.effects import Measurer, Measurers, Prefix, RunEffects
from augviz.pipeline.materials import Materials
from augviz.pipeline.spec import Node, PipelineSpec
from augviz.preservation.knobs import Knob, turned
from augviz.sample import Sample
from augviz.side_by_side import Progress, in_threads

BATCH = 8
"""Draws that are run together, between two looks at whether more are needed."""

MOST_KEPT_BYTES = 256 * 2**20
"""Memory for what comes before the step."""

MAP_BYTES = 8
"""A pixel of a coordinate map."""


class Fails(Protocol):
    """A judge of one run: whether its label failed. One that never asks how a picture looks may say so with an
    attribute ``looks = False``: then that is not measured.
    """

    def __call__(self, run: RunEffects, /) -> bool:
        """Whether the label failed."""


class Drawn(NamedTuple):
    """One draw of one image.

    Attributes:
        place: Place of the image among those of the question.
        sample: The image.
        seed: Seed of its streams.
    """

    place: int
    sample: Sample
    seed: int

    @property
    def key(self) -> tuple[int, int]:
        """The same for the same draw, whichever question it stands in."""
        return id(self.sample), self.seed


def draws_of(samples: Sequence[Sample], runs: int, seed: int, first: int = 0) -> tuple[Drawn, ...]:
    """So many draws, spread over the images; of more images than draws the first ones. More draws begin with fewer."""
    chosen = samples[:runs]
    count = len(chosen)
    return tuple(
        Drawn(k % count, chosen[k % count], sample_seed(seed, first + k % count + DRAW_STRIDE * (k // count)))
        for k in range(runs)
    )


class Trials:
    """What is known about one number.

    Args:
        spec: The pipeline.
        knob: The number.
        fails: Judge of one run.
        materials: Other images by name.
        planned: About how many runs there will be, for the progress.
        on_progress: Called in the caller's thread with (done, about how many); what it raises ends the work.
    """

    def __init__(
        self,
        spec: PipelineSpec,
        knob: Knob,
        fails: Callable[[RunEffects], bool],
        *,
        materials: Materials,
        planned: int,
        on_progress: Progress | None,
    ) -> None:
        self.knob, self.runs = knob, 0
        self._spec, self._fails, self._materials = spec, fails, materials
        self._planned, self._on_progress = planned, on_progress
        self._looks = bool(getattr(fails, "looks", True))
        self._index = next((place for place, node in enumerate(spec.steps) if _holds(node, knob.step_id)), 0)
        self._known: dict[tuple[float, tuple[int, int]], bool] = {}
        self._still: dict[tuple[int, int], bool] = {}
        self._prefixes: dict[tuple[int, int], Prefix] = {}
        self._kept_bytes = 0
        self._at: tuple[float, Measurers] | None = None

    def known(self, value: float, draw: Drawn) -> bool | None:
        """Whether the label failed, or None where that was not tried."""
        return self._still.get(draw.key, self._known.get((value, draw.key)))

    def outcomes(
        self, value: float, draws: Sequence[Drawn], is_enough: Callable[[Sequence[bool]], bool]
    ) -> tuple[bool, ...]:
        """Whether the label failed, draw by draw, until it is enough.

        Args:
            value: The value.
            draws: The draws; which of them are run depends on their order and on nothing else.
            is_enough: Asked after each draw about the answers so far.
        """
        found: list[bool] = []
        for start in range(0, len(draws), BATCH):
            batch = draws[start : start + BATCH]
            self._run(value, [draw for draw in batch if self.known(value, draw) is None])
            for draw in batch:
                found.append(bool(self.known(value, draw)))
                if is_enough(found):
                    return tuple(found)
        return tuple(found)

    def _run(self, value: float, draws: Sequence[Drawn]) -> None:
        if not draws:
            return
        if self._at is None or self._at[0] != value:
            spec = turned(self._spec, self.knob, value)
            self._at = value, Measurers(spec, self._materials, looks=self._looks)
        measurers = self._at[1]

        def work(draw: Drawn) -> tuple[bool, bool]:
            with measurers.one() as measurer:
                run = measurer.measure(draw.sample, draw.seed, self._before(measurer, draw))
            steps = [step for step in run.outcome.trace if step.step_id == self.knob.step_id]
            return self._fails(run), not any(step.fired or step.error for step in steps)

        def told(done: int, _count: int) -> None:
            if self._on_progress is not None:
                self._on_progress(self.runs + done, max(self._planned, self.runs + len(draws)))

        for draw, (failed, is_still) in zip(draws, in_threads(work, draws, told), strict=True):
            self._known[value, draw.key] = failed
            if is_still:
                self._still[draw.key] = failed
                self._prefixes.pop(draw.key, None)
        self._kept_bytes = sum(prefix_bytes(found) for found in self._prefixes.values())
        self.runs += len(draws)

    def _before(self, measurer: Measurer, draw: Drawn) -> Prefix | None:
        """The run up to the step, where there is something before it, and room to keep it."""
        if self._index == 0:
            return None
        found = self._prefixes.get(draw.key)
        if found is None and self._kept_bytes < MOST_KEPT_BYTES:
            found = self._prefixes[draw.key] = measurer.prefix(draw.sample, draw.seed, self._index)
        return found


def prefix_bytes(prefix: Prefix) -> int:
    """Memory of a kept prefix: the state, its second image, and its coordinate map."""
    image = prefix.point.data["image"]
    return prefix.point.nbytes + int(image.nbytes + MAP_BYTES * image.shape[0] * image.shape[1])


def _holds(node: Node, step_id: str) -> bool:
    return node.id == step_id or any(_holds(child, step_id) for child in getattr(node, "children", ()))
