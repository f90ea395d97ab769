"""From the warning to the step to blame, to the mend and back; how far a number may go; samples that are kept."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.sharing.link import to_link
from augviz.sharing.state import Shared
from tests.browser.serving import Server, Traffic, choose_files, go_to, wait_until_idle

pytestmark = pytest.mark.browser

BLUR = Step("GaussianBlur", freeze({"blur_limit": (3, 7)}), 0.5)
LIGHT = Step("RandomBrightnessContrast", freeze({"brightness_limit": (-0.1, 0.1), "contrast_limit": (-0.1, 0.1)}), 0.5)
SHIFT = Step("Affine", freeze({"translate_percent": {"x": (0.0, 0.6), "y": (0.0, 0.0)}}))


def open_check(page: Page, server: Server, image: str, *steps: Step) -> None:
    page.goto(to_link(f"{server.url}/check", Shared(PipelineSpec(steps), image=image)))
    settle(page)


def settle(page: Page) -> None:
    """Wait until the verdict is there and nothing runs."""
    expect(banner(page)).to_be_visible()
    wait_until_idle(page)


def banner(page: Page) -> Locator:
    return page.get_by_test_id("stAlert").filter(has_text=re.compile(r"(Violating|Caution|Undecided|Safe)\."))


def test_from_the_warning_to_the_blame_to_the_mend_and_back(page: Page, server: Server, traffic: Traffic) -> None:
    open_check(page, server, "plate", LIGHT, BLUR)
    expect(banner(page)).to_contain_text("Violating. GaussianBlur: Blur erases hairline cracks")

    page.get_by_text("more about this").first.click()
    expect(page.get_by_text(re.compile(r"Caused by GaussianBlur: sharpness .* → "))).to_be_visible()
    page.get_by_role("button", name="Show the worst sample").first.click()
    expect(page).to_have_title("Inspect · augviz")
    wait_until_idle(page)
    expect(page.get_by_text("Sample of plate.jpg")).to_be_visible()
    expect(page.get_by_text("2. GaussianBlur · fired")).to_be_visible()
    page.get_by_role("link", name="Back to Check labels").click()
    settle(page)

    page.get_by_role("button", name="Set p of GaussianBlur to 0").click()
    expect(banner(page)).not_to_contain_text("Violating")
    wait_until_idle(page)
    expect(page.get_by_role("button", name="Set p of GaussianBlur to 0")).to_have_count(0)

    page.get_by_role("button", name="Undo").click()
    expect(banner(page)).to_contain_text("Violating. GaussianBlur")
    wait_until_idle(page)
    page.get_by_role("button", name="History").click()
    expect(page.get_by_role("menuitemradio", name="Set p of GaussianBlur to 0")).to_be_visible()
    assert traffic.errors == []
    assert traffic.outside == []


def test_eyes_that_are_mirrored_change_names_at_one_press(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/check")
    settle(page)
    expect(banner(page)).to_contain_text("Violating. HorizontalFlip: Points move with the mirrored image")
    page.get_by_role("button", name="Swap left_eye and right_eye").first.click()
    expect(banner(page)).to_contain_text("Caution. RandomRotate90")
    expect(page.get_by_text("Change places in mirror images: left_eye and right_eye.")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Undo").click()
    expect(banner(page)).to_contain_text("Violating. HorizontalFlip")


def test_why_names_the_rule_and_its_source(page: Page, server: Server) -> None:
    open_check(page, server, "plate", BLUR)
    page.get_by_role("button", name="Why").first.click()
    expect(page.get_by_text("(I01)")).to_be_visible()


def test_how_far_a_number_may_go_and_one_press_to_stay_there(page: Page, server: Server) -> None:
    open_check(page, server, "cat", SHIFT)
    choose_number(page, "Shift x (highest)")
    page.get_by_role("button", name="Find the safe range").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(page.get_by_test_id("stPlotlyChart")).to_be_visible(timeout=120_000)
    wait_until_idle(page)
    expect(page.get_by_text(re.compile(r"Labels survive between .* which is outside\."))).to_be_visible()
    limit = page.get_by_role("button", name=re.compile("^Limit to"))
    limit.click()
    settle(page)
    page.get_by_role("button", name="History").click()
    edits = page.get_by_role("menuitemradio", name=re.compile("limit to"))
    expect(edits).to_have_attribute("aria-checked", "true")


def choose_number(page: Page, name: str) -> None:
    box = page.get_by_role("combobox", name=re.compile("Number"))
    box.click()
    page.keyboard.type(name)
    page.get_by_role("option", name=name, exact=True).click()
    wait_until_idle(page)


def test_a_search_that_is_cancelled_leaves_the_page_as_it_was(page: Page, server: Server) -> None:
    open_check(page, server, "aerial", SHIFT)
    page.get_by_role("button", name="Find the safe range").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    wait_until_idle(page)
    expect(page.get_by_text("Tries the number at many values")).to_be_visible()
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(0)


def test_a_sample_that_is_pinned_is_judged_anew_after_the_mend(page: Page, server: Server) -> None:
    open_check(page, server, "coins", Step("RandomResizedCrop", freeze({"size": (300, 384), "scale": (0.08, 0.2)})))
    worst = page.locator(".augviz.gallery").last
    worst.locator(".tile").first.press("k")
    expect(page.get_by_role("radio", name="Pinned (1)")).to_be_visible()
    page.get_by_role("radio", name="Pinned (1)").click()
    expect(page.get_by_text("The samples you pinned, run anew")).to_be_visible()
    wait_until_idle(page)
    expect(worst.locator(".tile")).to_have_count(1)
    expect(worst.locator(".tile")).to_contain_text("Violating: ")
    go_to(page, "Pipeline")
    wait_until_idle(page)
    expect(page.get_by_role("button", name=re.compile("^Let go of this sample"))).to_have_count(1)


def noise(shade: int) -> bytes:
    pixels = np.random.default_rng(shade).integers(0, 255, (64, 80, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def test_own_images_are_counted_as_images(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/images")
    wait_until_idle(page)
    choose_files(page, [{"name": f"{k}.png", "mimeType": "image/png", "buffer": noise(k)} for k in range(3)], "0.png")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_role("button", name="Close all")).to_be_visible()
    wait_until_idle(page)
    go_to(page, "Check labels")
    settle(page)
    expect(page.get_by_text(re.compile("^3 images, 16 draws of each"))).to_be_visible()
    page.get_by_text("All my 3 images").click()
    expect(page.get_by_text(re.compile("^1 image, 16 draws of each"))).to_be_visible()
