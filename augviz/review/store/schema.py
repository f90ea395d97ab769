"""The tables. What a person said is only ever added: triggers of the migrations refuse to change or delete it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
"""Names that are the same in every database, so that later migrations can speak of them."""

APPENDED = ("first_labels", "verdicts", "adjudications", "overrulings")
"""Tables of which no row is ever changed, nor deleted as long as its review is there."""


class Moment(TypeDecorator[dt.datetime]):
    """A time in UTC; SQLite forgets the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """To the database."""
        return None if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """From the database."""
        if value is None:
            return None
        moment: dt.datetime = value if value.tzinfo else value.replace(tzinfo=dt.UTC)
        return moment.astimezone(dt.UTC)


class Table(DeclarativeBase):
    """Parent of all tables."""

    metadata = MetaData(naming_convention=NAMING)


def _review_id() -> Mapped[str]:
    return mapped_column(String(64), ForeignKey("reviews.id", ondelete="CASCADE"))


class ReviewRow(Table):
    """One review; JSON in ``setting``, ``pipeline`` and ``versions``."""

    __tablename__ = "reviews"
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    project: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[dt.datetime] = mapped_column(Moment)
    seed: Mapped[int] = mapped_column(BigInteger)
    wanted: Mapped[int] = mapped_column(Integer)
    setting: Mapped[str] = mapped_column(Text)
    pipeline_yaml: Mapped[str] = mapped_column(Text)
    pipeline: Mapped[str] = mapped_column(Text)
    versions: Mapped[str] = mapped_column(Text)


class PictureRow(Table):
    """One picture file; several items may show it."""

    __tablename__ = "pictures"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    size_bytes: Mapped[int] = mapped_column(BigInteger)


class ItemRow(Table):
    """One item of a review; JSON in ``details``."""

    __tablename__ = "items"
    __table_args__ = (Index(None, "after"), Index(None, "before"))
    review_id: Mapped[str] = mapped_column(String(64), ForeignKey("reviews.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(64))
    seed: Mapped[int] = mapped_column(BigInteger)
    twin: Mapped[int | None] = mapped_column(Integer)
    image_name: Mapped[str] = mapped_column(Text)
    image_digest: Mapped[str] = mapped_column(String(64))
    after: Mapped[str] = mapped_column(String(64), ForeignKey("pictures.digest"))
    before: Mapped[str] = mapped_column(String(64), ForeignKey("pictures.digest"))
    details: Mapped[str] = mapped_column(Text)


class ReviewerRow(Table):
    """Somebody who judges in one review. ``identity`` is a digest: a name may be longer than an index takes."""

    __tablename__ = "reviewers"
    __table_args__ = (UniqueConstraint("review_id", "identity"), UniqueConstraint("review_id", "id"))
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    review_id: Mapped[str] = _review_id()
    identity: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(Text)
    account: Mapped[str] = mapped_column(Text)
    order_seed: Mapped[int] = mapped_column(BigInteger)
    joined_at: Mapped[dt.datetime] = mapped_column(Moment)


def _about_an_item() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["review_id", "place"], ["items.review_id", "items.place"], ondelete="CASCADE")


def _by_a_reviewer() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["review_id", "reviewer_id"], ["reviewers.review_id", "reviewers.id"], ondelete="CASCADE"
    )


class FirstLabelRow(Table):
    """What a reviewer called a picture before the stored label was shown."""

    __tablename__ = "first_labels"
    __table_args__ = (_about_an_item(), _by_a_reviewer(), Index(None, "review_id", "reviewer_id", "place"))
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    review_id: Mapped[str] = mapped_column(String(64))
    reviewer_id: Mapped[int] = mapped_column(Integer)
    place: Mapped[int] = mapped_column(Integer)
    label: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Moment)


class VerdictRow(Table):
    """One verdict; without an answer it takes back the one before."""

    __tablename__ = "verdicts"
    __table_args__ = (_about_an_item(), _by_a_reviewer(), Index(None, "review_id", "reviewer_id", "place"))
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    review_id: Mapped[str] = mapped_column(String(64))
    reviewer_id: Mapped[int] = mapped_column(Integer)
    place: Mapped[int] = mapped_column(Integer)
    answer: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    object_id: Mapped[int | None] = mapped_column(Integer)
    step_id: Mapped[str] = mapped_column(Text)
    seconds: Mapped[float] = mapped_column(Float)
    at: Mapped[dt.datetime] = mapped_column(Moment)


class AdjudicationRow(Table):
    """What was agreed on afterwards."""

    __tablename__ = "adjudications"
    __table_args__ = (_about_an_item(), Index(None, "review_id", "place"))
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    review_id: Mapped[str] = mapped_column(String(64))
    place: Mapped[int] = mapped_column(Integer)
    answer: Mapped[str] = mapped_column(String(32))
    by: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Moment)


class OverrulingRow(Table):
    """An expert's word against a rule. ``project_digest`` is what it is looked up by."""

    __tablename__ = "overrulings"
    __table_args__ = (Index(None, "project_digest"), Index(None, "review_id"))
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    review_id: Mapped[str] = _review_id()
    project: Mapped[str] = mapped_column(Text)
    project_digest: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(64))
    step_digest: Mapped[str] = mapped_column(String(64))
    was: Mapped[str] = mapped_column(String(32))
    severity: Mapped[str] = mapped_column(String(32))
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[dt.datetime] = mapped_column(Moment)
    changed: Mapped[int] = mapped_column(Integer)
    images: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text)
