"""How much a visitor may send, and that two visitors know nothing of each other."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from augviz.intake.limits import DEFAULT_WAITING
from tests.browser.conftest import STEP_LIMIT_MS
from tests.browser.serving import Server, go_to, wait_until_idle

pytestmark = pytest.mark.browser

TILES = ".augviz.gallery img"


def picture(grey: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((90, 120, 3), grey, np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def choose(page: Page, files: dict[str, bytes]) -> None:
    sent: list[Any] = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files.items()
    ]
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(sent)


def open_files(page: Page, server: Server, files: dict[str, bytes]) -> None:
    page.goto(f"{server.url}/images")
    wait_until_idle(page)
    choose(page, files)
    page.get_by_role("button", name="Open", exact=True).click()
    page.get_by_test_id("stDataFrame").first.wait_for()
    wait_until_idle(page)


def test_too_many_files_are_left_out_and_said(page: Page, server: Server) -> None:
    open_files(page, server, {"first.png": picture(90)})
    most, answers = DEFAULT_WAITING.session_files, []
    page.on("response", lambda answer: answers.append(answer.status) if "/upload_file/" in answer.url else None)
    with page.expect_response(lambda answer: answer.status == 429):
        choose(page, {f"note {i}.txt": b"no labels" for i in range(most + 3)})
    page.wait_for_function("() => !document.querySelector('[data-testid=stFileUploader] [role=progressbar]')")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_text("3 files were not uploaded: at most 500 files")).to_be_visible()
    assert answers.count(204) == most
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()  # what was open is open
    go_to(page, "Pipeline")
    expect(page.get_by_text("samples of 120 × 90 px")).to_be_visible()
    # What was opened has left the store, so there is room again.
    open_files(page, server, {"second.png": picture(40)})
    expect(page.get_by_text("not uploaded")).to_have_count(0)


def turn_a_slider(page: Page, server: Server) -> str:
    """Change the pipeline by a key on a slider; the token that the pictures are asked for with."""
    page.goto(server.url) if page.url == "about:blank" else go_to(page, "Pipeline")
    page.wait_for_selector(TILES)
    page.get_by_role("treeitem", name="ShiftScaleRotate").first.click()
    slider = page.get_by_test_id("stSidebar").get_by_role("slider", name="Rotation").last
    slider.wait_for()
    wait_until_idle(page)
    with page.expect_request(lambda request: request.url.endswith("/augviz/follow")) as asked:
        slider.press("ArrowRight")
    wait_until_idle(page)
    token: str = json.loads(asked.value.post_data or "{}")["token"]
    return token


def test_two_visitors_know_nothing_of_each_other(page: Page, browser: Browser, server: Server) -> None:
    other = browser.new_context(viewport={"width": 1440, "height": 1000})
    other.set_default_timeout(STEP_LIMIT_MS)
    try:
        anna, ben = page, other.new_page()
        open_files(anna, server, {"annas secret.png": picture(200)})
        ben.goto(server.url)
        ben.wait_for_selector(TILES)
        annas_token = turn_a_slider(anna, server)
        expect(anna.get_by_role("button", name="Undo")).to_be_enabled()

        ben.reload()
        ben.wait_for_selector(TILES)
        wait_until_idle(ben)
        expect(ben.get_by_role("button", name="Undo")).to_be_disabled()
        assert "annas secret" not in ben.content()
        ben.get_by_role("treeitem", name="ShiftScaleRotate").first.click()
        expect(ben.get_by_role("slider", name="Rotation").last).to_have_value("15")
        bens_token = turn_a_slider(ben, server)
        assert bens_token != annas_token
        visits = [tab.evaluate("() => JSON.stringify({...sessionStorage})") for tab in (anna, ben)]
        assert visits[0] != visits[1]
        go_to(ben, "Images and labels")
        expect(ben.get_by_role("heading", name="Images and labels")).to_be_visible()
        wait_until_idle(ben)
        assert "annas secret" not in ben.content()
        expect(ben.get_by_role("button", name="Close all")).to_have_count(0)
    finally:
        other.close()
