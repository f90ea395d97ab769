"""Settings of Ultralytics become the steps that one picture goes through, with the arithmetic of its own code."""

from __future__ import annotations

import math
import random

import albumentations as A
import cv2
import numpy as np
import pytest

from augviz.errors import PipelineError
from augviz.pasting import Pasted, read
from augviz.pasting.ultralytics_rows import OTHERS, SETTINGS
from augviz.pipeline.run import run
from augviz.pipeline.spec import Step
from augviz.sample import Sample
from augviz.transforms import construct

FORMS = {
    "YAML": "degrees: 10\nfliplr: 0.25\nmosaic: 1.0  # four pictures\n",
    "a command line": "yolo detect train degrees=10 fliplr=0.25 mosaic=1.0",
    "words on lines": "degrees=10 \\\n fliplr=0.25,\n mosaic=1.0",
    "a dict": "settings = {'degrees': 10, 'fliplr': 0.25, 'mosaic': 1.0}",
    "a bare dict": "{'degrees': 10, 'fliplr': 0.25, 'mosaic': 1.0}",
    "dict()": "dict(degrees=10, fliplr=1 / 4, mosaic=1.0)",
    "assignments": "degrees = 10\nfliplr = 0.25\nmosaic = 1.0",
    "a call of train": "from ultralytics import YOLO\nmodel = YOLO('yolo11n.pt')\n"
    "model.train(data='coco8.yaml', epochs=3, degrees=10, fliplr=0.25, mosaic=1.0)",
    "a chained call of train": "results = YOLO('x.pt').train(degrees=10, fliplr=0.25, mosaic=1.0)",
}


def step(pasted: Pasted, name: str) -> Step:
    (found,) = (node for node in pasted.spec.steps if node.name == name)
    assert isinstance(found, Step)
    return found


def built(pasted: Pasted, name: str) -> A.BasicTransform:
    found = step(pasted, name)
    return construct.make(found.name, found.params, found.p)


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_every_way_to_write_them_means_the_same(text: str) -> None:
    pasted = read(text)
    assert pasted.form == "Ultralytics settings"
    assert [node.name for node in pasted.spec.steps] == [
        "LongestMaxSize", "PadIfNeeded", "Affine", "ColorJitter", "HorizontalFlip",
    ]  # fmt: skip
    assert step(pasted, "Affine").params["rotate"] == (-10, 10)
    assert step(pasted, "HorizontalFlip").p == 0.25


def test_values_that_are_left_out_are_ultralytics_defaults_and_named() -> None:
    pasted = read("degrees: 0")
    affine, jitter = step(pasted, "Affine"), step(pasted, "ColorJitter")
    assert affine.params["scale"] == (0.5, 1.5)
    assert dict(affine.params["translate_percent"]) == {"x": (-0.1, 0.1), "y": (-0.1, 0.1)}
    assert jitter.params["hue"] == (-0.015, 0.015)
    assert jitter.params["saturation"] == (0.3, 1.7)
    assert jitter.params["brightness"] == (0.6, 1.4)
    (note,) = (note for note in pasted.notes if note.startswith("Defaults of Ultralytics are used"))
    for part in ("imgsz 640", "scale 0.5", "hsv_s 0.7", "fliplr 0.5"):
        assert part in note
    assert "degrees" not in note


OFF = "degrees: 0\ntranslate: 0\nscale: 0\nhsv_h: 0\nhsv_s: 0\nhsv_v: 0\nfliplr: 0\nimgsz: 64\nmosaic: 0\n"


def test_what_is_off_makes_no_step() -> None:
    pasted = read(OFF)
    assert [node.name for node in pasted.spec.steps] == ["LongestMaxSize", "PadIfNeeded"]
    picture = run(pasted.spec, Sample("a", np.full((20, 40, 3), 7, np.uint8)), 1).after.image
    assert picture.shape == (64, 64, 3)
    assert picture[0, 0, 0] == 114
    assert picture[32, 32, 0] == 7


@pytest.mark.parametrize("key", ["mosaic", "mixup", "cutmix", "copy_paste", "bgr"])
def test_what_one_picture_cannot_carry_is_named(key: str) -> None:
    notes = [note for note in read(f"{OFF.replace('mosaic: 0', '')}{key}: 0.5\n").notes if f"{key} is left out" in note]
    assert len(notes) == 1


def test_the_brightness_of_hsv_is_multiplied_as_in_random_hsv() -> None:
    """RandomHSV: V times 1 + r, clipped; on RGB that is each channel times the same."""
    picture = np.random.default_rng(2).integers(20, 120, (16, 16, 3), np.uint8)
    factor = 1.5
    hue, saturation, value = cv2.split(cv2.cvtColor(picture, cv2.COLOR_RGB2HSV))
    value = np.clip(value * factor, 0, 255).astype(np.uint8)
    wanted = cv2.cvtColor(cv2.merge((hue, saturation, value)), cv2.COLOR_HSV2RGB).astype(int)
    params = step(read(f"{OFF}".replace("hsv_v: 0", "hsv_v: 0.5")), "ColorJitter").params
    assert params["brightness"] == (0.5, 1.5)
    assert params["contrast"] == (1, 1)
    fixed = A.ColorJitter((factor, factor), (1, 1), (1, 1), (0, 0), p=1)
    assert (
        np.abs(A.Compose([fixed])(image=picture)["image"].astype(int) - wanted).max() <= 6
    )  # hue is kept in 180 steps


def test_the_hue_is_turned_as_far_as_by_random_hsv() -> None:
    """RandomHSV: (hue + r * 180) % 180 in OpenCV's half degrees, r on ±hsv_h."""
    picture = np.zeros((4, 4, 3), np.uint8)
    picture[..., 0] = 200  # hue 0
    assert step(read(OFF.replace("hsv_h: 0", "hsv_h: 0.25")), "ColorJitter").params["hue"] == (-0.25, 0.25)
    turned = A.Compose([A.ColorJitter((1, 1), (1, 1), (1, 1), (0.25, 0.25), p=1)])(image=picture)["image"]
    assert cv2.cvtColor(turned, cv2.COLOR_RGB2HSV)[0, 0, 0] == pytest.approx(0.25 * 180, abs=1)


def corner_after_random_perspective(p_x: float, p_y: float, size: int) -> float:
    """How far a corner moves along one axis, as a share of the side: M = T @ P @ C of RandomPerspective."""
    x, y = size / 2, size / 2
    return abs(x / (1 + p_x * x + p_y * y) - x) / size


def test_perspective_moves_corners_as_far_as_random_perspective_on_average() -> None:
    size, perspective = 640, 0.0004
    draw = random.Random(1)
    slants = [[draw.uniform(-perspective, perspective) for _ in "xy"] for _ in range(20_000)]
    moved = [corner_after_random_perspective(p_x, p_y, size) for p_x, p_y in slants]
    spread = step(read(f"perspective: {perspective}"), "Perspective").params["scale"][0]
    ours = np.abs(np.random.default_rng(0).normal(0, spread, 200_000)) % 0.32
    assert ours.mean() == pytest.approx(math.fsum(moved) / len(moved), rel=0.06)


def test_affine_shifts_and_scales_as_random_perspective_does() -> None:
    """RandomPerspective: s even on 1 ± scale for both axes, then a shift even on ±translate of the side."""
    pasted = read(OFF.replace("scale: 0", "scale: 0.3").replace("translate: 0", "translate: 0.2"))
    transform = built(pasted, "Affine")
    transform.set_random_seed(3)
    matrices = [
        transform.get_params_dependent_on_data({"shape": (100, 100, 3)}, {"image": np.zeros((100, 100, 3), np.uint8)})
        for _ in range(800)
    ]
    scales = np.array([[m["matrix"][0, 0], m["matrix"][1, 1]] for m in matrices])
    assert np.allclose(scales[:, 0], scales[:, 1])
    assert scales.min() == pytest.approx(0.7, abs=0.01)
    assert scales.max() == pytest.approx(1.3, abs=0.01)
    centre = np.array([49.5, 49.5, 1.0])
    shifts = np.array([(m["matrix"] @ centre)[:2] - centre[:2] for m in matrices])
    assert np.abs(shifts).max() == pytest.approx(20, abs=1)
    assert np.abs(shifts.mean(axis=0)).max() < 1.5


def test_classification_goes_another_way() -> None:
    pasted = read("task: classify\nauto_augment: null\nerasing: 0.2\nscale: 0.6\nmosaic: 1.0")
    assert [node.name for node in pasted.spec.steps] == [
        "RandomResizedCrop",
        "HorizontalFlip",
        "ColorJitter",
        "Erasing",
    ]
    assert step(pasted, "RandomResizedCrop").params["size"] == (224, 224)
    assert step(pasted, "RandomResizedCrop").params["scale"] == (0.4, 1.0)
    assert step(pasted, "ColorJitter").params["contrast"] == (0.6, 1.4)
    assert step(pasted, "Erasing").p == 0.2
    assert any("mosaic is looked at in detection only" in note for note in pasted.notes)


def test_a_policy_of_classification_switches_the_colours_off_and_is_named() -> None:
    pasted = read("task: classify\nauto_augment: augmix")
    assert all(node.name != "ColorJitter" for node in pasted.spec.steps)
    assert any("augmix draws from a policy" in note for note in pasted.notes)


def test_a_training_without_augmentations_has_ultralytics_defaults() -> None:
    pasted = read("model.train(data='coco8.yaml', epochs=3)")
    assert step(pasted, "HorizontalFlip").p == 0.5


def test_train_of_pytorch_is_none_of_these() -> None:
    assert read("model.train()\nA.Compose([A.NoOp()])").form == "Albumentations code"
    with pytest.raises(PipelineError, match="no pipeline in this code"):
        read("model.train()")


WRONG = {
    "imgsz: 64.5": ("line 1", "not a whole number"),
    "imgsz: [64, 32]": ("line 1", "is not accepted"),
    "fliplr: 0.5\ndegree: 10": ("line 2", "'degree' is no setting of Ultralytics"),
    "fliplr: 0.5\ndegrees: 190": ("line 2", "from 0 to 180"),
    "fliplr: 0.5\nhsv_h: 1.5": ("line 2", "from 0 to 1"),
    "fliplr: 0.5\nperspective: 0.5": ("line 2", "from 0 to 0.001"),
    "fliplr: 0.5\nscale: lots": ("line 2", "'lots' is not accepted"),
    "fliplr: 0.5\ntranslate: true": ("line 2", "True is not accepted"),
    "fliplr: 0.5\nshear: [1, 2]": ("line 2", "is not accepted"),
    "fliplr: 0.5\ntask: dance": ("line 2", "One of detect"),
    "fliplr: 0.5\nfliplr: 0.1": ("line 2", "stands twice"),
    "fliplr=0.5\nfliplr=0.1": ("line 2", "stands twice"),
    "model.train(fliplr=0.5,\n degrees=190)": ("line 2", "from 0 to 180"),
    "model.train('coco.yaml', fliplr=0.5)": ("line 1", "arguments with names only"),
    "__import__('os').train(fliplr=0.5)": ("line 1", "is a call that augviz does not run"),
    "task: classify\nauto_augment: some\nfliplr: 1": ("line 2", "One of randaugment"),
}


@pytest.mark.parametrize(("text", "said"), WRONG.items(), ids=WRONG)
def test_a_mistake_gets_its_line(text: str, said: tuple[str, str]) -> None:
    with pytest.raises(PipelineError) as caught:
        read(text)
    assert caught.value.where == said[0]
    assert said[1] in str(caught.value)


def test_no_setting_is_an_augmentation_and_something_else() -> None:
    assert not {setting.key for setting in SETTINGS} & OTHERS
    for setting in SETTINGS:
        assert setting.low <= setting.default <= setting.high
        assert setting.becomes or setting.differs
