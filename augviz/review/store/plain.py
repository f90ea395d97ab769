"""Items, settings and pipelines as JSON in a column, and back; what a person wrote stays text."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from augviz.errors import AugvizError
from augviz.pipeline.spec import PipelineSpec
from augviz.review.review import Dose, Item, Picture, Review, Setting, StepSeen
from augviz.review.store.schema import ItemRow, PictureRow, ReviewRow
from augviz.sharing.state import spec_from_plain, spec_to_plain


def review_to_row(review: Review) -> ReviewRow:
    """The row of a review, without its items."""
    return ReviewRow(
        id=review.id,
        title=review.setting.title,
        project=review.setting.project,
        digest=review.digest,
        made_at=review.made_at,
        seed=review.seed,
        wanted=review.wanted,
        setting=_written(asdict(review.setting)),
        pipeline_yaml=review.pipeline_yaml,
        pipeline=_written(None if review.spec is None else spec_to_plain(review.spec)),
        versions=_written(review.versions),
    )


def review_of_row(row: ReviewRow, items: tuple[Item, ...]) -> Review:
    """A review and its items."""
    return Review(
        row.id,
        _setting(json.loads(row.setting)),
        row.seed,
        row.wanted,
        row.made_at,
        row.digest,
        row.pipeline_yaml,
        _spec(json.loads(row.pipeline)),
        tuple((name, version) for name, version in json.loads(row.versions)),
        items,
    )


def item_to_row(review_id: str, item: Item) -> ItemRow:
    """The row of an item."""
    details = {
        "label": item.label,
        "classes": item.classes,
        "objects_after": item.objects_after,
        "objects_before": item.objects_before,
        "steps": [[one.step_id, one.transform, one.value, one.doses] for one in item.steps],
        "blamed": item.blamed,
    }
    return ItemRow(
        review_id=review_id,
        place=item.place,
        kind=item.kind,
        key=item.key,
        seed=item.seed,
        twin=item.twin,
        image_name=item.image_name,
        image_digest=item.image_digest,
        after=item.after.digest,
        before=item.before.digest,
        details=_written(details),
    )


def item_of_row(row: ItemRow, pictures: dict[str, Picture]) -> Item:
    """An item and its pictures."""
    details = json.loads(row.details)
    return Item(
        row.place,
        row.kind,  # type: ignore[arg-type]  # only ever written from an Item
        row.key,
        row.seed,
        row.twin,
        row.image_name,
        row.image_digest,
        details["label"],
        tuple(details["classes"]),
        pictures[row.after],
        pictures[row.before],
        details["objects_after"],
        details["objects_before"],
        tuple(
            StepSeen(step_id, transform, value, tuple(Dose(quantity, dose) for quantity, dose in doses))
            for step_id, transform, value, doses in details["steps"]
        ),
        tuple(details["blamed"]),
    )


def picture_to_row(picture: Picture) -> PictureRow:
    """The row of a picture."""
    width, height = picture.size_wh
    return PictureRow(digest=picture.digest, width=width, height=height, size_bytes=picture.size_bytes)


def picture_of_row(row: PictureRow) -> Picture:
    """A picture."""
    return Picture(row.digest, (row.width, row.height), row.size_bytes)


def _setting(plain: dict[str, Any]) -> Setting:
    """Fields that later versions have added are at their default."""
    known = {name: plain[name] for name in Setting.__dataclass_fields__ if name in plain}
    setting = Setting(**known)
    pairs = tuple((name, float(value)) for name, value in setting.thresholds)
    return replace(setting, facts=tuple(setting.facts), thresholds=pairs)


def _spec(plain: Any) -> PipelineSpec | None:
    """None where the library no longer knows a step; the YAML is still there for people."""
    if plain is None:
        return None
    try:
        return spec_from_plain(plain, "review")
    except AugvizError:
        return None


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, allow_nan=False)
