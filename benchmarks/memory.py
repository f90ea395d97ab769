"""Does the server's memory stay flat while a visitor works, and come back when visitors leave?

    python -m benchmarks.memory

One visitor without a browser works through 200 changes after a warm-up: sliders, new draws, other images in turn with a
photo of his own, the Inspect page. The slope is that of a straight line through the memory after each change; its
interval comes from blocks of changes, because one value is much like the one before. What is kept on purpose (states
before the edited step, tiles) takes some hundred changes to reach its bound, so the same is told of 200 changes after
700 others.
Then thirty visitors come, upload, and leave.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import numpy as np

from augviz.policies.starting_points import GUIDE
from benchmarks.load import LABEL, STEP, own_photo, settle_in
from benchmarks.subject import files_of
from benchmarks.visitor import Visitor
from tests.browser.serving import ROOT, serving

SERVE = ["benchmarks.hasty", "--server.port", "{port}"]
CHANGES, WARM_UP, FILLING, CROWD, BLOCKS = 200, 50, 700, 30, 10
LARGE_PX = 3464
SETTLE_S = 20.0
NEW_DRAW = "New draw"
MB = 2**20


def resident_mb(process: int) -> float:
    """Resident memory of a process on Linux, in MiB."""
    words = Path(f"/proc/{process}/status").read_text(encoding="ascii")
    return int(words.split("VmRSS:")[1].split()[0]) * 1024 / MB


def serving_process(url: str) -> int:
    """The process that listens at this address, a child of ours."""
    port = url.rsplit(":", 1)[1]
    found = subprocess.run(["pgrep", "-f", f"server.port {port}$"], capture_output=True, text=True, check=True)
    return int(found.stdout.split()[0])


async def one_change(visitor: Visitor, place: int) -> None:
    """The next thing that a visitor does."""
    kind = place % 10
    if kind == 3:
        await visitor.press(NEW_DRAW)
    elif kind == 6:
        await visitor.open_tile(1 + random.randrange(9))
        await visitor.open_page("")
        await visitor.open_step(STEP, GUIDE.id)
    elif kind == 9:
        await visitor.choose("Image", _next_image(visitor, place))
        await visitor.open_step(STEP, GUIDE.id)
    else:
        degrees = random.uniform(5, 170)
        await visitor.set_slider(LABEL, [-round(degrees), round(degrees)])


def _next_image(visitor: Visitor, place: int) -> str:
    options = list(visitor.find("selectbox", "Image").element.selectbox.options)
    turn = place // 10
    return options[0] if turn % 2 else options[1 + turn // 2 % (len(options) - 1)]  # his own, a sample, his own, …


def slope_of(values: Sequence[float]) -> tuple[float, float, float]:
    """MiB in 100 changes, and the ends of its 95% interval, from the means of blocks of changes."""
    blocks = np.array([np.mean(block) for block in np.array_split(np.asarray(values), BLOCKS)])
    places = (np.arange(BLOCKS) + 0.5) * len(values) / BLOCKS
    centred = places - places.mean()
    slope = float(centred @ blocks / (centred @ centred))
    rest = blocks - blocks.mean() - slope * centred
    error = float(np.sqrt(rest @ rest / (BLOCKS - 2) / (centred @ centred)))
    t = 2.306  # 95% of Student's distribution with 8 degrees of freedom
    return slope * 100, (slope - t * error) * 100, (slope + t * error) * 100


async def working(url: str, process: int, size: int, filling: int) -> list[list[float]]:
    """Memory after each change of one visitor, in MiB: after a warm-up, and once more after so many others."""
    found = []
    async with AsyncExitStack() as stack:
        visitor = await settle_in(url, size, stack)
        for place in range(WARM_UP):
            await one_change(visitor, place)
        found.append([await _after(visitor, place, process) for place in range(CHANGES)])
        for place in range(filling):
            await one_change(visitor, place)
        if filling:
            found.append([await _after(visitor, place, process) for place in range(CHANGES)])
    return found


async def _after(visitor: Visitor, place: int, process: int) -> float:
    await one_change(visitor, place)
    return resident_mb(process)


async def coming_and_going(url: str, process: int, size: int, crowd: int) -> tuple[float, float, float]:
    """Memory before, with, and after a crowd, in MiB."""
    await asyncio.sleep(SETTLE_S)
    before = resident_mb(process)
    highest = before
    async with AsyncExitStack() as stack:
        for _ in range(crowd):
            visitor = await settle_in(url, size, stack)
            await visitor.upload(*files_of(own_photo(size)))
            highest = max(highest, resident_mb(process))
    await asyncio.sleep(SETTLE_S)
    return before, highest, resident_mb(process)


def _told(size: int, when: str, values: Sequence[float]) -> str:
    slope, low, high = slope_of(values)
    return (
        f"{size} px, {CHANGES} changes after the {when}: {values[0]:.0f} MiB at first, {max(values):.0f} at most, "
        f"{values[-1]:.0f} at last; {slope:+.1f} in 100 changes (95%: {low:+.1f} to {high:+.1f})"
    )


def main() -> None:
    """Serve, work, print the figures."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--sizes", type=int, nargs="+", default=[512, LARGE_PX], help="sides of the photos in pixels")
    words.add_argument("--crowd", type=int, default=CROWD, help="visitors who come and go (default 30)")
    chosen = words.parse_args()
    for size in chosen.sizes:
        with tempfile.TemporaryDirectory() as folder, serving(SERVE, ROOT, Path(folder) / "app.log") as server:
            process = serving_process(server.url)
            start = resident_mb(process)
            filling = FILLING if size < LARGE_PX else 0
            print(f"{size} px: {start:.0f} MiB at the start")
            for values, when in zip(
                asyncio.run(working(server.url, process, size, filling)),
                (f"first {WARM_UP}", f"next {filling}"),
                strict=False,
            ):
                print(_told(size, when, values), flush=True)
            crowd = chosen.crowd if size < LARGE_PX else chosen.crowd // 5
            for turn in (1, 2):
                before, with_them, after = asyncio.run(coming_and_going(server.url, process, size, crowd))
                print(
                    f"{size} px, {crowd} visitors, turn {turn}: {before:.0f} MiB before, {with_them:.0f} with them, "
                    f"{after:.0f} after",
                    flush=True,
                )


if __name__ == "__main__":
    main()
