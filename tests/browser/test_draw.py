"""Drawing labels as a person does it: with the mouse, with the keyboard alone, with fingers, and in the table."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, WebSocket, expect

from augviz.formats import rle
from augviz.images import encode_png
from tests.browser.serving import Server, Traffic, choose_files, go_to, wait_until_idle

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 200, 120
SHAPES = "() => [...[...window.augvizDrawings.values()].pop().shapes.values()].sort((a, b) => a.k - b.k)"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A picture without labels."""
    path = tmp_path / "field.png"
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    picture = np.stack([columns, rows * 2, 255 - columns], axis=2).astype(np.uint8)
    path.write_bytes(encode_png(cv2.GaussianBlur(picture, (0, 0), 2)))
    return path


def open_pictures(page: Page, server: Server, *files: Path) -> None:
    """Take files in, and open the first one on the page for drawing."""
    page.goto(f"{server.url}/images")
    wait_until_idle(page)
    choose_files(page, [str(file) for file in files], files[0].name)
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_role("button", name="Close all")).to_be_visible()
    wait_until_idle(page)
    go_to(page, "Draw labels")
    until_ready(page, files[0].name)


def until_ready(page: Page, name: str) -> None:
    wait_until_idle(page)
    expect(page.get_by_role("combobox", name="Image")).to_have_value(name)
    expect(root(page)).to_have_attribute("data-picture", re.compile(".+"))
    expect(root(page)).to_have_attribute("data-saved", "true")


def root(page: Page) -> Locator:
    return page.locator(".augviz.annotator")


def canvas(page: Page) -> Locator:
    return page.locator("#augviz-canvas")


def shapes(page: Page) -> list[dict[str, Any]]:
    """Every shape as the browser has it, once Python has confirmed all of them."""
    expect(root(page)).to_have_attribute("data-saved", "true")
    found: list[dict[str, Any]] = page.evaluate(SHAPES)
    return found


def on_screen(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a place of the picture lies in the window."""
    box = canvas(page).bounding_box()
    assert box is not None
    left, top, scale = (float(root(page).get_attribute(f"data-{name}") or 0) for name in ("left", "top", "scale"))
    border = 1
    return box["x"] + border + left + x * scale, box["y"] + border + top + y * scale


def drag(page: Page, *path: tuple[float, float]) -> None:
    page.mouse.move(*on_screen(page, *path[0]))
    page.mouse.down()
    for place in path[1:]:
        page.mouse.move(*on_screen(page, *place), steps=3)
    page.mouse.up()


def click(page: Page, x: float, y: float) -> None:
    page.mouse.click(*on_screen(page, x, y))


def use(page: Page, tool: str) -> None:
    button = root(page).get_by_role("button", name=tool, exact=True)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")


def call(page: Page, name: str) -> None:
    """Type the name of what is drawn next."""
    field = root(page).get_by_role("combobox")
    field.fill(name)
    field.press("Enter")


def coco(page: Page) -> dict[str, Any]:
    """The labels as the page hands them out."""
    page.get_by_role("button", name="Download the labels").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Labels as COCO JSON").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Labels as COCO JSON")).to_have_count(0)
    found: dict[str, Any] = json.loads(Path(download.value.path()).read_text())
    return found


def points_of(dataset: dict[str, Any]) -> dict[str, list[float]]:
    """Place of each keypoint in the coordinates of the house (COCO's are half a pixel less)."""
    names = {category["id"]: category.get("keypoints", []) for category in dataset["categories"]}
    return {
        name: [row["keypoints"][3 * i] + 0.5, row["keypoints"][3 * i + 1] + 0.5]
        for row in dataset["annotations"]
        for i, name in enumerate(names[row["category_id"]] if "keypoints" in row else [])
    }


def test_a_box_and_two_keypoints_go_through_the_pipeline_and_out_as_coco(
    page: Page, server: Server, traffic: Traffic, photo: Path
) -> None:
    open_pictures(page, server, photo)
    use(page, "Box")
    call(page, "cow")
    drag(page, (20, 30), (120, 100))
    use(page, "Keypoint")
    for name, x, y in (("left eye", 40, 50), ("right eye", 70.5, 52.5)):
        call(page, name)
        click(page, x, y)
    box, left, right = shapes(page)
    assert (box["t"], box["n"], left["n"], right["n"]) == ("box", "cow", "left eye", "right eye")
    np.testing.assert_allclose(box["p"], [20, 30, 120, 100], atol=0.2)
    assert left["o"] == right["o"] == box["o"]  # the points lie in the box
    dataset = coco(page)
    (row,) = dataset["annotations"]
    x1, y1, x2, y2 = box["p"]
    np.testing.assert_allclose(row["bbox"], [x1, y1, x2 - x1, y2 - y1], atol=1e-3)
    found = points_of(dataset)
    np.testing.assert_allclose([found["left eye"], found["right eye"]], [left["p"], right["p"]], atol=1e-3)
    page.get_by_role("link", name="Use it in the pipeline").click()
    tiles = page.locator(".augviz.gallery .tile")
    expect(tiles).to_have_count(10)
    expect(tiles.first.locator(".keypoints circle")).to_have_count(2)
    expect(tiles.first.locator(".boxes path:not(.casing)")).to_have_count(1)
    expect(page.get_by_text("boxes kept")).to_be_visible()
    go_to(page, "Draw labels")
    until_ready(page, photo.name)
    assert shapes(page) == [box, left, right]
    assert traffic.errors == []
    assert traffic.outside == []


def test_the_same_with_the_keyboard_alone(page: Page, server: Server, photo: Path) -> None:
    open_pictures(page, server, photo)
    focused = (
        "() => { let e = document.activeElement; while (e.shadowRoot) e = e.shadowRoot.activeElement; return e.id }"
    )
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(focused) == "augviz-canvas":
            break
    expect(canvas(page)).to_be_focused()
    keys = page.keyboard
    keys.press("b")
    keys.press("Enter")  # in the middle, 100, 60
    press(page, "Shift+ArrowLeft", 3)
    press(page, "Shift+ArrowUp", 2)
    press(page, "ArrowUp", 5)
    keys.press("Enter")
    keys.press("k")
    keys.press("n")
    keys.press("Control+a")
    keys.type("left_eye")
    keys.press("Enter")
    press(page, "ArrowRight", 4)
    keys.press("Space")
    keys.press("n")
    keys.press("Control+a")
    keys.type("right_eye")
    keys.press("Enter")
    press(page, "Shift+ArrowRight", 1)
    keys.press("Enter")
    box, left, right = shapes(page)
    assert box["p"] == [70, 35, 100, 60]
    assert (left["n"], left["p"], left["o"]) == ("left_eye", [74, 35], box["o"])
    assert (right["n"], right["p"]) == ("right_eye", [84, 35])
    keys.press("v")
    keys.press("Escape")
    keys.press("Tab")
    expect(root(page)).to_have_attribute("data-selected", str(box["k"]))
    press(page, "ArrowDown", 2)
    keys.press("Alt+Shift+ArrowRight")
    assert shapes(page)[0]["p"] == [70, 37, 110, 62]
    press(page, "Tab", 3)  # the last one leaves the picture
    expect(canvas(page)).not_to_be_focused()
    keys.press("Shift+Tab")
    expect(canvas(page)).to_be_focused()
    keys.press("Delete")
    assert len(shapes(page)) == 2
    names = {point["name"] for point in [{"name": name} for name in points_of(coco(page))]}
    assert names == {"left_eye"}


def press(page: Page, key: str, times: int) -> None:
    for _ in range(times):
        page.keyboard.press(key)


def test_fingers_draw_and_two_of_them_zoom(browser: Browser, server: Server, photo: Path) -> None:
    visitor = browser.new_context(viewport={"width": 800, "height": 1000}, has_touch=True)
    visitor.set_default_timeout(30_000)
    page = visitor.new_page()
    open_pictures(page, server, photo)
    hand = visitor.new_cdp_session(page)

    def touch(kind: str, *places: tuple[float, float]) -> None:
        points = [dict(zip("xy", on_screen(page, *place), strict=True), id=i) for i, place in enumerate(places)]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    use(page, "Box")
    canvas(page).scroll_into_view_if_needed()
    touch("touchStart", (30, 20))
    touch("touchMove", (60, 50))
    touch("touchMove", (90, 80))
    touch("touchEnd")
    (box,) = shapes(page)
    np.testing.assert_allclose(box["p"], [30, 20, 90, 80], atol=0.6)
    use(page, "Keypoint")
    page.touchscreen.tap(*on_screen(page, 50, 40))
    assert [shape["t"] for shape in shapes(page)] == ["box", "point"]
    use(page, "Box")
    places = [on_screen(page, 90, 60), on_screen(page, 110, 60)]
    for kind, spread in (("touchStart", 0), ("touchMove", 40), ("touchMove", 80)):
        points = [
            {"x": places[0][0] - spread, "y": places[0][1], "id": 0},
            {"x": places[1][0] + spread, "y": places[1][1], "id": 1},
        ]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    touch("touchEnd")
    page.wait_for_function("e => Number(e.dataset.zoom) > 1.3", arg=root(page).element_handle())
    assert len(shapes(page)) == 2  # nothing was drawn by that
    visitor.close()


def test_a_polygon_is_drawn_reshaped_and_undone(page: Page, server: Server, photo: Path) -> None:
    open_pictures(page, server, photo)
    use(page, "Polygon")
    for x, y in ((20, 20), (80, 20), (80, 60), (20, 60)):
        click(page, x, y)
    page.keyboard.press("Enter")
    (ring,) = shapes(page)
    assert ring["t"] == "polygon"
    np.testing.assert_allclose(ring["p"], [20, 20, 80, 20, 80, 60, 20, 60], atol=0.2)
    use(page, "Select")
    drag(page, (80, 60), (110, 90))
    np.testing.assert_allclose(shapes(page)[0]["p"][4:6], [110, 90], atol=0.2)
    page.mouse.dblclick(*on_screen(page, 50, 20))
    assert len(shapes(page)[0]["p"]) == 10
    page.keyboard.press("Control+z")
    assert len(shapes(page)[0]["p"]) == 8
    page.keyboard.press("Control+z")
    assert shapes(page)[0]["p"] == ring["p"]
    page.keyboard.press("Control+z")
    assert shapes(page) == []
    press(page, "Control+Shift+z", 2)
    (again,) = shapes(page)
    np.testing.assert_allclose(again["p"][4:6], [110, 90], atol=0.2)
    size = (HEIGHT, WIDTH)
    mask = rle.decode(rle.counts_of(coco(page)["annotations"][0]["segmentation"]["counts"]), size)
    assert mask is not None
    assert (mask.left, mask.top) == (20, 20)


def decoded(shape: dict[str, Any]) -> np.ndarray:
    left, top, width, height = shape["w"]
    mask = np.zeros((HEIGHT, WIDTH), bool)
    runs = np.repeat(np.arange(len(shape["r"])) % 2 == 1, shape["r"])
    mask[top : top + height, left : left + width] = runs.reshape(height, width)
    return mask


def test_brush_and_eraser_set_and_clear_the_pixels_under_them(page: Page, server: Server, photo: Path) -> None:
    open_pictures(page, server, photo)
    use(page, "Brush")
    drag(page, (40, 60), (100, 60))
    (stroke,) = shapes(page)
    painted = decoded(stroke)
    rows, columns = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    away = np.hypot(columns - np.clip(columns, 40, 100), rows - 60)
    assert painted[away < 9.5].all()
    assert not painted[away > 10.5].any()
    page.keyboard.press("]")
    expect(root(page).get_by_text("Brush: 22 px")).to_be_visible()
    use(page, "Eraser")
    drag(page, (70, 40), (70, 80))
    (halves,) = shapes(page)
    assert halves["k"] == stroke["k"]
    rubbed = np.abs(columns - 70) < 10.5
    assert not decoded(halves)[rubbed].any()
    np.testing.assert_array_equal(decoded(halves)[np.abs(columns - 70) > 11.5], painted[np.abs(columns - 70) > 11.5])
    segmentation = coco(page)["annotations"][0]["segmentation"]
    window = rle.decode(rle.counts_of(segmentation["counts"]), (HEIGHT, WIDTH))
    assert window is not None
    assert int(window.mask.sum()) == int(decoded(halves).sum())
    canvas(page).focus()
    press(page, "Control+z", 2)
    assert shapes(page) == []


def test_a_box_is_resized_by_its_handles_moved_and_nudged(page: Page, server: Server, photo: Path) -> None:
    open_pictures(page, server, photo)
    use(page, "Box")
    drag(page, (40, 40), (80, 80))
    use(page, "Select")
    drag(page, (80, 80), (100, 90))
    drag(page, (40, 65), (30, 65))
    np.testing.assert_allclose(shapes(page)[0]["p"], [30, 40, 100, 90], atol=0.2)
    before = shapes(page)[0]["p"]
    drag(page, (60, 60), (75, 50))
    after = shapes(page)[0]["p"]
    np.testing.assert_allclose(np.subtract(after, before), [15, -10, 15, -10], atol=0.3)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    np.testing.assert_allclose(np.subtract(shapes(page)[0]["p"], after), [1, 10, 1, 10], atol=1e-6)
    press(page, "Shift+ArrowLeft", 30)  # as far as the edge of the picture, and no further
    assert shapes(page)[0]["p"][0] == 0
    page.keyboard.press("Control+z")  # all nudges together
    assert shapes(page)[0]["p"] == after


def test_what_is_typed_in_the_table_moves_the_box_and_can_be_undone(page: Page, server: Server, photo: Path) -> None:
    open_pictures(page, server, photo)
    use(page, "Box")
    drag(page, (40, 40), (80, 80))
    before = shapes(page)[0]["p"]
    grid = page.get_by_test_id("data-grid-canvas").first
    grid.scroll_into_view_if_needed()
    wait_until_idle(page)
    grid.click(position={"x": 60, "y": 52}, delay=50, force=True)
    press(page, "ArrowRight", 2)
    page.keyboard.press("Enter")
    cell = page.locator(".gdg-clip-region input")
    cell.fill("12.25")
    cell.press("Enter")
    page.wait_for_function(f"() => ({SHAPES})()[0].p[0] === 12.25")
    assert shapes(page)[0]["p"] == [12.25, *before[1:]]
    root(page).get_by_role("button", name="Undo").click()
    assert shapes(page)[0]["p"] == before


def test_a_sample_image_is_copied_before_it_is_changed(page: Page, server: Server, traffic: Traffic) -> None:
    page.goto(f"{server.url}/draw")
    wait_until_idle(page)
    expect(root(page)).to_have_attribute("data-count", "6")
    expect(page.get_by_text("it becomes a copy among your own images")).to_be_visible()
    expect(page.get_by_role("button", name="Suggest pairs")).to_be_enabled()
    canvas(page).focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Delete")
    expect(page.get_by_role("combobox", name="Image")).to_have_value("cat drawn.jpg")
    assert len(shapes(page)) == 5
    page.get_by_role("button", name="Suggest pairs").click()
    expect(page.get_by_role("button", name="Suggest pairs")).to_be_disabled()  # both names are paired now
    wait_until_idle(page)
    box = page.get_by_role("combobox", name="Image")
    box.click()
    box.fill("Cat")
    page.get_by_role("option", name="Cat", exact=True).click()
    expect(root(page)).to_have_attribute("data-count", "6")  # the sample image itself is as it was
    assert traffic.errors == []


def test_a_colour_is_chosen_for_a_class_and_stays(page: Page, server: Server, photo: Path) -> None:
    open_pictures(page, server, photo)
    use(page, "Box")
    call(page, "cow")
    drag(page, (40, 40), (80, 80))
    assert len(shapes(page)) == 1
    swatch = root(page).get_by_role("button", name="Colour of this name")
    swatch.click()
    root(page).get_by_role("button", name="Colour 8 of 12").click()
    expect(swatch).to_have_css("background-color", "rgb(132, 0, 205)")
    assert len(shapes(page)) == 1
    page.get_by_role("link", name="Use it in the pipeline").click()
    box = page.locator(".augviz.gallery .tile").first.locator(".boxes path:not(.casing)")
    expect(box).to_have_attribute("stroke", "#8400cd")


def test_a_lost_message_loses_nothing(page: Page, server: Server, photo: Path) -> None:
    page.add_init_script("""
      window.lost = 0;
      const send = WebSocket.prototype.send;
      WebSocket.prototype.send = function (data) {
        const text = typeof data === 'string' ? data : new TextDecoder('latin1').decode(data);
        if (!window.lost && text.includes('"changed"')) window.lost += 1;
        else send.call(this, data);
      };
    """)
    open_pictures(page, server, photo)
    use(page, "Box")
    drag(page, (40, 40), (80, 80))
    expect(root(page)).to_have_attribute("data-saved", "false")
    expect(root(page)).to_have_attribute("data-saved", "true", timeout=30_000)
    assert page.evaluate("() => window.lost") == 1
    assert len(coco(page)["annotations"]) == 1


def test_a_nudge_is_kept_when_the_page_is_left_at_once(
    page: Page, server: Server, traffic: Traffic, photo: Path
) -> None:
    open_pictures(page, server, photo)
    use(page, "Box")
    drag(page, (40, 40), (80, 80))
    (box,) = shapes(page)
    page.keyboard.press("v")
    page.keyboard.press("ArrowRight")
    page.get_by_role("link", name="Use it in the pipeline").click(delay=90)  # as long as a finger presses
    expect(page.locator(".augviz.gallery .tile")).to_have_count(10)
    go_to(page, "Draw labels")
    until_ready(page, photo.name)
    np.testing.assert_allclose(np.subtract(shapes(page)[0]["p"], box["p"]), [1, 0, 1, 0], atol=1e-6)
    x1 = coco(page)["annotations"][0]["bbox"][0]
    np.testing.assert_allclose(x1, box["p"][0] + 1, atol=1e-3)
    assert traffic.errors == []


@pytest.fixture
def frames(page: Page) -> Callable[[], int]:
    """``frames()`` says how many bytes the largest message since the last call had."""
    sizes: list[int] = [0]

    def listen(socket: WebSocket) -> None:
        for event in ("framesent", "framereceived"):
            socket.on(event, lambda data: sizes.append(len(data)))  # type: ignore[call-overload]

    page.on("websocket", listen)

    def largest() -> int:
        found = max(sizes)
        sizes[:] = [0]
        return found

    return largest


def test_three_thousand_boxes_can_be_edited_with_small_messages(
    page: Page, server: Server, tmp_path: Path, frames: Callable[[], int]
) -> None:
    picture = tmp_path / "crowd.png"
    picture.write_bytes(encode_png(np.full((600, 1000, 3), 90, np.uint8)))
    rows = [f"0 {(k % 75 + 0.5) / 75:.6f} {(k // 75 + 0.5) / 40:.6f} 0.01 0.018" for k in range(3_000)]
    (tmp_path / "crowd.txt").write_text("\n".join(rows))
    (tmp_path / "classes.txt").write_text("head\n")
    open_pictures(page, server, picture, tmp_path / "crowd.txt", tmp_path / "classes.txt")
    expect(root(page)).to_have_attribute("data-count", "3000")
    frames()
    click(page, (10 + 0.5) / 75 * 1000, (20 + 0.5) / 40 * 600)
    expect(root(page)).to_have_attribute("data-selected", "1510")
    before = shapes(page)[1510]["p"]
    press(page, "ArrowRight", 3)
    moved = shapes(page)
    np.testing.assert_allclose(np.subtract(moved[1510]["p"], before), [3, 0, 3, 0], atol=1e-3)
    assert len(moved) == 3_000
    use(page, "Box")
    drag(page, (400, 300), (500, 400))
    assert len(shapes(page)) == 3_001
    wait_until_idle(page)
    assert frames() < 100_000
    dataset = coco(page)
    assert len(dataset["annotations"]) == 3_001
    np.testing.assert_allclose(dataset["annotations"][1510]["bbox"][0], moved[1510]["p"][0], atol=1e-3)
