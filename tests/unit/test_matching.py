"""Whether validation images come to the model as training images do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from augviz.batch.arriving import arrived
from augviz.batch.matching import Check, checks_of, worst
from augviz.errors import InputError
from augviz.pipeline.spec import Group, PipelineSpec, Step, freeze
from augviz.pipeline.validation import validation_of
from augviz.policies.starting_points import STARTING_POINTS
from augviz.sample import Boxes, Labels, Sample


def step(name: str, p: float = 1.0, **params: Any) -> Step:
    return Step(name, freeze(params), p)


def spec(*steps: Step | Group, tail: tuple[Step, ...] = (), **kwargs: Any) -> PipelineSpec:
    return PipelineSpec(steps, tail, **kwargs)


def image(name: str, height: int, width: int, channels: int = 3) -> Sample:
    pixels = np.random.default_rng(len(name)).integers(0, 256, (height, width, channels))
    return Sample(name, pixels.astype(np.uint8))


IMAGES = (image("wide", 60, 90), image("tall", 80, 50))


def checked(training: PipelineSpec, validation: PipelineSpec, images: tuple[Sample, ...] = IMAGES) -> dict[str, Check]:
    both = [arrived(each, images, draws=12, seed=1) for each in (training, validation)]
    return {check.topic: check for check in checks_of(training, validation, *both)}


def grades(checks: dict[str, Check]) -> dict[str, str]:
    return {topic: check.grade for topic, check in checks.items() if check.grade != "same"}


# What is derived matches


@pytest.mark.parametrize(
    "train",
    [
        spec(),
        spec(step("RandomResizedCrop", size=(32, 32)), step("HorizontalFlip", 0.5), tail=(step("Normalize"),)),
        spec(step("RandomCrop", height=32, width=32), step("ToGray"), tail=(step("Normalize"), step("ToTensorV2"))),
        spec(step("LongestMaxSize", max_size=40), step("PadIfNeeded", min_height=40, min_width=40), step("Rotate")),
        spec(step("Resize", height=32, width=40), Group("OneOf", (step("Blur"), step("GaussNoise")), 0.5)),
    ],
)
def test_a_derived_pipeline_matches(train: PipelineSpec) -> None:
    found = checked(train, validation_of(train).spec)
    assert grades(found) == {}
    assert worst(found.values()) == "same"


def test_no_starting_point_has_a_derived_pipeline_that_is_different() -> None:
    boxes = Boxes.of([[200, 150, 400, 420]], ["thing"])
    large = replace(image("large", 600, 640), labels=Labels(boxes))
    for point in STARTING_POINTS:
        found = checked(point.spec, validation_of(point.spec).spec, (large,))
        assert set(grades(found).values()) <= {"doubtful"}, point.id


def test_a_size_that_only_some_training_images_get_is_doubtful() -> None:
    train = spec(step("Resize", 0.5, height=32, width=32))
    found = checked(train, validation_of(train).spec)
    assert grades(found) == {"size": "doubtful"}
    assert "(32 × 32 px, 90 × 60 px, 50 × 80 px), validation makes 32 × 32 px" in found["size"].what
    assert "p = 1" in found["size"].mend


# What differs


def test_what_is_random_in_validation_is_named() -> None:
    half = Group("Sequential", (step("ToGray"),), 0.5)
    for own, named in (
        (spec(step("HorizontalFlip", 0.3)), "HorizontalFlip (p = 0.3)"),
        (spec(step("Rotate")), "Rotate"),
        (spec(Group("OneOf", (step("ToGray"), step("InvertImg")))), "OneOf"),
        (spec(half), "Sequential"),
        (spec(p=0.5), "the whole pipeline (p = 0.5)"),
        (spec(tail=(step("Normalize", 0.5),)), "Normalize (p = 0.5)"),
    ):
        check = checked(spec(), own)["chance"]
        assert check.grade == "different"
        assert named in check.what
    all_of = Group("SomeOf", (step("ToGray"), step("InvertImg")), n=2)
    fixed = Group("Sequential", (step("ToGray"), Step("Blur", enabled=False)))
    for own in (spec(all_of), spec(fixed), spec(step("Rotate", 0.0))):
        assert checked(spec(), own)["chance"].grade == "same"


def test_another_size_is_different_and_both_are_named() -> None:
    found = checked(spec(step("Resize", height=32, width=32)), spec(step("Resize", height=48, width=64)))
    assert grades(found) == {"size": "different"}
    assert "Training makes 32 × 32 px, validation 64 × 48 px" in found["size"].what


def test_quarter_turns_keep_the_size_of_each_image() -> None:
    check = checked(spec(step("RandomRotate90")), spec())["size"]
    assert (check.grade, check.what) == (
        "same",
        "Both keep the size of each image; training also turns it on its side.",
    )
    assert checked(spec(), spec())["size"].what.startswith("Every image comes out of both with the same size")


def test_a_step_that_only_one_always_has_another_order_and_other_values_are_said() -> None:
    gray, invert = step("ToGray"), step("InvertImg")
    assert "goes through ToGray, validation images do not" in checked(spec(gray), spec())["steps"].what
    assert "goes through InvertImg, training images do not" in checked(spec(), spec(invert))["steps"].what
    turned = checked(spec(gray, invert), spec(invert, gray))["steps"]
    assert (turned.grade, "ToGray → InvertImg for training, InvertImg → ToGray here" in turned.what) == (
        "different", True,
    )  # fmt: skip
    sharp = checked(
        spec(step("Resize", height=32, width=32)), spec(step("Resize", height=32, width=32, interpolation=0))
    )
    assert sharp["steps"].grade == "doubtful"
    assert "interpolation" in sharp["steps"].what
    assert checked(spec(gray, invert), spec(gray, invert))["steps"].what.endswith("ToGray → InvertImg.")


def test_normalize_has_to_be_the_same() -> None:
    ours = spec(tail=(step("Normalize", mean=(0.5,) * 3),))
    missing = checked(ours, spec())["normalize"]
    assert (missing.grade, "Training images are normalised, validation images are not" in missing.what) == (
        "different", True,
    )  # fmt: skip
    other = checked(ours, spec(tail=(step("Normalize"),)))["normalize"]
    assert "Mean is (0.5, 0.5, 0.5) for training and (0.485, 0.456, 0.406) for validation" in other.what
    assert checked(ours, ours)["normalize"].grade == "same"
    written_out = spec(tail=(step("Normalize", mean=(0.5,) * 3, max_pixel_value=255.0),))
    assert checked(ours, written_out)["normalize"].grade == "same"
    assert checked(spec(), spec())["normalize"].what.startswith("Neither normalises")


def test_channels_and_the_form_of_the_array_have_to_be_the_same() -> None:
    one = spec(step("ToGray", num_output_channels=1))
    assert checked(one, spec())["channels"].grade == "different"
    some = spec(step("ToGray", 0.5, num_output_channels=1))
    assert checked(some, spec())["channels"].grade == "doubtful"
    tensor = checked(spec(tail=(step("ToTensorV2"),)), spec())["channels"]
    assert "Training ends with ToTensorV2 (channels first), validation does not" in tensor.what
    assert checked(one, one)["channels"].what == "Both give 1 channel of whole numbers 0 to 255."


def test_a_step_that_cannot_run_is_said_once() -> None:
    found = arrived(spec(step("RandomCrop", height=999, width=999)), IMAGES, draws=4, seed=0)
    assert len(found.errors) == len(IMAGES)


def test_progress_is_told_and_ends_the_work() -> None:
    def stop(done: int, count: int) -> None:
        assert count == 2 * 6
        raise InputError("stopped")

    with pytest.raises(InputError, match="Stopped"):
        arrived(spec(), IMAGES, draws=6, seed=0, on_progress=stop)
