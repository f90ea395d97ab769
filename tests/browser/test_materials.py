"""A step that takes something from another image: asked for, seen at once, named in the code."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.serving import Server, Traffic, go_to, wait_until_idle
from tests.browser.test_journeys import open_workbench, pictures, until_changed

pytestmark = pytest.mark.browser


def choose_option(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label, exact=False).first.click()
    page.keyboard.type(option)
    page.get_by_role("option", name=option, exact=False).first.click()
    page.keyboard.press("Escape")
    wait_until_idle(page)


def test_a_reference_image_is_chosen_seen_and_carried_by_the_python_code(
    page: Page, server: Server, traffic: Traffic
) -> None:
    open_workbench(page, server)
    choose_option(page, "Image", "Road with signs")
    plain = pictures(page)
    choose_option(page, "Add a step", "HistogramMatching")
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_role("img", name="Reference images: cat.jpg")).to_be_visible()  # it begins with one that fits
    with_cat = until_changed(page, plain)
    assert with_cat[0] == plain[0], "the original stays as it is"

    sidebar.get_by_label("Remove Cat").or_(sidebar.locator('[data-baseweb="tag"] [role="presentation"]')).first.click()
    expect(sidebar.get_by_text("Choose the images whose brightness and colours")).to_be_visible()
    expect(sidebar.get_by_text("HistogramMatching has no reference images")).to_be_visible()
    assert until_changed(page, with_cat)[1:] == plain[1:]

    choose_option(page, "Reference images", "Cat")
    assert until_changed(page, plain) == with_cat

    go_to(page, "Export")
    wait_until_idle(page)
    expect(page.get_by_text("its reference images (cat.jpg) are not in this file")).to_be_visible()
    page.get_by_role("tab", name="Python").click()
    expect(page.get_by_text('read("cat.jpg")')).to_be_visible()
    expect(page.get_by_text("hm_metadata=hm_metadata")).to_be_visible()
    page.get_by_role("button", name="Prove it").click()
    expect(page.get_by_text("the file gives what you saw")).to_be_visible(timeout=90_000)
    assert traffic.errors == []
    assert traffic.outside == []
