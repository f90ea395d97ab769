"""Move a slider, see what it did against the starting point, draw the curtain, go back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.serving import Server, Traffic, go_to, wait_until_idle

pytestmark = pytest.mark.browser

FLIPPED = "HorizontalFlip: probability 0.5 → 1"


def open_step(page: Page, name: str) -> None:
    tree = page.get_by_role("tree", name="Steps of the pipeline")
    tree.get_by_role("treeitem").filter(has=page.locator(".name", has_text=re.compile(f"^{name}"))).first.click()
    wait_until_idle(page)


def always_flip(page: Page, server: Server) -> None:
    """The guide's pipeline with HorizontalFlip in every sample, moved with the slider."""
    page.goto(server.url)
    wait_until_idle(page)
    open_step(page, "HorizontalFlip")
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_role("slider").first.press("End")
    expect(sidebar.get_by_text("Fires in 100% of the samples")).to_be_visible()
    wait_until_idle(page)


@pytest.fixture
def compare(page: Page, server: Server) -> Page:
    """The Compare page after that."""
    always_flip(page, server)
    go_to(page, "Compare")
    page.wait_for_selector(".curtain[data-painted]")
    page.wait_for_selector(".pairs[data-painted]")
    return page


def curtain(page: Page) -> Locator:
    return page.get_by_role("slider", name="Curtain")


def cut(page: Page) -> tuple[str, str]:
    """How A and B are clipped."""
    sides = page.locator(".curtain .side")
    return tuple(sides.evaluate_all("all => all.map(s => s.style.clipPath)"))


def lines(page: Page) -> list[str]:
    return page.locator(".pairs .pair .lines").all_inner_texts()


def test_what_was_changed_is_told_and_what_differs_most_comes_first(compare: Page) -> None:
    expect(compare.get_by_text(FLIPPED)).to_be_visible()
    told = lines(compare)
    assert len(told) == 9
    means = [float(m[1]) if (m := re.search(r"differs by ([\d.]+)", line)) else 0.0 for line in told]
    assert means == sorted(means, reverse=True)
    assert 0 < sum(mean == 0 for mean in means) < 9
    assert all(("nothing differs" in line) == (mean == 0) for line, mean in zip(told, means, strict=True))
    differ = sum(mean > 0 for mean in means)
    expect(compare.get_by_text(f"{differ} of 9 pictures differ")).to_be_visible()


def test_equal_pictures_look_equal_and_others_do_not(compare: Page) -> None:
    sources = compare.locator(".pairs .pair").evaluate_all(
        "all => all.map(p => { const [a, b] = p.querySelectorAll('img'); return a.src === b.src; })"
    )
    assert sources == ["nothing differs" in line for line in lines(compare)]


def test_the_curtain_follows_the_keyboard(compare: Page) -> None:
    handle = curtain(compare)
    expect(handle).to_have_attribute("aria-valuenow", "50")
    address = compare.url
    for key, at in (("ArrowLeft", 48), ("Shift+ArrowRight", 58), ("End", 100), ("PageDown", 90), ("Home", 0)):
        handle.press(key)
        expect(handle).to_have_attribute("aria-valuenow", str(at))
    assert cut(compare) == ("inset(0px 100% 0px 0px)", "inset(0px 0px 0px 0%)")
    expect(handle).to_have_attribute("aria-valuetext", re.compile(r"^0% Before the last edit, 100% Pipeline in hand$"))
    assert compare.url == address


def test_the_curtain_follows_the_pointer_and_stays_when_another_sample_comes(compare: Page) -> None:
    view = compare.locator(".curtain-view")
    view.scroll_into_view_if_needed()
    box = view.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    compare.mouse.move(box["x"] + box["width"] / 2, middle)
    compare.mouse.down()
    compare.mouse.move(box["x"] + box["width"] / 4, middle, steps=5)
    expect(curtain(compare)).to_have_attribute("aria-valuenow", "25")
    compare.mouse.move(box["x"] - 50, middle)
    expect(curtain(compare)).to_have_attribute("aria-valuenow", "0")
    compare.mouse.move(box["x"] + box["width"] * 0.75, middle)
    compare.mouse.up()
    compare.mouse.move(box["x"], middle)
    expect(curtain(compare)).to_have_attribute("aria-valuenow", "75")

    before = compare.locator(".curtain img").first.get_attribute("src")
    second = compare.locator(".pairs .pair").nth(1)
    title = second.locator(".caption").inner_text()
    second.click()
    expect(second).to_have_attribute("aria-current", "true")
    expect(compare.locator(".curtain img").first).not_to_have_attribute("src", before or "")
    expect(compare.get_by_text(re.compile(f"^{title} · differs by"))).to_be_visible()
    expect(curtain(compare)).to_have_attribute("aria-valuenow", "75")
    expect(compare.locator(".curtain-view")).to_be_in_viewport()


def test_labels_are_clipped_with_their_side(compare: Page) -> None:
    sides = compare.locator(".curtain .side")
    assert sides.locator("svg").count() == 2
    both = sides.evaluate_all("all => all.map(s => s.querySelector('svg').getBoundingClientRect().width > 0)")
    assert both == [True, True]
    compare.locator(".curtain").get_by_role("button", name="Boxes").click()
    hidden = compare.locator(".pairs .boxes").first
    assert hidden.evaluate("n => getComputedStyle(n).display") == "none"


def choose_a(page: Page, title: str | re.Pattern[str]) -> None:
    page.get_by_role("combobox", name=re.compile(r"\bA$")).click()
    page.get_by_role("option", name=title).click()
    wait_until_idle(page)


def test_a_can_be_taken_over_and_taken_back(compare: Page, traffic: Traffic) -> None:
    compare.get_by_role("button", name="Use A").click()
    expect(compare.get_by_text("HorizontalFlip: probability 1 → 0.5")).to_be_visible()  # what was in hand is A now
    go_to(compare, "Pipeline")
    open_step(compare, "HorizontalFlip")
    probability = compare.get_by_test_id("stSidebar").get_by_role("slider").first
    expect(probability).to_have_value("0.5")
    compare.get_by_role("button", name="Undo").click()
    expect(probability).to_have_value("1")
    assert traffic.errors == []
    assert traffic.outside == []


def test_any_version_of_the_history_can_be_chosen(compare: Page) -> None:
    choose_a(compare, re.compile("^History 1: Began with"))
    expect(compare.get_by_text(FLIPPED)).to_be_visible()
    go_to(compare, "Pipeline")
    go_to(compare, "Compare")
    expect(compare.get_by_text(FLIPPED)).to_be_visible()
    expect(compare.locator(".curtain .side-name").first).to_contain_text("History 1: Began with")


def test_a_version_that_was_kept_can_be_compared_with(compare: Page) -> None:
    compare.get_by_role("button", name="Keep this version").click()
    compare.get_by_label("Name").fill("<b>Always</b> :red[flip]")
    compare.get_by_role("button", name="Keep the pipeline in hand").click()
    compare.get_by_role("button", name="Forget <b>Always</b> :red[flip]").wait_for()
    compare.keyboard.press("Escape")
    choose_a(compare, "Kept: <b>Always</b> :red[flip]")
    expect(compare.get_by_text("A and B are the same pipeline.")).to_be_visible()
    expect(compare.get_by_text("Nothing differs: all 9 pictures are equal")).to_be_visible()
    expect(compare.locator(".curtain .side-name").first).to_have_text("AKept: <b>Always</b> :red[flip]")


def test_a_pipeline_compared_with_itself_says_so(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/compare")
    wait_until_idle(page)
    expect(page.get_by_text("A and B are the same pipeline.")).to_be_visible()
    expect(page.get_by_text("Nothing differs: all 9 pictures are equal")).to_be_visible()


def test_a_narrow_window_needs_no_sideways_scrolling(compare: Page) -> None:
    compare.set_viewport_size({"width": 800, "height": 900})
    expect(curtain(compare)).to_be_visible()
    assert compare.evaluate("document.documentElement.scrollWidth <= innerWidth")
