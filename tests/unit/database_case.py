"""Both databases for the tests of the store: a file of SQLite's, and a real PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from augviz.review.store import Store, open_store
from tests import postgres

KINDS = ("sqlite", "postgresql")

_servers = ExitStack()
_address: list[str] = []
_made: list[str] = []


def server_address() -> str:
    """Address of the PostgreSQL of this test run, which is started when the first test asks; skips where there is none."""
    if not _address:
        binaries = postgres.find_binaries()
        if binaries is None:
            assert not os.environ.get("CI"), f"CI has to run these tests, and {postgres.NOT_FOUND}"
            pytest.skip(postgres.NOT_FOUND)
        _address.append(_servers.enter_context(postgres.running(binaries)))
    return _address[0]


def stop_servers() -> None:
    """End what was started."""
    _servers.close()
    _address.clear()


def new_database(kind: str, folder: Path) -> str:
    """Address of an empty database."""
    if kind == "sqlite":
        return f"sqlite:///{folder / 'reviews.sqlite3'}"
    server = server_address()
    name = f"test_{len(_made)}"
    _made.append(name)
    socket = server.partition("?host=")[2]
    admin = create_engine(
        "postgresql+pg8000://tester@/postgres",
        isolation_level="AUTOCOMMIT",
        connect_args={"unix_sock": f"{socket}/.s.PGSQL.5432"},
    )
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    admin.dispose()
    return server.replace("/postgres?", f"/{name}?")


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


NewDatabase = Callable[[], str]
