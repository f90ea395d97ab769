"""Which pipelines can be compared: the one in hand, where it began, what was put aside, and every edit on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from augviz.errors import Problem
from augviz.pipeline.spec import PipelineSpec
from augviz.policies.starting_points import STARTING_POINTS
from augviz.ui import history, workspace
from augviz.ui.in_hand import KeptVersion
from augviz.ui.workspace import Workspace

IN_HAND = "in-hand"
BEFORE = "before"
START = "start"

SHOWN = 30
"""Versions of the history that are offered, the newest ones."""

MAX_KEPT = 20
"""Versions that one visitor can put aside; the oldest makes room."""

MAX_NAME = 60
"""Characters of a version's name."""


class Version(NamedTuple):
    """A pipeline that can be chosen.

    Attributes:
        title: What it is called; may hold a visitor's words.
        spec: The pipeline.
    """

    title: str
    spec: PipelineSpec


def versions() -> Mapping[str, Version]:
    """Every version by its key, the likeliest first."""
    state = workspace.current()
    found = {IN_HAND: Version("Pipeline in hand", state.spec)}
    entries, place = history.entries(), history.place()
    if place > 0:
        found[BEFORE] = Version("Before the last edit", entries[place - 1].spec)
    start = next((start for start in STARTING_POINTS if start.id == state.start), None)
    if start is not None:
        found[START] = Version(f"Starting point: {start.title}", replace(start.spec, swaps=state.spec.swaps))
    found |= {f"kept-{kept.name}": Version(f"Kept: {kept.name}", kept.spec) for kept in state.kept}
    for at in list(range(len(entries)))[::-1][:SHOWN]:
        if at != place:
            found[f"edit-{at}"] = Version(f"History {at + 1}: {entries[at].title}", entries[at].spec)
    return found


def usual_a(offered: Mapping[str, Version]) -> str:
    """Key of what the pipeline in hand is compared with when nobody has chosen."""
    return next((key for key in (BEFORE, START) if key in offered), list(offered)[-1])


def keep(name: str) -> None:
    """Put the pipeline in hand aside under a name; a name that is taken gets a number."""
    keep_spec(name, workspace.current().spec)


def keep_spec(name: str, spec: PipelineSpec, notes: Sequence[Problem] = ()) -> str:
    """Put any pipeline aside; returns the name that it got.

    Args:
        name: What it is to be called.
        spec: The pipeline.
        notes: What was said about the file that it came from.
    """
    state = workspace.current()
    kept = KeptVersion(_free_name(name, state), spec, tuple(notes))
    workspace.change(kept=(*state.kept, kept)[-MAX_KEPT:])
    return kept.name


def forget(name: str) -> None:
    """Drop a version that was put aside."""
    workspace.change(kept=tuple(kept for kept in workspace.current().kept if kept.name != name))


def _free_name(name: str, state: Workspace) -> str:
    taken = {kept.name for kept in state.kept}
    wanted = " ".join(name.split())[:MAX_NAME] or f"Version {len(state.kept) + 1}"
    free, count = wanted, 2
    while free in taken:
        free, count = f"{wanted} ({count})", count + 1
    return free
