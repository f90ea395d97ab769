"""A pair of files that name each other, and the batch that the network gets: mistakes seen, numbers taken over."""

from __future__ import annotations

import re
from pathlib import Path

import albumentations as A
import pytest
from playwright.sync_api import Page, expect

from augviz.pipeline.export import Companion
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.pipeline.validation import validation_of
from augviz.sharing.link import to_link
from augviz.sharing.state import Shared
from tests.browser.serving import Server, Traffic, choose_files, go_to, wait_until_idle

pytestmark = pytest.mark.browser

TRAIN = PipelineSpec(
    (Step("RandomResizedCrop", freeze({"size": (96, 128)})), Step("HorizontalFlip", p=0.5), Step("ToGray", p=0.2)),
    (Step("Normalize"),),
)


def saved(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=f"Download {name}", exact=True).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.name == name
    return path


def test_both_files_name_each_other_and_ones_own_is_checked(
    page: Page, server: Server, traffic: Traffic, tmp_path: Path
) -> None:
    page.goto(to_link(f"{server.url}/validation", Shared(TRAIN, image="cat")))
    wait_until_idle(page)
    expect(page.get_by_text("They match.")).to_be_visible()
    expect(page.get_by_text("Both come out with 128 × 96 px.")).to_be_visible()

    train, validation = (saved(page, name, tmp_path) for name in ("train.yaml", "validation.yaml"))
    read = [read_pipeline(path.read_text(), path.name) for path in (train, validation)]
    assert [each.companion for each in read] == [
        Companion("training", "validation.yaml"),
        Companion("validation", "train.yaml"),
    ]
    assert [step.name for step in read[1].spec.steps] == [step.name for step in validation_of(TRAIN).spec.steps]
    assert len(A.load(validation, data_format="yaml")) == 3
    code = saved(page, "validation.py", tmp_path).read_text()
    assert "For validation images; its pair for training is train.py." in code

    page.get_by_role("button", name="Check a file of your own").click()
    choose_files(page, [train], "train.yaml")
    page.get_by_role("button", name="Check it").click()
    expect(page.get_by_text("They do not match.")).to_be_visible()
    expect(page.get_by_text(re.compile("Validation draws at random: RandomResizedCrop"))).to_be_visible()
    assert traffic.errors == []
    assert traffic.outside == []


def test_the_validation_pipeline_in_the_builder_and_back(page: Page, server: Server) -> None:
    page.goto(to_link(f"{server.url}/validation", Shared(TRAIN, image="cat")))
    wait_until_idle(page)
    page.get_by_role("button", name="Open the validation pipeline in the builder").click()
    expect(page).to_have_title("Pipeline · augviz")
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_role("treeitem", name=re.compile("SmallestMaxSize"))).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Undo").click()
    expect(sidebar.get_by_role("treeitem", name=re.compile("RandomResizedCrop"))).to_be_visible()


def test_a_mistake_changes_the_numbers_and_measured_ones_go_into_normalize(
    page: Page, server: Server, traffic: Traffic
) -> None:
    page.goto(f"{server.url}/batch")
    wait_until_idle(page)
    expect(page.get_by_text("These 8 images cannot be put together")).to_be_visible()
    page.get_by_role("button", name="Pad in the loader").click()
    expect(page.get_by_text("8 × 3 × 451 × 451")).to_be_visible()
    table = page.get_by_test_id("stTable").first
    expect(table.get_by_role("row")).to_have_count(4)

    page.get_by_text("Normalised twice", exact=True).click()
    expect(table.get_by_role("row")).to_have_count(7)
    expect(page.get_by_text("How to tell.")).to_be_visible()
    largest = [float(cell) for cell in table.locator("td:nth-child(3)").all_inner_texts()]
    assert largest[0] > 1.5
    assert largest[1] == 0.0
    expect(page.get_by_role("img", name=re.compile("^B, Normalised twice"))).to_have_count(8)
    wait_until_idle(page)

    page.get_by_role("button", name="Use them in Normalize").click()
    expect(page.get_by_text("Normalize has these numbers.")).to_be_visible()
    wait_until_idle(page)
    go_to(page, "Pipeline")
    page.get_by_role("button", name="History").click()
    taken = page.get_by_role("menuitemradio", name="Took the measured mean and deviation into Normalize")
    expect(taken).to_have_attribute("aria-checked", "true")
    assert traffic.errors == []
    assert traffic.outside == []
