"""In which order a reviewer sees the items, and what comes next."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import median
from typing import Protocol

from augviz.review.judgement import Judgement
from augviz.review.plan import Kind, stream

USUAL_SECONDS = 10.0
"""For one picture, until there is something to go by: sixty take ten minutes."""


def order_seed(review_seed: int, identity: str) -> int:
    """Seed of one reviewer's order, 0..2**31: the same person gets the same order again, and nobody another's."""
    state = hashlib.blake2b(f"{review_seed}/{identity}".encode(), digest_size=4).digest()
    return int.from_bytes(state, "big") >> 1


class Placed(Protocol):
    """A draw of a plan, or an item of a review: its place, what it is there for, and what its image is known by."""

    @property
    def place(self) -> int: ...  # noqa: D102

    @property
    def kind(self) -> Kind: ...  # noqa: D102

    @property
    def key(self) -> str: ...  # noqa: D102


def order(draws: Sequence[Placed], seed: int) -> tuple[int, ...]:
    """Places of all items in the order in which they are shown: suspects first, then all others.

    Items of one image are spread evenly over the whole review, from a start and in an order that are drawn. No two
    follow each other as long as that can be had, which it can unless more than half of all items show one image; then
    as few do as possible.
    """
    chance = stream(seed, "order")
    others = _apart(_spread([draw for draw in draws if draw.kind != "suspect"], chance))
    suspects = _apart(_spread([draw for draw in draws if draw.kind == "suspect"], chance))
    return *suspects, *others


def _spread(draws: Sequence[Placed], chance: Random) -> list[tuple[int, str]]:
    """Place and image of each item, those of one image evenly over the whole."""
    by_key: dict[str, list[int]] = {}
    for draw in draws:
        by_key.setdefault(draw.key, []).append(draw.place)
    keyed: list[tuple[float, int, str]] = []
    for key in sorted(by_key):
        places = by_key[key]
        chance.shuffle(places)
        start = chance.random()
        keyed += [((turn + start) / len(places), place, key) for turn, place in enumerate(places)]
    return [(place, key) for _at, place, key in sorted(keyed)]


def _apart(wanted: Sequence[tuple[int, str]]) -> tuple[int, ...]:
    """The same order, changed only where an image would follow itself."""
    left, counts, last = list(wanted), Counter(key for _place, key in wanted), ""
    shown: list[int] = []
    highest = max(counts.values(), default=0)
    while left:
        # An image with more than half of what is left has to be shown now, or it follows itself later.
        urgent = None
        if 2 * highest > len(left):  # only then can there be one: to look each time is slow with thousands
            most, many = counts.most_common(1)[0]
            urgent = most if 2 * many > len(left) and most != last else None
        fits = (i for i, (_place, key) in enumerate(left) if (key == urgent if urgent is not None else key != last))
        place, last = left.pop(next(fits, 0))
        counts[last] -= 1
        shown.append(place)
    return tuple(shown)


@dataclass(frozen=True)
class Queue:
    """How far one reviewer is.

    Attributes:
        order: Places of all items in the order in which they are shown.
        judged: What the reviewer said, by the place of the item.
    """

    order: tuple[int, ...]
    judged: Mapping[int, Judgement]

    @property
    def next(self) -> int | None:
        """Place of the item that comes next: the first that is not judged; None when all are."""
        return next((place for place in self.order if place not in self.judged), None)

    @property
    def done(self) -> int:
        """Items that are judged."""
        return sum(place in self.judged for place in self.order)

    @property
    def seconds_left(self) -> float:
        """About how long the rest takes, by the median of what was judged."""
        times = [said.seconds for said in self.judged.values() if said.seconds > 0]
        return (len(self.order) - self.done) * (median(times) if times else USUAL_SECONDS)
