"""How far long work is."""

from __future__ import annotations

import time
from collections.abc import Callable

from streamlit.delta_generator import DeltaGenerator

QUIET_SECONDS = 0.6
"""Work shorter than this shows no progress bar: it would only flicker."""


def progress_in(place: DeltaGenerator, what: str, *, quiet: bool = True) -> Callable[[int, int], None]:
    """A callback that shows a bar: how many are done, of how many.

    Args:
        place: An empty place for the bar.
        what: What is counted ("samples").
        quiet: Whether work that is done in a moment shows none.
    """
    began = time.monotonic() - (0.0 if quiet else QUIET_SECONDS)

    def show(done: int, count: int) -> None:
        if time.monotonic() - began > QUIET_SECONDS and done < count:
            place.progress(done / count, f"{done} of {count} {what}")

    return show
