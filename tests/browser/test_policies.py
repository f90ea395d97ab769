"""From a policy to a file: choose it, trim it to the labels, sweep its strength, export it."""

from __future__ import annotations

import re
from pathlib import Path

import albumentations as A
import pytest
from playwright.sync_api import Page, expect

from tests.browser.serving import Server, Traffic, go_to, wait_until_idle

pytestmark = pytest.mark.browser


def choose(page: Page, label: str, title: str | re.Pattern[str]) -> None:
    page.get_by_role("combobox", name=re.compile(rf"\b{label}$")).click()
    page.get_by_role("option", name=title).click()
    wait_until_idle(page)


@pytest.fixture
def policies(page: Page, server: Server) -> Page:
    """The page with the handwritten digits in view."""
    page.goto(f"{server.url}/policies")
    wait_until_idle(page)
    choose(page, "Image", "Handwritten digits")
    return page


def test_a_policy_is_trimmed_swept_and_exported(policies: Page, traffic: Traffic, tmp_path: Path) -> None:
    policies.get_by_text("TrivialAugmentWide", exact=True).first.click()
    expect(policies.get_by_role("heading", name="TrivialAugmentWide")).to_be_visible()
    expect(policies.get_by_label("Command line", exact=True)).to_have_value(
        "augviz policy trivialaugment-wide > policy.yaml"
    )
    policies.get_by_role("button", name="Trim to my labels").click()
    expect(policies.get_by_text("Narrowed: limit rotation to ±15°")).to_be_visible()
    expect(policies.get_by_text(re.compile("Half a turn makes a 9 of a 6"))).to_be_visible()

    policies.get_by_role("button", name="Sweep the strength of the trimmed one").click()
    expect(policies).to_have_title("Strength · augviz")
    policies.get_by_role("radio", name="8", exact=True).click()
    expect(policies.get_by_role("radio", name="8", exact=True)).to_be_checked()
    expect(policies.get_by_role("radio", name="Whole pipeline")).to_have_count(1)  # no faded one while it works
    expect(policies.get_by_text("8 samples at each value, of 1 image")).to_be_visible(timeout=90_000)
    expect(policies.get_by_test_id("stAlert").filter(has_text="Labels survive")).to_be_visible()
    wait_until_idle(policies)

    go_to(policies, "Export")
    with policies.expect_download() as download:
        policies.get_by_role("button", name="Download YAML").click()
    path = tmp_path / "policy.yaml"
    download.value.save_as(path)
    (one_of,) = A.load(path, data_format="yaml").transforms
    turns = [step for step in one_of.transforms if isinstance(step, A.Rotate)]
    assert [step.limit for step in turns] == [(-10, 10)]
    jitters = [step for step in one_of.transforms if isinstance(step, A.ColorJitter)]
    assert [step.brightness for step in jitters] == [(1, 1), (1, 1)]  # Color and Contrast are left
    assert len(one_of.transforms) == 13
    assert traffic.errors == []
    assert traffic.outside == []


def test_the_choice_stays_when_the_list_is_put_in_another_order(policies: Page) -> None:
    policies.get_by_text("For a kind of images", exact=True).click()
    wait_until_idle(policies)
    policies.get_by_text("Road scene with signs", exact=True).first.click()
    expect(policies.get_by_role("heading", name="Road scene with signs")).to_be_visible()
    choose(policies, "Image", re.compile("^Chest"))
    group = policies.get_by_role("radiogroup", name="Policy")
    expect(group.get_by_role("radio").first).to_have_accessible_name(re.compile("Chest X-ray"))
    road = group.get_by_role("radio", name=re.compile("Road scene with signs"))
    expect(road).to_be_checked()
    expect(policies.get_by_role("heading", name="Road scene with signs")).to_be_visible()
    road.press("ArrowDown")
    expect(policies.get_by_role("heading", name="Aerial photo")).to_be_visible()
    go_to(policies, "Pipeline")
    go_to(policies, "Policies and presets")
    expect(policies.get_by_role("heading", name="Aerial photo")).to_be_visible()
