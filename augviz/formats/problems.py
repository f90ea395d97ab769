"""Problems of label files, counted so that a broken file cannot bury the page."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from augviz.errors import LabelError, Problem

Kind = Literal["left out", "changed", "note"]

MAX_PER_FILE = 20
"""More than this nobody reads; the rest is counted."""


class ProblemLog:
    """Collects problems; keeps the first 20 of a file and says how many more there were."""

    def __init__(self) -> None:
        self._kept: dict[str, list[Problem]] = {}
        self._more: Counter[str] = Counter()

    def add(self, file: str, at: str, what: str, mend: str = "", kind: Kind = "left out") -> None:
        """One more problem of a file; ``at`` is the place in it ("line 3"), or empty."""
        kept = self._kept.setdefault(file, [])
        if len(kept) < MAX_PER_FILE:
            kept.append(Problem(f"{file}, {at}" if at else file, what, mend, kind))
        else:
            self._more[file] += 1

    def add_error(self, file: str, error: LabelError) -> None:
        """An error that ended the reading of a file."""
        self._kept.setdefault(file, []).append(Problem.of(error))

    def problems(self) -> tuple[Problem, ...]:
        """All that was kept, file by file, each file's count of the others at its end."""
        out: list[Problem] = []
        for file, kept in self._kept.items():
            out += kept
            if self._more[file]:
                out.append(Problem(file, f"and {self._more[file]:,} more problems like these", kind="note"))
        return tuple(out)
