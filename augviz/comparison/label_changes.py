"""What two pipelines make of the same labels: which objects only one of them keeps, and which lie elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from augviz.geometry import iou_xyxy
from augviz.pipeline.trace import ELSEWHERE, Outcome
from augviz.sample import Masks, Sample
from augviz.wording import percent

Target: TypeAlias = Literal["box", "mask", "keypoint", "class map"]
KINDS: tuple[Target, ...] = ("box", "mask", "keypoint", "class map")
Happened: TypeAlias = Literal["lost by B", "lost by A", "moved", "renamed"]

SAME_OVERLAP = 0.999
"""Boxes and masks that overlap at least this much (intersection over union) lie in the same place; float32 pixels
of a 4000-pixel box are good for 0.9999."""

SAME_PX = 0.05
"""Keypoints closer than this lie in the same place."""


@dataclass(frozen=True)
class LabelChange:
    """One object that came out differently.

    Attributes:
        target: What it is; a class map counts as one object.
        row: Its place in the sample that went in.
        label: Its class or name.
        happened: Kept by one pipeline only, or kept by both in different places or under different names.
        cause: Why it was lost, in words, or its two names; empty for what moved.
        overlap: Intersection over union of the two boxes or masks, 0..1, where it moved (of boxes in pictures of
            different size, as shares of the picture); for a class map the share of pixels with the same class.
        distance_px: How far a keypoint moved, in pixels.
    """

    target: Target
    row: int
    label: str
    happened: Happened
    cause: str = ""
    overlap: float | None = None
    distance_px: float | None = None

    @property
    def is_loss(self) -> bool:
        """Whether only one of the two keeps it."""
        return self.happened in ("lost by B", "lost by A")

    def describe(self) -> str:
        """In words: "lost by B: left the image", "moved, overlap 62%"."""
        if self.is_loss:
            return f"{self.happened}: {self.cause}"
        if self.happened == "renamed":
            return f"called {self.cause}"
        if self.target == "class map":
            return f"{percent(1 - (self.overlap or 0))} of the pixels have another class"
        if self.distance_px is not None:
            return f"moved by {self.distance_px:.1f} px"
        return f"moved, overlap {percent(self.overlap or 0)}"

    @property
    def name(self) -> str:
        """What it is about: "box 'cat'"."""
        return f"{self.target} '{self.label}'" if self.label else self.target


def label_changes(a: Outcome, b: Outcome) -> tuple[LabelChange, ...]:
    """Objects that came out differently: what was lost, then what moved, the farthest of each kind first.

    Both outcomes must be of the same sample.
    """
    moved = [*_boxes(a, b), *_masks(a, b), *_keypoints(a, b), *_class_map(a.after, b.after), *_renamed(a, b)]
    return tuple(sorted(moved, key=lambda change: (not change.is_loss, KINDS.index(change.target), -_apart(change))))


def _apart(change: LabelChange) -> float:
    return change.distance_px or 1 - (1 if change.overlap is None else change.overlap)


def _lost(target: Target, rows_a: set[int], rows_b: set[int], a: Outcome, b: Outcome) -> Iterator[LabelChange]:
    labels = a.before.labels
    masks = () if labels.masks is None else labels.masks.labels
    names = {"box": labels.boxes.labels, "mask": masks, "keypoint": labels.keypoints.labels}[target]
    for row in sorted(rows_a ^ rows_b):
        happened: Happened = "lost by B" if row in rows_a else "lost by A"
        cause = _cause(target, row, b if row in rows_a else a)
        yield LabelChange(target, row, names[row], happened, cause)


def _cause(target: Target, row: int, loser: Outcome) -> str:
    for removal in loser.removed:
        if (removal.target, removal.row) == (target, row):
            return removal.cause
    return "no pixels left" if target == "mask" else "left the image"


def _boxes(a: Outcome, b: Outcome) -> Iterator[LabelChange]:
    placed_a, placed_b = _placed_boxes(a), _placed_boxes(b)
    yield from _lost("box", set(placed_a), set(placed_b), a, b)
    both = sorted(placed_a.keys() & placed_b.keys())
    for row in both:
        overlap = float(iou_xyxy(placed_a[row][None], placed_b[row][None])[0, 0])
        # A box without area overlaps nothing, not even itself.
        if overlap < SAME_OVERLAP and not np.allclose(placed_a[row], placed_b[row], atol=1e-5):
            yield LabelChange("box", row, a.before.labels.boxes.labels[row], "moved", overlap=overlap)


def _placed_boxes(outcome: Outcome) -> Mapping[int, npt.NDArray[np.float64]]:
    """Where each box is, as shares of the picture, by row; of mirror images the one that kept the id."""
    before, after = outcome.before.labels.boxes, outcome.after.labels.boxes
    height, width = outcome.after.size_hw
    shares = after.xyxy.astype(np.float64) / (width, height, width, height)
    own = [(i, row) for i, row in enumerate(outcome.box_rows) if row != ELSEWHERE]
    return {row: shares[i] for i, row in own if after.ids[i] == before.ids[row]}


def _masks(a: Outcome, b: Outcome) -> Iterator[LabelChange]:
    before, masks_a, masks_b = a.before.labels.masks, a.after.labels.masks, b.after.labels.masks
    if before is None or masks_a is None or masks_b is None:
        return
    areas = masks_a.areas_px, masks_b.areas_px
    there = [{int(row) for row in np.flatnonzero(area > 0)} for area in areas]
    yield from _lost("mask", there[0], there[1], a, b)
    if masks_a.layers.shape[1:] != masks_b.layers.shape[1:]:
        return
    common = _common_px(masks_a, masks_b)
    for row in sorted(there[0] & there[1]):
        overlap = float(common[row] / (areas[0][row] + areas[1][row] - common[row]))
        if overlap < SAME_OVERLAP:
            yield LabelChange("mask", row, before.labels[row], "moved", overlap=overlap)


def _common_px(a: Masks, b: Masks) -> npt.NDArray[np.int64]:
    """Pixels that each object has in both."""
    total = np.zeros(len(a) + 1, np.int64)
    for layer_a in a.layers:
        for layer_b in b.layers:
            total += np.bincount(layer_a[layer_a == layer_b], minlength=len(total))
    return total[1:]


def _keypoints(a: Outcome, b: Outcome) -> Iterator[LabelChange]:
    places_a, places_b = _placed_points(a), _placed_points(b)
    yield from _lost("keypoint", set(places_a), set(places_b), a, b)
    if a.after.size_hw != b.after.size_hw:
        return
    for row in sorted(places_a.keys() & places_b.keys()):
        distance = float(np.hypot(*(places_a[row] - places_b[row])))
        if distance > SAME_PX:
            yield LabelChange("keypoint", row, a.before.labels.keypoints.labels[row], "moved", distance_px=distance)


def _renamed(a: Outcome, b: Outcome) -> Iterator[LabelChange]:
    """Objects whose names changed places in one of the two only."""
    if a.swaps == b.swaps == ():
        return
    for target, labels in (("box", a.before.labels.boxes.labels), ("keypoint", a.before.labels.keypoints.labels)):
        names_a, names_b = _names_by_row(a, target), _names_by_row(b, target)
        for row in sorted(names_a.keys() & names_b.keys()):
            if names_a[row] != names_b[row]:
                cause = f"{names_a[row]} in A, {names_b[row]} in B"
                yield LabelChange("box" if target == "box" else "keypoint", row, labels[row], "renamed", cause)
    masks_a, masks_b = a.after.labels.masks, b.after.labels.masks
    if a.before.labels.masks is not None and masks_a is not None and masks_b is not None:
        for row, (label, one, other) in enumerate(
            zip(a.before.labels.masks.labels, masks_a.labels, masks_b.labels, strict=False)
        ):
            if one != other:
                yield LabelChange("mask", row, label, "renamed", f"{one} in A, {other} in B")


def _names_by_row(outcome: Outcome, target: str) -> Mapping[int, str]:
    """What each box or keypoint of the original is called in the end."""
    labels = outcome.after.labels
    is_box = target == "box"
    rows, names = (
        (outcome.box_rows, labels.boxes.labels) if is_box else (outcome.keypoint_rows, labels.keypoints.labels)
    )
    return {row: name for row, name in zip(rows, names, strict=True) if row != ELSEWHERE}


def _placed_points(outcome: Outcome) -> Mapping[int, npt.NDArray[np.float64]]:
    found: dict[int, npt.NDArray[np.float64]] = {}
    for row, xy in zip(outcome.keypoint_rows, outcome.after.labels.keypoints.xy.astype(np.float64), strict=True):
        if row != ELSEWHERE:
            found.setdefault(row, xy)
    return found


def _class_map(a: Sample, b: Sample) -> Iterator[LabelChange]:
    map_a, map_b = a.labels.semantic, b.labels.semantic
    if map_a is None or map_b is None or a.size_hw != b.size_hw or not map_a.values.size:
        return
    same = float(np.mean(map_a.values == map_b.values))
    if same < 1:
        yield LabelChange("class map", 0, "", "moved", overlap=same)
