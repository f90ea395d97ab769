"""The main job as a person does it: open, move a slider, look, inspect, prove, take the file away, bring it back."""

from __future__ import annotations

import hashlib
import json
import re
import warnings
from pathlib import Path

import albumentations as A
import pytest
from playwright.sync_api import Locator, Page, expect

from augviz import sample_library
from tests.browser.serving import Server, Traffic, choose_files, go_to, wait_until_idle

pytestmark = pytest.mark.browser


def open_workbench(page: Page, server: Server) -> None:
    page.goto(server.url)
    wait_until_idle(page)
    wait_for_pictures(page, 10)


def wait_for_pictures(page: Page, count: int) -> None:
    """Until so many tiles are decoded and painted."""
    expect(tiles(page)).to_have_count(count)
    page.wait_for_function(
        "n => { const i = [...document.querySelectorAll('*')].flatMap(e => e.shadowRoot ? "
        "[...e.shadowRoot.querySelectorAll('.gallery img'), ...e.shadowRoot.querySelectorAll('img')] : []);"
        "return i.length >= n && i.every(x => x.complete && x.naturalWidth > 0) }",
        arg=count,
    )


def tiles(page: Page) -> Locator:
    return page.locator(".augviz.gallery img")


def pictures(page: Page) -> list[str]:
    """A fingerprint of what each tile shows, read from the pixels that the browser decoded."""
    wait_until_idle(page)
    data = tiles(page).evaluate_all(
        """async images => Promise.all(images.map(async image => {
          await image.decode();
          const canvas = Object.assign(document.createElement('canvas'), {width: 64, height: 64});
          const pen = canvas.getContext('2d');
          pen.drawImage(image, 0, 0, 64, 64);
          return Array.from(pen.getImageData(0, 0, 64, 64).data).join(',');
        }))"""
    )
    return [hashlib.sha256(text.encode()).hexdigest()[:12] for text in data]


def until_changed(page: Page, before: list[str]) -> list[str]:
    """The pictures once they are other ones."""
    for _ in range(60):
        now = pictures(page)
        if now != before:
            return now
        page.wait_for_timeout(100)
    raise AssertionError("the pictures did not change")


def row(page: Page, name: str) -> Locator:
    """The rows of the step tree that begin with this name."""
    return page.get_by_role("treeitem", name=re.compile(f"^{re.escape(name)}"))


def open_step(page: Page, name: str) -> None:
    row(page, name).first.click()
    wait_until_idle(page)


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a select box by typing, as one does."""
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(option)
    page.get_by_role("option", name=option).first.click()
    wait_until_idle(page)


def test_a_newcomer_moves_a_slider_and_only_what_it_touches_changes(
    page: Page, server: Server, traffic: Traffic
) -> None:
    open_workbench(page, server)
    before = pictures(page)
    assert len(set(before)) > 3
    open_step(page, "GaussianBlur")
    slider = page.get_by_test_id("stSidebar").get_by_role("slider", name="Probability")
    slider.focus()
    page.keyboard.press("End")
    after = until_changed(page, before)
    same = [a == b for a, b in zip(before, after, strict=True)]
    assert same[0]  # the original stands still
    assert any(same[1:])  # a sample that was blurred before is blurred alike now
    assert not all(same)
    page.keyboard.press("Home")
    none = until_changed(page, after)
    assert none[0] == before[0]
    assert traffic.errors == []
    assert traffic.outside == []


def test_new_draw_previous_draw_and_a_typed_seed(page: Page, server: Server) -> None:
    open_workbench(page, server)
    seven = pictures(page)
    page.get_by_role("button", name="New draw").click()
    eight = until_changed(page, seven)
    page.get_by_role("button", name="Previous").click()
    assert until_changed(page, eight) == seven
    seed = page.get_by_role("spinbutton", name="Seed")
    seed.fill("8")
    seed.press("Enter")
    assert until_changed(page, seven) == eight


def test_steps_are_added_duplicated_switched_off_moved_and_removed(page: Page, server: Server) -> None:
    open_workbench(page, server)
    tools = page.get_by_role("toolbar")
    first = pictures(page)
    choose(page, "Add a step", "InvertImg")
    expect(row(page, "InvertImg")).to_have_count(1)
    inverted = until_changed(page, first)
    tools.get_by_role("button", name="Duplicate").click()
    expect(row(page, "InvertImg")).to_have_count(2)
    tools.get_by_role("button", name="Remove").click()
    expect(row(page, "InvertImg")).to_have_count(1)
    open_step(page, "InvertImg")
    tools.get_by_role("button", name="Switch off").click()
    expect(row(page, "InvertImg, off")).to_be_visible()
    assert until_changed(page, inverted) == first
    for _ in range(6):
        tools.get_by_role("button", name="Up", exact=True).click()
    expect(page.get_by_role("treeitem").first).to_contain_text("InvertImg")


def test_a_step_that_cannot_run_is_marked_and_the_rest_goes_on(page: Page, server: Server) -> None:
    open_workbench(page, server)
    choose(page, "Add a step", "MaskDropout")
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_text("could not run on this image")).to_be_visible()
    wait_for_pictures(page, 10)
    expect(page.get_by_test_id("stException")).to_have_count(0)


@pytest.mark.parametrize("title", ["Cat", "Coins", "Chest X-ray phantom"])
def test_from_a_sample_to_a_proven_file_that_loads(
    title: str, page: Page, server: Server, traffic: Traffic, tmp_path: Path
) -> None:
    open_workbench(page, server)
    if title != "Cat":
        before = pictures(page)
        choose(page, "Image", title)
        until_changed(page, before)
    go_to(page, "Export")
    wait_until_idle(page)
    expect(page.get_by_text("Not proven yet")).to_be_visible()
    page.get_by_role("button", name="Prove it").click()
    expect(page.get_by_text("Proven on 9 samples")).to_be_visible(timeout=120_000)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download YAML").click()
    path = tmp_path / "pipeline.yaml"
    download.value.save_as(path)
    with warnings.catch_warnings():
        warnings.filterwarnings("error")
        warnings.filterwarnings("ignore", message="ShiftScaleRotate is a special case")
        compose = A.load(path, data_format="yaml")
    assert type(compose.transforms[0]).__name__ == "HorizontalFlip"
    assert traffic.errors == []


def test_a_proof_counts_for_nothing_else(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/export")
    wait_until_idle(page)
    page.get_by_role("button", name="Prove it").click()
    expect(page.get_by_text("Proven on 9 samples")).to_be_visible(timeout=120_000)
    page.get_by_text("Keypoints (").click()
    expect(page.get_by_text("Not proven yet")).to_be_visible()


def test_inspecting_a_sample_tells_each_step_and_each_object(page: Page, server: Server) -> None:
    open_workbench(page, server)
    tiles(page).nth(2).click()
    page.wait_for_url("**/inspect")
    wait_until_idle(page)
    expect(page.get_by_text("Sample 2 of 9")).to_be_visible()
    frames = page.locator(".augviz.filmstrip button.tile")
    frames.first.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    expect(frames.nth(1)).to_be_focused()
    wait_until_idle(page)
    expect(page.get_by_text("Sample 2 of 9")).to_be_visible()
    expect(page.locator(".augviz.filmstrip")).to_contain_text("HorizontalFlip")
    expect(page.locator(".augviz.filmstrip")).to_contain_text("ms")
    with page.expect_download() as download:
        page.get_by_role("button", name="Labels as COCO JSON").click()
    saved = json.loads(Path(download.value.path()).read_text())
    assert {category["name"] for category in saved["categories"]} >= {"cat", "cat face"}
    page.get_by_role("button", name="Next sample").click()
    expect(page.get_by_text("Sample 3 of 9")).to_be_visible()


def test_own_images_come_in_with_labels_and_what_is_wrong_is_said(page: Page, server: Server, tmp_path: Path) -> None:
    cat = sample_library.FOLDER / "cat"
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    (tmp_path / "<img src=x onerror=alert(1)>.txt").write_bytes(b"nothing")
    page.goto(f"{server.url}/images")
    wait_until_idle(page)
    files = [cat / "cat.jpg", cat / "cat.json", *tmp_path.glob("*")]
    choose_files(page, [str(path) for path in files])
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_text("Left out (2)")).to_be_visible()
    expect(page.get_by_text("broken.png: the PNG picture")).to_be_visible()
    expect(page.get_by_text("<img src=x onerror=alert(1)>.txt:")).to_be_visible()
    go_to(page, "Pipeline")
    wait_for_pictures(page, 10)
    expect(page.get_by_text("18 of 18 boxes kept")).to_be_visible()
    expect(page.get_by_role("combobox", name="Image")).to_have_value("cat.jpg")


def test_a_pipeline_file_comes_in_and_a_hostile_one_gets_its_sentence(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/export")
    wait_until_idle(page)
    text = page.get_by_role("textbox", name="Paste a pipeline")
    text.fill("transform:\n- Rotate: {limt: 3}")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_text("line 2: Rotate")).to_be_visible()
    text = page.get_by_role("textbox", name="Paste a pipeline")
    text.fill("transform:\n- OneOf: {transforms: [{Rotate: {limit: 10, value: 3, p: 1}}, Blur], p: 0.5}")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_text("value is called fill now")).to_be_visible()
    go_to(page, "Pipeline")
    wait_for_pictures(page, 10)
    expect(row(page, "One of")).to_be_visible()
    expect(row(page, "Rotate, in 33% of the samples")).to_be_visible()


def test_label_rules_change_what_is_kept(page: Page, server: Server) -> None:
    open_workbench(page, server)
    choose(page, "Add a step", "RandomCropFromBorders")
    page.get_by_role("button", name="Label rules").click()
    slider = page.get_by_role("slider", name="min_visibility")
    slider.focus()
    page.keyboard.press("End")
    expect(page.get_by_text("dropped by")).to_be_visible()


def test_the_work_survives_a_change_of_page(page: Page, server: Server) -> None:
    open_workbench(page, server)
    first = pictures(page)
    choose(page, "Add a step", "Solarize")
    changed = until_changed(page, first)
    go_to(page, "Transforms")
    wait_until_idle(page)
    go_to(page, "Pipeline")
    wait_for_pictures(page, 10)
    assert pictures(page) == changed
