"""The picture components in a real browser, on a page of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, WebSocket, expect

from tests.browser.pages_for_gallery.hostile import HOSTILE
from tests.browser.serving import ROOT, Server, serving, wait_until_idle

pytestmark = pytest.mark.browser

SCRIPT = "tests/browser/pages_for_gallery/pictures.py"
LAYER_GROUPS = {"Boxes": ".boxes", "Masks": ".masks:not(:empty)", "Keypoints": ".keypoints", "Names": ".names"}
SQUARE = 2
TALL = 3


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    log = tmp_path_factory.mktemp("pictures") / "log.txt"
    with serving(["streamlit", "run", SCRIPT, "--server.port", "{port}"], ROOT, log) as running:
        yield running


class Tab:
    """A tab with the page open, and what went over its websocket."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.sent = 0
        self.errors: list[str] = []
        page.on("websocket", self._on_socket)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.goto(url)
        for name in ("gallery", "filmstrip"):
            page.wait_for_selector(f".{name}[data-painted]")
        wait_until_idle(page)
        self.gallery = page.locator(".gallery")
        self.tiles = self.gallery.locator("button.tile")

    def _on_socket(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda _: setattr(self, "sent", self.sent + 1))

    def switch(self, name: str) -> Locator:
        return self.gallery.get_by_role("button", name=name, exact=True)

    def turn_slider(self) -> None:
        """Move the slider one step and wait until new tiles are painted."""
        before = self.gallery.get_attribute("data-painted")
        self.page.get_by_role("slider").press("ArrowRight")
        expect(self.gallery).not_to_have_attribute("data-painted", before or "")


@pytest.fixture
def tab(context: BrowserContext, pictures: Server) -> Tab:
    return Tab(context.new_page(), pictures.url)


def rect(locator: Locator) -> dict[str, float]:
    return locator.evaluate("n => (({x, y, width, height}) => ({x, y, width, height}))(n.getBoundingClientRect())")


def test_all_tiles_are_painted_without_an_error(tab: Tab) -> None:
    expect(tab.tiles).to_have_count(9)
    images = tab.gallery.locator("img")
    assert images.evaluate_all("all => all.map(i => i.complete && i.naturalWidth > 0)") == [True] * 9
    assert all(images.evaluate_all("all => all.map(i => i.dataset.key)")), "each says what it shows"
    expect(tab.gallery).to_have_attribute("data-painted", tab.gallery.get_attribute("data-rev") or "")
    assert tab.errors == []


@pytest.mark.parametrize("layer", LAYER_GROUPS)
def test_layer_is_switched_in_the_browser_alone_and_stays_so(tab: Tab, layer: str) -> None:
    group = tab.gallery.locator(LAYER_GROUPS[layer]).first
    expect(tab.switch(layer)).to_have_attribute("aria-pressed", "true")
    expect(group).to_be_visible()
    sent = tab.sent
    tab.switch(layer).click()
    expect(tab.switch(layer)).to_have_attribute("aria-pressed", "false")
    assert group.evaluate("n => getComputedStyle(n).display") == "none"
    assert tab.sent == sent
    tab.turn_slider()
    assert group.evaluate("n => getComputedStyle(n).display") == "none"
    tab.page.reload()
    tab.page.wait_for_selector(".gallery[data-painted]")
    expect(tab.switch(layer)).to_have_attribute("aria-pressed", "false")


def test_switch_holds_for_every_picture_of_the_page(tab: Tab) -> None:
    tab.switch("Boxes").click()
    for place in (".picture", ".filmstrip"):
        group = tab.page.locator(f"{place} .boxes").first
        assert group.evaluate("n => getComputedStyle(n).display") == "none"


def test_only_layers_that_exist_are_offered(tab: Tab) -> None:
    cat = tab.page.locator(".picture").first
    expect(cat.get_by_role("button", name="Keypoints")).to_be_visible()
    expect(cat.get_by_role("button", name="Masks")).to_be_hidden()


@pytest.mark.parametrize("how", ["click", "Enter", "Space"])
def test_opening_a_tile_tells_its_place(tab: Tab, how: str) -> None:
    tile = tab.tiles.nth(5)
    tile.click() if how == "click" else tile.press(how)
    expect(tab.page.get_by_text("opened: 5")).to_be_visible()


def test_opening_a_frame_tells_its_place(tab: Tab) -> None:
    tab.page.locator(".filmstrip button.tile").nth(2).click()
    expect(tab.page.get_by_text("frame: 2")).to_be_visible()


def test_arrow_keys_walk_through_the_tiles(tab: Tab) -> None:
    tab.tiles.nth(0).focus()
    per_row = tab.tiles.evaluate_all(
        "all => all.filter(t => t.getBoundingClientRect().top === all[0].getBoundingClientRect().top).length"
    )
    for key, expected in [("ArrowRight", 1), ("ArrowDown", 1 + per_row), ("ArrowUp", 1), ("End", 8), ("Home", 0)]:
        tab.page.keyboard.press(key)
        expect(tab.tiles.nth(expected)).to_be_focused()
    assert tab.tiles.evaluate_all("all => all.filter(t => t.tabIndex === 0).length") == 1


def test_focus_survives_new_pictures(tab: Tab) -> None:
    before = tab.tiles.nth(4).element_handle()
    tab.turn_slider()
    tab.tiles.nth(4).focus()
    tab.page.evaluate("window.scrollTo(0, 0)")
    tab.tiles.nth(4).press("Enter")
    expect(tab.page.get_by_text("opened: 4")).to_be_visible()
    expect(tab.tiles.nth(4)).to_be_focused()
    assert before.evaluate("n => n.isConnected")


def test_names_are_text_and_nothing_else(tab: Tab) -> None:
    expect(tab.tiles.nth(SQUARE).locator(".caption")).to_have_text(HOSTILE)
    expect(tab.tiles.nth(SQUARE).locator("text")).to_contain_text("<img src=x")
    assert tab.page.evaluate("window.harmed") is None
    assert tab.gallery.locator("img").count() == 9


@pytest.mark.parametrize("place", [SQUARE, TALL])
@pytest.mark.parametrize("width", [1440, 800])
def test_box_lies_exactly_on_what_it_marks(tab: Tab, place: int, width: int) -> None:
    """The square fills the second quarter of each side, so the box must do so on the screen."""
    tab.page.set_viewport_size({"width": width, "height": 900})
    tile = tab.tiles.nth(place)
    image, cell = rect(tile.locator("img")), rect(tile.locator(".cell"))
    box = rect(tile.locator(".boxes path:not(.casing)"))
    assert image["width"] / image["height"] == pytest.approx(400 / 200 if place == SQUARE else 120 / 360, rel=0.01)
    for side, start in (("width", "x"), ("height", "y")):
        assert image[side] <= cell[side] + 0.5
        assert image[start] + image[side] / 2 == pytest.approx(cell[start] + cell[side] / 2, abs=0.6)
        assert box[start] - image[start] == pytest.approx(image[side] / 4, abs=0.6)
        assert box[side] == pytest.approx(image[side] / 4, abs=0.6)


def test_cells_are_equal_and_as_many_as_fit(tab: Tab) -> None:
    for width, least in ((1440, 4), (800, 3)):
        tab.page.set_viewport_size({"width": width, "height": 900})
        cells = [rect(tab.tiles.nth(i).locator(".cell")) for i in range(9)]
        assert len({(round(c["width"], 1), round(c["height"], 1)) for c in cells}) == 1
        assert len({round(c["x"]) for c in cells}) >= least
        assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_old_picture_stays_until_the_new_one_can_be_shown(tab: Tab) -> None:
    """Loading is held up; meanwhile every picture on the page is the old one, whole."""
    tab.page.evaluate("""() => {
        window.held = new Promise(free => { window.free = free; });
        Object.defineProperty(HTMLImageElement.prototype, 'onload', {
            set(told) { this.addEventListener('load', event => window.held.then(() => told(event))); },
        });
    }""")
    before = tab.gallery.locator("img").evaluate_all("all => all.map(i => i.src)")
    revision = tab.gallery.get_attribute("data-rev")
    tab.page.get_by_role("slider").press("ArrowRight")
    expect(tab.gallery).not_to_have_attribute("data-rev", revision or "")
    images = tab.gallery.locator("img")
    assert images.evaluate_all("all => all.map(i => i.src)") == before
    assert images.evaluate_all("all => all.every(i => i.complete && i.naturalWidth > 0)")
    assert tab.gallery.get_attribute("data-painted") == revision
    tab.page.evaluate("window.free()")
    expect(tab.gallery).not_to_have_attribute("data-painted", revision or "")
    assert images.evaluate_all("all => all.map(i => i.src)") != before


def test_tiles_that_look_the_same_keep_their_picture(tab: Tab) -> None:
    """The browser keeps the node, so there is nothing to decode and nothing can flicker."""
    tab.gallery.locator("img").evaluate_all("all => all.forEach((i, k) => { i.mark = k; })")
    sources = tab.gallery.locator("img").evaluate_all("all => all.map(i => i.src)")
    tab.turn_slider()
    kept = tab.gallery.locator("img").evaluate_all(
        "(all, old) => all.map((i, k) => [i.src === old[k], i.mark === k])", sources
    )
    assert all(same_picture == same_node for same_picture, same_node in kept)


CONTRAST = """n => {
    const shade = name => getComputedStyle(n)[name];
    const numbers = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number);
    const light = rgb => rgb.map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [.2126, .7152, .0722][i], 0);
    let back = n;
    while (getComputedStyle(back).backgroundColor === 'rgba(0, 0, 0, 0)') back = back.parentElement;
    const both = [shade('color'), getComputedStyle(back).backgroundColor].map(text => light(numbers(text)));
    const [a, b] = both.sort((x, y) => y - x);
    return (a + .05) / (b + .05);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_can_be_read_in_both_themes(context: BrowserContext, pictures: Server, scheme: Any) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)
    tab = Tab(page, pictures.url)
    for words in (
        ".gallery .caption",
        ".gallery .badge",
        ".gallery .badge.alarm",
        ".filmstrip .state",
        ".filmstrip .line",
    ):
        for found in page.locator(words).all():
            if found.inner_text():
                assert found.evaluate(CONTRAST) >= 4.5, words
    assert tab.errors == []


def test_picture_without_an_image_shows_what_it_would_be(tab: Tab) -> None:
    failed = tab.page.locator(".filmstrip button.tile").last
    expect(failed.locator("img")).to_have_class("broken")
    expect(failed.locator("img")).to_have_attribute("alt", "Picture of a step that gave none")


class TestPicture:
    @pytest.fixture
    def large(self, tab: Tab) -> Locator:
        tab.page.wait_for_selector(".picture[data-painted]")
        return tab.page.locator(".picture").first

    def test_keys_zoom_and_zero_shows_all(self, large: Locator) -> None:
        view = large.locator(".view")
        whole = rect(large.locator("img"))["width"]
        view.press("+")
        assert rect(large.locator("img"))["width"] == pytest.approx(whole * 1.5, rel=0.01)
        view.press("0")
        assert rect(large.locator("img"))["width"] == pytest.approx(whole, rel=0.01)

    def test_wheel_keeps_the_point_under_the_pointer(self, tab: Tab, large: Locator) -> None:
        before = rect(large.locator("img"))
        x, y = before["x"] + before["width"] * 0.3, before["y"] + before["height"] * 0.4
        tab.page.mouse.click(x, y)
        tab.page.mouse.wheel(0, -600)
        expect(large.locator(".view")).not_to_have_attribute("data-zoom", "1")
        after = rect(large.locator("img"))
        assert (x - after["x"]) / after["width"] == pytest.approx(0.3, abs=0.01)
        assert (y - after["y"]) / after["height"] == pytest.approx(0.4, abs=0.01)

    def test_wheel_scrolls_the_page_until_the_picture_is_taken_hold_of(self, tab: Tab, large: Locator) -> None:
        box = rect(large.locator(".view"))
        tab.page.mouse.move(box["x"] + 50, box["y"] + 50)
        tab.page.mouse.wheel(0, -300)
        expect(large.locator(".said")).to_have_text("Click the picture to zoom with the wheel")
        expect(large.locator(".view")).to_have_attribute("data-zoom", "1")

    def test_dragging_moves_and_linked_picture_follows(self, tab: Tab, large: Locator) -> None:
        large.get_by_role("button", name="Zoom in").click()
        other = tab.page.locator(".picture").nth(1)
        expect(other.locator(".view")).to_have_attribute("data-zoom", "1.5")
        box, start = rect(large.locator(".view")), rect(large.locator("img"))
        tab.page.mouse.move(box["x"] + 200, box["y"] + 150)
        tab.page.mouse.down()
        tab.page.mouse.move(box["x"] + 150, box["y"] + 130)
        tab.page.mouse.up()
        end = rect(large.locator("img"))
        assert (end["x"] - start["x"], end["y"] - start["y"]) == (pytest.approx(-50, abs=1), pytest.approx(-20, abs=1))

    def test_pixels_are_squares_when_they_are_large(self, large: Locator) -> None:
        image = large.locator("img")
        assert image.evaluate("n => getComputedStyle(n).imageRendering") == "auto"
        for _ in range(4):
            large.locator(".view").press("+")
        assert image.evaluate("n => getComputedStyle(n).imageRendering") == "pixelated"

    def test_names_keep_their_size_when_the_picture_grows(self, large: Locator) -> None:
        before = rect(large.locator(".names rect").first)["height"]
        large.locator(".view").press("+")
        assert rect(large.locator(".names rect").first)["height"] == pytest.approx(before, abs=0.2)

    @pytest.mark.parametrize("how", ["hover", "focus"])
    def test_object_tells_its_name_and_size(self, large: Locator, how: str) -> None:
        box = large.locator(".boxes path:not(.casing)")
        box.hover(position={"x": 20, "y": 20}) if how == "hover" else box.focus()
        expect(large.locator(".said")).to_have_text("cat, 320 × 295 px")

    def test_arrows_walk_from_object_to_object(self, tab: Tab, large: Locator) -> None:
        large.locator(".boxes path:not(.casing)").focus()
        tab.page.keyboard.press("ArrowRight")
        expect(large.locator(".said")).to_have_text("right eye at 168, 112")
