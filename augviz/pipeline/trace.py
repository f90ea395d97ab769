"""What happened on the way: one StepTrace a leaf, and the story of each object read from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, NamedTuple

from augviz.errors import Problem
from augviz.pipeline.drawn import DrawnValue, in_short
from augviz.sample import Sample
from augviz.wording import percent

Cause = Literal[
    "left the image",
    "covered",
    "min_visibility",
    "min_area",
    "min_width",
    "min_height",
    "max_accept_ratio",
    "interpolated away",
]

MENDS: Mapping[Cause, str] = {
    "left the image": "Use a smaller shift or crop, or a crop that keeps boxes (RandomSizedBBoxSafeCrop).",
    "covered": "Use smaller or fewer holes.",
    "min_visibility": "Lower min_visibility, or weaken the step.",
    "min_area": "Lower min_area, or scale down less.",
    "min_width": "Lower min_width, or scale down less.",
    "min_height": "Lower min_height, or scale down less.",
    "max_accept_ratio": "Raise max_accept_ratio, or distort less.",
    "interpolated away": "Scale down less: the object became smaller than a pixel.",
}


ELSEWHERE = -1
"""Row of an object that another image brought along."""


@dataclass(frozen=True)
class Removal:
    """An object, or a keypoint, that was there before a step and not after it.

    Attributes:
        target: What vanished: its "box", its "mask", or a "keypoint".
        row: Place of the box, mask or keypoint in the sample that went in.
        label: Its class or name.
        cause: Why.
        limit: The limit that removed it (0.3 of ``min_visibility``), or None.
        value: What the limit was compared with (visible share, area in px², side in px, ratio), or None.
        step_id: The step that did it; None when it never met the limit, or lay outside, to begin with.
    """

    target: Literal["box", "mask", "keypoint"]
    row: int
    label: str
    cause: Cause
    step_id: str | None
    limit: float | None = None
    value: float | None = None

    @property
    def mend(self) -> str:
        """What would have kept it."""
        return MENDS[self.cause]

    def describe(self) -> str:
        """What removed it, and by how much it missed: "box removed by min_visibility 0.3 (it was 0.21)"."""
        if self.limit is None or self.value is None:
            return f"{self.target} removed: {self.cause}"
        unit = {"min_area": " px²", "min_width": " px", "min_height": " px"}.get(self.cause, "")
        value = f"{self.value:,.0f}" if self.value >= 100 else f"{self.value:.3g}"
        return f"{self.target} removed by {self.cause} {self.limit:g}{unit} (it was {value}{unit})"


@dataclass(frozen=True)
class StepTrace:
    """What one leaf did to one sample.

    Attributes:
        step_id: Id of the step in the spec.
        name: Class name of the transform.
        visit: 0 for the first call in this run; a RandomOrder with replacement may call a step again.
        fired: Whether it ran.
        reason: Why it did not run ("drawn 0.73, fires below 0.5"); empty when it did.
        drawn: The values it drew, for people.
        ms: Time of the call in milliseconds.
        error: Why it could not run, as a sentence; the other steps went on without it.
        visible: Cumulative visible share (0..1), by row, of every box that the step did not drop itself; also of those
            that a limit removed right after it.
        removed: What vanished at this step.
        after: The sample after this step; only when steps are kept, and only when it ran.
        swapped: Whether it mirrored the picture, so that names changed places; only looked at where there are such.
    """

    step_id: str
    name: str
    visit: int = 0
    fired: bool = False
    reason: str = ""
    drawn: tuple[DrawnValue, ...] = ()
    ms: float = 0.0
    error: str = ""
    visible: Mapping[int, float] = field(default_factory=dict)
    removed: tuple[Removal, ...] = ()
    after: Sample | None = None
    swapped: bool = False

    @cached_property
    def removal_of(self) -> Mapping[tuple[str, int], Removal]:
        """What vanished at this step, by target and row; each object vanishes once."""
        return {(removal.target, removal.row): removal for removal in self.removed}


class StepFailure(NamedTuple):
    """A step that could not run on an image: its name, the seed of the sample, the step's id, and the sentence."""

    image: str
    seed: int
    step_id: str
    error: str


@dataclass(frozen=True)
class Outcome:
    """One sample after one run of a pipeline.

    Attributes:
        before: The sample that went in.
        after: The sample that came out.
        seed: Seed of this sample's streams.
        trace: One entry a leaf and visit, in the order of running; leaves that did not run are listed too.
        box_rows, keypoint_rows: For each box and keypoint of ``after``, its row in ``before``. It stands twice when a
            reflected border shows an object a second time, and is :data:`ELSEWHERE` for objects of another image.
        removed: Everything that vanished, including what never met a limit; masks only when steps were kept.
        notes: What Albumentations would refuse in training although the picture could be drawn here.
        swaps: Pairs of names of which these labels have some, and which changed places at every step that mirrored.
    """

    before: Sample
    after: Sample
    seed: int
    trace: tuple[StepTrace, ...]
    box_rows: tuple[int, ...] = ()
    keypoint_rows: tuple[int, ...] = ()
    removed: tuple[Removal, ...] = ()
    notes: tuple[Problem, ...] = ()
    swaps: tuple[tuple[str, str], ...] = ()

    @cached_property
    def never_met(self) -> Mapping[tuple[str, int], Removal]:
        """What vanished without the fault of a step, by target and row."""
        return {(removal.target, removal.row): removal for removal in self.removed if removal.step_id is None}

    @property
    def errors(self) -> tuple[StepTrace, ...]:
        """The steps that could not run."""
        return tuple(step for step in self.trace if step.error)

    @property
    def failures(self) -> tuple[StepFailure, ...]:
        """The same, with what is needed to draw the sample again."""
        return tuple(StepFailure(self.before.name, self.seed, step.step_id, step.error) for step in self.errors)

    def box_counts(self) -> tuple[int, int]:
        """Boxes that are left, and boxes that went in; mirror images and objects of other images do not count."""
        return len(set(self.box_rows) - {ELSEWHERE}), len(self.before.labels.boxes)


class Fired(NamedTuple):
    """A step that ran: its id, its class name, and what it drew in a few words ("by 12.0°"), or nothing."""

    step_id: str
    name: str
    value: str


def fired_steps(outcome: Outcome) -> tuple[Fired, ...]:
    """The steps that ran, in the order of running."""
    return tuple(Fired(step.step_id, step.name, in_short(step.drawn)) for step in outcome.trace if step.fired)


def box_story(outcome: Outcome, row: int) -> tuple[str, ...]:
    """What box ``row`` of the original went through, one sentence a step that changed how much of it can be seen.

    Returns:
        For example ``("62% visible after step 4 RandomResizedCrop", "removed by min_visibility 0.7 …")``; one
        sentence that nothing happened when nothing did.
    """
    told: list[str] = []
    share = 1.0
    renamed = _renamings(outcome, outcome.before.labels.boxes.labels[row])
    for place, step in enumerate(outcome.trace, start=1):
        now = step.visible.get(row, share)
        gone = step.removal_of.get(("box", row))
        if step.fired and abs(now - share) > 0.005:
            told.append(f"{percent(now)} visible after step {place} {step.name}")
        share = now
        if place in renamed:
            told.append(renamed[place])
        if gone is not None:
            told.append(f"{gone.describe()} at step {place} {step.name}")
            break
    never = outcome.never_met.get(("box", row))
    if never is not None:
        told.append(_never(never))
    return tuple(told) or ("whole, from the first step to the last",)


def mask_story(outcome: Outcome, row: int) -> tuple[str, ...]:
    """What mask ``row`` of the original went through; only where the steps were kept."""
    masks = outcome.before.labels.masks
    name = "" if masks is None else masks.labels[row]
    return _told(outcome, "mask", row, name) or ("in the image, from the first step to the last",)


def keypoint_story(outcome: Outcome, row: int) -> tuple[str, ...]:
    """What keypoint ``row`` of the original went through: at which step it vanished, or that it is still there."""
    name = outcome.before.labels.keypoints.labels[row]
    return _told(outcome, "keypoint", row, name) or ("inside the image, from the first step to the last",)


def _never(removal: Removal) -> str:
    if removal.limit is not None:
        return f"{removal.describe()}; it never met the limit"
    return f"{removal.target} left out: it lay outside the image before the first step"


def _told(outcome: Outcome, target: str, row: int, name: str) -> tuple[str, ...]:
    """Other names that it got, and where it vanished."""
    if (never := outcome.never_met.get((target, row))) is not None:
        return (_never(never),)
    told: list[str] = []
    renamed = _renamings(outcome, name)
    for place, step in enumerate(outcome.trace, start=1):
        if place in renamed:
            told.append(renamed[place])
        if (removal := step.removal_of.get((target, row))) is not None:
            return (*told, f"{removal.describe()} at step {place} {step.name}")
    return tuple(told)


def _renamings(outcome: Outcome, name: str) -> Mapping[int, str]:
    """What a name became, by the place of the step, from 1, that mirrored; empty for a name that keeps its side."""
    pair = next((pair for pair in outcome.swaps if name in pair), None)
    told: dict[int, str] = {}
    for place, step in enumerate(outcome.trace, start=1):
        if pair is not None and step.swapped:
            name = pair[1] if name == pair[0] else pair[0]
            told[place] = f"called {name} after step {place} {step.name}, which mirrored the image"
    return told
