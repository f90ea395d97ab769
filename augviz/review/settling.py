"""One outcome an image from what several reviewers said, and what of it is counted.

What was agreed on afterwards holds. Without that the most frequent answer does, of several the worst, and the image is
marked as disputed until somebody settles it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from augviz.review.judgement import Adjudication, Answer, Judgement

WORST_FIRST: tuple[Answer, ...] = ("changed", "unusable", "cannot tell", "same")


class Settled(NamedTuple):
    """What holds for one item.

    Attributes:
        place: The item.
        answer: What holds.
        worst: The worst that anybody said, unless that was settled; the same as ``answer`` where all agree.
        is_disputed: Whether reviewers differ and nobody has settled it.
        object_ids: Objects that those who said "changed" named.
        step_ids: Steps that they blamed.
        is_tied: Whether as many said something else as what holds, and nobody has settled it.
    """

    place: int
    answer: Answer
    worst: Answer
    is_disputed: bool
    object_ids: tuple[int, ...] = ()
    step_ids: tuple[str, ...] = ()
    is_tied: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether the label changed."""
        return self.answer == "changed"

    @property
    def may_be_changed(self) -> bool:
        """Whether it changed, or nobody can say that it did not: counted so for the claim that a pipeline is safe."""
        return self.worst != "same"


def settle(
    verdicts: Mapping[tuple[int, int], Judgement], adjudications: Mapping[int, Adjudication]
) -> dict[int, Settled]:
    """What holds for each item that was judged.

    Args:
        verdicts: Those that count, by (reviewer, item).
        adjudications: The last of each item.
    """
    said: dict[int, list[Judgement]] = {}
    for (_reviewer, place), judgement in sorted(verdicts.items()):
        said.setdefault(place, []).append(judgement)
    places = sorted({*said, *adjudications})
    return {place: _settled(place, said.get(place, []), adjudications.get(place)) for place in places}


def _settled(place: int, said: list[Judgement], joint: Adjudication | None) -> Settled:
    blaming = [judgement for judgement in said if judgement.answer == "changed"]
    objects = tuple(dict.fromkeys(one.object_id for one in blaming if one.object_id is not None))
    steps = tuple(dict.fromkeys(one.step_id for one in blaming if one.step_id))
    if joint is not None:
        return Settled(place, joint.answer, joint.answer, False, objects, steps)
    counts = Counter(judgement.answer for judgement in said)
    most = max(counts.values())
    first = [name for name, count in counts.items() if count == most]
    return Settled(place, _worst(first), _worst(counts), len(counts) > 1, objects, steps, len(first) > 1)


def _worst(answers: Iterable[Answer]) -> Answer:
    return min(answers, key=WORST_FIRST.index)
