"""What each figure says in words, on images of which the numbers are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from augviz import charts
from augviz.charts import sentences
from augviz.charts.units import change_shown, range_shown, shown, size_shown
from augviz.pipeline.spec import PipelineSpec
from augviz.sample import Sample
from augviz.statistics.contributions import contributions
from augviz.statistics.one_epoch import Epoch, simulate_epoch
from augviz.statistics.over_draws import OverDraws, statistics_over
from augviz.statistics.training_range import TrainingRange, training_range
from tests.unit.statistics_cases import BRIGHTER, CROP, photo, photos, satellite, step

BRIGHT = statistics_over(PipelineSpec((BRIGHTER,)), [photo("a")], draws=3)
STILL = statistics_over(PipelineSpec((step("HorizontalFlip"),)), [photo("a")], draws=2)
CROPPED = statistics_over(PipelineSpec((CROP,)), photos(2), draws=2).labels
NOTHING = statistics_over(PipelineSpec(), [photo("a", labelled=False)], draws=1, where="inside objects")


def test_every_figure_of_statistics_has_a_sentence_of_its_name() -> None:
    others = {"survival_curve", "sweep_curves", "sentences"}
    assert {name for name in charts.__all__ if name not in others} >= set(sentences.__all__)
    assert set(sentences.__all__) >= {
        "channel_curves", "scalar_boxes", "hue_wheel", "contribution_bars", "outside_rates", "range_scatter",
        "class_counts", "objects_per_image", "mask_shares", "sizes", "aspects", "positions", "stacked_bars",
        "step_bars", "meeting_bars",
    }  # fmt: skip


# Units


@pytest.mark.parametrize(
    ("name", "low", "high", "top", "words"),
    [
        ("brightness", -12.2, 14.0, 255.0, "−12 to +14 levels"),
        ("brightness", -40.0, -40.2, 255.0, "−40 levels"),
        ("brightness", -12.75, 25.5, 1.0, "−0.05 to +0.1 of the range"),
        ("mean of near infrared", 0.0, 51.0, 1.0, "0 to +0.2 of the range"),
        ("clipped low", 0.0, 0.125, 255.0, "0 to +12% of the pixels"),
        ("entropy", -1.26, 0.0, 255.0, "−1.3 to 0 bits"),
        ("colourfulness", -5.0, 7.5, 255.0, "−5 to +7.5"),
        ("sharpness", float(np.log(0.1)), 0.0, 255.0, "10 to 100% of what it was"),
        ("sharpness", 0.0, float(np.log(20)), 255.0, "1 to 20 times what it was"),
    ],
)
def test_a_change_is_told_in_its_unit(name: str, low: float, high: float, top: float, words: str) -> None:
    assert change_shown(name, low, high, top) == words


def test_values_ranges_and_sizes_carry_their_unit_once() -> None:
    assert shown("brightness", 51, 1.0) == "0.2 of the range"
    assert range_shown("clipped low", 0, 0.0028) == "0 to 0.28% of the pixels"
    assert range_shown("colourfulness", 3.0, 40) == "3 to 40"
    assert size_shown("brightness", -15) == "15 levels"
    assert size_shown("sharpness", -float(np.log(2))) == "a factor of 2"


# Pixels


def test_a_number_that_moved_says_by_how_much_and_one_that_did_not_says_so() -> None:
    assert sentences.scalar_boxes(BRIGHT, "brightness") == "Brightness moved by +51 levels in nine tenths of the draws."
    assert sentences.scalar_boxes(STILL, "brightness") == "Brightness stayed as it was in every draw."
    assert sentences.scalar_boxes(NOTHING, "brightness") == "Brightness could not be read."


def test_histograms_say_where_half_of_the_pixels_lie() -> None:
    grey = Sample("grey", np.full((8, 8, 1), 100, np.uint8))
    over = statistics_over(PipelineSpec((BRIGHTER,)), [grey], draws=1)
    assert sentences.channel_curves(over) == (
        "Half of the pixels are darker than 100 in the originals, and than 151 in nine tenths of the draws."
    )
    assert "; no other channel moves farther." in sentences.channel_curves(BRIGHT)
    assert sentences.channel_curves(NOTHING) == "There are no pixels to read."


def test_histograms_of_float_bands_are_told_from_0_to_1_and_by_the_name_of_a_band() -> None:
    darker = step("RandomBrightnessContrast", brightness_limit=(-0.1, -0.1), contrast_limit=(0.0, 0.0))
    said = sentences.channel_curves(statistics_over(PipelineSpec((darker,)), [satellite()], draws=1))
    assert "are darker than 0.2" in said
    assert any(f"Half of the pixels of {band} are" in said for band in satellite().bands)


def test_hues_are_told_by_their_name() -> None:
    red = Sample("red", np.tile(np.array((220, 30, 30), np.uint8), (20, 30, 1)))
    turned = step("HueSaturationValue", hue_shift_limit=(60, 60), sat_shift_limit=(0, 0), val_shift_limit=(0, 0))
    over = statistics_over(PipelineSpec((turned,)), [red], draws=2)
    assert sentences.hue_wheel(over) == "Most colour is red in the originals and green in the middle of the draws."
    grey = statistics_over(PipelineSpec(), [Sample("grey", np.zeros((9, 9, 3), np.uint8))], draws=1)
    assert "no colours" in sentences.hue_wheel(grey)


def _ranged() -> tuple[OverDraws, TrainingRange]:
    over = statistics_over(PipelineSpec((BRIGHTER,)), photos(20), draws=1)
    found = training_range(over)
    assert isinstance(found, TrainingRange)
    return over, found


def test_the_range_says_how_many_samples_leave_it_and_where_it_lies() -> None:
    over, found = _ranged()
    assert sentences.range_scatter(over, found, "brightness") == (
        "20 of 20 samples lie outside the range of your own images, 110 to 129 levels."
    )
    assert sentences.range_scatter(over, found, "clipped high") == (
        "Pixels at the upper end is the same in all of your images, so it has no range."
    )
    assert "in 20 of 20 images at least one draw does; 2 of the originals do themselves." in sentences.outside_rates(
        found
    )
    assert "no range to leave" in sentences.outside_rates(replace(found, ranges=()))


# Steps


def test_contributions_name_the_step_that_moves_a_number_most() -> None:
    found = contributions(PipelineSpec((step("HorizontalFlip"), BRIGHTER)), [photo("a")], draws=2)
    titles = {"RandomBrightnessContrast-1": "My light"}
    assert sentences.contribution_bars(found, "brightness", titles) == (
        "My light moves brightness most, by 51 levels on average, up or down; all steps together: +51 levels."
    )
    still = contributions(PipelineSpec((step("HorizontalFlip"),)), [photo("a")], draws=2)
    assert sentences.contribution_bars(still, "brightness") == "No step moves brightness."


# Labels


def test_labels_tell_what_was_lost_and_how_shapes_changed() -> None:
    assert sentences.class_counts(CROPPED) == "“bird” loses most: of 2 in the originals 0 are left on average."
    assert sentences.objects_per_image(CROPPED) == "An original shows 2 objects on average, a sample 1."
    assert sentences.mask_shares(CROPPED) == (
        "Masks of “car” change most: 25% of the pixels in the originals, 38% in the samples."
    )
    assert sentences.aspects(CROPPED) == (
        "The middle box is 1.2 times as wide as high in the originals and 1.5 times as wide as high in the samples."
    )
    assert sentences.sizes(CROPPED).startswith("The middle box is 33% of the image long in the originals")
    assert sentences.positions(CROPPED) == (
        "The middles of objects lie on 2 of 144 fields of the image in the originals and on 1 in the samples."
    )


def test_labels_that_stay_say_so_and_labels_that_are_not_there_too() -> None:
    assert sentences.class_counts(STILL.labels) == "No class loses an object."
    assert sentences.objects_per_image(STILL.labels) == "An original shows 2 objects on average, and a sample as many."
    assert sentences.mask_shares(STILL.labels) == "Masks cover as much of the samples as of the originals."
    assert sentences.aspects(STILL.labels).endswith("in the originals and in the samples.")
    assert sentences.class_counts(NOTHING.labels) == "There are no objects."
    assert sentences.mask_shares(NOTHING.labels) == "There are no masks."
    assert sentences.sizes(NOTHING.labels) == sentences.aspects(NOTHING.labels) == "There are no boxes to compare."


# One epoch


def _epoch(*harsh: str, p: float = 0.5) -> Epoch:
    spec = PipelineSpec((step("HorizontalFlip", p), step("GaussianBlur", p), step("GaussNoise", 0.25)))
    return simulate_epoch(spec, 400, destructive=dict.fromkeys(harsh, True), seed=1)


def test_an_epoch_says_what_stays_and_what_fires() -> None:
    epoch = _epoch()
    assert sentences.stacked_bars(epoch) == (
        f"{100 * epoch.untouched.rate:.0f}% of the samples stay as they are; "
        f"on average {epoch.mean_stacked:.1f} steps fire in a sample."
    )
    assert sentences.step_bars(epoch, {"GaussNoise-1": "Grain"}) == (
        "HorizontalFlip-1 fires most often, in 50% of the samples, and Grain least often, in 25%."
    )
    assert sentences.step_bars(_epoch(p=0.25)) == "Every step fires in 25% of the samples."


def test_meetings_say_how_often_and_which_pair() -> None:
    epoch = _epoch("GaussianBlur-1", "GaussNoise-1")
    said = sentences.meeting_bars(epoch, {"GaussianBlur-1": "Blur", "GaussNoise-1": "Grain"})
    assert said.startswith(f"Two destructive steps meet in {100 * epoch.meeting.rate:.0f}% of the samples")
    assert said.endswith(": Blur and Grain.")
    assert sentences.meeting_bars(_epoch("GaussianBlur-1")) == (
        "Two destructive steps never meet: there are fewer than two."
    )
    assert "most often" in sentences.meeting_bars(_epoch("HorizontalFlip-1", "GaussianBlur-1", "GaussNoise-1"))
