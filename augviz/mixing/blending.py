"""MixUp: two images lie over each other, and so do their labels."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

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

BLOCK_VALUES = 2**18
"""Values that are blended at a time: 2 MB of float64 stay in the processor's cache, and no image is held in float64."""


class MixedUp(NamedTuple):
    """A batch after MixUp.

    Attributes:
        images: ``(N, H, W, C)``, of the dtype that came in.
        labels: ``(N, K)``, float64 if that came in, else float32.
        lambdas: ``(N,) float64``, 0..1: the weight of each image itself; its partner has the rest.
        partners: ``(N,) int64``: the row that each image was mixed with, sometimes its own.
    """

    images: Images
    labels: SoftLabels
    lambdas: Float64Array
    partners: IntArray


def mixup(images: npt.ArrayLike, labels: npt.ArrayLike, alpha: float = 0.2, *, rng: np.random.Generator) -> MixedUp:
    """Mix each image of a batch, and its label, with another one of it.

    Equation: ``x = λ x_i + (1 - λ) x_j`` and ``y = λ y_i + (1 - λ) y_j`` with ``λ ~ Beta(α, α)``. The partners ``j``
    are a permutation of the batch. Each image draws a λ of its own, as the equation has it; the reference code draws
    one for the whole batch.

    Values are computed in float64 and rounded once: to the nearest whole number for uint8 (halves to even), to the
    nearest float32 otherwise. So an image mixed with itself, or with ``λ = 1``, keeps every value; all are to be
    finite.

    Args:
        images: ``(N, H, W, C)`` uint8, or float32 of any range, also normalised. Not changed.
        labels: ``(N, K)`` one-hot or soft, 0..1. Not changed.
        alpha: Concentration, 0 or more. Below 1 most λ lie near 0 and 1, at 1 all are equally likely, above 1 most lie
            near 0.5. At 0 nothing is mixed (``λ = 1``).
        rng: Draws the permutation first, then the λ.

    Raises:
        InputError: Shapes, dtypes, alpha or generator do not fit; the sentence says which.

    Source: Zhang, Cissé, Dauphin, Lopez-Paz, "mixup: Beyond Empirical Risk Minimization", ICLR 2018, arXiv:1710.09412,
    equation 2 (α from 0.1 to 0.4 on ImageNet).

    >>> rng = np.random.default_rng(3)
    >>> mixed = mixup(np.zeros((2, 4, 4, 3), np.uint8), np.eye(2), alpha=0.2, rng=rng)
    >>> mixed.images.shape, mixed.labels.sum(axis=1).round(6).tolist()
    ((2, 4, 4, 3), [1.0, 1.0])
    """
    batch = checked_images(images)
    soft = checked_labels(labels, len(batch))
    check_alpha(alpha)
    check_generator(rng)
    partners = rng.permutation(len(batch))
    lambdas = draw_lambdas(alpha, len(batch), rng)
    mixed: Images = np.empty(batch.shape, batch.dtype)
    for k, (partner, lam) in enumerate(zip(partners, lambdas, strict=True)):
        mixed[k] = blend(batch[k], batch[partner], float(lam))
    return MixedUp(mixed, mix_labels(soft, partners, lambdas, 1 - lambdas), lambdas, partners)


def draw_lambdas(alpha: float, count: int, rng: np.random.Generator) -> Float64Array:
    """``(count,) float64`` of Beta(α, α); all 1 at α = 0, which draws nothing."""
    return rng.beta(alpha, alpha, count) if alpha > 0 else np.ones(count)


def blend(first: Images, second: Images, weight: float) -> Images:
    """``weight · first + (1 - weight) · second``, in float64, rounded once.

    Args:
        first, second: ``(H, W, C)`` of one shape and dtype, uint8 or float32.
        weight: 0..1.
    """
    mixed: Images = np.empty(first.shape, first.dtype)
    rows = max(1, BLOCK_VALUES // max(1, first[0].size))
    for top in range(0, len(first), rows):
        part = slice(top, top + rows)
        exact = weight * first[part].astype(np.float64) + (1 - weight) * second[part].astype(np.float64)
        mixed[part] = np.rint(exact) if first.dtype == np.uint8 else exact
    return mixed


def mix_labels(labels: SoftLabels, partners: IntArray, own: Float64Array, others: Float64Array) -> SoftLabels:
    """``own · y_i + others · y_j`` in float64, rounded once to the dtype of the labels.

    Args:
        labels: ``(N, K)``.
        partners: ``(N,)`` rows.
        own, others: ``(N,)`` weights.
    """
    wide = labels.astype(np.float64)
    mixed = own[:, None] * wide + others[:, None] * wide[partners]
    return mixed if labels.dtype == np.float64 else mixed.astype(np.float32)
