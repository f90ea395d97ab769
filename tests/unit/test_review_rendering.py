"""From a plan to stored pictures: what is judged is what training gets, and the evidence is whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from augviz.errors import InputError
from augviz.images import decode
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.review.plan import Controls, Plan, make_plan
from augviz.review.rendering import Material, classes_of, described, render
from augviz.review.review import Review, Setting
from augviz.review.store import PictureFiles
from augviz.sample import Boxes, Labels, Sample, SemanticMap
from tests.unit.review_cases import TURN, picture

SAMPLES = [picture(seed) for seed in range(8)]


def rendered(
    tmp_path: Path, spec: PipelineSpec = TURN, *, plan: Plan | None = None, setting: Setting | None = None
) -> tuple[Review, PictureFiles]:
    files = PictureFiles(tmp_path)
    known = [run(PipelineSpec((Step("VerticalFlip"),)), SAMPLES[0], 0)]
    made = plan or make_plan([sample.digest for sample in SAMPLES], 6, 7, known=[known[0].before.digest])
    return render(spec, made, setting or Setting(), Material(SAMPLES, known), files.keep), files


def pixels(files: PictureFiles, digest: str) -> np.ndarray:
    return np.asarray(decode(f"{digest}.png", files.read(digest)).image)


def test_each_picture_is_the_one_that_training_gets(tmp_path: Path) -> None:
    review, files = rendered(tmp_path)
    assert review.is_of(TURN)
    for item in review.items:
        if item.kind in ("draw", "duplicate"):
            sample = next(one for one in SAMPLES if one.digest == item.image_digest)
            outcome = run(TURN, sample, item.seed)
            assert (pixels(files, item.after.digest) == outcome.after.image).all()
            assert (pixels(files, item.before.digest) == sample.image).all()
            assert [step.step_id for step in item.steps] == [one.step_id for one in outcome.trace if one.fired]


def test_controls_are_what_they_say(tmp_path: Path) -> None:
    review, files = rendered(tmp_path)
    by_kind = {item.kind: item for item in review.items}
    assert by_kind["untouched"].after == by_kind["untouched"].before
    twin = by_kind["duplicate"]
    assert twin.twin is not None
    assert twin.after == review.items[twin.twin].after
    flipped = pixels(files, by_kind["known violation"].after.digest)
    assert (flipped == SAMPLES[0].image[::-1]).all()
    assert by_kind["known violation"].steps[0].transform == "VerticalFlip"


def test_what_a_step_did_is_measured(tmp_path: Path) -> None:
    spec = PipelineSpec((Step("Rotate", {"limit": (20, 20), "border_mode": 0}),))
    big = [picture(seed, 96) for seed in range(3)]
    plan = make_plan([sample.digest for sample in big], 3, 1, controls=Controls(0, 0, 0))
    review = render(spec, plan, Setting(), Material(big), PictureFiles(tmp_path).keep)
    for item in review.items:
        doses = {dose.quantity: dose.value for dose in item.steps[0].doses}
        assert doses["rotation"] == pytest.approx(20, abs=0.5)
        assert "hue" not in doses


def test_checks_blame_the_step_before_anybody_has_judged(tmp_path: Path) -> None:
    spec = PipelineSpec((Step("HorizontalFlip"), Step("Crop", {"x_min": 18, "y_min": 18, "x_max": 24, "y_max": 24})))
    plan = make_plan([SAMPLES[0].digest], 1, 1, controls=Controls(0, 0, 0))
    review, _files = rendered(tmp_path, spec, plan=replace(plan), setting=Setting(profile="detection"))
    assert review.items[0].blamed == ("Crop-1",)
    harmless = PipelineSpec((Step("HorizontalFlip"),))
    review, _files = rendered(tmp_path, harmless, plan=plan, setting=Setting(profile="detection"))
    assert review.items[0].blamed == ()


def test_objects_and_labels_are_kept_beside_the_pictures(tmp_path: Path) -> None:
    review, _files = rendered(tmp_path)
    item = review.items[0]
    assert (item.label, item.classes) == ("street", ("street", "car"))
    before = json.loads(item.objects_before)
    assert (before["boxes"][0][:4], before["boxes"][0][6], before["names"]) == ([6, 6, 14, 14], 3, ["car"])
    assert json.loads(item.objects_after)["size"] == [24, 24]


def test_the_exported_pipeline_moves_boxes_also_where_the_first_image_has_none(tmp_path: Path) -> None:
    bare = Sample("bare.png", np.full((24, 24, 3), 90, np.uint8))
    samples = [bare, SAMPLES[0]]
    plan = make_plan([sample.digest for sample in samples], 2, 1, controls=Controls(0, 0, 0))
    review = render(TURN, plan, Setting(), Material(samples), PictureFiles(tmp_path).keep)
    assert "bbox_params: null" not in review.pipeline_yaml
    assert "bbox_params:" in review.pipeline_yaml


def test_a_grey_picture_and_one_that_is_too_large_are_stored_small(tmp_path: Path) -> None:
    grey = Sample("grey.png", np.full((40, 3_000, 3), 90, np.uint8))
    files = PictureFiles(tmp_path)
    plan = make_plan([grey.digest], 1, 1, controls=Controls(0, 0, 0))
    (item,) = render(PipelineSpec(), plan, Setting(), Material([grey]), files.keep).items
    assert item.after.size_wh == (2_048, 27)
    assert decode("x.png", files.read(item.after.digest), keep_grey=True).image.shape == (27, 2_048, 1)
    assert json.loads(item.objects_after)["size"] == [3_000, 40]


def test_the_same_review_is_drawn_again_in_any_order_of_threads(tmp_path: Path) -> None:
    first, again = rendered(tmp_path)[0], rendered(tmp_path)[0]
    assert first.items == again.items
    assert first.id != again.id
    assert len(first.id) >= 20


def test_a_step_that_cannot_run_is_said_with_its_image(tmp_path: Path) -> None:
    spec = PipelineSpec((Step("RandomCrop", {"height": 500, "width": 500}),))
    with pytest.raises(InputError, match=r"picture \d\.png"):
        rendered(tmp_path, spec)


def test_an_unknown_profile_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such profile"):
        rendered(tmp_path, setting=Setting(profile="moon"))


def test_progress_is_told_and_ends_the_work(tmp_path: Path) -> None:
    class StopError(Exception):
        pass

    def stop(done: int, count: int) -> None:
        assert count == 3
        if done == 2:
            raise StopError

    plan = make_plan([sample.digest for sample in SAMPLES], 3, 7, controls=Controls(0, 0, 0))
    with pytest.raises(StopError):
        render(TURN, plan, Setting(), Material(SAMPLES), PictureFiles(tmp_path).keep, on_progress=stop)


def test_labels_in_words() -> None:
    boxes = Boxes.of([[0, 0, 1, 1]] * 5, ["a", "b", "c", "d", "a"])
    assert described(Labels(boxes=boxes)) == "a, b, c and 1 more"
    road = SemanticMap(np.array([[0, 1], [2, 255]], np.int32), {1: "road", 2: "sky"})
    assert classes_of(Labels(semantic=road)) == ("road", "sky")
    assert described(Labels()) == ""
