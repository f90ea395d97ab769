"""Many mixed labels in numbers: λ, entropy, errors that spread, classes that meet."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from augviz.errors import InputError
from augviz.mixing.label_study import entropy_bits, study_labels
from augviz.mixing.mixed_sample import Settings
from augviz.mixing.samples import beta_quantile, lambda_of, mix
from augviz.sample import Sample

COUNTS = [("cat", 80), ("dog", 15), ("owl", 5)]


@pytest.mark.parametrize("method", ["mixup", "cutmix", "mosaic"])
def test_weights_and_labels_are_whole(method) -> None:
    study = study_labels(method, 1.0, COUNTS)
    assert study.weights.shape == (5000, 4 if method == "mosaic" else 2)
    assert study.weights.sum(axis=1) == pytest.approx(1)
    assert study.labels.sum(axis=1) == pytest.approx(1)
    assert study.labels.mean(axis=0) == pytest.approx([0.8, 0.15, 0.05], abs=0.015)  # mixing changes no class's share
    assert (study.drawn is None) == (method == "mosaic")


@pytest.mark.parametrize("method", ["mixup", "cutmix"])
def test_lambda_of_a_study_and_of_samples_follows_beta(method) -> None:
    study = study_labels(method, 0.4, COUNTS)
    assert stats.kstest(study.drawn, "beta", args=(0.4, 0.4)).pvalue > 0.01
    of_samples = [lambda_of(seed, Settings(method, 0.4)) for seed in range(5000)]
    assert stats.kstest(of_samples, "beta", args=(0.4, 0.4)).pvalue > 0.01


def test_lambda_of_a_draw_is_that_of_its_picture() -> None:
    images = [Sample(name, np.full((20, 30, 3), value, np.uint8)) for name, value in (("a", 0), ("b", 255))]
    for method in ("mixup", "cutmix"):
        for settings in (Settings(method, 0.7), Settings(method, lam=0.25), Settings(method, 0.0)):
            assert lambda_of(11, settings) == mix(images, 11, settings).drawn
    assert lambda_of(11, Settings("mosaic")) is None
    assert [beta_quantile(u, 1e-3) for u in (0.01, 0.99)] == [pytest.approx(0), pytest.approx(1)]


def test_a_box_that_is_cut_off_leaves_more_than_lambda() -> None:
    study = study_labels("cutmix", 1.0, COUNTS, size_hw=(37, 53))
    assert study.drawn is not None
    assert study.weights[:, 0].mean() > study.drawn.mean() + 0.05


def test_entropy_is_nothing_for_one_class_and_one_bit_for_two() -> None:
    assert entropy_bits(np.eye(3)).tolist() == [0, 0, 0]
    assert entropy_bits(np.full((1, 4), 0.25)).tolist() == [2]
    alone = study_labels("mixup", 1.0, [("cat", 3)])
    assert alone.entropy_bits.max() == 0
    assert alone.still_one_class == 1


def test_alpha_zero_leaves_every_label_a_single_class() -> None:
    study = study_labels("mixup", 0.0, COUNTS)
    assert study.still_one_class == 1
    spread = study.noise_spread(0.1)
    assert (spread.touched, spread.mean_weight, spread.mostly_wrong) == pytest.approx((0.1, 0.1, 0.1))
    assert spread.share == pytest.approx(np.full(201, 0.1))


@pytest.mark.parametrize("noise", [0.0, 0.1, 0.4, 1.0])
@pytest.mark.parametrize(("method", "sources"), [("mixup", 2), ("cutmix", 2), ("mosaic", 4)])
def test_errors_touch_more_samples_and_their_mean_weight_stays(method, sources: int, noise: float) -> None:
    study = study_labels(method, 1.0, COUNTS)
    spread = study.noise_spread(noise)
    both_there = (study.weights > 1e-9).all(axis=1).mean()
    assert spread.touched == pytest.approx(1 - (1 - noise) ** sources, abs=1.01 - both_there)
    assert spread.mean_weight == pytest.approx(noise)
    assert spread.share[-1] >= noise**sources - 1e-9
    assert (np.diff(spread.share) <= 1e-12).all()
    is_wrong = np.random.default_rng(2).random(study.weights.shape) < noise
    drawn = (study.weights * is_wrong).sum(axis=1)
    assert spread.mostly_wrong == pytest.approx((drawn > 0.5 + 1e-9).mean(), abs=0.02)
    for weight in (0.25, 0.5, 0.75):
        assert np.interp(weight, spread.at, spread.share) == pytest.approx((drawn >= weight).mean(), abs=0.03)


def test_rare_classes_meet_themselves_rarely() -> None:
    pairs = study_labels("mixup", 0.2, COUNTS).pairs()
    assert pairs.sum() == pytest.approx(1)
    assert pairs[2, 2] == pytest.approx(0.0025)
    assert pairs[0, 2] == pairs[2, 0] == pytest.approx(0.04)


@pytest.mark.parametrize(
    ("method", "alpha", "counts", "said"),
    [
        ("gridmask", 1.0, COUNTS, "does not mix"),
        ("mixup", -1.0, COUNTS, "alpha"),
        ("mixup", 1.0, [], "no class"),
        ("mixup", 1.0, [("cat", 0)], "no class"),
    ],
)
def test_what_cannot_be_studied_is_refused(method, alpha: float, counts, said: str) -> None:
    with pytest.raises(InputError, match=said):
        study_labels(method, alpha, counts)
