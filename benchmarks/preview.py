"""Compare the app's preview with nine plain ``st.image`` and with an empty page, in one interleaved run.

    python -m benchmarks.preview --changes 40 > docs/performance.md

Each round presses one key in every tab, in shuffled order, so that whatever else the machine does hits all alike.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import random
import statistics
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import cv2
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.stopwatch import SCRIPT, Design
from benchmarks.subject import SAMPLES, bare_ms
from benchmarks.workbench import open_workbench
from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.serving import ROOT, serving, wait_until_idle

SERVE = ["streamlit", "run", "app.py", "--server.port", "{port}"]
SERVE_PLAIN = ["streamlit", "run", "plain.py", "--server.port", "{port}", "--server.address", "127.0.0.1"]
WARM_UP = 3
APP_FIRST, APP_LAST, PLAIN, EMPTY = "augviz, first step", "augviz, last step", "plain page", "empty page"
PLAIN_FROZEN = "plain page, our server"
BARE_RUN, BARE_COMPOSE = "bare, augviz' run", "bare, Compose"
NOTES = {
    APP_FIRST: "slider of the first step that draws a value",
    APP_LAST: "slider of the last step",
    PLAIN: "nine `st.image` of the full arrays, boxes drawn in, as `streamlit run` serves it",
    PLAIN_FROZEN: "the same script behind our launcher (frozen collector, no Nagle, one OpenCV thread)",
    EMPTY: "a slider and a line of text behind our launcher",
    BARE_RUN: "nine pipeline runs and tile encodings on two threads, no page",
    BARE_COMPOSE: "the same with `A.Compose` instead of augviz' run",
}


@dataclass
class Times:
    """Milliseconds of every change, by design; None where a change moved nothing."""

    by_name: dict[str, list[float | None]] = field(default_factory=dict)

    def add(self, name: str, ms: float | None) -> None:
        """Note one change."""
        self.by_name.setdefault(name, []).append(ms)

    def moved(self, name: str) -> list[float]:
        """The times of the changes that moved something."""
        return [ms for ms in self.by_name.get(name, []) if ms is not None]

    def ratio(self, name: str, to: str) -> float | None:
        """Median of the rounds' own ratios: what slows a round down slows both."""
        pairs = zip(self.by_name.get(name, []), self.by_name.get(to, []), strict=False)
        ratios = [a / b for a, b in pairs if a is not None and b is not None]
        return statistics.median(ratios) if ratios else None


@dataclass(frozen=True)
class Served:
    """Addresses of the servers: the app, the comparison pages behind our launcher, the plain page by itself."""

    app: str
    comparison: str
    plain: str


def measure(browser: Browser, size: int, served: Served, changes: int, skip_app: bool) -> Times:
    """All designs at one size, interleaved."""
    times = Times()
    with ExitStack() as stack:
        designs = [*_comparison(browser, served, size, stack)]
        if not skip_app:
            designs += _app(browser, served.app, size, stack)
        for design in designs:
            design.wait_until_ready()
        for round_number in range(WARM_UP + changes):
            for name, ms in _one_round(designs, size, round_number):
                if round_number >= WARM_UP:
                    times.add(name, ms)
    return times


def _one_round(designs: Sequence[Design], size: int, round_number: int) -> Iterator[tuple[str, float | None]]:
    degrees = 16 + round_number
    order = [*designs, BARE_RUN, BARE_COMPOSE]
    random.Random(round_number).shuffle(order)
    for turn in order:
        if isinstance(turn, Design):
            yield turn.name, turn.press()
        else:
            yield turn, bare_ms(size, degrees, compose=turn == BARE_COMPOSE)


def _comparison(browser: Browser, served: Served, size: int, stack: ExitStack) -> Iterator[Design]:
    for name, address, watched, count in (
        (PLAIN, f"{served.plain}/?size={size}", '[data-testid="stImage"] img', SAMPLES),
        (PLAIN_FROZEN, f"{served.comparison}/plain?size={size}", '[data-testid="stImage"] img', SAMPLES),
        (EMPTY, served.comparison, '[data-testid="stText"]', 1),
    ):
        page = _tab(browser, stack)
        page.goto(address)
        wait_until_idle(page)
        yield Design(name, page, page.get_by_role("slider"), watched, count)


def _app(browser: Browser, url: str, size: int, stack: ExitStack) -> Iterator[Design]:
    for name, which in ((APP_FIRST, "first"), (APP_LAST, "last")):
        page = _tab(browser, stack)
        bench = open_workbench(page, url, size, which)
        yield Design(name, page, bench.slider, bench.tiles, SAMPLES)


def _tab(browser: Browser, stack: ExitStack) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 1100})
    stack.callback(context.close)
    context.set_default_timeout(60_000)
    context.add_init_script(SCRIPT)
    return context.new_page()


def report(results: Mapping[int, Times], changes: int) -> str:
    """The figures as Markdown."""
    lines = [
        f"{changes} changes each, {os.cpu_count()} cores, Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in ("streamlit", "albumentations", "opencv-python-headless"))
        + ". Milliseconds from the key press until all nine tiles are decoded and painted; the guide's pipeline, "
        "boxes on.",
        "",
    ]
    for size, times in results.items():
        lines += [
            f"### {size} × {size}",
            "",
            "| | median | 95th percentile | ÷ plain page | changes that moved a tile |",
            "|---|---:|---:|---:|---:|",
        ]
        lines += [_row(name, times) for name in NOTES if name in times.by_name]
        lines += ["", *_goals(times), ""]
    lines += [f"- *{name}*: {note}." for name, note in NOTES.items()]
    return "\n".join(lines)


def _row(name: str, times: Times) -> str:
    moved = times.moved(name)
    share = f"{len(moved)} of {len(times.by_name[name])}"
    if not moved:
        return f"| {name} | – | – | – | {share} |"
    high = sorted(moved)[min(len(moved) - 1, round(0.95 * (len(moved) - 1)))]
    ratio = times.ratio(name, PLAIN)
    told = "–" if ratio is None else f"{ratio:.2f}"
    return f"| {name} | {statistics.median(moved):.0f} | {high:.0f} | {told} | {share} |"


def _goals(times: Times) -> list[str]:
    """How far the goals are: at most 0.55 of the plain page, at most 1.5 of empty page + bare cost."""
    if not times.moved(APP_FIRST):
        return []
    app, empty, bare = (statistics.median(times.moved(name)) for name in (APP_FIRST, EMPTY, BARE_RUN))
    goals = [
        f"{APP_FIRST} ÷ plain page: {times.ratio(APP_FIRST, PLAIN) or float('nan'):.2f} (goal: at most 0.55); "
        f"÷ (empty page + bare): {app / (empty + bare):.2f} (goal: at most 1.5)."
    ]
    if last := times.moved(APP_LAST):
        goals.append(f"Last step ÷ first step: {statistics.median(last) / app:.2f}.")
    return goals


def main() -> None:
    """Serve both apps, measure at each size, print the table."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--changes", type=int, default=40, help="key presses a design and size (default 40)")
    words.add_argument("--sizes", type=int, nargs="+", default=[512, 1024], help="sides of the photo in pixels")
    words.add_argument("--comparison-only", action="store_true", help="leave the app out")
    chosen = words.parse_args()
    cv2.setNumThreads(1)  # as in the app, and
    gc.freeze()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        comparison = stack.enter_context(serving(SERVE, ROOT / "benchmarks" / "pages", folder / "comparison.log"))
        plain = stack.enter_context(serving(SERVE_PLAIN, ROOT / "benchmarks" / "pages", folder / "plain.log"))
        app = stack.enter_context(serving(SERVE, ROOT, folder / "app.log"))
        served = Served(app.url, comparison.url, plain.url)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        results = {
            size: measure(browser, size, served, chosen.changes, chosen.comparison_only) for size in chosen.sizes
        }
        browser.close()
    print(report(results, chosen.changes))


if __name__ == "__main__":
    main()
