"""Does a model still say the same after augmentation? A weak witness.

A model that changes its mind may be right (the label changed), or it never learnt the transformation: one that reads
digits changes its mind at 30 degrees for 14% of them although people read them all (measured). So every figure
stands beside a *null*: the same question about pictures that nobody would call different. And three answers are told
apart: the same class; *another class, and sure of it*, which a person should look at first; and unsure, which only says
that the model has not seen such pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from augviz.errors import InputError
from augviz.models.outputs import ClassScores
from augviz.pipeline.run import run
from augviz.sample import Labels, Sample
from augviz.side_by_side import Progress
from augviz.statistics.wilson import Interval, wilson
from augviz.tta import arithmetic
from augviz.tta.merging import merge_classes
from augviz.tta.reading import Predictor, Reading
from augviz.tta.seeing import look
from augviz.tta.view import PLAIN, View, step, view

Change = Literal["same", "sure", "unsure"]

SURE = 0.9
"""Probability from which a model is called sure."""

NULL: tuple[View, ...] = (
    view("turn-left", "Turned by 2° to the left", step("Rotate", {"limit": (2, 2), "border_mode": 4})),
    view("turn-right", "Turned by 2° to the right", step("Rotate", {"limit": (-2, -2), "border_mode": 4})),
    view("jpeg", "Saved as JPEG, quality 95", step("ImageCompression", {"quality_range": (95, 95)})),
)
"""Changes that no person would call one."""


@dataclass(frozen=True)
class Testimony:
    """One picture, before and after.

    Attributes:
        image: Name of the original.
        place: Which of its augmented pictures, from 0; of the null, which of ``NULL``.
        before, after: The likeliest class.
        before_share, after_share: Its probability, 0..1.
        divergence: How far both answers are apart, 0..1 (Jensen-Shannon).
    """

    image: str
    place: int
    before: int
    after: int
    before_share: float
    after_share: float
    divergence: float

    @property
    def change(self) -> Change:
        """Whether the class is the same, or another one, and then whether the model is sure of it."""
        if self.before == self.after:
            return "same"
        return "sure" if self.after_share >= SURE else "unsure"


@dataclass(frozen=True)
class Tally:
    """How often each answer came.

    Attributes:
        same, sure, unsure: Pictures.
    """

    same: int
    sure: int
    unsure: int

    @property
    def pictures(self) -> int:
        """All of them."""
        return self.same + self.sure + self.unsure

    @property
    def sure_interval(self) -> Interval:
        """Wilson's 95% interval of the share of sure changes; it takes pictures as independent, which several of one
        original are not quite.
        """
        return wilson(self.sure, self.pictures)


@dataclass(frozen=True)
class Witness:
    """What a model says, with the null beside it.

    Attributes:
        augmented: One row an augmented picture, what a person should look at first at the top.
        null: The same of pictures that were hardly changed.
    """

    augmented: tuple[Testimony, ...]
    null: tuple[Testimony, ...]

    @property
    def tally(self) -> Tally:
        """Of the augmented pictures."""
        return _tally(self.augmented)

    @property
    def null_tally(self) -> Tally:
        """Of the null."""
        return _tally(self.null)

    @property
    def to_look_at(self) -> tuple[Testimony, ...]:
        """Sure changes, the surest first: for a person's eyes."""
        return tuple(told for told in self.augmented if told.change == "sure")

    @property
    def words(self) -> str:
        """For people, two sentences."""
        ours, null = self.tally, self.null_tally
        return (
            f"The model is sure of another class in {ours.sure} of {ours.pictures} augmented images, and in "
            f"{null.sure} of {null.pictures} that were only turned by 2° or saved as JPEG. A model can be mistaken: "
            "look for yourself."
        )


def witness(
    model: Predictor, pairs: Sequence[tuple[Sample, Sequence[Sample]]], *, on_progress: Progress | None = None
) -> Witness:
    """Ask a model about originals, their augmented pictures, and the null.

    Args:
        model: Who is asked; it has to give classes of the whole picture.
        pairs: Each original with its augmented pictures.
        on_progress: Told after each original; what it raises ends the work.

    Raises:
        InputError: The model gives another kind of answer, or fails on a picture.
    """
    augmented: list[Testimony] = []
    null: list[Testimony] = []
    for done, (original, pictures) in enumerate(pairs, start=1):
        before = _asked(model, original)
        augmented += [_compared(original, i, before, _asked(model, each)) for i, each in enumerate(pictures)]
        null += [_compared(original, i, before, _asked(model, _changed(original, each))) for i, each in enumerate(NULL)]
        if on_progress is not None:
            on_progress(done, len(pairs))
    return Witness(tuple(sorted(augmented, key=_urgency)), tuple(sorted(null, key=_urgency)))


def _changed(sample: Sample, each: View) -> Sample:
    return run(each.spec, sample.with_labels(Labels()), 0).after


def _asked(model: Predictor, sample: Sample) -> arithmetic.Floats:
    seen = look(PLAIN, sample, model.card)
    output = model.predict(seen.image).output
    if not isinstance(output, ClassScores):
        raise InputError(
            "this model does not give one class for the whole picture", where=model.card.name, mend="Take a classifier."
        )
    return merge_classes([Reading(seen, output, 0.0, 0.0)]).probabilities


def _compared(original: Sample, place: int, before: arithmetic.Floats, after: arithmetic.Floats) -> Testimony:
    first, second = int(before.argmax()), int(after.argmax())
    apart = arithmetic.divergence(np.stack([before, after]))
    return Testimony(original.name, place, first, second, float(before[first]), float(after[second]), apart)


def _urgency(told: Testimony) -> tuple[int, float]:
    return ("sure", "unsure", "same").index(told.change), -told.after_share


def _tally(told: Sequence[Testimony]) -> Tally:
    counts = [sum(each.change == change for each in told) for change in ("same", "sure", "unsure")]
    return Tally(*counts)
