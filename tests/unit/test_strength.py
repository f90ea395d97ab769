"""A common strength, by the numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augviz.errors import PipelineError
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, PipelineSpec, Step, freeze
from augviz.pipeline.strength import scaled, way_of
from augviz.preservation.check_examples import example_sample


def _params(name: str, params: dict[str, Any], strength: float) -> dict[str, Any]:
    (step,) = scaled(PipelineSpec((Step(name, freeze(params)),)), strength).steps
    assert isinstance(step, Step)
    return dict(step.params)


@pytest.mark.parametrize(
    ("name", "params", "strength", "expected"),
    [
        ("Rotate", {"limit": (-10, 30)}, 0.5, {"limit": (-5, 15)}),
        ("Rotate", {"limit": 20}, 2.0, {"limit": (-40, 40)}),
        ("ColorJitter", {"brightness": (0.8, 1.4), "contrast": (1.0, 1.0), "saturation": (1.0, 1.0), "hue": 0.0}, 2.0,
         {"brightness": (0.6, 1.8), "contrast": (1.0, 1.0), "saturation": (1.0, 1.0), "hue": (0.0, 0.0)}),
        ("ColorJitter", {"brightness": (0.2, 1.2), "contrast": (1.0, 1.0), "saturation": (1.0, 1.0), "hue": 0.4}, 2.0,
         {"brightness": (0.0, 1.4), "contrast": (1.0, 1.0), "saturation": (1.0, 1.0), "hue": (-0.5, 0.5)}),
        ("Posterize", {"num_bits": (2, 4)}, 0.5, {"num_bits": (5, 6)}),
        ("Posterize", {"num_bits": (6, 7)}, 0.1, {"num_bits": (7, 7)}),
        ("ImageCompression", {"quality_range": (40, 80)}, 2.0, {"quality_range": (1, 60)}),
        ("RandomResizedCrop", {"size": (96, 128), "scale": (0.4, 1.0)}, 0.5, {"size": (96, 128), "scale": (0.7, 1.0)}),
        ("MedianBlur", {"blur_limit": (3, 9)}, 0.5, {"blur_limit": (3, 5)}),
        ("RandomGamma", {"gamma_limit": (80, 130)}, 2.0, {"gamma_limit": (60, 160)}),
        ("CropAndPad", {"percent": (-0.1, 0.2)}, 0.5, {"percent": (-0.05, 0.1)}),
        ("Downscale", {"scale_range": (0.25, 0.5)}, 2.0, {"scale_range": (0.05, 0.05)}),
        ("Downscale", {"scale_range": (0.02, 0.5)}, 2.0, {"scale_range": (0.02, 0.05)}),
        ("Erasing", {"scale": (0.1, 0.3)}, 2.0, {"scale": (0.2, 0.35)}),
        ("Morphological", {"scale": (3, 5)}, 0.5, {"scale": (2, 3)}),
        ("AdditiveNoise", {"noise_params": {"ranges": ((-0.1, 0.3),)}}, 0.5,
         {"noise_params": {"ranges": ((-0.05, 0.15),)}}),
    ],
)  # fmt: skip
def test_ranges_move_from_neutral_through_what_is_set(
    name: str, params: dict[str, Any], strength: float, expected: dict[str, Any]
) -> None:
    found = _params(name, params, strength)
    for key, value in expected.items():
        assert np.allclose(np.array(_flat(found[key])), np.array(_flat(value))), (key, found[key])


def _flat(value: Any) -> list[float]:
    if hasattr(value, "values"):
        value = tuple(value.values())
    return [x for item in value for x in _flat(item)] if isinstance(value, tuple) else [float(value)]


def test_ranges_that_depend_on_each_other_move_as_far_as_they_can() -> None:
    sides = dict.fromkeys(("crop_left", "crop_right", "crop_top", "crop_bottom"), 0.3)
    doubled = _params("RandomCropFromBorders", sides, 2.0)
    assert doubled["crop_left"] + doubled["crop_right"] == pytest.approx(1.0, abs=1e-4)
    assert doubled["crop_left"] > 0.49


def test_holes_in_pixels_stay_pixels_and_shares_stay_shares() -> None:
    pixels = _params("CoarseDropout", {"hole_height_range": (8, 16), "hole_width_range": (0.2, 0.6)}, 2.0)
    assert pixels["hole_height_range"] == (16, 32)
    assert all(isinstance(side, int) for side in pixels["hole_height_range"])
    assert pixels["hole_width_range"][0] == pytest.approx(0.4)
    assert pixels["hole_width_range"][1] <= 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Rotate", "numbers"), ("HorizontalFlip", "chance"), ("RandomCrop", "chance"), ("Resize", "kept"),
     ("PlanckianJitter", "chance"), ("AdditiveNoise", "chance")],
)  # fmt: skip
def test_each_step_says_what_strength_does_to_it(name: str, kind: str) -> None:
    assert way_of(Step(name)).kind == kind
    if kind == "numbers":
        assert way_of(Step(name)).parameters == ("Rotation",)
    else:
        assert way_of(Step(name)).note


def test_what_fires_by_chance_fires_more_often_and_at_most_always() -> None:
    spec = PipelineSpec((Step("HorizontalFlip", p=0.4), Step("VerticalFlip", p=0.7)))
    assert [node.p for node in scaled(spec, 0.5).steps] == pytest.approx([0.2, 0.35])
    assert [node.p for node in scaled(spec, 2).steps] == pytest.approx([0.8, 1.0])


SPEC = PipelineSpec(
    (
        Step("Rotate", freeze({"limit": (-40, 40)}), p=0.7, id="turn"),
        Group("OneOf", (Step("HorizontalFlip", p=1.0), Step("Blur", p=2 / 3)), p=0.8, id="choice"),
        Step("RandomBrightnessContrast", p=0.6, id="light"),
    ),
    (Step("Normalize"),),
)


@given(st.integers(0, 2**32))
def test_strength_1_draws_the_same_bytes_and_strength_0_the_original(seed: int) -> None:
    sample = example_sample()
    assert run(scaled(SPEC, 1), sample, seed).after.digest == run(SPEC, sample, seed).after.digest
    assert np.array_equal(run(scaled(SPEC, 0), sample, seed).after.image, sample.image)


def test_one_step_is_scaled_and_the_others_draw_what_they_drew() -> None:
    sample = example_sample()
    less = scaled(SPEC, 0.3, "light")
    assert less.find("turn") == SPEC.find("turn")
    assert less.find("choice") == SPEC.find("choice")
    for seed in range(6):
        steps = [
            {step.step_id: (step.fired, step.drawn) for step in run(each, sample, seed).trace} for each in (SPEC, less)
        ]
        assert {k: v for k, v in steps[0].items() if k != "light"} == {
            k: v for k, v in steps[1].items() if k != "light"
        }
    assert scaled(SPEC, 0, "choice").find("turn") == SPEC.find("turn")
    assert scaled(SPEC, 0.2, SPEC.tail[0].id) == SPEC


@pytest.mark.parametrize("strength", [-0.1, 2.1, float("nan"), True, "1"])
def test_other_strengths_are_refused(strength: Any) -> None:
    with pytest.raises(PipelineError, match="0 to 2"):
        scaled(SPEC, strength)


def test_a_step_that_is_not_there_is_refused() -> None:
    with pytest.raises(PipelineError, match="no step"):
        scaled(SPEC, 0.5, "nowhere")


@pytest.mark.parametrize(
    "step",
    [Step("Rotate", freeze({"limit": "far"})), Step("Resize", freeze({"height": -1})), Step("Lambda"), Step("No")],
)
def test_what_cannot_be_built_stays_as_it_is(step: Step) -> None:
    spec = PipelineSpec((step,))
    assert [scaled(spec, strength) for strength in (0.0, 0.5, 2.0)] == [spec] * 3
