"""Loose files and zips become one list of files with names of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from augviz.errors import ArchiveError, InputError, Problem
from augviz.formats.format import SourceFile
from augviz.intake.archive import Budget, is_archive, unpack
from augviz.intake.limits import Limits
from augviz.intake.names import base_name, check_name, clean_name, first_free


@dataclass(frozen=True)
class Collected:
    """All files, no two of one name, and what was left out or renamed."""

    files: tuple[SourceFile, ...]
    problems: tuple[Problem, ...]


def collect(sources: Sequence[SourceFile], limits: Limits) -> Collected:
    """Open the zips and give every file a name of its own.

    A file that comes twice with the same name and bytes is kept once. One with the same name and other bytes gets a
    number; files out of a zip get the zip's name as their folder instead, all of them, so that they stay together.
    """
    budget = Budget(limits.files, limits.total_bytes)
    files: dict[str, SourceFile] = {}
    problems: list[Problem] = []
    for source in sources:
        group, said = _opened(source, budget, limits)
        problems += said
        for file in _in_folder(group, source, files) if is_archive(source) else group:
            _add(file, files, problems)
    return Collected(tuple(files.values()), tuple(problems))


def _opened(source: SourceFile, budget: Budget, limits: Limits) -> tuple[Sequence[SourceFile], Sequence[Problem]]:
    named = SourceFile(_loose_name(source.name), source.data)
    if is_archive(named):
        try:
            unpacked = unpack(named, budget, limits)
        except ArchiveError as error:
            return (), (Problem.of(error),)
        return unpacked.files, unpacked.problems
    if budget.files <= 0:
        what = f"more than {limits.files:,} files at once"
        return (), (Problem(named.name, what, "Upload it in smaller parts."),)
    budget.files -= 1
    return (named,), ()


def _loose_name(name: str) -> str:
    """A browser may send any text as a name; what is not a plain one is cut to its last part."""
    cleaned = clean_name(name)
    try:
        check_name(cleaned)
    except InputError:
        return base_name(cleaned).replace("..", "")[-100:] or "file without a name"
    return cleaned


def _in_folder(group: Sequence[SourceFile], source: SourceFile, taken: dict[str, SourceFile]) -> Sequence[SourceFile]:
    if not any(file.name in taken and file.data != taken[file.name].data for file in group):
        return group
    folder = PurePosixPath(clean_name(source.name)).stem
    return [replace(file, name=f"{folder}/{file.name}") for file in group]


def _add(file: SourceFile, files: dict[str, SourceFile], problems: list[Problem]) -> None:
    earlier = files.get(file.name)
    if earlier is None:
        files[file.name] = file
    elif earlier.data == file.data:
        problems.append(Problem(file.name, "the same file came twice", "It is kept once.", "note"))
    else:
        free = first_free(file.name, files.__contains__)
        files[free] = replace(file, name=free)
        problems.append(
            Problem(file.name, "two different files have this name", f"The second is called {free} here.", "changed")
        )
