"""The pictures of reviews: files named by their content, beside the database.

A file is written under another name and then renamed, so that there is never half of one; what is read is held against
its name, so that nobody is shown other evidence than was judged. Nothing is ever dropped to make room.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from threading import Lock

from augviz.errors import InputError
from augviz.review.review import Picture
from augviz.wording import counted

DEFAULT_LIMIT_MB = 4_000
"""A review of 60 colour photographs at 1,024 pixels takes about 250 MB."""

_TELL = "Tell whoever made the review; what was judged is stored."

_DIGEST = re.compile(r"[0-9a-f]{32}")


class PictureFiles:
    """A folder of pictures; may be used by several threads, and by several processes.

    Args:
        folder: Where they lie; made when the first one is written, for this user only.
        limit_bytes: More than this is refused. Several processes may exceed it by what they write at the same time.
    """

    def __init__(self, folder: Path, limit_bytes: int = DEFAULT_LIMIT_MB * 10**6) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes
        self._lock = Lock()
        self._taken_bytes: int | None = None
        self._held: Counter[str] = Counter()

    def keep(self, data: bytes, size_wh: tuple[int, int], *, hold: bool = False) -> Picture:
        """Store a picture; one that is there already costs nothing.

        Args:
            data: A PNG.
            size_wh: Its width and height in pixels.
            hold: Whether nobody in this process drops it before it was given to :meth:`release`: reviews share
                pictures, and one that is still being made is in no database yet.

        Raises:
            InputError: The folder is full, or cannot be written to; then nothing is held.
        """
        picture = Picture(hashlib.blake2b(data, digest_size=16).hexdigest(), size_wh, len(data))
        if hold:
            with self._lock:
                self._held[picture.digest] += 1
        try:
            self._store(self._path(picture.digest), data)
        except InputError:
            if hold:
                self.release([picture.digest])
            raise
        return picture

    def release(self, digests: Iterable[str]) -> None:
        """Hold these pictures no longer; one that was held twice is to be released twice."""
        with self._lock:
            self._held = self._held - Counter(digests)

    def _store(self, path: Path, data: bytes) -> None:
        try:
            if not path.exists():
                self._take(len(data))
                _write(path, data)
        except OSError as error:
            with self._lock:
                self._taken_bytes = None  # it took no room: counted anew
            raise InputError(
                f"a picture of the review could not be stored: {error.strerror}",
                where=str(self.folder),
                mend="Make room or name another folder in AUGVIZ_DATA_DIR.",
            ) from error

    def read(self, digest: str) -> bytes:
        """The picture of this name.

        Raises:
            InputError: It is not there, or is not what was stored.
        """
        try:
            data = self._path(digest).read_bytes()
        except OSError as error:
            raise InputError("a picture of this review is missing", where=digest, mend=_TELL) from error
        if hashlib.blake2b(data, digest_size=16).hexdigest() != digest:
            raise InputError("a picture of this review was changed after it was drawn", where=digest, mend=_TELL)
        return data

    def drop(self, digests: Iterable[str]) -> None:
        """Delete these pictures, but none that is held; those that are gone already are none.

        Raises:
            InputError: One cannot be deleted; the others are all the same.
        """
        with self._lock:
            free = [digest for digest in digests if not self._held[digest]]
            left = [error for digest in free if (error := _deleted(self._path(digest))) is not None]
            self._taken_bytes = None
        if left:
            raise InputError(
                f"{counted(len(left), 'picture')} could not be deleted: {left[0].strerror}",
                where=str(self.folder),
                mend="Delete what no review shows by hand.",
            ) from left[0]

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise InputError("this is no name of a picture", where="review")
        return self.folder / digest[:2] / f"{digest}.png"

    def _take(self, wanted_bytes: int) -> None:
        with self._lock:
            if self._taken_bytes is None:
                self._taken_bytes = sum(path.stat().st_size for path in self.folder.glob("??/*.png"))
            if self._taken_bytes + wanted_bytes > self.limit_bytes:
                raise InputError(
                    f"the pictures of all reviews would take more than {self.limit_bytes / 1e6:,.0f} MB",
                    where=str(self.folder),
                    mend="Delete a review, or raise AUGVIZ_PICTURES_MB.",
                )
            self._taken_bytes += wanted_bytes


def _deleted(path: Path) -> OSError | None:
    """Delete a file; what went wrong, or None."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        return error
    return None


def _write(path: Path, data: bytes) -> None:
    """All of it or nothing, also when the power goes."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            os.chmod(draft, 0o600)  # noqa: PTH101 - pictures may be of patients
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        _keep_name(path.parent)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def _keep_name(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can do so with folders (Windows cannot)."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
