"""What people said as rows of the database, and back."""

from __future__ import annotations

import datetime as dt

from augviz.preservation.severity import Severity
from augviz.review.judgement import Adjudication, Answer, FirstLabel, Judgement, Recorded
from augviz.review.overruling import Overruling
from augviz.review.review import Reviewer
from augviz.review.store.schema import AdjudicationRow, FirstLabelRow, OverrulingRow, ReviewerRow, VerdictRow


def now() -> dt.datetime:
    """The time, UTC."""
    return dt.datetime.now(tz=dt.UTC)


def verdict_to_row(review_id: str, reviewer: int, place: int, said: Judgement | None) -> VerdictRow:
    """The row of a verdict given now; of nothing, the row that takes one back."""
    return VerdictRow(
        review_id=review_id,
        reviewer_id=reviewer,
        place=place,
        answer=None if said is None else said.answer,
        reason="" if said is None else said.reason,
        note="" if said is None else said.note,
        object_id=None if said is None else said.object_id,
        step_id="" if said is None else said.step_id,
        seconds=0.0 if said is None else said.seconds,
        at=now(),
    )


def reviewer_of_row(row: ReviewerRow) -> Reviewer:
    """A reviewer."""
    return Reviewer(row.id, row.name, row.order_seed, row.account)


def first_label_of_row(row: FirstLabelRow) -> FirstLabel:
    """A label that was given first."""
    return FirstLabel(row.id, row.reviewer_id, row.place, row.label, row.at)


def verdict_of_row(row: VerdictRow) -> Recorded:
    """A verdict."""
    said = None
    if row.answer is not None:
        answer: Answer = row.answer  # type: ignore[assignment]  # Judgement looks whether it is one
        said = Judgement(answer, row.reason, row.note, row.object_id, row.step_id, row.seconds)
    return Recorded(row.id, row.reviewer_id, row.place, said, row.at)


def adjudication_of_row(row: AdjudicationRow) -> Adjudication:
    """What was agreed on."""
    answer: Answer = row.answer  # type: ignore[assignment]  # only ever written from one
    return Adjudication(row.id, row.place, answer, row.by, row.note, row.at)


def overruling_of_row(row: OverrulingRow) -> Overruling:
    """An expert's word against a rule."""
    was: Severity = row.was  # type: ignore[assignment]  # only ever written from one
    severity: Severity = row.severity  # type: ignore[assignment]
    return Overruling(
        row.review_id,
        row.project,
        row.code,
        row.step_digest,
        was,
        severity,
        row.by,
        row.at,
        row.changed,
        row.images,
        row.note,
        row.id,
    )
