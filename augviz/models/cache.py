"""The user's folder for what can be made again."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path


def cache_folder() -> Path:
    """``AUGVIZ_CACHE``, or the system's folder for such files."""
    given = os.environ.get("AUGVIZ_CACHE")
    return Path(given) if given else user_cache_path("augviz", appauthor=False)


def kept(name: str, make: Callable[[], bytes], folder: Path | None = None) -> bytes:
    """What was made once, from its file; made (again) where the file is missing or not what was written.

    A folder that cannot be written to costs the making each time, and is no error.

    Args:
        name: Name of the file; it says from what and how it was made.
        make: Makes it.
        folder: Where; the user's folder without it.
    """
    file = (folder or cache_folder()) / name
    seal = file.with_name(f"{name}.sha256")
    try:
        data = file.read_bytes()
        if hashlib.sha256(data).hexdigest() == seal.read_text(encoding="ascii").strip():
            return data
    except (OSError, UnicodeDecodeError):
        pass  # it is not there yet, or somebody changed it
    data = make()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _write(file, data)
        _write(seal, hashlib.sha256(data).hexdigest().encode())
    except OSError:
        pass  # read-only; it is made again next time
    return data


def _write(file: Path, data: bytes) -> None:
    """Whole or not at all, also when two write at once."""
    handle, name = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
