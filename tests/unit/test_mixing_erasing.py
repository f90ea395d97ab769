"""Erasing through the pipeline: the published settings, and what is hidden of each object."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.errors import InputError
from augviz.mixing.erasing import AMOUNTS, erase, erasing_step, hidden_in, hidden_over
from augviz.mixing.methods import METHODS
from augviz.sample import Boxes, Labels, Masks, Sample

SIZE = (60, 90)


@pytest.fixture(scope="module")
def sample() -> Sample:
    left = np.zeros(SIZE, np.bool_)
    left[:, :45] = True
    values = np.random.default_rng(4).integers(40, 250, (*SIZE, 3)).astype(np.uint8)
    labels = Labels(
        Boxes.of([[45, 0, 90, 60]], ["right half"], [1]), Masks.from_stack([left], ["left half"], [0], size=SIZE)
    )
    return Sample("halves.png", values, labels)


def test_every_method_that_erases_has_an_amount() -> None:
    assert {method.id for method in METHODS if not method.mixes} == set(AMOUNTS)


@pytest.mark.parametrize("method", sorted(AMOUNTS))
def test_what_is_hidden_is_counted_in_the_picture_and_in_objects(method, sample: Sample) -> None:
    step = erasing_step(method, AMOUNTS[method].default, SIZE)
    for draw in range(3):
        found = erase(step, sample, 5, draw)
        assert found.hidden.error == ""
        changed = (found.sample.image != sample.image).any(axis=2)
        assert found.hidden.share == pytest.approx(changed.mean(), abs=0.003)
        shares = {each.name: each.hidden_share for each in found.hidden.objects}
        assert shares["left half"] == pytest.approx(changed[:, :45].mean(), abs=0.003)
        assert shares["right half"] == pytest.approx(changed[:, 45:].mean(), abs=0.003)
        assert [each.hidden_share for each in found.hidden.objects] == sorted(shares.values(), reverse=True)


def test_cutout_is_one_square_of_half_the_shorter_side(sample: Sample) -> None:
    found = erase(erasing_step("cutout", 0.5, SIZE), sample, 1)
    ys, xs = np.nonzero((found.sample.image == 0).all(axis=2))
    assert (ys.max() - ys.min() + 1, xs.max() - xs.min() + 1, len(ys)) == (30, 30, 900)


def test_gridmask_has_cells_of_a_fifth_to_half_of_the_shorter_side() -> None:
    params = erasing_step("gridmask", 0.4, SIZE).params
    assert tuple(params["unit_size_range"]) == (12, 30)
    assert params["ratio"] == 0.4


def test_a_box_between_pixels_is_counted_in_the_nearest_whole_ones() -> None:
    covered = np.zeros((4, 6), np.bool_)
    covered[:, :2] = True
    labels = Labels(Boxes.of([[1.6, 0, 4.4, 4], [0.6, 0, 2.6, 4], [7, 0, 9, 4]], ["a", "b", "c"], [1, 2, 3]))
    assert hidden_in(labels, covered) == {1: 0.0, 2: 0.5, 3: 0.0}


def test_gridmask_hides_the_square_of_its_ratio(sample: Sample) -> None:
    shares = [each.share for each in hidden_over(erasing_step("gridmask", 0.4, SIZE), sample, 3, 24)]
    assert np.mean(shares) == pytest.approx(0.16, abs=0.05)


def test_many_draws_begin_with_the_one_in_view_and_are_the_same_again(sample: Sample) -> None:
    step = erasing_step("random-erasing", 0.3, SIZE)
    many = hidden_over(step, sample, 9, 6)
    assert many == hidden_over(step, sample, 9, 6)
    assert many[:2] == (erase(step, sample, 9).hidden, erase(step, sample, 9, 1).hidden)
    assert max(each.share for each in many) < 0.32


@pytest.mark.parametrize("method", sorted(AMOUNTS))
def test_both_ends_of_the_slider_run_on_small_and_large_images(method) -> None:
    amount = AMOUNTS[method]
    for size_hw in ((8, 12), (300, 200)):
        image = Sample("x", np.full((*size_hw, 3), 200, np.uint8))
        for value in (amount.low, amount.high):
            hidden = hidden_over(erasing_step(method, value, size_hw), image, 2, 3)
            assert [each.error for each in hidden] == ["", "", ""]


def test_mixing_is_no_erasing() -> None:
    with pytest.raises(InputError, match="does not erase"):
        erasing_step("mixup", 0.5, SIZE)
