"""All automatic policies, and every pipeline that can be asked for by its name."""

from __future__ import annotations

from augviz.errors import InputError
from augviz.policies.auto_augment import AUTO_AUGMENT_CIFAR10, AUTO_AUGMENT_IMAGENET, AUTO_AUGMENT_SVHN
from augviz.policies.policy import Policy
from augviz.policies.rand_augment import RAND_AUGMENT
from augviz.policies.starting_points import STARTING_POINTS, StartingPoint
from augviz.policies.trivial_augment import TRIVIAL_AUGMENT, TRIVIAL_AUGMENT_WIDE

POLICIES: tuple[Policy, ...] = (
    RAND_AUGMENT,
    TRIVIAL_AUGMENT,
    TRIVIAL_AUGMENT_WIDE,
    AUTO_AUGMENT_IMAGENET,
    AUTO_AUGMENT_CIFAR10,
    AUTO_AUGMENT_SVHN,
)
"""The published ones, the simplest first."""


def _preset(point: StartingPoint) -> Policy:
    return Policy(point.id, point.title, point.why, point.source, (), lambda: point.spec)


PRESETS: tuple[Policy, ...] = tuple(_preset(point) for point in STARTING_POINTS)
"""The starting points, in the form of policies: with nothing to set."""


def policy_of(policy_id: str) -> Policy:
    """The policy or starting point with this id.

    Raises:
        InputError: There is none.
    """
    known = {policy.id: policy for policy in (*POLICIES, *PRESETS)}
    if policy_id not in known:
        raise InputError("there is no policy of this name", where=policy_id, mend=f"There are: {', '.join(known)}.")
    return known[policy_id]
