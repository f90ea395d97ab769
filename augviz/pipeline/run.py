"""The heart: ``run(spec, sample, seed) -> Outcome``, a pure function.

The tree is walked leaf by leaf, with a random stream of its own for every node (:mod:`augviz.pipeline.draws`). It does
what Albumentations' containers do, at the same moments, including what surprises: a SomeOf inside a OneOf draws its own
p again although it was chosen, and boxes are judged after every child of a Compose, Sequential, SomeOf and RandomOrder
but not inside a OneOf. ``tests/property/test_run_equals_compose.py`` holds the two together.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from augviz.errors import Problem, StepError
from augviz.pipeline import border, covering, swapping, verdicts
from augviz.pipeline.build import Built, build
from augviz.pipeline.call import Call, Probe
from augviz.pipeline.drawn import drawn_values
from augviz.pipeline.draws import Draw, Draws, weighted_choice
from augviz.pipeline.joining import field_scale, field_shares
from augviz.pipeline.materials import NO_MATERIALS, Materials, names_used, take
from augviz.pipeline.spec import BoxPolicy, Group, KeypointPolicy, Node, PipelineSpec, Step
from augviz.pipeline.step_errors import step_error
from augviz.pipeline.swapping import Pairs
from augviz.pipeline.trace import ELSEWHERE, Outcome, Removal, StepTrace
from augviz.sample import Sample

ROOT_ID = "Compose"
"""Id of the stream that decides the p of the whole pipeline."""


@dataclass(frozen=True)
class Checkpoint:
    """Everything that is known before top-level step ``index``, so that a run can go on from there.

    The arrays are shared with other runs; the border makes them read-only.
    """

    index: int
    data: Mapping[str, Any]
    visits: Mapping[str, int]
    trace: tuple[StepTrace, ...]
    removed: tuple[Removal, ...]
    visible: Mapping[int, float]
    gone: frozenset[tuple[str, int]]
    roster: Sample
    notes: tuple[Problem, ...]
    is_mirrored: bool

    @property
    def nbytes(self) -> int:
        """Memory that the arrays hold."""
        return sum(int(getattr(value, "nbytes", 0)) for value in self.data.values())


def run(
    spec: PipelineSpec, sample: Sample, seed: int, *, keep_steps: bool = False, materials: Materials = NO_MATERIALS
) -> Outcome:
    """Run a pipeline on one sample.

    Args:
        spec: The pipeline; its tail (Normalize, ToTensorV2) is not run.
        sample: The labelled image, at its true size.
        seed: Seed of the sample's streams, 0..2**64. The same spec, sample and seed give the same bytes in any process.
        keep_steps: Keep the sample after every step that ran (``StepTrace.after``).
        materials: Other images by name, for the steps that take something from them; part of what decides the bytes.

    Returns:
        The outcome; steps that could not run are marked in its trace and the others have run.
    """
    return Machine(spec, materials).run(sample, seed, keep_steps=keep_steps)


class Machine:
    """A spec, built. Runs many samples one after the other; belongs to one thread."""

    def __init__(self, spec: PipelineSpec, materials: Materials = NO_MATERIALS) -> None:
        self.spec = spec
        self._materials = materials
        self._built = build(spec)
        self._one_by_one = border.mixes_mask_values(spec)

    @property
    def built(self) -> Built:
        """The transforms, and what could not be built."""
        return self._built

    def run(
        self,
        sample: Sample,
        seed: int,
        *,
        keep_steps: bool = False,
        resume: Checkpoint | None = None,
        probe: Probe | None = None,
    ) -> Outcome:
        """Run one sample, from the start or from a checkpoint of a spec with the same steps before it."""
        walk = self._walk(sample, seed, keep_steps, resume)
        walk.probe = probe
        start = 0 if resume is None else resume.index
        if walk.fires_at_all:
            walk.in_order(self.spec.steps[start:])
        else:
            for node in self.spec.steps:
                walk.skip(node, f"the whole pipeline fires below {self.spec.p:g} and drew more")
        return walk.outcome()

    def checkpoint(
        self, sample: Sample, seed: int, index: int, *, resume: Checkpoint | None = None, probe: Probe | None = None
    ) -> Checkpoint:
        """The state before top-level step ``index``."""
        walk = self._walk(sample, seed, False, resume)
        walk.probe = probe
        if walk.fires_at_all:
            walk.in_order(self.spec.steps[0 if resume is None else resume.index : index])
        return walk.checkpoint(index)

    def _walk(self, sample: Sample, seed: int, keep_steps: bool, resume: Checkpoint | None) -> _Walk:
        boxes, keypoints = self.spec.boxes or BoxPolicy(), self.spec.keypoints or KeypointPolicy()
        entry = border.enter(sample, boxes, keypoints, one_by_one=self._one_by_one)
        walk = _Walk(self._built, sample, Draws(seed), dict(entry.data), entry.notes, keep_steps, self._one_by_one)
        walk.materials, walk.policies = self._materials, (boxes, keypoints)
        walk.swaps = self._swaps(sample)
        walk.fires_at_all = walk.draws.visit(ROOT_ID).u < self.spec.p
        if resume is not None:
            walk.go_on_from(resume)
        return walk

    def _swaps(self, sample: Sample) -> Pairs:
        """Names that can change places in this run; without any nothing is watched, and nothing costs time."""
        if not self.spec.swaps:
            return ()
        others = (self._materials[name] for name in names_used(self.spec) if name in self._materials)
        return swapping.concerned(self.spec.swaps, [each.labels for each in (sample, *others)])


@dataclass
class _Walk:
    """One run on its way. The one place in the house where something changes while it is looked at."""

    built: Built
    before: Sample
    draws: Draws
    data: border.Data
    notes: tuple[Problem, ...]
    keep_steps: bool
    one_by_one: bool
    fires_at_all: bool = True
    trace: list[StepTrace] = field(default_factory=list)
    removed: list[Removal] = field(default_factory=list)
    visible: dict[int, float] = field(default_factory=dict)
    gone: set[tuple[str, int]] = field(default_factory=set)
    erased: bool = False
    entered: border.Data = field(default_factory=dict)
    materials: Materials = NO_MATERIALS
    policies: tuple[BoxPolicy, KeypointPolicy] = (BoxPolicy(), KeypointPolicy())
    probe: Probe | None = None
    swaps: Pairs = ()
    is_mirrored: bool = False
    roster: Sample = field(init=False)

    def __post_init__(self) -> None:
        self.roster = self.before
        border.protect(self.data)
        self.entered = dict(self.data)
        self.visible = dict.fromkeys(border.row_ids(self.data.get("bboxes", ()), 4), 1.0)
        self.remove(verdicts.left_out_at_entry(self.before.labels, self.data))

    # -- the tree ------------------------------------------------------------------------------------------------

    def in_order(self, nodes: Sequence[Node]) -> None:
        """Children of a Compose, Sequential, SomeOf or RandomOrder: labels are judged after each."""
        for node in nodes:
            if node.enabled:
                self.call(node, forced=False)
                self.judge()
            else:
                self.skip(node, "switched off")

    def call(self, node: Node, *, forced: bool) -> None:
        """One call of one node, as the library does it."""
        draw = self.draws.visit(node.id)
        # SomeOf and RandomOrder ignore that they were chosen and draw their p again (Albumentations 2.0.8).
        forced = forced and not (isinstance(node, Group) and node.kind in ("SomeOf", "RandomOrder"))
        if not forced and draw.u >= node.p:
            self.skip(node, f"drew {draw.u:.2f}, fires below {node.p:g}")
        elif isinstance(node, Step):
            self.fire(node, draw)
        elif node.kind == "Sequential":
            self.in_order(node.children)
        elif node.kind == "OneOf":
            self.one_of(node, draw)
        else:
            self.some_of(node)

    def one_of(self, group: Group, draw: Draw) -> None:
        """One child by weight."""
        weights = [child.p if child.enabled else 0.0 for child in group.children]
        chosen = weighted_choice(draw.pick, weights) if sum(weights) > 0 else -1
        for place, child in enumerate(group.children):
            if place == chosen:
                self.call(child, forced=True)
            else:
                self.skip(child, "switched off" if not child.enabled else f"{group.kind} took another")

    def some_of(self, group: Group) -> None:
        """``n`` children, in their own order (SomeOf) or in the order drawn (RandomOrder)."""
        for child in group.children:
            if not child.enabled:
                self.skip(child, "switched off")
        children = [child for child in group.children if child.enabled]
        if not children:
            return
        n = group.n if group.replace else min(group.n, len(children))
        ids = [child.id for child in children]
        # The visit that opened this call is already counted; the picks belong to it.
        picks = self.draws.order(group.id, ids, n, with_replacement=group.replace)
        self.in_order([children[i] for i in (sorted(picks) if group.kind == "SomeOf" else picks)])
        for place, child in enumerate(children):
            if place not in picks:
                self.skip(child, f"{group.kind} took others")

    def skip(self, node: Node, reason: str) -> None:
        """List every leaf of a node that does not run."""
        if isinstance(node, Group):
            for child in node.children:
                self.skip(child, reason if node.enabled else "switched off")
        else:
            reason = reason if node.enabled else "switched off"
            self.trace.append(StepTrace(node.id, node.name, reason=reason, visible=dict(self.visible)))

    # -- one leaf ------------------------------------------------------------------------------------------------

    def fire(self, step: Step, draw: Draw) -> None:
        """Call one transform; if it raises, mark the step and go on with the data as they were."""
        visit = self.draws.visits[step.id] - 1
        if step.id in self.built.failed:
            error = str(self.built.failed[step.id])
            self.trace.append(StepTrace(step.id, step.name, visit, error=error, visible=dict(self.visible)))
            return
        leaf = self.built.leaves[step.id]
        leaf.random_generator, leaf.py_random = draw.generators()
        began = time.perf_counter()
        try:
            taken = take(
                step,
                self.data,
                self.roster,
                self.before.size_hw,
                materials=self.others_for(step),
                policies=self.policies,
            )
            before, idle = {**self.data, **taken.targets}, covering.idle_notes(step, self.data)
            covering.point_at_rows(leaf, step, self.roster.labels.boxes)
            leaf.params = {}
            data = before if idle else leaf(force_apply=True, **border.call_with(before), **taken.arguments)
        except Exception as error:  # a library of 100 transforms raises whatever it likes
            text = str(error if isinstance(error, StepError) else step_error(step.name, error, self.data))
            self.trace.append(StepTrace(step.id, step.name, visit, error=text, visible=dict(self.visible)))
            return
        ms = (time.perf_counter() - began) * 1e3
        data = {key: value for key, value in data.items() if key not in taken.arguments}
        shares = self.shares_after(leaf, before, data)
        self.visible = {row: self.visible.get(row, 1.0) * share for row, share in shares.items()}
        lost = verdicts.dropped_by_transform(before, data, leaf.params)
        self.data, self.erased = data, verdicts.erases(leaf.params)
        self.roster, self.notes = taken.roster, (*self.notes, *taken.notes, *idle)
        drawn = (*taken.drawn(draw), *drawn_values(step.name, leaf.params))
        call = Call(leaf, draw, before, data, taken.arguments)
        swapped = bool(self.swaps) and self.swaps_names(step, call)
        self.trace.append(
            StepTrace(step.id, step.name, visit, True, "", drawn, ms, visible=dict(self.visible), swapped=swapped)
        )
        self.remove(lost)
        if self.probe is not None:
            self.probe.see(step, call)

    def others_for(self, step: Step) -> Materials:
        """The other images; those of a mosaic join a picture that may be mirrored already, and are not."""
        return swapping.in_a_mirror(self.materials, step.materials, self.swaps) if self.is_mirrored else self.materials

    def swaps_names(self, step: Step, call: Call) -> bool:
        """Whether a step that ran changed the sides, and with them the names; two that do undo each other."""
        mirrors, unknown = swapping.mirrors(call)
        if unknown:
            self.notes = (*self.notes, swapping.unknown_side(step.name, unknown))
        self.is_mirrored ^= mirrors
        return mirrors

    @staticmethod
    def shares_after(leaf: Any, before: border.Data, after: border.Data) -> Mapping[int, float]:
        """Visible share of each box after a step; the fields of a mosaic are asked apart, as they cut their boxes."""
        if leaf.__class__.__name__ == "Mosaic":
            return field_shares(before, after, field_scale(leaf, before["image"].shape[:2]))
        return verdicts.shares_after(before, after, leaf.params)

    def judge(self) -> None:
        """What Albumentations does after a child: drop boxes and keypoints that broke a limit."""
        boxes, keypoints = self.built.boxes.params, self.built.keypoints.params
        if "bboxes" in self.data and boxes.check_each_transform:
            self.apply(verdicts.filter_boxes(self.built.boxes, self.data))
        if "keypoints" in self.data and keypoints.check_each_transform:
            self.apply(verdicts.filter_keypoints(self.built.keypoints, self.data))
        self.keep_sample()

    def apply(self, verdict: verdicts.Verdict) -> None:
        """Take over filtered rows, and say what they cost."""
        self.data[verdict.key] = verdict.rows
        self.remove(verdict.lost)

    def remove(self, lost: Sequence[verdicts.Lost]) -> None:
        """Book what vanished, once an object: to the last step that ran, or to none when it never met the limit."""
        ran = self.last_run()
        step_id = None if ran is None else self.trace[ran].step_id
        booked: list[Removal] = []
        for item in lost:
            if (item.target, item.row) in self.gone or verdicts.came_from_elsewhere(item, self.before.labels):
                continue
            self.gone.add((item.target, item.row))
            if item.target == "box":
                self.visible.pop(item.row, None)
            is_blamed = not verdicts.never_met(item, self.entered, self.built.boxes.params)
            booked.append(item.as_removal(self.before.labels, step_id if is_blamed else None))
        self.removed += booked
        if ran is not None and booked:
            blamed = tuple(removal for removal in booked if removal.step_id is not None)
            self.trace[ran] = replace(self.trace[ran], removed=(*self.trace[ran].removed, *blamed))

    def last_run(self) -> int | None:
        """Place in the trace of the last step that ran."""
        return next((place for place in reversed(range(len(self.trace))) if self.trace[place].fired), None)

    def keep_sample(self, *, again: bool = False) -> None:
        """Where steps are kept: the sample as the last step and the judgement after it left it."""
        ran = self.last_run()
        if not self.keep_steps or ran is None or (self.trace[ran].after is not None and not again):
            return
        after = self.leave()
        self.trace[ran] = replace(self.trace[ran], after=after)
        if self.before.labels.masks is not None and after.labels.masks is not None:
            self.remove(verdicts.vanished_masks(self.before.labels.masks, after.labels, erased=self.erased))

    # -- in and out ----------------------------------------------------------------------------------------------

    def outcome(self) -> Outcome:
        """The last judgement, and the sample that comes out."""
        if self.fires_at_all:
            for verdict in verdicts.final(self.built, self.data):
                self.apply(verdict)
                self.notes = (*self.notes, *verdict.notes)
            self.keep_sample(again=True)
        after = self.leave()
        if self.is_mirrored:
            self.notes = (*self.notes, *swapping.lone_classes(after.labels, self.swaps))
        boxes, points = len(self.before.labels.boxes), len(self.before.labels.keypoints)
        return Outcome(
            self.before,
            after,
            self.draws.seed,
            tuple(self.trace),
            tuple(row if row < boxes else ELSEWHERE for row in border.row_ids(self.data.get("bboxes", ()), 4)),
            tuple(row if row < points else ELSEWHERE for row in border.row_ids(self.data.get("keypoints", ()), 5)),
            tuple(self.removed),
            self.notes,
            self.swaps,
        )

    def leave(self) -> Sample:
        """The sample as it is now, with the names that fit the sides."""
        sample = border.leave(self.data, self.roster, one_by_one=self.one_by_one)
        return sample.with_labels(swapping.swapped(sample.labels, self.swaps)) if self.is_mirrored else sample

    def checkpoint(self, index: int) -> Checkpoint:
        """Freeze the walk before top-level step ``index``."""
        border.protect(self.data)
        return Checkpoint(
            index,
            dict(self.data),
            dict(self.draws.visits),
            tuple(self.trace),
            tuple(self.removed),
            dict(self.visible),
            frozenset(self.gone),
            self.roster,
            self.notes,
            self.is_mirrored,
        )

    def go_on_from(self, point: Checkpoint) -> None:
        """Take over a frozen walk."""
        self.data, self.draws.visits = dict(point.data), Counter(point.visits)
        self.trace, self.removed = list(point.trace), list(point.removed)
        self.visible, self.gone = dict(point.visible), set(point.gone)
        self.roster, self.notes, self.is_mirrored = point.roster, point.notes, point.is_mirrored
