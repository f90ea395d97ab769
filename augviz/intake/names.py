"""File names from outside: text to show and to match by, never paths to open."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import PurePosixPath

from augviz.errors import InputError

MAX_NAME = 300
"""Characters; file systems end at 255 for one part."""

_CLUTTER = ("thumbs.db", "desktop.ini")


def clean_name(name: str) -> str:
    r"""One spelling for one name: ``/`` between folders, composed letters, nothing unprintable.

    macOS writes "é" into a zip as two characters, label files hold it as one.

    >>> clean_name("photos\\cat.png")
    'photos/cat.png'
    """
    text = unicodedata.normalize("NFC", name.replace("\\", "/"))
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text).removeprefix("./")


def check_name(name: str) -> None:
    """Refuse names that mean a place outside the folder they came in.

    Raises:
        InputError: The name is absolute, climbs with ``..``, is empty, or is longer than ``MAX_NAME``.
    """
    if not PurePosixPath(name).name or len(name) > MAX_NAME:
        raise InputError("the name is empty or too long", where=name[:60], mend="Give it a shorter name.")
    if name.startswith("/") or re.match("[A-Za-z]:", name) or ".." in name.split("/"):
        raise InputError(
            "the name points outside its own folder", where=name, mend="It was not read; make the zip again."
        )


def is_clutter(name: str) -> bool:
    """Whether this is a file that an operating system leaves behind (``__MACOSX/``, ``.DS_Store``, …)."""
    parts = PurePosixPath(name).parts
    hidden = any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in parts)
    return hidden or (bool(parts) and parts[-1].lower() in _CLUTTER)


def base_name(name: str) -> str:
    """The name without its folders."""
    return PurePosixPath(name).name


def first_free(name: str, is_taken: Callable[[str], bool]) -> str:
    """The name, or the name with the first number that makes it free.

    >>> first_free("a/cat.png", {"a/cat.png"}.__contains__)
    'a/cat (2).png'
    """
    path, count, free = PurePosixPath(name), 1, name
    while is_taken(free):
        count += 1
        free = str(path.with_name(f"{path.stem} ({count}){path.suffix}"))
    return free
