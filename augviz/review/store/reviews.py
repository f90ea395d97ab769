"""What was planned and said, in and out of the database. What a method has returned is on the disk."""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar, get_args

from sqlalchemy import Engine, Select, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.orm import InstrumentedAttribute, Session

from augviz.errors import InputError
from augviz.preservation.severity import Severity
from augviz.review.findings import Log
from augviz.review.header import in_one_line
from augviz.review.judgement import (
    ANSWERS,
    Adjudication,
    Answer,
    FirstLabel,
    Judgement,
    Recorded,
    latest,
    storable,
)
from augviz.review.overruling import Overruling
from augviz.review.queue import order_seed
from augviz.review.review import Review, Reviewer
from augviz.review.store import plain, rows
from augviz.review.store.files import PictureFiles
from augviz.review.store.schema import (
    AdjudicationRow,
    FirstLabelRow,
    ItemRow,
    OverrulingRow,
    PictureRow,
    ReviewerRow,
    ReviewRow,
    VerdictRow,
)
from augviz.review.store.transactions import in_short, writing

Row = TypeVar("Row", FirstLabelRow, VerdictRow, AdjudicationRow, OverrulingRow)


@dataclass(frozen=True)
class Listed:
    """One review in a list.

    Attributes:
        id, title, project, made_at, digest: Of the review.
        items: How many are judged by each.
        reviewers: Who takes part.
        judged: Verdicts that count, of all reviewers together.
    """

    id: str
    title: str
    project: str
    made_at: dt.datetime
    digest: str
    items: int
    reviewers: tuple[str, ...]
    judged: int


class Store:
    """A database and a folder of pictures; may be used by several threads, and both by several processes.

    Made by :func:`augviz.review.store.open_store`. Every method raises InputError where the database cannot be
    reached, or where the review, reviewer or item is not there.
    """

    def __init__(self, engine: Engine, pictures: PictureFiles) -> None:
        self._engine = engine
        self.pictures = pictures

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

    # -- reviews -------------------------------------------------------------------------------------------------

    def add(self, review: Review) -> None:
        """Store a review whose pictures were kept by :attr:`pictures`."""
        shown = {picture.digest: picture for item in review.items for picture in (item.after, item.before)}
        with self._writing() as session:
            known = set(session.scalars(select(PictureRow.digest).where(PictureRow.digest.in_(shown))))
            for digest in sorted(shown.keys() - known):
                session.merge(plain.picture_to_row(shown[digest]))
            session.add(plain.review_to_row(_cleaned(review)))
            session.flush()
            session.add_all(plain.item_to_row(review.id, item) for item in review.items)

    def review(self, review_id: str) -> Review:
        """A review with all items."""
        with self._reading() as session:
            row = _review_row(session, review_id)
            items = session.scalars(_items_of(row.id)).all()
            shown = {digest for item in items for digest in (item.after, item.before)}
            found = session.scalars(select(PictureRow).where(PictureRow.digest.in_(shown)))
            pictures = {picture.digest: plain.picture_of_row(picture) for picture in found}
            return plain.review_of_row(row, tuple(plain.item_of_row(item, pictures) for item in items))

    def reviews(self) -> tuple[Listed, ...]:
        """All reviews, the newest first."""
        with self._reading() as session:
            items = _counts(session, ItemRow.review_id)
            judged = _standing_counts(session)
            names: dict[str, list[str]] = {}
            for reviewer in session.scalars(select(ReviewerRow).order_by(ReviewerRow.id)):
                names.setdefault(reviewer.review_id, []).append(reviewer.name)
            return tuple(
                Listed(
                    row.id,
                    row.title,
                    row.project,
                    row.made_at,
                    row.digest,
                    items.get(row.id, 0),
                    tuple(names.get(row.id, ())),
                    judged.get(row.id, 0),
                )
                for row in session.scalars(select(ReviewRow).order_by(ReviewRow.made_at.desc(), ReviewRow.id))
            )

    def remove(self, review_id: str) -> None:
        """Delete a review with everything that was said, and the pictures that no other one shows."""
        with self._writing() as session:
            row = _review_row(session, review_id)
            shown = {d for item in session.scalars(_items_of(review_id)) for d in (item.after, item.before)}
            session.delete(row)
            session.flush()
            used = select(ItemRow.after).union(select(ItemRow.before))
            kept = set(session.scalars(select(PictureRow.digest).where(PictureRow.digest.in_(used))))
            for picture in session.scalars(select(PictureRow).where(PictureRow.digest.in_(shown - kept))):
                session.delete(picture)
        self.pictures.drop(shown - kept)

    def forget_pictures(self, digests: Iterable[str]) -> None:
        """Delete pictures that were kept for a review which was never added; those that a review shows stay."""
        wanted = set(digests)
        with self._reading() as session:
            used = select(PictureRow.digest).where(PictureRow.digest.in_(wanted))
            wanted -= set(session.scalars(used))
        self.pictures.drop(wanted)

    # -- reviewers -----------------------------------------------------------------------------------------------

    def join(self, review_id: str, name: str, account: str = "") -> Reviewer:
        """Begin to judge, or go on: the same account, or without one the same name, is the same person.

        Args:
            review_id: The review.
            name: What the person is called; capitals and spaces at the ends make no other person.
            account: Who signed in, or empty.

        Raises:
            InputError: There is no such review, or nothing of the name can be seen.
        """
        called = storable(name.strip(), "name")
        if not in_one_line(called):
            raise InputError("a reviewer has a name", where="name", mend="Write yours.")
        identity = _identity(called, storable(account, "account"))
        found = self._reviewer(review_id, identity)
        if found is not None:
            return found
        try:
            with self._writing() as session:
                seed = order_seed(_review_row(session, review_id).seed, identity)
                session.add(
                    ReviewerRow(
                        review_id=review_id,
                        identity=identity,
                        name=called,
                        account=storable(account, "account"),
                        order_seed=seed,
                        joined_at=rows.now(),
                    )
                )
        except IntegrityError:
            pass  # the same person began in two windows at the same moment
        found = self._reviewer(review_id, identity)
        if found is None:
            raise InputError("there is no such review", where=review_id[:40])
        return found

    def _reviewer(self, review_id: str, identity: str) -> Reviewer | None:
        with self._reading() as session:
            row = session.scalar(
                select(ReviewerRow).where(ReviewerRow.review_id == review_id, ReviewerRow.identity == identity)
            )
            return None if row is None else rows.reviewer_of_row(row)

    # -- what is said --------------------------------------------------------------------------------------------

    def label_first(self, review_id: str, reviewer: int, place: int, label: str) -> FirstLabel:
        """Store what a reviewer calls a picture before the stored label is shown."""
        text = storable(label, "label")
        row = self._append(
            FirstLabelRow(review_id=review_id, reviewer_id=reviewer, place=place, label=text, at=rows.now())
        )
        return rows.first_label_of_row(row)

    def judge(self, review_id: str, reviewer: int, place: int, judgement: Judgement) -> Recorded:
        """Store a verdict; one that was given before stays, and no longer counts."""
        return rows.verdict_of_row(self._append(rows.verdict_to_row(review_id, reviewer, place, judgement)))

    def take_back(self, review_id: str, reviewer: int, place: int | None = None) -> Recorded | None:
        """Take back a reviewer's last verdict that counts, with a row that says so; None where there is none.

        Args:
            review_id, reviewer: Whose.
            place: The item; by default the one that was judged last. To take the same back twice changes nothing.
        """
        with self._reading() as session:
            given = session.scalars(
                select(VerdictRow).where(VerdictRow.review_id == review_id, VerdictRow.reviewer_id == reviewer)
            )
            last_rows = latest(map(rows.verdict_of_row, given)).values()
            counting = [row for row in last_rows if row.judgement is not None and place in (None, row.place)]
        if not counting:
            return None
        last = max(counting, key=lambda row: row.id)
        return rows.verdict_of_row(self._append(rows.verdict_to_row(review_id, reviewer, last.place, None)))

    def adjudicate(self, review_id: str, place: int, answer: Answer, by: str, note: str = "") -> Adjudication:
        """Store what was agreed on; what each reviewer said stays."""
        if answer not in ANSWERS:
            raise InputError(f"a verdict is one of {', '.join(ANSWERS)}, not {answer!r}", where="verdict")
        row = AdjudicationRow(
            review_id=review_id,
            place=place,
            answer=answer,
            by=storable(by, "name"),
            note=storable(note, "note"),
            at=rows.now(),
        )
        return rows.adjudication_of_row(self._append(row))

    def overrule(self, decided: Overruling) -> Overruling:
        """Store an expert's word against a rule; gives it back with its number."""
        if not decided.project:
            raise InputError(
                "an expert's word holds within a project", where="project", mend="Name the project of the review."
            )
        if decided.severity not in get_args(Severity):
            raise InputError(f"{decided.severity!r} is no severity", where=decided.code)
        row = OverrulingRow(
            review_id=decided.review,
            project=storable(decided.project, "project"),
            project_digest=_digest(decided.project),
            code=decided.code,
            step_digest=decided.step_digest,
            was=decided.was,
            severity=decided.severity,
            by=storable(decided.by, "name"),
            at=decided.at,
            changed=decided.changed,
            images=decided.images,
            note=storable(decided.note, "note"),
        )
        return replace(decided, id=self._append(row).id)

    def overrulings(self, project: str) -> tuple[Overruling, ...]:
        """Every word of experts in one project, also those that were changed later."""
        with self._reading() as session:
            wanted = select(OverrulingRow).where(OverrulingRow.project_digest == _digest(project))
            return tuple(map(rows.overruling_of_row, session.scalars(wanted.order_by(OverrulingRow.id))))

    def log(self, review_id: str) -> Log:
        """All that was said in a review, nothing left out."""
        with self._reading() as session:
            _review_row(session, review_id)

            def every(kind: type[Row]) -> Iterator[Row]:
                return iter(session.scalars(select(kind).where(kind.review_id == review_id).order_by(kind.id)))

            reviewers = select(ReviewerRow).where(ReviewerRow.review_id == review_id).order_by(ReviewerRow.id)
            return Log(
                tuple(map(rows.reviewer_of_row, session.scalars(reviewers))),
                tuple(map(rows.first_label_of_row, every(FirstLabelRow))),
                tuple(map(rows.verdict_of_row, every(VerdictRow))),
                tuple(map(rows.adjudication_of_row, every(AdjudicationRow))),
                tuple(map(rows.overruling_of_row, every(OverrulingRow))),
            )

    # -- transactions --------------------------------------------------------------------------------------------

    def _append(self, row: Row) -> Row:
        """Add one row; it is on the disk when this returns."""
        try:
            with self._writing() as session:
                session.add(row)
                session.flush()
                session.expunge(row)
        except IntegrityError as error:
            raise InputError(
                "there is no such review, reviewer or picture any more",
                where=row.review_id[:40],
                mend="Open the review again from its link.",
            ) from error
        return row

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        with _told(), Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        with _told(), writing(self._engine) as connection, Session(connection, expire_on_commit=False) as session:
            yield session
            session.flush()


@contextmanager
def _told() -> Iterator[None]:
    """Say what is wrong with the database in a sentence; rows that do not fit together are the caller's to explain."""
    try:
        yield
    except IntegrityError:
        raise
    except (DBAPIError, NoConnectionError, OSError) as error:  # OSError: the driver waited in vain for an answer
        raise InputError(
            f"the database of the reviews did not answer ({in_short(error)})",
            where="review",
            mend="What was confirmed is stored. Try again; if it stays so, look at the database.",
        ) from error


def _cleaned(review: Review) -> Review:
    given = review.setting
    setting = replace(
        given,
        title=storable(given.title, "title"),
        question=storable(given.question, "question"),
        project=storable(given.project, "project"),
        made_by=storable(given.made_by, "account"),
    )
    return replace(review, setting=setting)


def _review_row(session: Session, review_id: str) -> ReviewRow:
    row = session.get(ReviewRow, review_id) if review_id.isprintable() and len(review_id) <= 64 else None
    if row is None:
        raise InputError("there is no such review", where="review", mend="Check the link, or ask whoever made it.")
    return row


def _identity(name: str, account: str) -> str:
    """Digest of who somebody is: a name may be longer than an index takes."""
    folded = unicodedata.normalize("NFKC", " ".join(name.split())).casefold()
    return _digest(f"account/{account}" if account else f"name/{folded}")


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _items_of(review_id: str) -> Select[ItemRow]:
    return select(ItemRow).where(ItemRow.review_id == review_id).order_by(ItemRow.place)


def _counts(session: Session, column: InstrumentedAttribute[str]) -> dict[str, int]:
    counted = session.execute(select(column, func.count()).group_by(column))
    return {row[0]: row[1] for row in counted}


def _standing_counts(session: Session) -> dict[str, int]:
    """Verdicts that count, by review: the last row of each reviewer and item, unless it takes one back."""
    about = (VerdictRow.review_id, VerdictRow.reviewer_id, VerdictRow.place)
    last = select(func.max(VerdictRow.id)).group_by(*about)
    counting = select(VerdictRow.review_id, func.count()).where(VerdictRow.id.in_(last), VerdictRow.answer.is_not(None))
    return {row[0]: row[1] for row in session.execute(counting.group_by(VerdictRow.review_id))}
