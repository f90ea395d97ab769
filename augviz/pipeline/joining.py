"""Labels of several images in one: what the fields of a mosaic hold.

Boxes and keypoints travel with the row they have in their image. In a mosaic rows of several images meet, so that all
of them are listed in one sample, the roster: first the objects of the image itself, then those of the others under ids
that were free.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import albumentations as A
import numpy as np
import numpy.typing as npt

from augviz.errors import Problem, StepError
from augviz.pipeline import border
from augviz.pipeline.spec import BoxPolicy, KeypointPolicy
from augviz.sample import Boxes, Keypoints, Labels, Sample, SemanticMap


@dataclass(frozen=True)
class Joined:
    """The other images of a mosaic, ready for the call.

    Attributes:
        roster: The image itself with the objects of the others after its own.
        items: ``{"image", "mask", "bboxes", "keypoints"}`` each, rows numbered as in the roster.
        notes: What Albumentations would refuse of their labels.
    """

    roster: Sample
    items: tuple[dict[str, Any], ...]
    notes: tuple[Problem, ...]


def join(roster: Sample, others: tuple[Sample, ...], boxes: BoxPolicy, keypoints: KeypointPolicy) -> Joined:
    """Number the objects of other images behind those of the roster.

    Raises:
        StepError: One of the others has no mask of classes although the image has one.
    """
    items: list[dict[str, Any]] = []
    notes = _left_behind(others, roster.labels.semantic is not None)
    for other in others:
        entry = border.enter(_without_masks(other), boxes, keypoints, one_by_one=False)
        notes += [replace(note, where=f"{other.name}, {note.where}") for note in entry.notes]
        item: dict[str, Any] = {"image": other.image}
        item["bboxes"] = _shifted(entry.data.get("bboxes", np.zeros((0, 5), np.float32)), 4, len(roster.labels.boxes))
        item["keypoints"] = _shifted(
            entry.data.get("keypoints", np.zeros((0, 6), np.float32)), 5, len(roster.labels.keypoints)
        )
        semantic = roster.labels.semantic
        if semantic is not None:
            semantic, item["mask"] = _same_classes(semantic, other)
        roster = _listing(roster, other, semantic)
        items.append(item)
    return Joined(roster, tuple(items), tuple(notes))


def field_scale(leaf: A.BasicTransform, size_hw: tuple[int, int]) -> float:
    """By how much a mosaic scales an image of this size to fit it into a field."""
    ratios = [cell / side for cell, side in zip(leaf.cell_shape, size_hw, strict=True)]
    return float(max(ratios) if leaf.fit_mode == "cover" else min(ratios))


def field_shares(before: Mapping[str, Any], after: Mapping[str, Any], scale: float) -> dict[int, float]:
    """Share of each box that its field still shows, 0..1, by row; where an image fills several fields, the largest.

    The library cuts boxes at the edge of their field, so that their size before has to be asked.
    """
    if "bboxes" not in after:
        return {}
    areas = dict(zip(border.row_ids(before["bboxes"], 4), _areas(before), strict=True)) if "bboxes" in before else {}
    best: dict[int, float] = {}
    for row, area in zip(border.row_ids(after["bboxes"], 4), _areas(after), strict=True):
        whole = areas.get(row, 0.0) * scale * scale
        best[row] = max(best.get(row, 0.0), min(area / whole, 1.0) if whole > 0 else 1.0)
    return best


def _areas(data: Mapping[str, Any]) -> list[float]:
    xyxy = border.boxes_px(data["bboxes"], (data["image"].shape[0], data["image"].shape[1]))
    return list((xyxy[:, 2:] - xyxy[:, :2]).prod(axis=1))


def _without_masks(sample: Sample) -> Sample:
    return sample.with_labels(replace(sample.labels, masks=None, semantic=None))


def _left_behind(others: tuple[Sample, ...], has_classes: bool) -> list[Problem]:
    """What is said of masks that stay behind, once for all images."""
    names = [
        other.name
        for other in others
        if (other.labels.masks is not None and len(other.labels.masks))
        or (other.labels.semantic is not None and not has_classes)
    ]
    what = "have masks that do not come along, because the image in view has none"
    return [Problem(", ".join(names), what, "Boxes and keypoints come along.", "note")] if names else []


def _shifted(rows: npt.NDArray[Any], column: int, by: int) -> npt.NDArray[Any]:
    moved = rows.copy()
    moved[:, column] += by
    return moved


def _same_classes(ours: SemanticMap, other: Sample) -> tuple[SemanticMap, npt.NDArray[Any]]:
    theirs = other.labels.semantic
    if theirs is None:
        raise StepError(
            f"Mosaic cannot use {other.name}: the image has a mask of classes, and this one has none",
            mend="Choose images with a mask of classes, or draw one.",
        )
    return in_our_classes(ours, theirs)


def in_our_classes(ours: SemanticMap, theirs: SemanticMap) -> tuple[SemanticMap, npt.NDArray[np.uint16]]:
    """Another map in our class values: a class of the same name gets our value, a new one a free value.

    Returns:
        Our map with the names of both, and the values ``(H, W)`` of theirs.
    """
    values = {name: value for value, name in ours.names.items()}
    names, table = dict(ours.names), {}
    for value in np.unique(theirs.values).tolist():
        name = theirs.names.get(value)
        if value == 0 or name is None or names.get(value) == name:
            table[value] = value
        elif name in values:
            table[value] = values[name]
        else:
            table[value] = next(free for free in range(1, 2**16) if free not in names)
            names[table[value]], values[name] = name, table[value]
    mapped = np.zeros(max(table, default=0) + 1, np.uint16)
    mapped[list(table)] = list(table.values())
    return SemanticMap(ours.values, names, ours.colours), mapped[theirs.values]


def _listing(roster: Sample, other: Sample, semantic: SemanticMap | None) -> Sample:
    """The roster with the objects of one more image behind its own."""
    ours, theirs = roster.labels, other.labels
    ids = _free_ids(ours, theirs)
    boxes = Boxes(
        np.concatenate([ours.boxes.xyxy, theirs.boxes.xyxy]),
        ours.boxes.labels + theirs.boxes.labels,
        ours.boxes.ids + tuple(ids[i] for i in theirs.boxes.ids),
    )
    points = Keypoints(
        np.concatenate([ours.keypoints.xy, theirs.keypoints.xy]),
        ours.keypoints.labels + theirs.keypoints.labels,
        ours.keypoints.object_ids + tuple(ids.get(i, -1) for i in theirs.keypoints.object_ids),
        ours.keypoints.visible + theirs.keypoints.visible,
    )
    return roster.with_labels(Labels(boxes, ours.masks, semantic, points, ours.label))


def _free_ids(ours: Labels, theirs: Labels) -> dict[int, int]:
    """An id that no object of ours has, for each object of theirs that has a box or a keypoint."""
    taken = {*ours.boxes.ids, *ours.keypoints.object_ids, *(() if ours.masks is None else ours.masks.ids)}
    first = max(taken, default=-1) + 1
    wanted = sorted({*theirs.boxes.ids, *theirs.keypoints.object_ids} - {-1})
    return {theirs_id: first + place for place, theirs_id in enumerate(wanted)}
