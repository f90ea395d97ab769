"""How several answers become one: NumPy and nothing of ours, because the exported Python holds these very lines.

A *geometric mean* of probabilities, scaled to a sum of 1, is the softmax of the mean of their logits: where one model
gives logits, both are one method with two names. It differs from the mean of probabilities in that one view that is
sure of *no* can outvote all others (Moshkov et al., Scientific Reports 10 (2020) 5068, merge probabilities; the guide
merges logits).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[Any]
"""float32 or float64; what comes out has the type of what went in."""


def as_probabilities(logits: Floats, axis: int = -1) -> Floats:
    """Softmax: shares of exp(logit), which sum to 1 along the axis."""
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return np.asarray(powers / powers.sum(axis=axis, keepdims=True))


def as_shares(scores: Floats, axis: int = -1) -> Floats:
    """Probabilities that each have their own sum, as after a sigmoid, scaled to a sum of 1; all 0 stay so."""
    total = scores.sum(axis=axis, keepdims=True)
    return np.asarray(np.divide(scores, total, out=np.zeros_like(scores), where=total > 0))


def as_logits(probabilities: Floats) -> Floats:
    """Logarithms, from which softmax gives the probabilities again; a share below 1e-7 counts as that."""
    return np.log(np.maximum(probabilities, 1e-7))


def mean_of_probabilities(probabilities: Floats) -> Floats:
    """``(V, K)`` of V views -> ``(K,)``: sum over views p / V."""
    return np.asarray(probabilities.mean(axis=0))


def mean_of_logits(logits: Floats) -> Floats:
    """``(V, K)`` -> ``(K,)`` probabilities: softmax of sum over views z / V."""
    return as_probabilities(logits.mean(axis=0))


def geometric_mean(probabilities: Floats) -> Floats:
    """``(V, K)`` -> ``(K,)``: (product over views p) ** (1 / V), scaled to a sum of 1."""
    mean = np.exp(as_logits(probabilities).mean(axis=0))
    return np.asarray(mean / mean.sum())


def majority_vote(probabilities: Floats) -> Floats:
    """``(V, K)`` -> ``(K,)``: share of the views with that class first; of equals the likelier wins by a hair."""
    votes = np.bincount(probabilities.argmax(axis=1), minlength=probabilities.shape[1])
    shares = votes / len(probabilities) + 1e-9 * probabilities.mean(axis=0)
    return np.asarray(shares / shares.sum())


def divergence(probabilities: Floats) -> float:
    """How far views ``(V, K)`` are apart: mean Jensen-Shannon divergence of all pairs, 0 (equal) to 1 (nothing shared).

    JS(p, q) = H((p + q) / 2) - (H(p) + H(q)) / 2 with H in bits. Source: Lin, IEEE Trans. Inf. Theory 37 (1991) 145.
    """

    def entropy(p: Floats) -> Floats:
        return np.asarray(-(p * np.log2(np.maximum(p, 1e-300))).sum(axis=-1))

    pairs = [(a, b) for a in range(len(probabilities)) for b in range(a)]
    if not pairs:
        return 0.0
    p, q = probabilities[[a for a, _ in pairs]], probabilities[[b for _, b in pairs]]
    apart = entropy((p + q) / 2) - (entropy(p) + entropy(q)) / 2
    return float(np.clip(apart, 0, 1).mean())
