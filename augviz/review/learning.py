"""What the verdicts say: how often labels change, in which classes, by which steps, and from which strength on.

Only images that count are counted, each once; controls are not. "Cannot tell" is counted both ways: a pipeline is safe
only if it would still be so with all of them changed, and violating only by labels that did change; a tie between
reviewers is no such label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from augviz.preservation.intervals import (
    SAFE_RATE,
    Claim,
    Interval,
    claim,
    clopper_pearson_upper,
    wilson,
)
from augviz.review.doses import QUANTITY
from augviz.review.review import Item
from augviz.review.settling import Settled
from augviz.wording import counted, percent

MOST_BANDS = 4
ORDER = tuple(QUANTITY)
FEWEST_IN_BAND = 5
"""Fewer images than that say nothing about a strength."""


@dataclass(frozen=True)
class Rate:
    """How many labels changed among images.

    Attributes:
        changed: Images whose label changed; a tie that nobody has settled is one of them.
        open: Images of which nobody can say that it did not: cannot tell, unusable, disputed.
        images: Images that were judged.
        limit: The claim, 0..1.
        tied: Of ``changed``: as many reviewers say otherwise. They stand in the way of "safe", and do not carry
            "violating".
    """

    changed: int
    open: int
    images: int
    limit: float = SAFE_RATE
    tied: int = 0

    @property
    def interval(self) -> Interval:
        """Wilson's 95% of the rate of labels that changed."""
        return wilson(self.changed, self.images)

    @property
    def upper(self) -> float:
        """One-sided 95% limit of Clopper and Pearson; 1 without images."""
        return clopper_pearson_upper(self.changed, self.images)

    @property
    def upper_with_open(self) -> float:
        """The same if every open image counts as changed."""
        return clopper_pearson_upper(self.changed + self.open, self.images)

    @property
    def claim(self) -> Claim:
        """What can be said: "safe" even if all that is open changed, "violating" by those that did change for sure."""
        return claim(self.changed + self.open, self.images, self.limit, first_draws=self.changed - self.tied)

    @property
    def words(self) -> str:
        """The claim for people, one line."""
        found, limit = self.claim, percent(self.limit)
        if not self.images:
            return "Nothing judged yet"
        if found.standing == "safe":
            return f"Safe: fewer than {limit} of labels change"
        if found.standing == "violating":
            return f"Violating: more than {limit} of labels change"
        return f"Undecided: about {counted(found.more_images, 'more image')} would decide"


@dataclass(frozen=True)
class ClassRate:
    """One class: its name, and the images that show it."""

    name: str
    rate: Rate


@dataclass(frozen=True)
class StepRate:
    """One step.

    Attributes:
        step_id: Its id.
        transform: Class name.
        fired, still: Images in which it ran, and in which it did not.
        named: Images with a changed label for which a reviewer, or else a check, blames it.
    """

    step_id: str
    transform: str
    fired: Rate
    still: Rate
    named: int


@dataclass(frozen=True)
class StrengthRate:
    """One band of strengths of one thing that a step does.

    Attributes:
        step_id, transform: The step.
        quantity: What it does (:data:`augviz.review.doses.QUANTITIES`).
        low, high: Smallest and largest strength among the images of the band.
        rate: Of these images.
    """

    step_id: str
    transform: str
    quantity: str
    low: float
    high: float
    rate: Rate


def that_count(items: Sequence[Item], settled: Mapping[int, Settled]) -> list[tuple[Item, Settled]]:
    """Images that count and were judged."""
    return [(item, settled[item.place]) for item in items if item.counts and item.place in settled]


def rate_of(settled: Iterable[Settled], limit: float = SAFE_RATE) -> Rate:
    """The rate among these images."""
    listed = list(settled)
    changed = sum(one.is_changed for one in listed)
    maybe = sum(one.may_be_changed and not one.is_changed for one in listed)
    return Rate(changed, maybe, len(listed), limit, sum(one.is_changed and one.is_tied for one in listed))


def by_class(judged: Sequence[tuple[Item, Settled]], names: Callable[[Item], Mapping[int, str]]) -> list[ClassRate]:
    """Each class by itself, the one with the most changed labels first.

    An image with several classes counts for each of them. Where the label changed and a reviewer said which object it
    is about, it counts as changed for the class of that object only.

    Args:
        judged: From :func:`that_count`.
        names: Class of each object of an item, by object id.
    """
    found: dict[str, list[Settled]] = {}
    for item, one in judged:
        called = names(item)
        meant = {called[i] for i in one.object_ids if i in called} & set(item.classes)
        for name in item.classes:
            spared = one.is_changed and meant and name not in meant
            found.setdefault(name, []).append(one._replace(answer="same", worst="same") if spared else one)
    rates = [ClassRate(name, rate_of(ones)) for name, ones in found.items()]
    return sorted(rates, key=lambda row: (-row.rate.changed, -row.rate.open, -row.rate.images, row.name))


def by_step(judged: Sequence[tuple[Item, Settled]]) -> list[StepRate]:
    """Each step that ran on any image, the one that is blamed most first."""
    transforms = {step.step_id: step.transform for item, _one in judged for step in item.steps}
    rows = []
    for step_id, transform in transforms.items():
        ran = [(any(step.step_id == step_id for step in item.steps), one) for item, one in judged]
        named = sum(step_id in blamed_steps(item, one) for item, one in judged if one.is_changed)
        rows.append(
            StepRate(
                step_id,
                transform,
                rate_of(one for fired, one in ran if fired),
                rate_of(one for fired, one in ran if not fired),
                named,
            )
        )
    return sorted(rows, key=lambda row: (-row.named, -row.fired.changed, row.step_id))


def blamed_steps(item: Item, one: Settled) -> tuple[str, ...]:
    """Steps to blame: those that reviewers named, else those that checks did, else the one that ran alone."""
    if one.step_ids or item.blamed:
        return one.step_ids or item.blamed
    ran = tuple(dict.fromkeys(step.step_id for step in item.steps))
    return ran if len(ran) == 1 else ()


def by_strength(judged: Sequence[tuple[Item, Settled]]) -> list[StrengthRate]:
    """Dose and response: for what each step does in most images, bands of about equally many of them.

    A step does many things that rise together (a turn also cuts and pads); of those seen equally often it is the first
    of the table. An image on which a step ran twice counts once, at the stronger of both.
    """
    seen: dict[tuple[str, str, str], list[tuple[float, Settled]]] = {}
    for item, one in judged:
        strongest: dict[tuple[str, str, str], float] = {}
        for step in item.steps:
            for dose in step.doses:
                about = (step.step_id, step.transform, dose.quantity)
                strongest[about] = max(strongest.get(about, 0.0), dose.value)
        for about, value in strongest.items():
            seen.setdefault(about, []).append((value, one))
    main: dict[str, tuple[str, str, str]] = {}
    for about in sorted(seen, key=lambda about: (-len(seen[about]), ORDER.index(about[2]))):
        main.setdefault(about[0], about)
    return [row for about, doses in seen.items() if main[about[0]] == about for row in _bands(*about, doses)]


def _bands(step_id: str, transform: str, quantity: str, doses: Sequence[tuple[float, Settled]]) -> list[StrengthRate]:
    values = np.array([value for value, _one in doses])
    count = min(MOST_BANDS, len(doses) // FEWEST_IN_BAND)
    edges = np.unique(np.quantile(values, np.linspace(0, 1, count + 1)[1:-1])) if count > 1 else np.empty(0)
    place = np.searchsorted(edges, values, side="right")
    groups = _large([np.flatnonzero(place == band) for band in range(len(edges) + 1)])
    if len(groups) < 2:
        return []
    return [
        StrengthRate(
            step_id,
            transform,
            quantity,
            float(values[group].min()),
            float(values[group].max()),
            rate_of(doses[i][1] for i in group.tolist()),
        )
        for group in groups
    ]


def _large(groups: Iterable[npt.NDArray[np.intp]]) -> list[npt.NDArray[np.intp]]:
    """Groups put together until each has :data:`FEWEST_IN_BAND`: many equal strengths leave few for the next band."""
    found: list[npt.NDArray[np.intp]] = []
    for group in groups:
        if found and min(len(found[-1]), len(group)) < FEWEST_IN_BAND:
            found[-1] = np.concatenate([found[-1], group])
        else:
            found.append(group)
    return found
