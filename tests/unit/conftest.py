"""Databases for the tests of the store: a file of SQLite's, and one of a real PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a PostgreSQL, started for the first test that asks; skipped where there is none, but not in CI."""
    binaries = postgres.find_binaries()
    if binaries is None:
        assert not os.environ.get("CI"), f"CI has to run these tests, and {postgres.NOT_FOUND}"
        pytest.skip(postgres.NOT_FOUND)
    with postgres.running(binaries) as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty database of either kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'reviews.sqlite3'}"
    from tests.unit.database_case import emptied  # noqa: PLC0415 - SQLAlchemy only for those who need it

    return emptied(request.getfixturevalue("postgres_server"))
