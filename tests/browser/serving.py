"""Start a real server, watch a real tab, wait for conditions. Used by the browser tests and by benchmarks/."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Locator, Page, Request, Response, expect
from playwright.sync_api import TimeoutError as WaitedTooLong

from augviz.ui.page_table import PAGES

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 90


@dataclass(frozen=True)
class Server:
    """A running app: its address without a slash at the end, the file its output goes to, and its process."""

    url: str
    log: Path
    pid: int = 0


@dataclass
class Traffic:
    """What a tab asked for and complained about."""

    host: str
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Listen to everything that the tab does."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._on_request)
        page.on("websocket", lambda socket: self._note_outside(socket.url))
        page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _is_probe(message.location["url"]):
            self.errors.append(f"{message.text} ({message.location['url']})")

    def _on_request(self, request: Request) -> None:
        self._note_outside(request.url)

    def _note_outside(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != self.host:
            self.outside.append(url)

    def _on_response(self, response: Response) -> None:
        if response.status >= 400 and not _is_probe(response.url):
            self.failed.append(f"{response.status} {response.url}")


def _is_probe(url: str) -> bool:
    """At a deep link Streamlit learns its base address by asking /page/_stcore/… first; that 404 is no fault."""
    return re.fullmatch(r"/[^/]+/_stcore/(health|host-config)", urlsplit(url).path) is not None


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    words: list[str], folder: Path, log: Path, *, port: int | None = None, variables: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run ``python -m words… `` in ``folder``, wait until it answers, and end it afterwards.

    Args:
        words: Module and arguments; ``{port}`` is replaced by a free port.
        folder: Where it is started.
        log: File for everything that it prints.
        port: Where it listens; by default on a free port.
        variables: Environment variables beside ours.
    """
    port = free_port() if port is None else port
    command = [sys.executable, "-m", *(word.replace("{port}", str(port)) for word in words)]
    environment = _environment() | dict(variables or {})
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, stdout=out, stderr=subprocess.STDOUT, env=environment)
        server = Server(f"http://127.0.0.1:{port}", log, process.pid)
        try:
            _wait_until_healthy(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(timeout=20)


def _environment() -> dict[str, str]:
    """Ours, without options that somebody has set for Streamlit in the shell."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
    return ours | {"STREAMLIT_SERVER_HEADLESS": "true", "PYTHONPATH": str(ROOT)}


def _wait_until_healthy(server: Server, process: subprocess.Popen[bytes]) -> None:
    limit = time.monotonic() + START_LIMIT_S
    while time.monotonic() < limit:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"the server did not start; it printed:\n{server.log.read_text(errors='replace')}")


def wait_until_idle(page: Page) -> None:
    """Wait until Streamlit has drawn something and no script runs any more."""
    page.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    page.wait_for_selector('[data-testid="stMainBlockContainer"] [data-testid="stElementContainer"]', state="attached")


def go_to(page: Page, title: str) -> None:
    """Choose a page in the navigation, as a visitor does: open its menu where it lies in one, and press it."""
    navigation = page.get_by_test_id("stTopNav")
    if section := next(row for row in PAGES if row.title == title).section:
        navigation.get_by_role("button", name=section).click()
        page.get_by_role("menuitem", name=title, exact=True).click()
    else:
        navigation.get_by_role("link", name=title, exact=True).click()
    expect(page).to_have_title(f"{title} · augviz")
    wait_until_idle(page)


def choose_files(page: Page, files: Any, first: str = "", box: Locator | None = None) -> None:
    """Choose files in an uploader; one that was still being put together may lose them, and they are chosen again, as a
    person would.

    Args:
        page: The page.
        files: Paths, or names with their bytes, as Playwright takes them.
        first: Name of the first file, which the uploader shows; by default it is enough that it shows any.
        box: What the uploader lies in; by default the first one of the page is meant.
    """
    place = page.locator("body") if box is None else box
    shown = place.get_by_test_id("stFileChipName").filter(has_text=first)
    for _attempt in range(3):
        place.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(files)
        with suppress(WaitedTooLong):
            shown.first.wait_for(timeout=5000)
            break
    wait_until_idle(page)
