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
    boxes: Sequence[Floats],
    scores: Sequence[Floats],
    classes: Sequence[Integers],
    iou: float = 0.55,
    shows: Integers | None = None,
) -> Fused:
    """One set of boxes from those of N views.

    All boxes are taken by falling score. One that overlaps the fused box of a group of its class by more than ``iou``
    joins the best such group, any other begins one. A fused box has the coordinates ``sum(C * X) / sum(C)`` and the
    score ``mean(C) * min(T, N) / N`` of its T boxes: what only one of many views has seen is worth less.
    Views that do not show the middle of a fused box are not among its N: they could not find it (ours; in the paper
    every view shows everything).

    Args:
        boxes: One ``(n, 4)`` xyxy a view, in the pixels of the picture.
        scores: One ``(n,)`` a view, 0..1.
        classes: One ``(n,)`` a view.
        iou: Overlap above which two boxes are about one object.
        shows: ``(H, W)``: how many views show each pixel of the picture; all of them where it is left out.
    """
    count = len(boxes)
    view = np.concatenate([np.full(len(each), place) for place, each in enumerate(boxes)]).astype(np.int64)
    every = np.concatenate([np.reshape(each, (-1, 4)) for each in boxes]).astype(np.float64)
    score, kind = np.concatenate(scores).astype(np.float64), np.concatenate(classes).astype(np.int64)
    groups: list[list[int]] = []
    fused, of_kind, weight = np.empty_like(every), np.empty_like(kind), np.empty_like(score)  # one row a group
    for row in np.argsort(-score, kind="stable"):
        known = len(groups)
        overlaps = np.where(of_kind[:known] == kind[row], overlap(fused[:known], every[row]), 0.0)
        best = int(overlaps.argmax()) if known else -1
        if best < 0 or overlaps[best] <= iou:
            groups.append([int(row)])
            fused[known], of_kind[known], weight[known] = every[row], kind[row], score[row]
        else:
            groups[best].append(int(row))
            weight[best] += score[row]
            fused[best] += (every[row] - fused[best]) * (score[row] / weight[best] if score[row] > 0 else 0.0)
    views = np.array([len(set(view[group].tolist())) for group in groups], np.int64)
    able = np.full(len(groups), count)
    if shows is not None:
        x, y = ((fused[: len(groups), [0, 1]] + fused[: len(groups), [2, 3]]) / 2).astype(np.int64).T
        height, width = shows.shape
        able = np.maximum(shows[y.clip(0, height - 1), x.clip(0, width - 1)], views)
    sure = np.array([score[group].mean() * min(len(group), n) / n for group, n in zip(groups, able, strict=True)])
    order = np.argsort(-sure, kind="stable")
    return Fused(fused[order], sure[order], of_kind[order], views[order])


def overlap(boxes: Floats, other: Floats) -> Floats:
    """Intersection over union ``(N,)``, 0..1, of boxes ``(N, 4)`` and one ``(4,)``, xyxy; 0 where both are empty."""
    sides = np.minimum(boxes[:, 2:], other[2:]) - np.maximum(boxes[:, :2], other[:2])
    common = np.prod(np.maximum(sides, 0), axis=1)
    union = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) + np.prod(other[2:] - other[:2]) - common
    return np.asarray(np.divide(common, union, out=np.zeros_like(common), where=union > 0))
