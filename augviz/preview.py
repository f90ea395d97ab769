"""Nine samples while a slider moves: only what changed is computed, on threads, and only the tile is small.

The pipeline always runs on the image at its true size. Three things save time without changing a byte:

* **what stands still is not run**: a step that fires neither before nor after the edit leaves its sample as it was;
* **what comes before is kept**: the state before the edited step is kept for each sample (bounded memory), so that a
  slider on step 5 costs steps 5 to the end;
* **what was drawn is kept**: tiles are remembered by what decided them.

All three rest on every step having its own random stream (:mod:`augviz.pipeline.draws`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from threading import Lock, local
from typing import Generic, TypeVar

from augviz.errors import Problem
from augviz.images import encode_jpeg, shrink, to_display
from augviz.overlay import ClassColours, Overlay
from augviz.overlay import of as overlay_of
from augviz.pipeline.border import mixes_mask_values
from augviz.pipeline.draws import Draws, sample_seed
from augviz.pipeline.materials import NO_MATERIALS, Materials, used_digest
from augviz.pipeline.run import Checkpoint, Machine
from augviz.pipeline.spec import PipelineSpec, Step, digest_of
from augviz.pipeline.trace import Fired, Outcome, fired_steps
from augviz.sample import Sample
from augviz.side_by_side import THREADS, one_thread_each

TILE_SIDE = 352
"""Longest side of a tile's JPEG in pixels: sharp at 230 CSS pixels, a tile at 1440 pixels, on a 1.5 x screen; 25 KB."""

CHECKPOINT_BYTES = 256 * 2**20
"""Memory for states before an edited step, for all visitors together: nine RGB images of 9 megapixels."""

TILE_BYTES = 32 * 2**20
"""Memory for finished tiles, for all visitors together: about 600 with a few objects each."""

SLOW_FROM_PIXELS = 2_000_000
"""Larger samples have threads of their own, so that a visitor with 12 megapixels does not keep the others waiting."""

T = TypeVar("T")


@dataclass(frozen=True)
class PreviewTile:
    """One augmented sample, drawn small.

    Attributes:
        seed: Seed of the sample.
        jpeg: The picture, longest side at most ``TILE_SIDE``.
        width, height: True size of the augmented sample in pixels.
        overlay: Its labels, in true pixels.
        boxes_left, boxes_before: Boxes after and before.
        lost: Why each box that is gone is gone ("left the image", "min_visibility", …).
        fired: Ids of the steps that ran.
        happened: The same steps in the order of running, each with what it drew in a few words.
        errors: ``(step id, sentence)`` of the steps that could not run.
        notes: What Albumentations would refuse in training.
    """

    seed: int
    jpeg: bytes
    width: int
    height: int
    overlay: Overlay
    boxes_left: int
    boxes_before: int
    lost: tuple[str, ...] = ()
    fired: frozenset[str] = frozenset()
    happened: tuple[Fired, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()
    notes: tuple[Problem, ...] = ()


class Once(Generic[T]):
    """What several threads ask for at the same moment is made by the first, and the others wait for it."""

    def __init__(self) -> None:
        self._under_way: dict[object, Future[T]] = {}
        self._lock = Lock()

    def make(self, key: object, work: Callable[[], T]) -> T:
        """What ``work`` gives; what it raises is raised in every thread that waits."""
        with self._lock:
            future = self._under_way.get(key)
            is_first = future is None
            if future is None:
                future = self._under_way[key] = Future()
        if not is_first:
            return future.result()
        try:
            future.set_result(work())
        except BaseException as error:  # nobody may be left waiting
            future.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._under_way[key]
        return future.result()


class Bounded(Generic[T]):
    """A dictionary that forgets what was not asked for longest, bounded by a weight; safe for threads."""

    def __init__(self, limit: int, weigh: Callable[[T], int]) -> None:
        self._limit, self._weigh = limit, weigh
        self._items: OrderedDict[object, T] = OrderedDict()
        self._weight = 0
        self._lock = Lock()

    def get(self, key: object) -> T | None:
        """The value, or None; asking keeps it young."""
        with self._lock:
            if key in self._items:
                self._items.move_to_end(key)
            return self._items.get(key)

    def made(self, key: object, make: Callable[[], T]) -> T:
        """The value that is kept, or else one that is made now and kept."""
        found = self.get(key)
        if found is None:
            found = make()
            self.put(key, found)
        return found

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._items.clear()
            self._weight = 0

    def put(self, key: object, value: T) -> None:
        """Keep a value; what is too heavy by itself is not kept."""
        weight = self._weigh(value)
        with self._lock:
            if weight > self._limit or key in self._items:
                return
            self._items[key] = value
            self._weight += weight
            while self._weight > self._limit:
                self._weight -= self._weigh(self._items.popitem(last=False)[1])


def _weight_of(tile: PreviewTile) -> int:
    """Memory of a tile in bytes, about: a shape costs some 400, a corner of an outline 100 (measured)."""
    overlay = tile.overlay
    rings = [shape.rings for shape in overlay.outlines] + [shape.rings for shape in overlay.regions]
    corners = sum(len(ring) for each in rings for ring in each)
    shapes = len(overlay.boxes) + len(overlay.outlines) + len(overlay.regions) + len(overlay.points)
    return len(tile.jpeg) + len(overlay.raster) + 400 * shapes + 100 * corners + 4000


_checkpoints: Bounded[Checkpoint] = Bounded(CHECKPOINT_BYTES, lambda point: point.nbytes)
_tiles: Bounded[PreviewTile] = Bounded(TILE_BYTES, _weight_of)
_once: Once[PreviewTile] = Once()


def preview(
    spec: PipelineSpec,
    sample: Sample,
    seed: int,
    count: int,
    colours: ClassColours,
    *,
    previous: PipelineSpec | None = None,
    materials: Materials = NO_MATERIALS,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[PreviewTile, ...]:
    """Draw ``count`` augmented samples.

    Args:
        spec: The pipeline; its tail is not drawn.
        sample: The labelled image at its true size.
        seed: Seed of the draw; sample ``i`` has ``sample_seed(seed, i)``.
        count: How many samples.
        colours: Colours of the classes.
        previous: The pipeline that was drawn last, so that only the difference is computed. Never changes the result.
        materials: Other images by name, for the steps that take something from them.
        on_progress: Called in the caller's thread with (done, count) after each sample; what it raises ends the work.
    """
    each = [(sample, sample_seed(seed, place)) for place in range(count)]
    return preview_each(spec, each, colours, previous=previous, materials=materials, on_progress=on_progress)


def preview_each(
    spec: PipelineSpec,
    samples: Sequence[tuple[Sample, int]],
    colours: ClassColours,
    *,
    previous: PipelineSpec | None = None,
    materials: Materials = NO_MATERIALS,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[PreviewTile, ...]:
    """Draw augmented samples of any images; the first is begun first.

    Args:
        spec, colours, previous, materials, on_progress: As for :func:`preview`.
        samples: Labelled images at their true size, each with the seed of the sample.
    """
    work = {sample.digest: _Work(spec, sample, colours, previous, materials) for sample, _seed in samples}
    count = len(samples)
    futures = [_lane(sample).submit(work[sample.digest].tile, seed) for sample, seed in samples]
    try:
        for done, _future in enumerate(_finished(futures), start=1):
            if on_progress is not None:
                on_progress(done, count)
        return tuple(future.result() for future in futures)
    finally:
        for future in futures:
            future.cancel()


def original_tile(sample: Sample, colours: ClassColours) -> PreviewTile:
    """The untouched sample, drawn small."""
    key = (sample.digest, "original", colours.names)
    kept = _tiles.get(key)
    if kept is None:
        kept = _picture_of(sample, colours)
        _tiles.put(key, kept)
    return kept


def tile_of(outcome: Outcome, colours: ClassColours) -> PreviewTile:
    """An augmented sample, drawn small."""
    boxes_left, boxes_before = outcome.box_counts()
    return replace(
        _picture_of(outcome.after, colours),
        seed=outcome.seed,
        boxes_left=boxes_left,
        boxes_before=boxes_before,
        lost=tuple(gone.cause for gone in outcome.removed if gone.target == "box"),
        fired=frozenset(step.step_id for step in outcome.trace if step.fired),
        happened=fired_steps(outcome),
        errors=tuple((step.step_id, step.error) for step in outcome.errors),
        notes=outcome.notes,
    )


def _finished(futures: Sequence[Future[PreviewTile]]) -> Iterator[Future[PreviewTile]]:
    return as_completed(futures)


_quick, _slow = (
    ThreadPoolExecutor(THREADS, thread_name_prefix=f"preview-{name}", initializer=one_thread_each)
    for name in ("quick", "slow")
)


def _lane(sample: Sample) -> ThreadPoolExecutor:
    """The threads that draw this sample; all visitors share them, first come, first served."""
    height, width = sample.size_hw
    return _slow if height * width > SLOW_FROM_PIXELS else _quick


class _Work:
    """One draw: what is the same for all its samples."""

    def __init__(
        self,
        spec: PipelineSpec,
        sample: Sample,
        colours: ClassColours,
        previous: PipelineSpec | None,
        materials: Materials,
    ) -> None:
        self.spec, self.sample, self.colours, self.previous = spec, sample, colours, previous
        self.materials = materials
        self.first_changed = _first_difference(previous, spec) if previous is not None else 0
        form = mixes_mask_values(spec)
        others = used_digest(spec, materials)
        self.prefix = digest_of(spec.steps[: self.first_changed], spec.context, form, others)
        self.place = digest_of(spec.digest, others, colours.names, sample.bands)
        self.before = None
        if previous is not None:
            self.before = digest_of(previous.digest, used_digest(previous, materials), colours.names, sample.bands)
        self._machines = local()

    def tile(self, seed: int) -> PreviewTile:
        """The tile of one sample; runs in a worker thread."""
        key = (self.sample.digest, seed, self.place)
        kept = _tiles.get(key)
        if kept is None and self.before is not None and self._stands_still(seed):
            kept = _tiles.get((self.sample.digest, seed, self.before))
        if kept is None:
            return _once.make(key, lambda: self._drawn(seed, key))
        _tiles.put(key, kept)
        return kept

    def _drawn(self, seed: int, key: object) -> PreviewTile:
        kept = _tiles.get(key)  # another thread may have finished it a moment ago
        if kept is None:
            kept = tile_of(self._run(seed), self.colours)
            _tiles.put(key, kept)
        return kept

    def _stands_still(self, seed: int) -> bool:
        """Whether the one step that was edited fires neither before nor after the edit."""
        old = self.previous
        if old is None or old.context != self.spec.context or len(old.steps) != len(self.spec.steps):
            return False
        pairs = [(a, b) for a, b in zip(old.steps, self.spec.steps, strict=True) if a != b]
        if len(pairs) != 1:
            return False
        before, after = pairs[0]
        if not (isinstance(before, Step) and isinstance(after, Step)) or before.id != after.id:
            return False
        if mixes_mask_values(old) != mixes_mask_values(self.spec):
            return False
        u = Draws(seed).visit(after.id).u
        return not _fires(before, u) and not _fires(after, u)

    def _run(self, seed: int) -> Outcome:
        machine = self._machine()
        if not self.first_changed:
            return machine.run(self.sample, seed)
        key = (self.sample.digest, seed, self.prefix)
        point = _checkpoints.get(key)
        if point is None:
            point = machine.checkpoint(self.sample, seed, self.first_changed)
            _checkpoints.put(key, point)
        return machine.run(self.sample, seed, resume=point)

    def _machine(self) -> Machine:
        """Each thread has its own: a transform keeps what it drew."""
        if not hasattr(self._machines, "machine"):
            self._machines.machine = Machine(self.spec, self.materials)
        machine: Machine = self._machines.machine
        return machine


def _fires(step: Step, u: float) -> bool:
    return step.enabled and u < step.p


def _first_difference(previous: PipelineSpec, spec: PipelineSpec) -> int:
    """How many top-level steps are the same from the start; 0 when what surrounds them changed."""
    if previous.context != spec.context:
        return 0
    pairs = zip(previous.steps, spec.steps, strict=False)
    same = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(previous.steps), len(spec.steps)))
    return min(same, max(len(spec.steps) - 1, 0))


def _picture_of(sample: Sample, colours: ClassColours) -> PreviewTile:
    height, width = sample.size_hw
    small = shrink(to_display(sample.image, sample.bands), TILE_SIDE)
    overlay = overlay_of(sample.labels, sample.size_hw, colours, max_side=TILE_SIDE)
    boxes = len(sample.labels.boxes)
    return PreviewTile(0, encode_jpeg(small), width, height, overlay, boxes, boxes)
