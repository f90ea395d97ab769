"""Original against augmented, over many draws."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.pipeline.draws import draw_seed
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, PipelineSpec
from augviz.sample import Labels, Sample
from augviz.statistics.contributions import contributions
from augviz.statistics.label_statistics import GRID, label_statistics
from augviz.statistics.over_draws import pixels_of, statistics_over
from augviz.statistics.training_range import FEWEST_IMAGES, TooFew, TrainingRange, training_range
from tests.unit.statistics_cases import BRIGHTER, CROP, PIPELINE, SIX, photo, photos, satellite, step


def test_without_steps_every_draw_is_the_original() -> None:
    over = statistics_over(PipelineSpec(), [photo("a")], draws=3)
    (original,) = over.originals
    assert [one.scalars for one in over.drawn] == [original.scalars] * 3
    for curve in over.curves:
        assert curve.augmented is not None
        for end in (curve.augmented.low, curve.augmented.median, curve.augmented.high):
            assert end == pytest.approx(curve.original, abs=1e-6)
        assert curve.original_cumulative[-1] == pytest.approx(1)


def test_brightening_moves_means_and_histograms_by_what_it_adds() -> None:
    over = statistics_over(PipelineSpec((BRIGHTER,)), [photo("a")], draws=2)
    for one in over.drawn:
        assert one.scalars["mean of red"] == pytest.approx(over.originals[0].scalars["mean of red"] + 51, abs=1)
    curve = over.curves[0]
    assert curve.augmented is not None
    assert curve.augmented.median[51:] == pytest.approx(curve.original[:-51], abs=1e-6)


def test_the_same_call_gives_the_same_numbers_and_a_sample_can_be_opened_again() -> None:
    first, second = (statistics_over(PIPELINE, photos(3), draws=4, seed=9) for _ in range(2))
    assert first.drawn == second.drawn
    for one in first.drawn:
        assert one.seed == draw_seed(9, one.place, one.draw)
        again = pixels_of(run(PIPELINE, photos(3)[one.place], one.seed).after, "whole")
        assert again is not None
        assert again.scalars == one.scalars
    more = statistics_over(PIPELINE, photos(4), draws=4, seed=9)
    assert more.drawn[: len(first.drawn)] == first.drawn, "more images leave the first ones alone"


def test_over_several_images_the_band_is_that_of_the_draws_and_not_of_the_images() -> None:
    over = statistics_over(PipelineSpec(), [photo("dark", -30), photo("light", 60)], draws=3)
    for curve in over.curves:
        assert curve.augmented is not None
        assert curve.augmented.high == pytest.approx(curve.augmented.low)


def test_inside_objects_only_their_pixels_are_read_and_lost_objects_are_counted() -> None:
    whole = photo("a")
    image = np.array(whole.image)
    masks = whole.labels.masks
    assert masks is not None
    inside = (masks.layers != 0).any(axis=0)
    image[~inside] = 0
    sample = Sample("a", image, whole.labels)
    over = statistics_over(
        PipelineSpec(), [sample, photo("unlabelled", labelled=False)], draws=2, where="inside objects"
    )
    assert over.originals[0].scalars["mean of red"] == pytest.approx(image[inside][:, 0].mean(), abs=1e-3)
    assert over.unread == ("unlabelled",)
    assert over.vanished == 0
    away = PipelineSpec((step("Crop", x_min=36, y_min=0, x_max=48, y_max=29),))
    assert statistics_over(away, [sample], draws=2, where="inside objects").vanished == 2


def test_bands_go_by_their_names_and_floats_by_one() -> None:
    over = statistics_over(PipelineSpec((step("HorizontalFlip"),)), [satellite()], draws=2)
    assert tuple(curve.name for curve in over.curves) == SIX
    assert over.top == 1
    assert statistics_over(PipelineSpec(), [satellite(), photo("a")], draws=1).top == 255


def test_a_step_that_cannot_run_is_told() -> None:
    over = statistics_over(PipelineSpec((step("Crop", x_min=0, y_min=0, x_max=500, y_max=500),)), [photo("a")], draws=2)
    assert {(failure.image, failure.step_id) for failure in over.failures} == {("a", "Crop-1")}
    assert len(over.drawn) == 2


def test_progress_is_told_and_can_end_the_work() -> None:
    told: list[tuple[int, int]] = []
    statistics_over(PIPELINE, photos(2), draws=3, on_progress=lambda done, count: told.append((done, count)))
    assert told == [(k, 8) for k in range(1, 9)]

    def stop(done: int, _count: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        statistics_over(PIPELINE, photos(2), draws=3, on_progress=stop)
    with pytest.raises(KeyboardInterrupt):
        contributions(PIPELINE, photos(2), draws=3, on_progress=stop)


# Training range


def test_too_few_images_say_so() -> None:
    found = training_range(statistics_over(PIPELINE, photos(FEWEST_IMAGES - 1), draws=1))
    assert isinstance(found, TooFew)
    assert found.words == "Too few: a range of your own images needs at least 20 of them, there are 19."


def _range(spec: PipelineSpec, draws: int = 2) -> TrainingRange:
    found = training_range(statistics_over(spec, photos(FEWEST_IMAGES), draws=draws))
    assert isinstance(found, TrainingRange)
    return found


def test_a_range_is_the_middle_98_per_cent_of_the_originals() -> None:
    over = statistics_over(PipelineSpec(), photos(FEWEST_IMAGES), draws=1)
    found = training_range(over)
    assert isinstance(found, TrainingRange)
    own = next(each for each in found.ranges if each.name == "brightness")
    assert (own.low, own.high) == pytest.approx(
        tuple(np.percentile([one.scalars["brightness"] for one in over.originals], [1, 99]))
    )
    # The lowest and the highest of fewer than 100 lie outside by construction, and their augmented copies with them.
    assert own.originals_outside == own.images_outside == 2
    assert own.interval.low < own.rate == 0.1 < own.interval.high


def test_what_lies_outside_is_counted_by_images_and_named_sample_by_sample() -> None:
    found = _range(PipelineSpec((BRIGHTER,)))
    own = next(each for each in found.ranges if each.name == "brightness")
    assert own.images_outside == own.images == 20
    assert own.samples_outside == own.samples == 40
    outside = found.outside_of("brightness")
    assert {(one.image, one.draw) for one in outside} == {(f"{k}.png", draw) for k in range(20) for draw in range(2)}
    assert [one.by for one in outside] == sorted((one.by for one in outside), reverse=True)
    assert all(one.value > own.high and one.seed == draw_seed(0, one.place, one.draw) for one in outside)


def test_blur_is_found_which_histograms_miss_and_numbers_that_never_vary_have_no_range() -> None:
    blur = _range(PipelineSpec((step("GaussianBlur", blur_limit=(9, 9), sigma_limit=(3.0, 3.0)),)))
    sharp = [each for each in blur.ranges if each.name == "noise"]
    names = {each.name for each in blur.ranges}
    assert "clipped high" not in names, "no original clips anything"
    assert all(each.rate >= 0.9 for each in sharp)
    assert {"mean of red", "brightness"} <= names


# Labels


def test_sizes_places_and_classes_are_those_of_the_labels() -> None:
    found = label_statistics(photo("a"))
    assert found.classes == ("car", "bird")
    assert found.size_px == pytest.approx([np.sqrt(600), 8])
    assert found.size_share == pytest.approx([np.sqrt(600 / 2400), np.sqrt(64 / 2400)])
    assert found.aspect == pytest.approx([1.5, 1.0])
    assert found.centre_xy == pytest.approx(np.array([[20 / 60, 15 / 40], [54 / 60, 34 / 40]]))
    assert found.mask_share == pytest.approx({"car": 600 / 2400, "bird": 64 / 2400})


def test_masks_stand_in_for_boxes() -> None:
    sample = photo("a")
    only_masks = sample.with_labels(Labels(masks=sample.labels.masks))
    assert label_statistics(only_masks).size_px == pytest.approx(label_statistics(sample).size_px)
    assert len(label_statistics(photo("a", labelled=False))) == 0


def test_a_crop_that_removes_the_small_class_is_seen() -> None:
    change = statistics_over(PipelineSpec((CROP,)), photos(3), draws=4).labels
    assert change.original.class_counts == {"bird": 3, "car": 3}
    assert change.augmented.class_counts == {"car": 3}
    assert change.kept == {"bird": 0, "car": 1}
    assert change.original.objects_per_image == {2: 1.0}
    assert change.augmented.objects_per_image == {1: 1.0}
    assert change.augmented.mask_share["car"] == pytest.approx(600 / 1600)
    assert "bird" not in change.augmented.mask_share or change.augmented.mask_share["bird"] == 0


def test_the_heat_map_mirrors_with_the_image() -> None:
    change = statistics_over(PipelineSpec((step("HorizontalFlip"),)), [photo("a")], draws=2).labels
    assert change.original.heat.shape == (GRID, GRID)
    assert change.original.heat.sum() == pytest.approx(1)
    assert change.original.heat[int(34 / 40 * GRID), int(54 / 60 * GRID)] == 0.5
    assert change.augmented.heat[int(34 / 40 * GRID), int(6 / 60 * GRID)] == 0.5


# Contributions


def test_a_contribution_is_what_the_step_did() -> None:
    spec = PipelineSpec((BRIGHTER, step("HorizontalFlip")))
    found = contributions(spec, photos(2), draws=2)
    bright, flip = found.of("mean of red")
    assert (bright.name, bright.fired, bright.samples) == ("RandomBrightnessContrast", 4, 4)
    assert bright.change == bright.size == pytest.approx(51, abs=1)
    assert found.whole["mean of red"] == pytest.approx(51, abs=1)
    assert flip.change == pytest.approx(0, abs=1e-6)
    assert found.runs == 4 * 3


def test_a_step_that_goes_both_ways_has_a_size_and_hardly_a_change() -> None:
    both_ways = step("RandomBrightnessContrast", brightness_limit=(-0.2, 0.2), contrast_limit=(0.0, 0.0))
    (row,) = contributions(PipelineSpec((both_ways,)), photos(8), draws=4).of("mean of red")
    assert abs(row.change) < 15 < row.size < 51


def test_left_out_of_a_group_a_step_is_idle_and_no_other_takes_its_place() -> None:
    group = Group("OneOf", (BRIGHTER, step("InvertImg")))
    found = contributions(PipelineSpec((group,)), photos(3), draws=4)
    fired = {row.name: row.fired for row in found.of("mean of red")}
    assert sum(fired.values()) == 12
    assert found.of("mean of red")[0].size == pytest.approx(51 * fired["RandomBrightnessContrast"] / 12, abs=1)
