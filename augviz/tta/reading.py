"""What a model says of each view, and how long each takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from augviz.models.card import ModelCard
from augviz.models.model import Prediction
from augviz.models.outputs import Output
from augviz.sample import ImageArray, Sample
from augviz.side_by_side import Progress
from augviz.tta.seeing import Seen, look
from augviz.tta.view import View

Clock = Callable[[], float]
"""Seconds from any beginning."""


class Predictor(Protocol):
    """What is asked: an open model, or anything that answers like one."""

    @property
    def card(self) -> ModelCard:
        """How it is used."""

    def predict(self, image: ImageArray) -> Prediction:
        """What it says of one picture at the size of the card."""


@dataclass(frozen=True, eq=False)
class Reading:
    """One view, read.

    Attributes:
        seen: The picture through the view, and the way back.
        output: What the model says.
        look_ms: Time to make the view, in milliseconds.
        model_ms: Time until the model had answered.
    """

    seen: Seen
    output: Output
    look_ms: float
    model_ms: float

    @property
    def ms(self) -> float:
        """Time of this view, all in all."""
        return self.look_ms + self.model_ms


def read_views(
    views: Sequence[View],
    sample: Sample,
    model: Predictor,
    *,
    clock: Clock = time.perf_counter,
    on_progress: Progress | None = None,
) -> tuple[Reading, ...]:
    """Show a model every view of one picture, one after the other, so that each has its own time.

    Args:
        views: The views; the first is the one that all are held against.
        sample: The picture, at its true size.
        model: Who is asked.
        clock: Where the time comes from.
        on_progress: Told after each view; what it raises ends the work.

    Raises:
        InputError: A view cannot be made of this picture, or the model fails on it.
    """
    found: list[Reading] = []
    for view in views:
        began = clock()
        seen = look(view, sample, model.card)
        made = clock()
        output = model.predict(seen.image).output
        found.append(Reading(seen, output, (made - began) * 1e3, (clock() - made) * 1e3))
        if on_progress is not None:
            on_progress(len(found), len(views))
    return tuple(found)
