"""Bring the app's own page to where it is measured: the photo uploaded, the guide's pipeline, nine samples, boxes."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import FilePayload, Locator, Page

from benchmarks.subject import files_of, subject
from tests.browser.serving import wait_until_idle

TILES = ".augviz img"
UPLOAD = '[data-testid="stFileUploaderDropzoneInput"]'


@dataclass(frozen=True)
class Workbench:
    """The open page: the two sliders that are moved, and what shows the samples."""

    first_slider: Locator
    last_slider: Locator
    tiles: str = TILES


def open_workbench(page: Page, url: str, size: int) -> Workbench:
    """Upload the photo with its boxes, choose the guide's pipeline, open the two steps."""
    files: list[FilePayload] = [
        {"name": file.name, "mimeType": "application/octet-stream", "buffer": file.data}
        for file in files_of(subject(size))
    ]
    page.goto(f"{url}/images")
    wait_until_idle(page)
    page.locator(UPLOAD).first.set_input_files(files)
    wait_until_idle(page)
    page.get_by_role("link", name="Pipeline").click()
    wait_until_idle(page)
    return Workbench(
        page.get_by_role("slider", name="Rotate limit").first,
        page.get_by_role("slider", name="Sigma limit").first,
    )
