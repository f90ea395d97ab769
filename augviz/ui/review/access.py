"""The one place that opens the store of reviews, and only when somebody asks for one.

SQLAlchemy and Alembic take half a second and 20 MB. Whoever never makes a review never loads them: a page that only
wants to know asks :func:`may_hold_reviews`, which looks for a file.
"""

from __future__ import annotations

import gc
import math
import os
import time
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st

from augviz.errors import InputError
from augviz.preview import Bounded
from augviz.review.findings import Findings, Log, find
from augviz.review.place import URL_VARIABLE, data_folder, may_hold_reviews
from augviz.review.review import Review
from augviz.ui.text import escaped

if TYPE_CHECKING:
    from augviz.review.store import Store

__all__ = ["findings", "may_hold_reviews", "review", "store", "store_or_sentence"]

KEPT_REVIEWS = 32

ASKED_AGAIN_S = 15.0
"""A database that could not be opened is asked again after so long: until then nobody waits for it."""

_stores: dict[tuple[str, str], Store] = {}
_refused: dict[tuple[str, str], tuple[float, InputError]] = {}
_opening = Lock()
_reviews: Bounded[Review] = Bounded(KEPT_REVIEWS, lambda _review: 1)
_found: Bounded[Findings] = Bounded(KEPT_REVIEWS, lambda _found: 1)


def store() -> Store:
    """The store of this process, opened at the first call.

    Raises:
        InputError: The database cannot be opened.
    """
    key = (os.environ.get(URL_VARIABLE, ""), str(data_folder()))
    with _opening:
        if key not in _stores:
            since, error = _refused.get(key, (-math.inf, None))
            if error is not None and time.monotonic() - since < ASKED_AGAIN_S:
                raise InputError(error.what, where=error.where, mend=error.mend)
            from augviz.review.store import open_store  # noqa: PLC0415 - the libraries of the store, see above

            try:
                _stores[key] = open_store()
            except InputError as error:
                _refused[key] = time.monotonic(), error.with_traceback(None)
                raise
            # They came after the launcher's freeze: frozen too, so that no rerun looks through them (ui/server.py).
            gc.collect()
            gc.freeze()
        return _stores[key]


def store_or_sentence() -> Store | None:
    """The store; where it cannot be opened, a sentence on the page, and None."""
    try:
        return store()
    except InputError as error:
        st.error(escaped(str(error)), icon=":material/database_off:")
        return None


def review(opened: Store, review_id: str) -> Review:
    """A review; it never changes, so it is read once.

    Raises:
        InputError: There is none of this id.
    """
    key = (id(opened), review_id)
    return _reviews.made(key, lambda: opened.review(review_id))


def findings(one: Review, log: Log) -> Findings:
    """What a review has found so far; worked out anew when a row has come."""
    rows = (log.first_labels, log.verdicts, log.adjudications, log.overrulings)
    key = (one.id, len(log.reviewers), *(len(each) for each in rows))
    return _found.made(key, lambda: find(one, log))
