"""What every visitor gets, whatever the page: the frame, the headers, no word to the outside, no stack traces."""

from __future__ import annotations

import re
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from augviz.ui.page_table import PAGES, PageRow
from augviz.ui.server import SECURITY_HEADERS
from tests.browser.serving import ROOT, Server, Traffic, serving, wait_until_idle

pytestmark = pytest.mark.browser


@pytest.fixture(params=["streamlit run", "uvicorn"])
def cold_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A server that nobody has visited yet, started in either way."""
    words = {
        "streamlit run": ["streamlit", "run", "app.py", "--server.port", "{port}"],
        "uvicorn": ["uvicorn", "app:app", "--port", "{port}", "--log-level", "warning"],
    }[request.param]
    with serving(words, ROOT, tmp_path / "log.txt") as running:
        yield running


def test_a_cold_deep_link_shows_the_page_in_its_frame(cold_server: Server, context: BrowserContext) -> None:
    page = context.new_page()
    traffic = Traffic(urlsplit(cold_server.url).netloc)
    traffic.watch(page)
    page.goto(f"{cold_server.url}/{PAGES[-1].address}")
    wait_until_idle(page)
    menus = list(dict.fromkeys(row.section for row in PAGES if row.section))
    expect(page.get_by_test_id("stTopNavLink")).to_have_count(sum(not row.section for row in PAGES))
    expect(page.get_by_test_id("stTopNavSection")).to_have_text(menus)
    expect(page).to_have_title(f"{PAGES[-1].title} · augviz")
    assert traffic.outside == []
    assert traffic.errors == []


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.title)
def test_every_page_opens_quietly_and_asks_nobody_else(
    server: Server, page: Page, traffic: Traffic, row: PageRow
) -> None:
    page.goto(f"{server.url}/{row.address}")
    wait_until_idle(page)
    expect(page).to_have_title(f"{row.title} · augviz")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert traffic.outside == []
    assert traffic.errors == []
    assert traffic.failed == []


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/export", "/_stcore/host-config", "/nothing/here.png"])
def test_every_answer_carries_the_security_headers(server: Server, page: Page, path: str) -> None:
    answer = page.request.get(server.url + path)
    assert {name: answer.headers.get(name) for name, _ in SECURITY_HEADERS} == dict(SECURITY_HEADERS)


def test_the_browser_refuses_to_show_the_app_in_a_foreign_frame(server: Server, page: Page) -> None:
    page.set_content(f'<iframe src="{server.url}/" title="framed"></iframe>')
    frame = page.frame_locator("iframe")
    expect(frame.locator('[data-testid="stApp"]')).to_have_count(0)


def test_an_upload_without_the_xsrf_token_is_refused(server: Server) -> None:
    request = urllib.request.Request(f"{server.url}/_stcore/upload_file/a/b", data=b"x", method="PUT")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request, timeout=10)


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A page with every kind of element, under the app's own middleware and config."""
    folder = tmp_path_factory.mktemp("probe")
    shutil.copytree(ROOT / "tests" / "browser" / "probe_app", folder, dirs_exist_ok=True)
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    with serving(["streamlit", "run", "app.py", "--server.port", "{port}"], folder, folder / "log.txt") as running:
        yield running


@pytest.fixture
def probe_page(probe: Server, browser: Browser) -> Iterator[tuple[Page, Traffic]]:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    page = context.new_page()
    traffic = Traffic(urlsplit(probe.url).netloc)
    traffic.watch(page)
    page.goto(probe.url)
    wait_until_idle(page)
    yield page, traffic
    context.close()


def test_every_kind_of_element_works_under_the_content_security_policy(probe_page: tuple[Page, Traffic]) -> None:
    page, traffic = probe_page
    tile = page.get_by_alt_text("tile")
    expect(tile).to_have_js_property("naturalWidth", 64)
    expect(page.get_by_test_id("stImage").locator("img")).to_be_visible()
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(page.get_by_test_id("stDataFrame").locator("canvas").first).to_be_visible()
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"12345"}
    )
    expect(page.get_by_text("a.txt has 5 bytes")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    assert Path(download.value.path()).read_bytes() == b"text"
    assert traffic.errors == []
    assert traffic.outside == []
    assert traffic.failed == []


def test_a_component_tile_follows_the_slider(probe_page: tuple[Page, Traffic]) -> None:
    page, _ = probe_page
    tile = page.get_by_alt_text("tile")
    expect(tile).to_have_attribute("src", re.compile("^blob:"))
    before = tile.get_attribute("src")
    assert before is not None
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(tile).not_to_have_attribute("src", before)


def test_a_fault_in_our_code_shows_a_sentence_and_no_stack_trace(
    probe: Server, probe_page: tuple[Page, Traffic]
) -> None:
    page, _ = probe_page
    page.get_by_role("button", name="Break").click()
    expect(page.get_by_test_id("stException")).to_be_visible()
    wait_until_idle(page)
    shown = page.locator("body").inner_text()
    for detail in ("secret-detail-of-the-fault", "RuntimeError", "Traceback", "everything.py"):
        assert detail not in shown
    assert "secret-detail-of-the-fault" in probe.log.read_text()
