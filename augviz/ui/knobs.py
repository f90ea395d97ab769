"""Sliders that the pictures can follow while they are dragged.

A slider tells the server nothing until it is let go. So that a route can answer in between, each slider that is made
leaves a knob: what its thumbs stand for, as an edit of the pipeline. The slider knows its number only; each layer
around it says what that number is a part of::

    with within(lambda low_high: {"x": low_high, "y": down}):   # a parameter of two ranges
        two_numbers(...)

What such a function looks up when it is called is what the page showed last, so it may name variables that are set
after the slider is made.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from augviz.errors import AugvizError


@dataclass(frozen=True)
class Knob:
    """A slider with one thumb or two.

    Attributes:
        low, high: The slider's ends.
        thumbs: Where its thumbs are now.
        turn: What the thumbs stand for, as the layer says that looks at it: a number, a parameter, an edit.
    """

    low: float
    high: float
    thumbs: tuple[float, ...]
    turn: Callable[[tuple[float, ...]], Any]

    def checked(self, thumbs: Sequence[object]) -> tuple[float, ...]:
        """Positions that came from outside.

        Raises:
            AugvizError: Too few or too many, no finite numbers, beyond the ends, or in the wrong order.
        """
        found = tuple(float(at) for at in thumbs if isinstance(at, (int, float)) and not isinstance(at, bool))
        if len(found) != len(thumbs) or len(found) != len(self.thumbs) or not all(map(math.isfinite, found)):
            raise AugvizError(f"{len(self.thumbs)} finite numbers are expected")
        slack = 1e-9 * max(abs(self.low), abs(self.high), 1.0)
        if min(found) < self.low - slack or max(found) > self.high + slack or list(found) != sorted(found):
            raise AugvizError(f"the thumbs must lie between {self.low:g} and {self.high:g}, in order")
        return found


_offered: ContextVar[dict[str, Knob] | None] = ContextVar("offered", default=None)


@contextmanager
def collecting() -> Iterator[Mapping[str, Knob]]:
    """All sliders that are made in here, by the key of their widget."""
    found: dict[str, Knob] = {}
    token = _offered.set(found)
    try:
        yield found
    finally:
        _offered.reset(token)


@contextmanager
def within(put: Callable[[Any], Any]) -> Iterator[None]:
    """What the sliders in here are a part of.

    Args:
        put: The whole for a new value of the part.
    """
    with collecting() as inner:
        yield
    for key, knob in inner.items():
        offer(key, replace(knob, turn=_after(knob.turn, put)))


def offer(key: str, knob: Knob) -> None:
    """Leave a knob for the slider with this key; nothing happens when nobody collects."""
    found = _offered.get()
    if found is not None:
        found[key] = knob


def _after(first: Callable[[tuple[float, ...]], Any], then: Callable[[Any], Any]) -> Callable[[tuple[float, ...]], Any]:
    return lambda thumbs: then(first(thumbs))
