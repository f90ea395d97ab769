"""A visitor's own model: its file, what was read from it, and how it is used."""

from __future__ import annotations

import hashlib
import os
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from augviz.errors import InputError
from augviz.models.card import ModelCard
from augviz.models.signature import Signature

MOST_BYTES = 2_000_000_000
"""Files of all visitors together."""

_kept_bytes: dict[str, int] = {}
_lock = Lock()


class StoredFile:
    """A file on the server's disk under a name of ours; it is deleted when nobody holds on to this value any more.

    The model may have to be opened again after a rest, and its bytes would take memory all the while.

    Raises:
        InputError: There is no room for it.
    """

    def __init__(self, data: bytes) -> None:
        self.digest = hashlib.sha256(data).hexdigest()
        self.size = len(data)
        with _lock:
            if sum(_kept_bytes.values()) + len(data) > MOST_BYTES:
                raise InputError("the models of all visitors take too much room", mend="Try again in a few minutes.")
            self.path = _written(data)
            _kept_bytes[str(self.path)] = len(data)
        weakref.finalize(self, _deleted, self.path)


def _written(data: bytes) -> Path:
    handle, name = tempfile.mkstemp(suffix=".onnx")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise InputError(f"the file cannot be kept ({error.strerror})") from error
    return Path(name)


def _deleted(path: Path) -> None:
    _kept_bytes.pop(str(path), None)  # no lock: this may run in the middle of anything
    path.unlink(missing_ok=True)


@dataclass(frozen=True, eq=False)
class OwnModel:
    """A model that a visitor has sent.

    Attributes:
        name: Name of the file; text only, never used as a path.
        file: The file.
        signature: What the file says about its inputs and outputs.
        card: How it is used: guessed, or as the visitor said.
        is_settled: Whether the visitor or the file itself has said how it is used.
    """

    name: str
    file: StoredFile
    signature: Signature
    card: ModelCard
    is_settled: bool = False
