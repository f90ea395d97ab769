"""Transactions that write, and what a database says of one that it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that writes from the start; committed when the block ends well."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


def in_short(error: Exception) -> str:
    """What the database or its driver said, at most 200 characters."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    said = cause.args[0] if cause.args else cause
    words = str(said.get("M", said) if isinstance(said, dict) else said)  # PostgreSQL names its message M
    return " ".join(words.split())[:200]
