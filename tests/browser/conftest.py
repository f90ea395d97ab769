"""A real server in a process of its own and a real Chromium; each test gets a fresh tab."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.chromium import ARGUMENTS, find_chromium
from tests.browser.serving import ROOT, Server, Traffic, serving

STEP_LIMIT_MS = 30_000
expect.set_options(timeout=STEP_LIMIT_MS)
"""A busy machine is slow, not wrong: what has to become true may take as long as any other step."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app as ``make run`` serves it."""
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with serving(["streamlit", "run", "app.py", "--server.port", "{port}"], ROOT, log) as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests."""
    path = find_chromium()
    if path is None:
        pytest.fail("no Chromium was found; `make test` installs one, or name it: CHROMIUM=/path/to/chrome")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh visitor at a desk: 1440 x 1000 pixels."""
    visitor = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
    visitor.set_default_timeout(STEP_LIMIT_MS)
    visitor.grant_permissions(["clipboard-read", "clipboard-write"])
    yield visitor
    visitor.close()


@pytest.fixture
def traffic(server: Server) -> Traffic:
    """What the tab of ``page`` asks for and complains about."""
    return Traffic(urlsplit(server.url).netloc)


@pytest.fixture
def page(context: BrowserContext, traffic: Traffic) -> Page:
    """A fresh tab; every request and every console error of it is in ``traffic``."""
    tab = context.new_page()
    traffic.watch(tab)
    return tab


@pytest.fixture
def snap(page: Page, tmp_path: Path) -> Callable[[str], Path]:
    """``snap("name")`` takes a picture of the whole page into the test's own folder and says where it is."""

    def take(name: str) -> Path:
        path = tmp_path / f"{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return take
