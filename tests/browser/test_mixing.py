"""Mix two images, move α, look at the next draw, copy the code."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.serving import Server, Traffic

pytestmark = pytest.mark.browser

COUNT_SEEDS = """() => {
  window.mostSeeds = 0;
  const count = () => [...document.querySelectorAll('[data-testid=stNumberInput]')]
    .filter(field => field.textContent.includes('Seed')).length;
  new MutationObserver(() => { window.mostSeeds = Math.max(window.mostSeeds, count()); })
    .observe(document.body, { childList: true, subtree: true });
}"""


def test_cutmix_from_the_picture_to_the_code(page: Page, server: Server, traffic: Traffic) -> None:
    page.goto(f"{server.url}/mixing")
    shown = page.locator(".picture img")
    expect(page.locator(".picture[data-painted]")).to_have_count(1, timeout=30_000)  # the first page with charts
    expect(page.locator(".picture .names")).to_contain_text(re.compile(r"cat \d+%"))

    page.get_by_test_id("stSidebar").get_by_text("CutMix", exact=True).click()
    expect(page.get_by_text("A box of one image is put into the other")).to_be_visible()
    expect(shown).to_have_attribute("alt", re.compile(r"^CutMix of Cat \d+%, .+ \d+%$"))
    expect(page.locator(".picture .names")).to_contain_text(re.compile("Road|Chest|Retina"))
    expect(page.locator(".gallery .tile")).to_have_count(8)

    second = page.locator(".gallery .tile").nth(1)
    expect(second.locator("img")).to_have_attribute("alt", re.compile("^CutMix"))
    caption = second.locator(".text").inner_text()
    second.click()
    expect(page.locator(".picture .said")).to_contain_text(caption)
    expect(second).to_have_attribute("aria-current", "true")

    page.evaluate(COUNT_SEEDS)
    before = shown.get_attribute("src") or ""
    page.get_by_role("heading", name="What becomes of the label?").click()
    page.keyboard.press("n")
    expect(shown).not_to_have_attribute("src", before)
    assert page.evaluate("window.mostSeeds") == 1  # the field of the draw before does not stay beside the new one

    page.get_by_role("slider", name="α, strength of mixing").press("ArrowRight")
    expect(page.get_by_test_id("stCode")).to_contain_text("ALPHA = 1.1")
    expect(page.get_by_test_id("stCode")).to_contain_text("def cutmix(images, labels, rng")
    assert traffic.errors == []
    assert traffic.outside == []
