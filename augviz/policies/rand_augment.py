"""RandAugment: N operations at magnitude M."""

from __future__ import annotations

from functools import lru_cache

from augviz.pipeline.spec import Group, Node, PipelineSpec
from augviz.policies.operations import DRAWN, OPERATION_OF
from augviz.policies.policy import Policy, PolicyParameter

BINS = 31
"""Magnitudes 0 to 30, as published."""

MOST_OPERATIONS = 8
"""Most operations in a row. Own choice: the paper sets no limit."""


def rand_augment(n: int = 2, m: int = 9) -> PipelineSpec:
    """N of fourteen operations, one after the other in the order drawn, all at magnitude M.

    A RandomOrder that may draw an operation twice, and not a SomeOf, which would sort what it drew: Posterize after
    Rotate is another picture than Rotate after Posterize.

    Args:
        n: How many, at least 1.
        m: Magnitude, 0..30: 9 turns by 9° and 30 by 30°.
    """
    operations = tuple(
        OPERATION_OF[name].node(OPERATION_OF[name].magnitude(m, BINS) if OPERATION_OF[name].has_magnitude else 0.0)
        for name in DRAWN
    )
    drawn = Group("RandomOrder", operations, n=n, replace=True, title=f"RandAugment, {n} at magnitude {m}")
    return PipelineSpec((drawn,))


def magnitude_of(spec: PipelineSpec) -> tuple[int, int] | None:
    """N and M of a pipeline that is RandAugment as it was made; None of any other, and of one that was edited."""
    if len(spec.steps) != 1 or not isinstance(drawn := spec.steps[0], Group) or drawn.n > MOST_OPERATIONS:
        return None
    return next(((drawn.n, m) for m in range(BINS) if _drawn(drawn.n, m) == drawn), None)


@lru_cache(maxsize=MOST_OPERATIONS * BINS)
def _drawn(n: int, m: int) -> Node:
    return rand_augment(n, m).steps[0]


RAND_AUGMENT = Policy(
    "randaugment",
    "RandAugment",
    "Takes N of fourteen operations for each image, with repetition and in random order, all at the same magnitude M.",
    "Cubuk et al. 2020 RandAugment, arXiv:1909.13719; operations and 31 magnitudes as in torchvision.",
    (
        PolicyParameter("n", "Operations N", 1, MOST_OPERATIONS, 2, "How many operations each image passes."),
        PolicyParameter("m", "Magnitude M", 0, BINS - 1, 9, "How strong all of them are; 30 is the strongest."),
    ),
    rand_augment,
)
