"""Which pictures are judged: one draw an image, and controls among them that nobody can tell from the rest.

Pure: the same images, seed and wishes give the same plan in any process, and an image that is there as well leaves the
draws of all others as they were.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from augviz.errors import InputError
from augviz.preservation.intervals import SAFE_RATE, clopper_pearson_upper, needed_images

Kind = Literal["draw", "untouched", "duplicate", "known violation", "suspect"]
"""``draw`` counts. Three watch the reviewer: an image that nothing was done to, a draw that is shown a second time, and
a picture of which the label is known to have changed. A ``suspect`` was picked, because a person or a model doubts it:
it comes first and is not counted, for a rate holds only over pictures that chance has chosen."""

MOST_ITEMS = 2_000
"""Nobody judges more pictures than this in one review."""


class Needed(NamedTuple):
    """How many images a claim takes.

    Attributes:
        changed: Images whose label changes.
        images: Images that have to be judged for the claim to hold all the same.
        limit: The claim: fewer than this share of labels change, 0..1.
    """

    changed: int
    images: int
    limit: float

    @property
    def words(self) -> str:
        """For people: "59 images, if no label changes"."""
        if not self.changed:
            return f"{self.images:,} images, if no label changes"
        return f"{self.images:,} images, if {self.changed} label{'s change' if self.changed > 1 else ' changes'}"


def images_for(limit: float = SAFE_RATE, most_changed: int = 3) -> tuple[Needed, ...]:
    """How many images "fewer than ``limit`` of labels change" takes, with 0, 1, 2, … labels that do change.

    Source: one-sided 95% limit of Clopper and Pearson (:mod:`augviz.preservation.intervals`).

    >>> [row.images for row in images_for()]
    [59, 93, 124, 153]
    """
    return tuple(Needed(k, needed_images(k, limit), limit) for k in range(most_changed + 1))


def best_claim(images: int) -> float:
    """The smallest rate, 0..1, that so many images can rule out: 95% upper limit when no label changes.

    >>> round(best_claim(40), 3)
    0.072
    """
    return clopper_pearson_upper(0, images)


class Suspect(NamedTuple):
    """A sample that somebody wants to have judged.

    Attributes:
        image: Place of the image among those given.
        seed: Seed of the sample.
    """

    image: int
    seed: int


class Controls(NamedTuple):
    """Controls among the items, as shares of the draws, 0..1 each. Source: reference design, 10% of each."""

    untouched_share: float = 0.1
    duplicate_share: float = 0.1
    known_share: float = 0.1


@dataclass(frozen=True)
class Draw:
    """One item.

    Attributes:
        place: Its place in the plan, from 0; says nothing about the order in which it is shown.
        kind: What it is there for.
        image: Place of the image among those given; for a known violation, among the known ones.
        key: What images are told apart by; items with the same key show the same image.
        seed: Seed of the sample, 0..2**63; 0 where nothing is drawn.
        twin: Place of the item that it repeats, or None.
    """

    place: int
    kind: Kind
    image: int
    key: str
    seed: int = 0
    twin: int | None = None


@dataclass(frozen=True)
class Plan:
    """What is judged.

    Attributes:
        draws: The items.
        seed: What it was made with.
        wanted: How many images were asked for; there may be fewer.
    """

    draws: tuple[Draw, ...]
    seed: int
    wanted: int

    @property
    def images(self) -> int:
        """Different images that count."""
        return sum(draw.kind == "draw" for draw in self.draws)


def make_plan(
    images: Sequence[str],
    wanted: int,
    seed: int,
    *,
    known: Sequence[str] = (),
    controls: Controls | None = None,
    suspects: Sequence[Suspect] = (),
) -> Plan:
    """Choose images and controls.

    Args:
        images: Digest of each image that may be judged. One that stands twice is one image, because two draws of one
            image are not two images.
        wanted: Images to judge, at least 1; all are taken where there are fewer.
        seed: 0..2**31.
        known: Digest of each picture whose label is known to have changed; may be empty.
        controls: How many controls there are; by default 10% of each kind, at least one.
        suspects: Samples that were picked; they are shown first and not counted.

    Returns:
        The plan: draws in the order in which they were chosen, then the controls, then the suspects.

    Raises:
        InputError: There is no image, or nothing or too much is wanted.
    """
    if not images:
        raise InputError("there is no image to judge", where="review", mend="Open some images first.")
    if not 1 <= wanted <= MOST_ITEMS:
        raise InputError(f"a review has 1 to {MOST_ITEMS:,} images, not {wanted:,}", where="review")
    shares = controls or Controls()
    first_place = {digest: place for place, digest in reversed(list(enumerate(images)))}
    ranked = sorted(first_place, key=lambda digest: _number(seed, "image", digest))
    chosen = ranked[:wanted]
    draws = [
        Draw(place, "draw", first_place[digest], digest, _number(seed, "draw", digest))
        for place, digest in enumerate(chosen)
    ]
    # Images that are not judged otherwise come first: then nobody meets the same one twice.
    for digest in [*ranked[wanted:], *reversed(chosen)][: _count(shares.untouched_share, len(chosen))]:
        draws.append(Draw(len(draws), "untouched", first_place[digest], digest))
    again = sorted(draws[: len(chosen)], key=lambda draw: _number(seed, "duplicate", draw.key))
    for draw in again[: _count(shares.duplicate_share, len(chosen))]:
        draws.append(Draw(len(draws), "duplicate", draw.image, draw.key, draw.seed, draw.place))
    places = sorted(range(len(known)), key=lambda place: _number(seed, f"known {place}", known[place]))
    for place in places[: _count(shares.known_share, len(chosen))]:
        draws.append(Draw(len(draws), "known violation", place, known[place]))
    for suspect in dict.fromkeys(suspects):
        draws.append(Draw(len(draws), "suspect", suspect.image, images[suspect.image], suspect.seed))
    return Plan(tuple(draws), seed, wanted)


def _count(share: float, images: int) -> int:
    """So many controls: the share, rounded, and at least one unless none is wanted."""
    return max(1, round(share * images)) if share > 0 else 0


def _number(seed: int, what: str, digest: str) -> int:
    """A number that depends on nothing but these three, 0..2**63."""
    state = hashlib.blake2b(f"{seed}/{what}/{digest}".encode(), digest_size=8).digest()
    return int.from_bytes(state, "big") >> 1


def stream(seed: int, what: str) -> random.Random:
    """A random stream of its own for one purpose."""
    return random.Random(_number(seed, what, ""))  # noqa: S311 - an order, not a secret
