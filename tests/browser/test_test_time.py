"""From the cat and its views to a hostile file and back, and from a 6 that became a 9 to its filmstrip."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from augviz.pipeline.spec import PipelineSpec, Step
from augviz.sharing.link import to_link
from augviz.sharing.state import Shared
from tests.browser.serving import Server, Traffic, go_to, wait_until_idle
from tests.unit import onnx_files as files

pytestmark = pytest.mark.browser


def test_the_cat_through_its_views_with_the_model_that_is_there(page: Page, server: Server, traffic: Traffic) -> None:
    page.goto(f"{server.url}/test_time")
    wait_until_idle(page)
    expect(page.get_by_text(re.compile(r"(tabby|tiger cat|Egyptian cat).* by 4 views"))).to_be_visible()
    views = page.locator(".st-key-test-time-views .tile")
    expect(views).to_have_count(4)
    expect(views.first).to_contain_text(re.compile(r"The middle 224 of 256 px: \w+ cat|tabby"))
    expect(page.get_by_text("times as long for every picture")).to_be_visible()

    page.get_by_role("combobox", name="Views").click()
    page.get_by_role("option", name="All turns of a square").click()
    expect(views).to_have_count(8)
    expect(page.get_by_text(re.compile("by 8 views"))).to_be_visible()

    merging = page.get_by_role("combobox", name="One answer by")
    merging.fill("Majority")
    merging.press("ArrowDown")
    merging.press("Enter")
    expect(page.get_by_text("Each view has one vote")).to_be_visible()
    expect(page.get_by_role("combobox", name="One answer by")).to_be_focused()  # who uses keys goes on from there

    page.get_by_text("Your own (ONNX)", exact=True).click()
    chooser = page.get_by_test_id("stFileUploaderDropzoneInput")
    chooser.set_input_files({"name": "theirs.onnx", "mimeType": "", "buffer": files.external_data()})
    expect(page.get_by_text("the weights of this model lie in another file")).to_be_visible()
    chooser.set_input_files({"name": "mine.onnx", "mimeType": "", "buffer": files.mean_colour(32)})
    expect(page.get_by_text("What the file does not say: please check")).to_be_visible()
    expect(page.get_by_text(re.compile("All 8 views say class"))).to_be_visible()
    assert traffic.errors == []
    assert traffic.outside == []


def test_from_a_six_that_is_read_as_a_nine_to_its_filmstrip(page: Page, server: Server, traffic: Traffic) -> None:
    turned = PipelineSpec((Step("HorizontalFlip", p=1.0), Step("VerticalFlip", p=1.0)))
    page.goto(to_link(f"{server.url}/test_time", Shared(turned, image="digits")))
    expect(page.get_by_text("Half a turn makes a 9 of a 6")).to_be_visible()
    expect(page.locator(".st-key-test-time-views .tile").nth(3)).to_contain_text(re.compile(r"Half a turn: 9"))
    expect(page.locator(".st-key-test-time-views .tile").nth(3)).to_contain_text("not used")
    wait_until_idle(page)
    begin = page.get_by_role("button", name="Ask the model")
    if begin.count():
        begin.click()
    expect(page.get_by_text("Look at these first.")).to_be_visible()
    wait_until_idle(page)
    changed = page.locator(".st-key-test-time-changed .tile").first
    expect(changed).to_contain_text("→")
    changed.press("k")
    expect(page.locator(".st-key-test-time-changed .pin[aria-pressed=true]")).to_have_count(1)
    wait_until_idle(page)
    changed.click()
    expect(page).to_have_title("Inspect · augviz")
    wait_until_idle(page)
    expect(page.get_by_role("link", name="Back to Test time")).to_be_visible()
    go_to(page, "Make a review")
    expect(page.get_by_text("1 pinned sample first")).to_be_visible()
    assert traffic.errors == []


def test_a_model_of_100_mb_is_taken_and_one_that_loops_is_stopped_by_a_press(
    page: Page, server: Server, tmp_path: Path
) -> None:
    large, loops = tmp_path / "large.onnx", tmp_path / "loops.onnx"
    large.write_bytes(files.mean_colour(32) + files.unknown_bytes(100_000_000))
    loops.write_bytes(files.endless_loop())
    page.goto(f"{server.url}/test_time")
    wait_until_idle(page)
    page.get_by_text("Your own (ONNX)", exact=True).click()
    chooser = page.get_by_test_id("stFileUploaderDropzoneInput")
    chooser.set_input_files(large)
    expect(page.get_by_text("large.onnx, 100.0 MB")).to_be_visible()
    expect(page.get_by_text(re.compile("Both views say class"))).to_be_visible()

    page.get_by_role("button", name="Another file").click()
    chooser.set_input_files(loops)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Stopped. Nothing was found yet.")).to_be_visible()
    wait_until_idle(page)
    page.get_by_text("Single digits", exact=True).click()
    expect(page.get_by_text(re.compile("by 4 views"))).to_be_visible(timeout=10_000)  # it waits for no limit of 30 s
