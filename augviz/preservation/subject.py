"""One run as the checks look at it: how much of each object is still there, and what each original was like.

What several checks need is computed once a run (:class:`Subject`) or once an image (:class:`Original`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import find_objects

from augviz.geometry import area_xyxy, clip_xyxy, iou_xyxy
from augviz.pipeline.coordinate_map import identity
from augviz.pipeline.effects import RunEffects
from augviz.preservation.scalars import Bands
from augviz.sample import BoolArray, Boxes, Labels, Masks, Sample

COARSEST_GAP_PX = 1024
"""Where a step scales down more than this, gaps between the marks are no longer closed: a thumbnail of 4 pixels."""


@dataclass(frozen=True)
class Known:
    """What is known beside a run.

    Attributes:
        swap_pairs: Names that change places in a mirror image, such as ("left_eye", "right_eye").
        fill_values: Class values that steps write into a semantic map on purpose (``fill_mask``).
        takes_from_others: Whether a step takes objects from other images, so that classes may come with them.
        bands: Ranges of the user's own images, or None when there are too few.
    """

    swap_pairs: tuple[tuple[str, str], ...] = ()
    fill_values: frozenset[int] = frozenset()
    takes_from_others: bool = False
    bands: Bands | None = None

    @cached_property
    def sided(self) -> frozenset[str]:
        """Every name that has a partner."""
        return frozenset(name for pair in self.swap_pairs for name in pair)


@dataclass(frozen=True)
class ObjectView:
    """One object in a run.

    Attributes:
        object_id: Its id.
        name: Its class.
        in_frame_share: Share of its area in the original that lies inside the frame at the end, 0..1.
        visible_share: The same without what was covered on the way, 0..1.
    """

    object_id: int
    name: str
    in_frame_share: float
    visible_share: float

    @property
    def erased_share(self) -> float:
        """Share of what is inside the frame that was covered, 0..1."""
        return 1 - self.visible_share / self.in_frame_share if self.in_frame_share > 0 else 0.0


@dataclass(frozen=True, eq=False)
class Original:
    """What checks compare with, of one image before any step."""

    sample: Sample

    @cached_property
    def tightness(self) -> Mapping[int, float]:
        """How well each box fits its mask to begin with, IoU 0..1, by object id."""
        return tightness_of(self.sample.labels, self.sample.size_hw)

    @cached_property
    def class_pixels(self) -> Mapping[int, int]:
        """Pixels of each class value of the semantic map."""
        return class_pixels_of(self.sample.labels)

    @cached_property
    def box_of(self) -> Mapping[int, npt.NDArray[np.float64]]:
        """``(4,)`` xyxy of each box inside the frame, by object id; boxes without area are left out."""
        return boxes_by_id(self.sample.labels.boxes, self.sample.size_hw)

    @cached_property
    def area_px(self) -> Mapping[int, float]:
        """Area of each object, of its mask if it has one, otherwise of its box."""
        return areas_of(self.sample.labels, self.sample.size_hw)


@dataclass(frozen=True, eq=False)
class Subject:
    """A run with what checks want to know about it.

    Attributes:
        run: The run and its effects.
        original: The image it began with; computed once for all runs of one image.
        known: What is known beside the run.
    """

    run: RunEffects
    original: Original
    known: Known = field(default_factory=Known)

    @classmethod
    def of(cls, run: RunEffects, known: Known | None = None) -> Subject:
        """A run by itself."""
        return cls(run, Original(run.outcome.before), known or Known())

    @property
    def after(self) -> Sample:
        """The sample that came out."""
        return self.run.outcome.after

    @cached_property
    def own_boxes(self) -> Mapping[int, npt.NDArray[np.float64]]:
        """``(4,)`` xyxy of each box that is left, by the id that its object had; objects of other images are not in."""
        own = frozenset(self.original.sample.labels.boxes.ids)
        boxes = boxes_by_id(self.after.labels.boxes, self.after.size_hw)
        return {object_id: box for object_id, box in boxes.items() if object_id in own}

    @cached_property
    def tight_boxes(self) -> Mapping[int, npt.NDArray[np.float64]]:
        """``(4,)`` xyxy around the pixels that are left of each mask, by object id; those without pixels are not in."""
        return {} if self.after.labels.masks is None else tight_boxes(self.after.labels.masks)

    @cached_property
    def tightness(self) -> Mapping[int, float]:
        """How well each box fits the mask that is left, IoU 0..1, by object id."""
        labels = self.after.labels
        if labels.masks is None or not len(labels.boxes):
            return {}
        return _fits(boxes_by_id(labels.boxes, self.after.size_hw), self.tight_boxes)

    @cached_property
    def objects(self) -> tuple[ObjectView, ...]:
        """Every object that had an area inside the image: masks first, then boxes without one. None where a step did
        not tell where things went.
        """
        seen = seen_source(self.run)
        if seen is None:
            return ()
        in_frame, visible = seen
        labels = self.original.sample.labels
        views = [] if labels.masks is None else list(_masked(labels.masks, in_frame, visible))
        masked = {view.object_id for view in views}
        boxes = {i: box for i, box in self.original.box_of.items() if i not in masked}
        return (*views, *_boxed(boxes, labels.object_names(), in_frame, visible))

    @cached_property
    def still_labelled(self) -> frozenset[int]:
        """Ids of objects that a box or a mask still names; all, where none does and the whole image has a label, which
        is then about nothing that can be seen.
        """
        left = frozenset((*self.own_boxes, *self.tight_boxes))
        if left or self.after.labels.label is None:
            return left
        return frozenset(view.object_id for view in self.objects)


def seen_source(run: RunEffects) -> tuple[BoolArray, BoolArray] | None:
    """Which pixels of the original can be found in what came out.

    Each pixel that comes out marks the pixel it came from; gaps that a turn or a smaller scale leaves between the
    marks are closed.

    Returns:
        Two ``(H, W) bool`` in the original's pixels: inside the frame; and inside it and not covered. None where a step
        did not tell where things went.
    """
    if run.map is None:
        return None
    height, width = run.outcome.before.size_hw
    if run.map is identity((height, width)):
        at = np.arange(height * width)
    else:
        x, y = (np.asarray(plane, np.int64).ravel() for plane in cv2.split(run.map))
        at = np.maximum(y * width + x - (width + 1), -1)  # -1 where nothing was seen: both are 0 there
    kernel = np.ones((_gap_px(run),) * 2, np.uint8)
    in_frame = _closed(at, (height, width), kernel)
    if not run.covered.any():
        return in_frame, in_frame
    return in_frame, in_frame & _closed(np.where(run.covered.ravel(), -1, at), (height, width), kernel)


def _closed(at: npt.NDArray[np.int64], size_hw: tuple[int, int], kernel: npt.NDArray[np.uint8]) -> BoolArray:
    height, width = size_hw
    hit = np.zeros(height * width + 1, np.uint8)
    hit[at] = 1  # the last place, -1, takes what came from nowhere
    marks = hit[:-1].reshape(height, width)
    return np.asarray(cv2.morphologyEx(marks, cv2.MORPH_CLOSE, kernel), np.uint8).view(np.bool_)


def _gap_px(run: RunEffects) -> int:
    """An odd side that bridges the gaps between the marks: the largest step in the original per pixel that came out."""
    geometry = run.whole.geometry
    if geometry is None or not geometry.scale > 0:
        return 3
    step = math.sqrt(max(geometry.aspect, 1.0)) / geometry.scale
    return 2 * math.ceil(min(max(step, 1.0), COARSEST_GAP_PX) / 2) + 1


def _masked(masks: Masks, in_frame: BoolArray, visible: BoolArray) -> tuple[ObjectView, ...]:
    framed = _counts(masks, in_frame)
    shown = framed if visible is in_frame else _counts(masks, visible)
    return tuple(
        ObjectView(masks.ids[k], masks.labels[k], float(framed[k] / area), float(shown[k] / area))
        for k, area in enumerate(masks.areas_px)
        if area > 0
    )


def _counts(masks: Masks, seen: BoolArray) -> npt.NDArray[np.int64]:
    total = np.zeros(len(masks) + 1, np.int64)
    for layer in masks.layers:
        counts = cv2.calcHist([layer], [0], seen.view(np.uint8), [len(total)], [0, len(total)])
        total += np.rint(counts.ravel()).astype(np.int64)
    return total[1:]


def _boxed(
    boxes: Mapping[int, npt.NDArray[np.float64]],
    names: Mapping[int, str],
    in_frame: BoolArray,
    visible: BoolArray,
) -> tuple[ObjectView, ...]:
    if not boxes:
        return ()
    framed, shown = (_box_shares(np.array(list(boxes.values())), seen) for seen in (in_frame, visible))
    return tuple(ObjectView(i, names[i], float(f), float(s)) for i, f, s in zip(boxes, framed, shown, strict=True))


def _box_shares(boxes: npt.NDArray[np.float64], seen: BoolArray) -> npt.NDArray[np.float64]:
    """Share of each box's pixels that were seen; a box thinner than a pixel counts the pixel it lies in."""
    height, width = seen.shape
    total = cv2.integral(seen.view(np.uint8))
    low = np.clip(np.rint(boxes[:, :2]).astype(int), 0, [width - 1, height - 1])
    high = np.clip(np.maximum(np.rint(boxes[:, 2:]).astype(int), low + 1), 0, [width, height])
    (x1, y1), (x2, y2) = low.T, high.T
    return np.asarray((total[y2, x2] - total[y1, x2] - total[y2, x1] + total[y1, x1]) / ((x2 - x1) * (y2 - y1)))


def boxes_by_id(boxes: Boxes, size_hw: tuple[int, int]) -> dict[int, npt.NDArray[np.float64]]:
    """``(4,)`` xyxy of each box, cut off at the frame, by object id; those without area are left out."""
    clipped = clip_xyxy(boxes.xyxy, size_hw)
    has_area = area_xyxy(clipped) > 0
    return {object_id: clipped[k] for k, object_id in enumerate(boxes.ids) if has_area[k]}


def tight_boxes(masks: Masks) -> dict[int, npt.NDArray[np.float64]]:
    """``(4,)`` xyxy around the pixels of each object, by object id; objects without pixels are left out."""
    found: dict[int, npt.NDArray[np.float64]] = {}
    for layer in masks.layers:
        for place, window in enumerate(find_objects(layer)):
            if window is not None:
                down, across = window
                corners = (across.start, down.start, across.stop, down.stop)
                found[masks.ids[place]] = np.array(corners, np.float64)
    return found


def tightness_of(labels: Labels, size_hw: tuple[int, int]) -> dict[int, float]:
    """IoU, 0..1, of each box with the box around its mask, by object id, where an object has both."""
    if labels.masks is None or not len(labels.boxes):
        return {}
    return _fits(boxes_by_id(labels.boxes, size_hw), tight_boxes(labels.masks))


def _fits(
    boxes: Mapping[int, npt.NDArray[np.float64]], tight: Mapping[int, npt.NDArray[np.float64]]
) -> dict[int, float]:
    return {i: float(iou_xyxy(boxes[i], tight[i])[0, 0]) for i in boxes if i in tight}


def areas_of(labels: Labels, size_hw: tuple[int, int]) -> dict[int, float]:
    """Area in square pixels of each object, of its mask if it has one, otherwise of its box."""
    areas = {i: float(area_xyxy(box)[0]) for i, box in boxes_by_id(labels.boxes, size_hw).items()}
    if labels.masks is not None:
        areas |= {i: float(area) for i, area in zip(labels.masks.ids, labels.masks.areas_px, strict=True)}
    return areas


def class_pixels_of(labels: Labels) -> dict[int, int]:
    """Pixels of each class value of the semantic map that occurs."""
    if labels.semantic is None or not labels.semantic.values.size:
        return {}
    counts = np.bincount(labels.semantic.values.ravel())
    return {int(value): int(counts[value]) for value in np.flatnonzero(counts)}
