"""Is it too much: how far samples lie outside the range of the user's own images, put into three words.

Asked of every number apart. Some of the user's own images lie outside their range by its very definition; what is
judged is how many samples do beyond that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from augviz.statistics.training_range import ScalarRange, TrainingRange

Amount: TypeAlias = Literal["little", "some", "much"]

SOME_FROM = 0.05
MUCH_FROM = 0.25
"""Share of the samples, beyond that of the originals, from which it is called some, and much.

Source: own choice, as for the checks: from a twentieth on a model meets pictures that are unlike its images in every
batch, from a quarter on they are no longer the exception.
"""


@dataclass(frozen=True)
class Judged:
    """What is said of the whole.

    Attributes:
        amount: How much lies outside.
        range: The number of which most samples lie outside.
        share: Share of the samples that lie outside of it, 0..1.
        own_share: Share of the user's own images that do so themselves, 0..1.
    """

    amount: Amount
    range: ScalarRange
    share: float
    own_share: float


def judged(found: TrainingRange) -> Judged | None:
    """How much the samples leave the range of the user's own images; None where no number has a range."""
    told = [_judged(each, found.images) for each in found.ranges if each.samples]
    return max(told, key=lambda one: one.share - one.own_share, default=None)


def _judged(each: ScalarRange, images: int) -> Judged:
    share, own = each.samples_outside / each.samples, each.originals_outside / max(images, 1)
    beyond = share - own
    amount: Amount = "much" if beyond > MUCH_FROM else "some" if beyond > SOME_FROM else "little"
    return Judged(amount, each, share, own)
