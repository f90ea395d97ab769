"""How strong may it be: from the curve to the safe limit and back, a sample of another strength, and RandAugment."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.sharing.link import to_link
from augviz.sharing.state import Shared
from tests.browser.serving import Server, Traffic, go_to, wait_until_idle

pytestmark = pytest.mark.browser

SHIFT = Step("Affine", freeze({"translate_percent": {"x": (0.0, 0.9), "y": (0.0, 0.0)}}))


def open_strength(page: Page, server: Server, image: str, *steps: Step) -> None:
    page.goto(to_link(f"{server.url}/strength", Shared(PipelineSpec(steps), image=image)))


def settle(page: Page) -> None:
    """Wait until the answer is there and nothing runs."""
    expect(banner(page)).to_be_visible(timeout=120_000)
    wait_until_idle(page)


def banner(page: Page) -> Locator:
    return page.get_by_test_id("stAlert").filter(has_text="Labels survive")


def test_from_the_curve_to_the_safe_limit_and_back(page: Page, server: Server, traffic: Traffic) -> None:
    open_strength(page, server, "cat", SHIFT)
    settle(page)
    expect(banner(page)).to_contain_text("you are at 1, which is too much")

    page.get_by_role("radio", name="60").click()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text(re.compile("^Stopped: [0-8] of 9 values tried"))).to_be_visible()
    wait_until_idle(page)
    expect(banner(page)).to_have_count(0)
    page.get_by_role("radio", name="24").click()
    settle(page)

    page.get_by_role("button", name=re.compile("^Set to the safe limit")).click()
    expect(banner(page)).to_contain_text("; you are at 1.", timeout=60_000)
    settle(page)

    page.get_by_role("button", name="Undo").click()
    expect(banner(page)).to_contain_text("you are at 1, which is too much")
    wait_until_idle(page)
    assert traffic.errors == []
    assert traffic.outside == []


def test_a_sample_is_looked_into_at_another_strength_than_the_one_in_hand(page: Page, server: Server) -> None:
    open_strength(page, server, "cat", SHIFT)
    settle(page)
    page.locator(".augviz.filmstrip .tile").nth(2).click()
    expect(page).to_have_title("Inspect · augviz")
    wait_until_idle(page)
    expect(page.get_by_text("The pipeline, strength 0.5 · sample of cat.jpg")).to_be_visible()
    page.get_by_role("link", name="Back to Strength").click()
    settle(page)
    go_to(page, "Inspect")
    page.get_by_role("button", name="Next sample").click()
    expect(page.get_by_text(re.compile("^Sample 1 of 9, seed"))).to_be_visible()


def test_randaugment_by_its_magnitude_is_opened_in_the_builder(page: Page, server: Server) -> None:
    open_strength(page, server, "cat")
    expect(page.get_by_text("This pipeline has no step that could be stronger")).to_be_visible()
    wait_until_idle(page)
    page.get_by_text("RandAugment", exact=True).first.click()
    settle(page)
    expect(page.get_by_text("M = 20", exact=True).last).to_be_visible()
    page.get_by_role("button", name="Open in builder at M = 5").click()
    expect(page).to_have_title("Pipeline · augviz")
    wait_until_idle(page)
    expect(page.get_by_text("RandAugment, 2 at magnitude 5").first).to_be_visible()
