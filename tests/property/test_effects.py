"""Measured effects are the known parameters of transforms that have exactly that effect; watching changes no byte.

Tolerances: 1 degree for rotation, 1.5 for shear and hue, 2% for scale and aspect, 0.03 for shares (of small pictures,
whose edge pixels are 2% of all), 0.02 for brightness, a fifth for noise.
"""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from augviz.pipeline.effects import (
    UNCHANGED,
    UNMOVED,
    Appearance,
    Effects,
    Geometry,
    RunEffects,
    force_leaf,
    measure_run,
    mirrored_objects,
    visible_shares,
)
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, PipelineSpec, Step
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample, SemanticMap

SIZES = st.sampled_from([(120, 160), (200, 96), (150, 151), (90, 240)])
SEEDS = st.integers(0, 2**32)


def sample(size_hw: tuple[int, int], dtype: type = np.uint8) -> Sample:
    """Smooth colours with grain, away from the ends of the range; an object in the middle, and one in a corner."""
    height, width = size_hw
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    planes = [95 + 40 * np.sin(x / 19), 105 + 35 * np.cos(y / 23), 125 + 40 * np.sin((x + y) / 31)]
    image = np.stack(planes, axis=-1) + np.random.default_rng(1).normal(0, 3, (height, width, 1))
    image[height // 4 : height // 2, width // 4 : width // 2] = (190, 70, 60)
    pixels = image.clip(30, 225).astype(np.uint8)
    stack = np.zeros((2, height, width), bool)
    stack[0, height // 4 : 3 * height // 4, width // 4 : 3 * width // 4] = True
    stack[1, : height // 5, : width // 5] = True
    boxes = [[width // 4, height // 4, 3 * width // 4, 3 * height // 4], [0, 0, width // 5, height // 5]]
    labels = Labels(
        Boxes.of(boxes, ["middle", "corner"], [3, 7]),
        Masks.from_stack(stack, ["middle", "corner"], [3, 7], size=size_hw),
        SemanticMap(stack[0].astype(np.int32)),
        Keypoints.of([[width / 2, height / 2]], ["centre"]),
    )
    return Sample("s", pixels if dtype is np.uint8 else (pixels / 255).astype(np.float32), labels)


def spec_of(*steps: Step | Group) -> PipelineSpec:
    return PipelineSpec(tuple(steps))


def alone(name: str, params: dict[str, Any], on: Sample, seed: int = 0) -> Effects:
    found = force_leaf(spec_of(Step(name, params)), f"{name}-1", on, draws=1, seed=seed)
    assert len(found) == 1
    assert found[0].unknown == ()
    return found[0]


def geometry(name: str, params: dict[str, Any], on: Sample, seed: int = 0) -> Geometry:
    found = alone(name, params, on, seed).geometry
    assert found is not None
    return found


def appearance(name: str, params: dict[str, Any], on: Sample, seed: int = 0) -> Appearance:
    found = alone(name, params, on, seed).appearance
    assert found is not None
    return found


def whole(*steps: Step, on: Sample, seed: int = 0) -> Geometry:
    found = measure_run(spec_of(*steps), on, seed).whole.geometry
    assert found is not None
    return found


def turned_by(a: float, b: float) -> float:
    """Size of the angle between two directions."""
    return abs((a - b + 180) % 360 - 180)


def assert_alike(a: Geometry, b: Geometry) -> None:
    assert a.is_mirrored == b.is_mirrored
    assert turned_by(a.rotation_deg, b.rotation_deg) < 1
    assert a.scale == pytest.approx(b.scale, rel=0.02)
    assert a.aspect == pytest.approx(b.aspect, rel=0.02)
    assert a.padded_share == pytest.approx(b.padded_share, abs=0.03)
    assert a.source_seen_share == pytest.approx(b.source_seen_share, abs=0.03)


# -- watching ---------------------------------------------------------------------------------------------------------

WATCHED = (
    Step("HorizontalFlip", p=0.5),
    Step("Rotate", {"limit": (-40, 40), "mask_interpolation": cv2.INTER_LINEAR}, p=0.7),
    Step("ElasticTransform", {}, p=0.3),
    Step("CoarseDropout", {"fill": "random", "fill_mask": 3}, p=0.7),
    Step("GaussNoise", {}, p=0.5),
    Step("RandomBrightnessContrast", {}, p=0.6),
    Step("GlassBlur", {}, p=0.2),
    Step("RandomResizedCrop", {"size": (80, 100)}, p=0.6),
    Step("PixelDropout", {}, p=0.4),
    Step("RandomGridShuffle", {}, p=0.3),
    Step("PadIfNeeded", {"min_height": 170, "min_width": 170, "fill_mask": 2}, p=0.6),
    Step("MaskDropout", {}, p=0.4),
)


@given(
    data=st.data(),
    size=SIZES,
    seed=SEEDS,
    dtype=st.sampled_from([np.uint8, np.float32]),
    mask_interpolation=st.sampled_from([None, cv2.INTER_LINEAR]),
)
def test_a_watched_run_is_the_run(
    data: Any, size: tuple[int, int], seed: int, dtype: type, mask_interpolation: Any
) -> None:
    chosen = data.draw(st.lists(st.sampled_from(WATCHED), min_size=1, max_size=4))
    kind = data.draw(st.sampled_from(["OneOf", "SomeOf", "Sequential", "RandomOrder"]))
    spec = PipelineSpec((*chosen[1:], Group(kind, tuple(chosen[:2]), n=1)), mask_interpolation=mask_interpolation)
    bare, watched = run(spec, sample(size, dtype), seed), measure_run(spec, sample(size, dtype), seed).outcome
    assert watched.after.digest == bare.after.digest
    assert watched.removed == bare.removed
    for a, b in zip(watched.trace, bare.trace, strict=True):
        assert (a.step_id, a.fired, a.reason, a.error, a.visible) == (b.step_id, b.fired, b.reason, b.error, b.visible)
        assert str(a.drawn) == str(b.drawn)


@given(size=SIZES, seed=SEEDS)
def test_leaves_are_those_that_fired_in_their_order(size: tuple[int, int], seed: int) -> None:
    seen = measure_run(spec_of(*WATCHED), sample(size), seed)
    assert [leaf.step_id for leaf in seen.leaves] == [step.step_id for step in seen.outcome.trace if step.fired]


@given(size=SIZES, seed=SEEDS)
def test_nothing_is_measured_where_nothing_happens(size: tuple[int, int], seed: int) -> None:
    seen = measure_run(spec_of(Step("HorizontalFlip", p=0.0), Step("NoOp")), sample(size), seed)
    assert seen.whole.geometry == UNMOVED
    assert seen.whole.appearance == UNCHANGED
    assert seen.whole.lost_share == 0
    assert visible_shares(seen) == {3: 1.0, 7: 1.0}


# -- geometry against known parameters --------------------------------------------------------------------------------


@given(size=SIZES, degrees=st.floats(-179, 179))
def test_rotation_is_the_angle(size: tuple[int, int], degrees: float) -> None:
    on, angle = sample(size), (degrees, degrees)
    turned = geometry("Rotate", {"limit": angle}, on)
    assert turned_by(turned.rotation_deg, degrees) < 1
    assert not turned.is_mirrored
    assert turned.scale == pytest.approx(1, rel=0.02)
    assert turned.shear_deg < 1.5
    assert turned.warp_share == 0
    assert_alike(turned, geometry("Affine", {"rotate": angle}, on))


@given(size=st.sampled_from([(120, 120), (151, 151)]), degrees=st.floats(-179, 179))
def test_safe_rotate_turns_by_its_angle_and_keeps_everything(size: tuple[int, int], degrees: float) -> None:
    turned = geometry("SafeRotate", {"limit": (degrees, degrees)}, sample(size))
    assert turned_by(turned.rotation_deg, degrees) < 1
    assert turned.source_seen_share > 0.97


@given(size=SIZES, degrees=st.floats(-170, 170))
def test_a_border_filled_by_reflection_does_not_hide_the_turn(size: tuple[int, int], degrees: float) -> None:
    turned = geometry("Rotate", {"limit": (degrees, degrees), "border_mode": cv2.BORDER_REFLECT_101}, sample(size))
    assert turned_by(turned.rotation_deg, degrees) < 1
    assert not turned.is_mirrored
    assert turned.padded_share == 0
    assert turned.warp_share < 0.01


@given(size=SIZES, scale=st.floats(0.4, 1.9), degrees=st.floats(-60, 60))
def test_scale_is_the_factor(size: tuple[int, int], scale: float, degrees: float) -> None:
    moved = geometry("Affine", {"scale": (scale, scale), "rotate": (degrees, degrees)}, sample(size))
    assert moved.scale == pytest.approx(scale, rel=0.02)
    assert moved.aspect == pytest.approx(1, rel=0.02)
    assert turned_by(moved.rotation_deg, degrees) < 1


@given(size=SIZES, scale=st.floats(1.1, 2.0))
def test_zooming_in_is_a_crop(size: tuple[int, int], scale: float) -> None:
    on, (height, width) = sample(size), size
    sides = (round(height / scale), round(width / scale))
    zoomed = geometry("Affine", {"scale": (scale, scale)}, on)
    cropped = geometry("CenterCrop", {"height": sides[0], "width": sides[1]}, on)
    assert zoomed.source_seen_share == pytest.approx(cropped.source_seen_share, abs=0.03)
    assert cropped.source_seen_share == pytest.approx(sides[0] * sides[1] / (height * width), abs=0.03)
    assert cropped.scale == pytest.approx(1)


@given(size=SIZES, sx=st.floats(0.5, 1.6), sy=st.floats(0.5, 1.6))
def test_aspect_is_the_ratio_of_the_stretches(size: tuple[int, int], sx: float, sy: float) -> None:
    moved = geometry("Affine", {"scale": {"x": (sx, sx), "y": (sy, sy)}, "keep_ratio": False}, sample(size))
    assert moved.aspect == pytest.approx(max(sx / sy, sy / sx), rel=0.02)
    assert moved.scale == pytest.approx(math.sqrt(sx * sy), rel=0.02)


@given(size=SIZES, degrees=st.floats(-40, 40), axis=st.sampled_from("xy"))
def test_shear_is_the_angle(size: tuple[int, int], degrees: float, axis: str) -> None:
    shear = {"x": (0, 0), "y": (0, 0)} | {axis: (degrees, degrees)}
    assert geometry("Affine", {"shear": shear}, sample(size)).shear_deg == pytest.approx(abs(degrees), abs=1.5)


@given(size=SIZES, height=st.integers(24, 90), width=st.integers(24, 90), seed=SEEDS)
def test_a_crop_leaves_its_share(size: tuple[int, int], height: int, width: int, seed: int) -> None:
    cropped = geometry("RandomCrop", {"height": height, "width": width}, sample(size), seed)
    assert cropped.source_seen_share == pytest.approx(height * width / (size[0] * size[1]), abs=0.03)
    assert cropped.padded_share == 0
    assert (cropped.scale, cropped.is_mirrored) == (pytest.approx(1), False)


@given(size=SIZES, height=st.integers(20, 400), width=st.integers(20, 400))
def test_resizing_shows_everything_at_its_scale(size: tuple[int, int], height: int, width: int) -> None:
    moved = geometry("Resize", {"height": height, "width": width}, sample(size))
    across, down = width / size[1], height / size[0]
    assert moved.scale == pytest.approx(math.sqrt(across * down), rel=0.04)  # the last places of 20 px are rounded
    assert moved.aspect == pytest.approx(max(across / down, down / across), rel=0.06)
    assert moved.source_seen_share > 0.94


@given(size=SIZES, extra=st.integers(4, 80))
def test_padding_is_the_share_that_was_added(size: tuple[int, int], extra: int) -> None:
    height, width = size
    padded = geometry("PadIfNeeded", {"min_height": height + extra, "min_width": width + extra}, sample(size))
    assert padded.padded_share == pytest.approx(1 - height * width / ((height + extra) * (width + extra)), abs=1e-6)
    assert padded.source_seen_share == 1


# -- the eight symmetries, and the same effect from different transforms ----------------------------------------------

SYMMETRIES = {
    "HorizontalFlip": (True, 0),
    "VerticalFlip": (True, 180),
    "Transpose": (True, 90),
}


@pytest.mark.parametrize("name", SYMMETRIES)
@given(size=SIZES)
def test_mirrors_are_a_flip_and_then_a_turn(name: str, size: tuple[int, int]) -> None:
    is_mirrored, degrees = SYMMETRIES[name]
    found = geometry(name, {}, sample(size))
    assert found.is_mirrored == is_mirrored
    assert turned_by(found.rotation_deg, degrees) < 1e-3


@given(size=SIZES, seed=SEEDS)
def test_a_flip_and_a_quarter_turn_are_described_as_just_that(size: tuple[int, int], seed: int) -> None:
    spec = spec_of(Step("RandomRotate90"))
    turn = measure_run(spec, sample(size), seed).whole.geometry
    both = measure_run(spec_of(Step("HorizontalFlip"), *spec.steps), sample(size), seed).whole.geometry
    assert turn is not None
    assert both is not None
    assert both.is_mirrored
    assert not turn.is_mirrored
    assert turned_by(both.rotation_deg, turn.rotation_deg) < 1e-3


@given(size=SIZES)
def test_two_flips_are_half_a_turn(size: tuple[int, int]) -> None:
    on = sample(size)
    flips = whole(Step("HorizontalFlip"), Step("VerticalFlip"), on=on)
    turn = whole(Step("Affine", {"rotate": (180, 180)}), on=on)
    assert turned_by(flips.rotation_deg, 180) < 1e-3
    assert_alike(flips, turn)


@given(size=st.sampled_from([(96, 96), (120, 120)]), seed=SEEDS, name=st.sampled_from(["D4", "SquareSymmetry"]))
def test_the_symmetries_of_a_square_keep_its_pixels(size: tuple[int, int], seed: int, name: str) -> None:
    on = sample(size)
    seen = measure_run(spec_of(Step(name)), on, seed)
    found = seen.whole.geometry
    assert found is not None
    turns = round(found.rotation_deg / 90)
    assert found.rotation_deg == pytest.approx(90 * turns, abs=1e-3)
    described = np.rot90(on.image[:, ::-1] if found.is_mirrored else on.image, turns)
    np.testing.assert_array_equal(described, seen.outcome.after.image)


@given(size=SIZES, first=st.floats(-80, 80), second=st.floats(-80, 80))
def test_turns_in_a_row_add_up(size: tuple[int, int], first: float, second: float) -> None:
    limits = [{"limit": (angle, angle)} for angle in (first, second)]
    found = whole(Step("Rotate", limits[0]), Step("Rotate", limits[1]), on=sample(size))
    assert turned_by(found.rotation_deg, first + second) < 1


# -- how it looks -----------------------------------------------------------------------------------------------------


@given(size=SIZES, units=st.integers(-60, 60), dtype=st.sampled_from([np.uint8, np.float32]))
def test_the_hue_turns_by_two_degrees_a_unit(size: tuple[int, int], units: int, dtype: type) -> None:
    none = (0, 0)
    params = {"hue_shift_limit": (units, units), "sat_shift_limit": none, "val_shift_limit": none}
    jitter = {"hue": (units / 180, units / 180), "brightness": (1, 1), "contrast": (1, 1), "saturation": (1, 1)}
    by_units = appearance("HueSaturationValue", params, sample(size, dtype)).hue_deg
    by_share = appearance("ColorJitter", jitter, sample(size, dtype)).hue_deg
    assert by_units == pytest.approx(2 * abs(units), abs=1.5)
    assert by_share == pytest.approx(by_units, abs=2)


@given(size=SIZES, by=st.floats(-0.1, 0.1), dtype=st.sampled_from([np.uint8, np.float32]))
def test_brightness_is_what_was_added(size: tuple[int, int], by: float, dtype: type) -> None:
    params = {"brightness_limit": (by, by), "contrast_limit": (0, 0), "brightness_by_max": True}
    found = appearance("RandomBrightnessContrast", params, sample(size, dtype))
    assert found.brightness == pytest.approx(by, abs=0.02)
    assert found.contrast == pytest.approx(1, abs=0.03)
    assert found.newly_clipped_share == 0


@given(size=SIZES, by=st.floats(-0.5, 0.1))
def test_contrast_is_the_factor(size: tuple[int, int], by: float) -> None:
    found = appearance(
        "RandomBrightnessContrast", {"brightness_limit": (0, 0), "contrast_limit": (by, by)}, sample(size)
    )
    assert found.contrast == pytest.approx(1 + by, abs=0.03)


@given(size=SIZES, factor=st.floats(0, 1.2))
def test_saturation_is_the_factor(size: tuple[int, int], factor: float) -> None:
    params = {"saturation": (factor, factor), "brightness": (1, 1), "contrast": (1, 1), "hue": (0, 0)}
    found = appearance("ColorJitter", params, sample(size))
    assert found.saturation == pytest.approx(factor, abs=0.05)


@given(size=SIZES, sigma=st.floats(0.02, 0.1), seed=SEEDS)
def test_noise_is_its_standard_deviation(size: tuple[int, int], sigma: float, seed: int) -> None:
    found = appearance("GaussNoise", {"std_range": (sigma, sigma)}, sample(size), seed)
    assert found.noise == pytest.approx(sigma, rel=0.2)
    assert found.hue_deg < 5


@given(size=SIZES)
def test_grey_inverted_and_blurred_pictures_say_so(size: tuple[int, int]) -> None:
    on = sample(size)
    assert appearance("ToGray", {}, on).saturation < 0.01
    inverted = appearance("InvertImg", {}, on)
    assert inverted.correlation == pytest.approx(-1, abs=0.01)
    assert inverted.hue_deg == pytest.approx(180, abs=1.5)
    blurred = appearance("GaussianBlur", {"blur_limit": (0, 0), "sigma_limit": (2, 2)}, on)
    assert blurred.sharpness < 0.2
    assert blurred.noise < 0.01


@given(size=SIZES, degrees=st.floats(-60, 60))
def test_what_only_moves_looks_as_before(size: tuple[int, int], degrees: float) -> None:
    found = appearance("Rotate", {"limit": (degrees, degrees)}, sample(size))
    assert found.hue_deg < 1.5
    assert found.brightness == pytest.approx(0, abs=0.01)
    assert found.contrast == pytest.approx(1, abs=0.03)
    assert 0.25 < found.sharpness < 1.3  # grain of single pixels is softened by resampling itself


# -- what is covered --------------------------------------------------------------------------------------------------


@given(size=SIZES, share=st.floats(0.1, 0.6), fill=st.sampled_from([0, 128, "random"]), seed=SEEDS)
def test_a_hole_is_lost_and_looks_like_nothing(size: tuple[int, int], share: float, fill: Any, seed: int) -> None:
    params = {"num_holes_range": (1, 1), "hole_height_range": (share, share), "hole_width_range": (share, share)}
    found = alone("CoarseDropout", {**params, "fill": fill}, sample(size), seed)
    assert found.geometry == UNMOVED
    hole = int(size[0] * share) * int(size[1] * share) / (size[0] * size[1])
    assert found.lost_share == pytest.approx(hole, abs=0.02)
    assert found.appearance is not None
    assert found.appearance.brightness == pytest.approx(0, abs=0.01)
    assert found.appearance.newly_clipped_share == 0


@given(size=SIZES, share=st.floats(0.05, 0.5), seed=SEEDS)
def test_dropped_pixels_are_lost(size: tuple[int, int], share: float, seed: int) -> None:
    assert alone("PixelDropout", {"dropout_prob": share}, sample(size), seed).lost_share == pytest.approx(
        share, abs=0.03
    )


@given(size=SIZES)
def test_a_white_picture_has_nothing_to_compare(size: tuple[int, int]) -> None:
    found = alone("RandomBrightnessContrast", {"brightness_limit": (1, 1), "contrast_limit": (0, 0)}, sample(size))
    assert found.lost_share > 0.99
    assert found.appearance is None


@given(size=SIZES, params=st.sampled_from([("Solarize", {}), ("InvertImg", {}), ("Posterize", {"num_bits": 5})]))
def test_curves_lose_nothing(size: tuple[int, int], params: tuple[str, dict[str, Any]]) -> None:
    assert alone(*params, sample(size)).lost_share < 0.02


@pytest.mark.parametrize("name", ["RandomBrightnessContrast", "GaussianBlur", "GaussNoise", "HorizontalFlip", "NoOp"])
@given(size=SIZES, degrees=st.floats(20, 70))
def test_padding_is_not_lost_whatever_comes_after_it(name: str, size: tuple[int, int], degrees: float) -> None:
    turn, on = Step("Rotate", {"limit": (degrees, degrees)}), sample(size)
    alone_, both = (measure_run(spec_of(turn, *more), on, 0) for more in ([], [Step(name)]))
    assert both.whole.lost_share == pytest.approx(alone_.whole.lost_share, abs=0.02)
    assert both.leaves[1].effects.lost_share < 0.02
    assert not both.covered.any()


@given(size=SIZES, degrees=st.floats(20, 70), share=st.floats(0.2, 0.5), seed=SEEDS)
def test_only_what_a_hole_takes_of_the_picture_is_covered_after_a_turn(
    size: tuple[int, int], degrees: float, share: float, seed: int
) -> None:
    side = (share, share)
    params = {"num_holes_range": (1, 1), "hole_height_range": side, "hole_width_range": side, "fill": 7}
    turn, hole, flip = Step("Rotate", {"limit": (degrees, degrees)}), Step("CoarseDropout", params), Step("Transpose")
    on = sample(size).with_labels(Labels())
    turned = measure_run(spec_of(turn), on, seed)
    both = measure_run(spec_of(turn, hole), on, seed)
    assert turned.map is not None
    seen = turned.map[..., 0] > 0
    taken = (both.outcome.after.image == 7).all(axis=2) & seen
    assert np.count_nonzero(both.covered & ~seen) == 0
    assert np.count_nonzero(both.covered) == pytest.approx(np.count_nonzero(taken), abs=0.005 * taken.size)
    share_of_view = np.count_nonzero(taken) / np.count_nonzero(seen)
    assert both.whole.lost_share == pytest.approx(share_of_view, abs=0.03)
    assert both.leaves[1].effects.lost_share == pytest.approx(share_of_view, abs=0.03)
    again = measure_run(spec_of(turn, hole, flip), on, seed)
    assert np.count_nonzero(again.covered) == np.count_nonzero(both.covered)


# -- objects ----------------------------------------------------------------------------------------------------------


def shares_of(*steps: Step, on: Sample, seed: int = 0) -> tuple[RunEffects, dict[int, float]]:
    seen = measure_run(spec_of(*steps), on, seed)
    return seen, dict(visible_shares(seen))


@given(size=SIZES, seed=SEEDS, height=st.integers(30, 90), width=st.integers(30, 90))
def test_a_visible_share_is_what_a_crop_leaves_of_the_mask(
    size: tuple[int, int], seed: int, height: int, width: int
) -> None:
    on = sample(size)
    seen, shares = shares_of(Step("RandomCrop", {"height": height, "width": width}), on=on, seed=seed)
    left, before = seen.outcome.after.labels.masks, on.labels.masks
    assert left is not None
    assert before is not None
    for k, i in enumerate(before.ids):
        assert shares[i] == pytest.approx(left.areas_px[k] / before.areas_px[k], abs=0.06)


@given(size=SIZES, share=st.floats(0.2, 0.6), seed=SEEDS)
def test_a_hole_takes_from_what_can_be_seen(size: tuple[int, int], share: float, seed: int) -> None:
    on = sample(size).with_labels(Labels(Boxes.of([[0, 0, size[1], size[0]]], ["all"], [5])))
    params = {"num_holes_range": (1, 1), "hole_height_range": (share, share), "hole_width_range": (share, share)}
    hole = Step("CoarseDropout", params)
    _, alone_ = shares_of(hole, on=on, seed=seed)
    _, turned = shares_of(Step("HorizontalFlip"), hole, Step("GaussNoise"), on=on, seed=seed)
    covered = int(size[0] * share) * int(size[1] * share) / (size[0] * size[1])
    assert alone_[5] == pytest.approx(1 - covered, abs=0.04)
    assert turned[5] == pytest.approx(1 - covered, abs=0.04)


@given(size=SIZES, first=st.integers(50, 80), seed=SEEDS)
def test_two_crops_count_together(size: tuple[int, int], first: int, seed: int) -> None:
    on = sample(size).with_labels(Labels(Boxes.of([[0, 0, size[1], size[0]]], ["all"])))
    crops = [Step("RandomCrop", {"height": side, "width": side}) for side in (first, first // 2)]
    _, shares = shares_of(*crops, on=on, seed=seed)
    assert shares[0] == pytest.approx((first // 2) ** 2 / (size[0] * size[1]), abs=0.02)


@given(size=SIZES, flips=st.integers(0, 3), degrees=st.floats(-30, 30))
def test_objects_are_mirrored_after_an_odd_number_of_reflections(
    size: tuple[int, int], flips: int, degrees: float
) -> None:
    names = ["HorizontalFlip", "VerticalFlip", "Transpose"][:flips]
    seen = measure_run(spec_of(*map(Step, names), Step("Rotate", {"limit": (degrees, degrees)})), sample(size), 0)
    found = mirrored_objects(seen)
    assume(found)
    assert set(found.values()) == {flips % 2 == 1}


@given(size=SIZES)
def test_only_the_reflected_part_is_mirrored(size: tuple[int, int]) -> None:
    """A picture whose border is filled by reflection shows the middle as it is."""
    step = Step("Rotate", {"limit": (20, 20), "border_mode": cv2.BORDER_REFLECT_101})
    assert mirrored_objects(measure_run(spec_of(step), sample(size), 0))[3] is False
