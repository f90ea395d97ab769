"""One colour a class name: the same in every tile, on every page, in every session."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import NamedTuple

from augviz.sample import Labels


class Colour(NamedTuple):
    """An sRGB colour, each part 0..255."""

    red: int
    green: int
    blue: int

    @property
    def hex(self) -> str:
        """CSS notation.

        >>> Colour(0, 141, 249).hex
        '#008df9'
        """
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def ink(self) -> Colour:
        """Black or white, whichever reads better on this colour.

        The limit .179 is where both have the same contrast ratio (WCAG 2.2, "contrast ratio": solve
        ``1.05 / (L + .05) == (L + .05) / .05`` for the luminance L).
        """
        return Colour(17, 17, 17) if self.luminance > 0.179 else Colour(255, 255, 255)

    @property
    def luminance(self) -> float:
        """Relative luminance, 0..1 (WCAG 2.2, "relative luminance")."""
        parts = (c / 255 for c in self)
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


PALETTE: tuple[Colour, ...] = (
    Colour(0, 141, 249),
    Colour(255, 110, 58),
    Colour(0, 252, 207),
    Colour(255, 178, 253),
    Colour(255, 195, 59),
    Colour(0, 159, 129),
    Colour(159, 1, 98),
    Colour(132, 0, 205),
    Colour(255, 90, 175),
    Colour(164, 1, 34),
    Colour(226, 1, 52),
    Colour(0, 194, 249),
)
"""Twelve colours made for people with and without colour blindness.

Source: M. Krzywinski, "Designing for color blindness", the 12-colour palette (mk.bcgsc.ca/colorblind). The order is
ours: the first eight stay furthest apart for all (a test measures it), and light ones come before dark ones, which are
hard to see on a dark picture.
"""


@dataclass(frozen=True)
class ClassColours:
    """Which colour of the palette a class name has.

    Known names take the colours in their order; any other name takes one that follows from its letters alone, so that
    it is the same in every process.

    Attributes:
        names: Class names in order of first appearance, without repeats; empty places may lie between them.
    """

    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, every_label: Iterable[Labels]) -> ClassColours:
        """The colours for the samples that are open, in the order in which their names first appear."""
        found: dict[str, None] = {}
        for labels in every_label:
            found.update(dict.fromkeys(_names_in(labels)))
        return cls(tuple(found))

    def recoloured(self, chosen: Iterable[tuple[str, int]]) -> ClassColours:
        """The same colours, but for classes that somebody has given another one.

        A name's place decides its colour, so it moves to a free place of the wanted colour; the others stay.

        Args:
            chosen: Class name and place in :data:`PALETTE`.

        >>> ClassColours(("cat", "dog")).recoloured([("cat", 5)]).index_of("cat")
        5
        """
        names = list(self.names)
        for name, colour in chosen:
            names = ["" if known == name else known for known in names]
            place = next(k for k in count(colour, len(PALETTE)) if k >= len(names) or not names[k])
            names += [""] * (place + 1 - len(names))
            names[place] = name
        return ClassColours(tuple(names))

    def index_of(self, name: str) -> int:
        """Place in :data:`PALETTE` of the colour of this name.

        >>> ClassColours(("cat", "dog")).index_of("dog")
        1
        """
        place = self._places.get(name)
        if place is None:
            place = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big")
        return place % len(PALETTE)

    def colour_of(self, name: str) -> Colour:
        """The colour of this name."""
        return PALETTE[self.index_of(name)]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}


def _names_in(labels: Labels) -> list[str]:
    regions = labels.semantic.names if labels.semantic is not None else {}
    return [*labels.class_names(), *(regions[value] for value in sorted(regions)), *labels.keypoints.labels]
