"""Bring the app's own page to where it is measured: the photo uploaded, the guide's pipeline, nine samples, boxes."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import FilePayload, Locator, Page

from benchmarks.subject import files_of, subject
from tests.browser.serving import go_to, wait_until_idle

TILES = ".augviz.gallery img"
UPLOAD = '[data-testid="stFileUploaderDropzoneInput"]'
SLIDERS = {"first": ("ShiftScaleRotate", "Rotation"), "last": ("GaussianBlur", "Sigma")}
"""The first and the last step of the guide's pipeline that draw a value, and the slider that is moved."""


@dataclass(frozen=True)
class Workbench:
    """The open page: the slider that is moved, and what shows the samples."""

    slider: Locator
    tiles: str = TILES


def open_workbench(page: Page, url: str, size: int, which: str) -> Workbench:
    """Upload the photo with its boxes and open one step of the guide's pipeline.

    Args:
        page: A fresh tab.
        url: Address of the app.
        size: Side of the photo in pixels.
        which: A key of :data:`SLIDERS`.
    """
    files: list[FilePayload] = [
        {"name": file.name, "mimeType": "application/octet-stream", "buffer": file.data}
        for file in files_of(subject(size))
    ]
    page.goto(f"{url}/images")
    wait_until_idle(page)
    page.locator(UPLOAD).first.set_input_files(files)
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_text(f"{size} × {size}").or_(page.get_by_test_id("stDataFrame")).first.wait_for()
    go_to(page, "Pipeline")
    page.wait_for_selector(TILES)
    step, name = SLIDERS[which]
    page.get_by_role("treeitem", name=step).first.click()
    slider = page.get_by_test_id("stSidebar").get_by_role("slider", name=name).last
    slider.wait_for()
    wait_until_idle(page)
    return Workbench(slider)
