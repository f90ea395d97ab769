"""Visitors who click where nobody expected it, and names that want to be code."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.serving import Server, Traffic, choose_files, go_to, wait_until_idle

pytestmark = pytest.mark.browser

HOSTILE = ("<img src=x onerror=alert(1)>", "[a](javascript:alert(2)) **b** :red[c]", "\N{GRINNING FACE}" * 40)


def png(grey: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.full((90, 120, 3), grey, np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def open_files(page: Page, server: Server, files: dict[str, bytes]) -> None:
    page.goto(f"{server.url}/images")
    wait_until_idle(page)
    sent: list[Any] = [
        {"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files.items()
    ]
    choose_files(page, sent)
    page.get_by_role("button", name="Open", exact=True).click()


def choose_last_row(page: Page) -> None:
    table = page.get_by_test_id("stDataFrame").bounding_box()
    assert table is not None
    page.mouse.click(table["x"] + 16, table["y"] + table["height"] - 18)
    expect(page.get_by_role("button", name="Close it")).to_be_enabled()


def test_pictures_are_closed_one_by_one_from_the_end(page: Page, server: Server) -> None:
    open_files(page, server, {f"{i}.png": png(60 * i) for i in range(3)})
    expect(page.get_by_role("button", name="Close it")).to_be_disabled()
    for _left in (2, 1):
        choose_last_row(page)
        page.get_by_role("button", name="Close it").click()
        expect(page.get_by_role("button", name="Close it")).to_be_disabled()
        wait_until_idle(page)
        expect(page.get_by_test_id("stException")).to_have_count(0)
    choose_last_row(page)
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_role("button", name="Close it")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_names_are_shown_as_they_are_written(page: Page, server: Server, traffic: Traffic) -> None:
    page.on("dialog", lambda dialog: traffic.errors.append(f"dialog: {dialog.message}"))
    name = f"{HOSTILE[0]} {HOSTILE[1]}.png".replace("/", "")
    coco = {
        "images": [{"id": 1, "file_name": name, "width": 120, "height": 90}],
        "categories": [{"id": i, "name": text} for i, text in enumerate(HOSTILE)],
        "annotations": [
            {"id": i, "image_id": 1, "category_id": i, "bbox": [2, 2 + 28 * i, 110, 26], "area": 2860, "iscrowd": 0}
            for i, _text in enumerate(HOSTILE)
        ],
    }
    open_files(page, server, {name: png(200), "labels.json": json.dumps(coco).encode()})
    expect(page.get_by_role("button", name="Close all")).to_be_visible()
    go_to(page, "Pipeline")
    expect(page.get_by_role("combobox", name="Image")).to_have_value(name)
    go_to(page, "Inspect")
    wait_until_idle(page)
    labels = page.locator(".augviz.picture svg").first
    expect(labels).to_contain_text("<img src=x")
    expect(labels).to_contain_text("[a](javascript:")
    expect(labels).to_contain_text("\N{GRINNING FACE}")
    assert "\N{REPLACEMENT CHARACTER}" not in labels.evaluate(
        "node => new TextDecoder().decode(new TextEncoder().encode(node.textContent))"
    )
    assert traffic.errors == []
    assert traffic.outside == []
