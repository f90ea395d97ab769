"""What mixing does to labels over many draws: λ, soft labels, noise that spreads, and which classes meet.

No picture is looked at: how much of an image is in a mixture follows from the draw alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import betaln

from augviz.errors import InputError
from augviz.mixing.blending import draw_lambdas
from augviz.mixing.checking import check_alpha
from augviz.mixing.cutting import area_of, cut_box
from augviz.mixing.methods import METHOD_OF, MethodId
from augviz.mixing.samples import CENTRE_RANGE, mosaic_boxes

Floats = npt.NDArray[np.float64]

_EXACT = 1e-9
"""Sums of weights are right to this."""

DRAWS = 5000
"""Draws of a study; 30 ms."""


class NoiseSpread(NamedTuple):
    """What becomes of wrong labels.

    Attributes:
        noise: Share of the labels that are wrong before mixing, 0..1.
        touched: Share of the mixed samples in whose label something is wrong.
        mean_weight: Mean weight of what is wrong; mixing does not change it.
        mostly_wrong: Share of the mixed samples in whose label more than half is wrong.
        at: ``(201,)``, weights from 0 to 1.
        share: ``(201,)``, share of the mixed samples in whose label more than 0, and at least so much, is wrong.
    """

    noise: float
    touched: float
    mean_weight: float
    mostly_wrong: float
    at: Floats
    share: Floats


@dataclass(frozen=True, eq=False)
class LabelStudy:
    """Many mixed labels.

    Attributes:
        method: How they were mixed.
        alpha: Concentration of λ; says nothing for a mosaic.
        classes: Names of the classes.
        class_shares: ``(K,)``, how often each class is drawn, 1 together.
        drawn: ``(draws,)`` λ as drawn; None for a mosaic.
        weights: ``(draws, S)``: exact weight of each image in the label, 1 together in each row; the first is the
            image itself.
        labels: ``(draws, K)`` soft labels.
        entropy_bits: ``(draws,)``, Shannon's entropy of each soft label: 0 for one class, 1 for two with equal weights.
    """

    method: MethodId
    alpha: float
    classes: tuple[str, ...]
    class_shares: Floats
    drawn: Floats | None
    weights: Floats
    labels: Floats
    entropy_bits: Floats

    @property
    def still_one_class(self) -> float:
        """Share of the mixed samples whose label is a single class, to a thousandth."""
        return float((self.labels.max(axis=1) > 0.999).mean())

    def pairs(self) -> Floats:
        """``(K, K)``, symmetric, 1 together: how often the classes of two images of a mixture are these two.

        Images are drawn independently by class, so it is the product of their shares.
        """
        return np.outer(self.class_shares, self.class_shares)

    def noise_spread(self, noise: float) -> NoiseSpread:
        """What becomes of labels of which a share is wrong, each by itself.

        Only the weights were drawn; which of the S images of a mixture are wrong is counted over all ``2^S`` cases. So
        at least one is wrong in exactly ``1 - (1 - noise)^S`` of the mixtures, and the mean weight of what is wrong
        stays ``noise``, because weights and errors have nothing to do with each other.

        Args:
            noise: Share of the labels that are wrong, 0..1.
        """
        sources = self.weights.shape[1]
        at = np.linspace(0, 1, 201)
        share, mean, mostly = np.zeros(len(at)), 0.0, 0.0
        for case in itertools.product((False, True), repeat=sources):
            likely = noise ** sum(case) * (1 - noise) ** (sources - sum(case))
            wrong = np.sort(self.weights[:, list(case)].sum(axis=1))
            least = np.maximum(at - _EXACT, np.nextafter(0, 1))
            share += likely * (1 - np.searchsorted(wrong, least, side="left") / len(wrong))
            mean += likely * float(wrong.mean())
            mostly += likely * float((wrong > 0.5 + _EXACT).mean())
        return NoiseSpread(noise, float(share[0]), mean, mostly, at, share)


def study_labels(
    method: MethodId,
    alpha: float,
    class_counts: Sequence[tuple[str, float]],
    *,
    size_hw: tuple[int, int] = (224, 224),
    draws: int = DRAWS,
    seed: int = 0,
) -> LabelStudy:
    """Mix many labels.

    Args:
        method: "mixup", "cutmix" or "mosaic".
        alpha: Concentration of λ ~ Beta(α, α), 0 or more.
        class_counts: Each class with how many images it has.
        size_hw: Height and width of the images; CutMix counts pixels.
        draws: How many.
        seed: The same seed gives the same draws.

    Raises:
        InputError: The method does not mix, α is no such number, or no class has an image.
    """
    found = METHOD_OF.get(method)
    if found is None or not found.mixes:
        raise InputError(f"{method} does not mix labels", where="method", mend="Take mixup, cutmix or mosaic.")
    check_alpha(alpha)
    counts = np.array([count for _name, count in class_counts], np.float64)
    if not len(counts) or not (counts >= 0).all() or counts.sum() <= 0:
        raise InputError("no class has an image", where="classes")
    shares = counts / counts.sum()
    rng = np.random.default_rng(seed)
    drawn, weights = _weights(method, alpha, size_hw, draws, rng)
    classes = rng.choice(len(shares), size=weights.shape, p=shares)
    labels = np.zeros((draws, len(shares)))
    np.add.at(labels, (np.arange(draws)[:, None], classes), weights)
    names = tuple(name for name, _count in class_counts)
    return LabelStudy(method, alpha, names, shares, drawn, weights, labels, entropy_bits(labels))


def entropy_bits(labels: Floats) -> Floats:
    """Shannon's entropy of soft labels ``(N, K)`` in bits: ``-Σ y log2 y``, with 0 for an empty class.

    >>> entropy_bits(np.array([[1.0, 0.0], [0.5, 0.5], [0.25, 0.75]])).round(3).tolist()
    [0.0, 1.0, 0.811]
    """
    logs = np.log2(labels, out=np.zeros_like(labels), where=labels > 0)
    bits: Floats = np.abs((labels * logs).sum(axis=1))
    return bits


def beta_density(alpha: float, at: Floats) -> Floats:
    """Density of Beta(α, α) at points between 0 and 1, ends excluded.

    >>> beta_density(2.0, np.array([0.5])).round(6).tolist()
    [1.5]
    """
    logs = (alpha - 1) * (np.log(at) + np.log1p(-at)) - betaln(alpha, alpha)
    return np.asarray(np.exp(logs), np.float64)


def _weights(
    method: MethodId, alpha: float, size_hw: tuple[int, int], draws: int, rng: np.random.Generator
) -> tuple[Floats | None, Floats]:
    height, width = size_hw
    pixels = height * width
    if method == "mosaic":
        low, high = CENTRE_RANGE
        middles = low + (high - low) * rng.random((draws, 2))
        fields = [mosaic_boxes(size_hw, (round(x * width), round(y * height))) for x, y in middles.tolist()]
        order = rng.permuted(np.tile(np.arange(4), (draws, 1)), axis=1)
        areas = np.array([[area_of(box) for box in boxes] for boxes in fields]) / pixels
        return None, np.take_along_axis(areas, order, axis=1)
    lambdas = draw_lambdas(alpha, draws, rng)
    if method == "mixup":
        return lambdas, np.stack([lambdas, 1 - lambdas], axis=1)
    at = zip(rng.integers(0, width, draws).tolist(), rng.integers(0, height, draws).tolist(), strict=True)
    boxes = [cut_box(size_hw, lam, middle) for lam, middle in zip(lambdas.tolist(), at, strict=True)]
    second = np.array([area_of(box) for box in boxes]) / pixels
    return lambdas, np.stack([1 - second, second], axis=1)
