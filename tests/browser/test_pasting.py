"""Pasted code becomes the pipeline in hand, or a sentence."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.serving import Server, Traffic, go_to, wait_until_idle

pytestmark = pytest.mark.browser

NESTED = """import albumentations as A

train = A.Compose(
    [
        A.OneOf([A.Rotate(limit=10, value=0, p=1), A.SomeOf([A.Blur(), A.ToGray()], n=1)], p=0.5),
        A.Sequential([A.VerticalFlip(p=1)], p=0.3),
    ],
    bbox_params=A.BboxParams("coco", label_fields=["labels"], min_visibility=1 / 4),
)
"""


def paste(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Paste a pipeline").fill(text)
    page.get_by_role("button", name="Open", exact=True).click()
    wait_until_idle(page)


def test_nested_code_becomes_its_steps(page: Page, server: Server, traffic: Traffic) -> None:
    page.goto(f"{server.url}/export")
    wait_until_idle(page)
    paste(page, NESTED)
    expect(page.get_by_text("Opened the pasted Albumentations code.")).to_be_visible()
    expect(page.get_by_text("line 5: Rotate: value is called fill now")).to_be_visible()
    expect(page.get_by_text("min_visibility: 0.25")).to_be_visible()
    go_to(page, "Pipeline")
    wait_until_idle(page)
    sidebar = page.get_by_test_id("stSidebar")
    for name in ("One of", "Rotate", "Blur", "VerticalFlip"):
        expect(sidebar.get_by_text(name).first).to_be_visible()
    assert traffic.errors == []
    assert traffic.outside == []


def test_code_that_would_run_something_gets_a_sentence_and_changes_nothing(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/export")
    wait_until_idle(page)
    before = page.get_by_test_id("stCode").first.inner_text()
    hostile = "import albumentations as A\n\nA.Compose([\n    __import__('os').system('touch /tmp/x'),\n])"
    paste(page, hostile)
    alert = page.get_by_role("alert").filter(has_text="line 4")
    expect(alert).to_contain_text("`__import__('os')` is a call that augviz does not run")
    expect(page.get_by_role("textbox", name="Paste a pipeline")).to_have_value(hostile)
    assert page.get_by_test_id("stCode").first.inner_text() == before
    assert page.get_by_text("Opened the pasted").count() == 0


def test_what_differs_from_torchvision_is_listed(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/export")
    wait_until_idle(page)
    paste(page, "from torchvision.transforms import v2\nv2.Compose([v2.RandomInvert(),\nv2.RandAugment()])")
    expect(page.get_by_text("Opened the pasted torchvision code.")).to_be_visible()
    expect(page.get_by_text("line 3: RandAugment is left out")).to_be_visible()
