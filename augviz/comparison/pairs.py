"""Both pipelines on the same draws, in threads, with what differs most first.

What the two have in common up to the first different step runs once, and all of it where the different steps do the
same. Only small things are kept: two tiles and what
differs. The true-size pictures of a pair live as long as it takes to compare them, as many at a time as there are
threads.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from threading import local

from augviz.comparison.label_changes import LabelChange, label_changes
from augviz.comparison.picture_difference import PictureDifference, picture_difference
from augviz.overlay import ClassColours
from augviz.pipeline.border import mixes_mask_values
from augviz.pipeline.difference import with_ids_of
from augviz.pipeline.draws import Draws
from augviz.pipeline.materials import NO_MATERIALS, Materials, used_digest
from augviz.pipeline.run import Machine
from augviz.pipeline.spec import Node, PipelineSpec, Step
from augviz.pipeline.trace import Outcome
from augviz.preview import Bounded, PreviewTile, tile_of
from augviz.sample import Sample
from augviz.side_by_side import THREADS, one_thread_each

PAIRS_KEPT = 200
"""Compared pairs for all visitors together, about 60 KB each."""


@dataclass(frozen=True)
class Drawing:
    """One draw of one image.

    Attributes:
        sample: The labelled image at its true size.
        seed: Seed of the sample.
        title: What it is called in the list ("#3").
        is_pinned: Whether it comes before all that are not, whatever differs.
    """

    sample: Sample
    seed: int
    title: str = ""
    is_pinned: bool = False


@dataclass(frozen=True)
class Pair:
    """One draw through both pipelines.

    Attributes:
        drawing: What was drawn.
        a, b: The pictures, small.
        picture: How much they differ.
        labels: Objects that came out differently.
    """

    drawing: Drawing
    a: PreviewTile
    b: PreviewTile
    picture: PictureDifference
    labels: tuple[LabelChange, ...]

    @property
    def is_equal(self) -> bool:
        """Whether neither the picture nor a label differs."""
        return self.picture.is_equal and not self.labels

    @property
    def rank(self) -> tuple[bool, tuple[int, float], int, int]:
        """Higher comes first: pinned ones; then by picture; where pictures are equally far apart by objects lost, then
        moved.
        """
        losses = sum(change.is_loss for change in self.labels)
        return self.drawing.is_pinned, self.picture.rank, losses, len(self.labels)


@dataclass(frozen=True)
class Comparison:
    """Two pipelines on the same draws.

    Attributes:
        pairs: What differs most first; draws that differ equally stand as they were asked for.
    """

    pairs: tuple[Pair, ...]

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs in any pair."""
        return all(pair.is_equal for pair in self.pairs)


_pairs: Bounded[Pair] = Bounded(PAIRS_KEPT, lambda _pair: 1)


def compare(
    a: PipelineSpec,
    b: PipelineSpec,
    drawings: Sequence[Drawing],
    colours: ClassColours,
    *,
    materials: Materials = NO_MATERIALS,
    on_progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Run both pipelines on every drawing.

    Args:
        a, b: The pipelines; nodes that only differ in their ids draw the same random numbers, those of ``b``.
        drawings: What to draw.
        colours: Colours of the classes.
        materials: Other images by name, for the steps that take something from them.
        on_progress: Called in the caller's thread with (done, count) after each pair; what it raises ends the work.
    """
    work = _Work(with_ids_of(a, b), b, colours, materials)
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="compare", initializer=one_thread_each)
    try:
        futures = [pool.submit(work.pair, drawing) for drawing in drawings]
        for done, _future in enumerate(as_completed(futures), start=1):
            if on_progress is not None:
                on_progress(done, len(drawings))
        pairs = [future.result() for future in futures]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    return Comparison(tuple(sorted(pairs, key=lambda pair: pair.rank, reverse=True)))


def outcomes(
    a: PipelineSpec, b: PipelineSpec, sample: Sample, seed: int, materials: Materials = NO_MATERIALS
) -> tuple[Outcome, Outcome]:
    """One draw through both pipelines at its true size; where both do the same, one outcome twice."""
    a = with_ids_of(a, b)
    return _both(Machine(a, materials), Machine(b, materials), sample, seed)


def steps_in_common(a: PipelineSpec, b: PipelineSpec) -> int:
    """How many top-level steps are the same from the start, so that both runs can share them."""
    if a.context != b.context or mixes_mask_values(a) != mixes_mask_values(b):
        return 0
    pairs = zip(a.steps, b.steps, strict=False)
    return next((i for i, (x, y) in enumerate(pairs) if x != y), min(len(a.steps), len(b.steps)))


def run_alike(a: PipelineSpec, b: PipelineSpec, seed: int) -> bool:
    """Whether two pipelines do the same for this seed although they differ: each different step fires in neither, or
    in both with the same parameters. Only said of steps outside groups.
    """
    if a.context != b.context or len(a.steps) != len(b.steps) or mixes_mask_values(a) != mixes_mask_values(b):
        return False
    return all(x == y or _does_alike(x, y, seed) for x, y in zip(a.steps, b.steps, strict=True))


def _does_alike(a: Node, b: Node, seed: int) -> bool:
    if not (isinstance(a, Step) and isinstance(b, Step)) or a.id != b.id:
        return False
    u = Draws(seed).visit(a.id).u
    fires_a, fires_b = a.enabled and u < a.p, b.enabled and u < b.p
    if not fires_a or not fires_b:
        return fires_a == fires_b
    return replace(a, p=b.p, title=b.title) == b


def _both(a: Machine, b: Machine, sample: Sample, seed: int) -> tuple[Outcome, Outcome]:
    if a.spec.digest == b.spec.digest or run_alike(a.spec, b.spec, seed):
        outcome = b.run(sample, seed)
        return outcome, outcome
    common = steps_in_common(a.spec, b.spec)
    if not common:
        return a.run(sample, seed), b.run(sample, seed)
    point = b.checkpoint(sample, seed, common)
    return a.run(sample, seed, resume=point), b.run(sample, seed, resume=point)


class _Work:
    """What is the same for all pairs."""

    def __init__(self, a: PipelineSpec, b: PipelineSpec, colours: ClassColours, materials: Materials) -> None:
        self.a, self.b, self.colours, self.materials = a, b, colours, materials
        self.key = (a.digest, b.digest, colours.names, used_digest(a, materials), used_digest(b, materials))
        self._machines = local()

    def pair(self, drawing: Drawing) -> Pair:
        """One pair; runs in a worker thread."""
        key = (drawing.sample.digest, drawing.sample.bands, drawing.seed, *self.key)
        kept = _pairs.get(key)
        if kept is None:
            kept = self._compared(drawing)
            _pairs.put(key, kept)
        return replace(kept, drawing=drawing)

    def _compared(self, drawing: Drawing) -> Pair:
        a, b = _both(*self._own_machines(), drawing.sample, drawing.seed)
        return Pair(
            drawing,
            tile_of(a, self.colours),
            tile_of(b, self.colours),
            picture_difference(a.after.image, b.after.image),
            label_changes(a, b) if a is not b else (),
        )

    def _own_machines(self) -> tuple[Machine, Machine]:
        """Each thread has its own: a transform keeps what it drew."""
        if not hasattr(self._machines, "both"):
            self._machines.both = (Machine(self.a, self.materials), Machine(self.b, self.materials))
        both: tuple[Machine, Machine] = self._machines.both
        return both
