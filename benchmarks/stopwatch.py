"""From a key press to painted tiles, measured inside the page.

The clock starts at the browser's own ``keydown`` time stamp. Whenever what is watched changes (the addresses of the
tiles, or a line of text), all of it is decoded and two animation frames are awaited: then it is on the screen. The last
such moment before everything has been quiet for :data:`QUIET_MS` counts, so an update that comes in pieces is measured
to its last piece.
"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

QUIET_MS = 500
NOTHING_MS = 2500
"""A change that moves no tile at all (a probability that no sample's draw lies between) is given up after so long."""

SCRIPT = """
(() => {
  const frame = () => new Promise(requestAnimationFrame);
  const nap = ms => new Promise(done => setTimeout(done, ms));
  const watch = { started: 0 };
  addEventListener('keydown', event => { watch.started ||= event.timeStamp; }, true);
  // To search every shadow root at each look would slow the page that is measured: only those that matter are kept.
  const rootsOf = (root, selector, out = []) => {
    if (root.querySelector(selector)) out.push(root);
    root.querySelectorAll('*').forEach(node => node.shadowRoot && rootsOf(node.shadowRoot, selector, out));
    return out;
  };
  let roots = [document];
  const nodes = selector => roots.flatMap(root => [...root.querySelectorAll(selector)]);
  // The app's tiles say what they show; their own addresses are whole pictures, and slow to read.
  const word = node => node.dataset.key || node.currentSrc || node.src || node.textContent;
  const sign = selector => nodes(selector).map(word).join('|');

  watch.count = selector => {
    roots = rootsOf(document, selector);
    return nodes(selector).filter(node => node.tagName !== 'IMG' || node.naturalWidth).length;
  };
  watch.arm = ({ selector, quiet, nothing }) => {
    watch.started = 0;
    roots = rootsOf(document, selector);
    let seen = sign(selector), painted = 0;
    const armed = performance.now();
    watch.result = (async () => {
      for (;;) {
        const now = sign(selector);
        if (now !== seen) {
          seen = now;
          await Promise.all(nodes(selector).map(node => node.decode?.().catch(() => {})));
          await frame(); await frame();
          if (sign(selector) === seen) painted = performance.now();
        }
        const rest = performance.now() - (painted || armed);
        if (painted ? rest > quiet : rest > nothing) break;
        await Promise.race([frame(), nap(4)]);
      }
      return painted ? painted - watch.started : null;
    })();
  };
  window.augvizWatch = watch;
})();
"""


@dataclass(frozen=True)
class Design:
    """One way to show nine samples, open in a tab.

    Attributes:
        name: What it is called in the table.
        page: The tab.
        slider: What is moved by arrow keys.
        watched: Selector of the tiles, or of a text; shadow roots are searched too.
        count: How many of them there are.
    """

    name: str
    page: Page
    slider: Locator
    watched: str
    count: int

    def wait_until_ready(self) -> None:
        """Wait until all that is watched is there."""
        self.page.wait_for_function(
            "([selector, count]) => augvizWatch.count(selector) >= count", arg=[self.watched, self.count]
        )

    def press(self, key: str = "ArrowRight") -> float | None:
        """Move the slider by one key press.

        Returns:
            Milliseconds until everything is painted, or None when nothing changed.
        """
        self.page.bring_to_front()
        self.slider.focus()
        self.page.evaluate(
            "settings => { augvizWatch.arm(settings); }",
            {"selector": self.watched, "quiet": QUIET_MS, "nothing": NOTHING_MS},
        )
        self.page.keyboard.press(key)
        took: float | None = self.page.evaluate("() => augvizWatch.result")
        return took
