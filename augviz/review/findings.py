"""Everything that a review has found, as one value that page, report, JSON and the header of an export show alike."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

from augviz.review import learning
from augviz.review.agreement import Agreement, agreement, disagreements
from augviz.review.judgement import ANSWERS, Adjudication, FirstLabel, Judgement, Recorded, agreed, latest, standing
from augviz.review.learning import ClassRate, Rate, StepRate, StrengthRate
from augviz.review.overruling import Overruling
from augviz.review.review import Item, Review, Reviewer
from augviz.review.reviewers import Trust, trust_in
from augviz.review.settling import Settled, settle


@dataclass(frozen=True)
class Log:
    """All that was said in a review, nothing left out.

    Attributes:
        reviewers: Who judges, in the order of arrival.
        first_labels, verdicts, adjudications, overrulings: Every row, in the order of arrival.
    """

    reviewers: tuple[Reviewer, ...] = ()
    first_labels: tuple[FirstLabel, ...] = ()
    verdicts: tuple[Recorded, ...] = ()
    adjudications: tuple[Adjudication, ...] = ()
    overrulings: tuple[Overruling, ...] = ()


@dataclass(frozen=True)
class Said:
    """What one reviewer said of one item: who, the verdict, and the label given before the stored one was shown."""

    reviewer: Reviewer
    judgement: Judgement
    first_label: str


@dataclass(frozen=True)
class Looked:
    """One item, what holds for it, and who said what."""

    item: Item
    settled: Settled
    said: tuple[Said, ...]

    @property
    def blamed(self) -> tuple[str, ...]:
        """Ids of the steps to blame."""
        return learning.blamed_steps(self.item, self.settled)


@dataclass(frozen=True)
class Findings:
    """What was found.

    Attributes:
        review: The review.
        rate: How often labels change.
        classes, steps, strengths: The same by class, step and strength.
        trust: What the controls say of each reviewer who judged anything.
        agreement: How far reviewers agree; None where no image was judged by two.
        changed: Images whose label changed.
        open: Images of which nobody can say that it did not.
        disputed: Items on which reviewers differ and that nobody has settled, also controls; the most different first.
        adjudications: What was settled, the last word on each item.
        overrulings: What experts decided against rules.
        until: When the last row was written; when the review was made, where there is none.
    """

    review: Review
    rate: Rate
    classes: tuple[ClassRate, ...]
    steps: tuple[StepRate, ...]
    strengths: tuple[StrengthRate, ...]
    trust: tuple[Trust, ...]
    agreement: Agreement | None
    changed: tuple[Looked, ...]
    open: tuple[Looked, ...]
    disputed: tuple[Looked, ...]
    adjudications: tuple[Adjudication, ...]
    overrulings: tuple[Overruling, ...]
    until: dt.datetime

    def rate_where(self, step_id: str | None) -> Rate:
        """The rate among images in which a step ran: of none where it ran in no judged image, of all for None."""
        if step_id is None:
            return self.rate
        return next((row.fired for row in self.steps if row.step_id == step_id), learning.rate_of(()))


def find(review: Review, log: Log) -> Findings:
    """Draw the conclusions of everything that was said so far."""
    verdicts, joint = standing(log.verdicts), agreed(log.adjudications)
    settled = settle(verdicts, joint)
    judged = learning.that_count(review.items, settled)
    active = [one for one in log.reviewers if any(who == one.id for who, _place in verdicts)]
    looked = _looked(review, log, verdicts, settled)
    answers = [[_answer(verdicts, one.id, item.place) for one in active] for item in review.items]
    counting = [row for item, row in zip(review.items, answers, strict=True) if item.counts]
    moments = [row.at for rows in (log.first_labels, log.verdicts, log.adjudications, log.overrulings) for row in rows]
    return Findings(
        review,
        learning.rate_of((one for _item, one in judged), review.setting.limit),
        tuple(learning.by_class(judged, object_names)),
        tuple(learning.by_step(judged)),
        tuple(learning.by_strength(judged)),
        tuple(trust_in(one, review.items, _of(verdicts, one.id)) for one in active),
        agreement(counting, "changed", len(ANSWERS), seed=review.seed) if active else None,
        tuple(one for one in looked.values() if one.item.counts and one.settled.is_changed),
        tuple(
            one
            for one in looked.values()
            if one.item.counts and one.settled.may_be_changed and not one.settled.is_changed
        ),
        tuple(looked[place] for place in disagreements(answers) if settled[place].is_disputed) if active else (),
        tuple(joint.values()),
        log.overrulings,
        max(moments, default=review.made_at),
    )


def object_names(item: Item) -> dict[int, str]:
    """Class of each object of an item, by its id."""
    drawn = json.loads(item.objects_before)
    names = drawn.get("names", [])
    boxes = {int(box[6]): names[box[4]] for box in drawn.get("boxes", [])}
    return {int(outline[2]): names[outline[0]] for outline in drawn.get("outlines", [])} | boxes


def _looked(
    review: Review, log: Log, verdicts: Mapping[tuple[int, int], Judgement], settled: Mapping[int, Settled]
) -> dict[int, Looked]:
    labels = latest(log.first_labels)
    found = {}
    for item in review.items:
        if item.place in settled:
            keys = [(one, (one.id, item.place)) for one in log.reviewers if (one.id, item.place) in verdicts]
            said = tuple(Said(one, verdicts[key], labels[key].label if key in labels else "") for one, key in keys)
            found[item.place] = Looked(item, settled[item.place], said)
    return found


def _answer(verdicts: Mapping[tuple[int, int], Judgement], reviewer: int, place: int) -> str | None:
    said = verdicts.get((reviewer, place))
    return None if said is None else said.answer


def _of(verdicts: Mapping[tuple[int, int], Judgement], reviewer: int) -> dict[int, Judgement]:
    return {place: said for (who, place), said in verdicts.items() if who == reviewer}
