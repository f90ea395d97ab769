"""How many whole galleries are shown while a slider is dragged for three seconds?

    python -m benchmarks.drag

The mouse takes a thumb, moves it back and forth without letting go, and every gallery that the page shows in that time
is counted: nine samples, run at the true size of the image where nothing else is said, decoded and painted. A gallery
counts once its pictures are painted and only if it shows something else than the one before.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.subject import SAMPLES
from benchmarks.workbench import open_workbench
from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.serving import ROOT, serving, wait_until_idle

SERVE = ["streamlit", "run", "app.py", "--server.port", "{port}"]
SECONDS = 3.0
ALWAYS = "last step, fires always"
CASES = ((512, "last"), (512, ALWAYS), (512, "first"), (1024, "last"), (3464, "last"), (3464, "first"))
"""Side of the photo in pixels (3464 x 3464 are 12 megapixels), and the slider that is dragged."""

WATCH = """
gallery => {
  window.shown = [];
  let last = '';
  new MutationObserver(() => {
    const images = [...gallery.querySelectorAll('img')];
    const now = images.map(image => image.dataset.key);
    if (now.join() === last || !images.every(image => image.complete && image.naturalWidth)) return;
    last = now.join();
    window.shown.push({ at: performance.now(), keys: now, drafts: gallery.querySelectorAll('.badge').length - 1 });
  }).observe(gallery, { attributes: true, attributeFilter: ['data-painted'] });
}
"""


@dataclass(frozen=True)
class Dragged:
    """What one drag has shown: galleries, tiles that changed in each, tiles that were drafts."""

    galleries: int
    changed: float
    drafts: int


def drag(page: Page, url: str, size: int, which: str) -> Dragged:
    """Open the photo, drag one slider of the guide's pipeline and count."""
    bench = open_workbench(page, url, size, "last" if which == ALWAYS else which)
    if which == ALWAYS:
        probability = page.get_by_test_id("stSidebar").get_by_role("slider", name="Probability")
        probability.focus()
        page.keyboard.press("End")
        page.wait_for_timeout(2000)
        wait_until_idle(page)
    page.locator(".augviz.gallery").evaluate(WATCH)
    bench.slider.scroll_into_view_if_needed()
    thumb = bench.slider.bounding_box()
    track = bench.slider.locator("xpath=ancestor::*[@role='group'][1]").bounding_box()
    assert thumb is not None
    assert track is not None
    y = thumb["y"] + thumb["height"] / 2
    page.mouse.move(thumb["x"] + thumb["width"] / 2, y)
    page.mouse.down()
    _back_and_forth(lambda part: page.mouse.move(track["x"] + part * track["width"], y))
    shown = page.evaluate("() => window.shown")
    page.mouse.up()
    steps = pairwise(shown)
    changed = [sum(a != b for a, b in zip(one["keys"], two["keys"], strict=True)) for one, two in steps]
    return Dragged(
        len(shown), statistics.mean(changed) if changed else 0.0, max((s["drafts"] for s in shown), default=0)
    )


def _back_and_forth(move: Callable[[float], None]) -> None:
    """Between 55 and 95% of the track, once there and back in 1.5 seconds."""
    began = time.monotonic()
    while (passed := time.monotonic() - began) < SECONDS:
        phase = (passed / 1.5) % 1.0
        move(0.55 + 0.4 * (2 * phase if phase < 0.5 else 2 - 2 * phase))


def _one(browser: Browser, url: str, size: int, which: str) -> Dragged:
    context = browser.new_context(viewport={"width": 1440, "height": 1100})
    context.set_default_timeout(120_000)
    try:
        return drag(context.new_page(), url, size, which)
    finally:
        context.close()


def main() -> None:
    """Serve the app, drag, print the table."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--times", type=int, default=3, help="drags a case; the median counts (default 3)")
    chosen = words.parse_args()
    print(f"| image | slider | galleries in {SECONDS:g} s | of {SAMPLES} tiles change | drafts |")
    print("|---|---|---:|---:|---:|")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        app = stack.enter_context(serving(SERVE, ROOT, folder / "app.log"))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(ARGUMENTS))
        for size, which in CASES:
            found = [_one(browser, app.url, size, which) for _ in range(chosen.times)]
            galleries = statistics.median(one.galleries for one in found)
            changed = statistics.mean(one.changed for one in found)
            print(f"| {size} × {size} | {which} | {galleries:.0f} | {changed:.1f} | {found[0].drafts} |", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
