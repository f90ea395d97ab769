"""What a step, and a whole run, did to a picture: measured, not looked up (docs/effects.md).

With every step a coordinate map and a second image go through the same draw (:mod:`augviz.pipeline.probe`). From the
map comes where things went (:class:`Geometry`), from the pair of images where the output no longer depends on the
input, and from before and after how it looks (:class:`Appearance`). So a 180° turn is the same whether it came from
Rotate, D4, SafeRotate or two flips.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from augviz.pipeline.affine_fit import UNMOVED, Geometry
from augviz.pipeline.appearance import UNCHANGED, Appearance
from augviz.pipeline.call import Call
from augviz.pipeline.coordinate_map import CoordinateMap, mirrored_at, visible_source
from augviz.pipeline.draws import sample_seed
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.probe import RECALLED
from augviz.pipeline.run import Checkpoint, Machine
from augviz.pipeline.same_draw import fingerprint
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.pipeline.test_image import TEST_IMAGE
from augviz.pipeline.trace import Outcome
from augviz.pipeline.watching import NEEDS_A_TWIN, Effects, LeafEffects, Watcher
from augviz.sample import NO_BOXES, NO_KEYPOINTS, BoolArray, Sample
from augviz.transforms import catalogue

__all__ = [
    "TEST_IMAGE",
    "UNCHANGED",
    "UNMOVED",
    "Appearance",
    "CoordinateMap",
    "Effects",
    "Geometry",
    "KnownDraws",
    "LeafEffects",
    "Measurer",
    "Measurers",
    "Prefix",
    "RunEffects",
    "force_leaf",
    "measure_run",
    "measure_whole",
    "mirrored_objects",
    "visible_shares",
]


@dataclass(frozen=True, eq=False)
class RunEffects:
    """One run, watched.

    Attributes:
        outcome: What ``run`` gives, byte for byte.
        leaves: The steps that ran, in the order of running.
        whole: From the sample that went in to the one that came out.
        map: Cumulative coordinate map; None when a step did not tell where things went.
        covered: ``(H, W) bool``, pixels of the output that something was put over: holes and overlays, not saturation.
    """

    outcome: Outcome
    leaves: tuple[LeafEffects, ...]
    whole: Effects
    map: CoordinateMap | None
    covered: BoolArray
    _watcher: Watcher = field(repr=False)

    @property
    def lost(self) -> BoolArray:
        """``(H, W) bool``, pixels of the output in view that no longer depend on the input."""
        return self._watcher.lost

    def rest(self) -> RunEffects:
        """The same with everything measured, in this thread, and nothing kept that only measuring needs."""
        settled = replace(self, whole=self.whole.now())
        self._watcher.rest()
        return settled


def measure_run(spec: PipelineSpec, sample: Sample, seed: int, *, materials: Materials = NO_MATERIALS) -> RunEffects:
    """Run a pipeline on one sample and measure what every step, and all of them, did.

    The outcome is the one of ``run(spec, sample, seed, materials=materials)``.
    """
    return _measure(Machine(spec, materials), sample, seed)


def measure_whole(spec: PipelineSpec, sample: Sample, seed: int, *, materials: Materials = NO_MATERIALS) -> RunEffects:
    """The same without the single steps (``leaves`` is empty): half the time, for checks over many images."""
    return Measurer(spec, materials).measure(sample, seed)


class Measurer:
    """Measures whole runs of one pipeline, one after the other; the pipeline is built once. Belongs to one thread.

    Args:
        spec: The pipeline.
        materials: Other images by name.
        looks: Whether anybody will ask how pictures look and what of them is lost; without, asking is an error.
    """

    def __init__(self, spec: PipelineSpec, materials: Materials = NO_MATERIALS, *, looks: bool = True) -> None:
        self._machine = Machine(spec, materials)
        built = self._machine.built
        # A step that cannot be built at one value may be one that covers at another.
        self._looks = looks or bool(built.failed) or any(isinstance(x, NEEDS_A_TWIN) for x in built.leaves.values())

    def measure(self, sample: Sample, seed: int, known: Prefix | None = None) -> RunEffects:
        """Measure one run, from the start or from where it is known."""
        watcher = Watcher(sample.image, with_leaves=False, looks=self._looks) if known is None else known.watcher.fork()
        outcome = self._machine.run(sample, seed, resume=None if known is None else known.point, probe=watcher)
        return _seen(watcher, outcome)

    def prefix(self, sample: Sample, seed: int, index: int) -> Prefix:
        """A run up to top-level step ``index``, for pipelines with the same steps before it and the same needs."""
        watcher = Watcher(sample.image, with_leaves=False, looks=self._looks)
        return Prefix(self._machine.checkpoint(sample, seed, index, probe=watcher), watcher)


class Measurers:
    """Measurers of one pipeline for work in threads: each is used by one thread at a time, and then by the next.

    Args:
        spec, materials, looks: See :class:`Measurer`.
    """

    def __init__(self, spec: PipelineSpec, materials: Materials = NO_MATERIALS, *, looks: bool = True) -> None:
        self._spec, self._materials, self._looks = spec, materials, looks
        self._idle: list[Measurer] = []

    @contextmanager
    def one(self) -> Iterator[Measurer]:
        """One that nobody else uses meanwhile."""
        try:
            measurer = self._idle.pop()
        except IndexError:
            measurer = Measurer(self._spec, self._materials, looks=self._looks)
        yield measurer
        self._idle.append(measurer)


class Prefix(NamedTuple):
    """A watched run that has come as far as some step."""

    point: Checkpoint
    watcher: Watcher


def measure_runs(
    spec: PipelineSpec, samples: tuple[tuple[Sample, int], ...], *, materials: Materials = NO_MATERIALS
) -> tuple[RunEffects, ...]:
    """Measure several samples, each with its seed; the pipeline is built once."""
    machine = Machine(spec, materials)
    return tuple(_measure(machine, sample, seed) for sample, seed in samples)


def force_leaf(
    spec: PipelineSpec,
    step_id: str,
    sample: Sample,
    draws: int = 16,
    seed: int = 0,
    *,
    materials: Materials = NO_MATERIALS,
    known: KnownDraws | None = None,
) -> tuple[Effects, ...]:
    """What one step can do when it fires, alone on the sample.

    How often it fires is another question: :func:`augviz.pipeline.chances.firing_shares`.

    Args:
        spec: The pipeline that the step stands in, also inside groups; its label policies are kept.
        step_id: Id of the step.
        sample: The labelled image.
        draws: How many times.
        seed: Seed of the first draw; the same seed gives the same draws.
        materials: Other images by name.
        known: Draws that were measured before, also of other steps and on other samples; taken from it and added to
            it. Policies hold many steps that draw nothing, and the same step many times.

    Returns:
        One entry a draw that ran; fewer, or none, where the step cannot run on this sample.
    """
    step = spec.find(step_id)
    if not isinstance(step, Step):
        return ()
    alone = replace(spec, steps=(replace(step, p=1.0, enabled=True),), tail=(), p=1.0, swaps=())
    machine, fitting = Machine(alone, materials), _labels_it_can_take(step, sample)
    seeing = _OneStep(step, sample, {} if known is None else known)
    for place in range(draws):
        machine.run(fitting, sample_seed(seed, place), probe=seeing)
    return tuple(seeing.found)


KnownDraws: TypeAlias = dict[Hashable, Effects]
"""What draws did, by step, picture and what was drawn."""


class _OneStep:
    """Watches one step on one sample, draw after draw; what was drawn before is not measured again."""

    def __init__(self, step: Step, sample: Sample, known: KnownDraws) -> None:
        self.found: list[Effects] = []
        self._image, self._known = sample.image, known
        self._about = replace(step, p=1.0, enabled=True, id="", title=""), sample.digest

    def see(self, step: Step, call: Call) -> None:
        """See :class:`augviz.pipeline.call.Probe`."""
        drawn = fingerprint(call.leaf.params)
        if drawn is None or step.materials or call.arguments or isinstance(call.leaf, RECALLED):
            self.found.append(self._measured(step, call))
            return
        key = self._about, drawn
        effects = self._known.get(key)
        if effects is None:
            effects = self._known[key] = self._measured(step, call)
        self.found.append(effects)

    def _measured(self, step: Step, call: Call) -> Effects:
        watcher = Watcher(self._image)
        watcher.see(step, call)
        return watcher.leaves[0].effects


def _labels_it_can_take(step: Step, sample: Sample) -> Sample:
    """The sample without the labels on which the library fails in this step: pixels go the same ways without them."""
    needs = catalogue.entry(step.name).needs if step.name in catalogue.offered() else frozenset()
    labels = sample.labels
    if "no boxes" in needs:
        labels = replace(labels, boxes=NO_BOXES)
    if "no keypoints" in needs:
        labels = replace(labels, keypoints=NO_KEYPOINTS)
    if "no object masks" in needs:  # the partners of a mosaic need not have masks of classes either
        labels = replace(labels, masks=None, semantic=None)
    return sample if labels is sample.labels else sample.with_labels(labels)


def visible_shares(run: RunEffects) -> Mapping[int, float]:
    """Share of each object that can still be seen, 0..1, by object id: over all steps, without what is covered.

    The pixels of its mask are counted where there is one, otherwise those of its box. Empty when the places are not
    known.
    """
    labels, size_hw = run.outcome.before.labels, run.outcome.before.size_hw
    if run.map is None:
        return {}
    visible = visible_source(run.map, size_hw, run.lost)
    shares = {i: _share_in_box(visible, xyxy) for i, xyxy in zip(labels.boxes.ids, labels.boxes.xyxy, strict=True)}
    if labels.masks is not None:
        for layer in labels.masks.layers:
            kept = np.bincount(layer[visible], minlength=len(labels.masks) + 1)
            whole = np.bincount(layer.ravel(), minlength=len(labels.masks) + 1)
            shares |= {labels.masks.ids[k - 1]: float(kept[k] / whole[k]) for k in np.flatnonzero(whole) if k}
    return dict(sorted(shares.items()))


def mirrored_objects(run: RunEffects) -> Mapping[int, bool]:
    """Whether the picture inside each object that is still seen is mirrored: an odd number of reflections there.

    Read from the coordinate map around each pixel, so that a picture of which only a part is reflected is told apart.
    Empty when the places are unknown.
    """
    labels, size_hw = run.outcome.before.labels, run.outcome.before.size_hw
    if run.map is None:
        return {}
    signs = mirrored_at(run.map)
    votes = np.zeros(size_hw, np.int32)
    use = signs != 0
    sources = run.map[use].astype(np.int64) - 1
    np.add.at(votes, (sources[:, 1], sources[:, 0]), signs[use])
    places = {i: _box_pixels(votes, xyxy) for i, xyxy in zip(labels.boxes.ids, labels.boxes.xyxy, strict=True)}
    if labels.masks is not None:
        places |= {i: votes[labels.masks.mask_of(k)] for k, i in enumerate(labels.masks.ids)}
    return {i: bool(found.sum() < 0) for i, found in sorted(places.items()) if found.any()}


def _box_pixels(array: npt.NDArray[Any], xyxy: npt.NDArray[np.float32]) -> npt.NDArray[Any]:
    height, width = array.shape
    x1, y1, x2, y2 = (round(float(value)) for value in xyxy)
    x1, y1 = min(max(x1, 0), width - 1), min(max(y1, 0), height - 1)
    return array[y1 : max(y2, y1 + 1), x1 : max(x2, x1 + 1)]


def _share_in_box(visible: BoolArray, xyxy: npt.NDArray[np.float32]) -> float:
    return float(_box_pixels(visible, xyxy).mean())


def _measure(machine: Machine, sample: Sample, seed: int) -> RunEffects:
    watcher = Watcher(sample.image)
    return replace(_seen(watcher, machine.run(sample, seed, probe=watcher)), leaves=tuple(watcher.leaves)).rest()


def _seen(watcher: Watcher, outcome: Outcome) -> RunEffects:
    whole = watcher.whole(outcome.before.image, outcome.after.image)
    places = None if watcher.unknown else watcher.places()
    return RunEffects(outcome, (), whole, places, watcher.covered, watcher)
