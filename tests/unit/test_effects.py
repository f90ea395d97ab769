"""Effects of single steps and whole runs: groups, errors, materials, and what a caller relies on."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.pipeline.affine_fit import fit
from augviz.pipeline.coordinate_map import followed_by, identity, mirrored_at, visible_source
from augviz.pipeline.effects import (
    TEST_IMAGE,
    UNMOVED,
    Geometry,
    Measurer,
    force_leaf,
    measure_run,
    mirrored_objects,
    visible_shares,
)
from augviz.pipeline.materials import registry
from augviz.pipeline.probe import shifted
from augviz.pipeline.spec import Group, PipelineSpec, Step
from augviz.sample import Boxes, Labels, Masks, Sample


def spec_of(*steps: Step | Group) -> PipelineSpec:
    return PipelineSpec(tuple(steps))


def test_the_test_image_has_every_kind_of_label_and_is_not_square() -> None:
    labels, (height, width) = TEST_IMAGE.labels, TEST_IMAGE.size_hw
    assert height != width
    assert (len(labels.boxes), len(labels.keypoints), labels.label) == (1, 3, "object")
    assert labels.masks is not None
    assert labels.semantic is not None
    share = labels.masks.areas_px[0] / (height * width)
    assert 0.1 < share < 0.5


def test_a_step_in_a_group_is_forced_alone() -> None:
    group = Group("OneOf", (Step("VerticalFlip", p=0.1), Step("GaussNoise", p=0.9)), p=0.2)
    found = force_leaf(spec_of(Step("HorizontalFlip"), group), "VerticalFlip-1", TEST_IMAGE)
    assert len(found) == 16
    assert {effects.geometry for effects in found} == {Geometry(is_mirrored=True, rotation_deg=180.0)}


def test_a_step_that_is_switched_off_or_never_fires_can_be_forced() -> None:
    spec = PipelineSpec((Step("HorizontalFlip", p=0.0, enabled=False),), p=0.0)
    assert len(force_leaf(spec, "HorizontalFlip-1", TEST_IMAGE, 2)) == 2


def test_forced_draws_differ_and_repeat_with_their_seed() -> None:
    spec = spec_of(Step("Rotate", {"limit": (-60, 60)}))

    def angles(seed: int) -> list[float]:
        found = force_leaf(spec, "Rotate-1", TEST_IMAGE, 6, seed)
        return [effects.geometry.rotation_deg for effects in found if effects.geometry]

    assert len(set(angles(1))) == 6
    assert angles(1) == angles(1)
    assert set(angles(1)).isdisjoint(angles(2))


def test_a_group_has_no_draws_of_its_own() -> None:
    assert force_leaf(spec_of(Group("OneOf", (Step("Blur"),))), "OneOf-1", TEST_IMAGE) == ()


def test_a_step_that_cannot_run_gives_nothing() -> None:
    too_large = spec_of(Step("RandomCrop", {"height": 4000, "width": 4000}))
    assert force_leaf(too_large, "RandomCrop-1", TEST_IMAGE, 2) == ()
    seen = measure_run(too_large, TEST_IMAGE, 0)
    assert seen.outcome.errors
    assert seen.leaves == ()
    assert seen.whole.geometry == UNMOVED


def test_a_step_that_is_called_twice_stands_twice() -> None:
    group = Group("RandomOrder", (Step("HorizontalFlip"),), n=2, replace=True)
    seen = measure_run(spec_of(group), TEST_IMAGE, 0)
    assert [leaf.step_id for leaf in seen.leaves] == ["HorizontalFlip-1"] * 2
    assert seen.whole.geometry == UNMOVED


def test_a_loss_is_booked_to_the_step_that_caused_it_and_to_the_run() -> None:
    hole = Step(
        "CoarseDropout", {"num_holes_range": (1, 1), "hole_height_range": (0.5, 0.5), "hole_width_range": (0.5, 0.5)}
    )
    seen = measure_run(spec_of(hole, Step("HorizontalFlip"), Step("InvertImg")), TEST_IMAGE, 0)
    lost = [leaf.effects.lost_share for leaf in seen.leaves]
    assert lost == [pytest.approx(0.25, abs=0.01), 0, 0]
    assert seen.whole.lost_share == pytest.approx(0.25, abs=0.01)
    assert seen.whole.appearance is not None
    assert seen.whole.appearance.newly_clipped_share < 0.01


def test_saturation_is_clipping_but_a_hole_is_not() -> None:
    bright = Step("RandomBrightnessContrast", {"brightness_limit": (0.5, 0.5), "contrast_limit": (0, 0)})
    seen = measure_run(spec_of(bright), TEST_IMAGE, 0).whole.appearance
    assert seen is not None
    assert seen.newly_clipped_share > 0.1
    black = Step("CoarseDropout", {"hole_height_range": (0.3, 0.3), "hole_width_range": (0.3, 0.3), "fill": 0})
    covered = measure_run(spec_of(black), TEST_IMAGE, 0).whole.appearance
    assert covered is not None
    assert covered.newly_clipped_share == 0


def test_pixels_of_other_images_came_from_nowhere() -> None:
    other = Sample("other", np.ascontiguousarray(TEST_IMAGE.image[::-1]), Labels())
    plain = Sample("plain", TEST_IMAGE.image, Labels())
    mosaic = Step("Mosaic", {"target_size": TEST_IMAGE.size_hw, "cell_shape": TEST_IMAGE.size_hw}, materials=("other",))
    found = force_leaf(spec_of(mosaic), "Mosaic-1", plain, 4, materials=registry([other]))
    assert len(found) == 4
    for effects in found:
        assert effects.unknown == ()
        assert effects.geometry is not None
        assert 0 < effects.geometry.padded_share < 1
        assert effects.lost_share == pytest.approx(0, abs=0.01)


def test_a_pasted_picture_is_lost() -> None:
    other = Sample("other", np.ascontiguousarray(TEST_IMAGE.image[:100, :120]), Labels())
    step = Step("OverlayElements", materials=("other",))
    found = force_leaf(spec_of(step), "OverlayElements-1", TEST_IMAGE, 3, materials=registry([other]))
    assert [effects.geometry for effects in found] == [UNMOVED] * 3
    assert all(effects.lost_share == pytest.approx(100 * 120 / (384 * 512), abs=0.005) for effects in found)


@pytest.mark.parametrize("channels", [1, 2, 5])
def test_other_numbers_of_channels_are_measured_without_a_hue(channels: int) -> None:
    image = np.repeat(TEST_IMAGE.image[..., :1], channels, axis=2)
    on = Sample("bands", (image / np.float32(255)).astype(np.float32), Labels())
    step = Step("RandomBrightnessContrast", {"brightness_limit": (0.1, 0.1), "contrast_limit": (0, 0)})
    found = measure_run(spec_of(step, Step("HorizontalFlip")), on, 0).whole
    assert found.geometry == Geometry(is_mirrored=True)
    assert found.appearance is not None
    assert found.appearance.brightness == pytest.approx(0.1, abs=0.01)
    assert (found.appearance.hue_deg, found.appearance.saturation) == (0, 1)


@pytest.mark.parametrize("size_hw", [(1, 1), (1, 40), (5, 3), (28, 28)])
def test_tiny_pictures_are_measured(size_hw: tuple[int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 256, (*size_hw, 3), np.uint8)
    spec = spec_of(
        Step("HorizontalFlip"), Step("HueSaturationValue"), Step("PadIfNeeded", {"min_height": 50, "min_width": 50})
    )
    seen = measure_run(spec, Sample("tiny", image), 0)
    assert len(seen.leaves) == 3
    assert seen.map is not None
    assert seen.map.shape == (50, 50, 2)
    assert seen.whole.geometry is not None
    assert seen.whole.geometry.padded_share == pytest.approx(1 - size_hw[0] * size_hw[1] / 2500)


def test_an_object_that_left_is_not_visible() -> None:
    image = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    masks = Masks.from_stack([np.eye(60, 80, dtype=bool), np.zeros((60, 80), bool)], ["a", "b"], [4, 9], size=(60, 80))
    on = Sample("s", image, Labels(Boxes.of([[0, 0, 20, 20], [60, 40, 80, 60]], ["c", "d"], [1, 2]), masks))
    seen = measure_run(spec_of(Step("Crop", {"x_min": 0, "y_min": 0, "x_max": 40, "y_max": 30})), on, 0)
    shares = visible_shares(seen)
    assert (shares[1], shares[2]) == (1.0, 0.0)
    assert shares[4] == pytest.approx(0.5, abs=0.02)
    assert 9 not in shares  # an empty mask has no share
    assert 2 not in mirrored_objects(seen)


def test_what_was_not_watched_cannot_be_asked() -> None:
    turn = Measurer(spec_of(Step("Rotate"), Step("GaussianBlur")), looks=False).measure(TEST_IMAGE, 0)
    assert (
        turn.whole.geometry == measure_run(spec_of(Step("Rotate"), Step("GaussianBlur")), TEST_IMAGE, 0).whole.geometry
    )
    assert not turn.covered.any()
    for ask in (lambda: turn.whole.appearance, lambda: turn.whole.lost_share, lambda: turn.lost):
        with pytest.raises(RuntimeError, match="not watched"):
            ask()
    covering = Measurer(spec_of(Step("CoarseDropout")), looks=False).measure(TEST_IMAGE, 0)
    assert covering.covered.any()
    assert covering.whole.appearance is not None


def test_a_run_that_goes_on_from_a_prefix_is_the_run() -> None:
    spec = spec_of(Step("Rotate"), Step("CoarseDropout"), Step("HorizontalFlip", p=0.5), Step("GaussNoise"))
    measurer = Measurer(spec)
    for seed in range(3):
        prefix = measurer.prefix(TEST_IMAGE, seed, 2)
        for _again in range(2):
            on, whole = measurer.measure(TEST_IMAGE, seed, prefix), measure_run(spec, TEST_IMAGE, seed)
            assert on.outcome.after.digest == whole.outcome.after.digest
            assert (on.whole.geometry, on.whole.appearance) == (whole.whole.geometry, whole.whole.appearance)
            np.testing.assert_array_equal(on.lost, whole.lost)
            np.testing.assert_array_equal(on.covered, whole.covered)


def test_two_maps_in_a_row_are_one() -> None:
    first = np.ascontiguousarray(identity((4, 6))[:, ::-1])
    twice = followed_by(first, first)
    np.testing.assert_array_equal(twice, identity((4, 6)))


def test_a_map_with_nothing_in_it_says_so() -> None:
    nothing = np.zeros((10, 12, 2), np.float32)
    assert fit(nothing, (10, 12)) == Geometry(padded_share=1.0, source_seen_share=0.0)
    assert not visible_source(nothing, (10, 12)).any()


def test_each_half_of_a_folded_picture_has_its_own_side() -> None:
    places = identity((40, 60))
    folded = np.concatenate([places, places[:, ::-1]], axis=1)
    signs = mirrored_at(folded)
    assert (signs[5:-5, 5:50] == 1).all()
    assert (signs[5:-5, 70:-5] == -1).all()


def test_the_second_image_differs_everywhere() -> None:
    for image in (TEST_IMAGE.image, (TEST_IMAGE.image / np.float32(255)).astype(np.float32)):
        apart = np.abs(shifted(image).astype(np.float64) - image) / (255 if image.dtype == np.uint8 else 1)
        assert apart.min() > 0.3
