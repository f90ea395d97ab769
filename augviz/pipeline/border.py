"""The border to Albumentations: a Sample becomes the data of a call, and the data become a Sample again.

Boxes travel in the library's own form, ``(N, 5)``: normalised xyxy and the row in the original, which every transform
carries along untouched; keypoints as ``(N, 6)``: x, y, z, angle, scale, row. Instance masks travel as index layers
whenever no step can mix their values, otherwise one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from albumentations.core.bbox_utils import convert_bboxes_to_albumentations, denormalize_bboxes

from augviz.errors import Problem
from augviz.pipeline.spec import BoxPolicy, KeypointPolicy, PipelineSpec, Step
from augviz.sample import Boxes, ImageArray, Keypoints, Labels, Masks, Sample, SemanticMap

Data = dict[str, Any]
"""What a transform is called with: image, mask, masks, bboxes, keypoints."""

PIXEL_CENTRE = 0.5
"""Albumentations counts keypoints from the middle of the top-left pixel (a mirror takes x to W - 1 - x) and boxes from
its outer corner (x to W - x); here both count from the corner."""

NEAREST = (None, cv2.INTER_NEAREST, cv2.INTER_NEAREST_EXACT)


@dataclass(frozen=True)
class Entry:
    """A sample, ready for the first step.

    Attributes:
        data: Arguments of the call.
        notes: What Albumentations itself would refuse or drop before the first step.
    """

    data: Data
    notes: tuple[Problem, ...]


def mixes_mask_values(spec: PipelineSpec) -> bool:
    """Whether a step can write mask values that were not there, so that index layers would become nonsense."""
    return spec.mask_interpolation not in NEAREST or any(_mixes(node) for node in spec.walk() if isinstance(node, Step))


def _mixes(step: Step) -> bool:
    fills = (step.params.get("fill_mask"), step.params.get("mask_drop_value"))
    filled = any(any(fill) if isinstance(fill, tuple) else bool(fill) for fill in fills)
    return step.name == "Morphological" or filled or step.params.get("mask_interpolation") not in NEAREST


def enter(sample: Sample, boxes: BoxPolicy, keypoints: KeypointPolicy, *, one_by_one: bool) -> Entry:
    """Turn a sample into the data of a call.

    Args:
        sample: The labelled image.
        boxes: Decides whether a box that reaches over the edge is clipped quietly.
        keypoints: Decides whether a point outside is dropped before the first step.
        one_by_one: Pass instance masks as ``(N, H, W)`` instead of index layers.
    """
    labels, notes = sample.labels, []
    data: Data = {"image": sample.image}
    if labels.semantic is not None:
        values = labels.semantic.values
        data["mask"] = values.astype(np.uint8 if values.size == 0 or values.max() <= 255 else np.uint16)
    if labels.masks is not None and len(labels.masks.layers):
        data["masks"] = labels.masks.to_stack().astype(np.uint8) if one_by_one else labels.masks.layers
    if len(labels.boxes):
        data["bboxes"], box_notes = _boxes_in(labels.boxes, sample.size_hw, boxes)
        notes += box_notes
    if len(labels.keypoints):
        data["keypoints"], point_notes = _keypoints_in(labels.keypoints, sample.size_hw, keypoints)
        notes += point_notes
    return Entry(data, tuple(notes))


def leave(data: Mapping[str, Any], before: Sample, *, one_by_one: bool) -> Sample:
    """Turn the data of a call into a sample; ids, names and bands come from the sample that went in."""
    image = as_image(data["image"])
    height, width = image.shape[:2]
    labels = before.labels
    bands = before.bands if len(before.bands) == image.shape[2] else ()
    after = Labels(
        boxes=_boxes_out(data["bboxes"], labels.boxes, (height, width)) if "bboxes" in data else labels.boxes,
        masks=_masks_out(data.get("masks"), labels.masks, (height, width), one_by_one=one_by_one),
        semantic=None
        if labels.semantic is None
        else SemanticMap(_plane(data["mask"]).astype(np.int32), labels.semantic.names, labels.semantic.colours),
        keypoints=_keypoints_out(data["keypoints"], labels.keypoints) if "keypoints" in data else labels.keypoints,
        label=labels.label,
    )
    return Sample(before.name, image, after, bands)


def protect(data: Data) -> None:
    """Make every array read-only, so that no transform can change what other runs still look at."""
    for value in data.values():
        value.flags.writeable = False


def call_with(data: Data) -> Data:
    """The data for one call: pixels as they are, boxes and keypoints copied, because some transforms write into them
    (keypoints of RandomRotate90 and D4 when the drawn turn is none; Albumentations 2.0.8).
    """
    return {key: value.copy() if key in ("bboxes", "keypoints") else value for key, value in data.items()}


def as_image(array: npt.NDArray[Any]) -> ImageArray:
    """Any image array of a transform -> ``(H, W, C)`` uint8 or float32."""
    image = array[..., None] if array.ndim == 2 else array
    return np.ascontiguousarray(image if image.dtype in (np.uint8, np.float32) else image.astype(np.float32))


def boxes_px(rows: npt.NDArray[Any], size_hw: tuple[int, int]) -> npt.NDArray[np.float64]:
    """``(N, 4)`` absolute pixels of the library's rows."""
    if not len(rows):
        return np.zeros((0, 4))
    return np.asarray(denormalize_bboxes(rows[:, :4], size_hw), np.float64)


def row_ids(rows: npt.NDArray[Any], column: int) -> list[int]:
    """The original row of each of the library's rows (column 4 of boxes, 5 of keypoints)."""
    return [] if not len(rows) else [int(i) for i in rows[:, column]]


def _boxes_in(boxes: Boxes, size_hw: tuple[int, int], policy: BoxPolicy) -> tuple[npt.NDArray[Any], list[Problem]]:
    height, width = size_hw
    limits = np.array([width, height, width, height], np.float32)
    clipped = np.clip(boxes.xyxy, 0, limits)
    reaches_over = (np.abs(clipped - boxes.xyxy) > 1e-3).any(axis=1)
    has_area = (clipped[:, 2] > clipped[:, 0]) & (clipped[:, 3] > clipped[:, 1])
    notes = []
    if reaches_over.any() and not policy.clip:
        k = int(np.flatnonzero(reaches_over)[0])
        notes.append(
            Problem(
                f"box {boxes.ids[k]} '{boxes.labels[k]}'",
                f"reaches over the edge ({int(reaches_over.sum())} of {len(boxes)} boxes do), "
                "and Albumentations refuses such an image",
                "It is clipped here; switch 'clip' on so that training does the same.",
                "changed",
            )
        )
    if not has_area.all() and not policy.filter_invalid_bboxes:
        k = int(np.flatnonzero(~has_area)[0])
        notes.append(
            Problem(
                f"box {boxes.ids[k]} '{boxes.labels[k]}'",
                f"has no area inside the image ({int((~has_area).sum())} of {len(boxes)} boxes have none), and "
                "Albumentations refuses such an image",
                "It is left out here; switch 'filter_invalid_bboxes' on so that training does the same.",
            )
        )
    rows = np.column_stack([clipped, np.arange(len(boxes))]).astype(np.float32)[has_area]
    return convert_bboxes_to_albumentations(rows, "pascal_voc", size_hw), notes


def _keypoints_in(
    points: Keypoints, size_hw: tuple[int, int], policy: KeypointPolicy
) -> tuple[npt.NDArray[Any], list[Problem]]:
    height, width = size_hw
    rows = np.zeros((len(points), 6), np.float32)
    rows[:, 5] = np.arange(len(points))
    inside = np.asarray(((points.xy >= 0) & (points.xy < (width, height))).all(axis=1), np.bool_)
    # The half pixel at the left and upper edge would count as outside there.
    rows[:, :2] = np.where(inside[:, None], np.maximum(points.xy - PIXEL_CENTRE, 0), points.xy - PIXEL_CENTRE)
    if inside.all() or not policy.remove_invisible:
        return rows, []
    k = int(np.flatnonzero(~inside)[0])
    note = Problem(
        f"keypoint '{points.labels[k]}'",
        f"lies outside ({int((~inside).sum())} of {len(points)} do), and Albumentations refuses such an image",
        "It is left out here; mend the label, or switch 'remove_invisible' off.",
    )
    return rows[inside], [note]


def _plane(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return array[..., 0] if array.ndim == 3 else array


def _boxes_out(rows: npt.NDArray[Any], before: Boxes, size_hw: tuple[int, int]) -> Boxes:
    kept = row_ids(rows, 4)
    if not kept:
        return before.take([])
    xyxy = boxes_px(rows, size_hw)
    ids = _ids_with_copies(kept, before.ids, (xyxy[:, 2:] - xyxy[:, :2]).prod(axis=1))
    return Boxes(xyxy.astype(np.float32), tuple(before.labels[i] for i in kept), ids)


def _ids_with_copies(kept: list[int], ids: tuple[int, ...], areas: npt.NDArray[np.float64]) -> tuple[int, ...]:
    """Ids of rows of which one object may have several: where a border is filled by reflection, Albumentations adds a
    box for every mirror image. The largest keeps the id, the others get ids that were not there before.
    """
    largest: dict[int, int] = {}
    for place, row in enumerate(kept):
        if row not in largest or areas[place] > areas[largest[row]]:
            largest[row] = place
    fresh = iter(range(max(ids) + 1, max(ids) + 1 + len(kept)))
    return tuple(ids[row] if largest[row] == place else next(fresh) for place, row in enumerate(kept))


def _keypoints_out(rows: npt.NDArray[Any], before: Keypoints) -> Keypoints:
    kept = before.take(row_ids(rows, 5))
    if not len(kept):
        return kept
    return Keypoints(
        rows[:, :2].astype(np.float32) + np.float32(PIXEL_CENTRE), kept.labels, kept.object_ids, kept.visible
    )


def _masks_out(
    arrays: npt.NDArray[Any] | None, before: Masks | None, size_hw: tuple[int, int], *, one_by_one: bool
) -> Masks | None:
    if before is None:
        return None
    if arrays is None:
        return Masks(np.zeros((0, *size_hw), np.uint16), before.labels, before.ids)
    planes = np.asarray(arrays)
    planes = planes[..., 0] if planes.ndim == 4 else planes
    if one_by_one:
        return Masks.from_stack((plane > 0 for plane in planes), before.labels, before.ids, size=size_hw)
    return Masks(planes, before.labels, before.ids)
