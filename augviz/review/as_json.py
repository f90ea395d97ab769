"""A review as JSON, for programs: what was judged, by whom, every row, and the numbers."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from augviz.review.agreement import Agreement
from augviz.review.findings import Findings, Log
from augviz.review.header import header_line
from augviz.review.learning import Rate
from augviz.review.review import Item
from augviz.review.reviewers import Count, Trust
from augviz.statistics.wilson import Interval

FORM = 1
"""Rises when a field changes its meaning."""


def as_json(found: Findings, log: Log) -> str:
    """All of a review but its pictures, which it names by their digests."""
    review = found.review
    setting = review.setting
    plain = {
        "form": FORM,
        "summary": header_line(found),
        "review": {
            "id": review.id,
            "title": setting.title,
            "question": setting.question,
            "project": setting.project,
            "made_at": _moment(review.made_at),
            "seed": review.seed,
            "profile": setting.profile,
            "facts": list(setting.facts),
            "thresholds": dict(setting.thresholds),
            "claim_below": setting.limit,
        },
        "pipeline": {"digest": review.digest, "yaml": review.pipeline_yaml, "versions": dict(review.versions)},
        "result": {"claim": found.rate.claim.words, **_rate(found.rate)},
        "classes": [{"class": row.name, **_rate(row.rate)} for row in found.classes],
        "steps": [
            {
                "step": row.step_id,
                "transform": row.transform,
                "named": row.named,
                "fired": _rate(row.fired),
                "did_not_fire": _rate(row.still),
            }
            for row in found.steps
        ],
        "strengths": [
            {"step": row.step_id, "quantity": row.quantity, "from": row.low, "to": row.high, **_rate(row.rate)}
            for row in found.strengths
        ],
        "agreement": _agreement(found.agreement),
        "reviewers": [_trust(one) for one in found.trust],
        "items": [_item(item) for item in review.items],
        "rows": _rows(log),
        "disputed": [one.item.place for one in found.disputed],
    }
    return json.dumps(plain, indent=2, ensure_ascii=False, allow_nan=False)


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "images": rate.images,
        "changed": rate.changed,
        "changed_by_a_tie": rate.tied,
        "not_settled": rate.open,
        "wilson_95": _interval(rate.interval),
        "upper_95": rate.upper,
        "upper_95_if_not_settled_changed": rate.upper_with_open,
    }


def _agreement(found: Agreement | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "reviewers": found.reviewers,
        "images": found.items,
        "raw": found.raw,
        "positive": found.positive,
        "positives": found.positives,
        "krippendorff_alpha": found.alpha,
        "alpha_95": None if found.interval is None else _interval(found.interval),
        "alpha_95_caution": found.caution,
        "band": found.band,
        "gwet_ac1": found.ac1,
        "kappa": None if found.kappa is None else found.kappa._asdict(),
    }


def _trust(one: Trust) -> dict[str, Any]:
    return {
        "id": one.reviewer.id,
        "name": one.reviewer.name,
        "account": one.reviewer.account,
        "judged": _count(one.judged),
        "false_alarms": _count(one.false_alarms),
        "hits": _count(one.hits),
        "consistent": _count(one.consistent),
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "place": item.place,
        "kind": item.kind,
        "image": item.image_name,
        "image_digest": item.image_digest,
        "seed": item.seed,
        "twin": item.twin,
        "label": item.label,
        "classes": list(item.classes),
        "picture": item.after.digest,
        "original": item.before.digest,
        "steps": [{"step": one.step_id, "transform": one.transform, "value": one.value} for one in item.steps],
        "blamed_by_checks": list(item.blamed),
    }


def _rows(log: Log) -> dict[str, Sequence[dict[str, Any]]]:
    """Every row that was ever written; a verdict without an answer takes the one before it back."""
    return {
        "first_labels": [
            {"reviewer": row.reviewer, "item": row.place, "label": row.label, "at": _moment(row.at)}
            for row in log.first_labels
        ],
        "verdicts": [
            {
                "reviewer": row.reviewer,
                "item": row.place,
                "answer": None if row.judgement is None else row.judgement.answer,
                "reason": "" if row.judgement is None else row.judgement.reason,
                "note": "" if row.judgement is None else row.judgement.note,
                "object": None if row.judgement is None else row.judgement.object_id,
                "step": "" if row.judgement is None else row.judgement.step_id,
                "seconds": 0.0 if row.judgement is None else row.judgement.seconds,
                "at": _moment(row.at),
            }
            for row in log.verdicts
        ],
        "adjudications": [
            {"item": row.place, "answer": row.answer, "by": row.by, "note": row.note, "at": _moment(row.at)}
            for row in log.adjudications
        ],
        "overrulings": [
            {
                "rule": row.code,
                "step_digest": row.step_digest,
                "was": row.was,
                "severity": row.severity,
                "by": row.by,
                "at": _moment(row.at),
                "changed": row.changed,
                "images": row.images,
                "note": row.note,
            }
            for row in log.overrulings
        ],
    }


def _count(count: Count) -> dict[str, int]:
    return {"times": count.times, "of": count.of}


def _interval(interval: Interval) -> list[float]:
    return [interval.low, interval.high]


def _moment(at: dt.datetime) -> str:
    return at.isoformat(timespec="seconds")
