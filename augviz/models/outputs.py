"""A model's answer as one of three values, whatever its axes are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from augviz.errors import InputError
from augviz.geometry import Float64Array, FloatArray, IntArray, iou_xyxy
from augviz.models.card import ModelCard, Values
from augviz.models.guessing import BOX_COLUMNS

MOST_CLASSES = 100_000
MOST_BOXES = 3_000
"""Boxes of one picture that are looked at, the surest first."""

LEAST_SCORE = 0.05
"""Below it a box is noise."""

SAME_OBJECT_IOU = 0.5
"""Boxes of one class that overlap more are about one object (source: the usual value of non-maximum suppression)."""


@dataclass(frozen=True, eq=False)
class ClassScores:
    """What a classifier says.

    Attributes:
        values: ``(K,) float64``, one a class.
        kind: Logits or probabilities.
    """

    values: Float64Array
    kind: Values


@dataclass(frozen=True, eq=False)
class PixelScores:
    """What a segmentation model says.

    Attributes:
        values: ``(K, h, w) float32``, one a class and pixel of the model's own grid.
        kind: Logits or probabilities.
    """

    values: FloatArray
    kind: Values


@dataclass(frozen=True, eq=False)
class Detections:
    """What a detector says.

    Attributes:
        xyxy: ``(N, 4) float64`` in px of the model's input.
        scores: ``(N,) float64``, 0..1.
        classes: ``(N,) int64``.
    """

    xyxy: Float64Array
    scores: Float64Array
    classes: IntArray


Output: TypeAlias = ClassScores | PixelScores | Detections


def decoded(arrays: Sequence[npt.NDArray[Any]], card: ModelCard) -> Output:
    """The answer for one picture.

    Args:
        arrays: The model's outputs for a batch, of which the first picture counts.
        card: How the model is used.

    Raises:
        InputError: The answer has other axes than the card says, is empty, is not finite, or is the number of a class
            where scores are wanted.
    """
    first = arrays[0]
    if not all(np.issubdtype(array.dtype, np.number) for array in arrays[:3]):
        raise InputError(f"the model gives {first.dtype}, not numbers", where=card.name)
    if card.output == "boxes":
        return _detections(arrays, card)
    if first.ndim and not len(first):
        raise _another_form(first, card, "one score a class")
    values = np.asarray(first[0] if first.ndim else first, np.float32)
    if not np.isfinite(values).all():
        raise InputError(
            "the model's answer is not a finite number", where=card.name, mend="See whether mean, std and range fit."
        )
    found = _class_scores(values, card) if card.output == "classes" else _pixel_scores(values, card)
    if len(found.values) > 1:
        return found
    if np.issubdtype(first.dtype, np.integer):
        raise InputError(
            "the model gives the number of a class, and not scores", where=card.name, mend="Export it without ArgMax."
        )
    both = _two_classes(found.values, card.values)
    return ClassScores(both, card.values) if isinstance(found, ClassScores) else PixelScores(both, card.values)


def _class_scores(values: FloatArray, card: ModelCard) -> ClassScores:
    flat = values.reshape(-1)
    if max(values.shape, default=0) != flat.size or not 1 <= flat.size <= MOST_CLASSES:
        raise _another_form(values, card, "one score a class")
    return ClassScores(_probable(flat.astype(np.float64), card), card.values)


def _pixel_scores(values: FloatArray, card: ModelCard) -> PixelScores:
    if values.ndim != 3 or not values.size:
        raise _another_form(values, card, "one score a class and pixel")
    scores = values if card.layout == "NCHW" else np.moveaxis(values, -1, 0)
    return PixelScores(np.ascontiguousarray(_probable(scores, card), np.float32), card.values)


def _two_classes(scores: npt.NDArray[Any], kind: Values) -> npt.NDArray[Any]:
    """One score says "this or not": softmax of (0, z) is the sigmoid of z."""
    return np.concatenate([1 - scores if kind == "probabilities" else np.zeros_like(scores), scores])


def _probable(scores: npt.NDArray[Any], card: ModelCard) -> npt.NDArray[Any]:
    if card.values == "probabilities" and (scores.min() < -1e-4 or scores.max() > 1 + 1e-4):
        raise InputError(
            "the model's answer is not between 0 and 1, so it is no probability",
            where=card.name,
            mend="Say that it gives logits.",
        )
    return np.clip(scores, 0, 1) if card.values == "probabilities" else scores


def _another_form(values: npt.NDArray[Any], card: ModelCard, wanted: str) -> InputError:
    shape = " x ".join(map(str, values.shape)) or "a single number"
    return InputError(
        f"the model's answer for one picture is {shape}, and not {wanted}",
        where=card.name,
        mend="Say what kind of answer it gives.",
    )


# -- boxes --------------------------------------------------------------------------------------------------------


def _detections(arrays: Sequence[npt.NDArray[Any]], card: ModelCard) -> Detections:
    first = np.asarray(arrays[0], np.float64)
    if len(arrays) >= 3 and first.ndim == 2 and first.shape[1] == 4:
        return _in_three(first, arrays[1], arrays[2], card)
    if first.ndim != 3 or not len(first):
        raise _another_form(first, card, "rows of boxes")
    rows = first[0]
    if rows.shape[1] == BOX_COLUMNS:
        return _surest(rows[:, :4], rows[:, 4], rows[:, 5], card)
    if rows.shape[0] >= 5 and rows.shape[0] < rows.shape[1]:
        return _suppressed(rows.T, card)
    raise _another_form(rows, card, "rows of boxes")


def _in_three(boxes: Float64Array, second: npt.NDArray[Any], third: npt.NDArray[Any], card: ModelCard) -> Detections:
    """Boxes, classes and scores apart, as torchvision's detectors give them; whole numbers are the classes."""
    classes, scores = (second, third) if np.issubdtype(second.dtype, np.integer) else (third, second)
    if classes.shape != (len(boxes),) or scores.shape != (len(boxes),):
        raise _another_form(classes, card, "one class and score a box")
    return _surest(boxes, np.asarray(scores, np.float64), classes, card)


def _suppressed(rows: Float64Array, card: ModelCard) -> Detections:
    """Rows of centre, size and one score a class, as YOLO exports give them, of which the best are kept.

    Source: Ultralytics, "Export", the output of YOLOv8 to v11 without ``nms=True``; greedy non-maximum suppression.
    """
    scores, classes = rows[:, 4:].max(axis=1), rows[:, 4:].argmax(axis=1)
    corners = np.hstack([rows[:, :2] - rows[:, 2:4] / 2, rows[:, :2] + rows[:, 2:4] / 2])
    found = _surest(corners, scores, classes, card)
    overlaps = iou_xyxy(found.xyxy, found.xyxy) * (found.classes[:, None] == found.classes)
    kept: list[int] = []
    for row in range(len(found.scores)):
        if not kept or overlaps[row, kept].max() <= SAME_OBJECT_IOU:
            kept.append(row)
    return Detections(found.xyxy[kept], found.scores[kept], found.classes[kept])


def _surest(xyxy: Float64Array, scores: Float64Array, classes: npt.NDArray[Any], card: ModelCard) -> Detections:
    if not (np.isfinite(xyxy).all() and np.isfinite(scores).all()):
        raise InputError("the model gives boxes that are not finite numbers", where=card.name)
    if scores.size and scores.max() > 1 + 1e-4:
        raise InputError(
            "the model's scores of boxes are above 1", where=card.name, mend="Export it with probabilities as scores."
        )
    order = np.argsort(-scores, kind="stable")[:MOST_BOXES]
    order = order[scores[order] >= LEAST_SCORE]
    chosen = classes[order]
    if not ((chosen == np.rint(chosen)) & (chosen >= 0) & (chosen < MOST_CLASSES)).all():
        raise InputError(
            "the model's numbers of classes are none: they begin at 0 and are whole",
            where=card.name,
            mend="See whether the columns are x1, y1, x2, y2, score, class.",
        )
    return Detections(xyxy[order], np.clip(scores[order], 0, 1), chosen.astype(np.int64))
