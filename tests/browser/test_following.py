"""The pictures follow the finger, and what was taken in hand stays: drag, fallback, drafts, pins, undo, reload."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.serving import Server, Traffic, choose_files, go_to, wait_until_idle
from tests.browser.test_journeys import open_workbench, row, tiles

pytestmark = pytest.mark.browser

ROUTE = "**/augviz/follow"

CHANGED_AND_IDLE = """before => [...document.querySelectorAll('*')].some(node => {
  const gallery = node.shadowRoot && node.shadowRoot.querySelector('.gallery');
  return gallery && !('asking' in gallery.dataset)
    && [...gallery.querySelectorAll('img')].map(image => image.dataset.key).join() !== before;
})"""
"""The tiles show something else than before, and nothing more is asked for."""


def keys(page: Page) -> list[str]:
    """What each tile shows, by name."""
    return tiles(page).evaluate_all("images => images.map(image => image.dataset.key)")


def watch_frames(page: Page) -> None:
    """Note every gallery that is shown from now on."""
    page.locator(".augviz.gallery").evaluate(
        """gallery => {
          window.frames_seen = [];
          new MutationObserver(() => window.frames_seen.push(
            [...gallery.querySelectorAll('img')].map(image => image.dataset.key).join()
          )).observe(gallery, { attributes: true, attributeFilter: ['data-rev'] });
        }"""
    )


def slider_of(page: Page, step: str, name: str) -> Locator:
    """A slider of a step that is opened for it."""
    row(page, step).first.click()
    found = page.get_by_test_id("stSidebar").get_by_role("slider", name=name).last
    found.wait_for()
    wait_until_idle(page)
    return found


def drag(page: Page, slider: Locator, to: list[float]) -> None:
    """Take the thumb and move it over these parts of the track's width, without letting go.

    After each move the pictures are awaited, as a person does who looks at them.
    """
    slider.scroll_into_view_if_needed()
    thumb, track = slider.bounding_box(), slider.locator("xpath=ancestor::*[@role='group'][1]").bounding_box()
    assert thumb is not None
    assert track is not None
    y = thumb["y"] + thumb["height"] / 2
    page.mouse.move(thumb["x"] + thumb["width"] / 2, y)
    page.mouse.down()
    for part in to:
        before = keys(page)
        page.mouse.move(track["x"] + part * track["width"], y)
        page.wait_for_function(CHANGED_AND_IDLE, arg=",".join(before))


def let_go(page: Page) -> list[str]:
    """Let go, and wait until the page has caught up."""
    page.mouse.up()
    expect(page.locator(".augviz.gallery")).not_to_have_attribute("data-ahead", "")
    wait_until_idle(page)
    return keys(page)


def remove(page: Page, step: str) -> None:
    """Take a step out of the pipeline."""
    row(page, step).first.click()
    wait_until_idle(page)
    row(page, step).first.press("Delete")
    expect(row(page, step)).to_have_count(0)


def test_the_gallery_follows_a_dragged_slider(page: Page, server: Server, traffic: Traffic) -> None:
    open_workbench(page, server)
    slider = slider_of(page, "ColorJitter", "Brightness")
    start = keys(page)
    watch_frames(page)
    drag(page, slider, [0.5, 0.6, 0.7, 0.8])
    seen = set(page.evaluate("window.frames_seen"))
    assert len(seen) >= 4, "each place of the thumb has shown its own gallery"
    at_the_end = keys(page)
    assert at_the_end[0] == start[0], "the original stands still"
    assert let_go(page) == at_the_end, "what was shown under the finger is what the page shows"
    page.reload()
    wait_until_idle(page)
    expect(tiles(page)).to_have_count(10)
    assert keys(page) == at_the_end, "and what a fresh run gives"
    assert not traffic.errors
    assert not traffic.failed


def test_only_what_the_slider_touches_moves(page: Page, server: Server) -> None:
    open_workbench(page, server)
    slider = slider_of(page, "GaussianBlur", "Sigma")
    before = keys(page)
    drag(page, slider, [0.9])
    during = keys(page)
    let_go(page)
    moved = sum(a != b for a, b in zip(before, during, strict=True))
    assert 0 < moved < 9, "a blur that fires in a third of the samples leaves the others alone"


def test_the_limit_of_visibility_is_followed_as_well(page: Page, server: Server) -> None:
    open_workbench(page, server)
    page.get_by_role("combobox", name="Add a step").fill("RandomCropFromBorders")
    page.keyboard.press("Enter")
    expect(row(page, "RandomCropFromBorders")).to_have_count(1)
    wait_until_idle(page)
    page.get_by_role("button", name="Label rules").click()
    slider = page.get_by_role("slider", name="min_visibility")
    slider.wait_for()
    wait_until_idle(page)
    drag(page, slider, [0.99])
    during = keys(page)
    assert let_go(page) == during
    expect(page.get_by_text("dropped by")).to_be_visible()


def test_without_the_route_the_page_works_as_before(page: Page, server: Server) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=503, body="too many")

    page.route(ROUTE, refuse)
    open_workbench(page, server)
    slider = slider_of(page, "ColorJitter", "Brightness")
    before = keys(page)
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(tiles(page).nth(1)).to_be_visible()
    page.wait_for_function(CHANGED_AND_IDLE, arg=",".join(before))


def test_a_key_press_asks_once_and_shows_the_same_as_the_page(page: Page, server: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/augviz/follow" in request.url else None)
    open_workbench(page, server)
    slider = slider_of(page, "ColorJitter", "Brightness")
    watch_frames(page)
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => window.frames_seen.length >= 2")
    expect(page.locator(".augviz.gallery")).not_to_have_attribute("data-ahead", "")
    wait_until_idle(page)
    assert len(asked) == 1
    assert len(set(page.evaluate("window.frames_seen"))) <= 2, "no third gallery between the route's and the page's"


def _large_photo() -> bytes:
    pixels = np.random.default_rng(3).integers(0, 256, (150, 200, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).resize((2000, 1500)).save(out, "JPEG", quality=80)
    return out.getvalue()


def test_a_large_photo_is_followed_as_a_draft_that_says_so(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/images")
    wait_until_idle(page)
    choose_files(page, {"name": "large.jpg", "mimeType": "image/jpeg", "buffer": _large_photo()})
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_text("2000 × 1500").or_(page.get_by_test_id("stDataFrame")).first.wait_for()
    go_to(page, "Pipeline")
    expect(tiles(page)).to_have_count(10)
    wait_until_idle(page)
    slider = slider_of(page, "ColorJitter", "Brightness")
    drag(page, slider, [0.7])
    expect(page.locator(".augviz.gallery .badge", has_text="draft")).to_have_count(9)
    let_go(page)
    expect(page.locator(".augviz.gallery .badge", has_text="draft")).to_have_count(0)


def test_a_pinned_sample_stays_through_new_draws_and_images(page: Page, server: Server) -> None:
    open_workbench(page, server)
    pinned = keys(page)[3]
    page.locator(".grid li").nth(3).hover()
    page.get_by_role("button", name=re.compile("^Keep this sample in view: #3")).click()
    expect(page.locator(".grid li").nth(1).locator("img")).to_have_attribute("data-key", pinned)
    assert keys(page).count(pinned) == 1, "it is not shown a second time at its old place"
    page.get_by_role("button", name="New draw").click()
    expect(page.locator(".grid .caption").nth(1)).to_have_text(re.compile("^Pinned"))
    expect(tiles(page)).to_have_count(11)
    page.locator(".grid li").nth(1).get_by_role("button", name=re.compile("^Augmented sample")).click()
    expect(page.get_by_text("Pinned sample of cat")).to_be_visible()
    go_to(page, "Pipeline")
    expect(tiles(page)).to_have_count(11)
    page.locator(".grid li").nth(1).get_by_role("button", name=re.compile("^Augmented sample")).press("k")
    expect(tiles(page)).to_have_count(10)


def test_quick_undo_takes_every_edit_back_and_redo_brings_it_again(page: Page, server: Server) -> None:
    open_workbench(page, server)
    before = keys(page)
    for step in ("HorizontalFlip", "RandomRotate90", "ColorJitter"):
        row(page, step).first.click()
        wait_until_idle(page)
        row(page, step).first.press("o")
        expect(page.get_by_role("button", name="Undo")).to_have_attribute("title", re.compile(f": {step} switched off"))
        wait_until_idle(page)
    after = keys(page)
    assert after != before
    for _round in range(4):
        for _ in range(3):
            page.keyboard.press("Control+z")
        expect(page.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "true")
        expect(tiles(page).nth(2)).to_have_attribute("data-key", before[2])
        wait_until_idle(page)
        assert keys(page) == before
        for _ in range(3):
            page.keyboard.press("Control+Shift+z")
        expect(page.get_by_role("button", name="Redo")).to_have_attribute("aria-disabled", "true")
        expect(tiles(page).nth(2)).to_have_attribute("data-key", after[2])
        wait_until_idle(page)
        assert keys(page) == after


def test_a_version_is_chosen_from_the_list(page: Page, server: Server) -> None:
    open_workbench(page, server)
    before = keys(page)
    remove(page, "HorizontalFlip")
    wait_until_idle(page)
    page.get_by_role("button", name="History").click()
    expect(page.get_by_role("menuitemradio", name="HorizontalFlip removed")).to_have_attribute("aria-checked", "true")
    page.get_by_role("menuitemradio", name=re.compile("^Began with")).click()
    expect(row(page, "HorizontalFlip")).to_have_count(1)
    wait_until_idle(page)
    assert keys(page) == before
    assert page.get_by_role("button", name="Redo").get_attribute("aria-disabled") == "false"


def test_reset_to_the_starting_point_is_an_edit_that_can_be_undone(page: Page, server: Server) -> None:
    open_workbench(page, server)
    remove(page, "GaussianBlur")
    page.get_by_role("button", name="History").click()
    page.get_by_role("menuitem", name="Reset to starting point").click()
    expect(row(page, "GaussianBlur")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "GaussianBlur")).to_have_count(0)


def test_undo_belongs_to_the_text_field_while_one_types(page: Page, server: Server) -> None:
    open_workbench(page, server)
    remove(page, "GaussianBlur")
    page.get_by_test_id("stNumberInputField").first.focus()
    page.keyboard.press("Control+z")
    wait_until_idle(page)
    expect(row(page, "GaussianBlur")).to_have_count(0)


def test_a_reload_goes_on_where_one_was(page: Page, server: Server) -> None:
    open_workbench(page, server)
    remove(page, "RandomRotate90")
    wait_until_idle(page)
    first = keys(page)
    page.get_by_role("button", name="New draw").click()
    expect(tiles(page).nth(1)).not_to_have_attribute("data-key", first[1])  # before that, nothing runs yet
    wait_until_idle(page)
    before = keys(page)
    page.reload()
    wait_until_idle(page)
    expect(tiles(page)).to_have_count(10)
    expect(row(page, "RandomRotate90")).to_have_count(0)
    assert keys(page) == before
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "RandomRotate90")).to_have_count(1)


def test_a_reload_without_cookies_goes_on_as_well(page: Page, context: BrowserContext, server: Server) -> None:
    open_workbench(page, server)
    remove(page, "RandomRotate90")
    wait_until_idle(page)
    page.goto("about:blank")
    context.clear_cookies()
    page.goto(server.url)
    expect(row(page, "HorizontalFlip")).to_have_count(1)
    expect(row(page, "RandomRotate90")).to_have_count(0)


def test_another_visitor_does_not_get_it(page: Page, context: BrowserContext, server: Server) -> None:
    open_workbench(page, server)
    remove(page, "RandomRotate90")
    wait_until_idle(page)
    assert context.browser is not None
    other = context.browser.new_context()
    tab = other.new_page()
    open_workbench(tab, server)
    expect(row(tab, "RandomRotate90")).to_have_count(1)
    other.close()
