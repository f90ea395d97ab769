"""Transactions that write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in a transaction that writes from the start; committed when the block ends well."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection
