"""Labels that follow their picture: scaled, shifted, and seen through a window or around one.

Objects are told apart by id. What can be seen of an object is counted in the pixels of its mask where it has one, in
the area of its box otherwise, and in its points where it has neither.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from augviz.geometry import area_xyxy, layer_windows
from augviz.mixing.cutting import Box
from augviz.sample import BoolArray, Boxes, Keypoints, Labels, Masks, Sample, SemanticMap

Float64Array = npt.NDArray[np.float64]

NEAREST = cv2.INTER_NEAREST_EXACT
"""The value at the middle of each new pixel. OpenCV's usual one takes that at its corner: masks then lie 0.4 pixels
beside their picture on average, and up to 0.9 (measured)."""


class Seen(NamedTuple):
    """What is left of a sample, or of labels, behind a window.

    Attributes:
        labels: Boxes are cut to the smallest rectangle around what can be seen of them; objects of which nothing can be
            seen are gone.
        shares: Visible share of every object that was there, 0..1, by id.
    """

    labels: Labels
    shares: Mapping[int, float]


class Fitted(NamedTuple):
    """A sample brought to a size.

    Attributes:
        sample: The picture and the labels that are left.
        shares: Visible share of every object that was there, 0..1, by id.
    """

    sample: Sample
    shares: Mapping[int, float]


def fitted(sample: Sample, size_hw: tuple[int, int], anchor_xy: tuple[float, float] = (0.5, 0.5)) -> Fitted:
    """Scale a sample so that it covers a size, and cut it there, as ``Resize`` and ``CenterCrop`` of training do.

    Args:
        sample: The labelled image.
        size_hw: Height and width that are wanted, in pixels.
        anchor_xy: Which part stays: 0 is left or top, 0.5 the middle, 1 right or bottom.

    Returns:
        A sample of exactly this size; the very same one where nothing has to be done.
    """
    if sample.size_hw == size_hw:
        return Fitted(sample, dict.fromkeys(sample.labels.object_names(), 1.0))
    height, width = sample.size_hw
    scale = max(size_hw[0] / height, size_hw[1] / width)
    whole = max(size_hw[0], round(height * scale)), max(size_hw[1], round(width * scale))
    left, top = int(anchor_xy[0] * (whole[1] - size_hw[1])), int(anchor_xy[1] * (whole[0] - size_hw[0]))
    window = (left, top, left + size_hw[1], top + size_hw[0])
    image = _scaled(sample.image, whole, cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    left_over = seen(_scaled_labels(sample.labels, sample.size_hw, whole), whole, window)
    labels = _shifted(left_over.labels, window)
    cut = np.ascontiguousarray(image[window[1] : window[3], window[0] : window[2]])
    return Fitted(replace(sample, image=cut, labels=labels), left_over.shares)


def seen(labels: Labels, size_hw: tuple[int, int], window: Box, *, inside: bool = True) -> Seen:
    """What is left of labels when only a window, or only what lies around it, can be seen.

    Args:
        labels: In pixels of the image.
        size_hw: Its height and width.
        window: Half-open box of whole pixels within the image.
        inside: Whether the window is what is seen, or what is hidden.

    Returns:
        Labels in the same pixels. Of a semantic map, what is hidden becomes 0.
    """
    view = np.zeros(size_hw, np.bool_)
    view[window[1] : window[3], window[0] : window[2]] = True
    view = view if inside else ~view
    masks, mask_shares = (None, {}) if labels.masks is None else _seen_masks(labels.masks, view)
    boxes, box_shares = _seen_boxes(labels.boxes, window, inside)
    points = _in_view(labels.keypoints, view)
    shares = {**_point_shares(labels.keypoints, points), **box_shares, **mask_shares}
    semantic = labels.semantic
    if semantic is not None:
        semantic = SemanticMap(np.where(view, semantic.values, 0), semantic.names, semantic.colours)
    cut = Labels(_around(boxes, masks, shares), masks, semantic, labels.keypoints.take(points), labels.label)
    return Seen(without(cut, {i for i, share in shares.items() if share <= 0}), shares)


def without(labels: Labels, ids: Collection[int]) -> Labels:
    """The labels without these objects: boxes, masks and keypoints."""
    if not ids:
        return labels
    boxes = labels.boxes.take([row for row, i in enumerate(labels.boxes.ids) if i not in ids])
    points = labels.keypoints.take([row for row, i in enumerate(labels.keypoints.object_ids) if i not in ids])
    masks = None if labels.masks is None else _without_masks(labels.masks, ids)
    return replace(labels, boxes=boxes, masks=masks, keypoints=points)


# -- what can be seen --------------------------------------------------------------------------------------------------


def _seen_masks(masks: Masks, view: BoolArray) -> tuple[Masks, dict[int, float]]:
    left = Masks(np.where(view, masks.layers, 0), masks.labels, masks.ids)
    before, after = masks.areas_px, left.areas_px
    return left, {i: float(after[k] / before[k]) for k, i in enumerate(masks.ids) if before[k]}


def _seen_boxes(boxes: Boxes, window: Box, inside: bool) -> tuple[Boxes, dict[int, float]]:
    xyxy = boxes.xyxy.astype(np.float64)
    frame = np.array(window, np.float64)
    common = np.concatenate([np.maximum(xyxy[:, :2], frame[:2]), np.minimum(xyxy[:, 2:], frame[2:])], axis=1)
    whole, covered = area_xyxy(xyxy), area_xyxy(common)
    visible = covered if inside else whole - covered
    shares = np.divide(visible, whole, out=np.zeros(len(xyxy)), where=whole > 0)
    left = common if inside else _beside(xyxy, frame)
    left[:, 2:] = np.maximum(left[:, :2], left[:, 2:])
    return Boxes(left.astype(np.float32), boxes.labels, boxes.ids), dict(zip(boxes.ids, shares.tolist(), strict=True))


def _beside(xyxy: Float64Array, hole: Float64Array) -> Float64Array:
    """The smallest boxes around what a hole leaves of boxes: a hole that takes a whole side moves that side."""
    left = xyxy.copy()
    for axis in (0, 1):
        other = 1 - axis
        spans = (hole[other] <= xyxy[:, other]) & (hole[other + 2] >= xyxy[:, other + 2])
        starts = spans & (hole[axis] <= xyxy[:, axis]) & (hole[axis + 2] > xyxy[:, axis])
        ends = spans & (hole[axis + 2] >= xyxy[:, axis + 2]) & (hole[axis] < xyxy[:, axis + 2])
        left[starts, axis] = np.minimum(hole[axis + 2], xyxy[starts, axis + 2])
        left[ends, axis + 2] = np.maximum(hole[axis], xyxy[ends, axis])
    return left


def _around(boxes: Boxes, masks: Masks | None, shares: Mapping[int, float]) -> Boxes:
    """Boxes of objects that lost pixels of their mask, cut to what is left of it."""
    places = {} if masks is None else {i: k for k, i in enumerate(masks.ids) if shares.get(i, 1.0) < 1}
    rows = [row for row, i in enumerate(boxes.ids) if i in places]
    if masks is None or not rows:
        return boxes
    windows = {value: found for layer in masks.layers for value, found in layer_windows(layer).items()}
    xyxy = boxes.xyxy.copy()
    for row in rows:
        found = windows.get(places[boxes.ids[row]] + 1)
        if found is None:
            continue
        high, wide = found.mask.shape
        low = np.maximum(xyxy[row, :2], (found.left, found.top))
        end = np.minimum(xyxy[row, 2:], (found.left + wide, found.top + high))
        if (end > low).all():
            xyxy[row] = (*low, *end)
    return Boxes(xyxy, boxes.labels, boxes.ids)


def _in_view(points: Keypoints, view: BoolArray) -> list[int]:
    height, width = view.shape
    places = np.floor(points.xy).astype(np.int64)
    return [
        row for row, (x, y) in enumerate(places.tolist()) if 0 <= x < width and 0 <= y < height and bool(view[y, x])
    ]


def _point_shares(points: Keypoints, in_view: Collection[int]) -> dict[int, float]:
    ids = sorted({i for i in points.object_ids if i >= 0})
    rows = {i: [row for row, owner in enumerate(points.object_ids) if owner == i] for i in ids}
    return {i: sum(row in in_view for row in own) / len(own) for i, own in rows.items()}


# -- moving ------------------------------------------------------------------------------------------------------------


def _scaled_labels(labels: Labels, size_hw: tuple[int, int], wanted_hw: tuple[int, int]) -> Labels:
    factor = np.array([wanted_hw[1] / size_hw[1], wanted_hw[0] / size_hw[0]])
    boxes, points, masks, semantic = labels.boxes, labels.keypoints, labels.masks, labels.semantic
    return Labels(
        Boxes((boxes.xyxy * np.tile(factor, 2)).astype(np.float32), boxes.labels, boxes.ids),
        None if masks is None else Masks(_scaled_layers(masks.layers, wanted_hw), masks.labels, masks.ids),
        None
        if semantic is None
        else SemanticMap(_scaled(semantic.values, wanted_hw, NEAREST), semantic.names, semantic.colours),
        Keypoints((points.xy * factor).astype(np.float32), points.labels, points.object_ids, points.visible),
        labels.label,
    )


def _scaled_layers(layers: npt.NDArray[np.uint16], wanted_hw: tuple[int, int]) -> npt.NDArray[np.uint16]:
    found = [_scaled(layer, wanted_hw, NEAREST) for layer in layers]
    return np.stack(found) if found else np.zeros((0, *wanted_hw), np.uint16)


def _scaled(array: npt.NDArray[Any], wanted_hw: tuple[int, int], how: int) -> npt.NDArray[Any]:
    if array.ndim == 3 and array.shape[2] != 3:  # OpenCV's mean over areas takes four channels at most
        bands = [np.ascontiguousarray(array[:, :, k]) for k in range(array.shape[2])]
        return np.stack([_scaled(band, wanted_hw, how) for band in bands], axis=2)
    return np.asarray(cv2.resize(array, wanted_hw[::-1], interpolation=how))


def _shifted(labels: Labels, window: Box) -> Labels:
    """The labels of a window, counted from its corner."""
    x1, y1, x2, y2 = window
    boxes, points, masks, semantic = labels.boxes, labels.keypoints, labels.masks, labels.semantic
    by = np.array([x1, y1], np.float32)
    return Labels(
        Boxes(boxes.xyxy - np.tile(by, 2), boxes.labels, boxes.ids),
        None if masks is None else Masks(masks.layers[:, y1:y2, x1:x2], masks.labels, masks.ids),
        None if semantic is None else SemanticMap(semantic.values[y1:y2, x1:x2], semantic.names, semantic.colours),
        Keypoints(points.xy - by, points.labels, points.object_ids, points.visible),
        labels.label,
    )


def _without_masks(masks: Masks, ids: Collection[int]) -> Masks:
    kept = [k for k, i in enumerate(masks.ids) if i not in ids]
    table = np.zeros(len(masks) + 1, np.uint16)
    table[[k + 1 for k in kept]] = np.arange(1, len(kept) + 1)
    layers = table[masks.layers]
    layers = layers[layers.any(axis=(1, 2))]
    return Masks(layers, tuple(masks.labels[k] for k in kept), tuple(masks.ids[k] for k in kept))
