"""Weighted box fusion: boxes of several views become one set; NumPy alone, for the same reason as the arithmetic.

Source: Solovyev, Wang, Gabruseva, Weighted boxes fusion, Image and Vision Computing 107 (2021) 104117,
arXiv:1910.13302, section 3, equations 1 to 5, with its IoU threshold of 0.55.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class Fused(NamedTuple):
    """Boxes ``(M, 4)``, their scores ``(M,)``, classes ``(M,)``, and in how many views each was found ``(M,)``."""

    boxes: Floats
    scores: Floats
    classes: Integers
    views: Integers


def fuse_boxes(
    boxes: Sequence[Floats], scores: Sequence[Floats], classes: Sequence[Integers], iou: float = 0.55
) -> Fused:
    """One set of boxes from those of N views.

    All boxes are taken by falling score. One that overlaps the fused box of a group of its class by more than ``iou``
    joins the best such group, any other begins one. A fused box has the coordinates ``sum(C * X) / sum(C)`` and the
    score ``mean(C) * min(T, N) / N`` of its T boxes: what only one of many views has seen is worth less.

    Args:
        boxes: One ``(n, 4)`` xyxy a view, in the pixels of the picture.
        scores: One ``(n,)`` a view, 0..1.
        classes: One ``(n,)`` a view.
        iou: Overlap above which two boxes are about one object.
    """
    count = len(boxes)
    view = np.concatenate([np.full(len(each), place) for place, each in enumerate(boxes)]).astype(np.int64)
    every = np.concatenate([np.reshape(each, (-1, 4)) for each in boxes]).astype(np.float64)
    score, kind = np.concatenate(scores).astype(np.float64), np.concatenate(classes).astype(np.int64)
    groups: list[list[int]] = []
    fused = np.zeros((0, 4))
    for row in np.argsort(-score, kind="stable"):
        overlaps = [
            overlap(fused[place], every[row]) if kind[group[0]] == kind[row] else 0.0
            for place, group in enumerate(groups)
        ]
        best = int(np.argmax(overlaps)) if overlaps else -1
        if best < 0 or overlaps[best] <= iou:
            groups.append([int(row)])
            fused = np.vstack([fused, every[row]])
        else:
            groups[best].append(int(row))
            fused[best] = np.average(every[groups[best]], axis=0, weights=score[groups[best]])
    sure = np.array([score[group].mean() * min(len(group), count) / count for group in groups])
    order = np.argsort(-sure, kind="stable")
    return Fused(
        fused[order],
        sure[order],
        np.array([kind[groups[place][0]] for place in order], np.int64),
        np.array([len(set(view[groups[place]].tolist())) for place in order], np.int64),
    )


def overlap(one: Floats, other: Floats) -> float:
    """Intersection over union of two boxes xyxy."""
    sides = np.minimum(one[2:], other[2:]) - np.maximum(one[:2], other[:2])
    common = float(np.prod(np.maximum(sides, 0)))
    union = float(np.prod(one[2:] - one[:2]) + np.prod(other[2:] - other[:2])) - common
    return common / union if union > 0 else 0.0
