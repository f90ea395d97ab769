"""Which database, and bringing it to the form that this version needs."""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from augviz.errors import InputError
from augviz.review.place import DATABASE_FILE, PICTURES_FOLDER, URL_VARIABLE, data_folder
from augviz.review.store.files import DEFAULT_LIMIT_MB, PictureFiles
from augviz.review.store.reviews import Store
from augviz.review.store.transactions import in_short, writing

LIMIT_VARIABLE = "AUGVIZ_PICTURES_MB"

BUSY_MS = 30_000
"""How long SQLite waits for another writer."""

ANSWER_S = 10.0
"""How long PostgreSQL may take to answer, when it is called and to each statement; ours take milliseconds."""

MIGRATING = 0x6175_6776_697A
"""Key of PostgreSQL's lock while one process brings the database to form."""

_SSL_MODES: Mapping[str, Any] = {"disable": False, "allow": None, "prefer": None, "require": True}
"""What libpq's words mean to pg8000; ``verify-ca`` and ``verify-full`` check the certificate."""

_LIBPQ_WORDS = ("sslmode", "connect_timeout", "host", "port")
"""Words after the ``?`` of an address that are told to pg8000 in another way."""


def open_store(url: str | None = None, folder: Path | None = None) -> Store:
    """Open the store, and bring its database to the form that this version needs.

    Args:
        url: ``postgresql://user:password@host/database`` or ``sqlite:///file``; by default ``AUGVIZ_DATABASE_URL``, or
            else a file in ``folder``.
        folder: Where files lie; by default ``AUGVIZ_DATA_DIR``, or else the user's data folder. Several servers that
            share a database need a folder that they share too.

    Raises:
        InputError: The database cannot be reached or read, or was written by a newer version; or an address or a number
            in the environment is none.
    """
    place, limit_bytes = folder or data_folder(), _limit_bytes()
    given = url or os.environ.get(URL_VARIABLE, "")
    address = _address(given) if given else URL.create("sqlite", database=str(place / DATABASE_FILE))
    shown = address.render_as_string(hide_password=True)
    engine: Engine | None = None
    try:
        engine = _engine(address)
        bring_to_form(engine)
    except CommandError as error:
        _dispose(engine)
        raise InputError(
            "the database was written by a newer augviz", where=shown, mend="Update augviz, or name another database."
        ) from error
    except (DBAPIError, OSError) as error:
        _dispose(engine)
        raise InputError(
            f"the database cannot be opened ({in_short(error)})",
            where=shown,
            mend=f"Check that it is there and that this user may write to it, or change {URL_VARIABLE}.",
        ) from error
    return Store(engine, PictureFiles(place / PICTURES_FOLDER, limit_bytes))


def bring_to_form(engine: Engine, revision: str = "head") -> None:
    """Run the migrations that are missing; one process at a time, all of them or none."""
    config = Config()
    config.set_main_option("script_location", "augviz.review.store:migrations")
    head = ScriptDirectory.from_config(config).get_current_head() if revision == "head" else revision
    with engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == head:
            return
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATING})
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _dispose(engine: Engine | None) -> None:
    if engine is not None:
        engine.dispose()


def _address(given: str) -> URL:
    try:
        url = make_url(given.replace("postgres://", "postgresql://", 1) if given.startswith("postgres://") else given)
        backend = url.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:  # ValueError: a port that is no number
        raise InputError(
            "this is no address of a database",
            where=URL_VARIABLE,
            mend="Write postgresql://user:password@host/database.",
        ) from error
    if backend not in ("postgresql", "sqlite"):
        raise InputError(
            f"reviews are kept in PostgreSQL or SQLite, not in {backend}",
            where=URL_VARIABLE,
            mend="Write postgresql://user:password@host/database.",
        )
    return url.set(drivername="postgresql+pg8000") if url.drivername == "postgresql" else url


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        if url.database:
            path = Path(url.database)
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)  # what reviewers wrote is for this user only
        engine = create_engine(url)
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        if url.database:
            _hold_on_to(engine, Path(url.database))
        return engine
    arguments: dict[str, Any] = {}
    if url.drivername == "postgresql+pg8000":
        url, given = _for_pg8000(url)
        arguments = {"timeout": ANSWER_S, **given}
    return create_engine(url, pool_pre_ping=True, connect_args=arguments)


def _hold_on_to(engine: Engine, path: Path) -> None:
    """Refuse to go on once the file is gone: SQLite writes into a deleted one without a word, and all of it is lost."""
    first = _identity(path)

    def look(*_about: object) -> None:
        if _identity(path) != first:
            raise InputError(
                "the database of the reviews is no longer there",
                where=str(path),
                mend="Put the file back, or start augviz again to begin a new one.",
            )

    event.listen(engine, "do_connect", look)  # a new connection would make an empty file
    event.listen(engine, "begin", look)


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another one of its name; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _for_pg8000(url: URL) -> tuple[URL, dict[str, Any]]:
    """What libpq writes into an address (``sslmode``, ``connect_timeout``, a socket's folder as ``host``), in the
    driver's own words.

    Raises:
        InputError: There is a word in the address that the driver has no equal for.
    """
    unknown = sorted(set(url.query) - {*_LIBPQ_WORDS, "application_name"})
    if unknown:
        raise InputError(
            f"the driver cannot do what {', '.join(unknown)} in the address asks for",
            where=URL_VARIABLE,
            mend=f"Leave it out; {', '.join(_LIBPQ_WORDS)} and application_name are understood.",
        )
    arguments: dict[str, Any] = {}
    mode = url.query.get("sslmode")
    if isinstance(mode, str):
        arguments["ssl_context"] = _SSL_MODES[mode] if mode in _SSL_MODES else ssl.create_default_context()
    patience = url.query.get("connect_timeout")
    if isinstance(patience, str) and patience.isdecimal():
        arguments["timeout"] = int(patience) or None
    socket = url.query.get("host")
    if isinstance(socket, str) and socket.startswith("/"):
        arguments["unix_sock"] = f"{socket}/.s.PGSQL.{url.port or url.query.get('port') or 5432}"
    return url.difference_update_query(_LIBPQ_WORDS), arguments


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    """A readers' and a writer's log beside the file, foreign keys, and every commit on the disk before it is told."""
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not behind our back
    cursor = connection.cursor()
    for words in (f"busy_timeout = {BUSY_MS}", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {words}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Writers queue at the start: two that read first and then write would otherwise refuse each other."""
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _limit_bytes() -> int:
    given = os.environ.get(LIMIT_VARIABLE, "") or str(DEFAULT_LIMIT_MB)
    if not (given.isascii() and given.isdecimal()):
        raise InputError("this is no whole number of megabytes", where=LIMIT_VARIABLE)
    return int(given) * 10**6
