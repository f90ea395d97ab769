"""Find a Chromium for browser tests and benchmarks; ``python -m tests.browser.chromium`` installs one if needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
"""The one without windows first: the same engine, and the same tests take a fifth less time in it."""
MAC_APPLICATIONS = (
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
)
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""No GPU, no sandbox (containers have neither), and nothing that calls home."""


def find_chromium() -> Path | None:
    """The first browser that answers ``--version``: ``$CHROMIUM``, the system's, then playwright's own."""
    return next((path for path in _candidates() if _answers(path)), None)


def _candidates() -> Iterator[Path]:
    if named := os.environ.get("CHROMIUM"):
        yield Path(named)
    yield from (Path(found) for name in NAMES if (found := shutil.which(name)))
    yield from MAC_APPLICATIONS
    yield _playwrights_own()


def _playwrights_own() -> Path:
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def _answers(path: Path) -> bool:
    """Whether it really is a browser: Ubuntu's /usr/bin/chromium-browser may only say that there is a snap."""
    if not path.is_file():
        return False
    run = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    return run.returncode == 0


def _install() -> None:
    if shutil.which("apt-get") and (rights := _rights()) is not None:
        print("Installing Chromium with apt-get (once)", flush=True)
        _run_silently([*rights, "apt-get", "update", "-qq"])
        for package in (
            "chromium-headless-shell",
            "chromium",
        ):  # Debian has both; elsewhere only the second may be known
            _run_silently([*rights, "apt-get", "install", "-y", "-qq", package])
            if find_chromium():
                return
    print("Installing Chromium with playwright (once)", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def _run_silently(words: list[str]) -> None:
    subprocess.run(words, stdout=subprocess.DEVNULL, check=False)


def _rights() -> list[str] | None:
    """What to write before apt-get: nothing for root, sudo where it asks no password, None where we may not."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def main() -> int:
    """Make sure that there is one; a sentence and exit code 1 where that is not possible."""
    if find_chromium() is None:
        _install()
    if find_chromium() is None:
        print(
            "The browser tests need Chromium or Chrome, and none could be installed. "
            "Install one, or name it: CHROMIUM=/path/to/chrome make test",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
