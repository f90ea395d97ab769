"""Files from the disk, for the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from augviz.errors import InputError
from augviz.formats.format import SourceFile
from augviz.intake.limits import DEFAULT_LIMITS, Limits
from augviz.intake.names import is_clutter


def files_from_paths(paths: Sequence[str | Path], *, limits: Limits = DEFAULT_LIMITS) -> tuple[SourceFile, ...]:
    """Read files, and folders with all that is in them, in the order given and by name inside a folder.

    A file is named by its last part, a file in a folder by its way from there ("masks/cat.png").

    Args:
        paths: Files (zips too) and folders.
        limits: How many files and bytes are read at most.

    Raises:
        InputError: A path does not exist or cannot be read, or there is too much.
    """
    files: list[SourceFile] = []
    total = 0
    for name, path in _walk(paths):
        try:
            total += path.stat().st_size
            if len(files) >= limits.files or total > limits.total_bytes:
                raise InputError(
                    f"more than {limits.files:,} files or {limits.total_bytes / 1e6:,.0f} MB at once",
                    where=str(path),
                    mend="Name fewer files.",
                )
            files.append(SourceFile(name, path.read_bytes()))
        except OSError as error:
            raise InputError(f"the file cannot be read ({error.strerror})", where=str(path)) from error
    return tuple(files)


def _walk(paths: Iterable[str | Path]) -> Iterator[tuple[str, Path]]:
    for given in paths:
        path = Path(given)
        if path.is_dir():
            inside = sorted(found for found in path.rglob("*") if found.is_file())
            names = ((found.relative_to(path).as_posix(), found) for found in inside)
            yield from ((name, found) for name, found in names if not is_clutter(name))
        elif path.exists():
            yield path.name, path
        else:
            raise InputError("there is no such file or folder", where=str(path), mend="Check the spelling.")
