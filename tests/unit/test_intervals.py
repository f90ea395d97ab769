"""Intervals and claims: against scipy's own, and by counting every case."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom, binomtest

from augviz.preservation.intervals import (
    claim,
    clopper_pearson_lower,
    clopper_pearson_upper,
    needed_images,
    wilson,
)

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
NEEDED = {
    0.01: (299, 473, 628, 773, 913, 1049),
    0.02: (149, 236, 313, 386, 456, 523),
    0.05: (59, 93, 124, 153, 181, 208),
    0.1: (29, 46, 61, 76, 89, 103),
    0.2: (14, 22, 30, 37, 44, 50),
}


@given(COUNTS)
def test_wilson_is_scipys(counts: tuple[int, int]) -> None:
    theirs = binomtest(*counts).proportion_ci(0.95, "wilson")
    assert wilson(*counts) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@given(COUNTS)
def test_one_sided_limits_are_scipys(counts: tuple[int, int]) -> None:
    k, n = counts
    assert clopper_pearson_upper(k, n) == pytest.approx(binomtest(k, n, alternative="less").proportion_ci(0.95).high)
    low = binomtest(k, n, alternative="greater").proportion_ci(0.95).low
    assert clopper_pearson_lower(k, n) == pytest.approx(low)
    if k < n:
        assert clopper_pearson_upper(k, n) == pytest.approx(beta.ppf(0.95, k + 1, n - k))


@pytest.mark.parametrize("rate", [0.005, 0.01, 0.03, 0.05, 0.1, 0.5, 0.97])
@pytest.mark.parametrize("images", [10, 50, 200])
def test_limits_cover_the_true_rate_in_at_least_95_percent(rate: float, images: int) -> None:
    chances = binom.pmf(np.arange(images + 1), images, rate)
    upper = [clopper_pearson_upper(k, images) >= rate for k in range(images + 1)]
    lower = [clopper_pearson_lower(k, images) <= rate for k in range(images + 1)]
    assert chances[upper].sum() >= 0.95
    assert chances[lower].sum() >= 0.95


def test_wilson_covers_where_the_normal_interval_fails() -> None:
    chances = binom.pmf(np.arange(51), 50, 0.01)
    covered = [wilson(k, 50).low <= 0.01 <= wilson(k, 50).high for k in range(51)]
    assert chances[covered].sum() > 0.9


@pytest.mark.parametrize("limit", NEEDED)
def test_the_table_of_needed_images(limit: float) -> None:
    assert tuple(needed_images(k, limit) for k in range(6)) == NEEDED[limit]


@pytest.mark.parametrize("k", range(6))
def test_safe_begins_exactly_at_the_needed_images(k: int) -> None:
    n = needed_images(k)
    assert claim(k, n).words == "safe at 5%"
    assert claim(k, n - 1).standing == "undecided"
    assert claim(k, n - 1).words == "undecided: about 1 more image"


@pytest.mark.parametrize(
    ("violations", "images", "words"),
    [
        (0, 20, "undecided: about 39 more images"),
        (0, 0, "undecided: about 59 more images"),
        (12, 20, "violating"),
        (1, 1, "undecided: about 1 more image"),
        (2, 2, "violating"),
        (3, 60, "undecided: about 93 more images"),
    ],
)
def test_words(violations: int, images: int, words: str) -> None:
    assert claim(violations, images).words == words


@given(COUNTS)
def test_the_images_asked_for_decide(counts: tuple[int, int]) -> None:
    k, n = counts
    said = claim(k, n)
    assert (said.more_images > 0) == (said.standing == "undecided")
    if said.standing == "undecided":
        grown = n + said.more_images
        expected = "safe" if k / n <= 0.05 else "violating"
        at_rate = k if expected == "safe" else int(k / n * grown)
        assert claim(at_rate, grown).standing == expected


def test_more_draws_of_the_same_images_never_make_a_claim_stronger() -> None:
    # 20 images x 10 draws, no failure: still 20 images.
    assert claim(0, 20, first_draws=0).standing == "undecided"
    # Each of 40 images failed in one of many draws, hardly any in its first: neither safe nor violating.
    assert claim(40, 40, first_draws=1).standing == "undecided"


@pytest.mark.parametrize(("k", "n"), [(2, 1), (-1, 5)])
def test_impossible_counts_are_refused(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="among"):
        claim(k, n)
