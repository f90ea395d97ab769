"""Which labels survive a step: the library's own filters, and why each object fell.

The limits are those of ``A.BboxParams``; the formulas repeat ``filter_bboxes`` of Albumentations 2.0.8 only to name the
limit that was broken, the decision itself is the library's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt
from albumentations.core.bbox_utils import BboxProcessor
from albumentations.core.keypoints_utils import KeypointsProcessor

from augviz.errors import Problem
from augviz.pipeline.border import boxes_px, row_ids
from augviz.pipeline.build import Built
from augviz.pipeline.trace import Cause, Removal
from augviz.sample import Labels, Masks

Rows = npt.NDArray[Any]


@dataclass(frozen=True)
class Lost:
    """A row that fell, before anybody knows at which step."""

    target: Literal["box", "mask", "keypoint"]
    row: int
    cause: Cause
    limit: float | None = None
    value: float | None = None

    def as_removal(self, labels: Labels, step_id: str | None) -> Removal:
        """The same with the object's name and the step."""
        names: Sequence[str] = labels.boxes.labels if self.target == "box" else labels.keypoints.labels
        if self.target == "mask" and labels.masks is not None:
            names = labels.masks.labels
        return Removal(self.target, self.row, names[self.row], self.cause, step_id, self.limit, self.value)


@dataclass(frozen=True)
class Verdict:
    """Rows that stay, and rows that fell."""

    key: Literal["bboxes", "keypoints"]
    rows: Rows
    lost: tuple[Lost, ...]
    notes: tuple[Problem, ...] = ()


def filter_boxes(processor: BboxProcessor, data: Mapping[str, Any]) -> Verdict:
    """Drop boxes as ``BboxProcessor.filter`` does; what it clips to nothing but keeps once more counts as lost."""
    rows, size = data["bboxes"], _size(data)
    kept = processor.filter(rows, {"height": size[0], "width": size[1]})
    standing = set(row_ids(kept[_area(boxes_px(kept, size)) > 0], 4))
    fallen = {row: i for i, row in enumerate(row_ids(rows, 4)) if row not in standing}
    return Verdict("bboxes", kept, tuple(_why(rows[i], size, processor.params) for i in fallen.values()))


def filter_keypoints(processor: KeypointsProcessor, data: Mapping[str, Any]) -> Verdict:
    """Drop keypoints as ``KeypointsProcessor.filter`` does."""
    rows, size = data["keypoints"], _size(data)
    kept = processor.filter(rows, {"height": size[0], "width": size[1]})
    fallen = set(row_ids(rows, 5)) - set(row_ids(kept, 5))
    return Verdict("keypoints", kept, tuple(Lost("keypoint", row, "left the image") for row in sorted(fallen)))


def final(built: Built, data: Mapping[str, Any]) -> tuple[Verdict, ...]:
    """The judgement after the last step, which the library passes whatever ``check_each_transform`` says."""
    verdicts: list[Verdict] = []
    if "bboxes" in data:
        verdict = filter_boxes(built.boxes, data)
        empty = _area(boxes_px(verdict.rows, _size(data))) <= 0
        notes: tuple[Problem, ...] = ()
        if empty.any():
            notes = (
                Problem(
                    f"{int(empty.sum())} box(es)",
                    "left the image, and with check_each_transform off and no limits set Albumentations stops with "
                    "'x_max is less than or equal to x_min'",
                    "Switch check_each_transform on, or set min_area to 1.",
                    "note",
                ),
            )
        kept = verdict.rows[~empty] if empty.any() else verdict.rows
        verdicts.append(Verdict("bboxes", kept, verdict.lost, (*notes, *_copies(kept))))
    if "keypoints" in data:
        verdicts.append(filter_keypoints(built.keypoints, data))
    return tuple(verdicts)


def _copies(rows: Rows) -> tuple[Problem, ...]:
    """Where a border is filled by reflection, Albumentations adds a box for every mirror image of an object."""
    more = len(rows) - len(set(row_ids(rows, 4)))
    if not more:
        return ()
    return (
        Problem(
            f"{more} box(es)",
            "are mirror images in a reflected border, or the same object in another field of a mosaic, which "
            "Albumentations labels as objects of their own",
            "Choose another border_mode, or more images for the mosaic, if that is not meant.",
            "note",
        ),
    )


def shares_after(before: Mapping[str, Any], after: Mapping[str, Any], params: Mapping[str, Any]) -> dict[int, float]:
    """How much of each box a step left visible, 0..1, by row: inside the frame, and not under a hole.

    Inside the frame is the area of the clipped box over the area of the box as the transform placed it (the transforms
    place boxes without clipping); where boxes are judged only at the end, they reach over the edge before the step
    already, and only what is lost since counts. Under a hole is the share of the box's area before the step that the
    holes cover.
    """
    if "bboxes" not in after or "bboxes" not in before:
        return {}
    rows, size = after["bboxes"], _size(after)
    if (holes := holes_of(params)) is not None:
        covered = covered_shares(boxes_px(before["bboxes"], _size(before)), holes, _size(before))
        return dict(zip(row_ids(before["bboxes"], 4), (1.0 - covered).tolist(), strict=True))
    inside_before, inside_after = _inside(before["bboxes"], _size(before)), _inside(rows, size)
    return {
        row: min(share / inside_before[row], 1.0) if inside_before.get(row) else 0.0
        for row, share in inside_after.items()
    }


def _inside(rows: Rows, size: tuple[int, int]) -> dict[int, float]:
    """Share of each box that lies in the frame, 0..1, by row; of mirror images of one object the largest."""
    placed = boxes_px(rows, size)
    clipped = np.clip(placed, 0, [size[1], size[0], size[1], size[0]])
    shares = np.divide(_area(clipped), _area(placed), out=np.zeros(len(placed)), where=_area(placed) > 0)
    best: dict[int, float] = {}
    for row, share in zip(row_ids(rows, 4), shares, strict=True):
        best[row] = max(best.get(row, 0.0), float(share))
    return best


def dropped_by_transform(
    before: Mapping[str, Any], after: Mapping[str, Any], params: Mapping[str, Any]
) -> tuple[Lost, ...]:
    """Rows that the transform itself did not give back: covered by holes, or outside its crop."""
    cause: Cause = "left the image" if holes_of(params) is None else "covered"
    lost: list[Lost] = []
    for target, key, column in (("box", "bboxes", 4), ("keypoint", "keypoints", 5)):
        if key in before:
            gone = set(row_ids(before[key], column)) - set(row_ids(after[key], column))
            lost += [Lost(target, row, cause) for row in sorted(gone)]  # type: ignore[arg-type]
    return tuple(lost)


def left_out_at_entry(labels: Labels, entered: Mapping[str, Any]) -> tuple[Lost, ...]:
    """Boxes and keypoints outside the image to begin with, which no step gets to see."""
    boxes = set(range(len(labels.boxes))) - set(row_ids(entered.get("bboxes", ()), 4))
    points = set(range(len(labels.keypoints))) - set(row_ids(entered.get("keypoints", ()), 5))
    return (
        *(Lost("box", row, "left the image") for row in sorted(boxes)),
        *(Lost("keypoint", row, "left the image") for row in sorted(points)),
    )


def came_from_elsewhere(lost: Lost, labels: Labels) -> bool:
    """Whether a row belongs to an object of another image: what becomes of it is no loss of this one."""
    own = {"box": len(labels.boxes), "keypoint": len(labels.keypoints)}
    return lost.row >= own.get(lost.target, lost.row + 1)


def vanished_masks(before: Masks, now: Labels, *, erased: bool) -> tuple[Lost, ...]:
    """Objects that had pixels and have none.

    Args:
        before: Masks of the original.
        now: Labels after the step.
        erased: Whether the step erases pixels of masks. Otherwise an object whose box is still there has become too
            small for a pixel, and any other has left the image.
    """
    if now.masks is None:
        return ()
    boxed = {now.boxes.ids[place] for place in np.flatnonzero(_area(now.boxes.xyxy.astype(np.float64)) > 0)}
    causes: dict[bool, Cause] = {True: "interpolated away", False: "left the image"}
    return tuple(
        Lost("mask", int(row), "covered" if erased else causes[before.ids[row] in boxed])
        for row in np.flatnonzero((before.areas_px > 0) & (now.masks.areas_px == 0))
    )


def erases(params: Mapping[str, Any]) -> bool:
    """Whether a transform that drew these values erases pixels in place."""
    return not params.keys().isdisjoint({"holes", "dropout_mask", "drop_mask", "mask_drop_mask"})


def never_met(lost: Lost, entered: Mapping[str, Any], limits: Any) -> bool:
    """Whether a box fell to a limit that it broke before the first step already."""
    if lost.target != "box" or lost.limit is None or "bboxes" not in entered:
        return False
    rows = entered["bboxes"]
    (place,) = np.flatnonzero(rows[:, 4] == lost.row)
    broken = _broken(rows[place], _size(entered), limits)
    return broken is not None and broken.cause == lost.cause


def holes_of(params: Mapping[str, Any]) -> npt.NDArray[np.int64] | None:
    """``(N, 4)`` xyxy pixels that a dropout erased, or None when the transform makes no holes."""
    if "holes" not in params:
        return None
    return np.asarray(params["holes"], np.int64).reshape(-1, 4)


def covered_shares(
    boxes: npt.NDArray[np.float64], holes: npt.NDArray[np.int64], size_hw: tuple[int, int]
) -> npt.NDArray[np.float64]:
    """Share of each box's pixels that lie under at least one hole, 0..1 (holes may overlap: counted once)."""
    painted = np.zeros(size_hw, np.uint8)
    for x1, y1, x2, y2 in holes:
        painted[max(y1, 0) : y2, max(x1, 0) : x2] = 1
    total = cv2.integral(painted)
    x1, y1, x2, y2 = np.clip(np.rint(boxes), 0, [size_hw[1], size_hw[0]] * 2).astype(int).T
    covered = total[y2, x2] - total[y1, x2] - total[y2, x1] + total[y1, x1]
    pixels = np.maximum((x2 - x1) * (y2 - y1), 1)
    return np.asarray(covered / pixels, np.float64)


def _why(row: Rows, size: tuple[int, int], limits: Any) -> Lost:
    """Which limit a box broke that the library has dropped."""
    return _broken(row, size, limits) or Lost("box", int(row[4]), "min_visibility", limits.min_visibility, 1.0)


def _broken(row: Rows, size: tuple[int, int], limits: Any) -> Lost | None:
    """The first limit that a box breaks, in the order of ``filter_bboxes``."""
    place = int(row[4])
    box = boxes_px(row[None], size)
    clipped = np.clip(box, 0, [size[1], size[0], size[1], size[0]])
    area, left = float(_area(box)[0]), float(_area(clipped)[0])
    if left <= 0:
        return Lost("box", place, "left the image")
    width, height = float(clipped[0, 2] - clipped[0, 0]), float(clipped[0, 3] - clipped[0, 1])
    values: tuple[tuple[Cause, float], ...] = (
        ("min_visibility", left / area),
        ("min_area", left),
        ("min_width", width),
        ("min_height", height),
    )
    for cause, value in values:
        if value < getattr(limits, cause):
            return Lost("box", place, cause, getattr(limits, cause), value)
    ratio = max(width / height, height / width)
    if limits.max_accept_ratio is not None and ratio > limits.max_accept_ratio:
        return Lost("box", place, "max_accept_ratio", limits.max_accept_ratio, ratio)
    return None


def _size(data: Mapping[str, Any]) -> tuple[int, int]:
    return int(data["image"].shape[0]), int(data["image"].shape[1])


def _area(boxes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    return np.asarray(sides[:, 0] * sides[:, 1], np.float64)
