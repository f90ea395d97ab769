"""CutMix: a rectangle of one image is put into another, and the label is shared by area."""

from __future__ import annotations

import math
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from augviz.mixing.blending import draw_lambdas, mix_labels
from augviz.mixing.checking import (
    Float64Array,
    Images,
    IntArray,
    SoftLabels,
    check_alpha,
    check_generator,
    checked_images,
    checked_labels,
)

Box: TypeAlias = tuple[int, int, int, int]
"""Whole pixels ``x1 y1 x2 y2``, half-open, within the image; may be empty."""


class CutMixed(NamedTuple):
    """A batch after CutMix.

    Attributes:
        images: ``(N, H, W, C)``, of the dtype that came in.
        labels: ``(N, K)``, float64 if that came in, else float32.
        lambdas: ``(N,) float64``, 0..1: the exact share of the pixels that each image keeps of itself, counted after
            its box was cut off at the edge.
        partners: ``(N,) int64``: the row that each box was filled from, sometimes the image's own.
        boxes: ``(N, 4) int64``, pixels ``x1 y1 x2 y2``, half-open: what was filled.
        drawn: ``(N,) float64``: λ as it was drawn, before a box was cut off or rounded to pixels.
    """

    images: Images
    labels: SoftLabels
    lambdas: Float64Array
    partners: IntArray
    boxes: IntArray
    drawn: Float64Array


def cutmix(images: npt.ArrayLike, labels: npt.ArrayLike, alpha: float = 1.0, *, rng: np.random.Generator) -> CutMixed:
    """Fill a box in each image of a batch with the same place of another one, and share the label by area.

    Equations: ``x = M ⊙ x_i + (1 - M) ⊙ x_j`` and ``y = λ y_i + (1 - λ) y_j``. M is 0 in a box whose middle is uniform
    over the image, of width ``W √(1 - λ)`` and height ``H √(1 - λ)`` with ``λ ~ Beta(α, α)``. A box that reaches over
    the edge is cut off there; λ of the label is then computed anew from the pixels that were really filled, as the
    paper's code does.

    No value is computed: every pixel is one of the two, so every dtype is exact.

    Args:
        images: ``(N, H, W, C)`` uint8, or float32 of any range, also normalised. Not changed.
        labels: ``(N, K)`` one-hot or soft, 0..1. Not changed.
        alpha: Concentration of the Beta distribution, 0 or more; at 0 nothing is mixed (``λ = 1``).
        rng: Draws the permutation of partners first, then the middles (all x, then all y), then the λ.

    Raises:
        InputError: Shapes, dtypes, alpha or generator do not fit; the sentence says which.

    Source: Yun, Han, Oh, Chun, Choe, Yoo, "CutMix: Regularization Strategy to Train Strong Classifiers with Localizable
    Features", ICCV 2019, arXiv:1905.04899, equations 1 and 2 (α = 1). One difference to the paper's code: a box with an
    odd number of pixels keeps all of them, there it loses one.
    """
    batch = checked_images(images)
    soft = checked_labels(labels, len(batch))
    check_alpha(alpha)
    check_generator(rng)
    count, height, width = batch.shape[:3]
    partners = rng.permutation(count)
    middles = np.stack([rng.integers(0, width, count), rng.integers(0, height, count)], axis=1)
    drawn = draw_lambdas(alpha, count, rng)
    boxes = np.array(
        [cut_box((height, width), float(lam), (int(x), int(y))) for lam, (x, y) in zip(drawn, middles, strict=True)]
    )
    mixed = batch.copy(order="C")
    for k, (x1, y1, x2, y2) in enumerate(boxes):
        mixed[k, y1:y2, x1:x2] = batch[partners[k], y1:y2, x1:x2]
    shares = np.array([area_of(tuple(box)) for box in boxes.tolist()]) / (height * width)
    return CutMixed(mixed, mix_labels(soft, partners, 1 - shares, shares), 1 - shares, partners, boxes, drawn)


def cut_box(size_hw: tuple[int, int], lam: float, middle_xy: tuple[int, int]) -> Box:
    """The box that CutMix fills.

    Args:
        size_hw: Height and width of the image in pixels.
        lam: The share of the image that is to stay, 0..1.
        middle_xy: Pixel in the middle of the box.

    Returns:
        A box of ``⌊√(1 - λ) · side⌋`` pixels each way, cut off at the edge of the image.

    >>> cut_box((100, 200), 0.75, (100, 50))
    (50, 25, 150, 75)
    >>> cut_box((100, 200), 0.75, (0, 99))
    (0, 74, 50, 100)
    """
    height, width = size_hw
    ratio = math.sqrt(1 - lam)
    wide, high = int(width * ratio), int(height * ratio)
    left, top = middle_xy[0] - wide // 2, middle_xy[1] - high // 2
    return max(left, 0), max(top, 0), min(left + wide, width), min(top + high, height)


def area_of(box: Box) -> int:
    """Pixels of a box.

    >>> area_of((2, 3, 5, 5))
    6
    """
    x1, y1, x2, y2 = box
    return max(x2 - x1, 0) * max(y2 - y1, 0)
