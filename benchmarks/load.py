"""Eight visitors at once: how long does each wait, compared with one alone?

    python -m benchmarks.load

Visitors without a browser (:mod:`benchmarks.visitor`) upload a photo of their own, open a step of the guide's pipeline,
and move its slider; each waits for the gallery and thinks half a second. Then the same with the route that answers
while a slider is dragged. One, four and eight visitors take turns on the same server, so that whatever else the machine
does hits all alike. Visitors and server share the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import platform
import random
import statistics
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path

import numpy as np

from augviz.policies.starting_points import GUIDE
from augviz.sample import Sample
from benchmarks.subject import files_of, subject
from benchmarks.visitor import Visitor
from tests.browser.serving import ROOT, serving

SERVE = ["streamlit", "run", "app.py", "--server.port", "{port}"]
CROWDS = (1, 4, 8)
THINK_S = 0.5
WARM_UP = 3
GOAL = 2.0
STEP, LABEL, PARAMETER = "ShiftScaleRotate-1", "Rotation", "rotate_limit"
CHANGE, FOLLOW = "a slider let go", "a question under the finger"
_numbers = itertools.count(1)


@dataclass
class Waits:
    """Milliseconds of every change, and how many questions were refused, by kind and size of the crowd."""

    ms: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    refused: dict[tuple[str, int], int] = field(default_factory=dict)
    message_bytes: list[int] = field(default_factory=list)

    def add(self, kind: str, crowd: int, ms: float | None) -> None:
        """Note one change; None was refused."""
        if ms is None:
            self.refused[kind, crowd] = self.refused.get((kind, crowd), 0) + 1
        else:
            self.ms.setdefault((kind, crowd), []).append(ms)

    def median(self, kind: str, crowd: int) -> float:
        """Median wait in milliseconds."""
        return statistics.median(self.ms[kind, crowd])


def own_photo(size: int) -> Sample:
    """The photo, different in one pixel each time: nobody finds samples that another visitor has had drawn."""
    sample = subject(size)
    image = sample.image.copy()
    image[0, 0] = np.array([*next(_numbers).to_bytes(2, "big"), 0], np.uint8)
    return replace(sample, image=image)


async def settle_in(url: str, size: int, stack: AsyncExitStack) -> Visitor:
    """A visitor who has opened his photo and the controls of a step."""
    visitor = await stack.enter_async_context(Visitor(url))
    await visitor.upload(*files_of(own_photo(size)))
    await visitor.open_page("")
    await visitor.open_step(STEP, GUIDE.id)
    return visitor


async def change_slider(visitor: Visitor, degrees: float) -> float | None:
    return await visitor.set_slider(LABEL, [-degrees, degrees])


async def follow_slider(visitor: Visitor, degrees: float) -> float | None:
    key = next(key for key in visitor.gallery["following"]["sliders"] if PARAMETER in key)
    ms, status = await visitor.follow(key, [-degrees, degrees])
    return ms if status == 200 else None


async def work(visitor: Visitor, kind: str, changes: int, crowd: int, waits: Waits) -> None:
    """One visitor's changes, each after a pause for thought."""
    act: Callable[[Visitor, float], Awaitable[float | None]] = change_slider if kind == CHANGE else follow_slider
    order = random.sample(range(16, 170), WARM_UP + changes)
    for place, degrees in enumerate(order):
        await asyncio.sleep(random.uniform(0.5, 1.5) * THINK_S)
        before = visitor.received
        ms = await act(visitor, degrees)
        if place >= WARM_UP:
            waits.add(kind, crowd, ms)
            if kind == CHANGE:
                waits.message_bytes.append(visitor.received - before)


async def measure(url: str, size: int, crowds: Sequence[int], changes: int, rounds: int) -> Waits:
    """All crowds in turn, ``rounds`` times."""
    waits = Waits()
    for _ in range(rounds):
        for crowd in crowds:
            async with AsyncExitStack() as stack:
                visitors = [await settle_in(url, size, stack) for _ in range(crowd)]
                for kind in (CHANGE, FOLLOW):
                    await asyncio.gather(*(work(visitor, kind, changes, crowd, waits) for visitor in visitors))
    return waits


def report(waits: Waits, size: int, crowds: Sequence[int]) -> str:
    """The figures as Markdown."""
    lines = [
        f"{os.cpu_count()} cores for server and visitors together, Python {platform.python_version()}, "
        f"streamlit {version('streamlit')}; photos of {size} × {size} pixels, the guide's pipeline, nine samples, "
        f"{THINK_S} s to think on average; a change brings "
        f"{statistics.median(waits.message_bytes) / 1000:,.0f} kB (median).",
        "",
        "| | visitors | changes | median, ms | 95th percentile, ms | ÷ one visitor | refused |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for kind, crowd in itertools.product((CHANGE, FOLLOW), crowds):
        found = sorted(waits.ms[kind, crowd])
        high = found[round(0.95 * (len(found) - 1))]
        ratio = waits.median(kind, crowd) / waits.median(kind, crowds[0])
        lines.append(
            f"| {kind} | {crowd} | {len(found)} | {statistics.median(found):.0f} | {high:.0f} | {ratio:.2f} "
            f"| {waits.refused.get((kind, crowd), 0)} |"
        )
    for kind in (CHANGE, FOLLOW):
        ratio = waits.median(kind, crowds[-1]) / waits.median(kind, crowds[0])
        lines.append(f"\n{crowds[-1]} visitors ÷ {crowds[0]}, {kind}: {ratio:.2f} (goal: at most {GOAL:.1f}).")
    return "\n".join(lines)


def main() -> None:
    """Serve the app, let the visitors work, print the table."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--changes", type=int, default=30, help="changes a visitor and round (default 30)")
    words.add_argument("--rounds", type=int, default=2, help="turns of each crowd (default 2)")
    words.add_argument("--size", type=int, default=512, help="side of the photo in pixels (default 512)")
    words.add_argument("--crowds", type=int, nargs="+", default=CROWDS, help="visitors at once (default 1 4 8)")
    words.add_argument("--url", help="address of a server that runs already")
    chosen = words.parse_args()

    def run(url: str) -> None:
        waits = asyncio.run(measure(url, chosen.size, chosen.crowds, chosen.changes, chosen.rounds))
        print(report(waits, chosen.size, chosen.crowds))

    if chosen.url:
        run(chosen.url)
        return
    with tempfile.TemporaryDirectory() as folder, serving(SERVE, ROOT, Path(folder) / "app.log") as server:
        run(server.url)


if __name__ == "__main__":
    main()
