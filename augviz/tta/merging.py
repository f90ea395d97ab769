"""One answer from all views: for classes, for pixels, and for boxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeVar, cast

import numpy as np
import numpy.typing as npt

from augviz.errors import InputError
from augviz.geometry import Float64Array, FloatArray, IntArray, area_xyxy
from augviz.models.outputs import ClassScores, Detections, PixelScores
from augviz.tta import arithmetic
from augviz.tta.box_fusion import Fused, fuse_boxes
from augviz.tta.reading import Reading
from augviz.tta.way_back import WayBack, boxes_back, scores_back

How = Literal["probabilities", "logits", "geometric", "vote"]

UNSEEN = -1
"""Class of a pixel that no view shows."""


class Merge(NamedTuple):
    """A way to merge.

    Attributes:
        id: Short name.
        title: Name for people.
        about: What it does, one sentence.
    """

    id: How
    title: str
    about: str


MERGES: tuple[Merge, ...] = (
    Merge("probabilities", "Mean of probabilities", "Every view counts alike; the usual choice."),
    Merge("logits", "Mean of logits", "As in the guide; one view that is sure of “no” counts for much."),
    Merge("geometric", "Geometric mean", "The same as the mean of logits, for models that give probabilities."),
    Merge("vote", "Majority vote", "Each view has one vote; how sure it is only decides a tie."),
)
"""All ways, in the order in which they are offered."""

_OF: Mapping[How, Callable[[Float64Array, Float64Array], Float64Array]] = MappingProxyType(
    {
        "probabilities": lambda p, _z: arithmetic.mean_of_probabilities(p),
        "logits": lambda _p, z: arithmetic.mean_of_logits(z),
        "geometric": lambda p, _z: arithmetic.geometric_mean(p),
        "vote": lambda p, _z: arithmetic.majority_vote(p),
    }
)


@dataclass(frozen=True, eq=False)
class MergedClasses:
    """One class for a picture.

    Attributes:
        probabilities: ``(K,)``, sum 1, also where the model's own are asked one by one (sigmoid); for a vote the share
            of the views.
        winner: The likeliest class.
        by_view: ``(V, K)`` probabilities of each view.
        agreement: Share of the views, 0..1, that put the winner first.
        divergence: How far the views are apart, 0..1 (:func:`augviz.tta.arithmetic.divergence`); a hint at how unsure
            the answer is, not a probability.
    """

    probabilities: Float64Array
    winner: int
    by_view: Float64Array
    agreement: float
    divergence: float


@dataclass(frozen=True, eq=False)
class MergedPixels:
    """One class a pixel.

    Attributes:
        classes: ``(H, W) int64``; ``UNSEEN`` where no view shows the pixel.
        probabilities: ``(K, H, W) float32``, sum 1 where seen, 0 elsewhere.
        agreement: ``(H, W) float32``: of the views that show a pixel, the share whose likeliest class is chosen.
        views: ``(H, W) int64``: how many views show it.
    """

    classes: IntArray
    probabilities: FloatArray
    agreement: FloatArray
    views: IntArray


def merge_classes(readings: Sequence[Reading], how: How = "probabilities") -> MergedClasses:
    """One class from all views; with a single reading, what that one says.

    Raises:
        InputError: A reading is of another kind, or they have different numbers of classes.
    """
    scores = [_only(reading, ClassScores) for reading in readings]
    if len({len(each.values) for each in scores}) != 1:
        raise InputError("the model gives another number of classes for another view")
    values = np.stack([each.values for each in scores])
    by_view, logits = _both(values, scores[0].kind)
    merged = _OF[how](by_view, logits)
    winner = int(merged.argmax())
    agreement = float((by_view.argmax(axis=1) == winner).mean())
    return MergedClasses(merged, winner, by_view, agreement, arithmetic.divergence(by_view))


def merge_pixels(readings: Sequence[Reading], how: How = "probabilities") -> MergedPixels:
    """One class a pixel, from all views that show it; each pixel of the picture is counted by itself.

    Raises:
        InputError: A reading is of another kind, or a view has no way back.
    """
    size_hw = _back(readings[0]).source_hw
    classes = len(_only(readings[0], PixelScores).values)
    total, likely, votes = (np.zeros((classes, *size_hw), np.float32) for _ in range(3))
    seen = np.zeros(size_hw, np.int64)
    for reading in readings:
        way, scores = _back(reading), _only(reading, PixelScores)
        if len(scores.values) != classes:
            raise InputError("the model gives another number of classes for another view")
        probabilities, logits = _both(scores_back(scores.values, way).astype(np.float32), scores.kind, axis=0)
        vote = _one_hot(probabilities.argmax(axis=0), classes)
        total += _counted(how, probabilities, logits, vote) * way.seen
        likely += probabilities * way.seen
        votes += vote * way.seen
        seen += way.seen
    shown = np.maximum(seen, 1).astype(np.float32)
    merged = _finished(how, total / shown, likely / shown) * (seen > 0)
    chosen = merged.argmax(axis=0)
    agreement = np.take_along_axis(votes, chosen[None], axis=0)[0] / shown
    return MergedPixels(np.where(seen > 0, chosen, UNSEEN).astype(np.int64), merged.astype(np.float32), agreement, seen)


def merge_boxes(readings: Sequence[Reading], iou: float = 0.55) -> Fused:
    """One set of boxes from all views, in the pixels of the picture; boxes that lie outside of it are left out.

    Raises:
        InputError: A reading is of another kind, or a view has no way back.
    """
    boxes, scores, classes = [], [], []
    shows = np.sum([_back(reading).seen for reading in readings], axis=0)
    for reading in readings:
        found = _only(reading, Detections)
        xyxy = boxes_back(found.xyxy, _back(reading))
        kept = area_xyxy(xyxy) > 0
        boxes.append(xyxy[kept])
        scores.append(found.scores[kept])
        classes.append(found.classes[kept])
    return fuse_boxes(boxes, scores, classes, iou, shows)


# -- parts --------------------------------------------------------------------------------------------------------

Kind = TypeVar("Kind", ClassScores, PixelScores, Detections)
Values = TypeVar("Values", Float64Array, FloatArray)


def _only(reading: Reading, kind: type[Kind]) -> Kind:
    if not isinstance(reading.output, kind):
        raise InputError("the model gives another kind of answer than the one that is merged here")
    return reading.output


def _back(reading: Reading) -> WayBack:
    if reading.seen.back is None:
        raise InputError(
            "this view bends the picture, so that pixels and boxes cannot be brought back",
            where=reading.seen.view.title,
            mend="Use it with a model that gives one class for the whole picture, or leave it out.",
        )
    return reading.seen.back


def _both(values: Values, kind: str, axis: int = -1) -> tuple[Values, Values]:
    """Probabilities and logits, of the same type as the values."""
    if kind == "logits":
        return _like(values, arithmetic.as_probabilities(values, axis)), values
    shares = arithmetic.as_shares(values, axis)
    return _like(values, shares), _like(values, arithmetic.as_logits(shares))


def _like(values: Values, found: npt.NDArray[Any]) -> Values:
    return cast(Values, np.asarray(found, values.dtype))


def _one_hot(classes: IntArray, count: int) -> FloatArray:
    return np.asarray(np.arange(count)[:, None, None] == classes, np.float32)


def _counted(how: How, probabilities: FloatArray, logits: FloatArray, vote: FloatArray) -> FloatArray:
    """What of a view is added up."""
    parts = {"probabilities": probabilities, "vote": vote, "logits": logits}
    return parts[how] if how in parts else np.asarray(np.log(np.maximum(probabilities, np.float32(1e-7))), np.float32)


def _finished(how: How, mean: FloatArray, likely: FloatArray) -> FloatArray:
    """From the mean over views to probabilities."""
    if how in ("logits", "geometric"):
        return np.asarray(arithmetic.as_probabilities(mean, axis=0), np.float32)
    # A millionth of the likelihood decides a tie; float32 has no room for less.
    shares = mean + np.float32(1e-6) * likely if how == "vote" else mean
    return np.asarray(shares / np.maximum(shares.sum(axis=0), np.float32(1e-12)), np.float32)
