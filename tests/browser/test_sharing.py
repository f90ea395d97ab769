"""Hand the work to a colleague: a link gives the same pictures in another browser, a project everything."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from augviz import sample_library
from tests.browser.serving import Server, Traffic, choose_files, go_to, wait_until_idle

pytestmark = pytest.mark.browser

LINK = "Link to this pipeline"


@pytest.fixture
def colleague(browser: Browser, traffic: Traffic) -> Iterator[Page]:
    """A tab of somebody else: another browser context, so another session without anything kept."""
    visitor = browser.new_context(viewport={"width": 1440, "height": 1000}, accept_downloads=True)
    visitor.set_default_timeout(30_000)
    tab = visitor.new_page()
    traffic.watch(tab)
    yield tab
    visitor.close()


def tiles(page: Page) -> Locator:
    return page.locator(".augviz.gallery img")


def pictures(page: Page, count: int) -> list[str]:
    """A fingerprint of each tile, from all pixels that the browser decoded."""
    expect(tiles(page)).to_have_count(count)
    wait_until_idle(page)
    return tiles(page).evaluate_all(
        """async images => Promise.all(images.map(async image => {
          await image.decode();
          const size = {width: image.naturalWidth, height: image.naturalHeight};
          const pen = Object.assign(document.createElement('canvas'), size).getContext('2d');
          pen.drawImage(image, 0, 0);
          const {data} = pen.getImageData(0, 0, size.width, size.height);
          return Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', data))).join(' ');
        }))"""
    )


def until_changed(page: Page, count: int, before: list[str]) -> list[str]:
    for _ in range(60):
        now = pictures(page, count)
        if now != before:
            return now
        page.wait_for_timeout(100)
    raise AssertionError("the pictures did not change")


def choose(page: Page, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option).first.click()
    wait_until_idle(page)


def work_of_ones_own(page: Page, server: Server) -> list[str]:
    """Another image, a step more, another draw, six samples."""
    page.goto(server.url)
    first = pictures(page, 10)
    choose(page, "Image", "Coins")
    coins = until_changed(page, 10, first)
    choose(page, "Add a step", "InvertImg")
    inverted = until_changed(page, 10, coins)
    page.get_by_role("button", name="New draw").click()
    until_changed(page, 10, inverted)
    page.get_by_role("radio", name="6", exact=True).click()
    return pictures(page, 7)


def test_a_copied_link_gives_the_same_pictures_in_another_browser(
    page: Page, colleague: Page, server: Server, traffic: Traffic
) -> None:
    own = work_of_ones_own(page, server)
    go_to(page, "Export")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.get_by_label(LINK, exact=True).input_value()
    assert link.startswith(f"{server.url}/?p=")
    assert len(link) < 2_000
    colleague.goto(link)
    assert pictures(colleague, 7) == own
    assert colleague.url == f"{server.url}/"
    expect(colleague.get_by_text("Opened a link")).to_be_visible()
    expect(colleague.get_by_role("combobox", name="Image")).to_have_value("Coins")
    go_to(colleague, "Export")
    assert colleague.get_by_label(LINK, exact=True).input_value() == link
    assert traffic.errors == []


def test_a_link_opens_at_any_page_and_does_not_undo_later_work(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/export")
    wait_until_idle(page)
    link = page.get_by_label(LINK, exact=True).input_value().replace("/?p=", "/inspect?p=")
    page.goto("about:blank")
    page.goto(link)
    wait_until_idle(page)
    expect(page.get_by_text("Opened a link")).to_be_visible()
    expect(page.get_by_text("Sample 1 of 9, seed 7")).to_be_visible()
    page.wait_for_url(f"{server.url}/inspect")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_text("Opened a link")).to_have_count(0)
    go_to(page, "Pipeline")
    before = pictures(page, 10)
    page.get_by_role("button", name="New draw").click()
    later = until_changed(page, 10, before)
    page.go_back()
    wait_until_idle(page)
    go_to(page, "Pipeline")
    assert pictures(page, 10) == later


@pytest.mark.parametrize("text", ["cut", "<script>alert(1)</script>", "A" * 7000])
def test_a_damaged_link_gives_a_sentence_and_a_working_app(
    text: str, page: Page, server: Server, traffic: Traffic
) -> None:
    if text == "cut":
        page.goto(f"{server.url}/export")
        wait_until_idle(page)
        text = page.get_by_label(LINK, exact=True).input_value().partition("?p=")[2][:-9]
    page.goto(f"{server.url}/?p={text}")
    expect(page.get_by_test_id("stAlert").first).to_contain_text("link")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    before = pictures(page, 10)
    page.get_by_role("button", name="New draw").click()
    until_changed(page, 10, before)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    assert page.url == f"{server.url}/"
    assert traffic.errors == []


def open_own_cat(page: Page, server: Server) -> None:
    cat = sample_library.FOLDER / "cat"
    page.goto(f"{server.url}/images")
    wait_until_idle(page)
    files = [str(cat / name) for name in ("cat.jpg", "cat.json")]
    choose_files(page, files)
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()


def saved_project(page: Page, path: Path) -> Path:
    go_to(page, "Export")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save project").click()
    download.value.save_as(path)
    return path


def open_project(page: Page, server: Server, path: Path) -> None:
    page.goto(f"{server.url}/export")
    wait_until_idle(page)
    box = page.get_by_test_id("stFileUploader").filter(has_text="Project (zip)")
    choose_files(page, str(path), box=box)
    page.get_by_role("button", name="Open project").click()
    expect(page.get_by_test_id("stAlert").first).to_be_visible()
    wait_until_idle(page)


def test_a_project_opens_elsewhere_with_the_same_pictures_and_labels(
    page: Page, colleague: Page, server: Server, traffic: Traffic, tmp_path: Path
) -> None:
    open_own_cat(page, server)
    go_to(page, "Pipeline")
    before = pictures(page, 10)
    choose(page, "Add a step", "Solarize")
    own = until_changed(page, 10, before)
    path = saved_project(page, tmp_path / "project.zip")
    open_project(colleague, server, path)
    expect(colleague.get_by_text("Opened the project project.zip.")).to_be_visible()
    assert pictures(colleague, 10) == own
    expect(colleague.get_by_text("18 of 18 boxes kept")).to_be_visible()
    expect(colleague.get_by_role("combobox", name="Image")).to_have_value("cat.jpg")
    again = saved_project(colleague, tmp_path / "again.zip")
    assert path.read_bytes() == again.read_bytes()
    assert traffic.errors == []


def test_labels_of_a_project_without_pictures_wait_for_them(
    page: Page, colleague: Page, server: Server, tmp_path: Path
) -> None:
    open_own_cat(page, server)
    go_to(page, "Export")
    page.get_by_text("With my pictures").click()
    path = saved_project(page, tmp_path / "project.zip")
    assert not [name for name in zipfile.ZipFile(path).namelist() if name.startswith("images/")]
    open_project(colleague, server, path)
    expect(colleague.get_by_text("Labels wait for pictures that are not in the project: cat.jpg")).to_be_visible()
    go_to(colleague, "Images and labels")
    choose_files(colleague, str(sample_library.FOLDER / "cat" / "cat.jpg"))
    colleague.get_by_role("button", name="Open", exact=True).click()
    expect(colleague.get_by_test_id("stDataFrame")).to_be_visible()
    go_to(colleague, "Pipeline")
    expect(colleague.get_by_text("18 of 18 boxes kept")).to_be_visible()


def test_a_file_that_is_no_project_gets_its_sentence_and_the_work_stays(
    page: Page, server: Server, tmp_path: Path
) -> None:
    hostile = json.dumps({"version": 1, "shared": {"version": 1, "spec": {"steps": [{"name": "eval", "id": "e"}]}}})
    for inside, text, sentence in (
        ("a.txt", "x", "this zip is no project of augviz"),
        ("settings.json", hostile, "pipeline.yaml: the file is missing in the project"),
    ):
        path = tmp_path / "project.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(inside, text)
        open_project(page, server, path)
        expect(page.get_by_test_id("stAlert").last).to_contain_text(sentence)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        go_to(page, "Pipeline")
        expect(tiles(page)).to_have_count(10)
