"""How far each reviewer can be trusted: what the controls say that nobody could tell from the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from augviz.preservation.intervals import Interval, wilson
from augviz.review.judgement import Judgement
from augviz.review.review import Item, Reviewer


class Count(NamedTuple):
    """So many of so many; ``interval`` is Wilson's 95%."""

    times: int
    of: int

    @property
    def interval(self) -> Interval:
        """Wilson's 95%; (0, 1) of none."""
        return wilson(self.times, self.of)

    @property
    def words(self) -> str:
        """For people: "5 of 6"."""
        return f"{self.times} of {self.of}" if self.of else "none judged"


@dataclass(frozen=True)
class Trust:
    """What the controls say of one reviewer.

    Attributes:
        reviewer: Who.
        judged: Items judged, and all there are.
        false_alarms: Untouched images that were called changed.
        hits: Known violations that were called changed.
        consistent: Blind duplicates that got the same answer both times.
    """

    reviewer: Reviewer
    judged: Count
    false_alarms: Count
    hits: Count
    consistent: Count


def trust_in(reviewer: Reviewer, items: Sequence[Item], said: Mapping[int, Judgement]) -> Trust:
    """Hold one reviewer against the controls.

    Args:
        reviewer: Who.
        items: All items.
        said: The reviewer's verdicts that count, by the place of the item.
    """

    def called_changed(kind: str) -> Count:
        answers = [said[item.place].answer for item in items if item.kind == kind and item.place in said]
        return Count(answers.count("changed"), len(answers))

    pairs = [(item.place, item.twin) for item in items if item.kind == "duplicate" and item.twin is not None]
    twice = [(said[a].answer, said[b].answer) for a, b in pairs if a in said and b in said]
    return Trust(
        reviewer,
        Count(sum(item.place in said for item in items), len(items)),
        called_changed("untouched"),
        called_changed("known violation"),
        Count(sum(a == b for a, b in twice), len(twice)),
    )
