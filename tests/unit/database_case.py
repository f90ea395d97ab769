"""Both databases for the tests of the store: a file of SQLite's, and a real PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

from augviz.review.store import Store, open_store
from augviz.review.store.opening import _address, _for_pg8000


def emptied(server: str) -> str:
    """The one database of a server of :mod:`tests.postgres`, with nothing in it."""
    url, arguments = _for_pg8000(_address(server))
    admin = create_engine(url, isolation_level="AUTOCOMMIT", connect_args=arguments)
    with admin.connect() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    admin.dispose()
    return server


@contextmanager
def opened(url: str, folder: Path) -> Iterator[Store]:
    """A store, closed at the end."""
    store = open_store(url, folder)
    try:
        yield store
    finally:
        store.close()


def begin(script: str, *arguments: str) -> subprocess.Popen[str]:
    """Another process that runs a script."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
