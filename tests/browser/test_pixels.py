"""From the question whether it is too much to the very sample behind a dot, by mouse and by keyboard, and stopping."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.sample_library import load
from augviz.sharing.link import to_link
from augviz.sharing.state import Shared
from augviz.statistics.pixel_statistics import pixel_statistics
from tests.browser.serving import Server, Traffic, wait_until_idle

pytestmark = pytest.mark.browser

BRIGHTER = Step("RandomBrightnessContrast", freeze({"brightness_limit": (0.05, 0.25), "contrast_limit": (0.0, 0.0)}))

CAT = pixel_statistics(load("cat").image, load("cat").bands).scalars["brightness"]  # type: ignore[union-attr]


def open_statistics(page: Page, server: Server, image: str, *steps: Step) -> None:
    page.goto(to_link(f"{server.url}/pixels", Shared(PipelineSpec(steps), image=image)))
    expect(page.get_by_text("These numbers move most")).to_be_visible()
    wait_until_idle(page)


def value_under(page: Page, dot: Locator) -> float:
    """The number that the chart says about a dot when the pointer rests on it."""
    dot.scroll_into_view_if_needed()
    dot.hover(force=True)
    told = page.locator(".hoverlayer .hovertext").filter(has_text="cat.jpg")
    expect(told).to_be_visible()
    return float((told.text_content() or "").partition(": ")[2])


def test_from_the_summary_to_the_very_sample_behind_a_dot_and_back(
    page: Page, server: Server, traffic: Traffic
) -> None:
    open_statistics(page, server, "cat", Step("HorizontalFlip", p=0.5), BRIGHTER)
    expect(page.get_by_text("RandomBrightnessContrast moves it most.").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"^Brightness moved by \+\d+ to \+\d+ levels in nine tenths"))).to_be_visible()

    dot = page.locator(".st-key-scalar-boxes-brightness .boxlayer path.point").nth(4)
    brightness = value_under(page, dot)
    dot.click(force=True)
    expect(page).to_have_title("Inspect · augviz")
    wait_until_idle(page)
    expect(page.get_by_text(re.compile(r"Sample of cat\.jpg"))).to_be_visible()
    shift = page.get_by_text(re.compile(r"brightness shift -?[\d.]+")).first.inner_text()
    told = float(re.search(r"brightness shift (-?[\d.]+)", shift)[1])  # type: ignore[index]
    assert brightness == pytest.approx(CAT + told, abs=1), "the sample that is open is the one of the dot"

    page.get_by_role("link", name="Back to Statistics").click()
    expect(page).to_have_title("Statistics · augviz")
    wait_until_idle(page)
    expect(page.get_by_text("These numbers move most")).to_be_visible()
    assert traffic.errors == []
    assert traffic.outside == []


def test_a_corner_is_opened_with_the_keyboard_and_every_step_fired(page: Page, server: Server) -> None:
    open_statistics(page, server, "cat", Step("HorizontalFlip", p=0.01), Step("GaussianBlur", p=0.01), BRIGHTER)
    page.locator(".augviz.gallery .tile").nth(1).press("Enter")
    expect(page).to_have_title("Inspect · augviz")
    wait_until_idle(page)
    expect(page.get_by_role("link", name="Back to Statistics")).to_be_visible()
    expect(
        page.get_by_text(re.compile(r"every step at once · sample of cat\.jpg · 3 of 3 steps fired"))
    ).to_be_visible()


def test_measuring_can_be_stopped_and_gone_on_with(page: Page, server: Server) -> None:
    steps = (Step("MedianBlur", p=0.5), Step("CLAHE", p=0.5), BRIGHTER)
    page.goto(to_link(f"{server.url}/pixels", Shared(PipelineSpec(steps), image="road")))
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Measuring was stopped")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Go on measuring").click()
    expect(page.get_by_text("These numbers move most")).to_be_visible()
