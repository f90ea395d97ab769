"""A review is made as a whole, or nothing of it is left: also of pictures that were still being drawn."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from augviz.errors import InputError
from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.review.making import known_violations, make_review
from augviz.review.plan import make_plan
from augviz.review.rendering import Material
from augviz.review.review import Picture, Setting
from augviz.review.store import open_store
from augviz.sample import Sample

CROP = PipelineSpec((Step("RandomCrop", freeze({"height": 30, "width": 30})),))


def image(name: str, side: int) -> Sample:
    return Sample(name, np.random.default_rng(side).integers(0, 255, (side, side, 3), np.uint8))


def wait_for_threads() -> None:
    """Until nothing is drawn any more: a review that was stopped does not wait for its last pictures."""
    until = time.monotonic() + 20
    while any(each.name.startswith("side-by-side") for each in threading.enumerate()):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_picture_that_comes_after_the_failure_is_not_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, may_go_on, is_written = open_store(folder=tmp_path), Event(), Event()
    keep = store.pictures.keep

    def keep_late(data: bytes, size_wh: tuple[int, int], *, hold: bool) -> Picture:
        assert may_go_on.wait(20)
        picture = keep(data, size_wh, hold=hold)
        is_written.set()
        return picture

    monkeypatch.setattr(store.pictures, "keep", keep_late)
    samples = (image("fits.png", 40), image("too small.png", 20))
    plan = make_plan([sample.digest for sample in samples], 2, 7)
    with pytest.raises(InputError, match=r"too small\.png"):
        make_review(store, CROP, plan, Setting(), Material(samples))
    may_go_on.set()
    assert is_written.wait(20)
    wait_for_threads()
    assert list(tmp_path.rglob("*.png")) == []
    assert store.reviews() == ()


FLIP = PipelineSpec((Step("HorizontalFlip"),))


class StopError(Exception):
    """Somebody presses Stop."""


@pytest.mark.parametrize("how", ["stopped", "removed"])
def test_a_review_in_the_making_keeps_pictures_that_another_one_gives_up(tmp_path: Path, how: str) -> None:
    store, samples = open_store(folder=tmp_path), images(3)
    plan = make_plan([sample.digest for sample in samples], 3, 7)

    def stop(_done: int, _count: int) -> None:
        raise StopError

    def give_up_the_other(done: int, count: int) -> None:
        if done < count:
            return
        if how == "removed":
            store.remove(other.id)
            return
        with pytest.raises(StopError):
            make_review(store, FLIP, plan, Setting(), Material(samples), on_progress=stop)

    if how == "removed":
        other = make_review(store, FLIP, plan, Setting(), Material(samples))
    made = make_review(store, FLIP, plan, Setting(), Material(samples), on_progress=give_up_the_other)
    for item in made.items:
        for picture in (item.after, item.before):
            assert len(store.pictures.read(picture.digest)) == picture.size_bytes
    store.remove(made.id)
    wait_for_threads()
    assert list(tmp_path.rglob("*.png")) == []


def images(count: int) -> list[Sample]:
    return [image(f"{side}.png", side) for side in range(20, 20 + count)]


def test_a_draw_that_left_the_picture_as_it_was_is_no_known_violation() -> None:
    seldom = PipelineSpec((Step("HorizontalFlip", p=0.4),))
    samples = images(20)
    found = known_violations(seldom, samples, 6, 7)
    assert len({outcome.before.name for outcome in found}) == 6
    for outcome in found:
        assert (outcome.after.image == outcome.before.image[:, ::-1]).all()
    assert [one.after.digest for one in found] == [one.after.digest for one in known_violations(seldom, samples, 6, 7)]
    assert 6 < len(known_violations(seldom, samples, 20, 7)) < 20  # of the others no draw changed anything


def test_a_pipeline_that_changes_no_picture_breaks_no_label() -> None:
    with pytest.raises(InputError, match="known to break labels changes no picture"):
        known_violations(PipelineSpec((Step("HorizontalFlip", p=0.0),)), images(3), 2, 7)


def test_a_known_violation_that_cannot_be_drawn_is_said() -> None:
    with pytest.raises(InputError, match=r"too small\.png"):
        known_violations(CROP, [image("too small.png", 20)], 1, 7)
