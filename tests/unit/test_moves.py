"""Which numbers move most, which step moves them, and whether it is too much."""

from __future__ import annotations

import numpy as np
import pytest

from augviz import sample_library
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.preservation.showing import strongest_corners
from augviz.preservation.too_much import judged
from augviz.sample import Sample
from augviz.statistics.contributions import contributions
from augviz.statistics.corners import corners
from augviz.statistics.moves import MUCH, changed_most, move_of, movers, top_moves
from augviz.statistics.over_draws import OverDraws, statistics_over
from augviz.statistics.pixel_statistics import SCALARS, pixel_statistics
from augviz.statistics.training_range import TrainingRange, training_range
from tests.unit.statistics_cases import BRIGHTER, photo, photos, step

FLIP = step("HorizontalFlip")


def over(*steps: Step, images: int = 1, draws: int = 4) -> OverDraws:
    return statistics_over(PipelineSpec(steps), photos(images), draws=draws)


def test_the_common_scale_is_how_much_the_sample_images_differ() -> None:
    read = [pixel_statistics(s.image, s.bands) for e in sample_library.entries() for s in [sample_library.load(e.id)]]
    assert {scalar.name for scalar in SCALARS} == set(MUCH)
    for name in set(MUCH) - {"noise", "clipped low", "clipped high"}:
        values = [one.scalars[name] for one in read if one is not None and name in one.scalars]
        assert MUCH[name] == pytest.approx(np.std(values), rel=0.05), name


def test_a_move_is_told_against_the_original_of_the_same_image_with_the_sample_that_moves_farthest() -> None:
    found = over(step("RandomBrightnessContrast", brightness_limit=(-0.3, 0.1)), images=3)
    move = move_of(found, "brightness")
    assert move is not None
    before = {one.place: one.scalars["brightness"] for one in found.originals}
    changes = {(one.place, one.draw): one.scalars["brightness"] - before[one.place] for one in found.drawn}
    assert move.low == pytest.approx(np.percentile(list(changes.values()), 5))
    assert move.high == pytest.approx(np.percentile(list(changes.values()), 95))
    far = max(changes, key=lambda key: abs(changes[key]))
    assert (move.farthest.place, move.farthest.draw) == far
    assert move.farthest_change == changes[far]


def test_light_moves_brightness_first_and_a_blur_sharpness() -> None:
    assert top_moves(over(BRIGHTER))[0].scalar == "brightness"
    assert top_moves(over(step("GaussianBlur", blur_limit=(7, 7))))[0].scalar == "sharpness"
    assert top_moves(over(FLIP)) == (), "a mirrored picture has the same numbers"


def test_a_channel_is_told_only_where_colours_shift() -> None:
    assert all(not move.scalar.startswith("mean of ") for move in top_moves(over(BRIGHTER), 9))
    red = step("RGBShift", r_shift_limit=(60, 60), g_shift_limit=(0, 0), b_shift_limit=(0, 0))
    told = [move.scalar for move in top_moves(over(red), 9)]
    assert [name for name in told if " of " in name] == ["mean of red"]


def test_movers_name_the_step_that_does_it_and_nobody_where_none_does() -> None:
    both = contributions(PipelineSpec((FLIP, BRIGHTER, step("GaussianBlur", blur_limit=(7, 7)))), photos(1), draws=2)
    assert [row.name for row in movers(both, "brightness")] == ["RandomBrightnessContrast"]
    assert [row.name for row in movers(both, "sharpness")] == ["GaussianBlur"]
    assert movers(contributions(PipelineSpec((FLIP,)), photos(1), draws=2), "brightness") == ()
    twice = contributions(PipelineSpec((BRIGHTER, step("RandomGamma", gamma_limit=(60, 60)))), photos(1), draws=1)
    assert {row.name for row in movers(twice, "brightness")} == {"RandomBrightnessContrast", "RandomGamma"}


def test_what_changed_most_in_one_sample_leaves_out_what_did_not() -> None:
    before = {"brightness": 100.0, "contrast": 20.0, "noise": 1.0}
    assert changed_most(before, {"brightness": 90.0, "contrast": 40.0, "noise": 1.0}) == [
        ("contrast", 20.0), ("brightness", -10.0),
    ]  # fmt: skip


# Too much


def ranged(*steps: Step) -> TrainingRange:
    found = training_range(over(*steps, images=40, draws=1))
    assert isinstance(found, TrainingRange)
    return found


def test_samples_like_the_images_are_little_and_samples_beyond_them_a_lot() -> None:
    little = judged(ranged(FLIP))
    assert little is not None
    assert (little.amount, little.share) == ("little", little.own_share)
    lot = judged(ranged(BRIGHTER))
    assert lot is not None
    assert (lot.amount, lot.share) == ("much", 1.0)
    rare = judged(ranged(step("RandomBrightnessContrast", 0.2, brightness_limit=(0.3, 0.3))))
    assert rare is not None
    assert rare.amount == "some"


def test_images_that_are_all_alike_have_no_range_to_leave() -> None:
    found = training_range(statistics_over(PipelineSpec((BRIGHTER,)), [photo("a")] * 20, draws=1))
    assert isinstance(found, TrainingRange)
    assert judged(found) is None


# Corners


def test_of_the_corners_those_that_go_farthest_are_shown_and_can_be_run_again() -> None:
    spec = PipelineSpec(
        (step("RandomBrightnessContrast", 0.5, brightness_limit=(0.0, 0.6), contrast_limit=(0.0, 0.0)),)
    )
    runs = strongest_corners(spec, photo("a"), 5, 2)
    assert len(runs) == 2
    means = [float(run.outcome.after.image.mean()) for run in runs]
    assert means[0] > means[1] + 100, "the bright corner first"
    for run in runs:
        assert corners(spec)[run.place] == run.corner
        assert run.outcome.seed == 5
        assert all(each.fired for each in run.outcome.trace)


def test_a_pipeline_without_steps_has_one_corner_in_which_nothing_happens() -> None:
    (run,) = strongest_corners(PipelineSpec(), Sample("a", np.zeros((8, 8, 3), np.uint8)), 1)
    assert run.outcome.trace == ()
