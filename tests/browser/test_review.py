"""A review from making it to its report, by keyboard; and what is left of it when the server dies."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.review.judgement import Judgement, standing
from augviz.review.plan import Controls, make_plan
from augviz.review.rendering import Material, render
from augviz.review.review import Setting
from augviz.review.store import open_store
from augviz.sample import Boxes, Labels, Sample
from augviz.sharing.link import to_link
from augviz.sharing.state import Shared
from tests.browser.serving import ROOT, Server, Traffic, choose_files, free_port, go_to, serving, wait_until_idle
from tests.browser.test_accessibility import ours

pytestmark = pytest.mark.browser

TURN = PipelineSpec((Step("Rotate", freeze({"limit": (20, 40)})), Step("HorizontalFlip")))
NAME = 'Dr <b>"Zoë"</b> 👩'


def image(seed: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.random.default_rng(seed).integers(0, 255, (40, 48, 3), np.uint8)


def twelve(folder: Path) -> list[Path]:
    """Twelve small pictures, each with a cat or a dog."""
    paths = [folder / f"picture-{k:02}.png" for k in range(12)]
    for k, path in enumerate(paths):
        cv2.imwrite(str(path), image(k))
    labels = {
        "images": [{"id": k, "file_name": path.name, "width": 48, "height": 40} for k, path in enumerate(paths)],
        "annotations": [
            {"id": k, "image_id": k, "category_id": 1 + k % 2, "bbox": [8, 8, 24, 20], "area": 480, "iscrowd": 0}
            for k in range(12)
        ],
        "categories": [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
    }
    (folder / "labels.json").write_text(json.dumps(labels))
    return [*paths, folder / "labels.json"]


def desk(page: Page) -> Locator:
    return page.locator(".augviz.judge")


def begin(page: Page, link: str, name: str = NAME) -> None:
    """Open the link and say who one is; only keys."""
    page.goto(link)
    wait_until_idle(page)
    page.get_by_role("textbox", name="Your name").focus()
    page.keyboard.insert_text(name)
    page.keyboard.press("Enter")
    expect(desk(page)).to_have_attribute("data-shown", re.compile("label"))


def judge(page: Page, verdict: str) -> None:
    """One picture: a label, then the verdict; only keys."""
    expect(desk(page)).to_have_attribute("data-shown", re.compile("label"))
    page.keyboard.press("1")
    expect(desk(page)).to_have_attribute("data-shown", re.compile("verdict"))
    page.keyboard.press(verdict)
    expect(desk(page)).not_to_have_attribute("data-shown", re.compile("verdict"))


def test_twelve_images_judged_with_the_keyboard_and_the_report_read(
    page: Page, server: Server, traffic: Traffic, tmp_path: Path
) -> None:
    page.goto(to_link(f"{server.url}/images", Shared(TURN, image="cat")))
    wait_until_idle(page)
    choose_files(page, twelve(tmp_path), "picture-00.png")
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_role("button", name="Close all")).to_be_visible()
    wait_until_idle(page)

    go_to(page, "Make a review")
    expect(page.get_by_role("spinbutton", name="Number of images")).to_have_value("12")
    page.get_by_role("button", name="Make the review").click()
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    link = page.get_by_role("textbox", name="Link to judge this review").input_value()

    begin(page, link)
    assert ours(page) == []
    judge(page, "1")
    page.keyboard.press("u")
    expect(desk(page)).to_have_attribute("data-shown", re.compile("verdict"))  # what one saw is not asked again
    assert ours(page) == []
    page.keyboard.press("2")
    for _picture in range(5):
        judge(page, "2")
    expect(desk(page)).to_have_attribute("data-stored", "6")

    page.reload()
    expect(page.get_by_text("Picture 7 of 14")).to_be_visible()
    for _picture in range(8):
        judge(page, "2")
    expect(page.get_by_role("heading", name="Done. Thank you!")).to_be_visible()
    expect(desk(page)).to_have_attribute("data-stored", "14")

    page.goto(link.replace("/judge?", "/results?"))
    wait_until_idle(page)
    expect(page.get_by_text("12 of 12", exact=True)).to_be_visible()
    expect(page.get_by_text(f"{NAME} judged 14 of 14. False alarms on untouched images: 1 of 1")).to_be_visible()
    expect(page.get_by_text("The pipeline on screen is the one that was reviewed.")).to_be_visible()
    assert ours(page) == []
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Report (HTML)").click()
    report = waiting.value.path().read_text()
    assert "reviewed: 12 images, 12 labels changed" in report
    assert "not the pipeline that was reviewed" not in report
    assert "Dr &lt;b&gt;" in report
    assert "<b>" not in report

    go_to(page, "Export")
    expect(page.get_by_text(re.compile("Expert review in the file's header: reviewed: 12 images"))).to_be_visible()
    assert traffic.errors == []
    assert traffic.outside == []


def test_everything_about_a_picture_has_a_key_and_is_stored(page: Page, server: Server) -> None:
    review_id = made(None)
    begin(page, f"{server.url}/judge?review={review_id}", "Keys")
    view = page.get_by_role("group", name=re.compile("^The picture to judge"))
    page.keyboard.press("+")
    expect(view).to_have_attribute("data-zoom", "1.5")
    page.keyboard.press("0")
    expect(view).to_have_attribute("data-zoom", "1")
    view.hover()
    page.mouse.wheel(0, -400)
    expect(view).not_to_have_attribute("data-zoom", "1")
    page.keyboard.press("l")
    expect(view.locator(".stage")).to_have_attribute("style", re.compile(r"contrast\("))

    page.keyboard.press("t")
    page.keyboard.insert_text("12 cats")
    page.keyboard.press("Enter")
    expect(desk(page)).to_have_attribute("data-shown", re.compile("verdict"))
    page.keyboard.press("p")
    page.keyboard.press("1")
    expect(page.get_by_text("Paused.")).to_be_visible()
    page.keyboard.press("p")
    page.keyboard.press("r")
    page.keyboard.press("o")
    page.keyboard.press("n")
    page.keyboard.insert_text("like a 2")
    page.keyboard.press("Enter")
    expect(page.get_by_text("What was done")).to_have_count(0)
    page.keyboard.press("2")
    expect(page.get_by_text(re.compile("^Last picture: Label changed"))).to_be_visible()
    page.keyboard.press("b")
    expect(desk(page)).to_have_attribute("data-waiting", "0")

    store = open_store()
    log, items = store.log(review_id), store.review(review_id).items
    store.close()
    (((_reviewer, place), said),) = standing(log.verdicts).items()
    assert said.step_id == items[place].steps[0].step_id
    assert [row.label for row in log.first_labels] == ["12 cats"]
    assert (said.answer, said.reason, said.note, said.object_id) == ("changed", "Cut off or covered", "like a 2", 0)
    assert said.seconds > 0


def made_of(title: str, grey: int) -> str:
    """Id of a review of three plain pictures of about one grey, in the store of the tests."""
    samples = [Sample(f"{k}.png", np.full((40, 48, 3), grey + k, np.uint8), Labels(label="cat")) for k in range(3)]
    store = open_store()
    plan = make_plan([sample.digest for sample in samples], 3, 3, controls=Controls(0, 0, 0))
    flip = PipelineSpec((Step("HorizontalFlip"),))
    review = render(flip, plan, Setting(title), Material(samples), store.pictures.keep)
    store.add(review)
    store.close()
    return review.id


def test_another_review_in_the_same_tab_shows_its_own_pictures(page: Page, server: Server) -> None:
    dark, light = made_of("Dark", 20), made_of("Light", 220)
    begin(page, f"{server.url}/judge?review={dark}", "Ada")
    for _picture in range(3):
        judge(page, "1")
    expect(page.get_by_role("heading", name="Done. Thank you!")).to_be_visible()
    go_to(page, "Make a review")
    page.locator(f".st-key-link-{light} button").click()
    page.get_by_role("link", name="Judge it yourself").click()
    wait_until_idle(page)
    page.get_by_role("textbox", name="Your name").fill("Ada")
    page.keyboard.press("Enter")
    for _picture in range(3):
        expect(desk(page)).to_have_attribute("data-shown", re.compile("label"))
        assert desk(page).locator(".stage img").first.evaluate(MIDDLE_GREY) >= 220
        judge(page, "1")


MIDDLE_GREY = """img => {
  const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
  pen.drawImage(img, 0, 0);
  return pen.getImageData(24, 20, 1, 1).data[0];
}"""


def test_no_key_answers_for_a_picture_that_is_not_in_view_yet(page: Page, server: Server) -> None:
    review_id = made(None)
    begin(page, f"{server.url}/judge?review={review_id}", "Quick")
    page.keyboard.press("1")
    expect(desk(page)).to_have_attribute("data-shown", re.compile("verdict"))
    page.evaluate(
        """() => ['1', 'Enter', '1'].forEach(key =>
            document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, composed: true })))"""
    )
    expect(desk(page)).to_have_attribute("data-shown", "label 1")
    expect(desk(page)).to_have_attribute("data-waiting", "0")
    store = open_store()
    log = store.log(review_id)
    store.close()
    assert (len(log.first_labels), len(log.verdicts)) == (1, 1)


def test_pictures_without_a_label_are_held_against_the_original(page: Page, server: Server) -> None:
    begin(page, f"{server.url}/judge?review={made(None, has_labels=False)}", "Typist")
    field = page.get_by_role("textbox", name="Your label")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_name("Your label Esc")  # the way back to the keys
    page.keyboard.insert_text("a dog")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Would you still give it the label of the original?")).to_be_visible()


def test_settling_one_picture_does_not_open_the_next(page: Page, server: Server) -> None:
    review_id = made(None)
    store = open_store()
    for name, answer in (("Ada", "same"), ("Bob", "changed")):
        who = store.join(review_id, name)
        for item in store.review(review_id).items:
            store.judge(review_id, who.id, item.place, Judgement(answer))  # type: ignore[arg-type]
    store.close()
    page.goto(f"{server.url}/results?review={review_id}")
    wait_until_idle(page)
    for count in (1, 2):
        page.get_by_role("button", name="Settle it").first.click()
        page.get_by_role("radio", name="Same label").click()
        page.get_by_role("textbox", name="Agreed by").fill("Ada and Bob")
        page.get_by_role("button", name="Settle", exact=True).click()
        expect(page.get_by_text(f"{count} settled together")).to_be_visible()
        wait_until_idle(page)
        assert page.get_by_role("button", name="Settle", exact=True).count() == 0


@contextmanager
def own_server(folder: Path, port: int) -> Iterator[Server]:
    words = ["streamlit", "run", "app.py", "--server.port", "{port}"]
    with serving(words, ROOT, folder / "log.txt", port=port, variables={"AUGVIZ_DATA_DIR": str(folder)}) as running:
        yield running


def made(folder: Path | None, *, has_labels: bool = True) -> str:
    """Id of a review of eight grey pictures, in a store of its own or in that of the tests."""
    grey = [np.repeat(image(k)[:, :, :1], 3, axis=2) for k in range(8)]
    labels = Labels(boxes=Boxes.of([[8, 8, 32, 28]], ["cat"], [0])) if has_labels else Labels()
    samples = [Sample(f"{k}.png", grey[k], labels) for k in range(8)]
    store = open_store(folder=folder)
    plan = make_plan([sample.digest for sample in samples], 8, 3)
    review = render(TURN, plan, Setting("Cats"), Material(samples), store.pictures.keep)
    store.add(review)
    store.close()
    return review.id


def stored_in(folder: Path, review_id: str) -> int:
    store = open_store(folder=folder)
    count = len(standing(store.log(review_id).verdicts))
    store.close()
    return count


def test_a_killed_server_loses_no_verdict_that_the_screen_had_confirmed(page: Page, tmp_path: Path) -> None:
    review_id, port = made(tmp_path), free_port()
    with own_server(tmp_path, port) as running:
        begin(page, f"{running.url}/judge?review={review_id}", "Ada")
        for _picture in range(3):
            judge(page, "1")
        expect(desk(page)).to_have_attribute("data-stored", "3")
        judge(page, "1")
        confirmed = int(desk(page).get_attribute("data-stored") or 0)
        os.kill(running.pid, signal.SIGKILL)
    assert confirmed >= 3
    assert stored_in(tmp_path, review_id) >= confirmed

    with own_server(tmp_path, port) as running:
        page.goto(f"{running.url}/judge?review={review_id}")
        wait_until_idle(page)
        page.get_by_role("textbox", name="Your name").fill(" ada ")
        page.keyboard.press("Enter")
        # What was said and not confirmed waits in the tab, and is said again.
        expect(desk(page)).to_have_attribute("data-stored", "4")
        expect(page.get_by_text("Picture 5 of 10")).to_be_visible()
        judge(page, "2")
        expect(desk(page)).to_have_attribute("data-stored", "5")
    assert stored_in(tmp_path, review_id) == 5
