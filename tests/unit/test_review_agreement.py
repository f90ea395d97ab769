"""Agreement, held to worked examples of the papers that the measures come from."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.review.agreement import (
    agreement,
    alpha,
    alpha_interval,
    band_of,
    cohens_kappa,
    disagreements,
    fleiss_kappa,
    gwets_ac1,
    raw_agreement,
    specific_agreement,
)


def ratings_of(*reviewers: str) -> list[tuple[str | None, ...]]:
    """Rows of items from one string a reviewer; a dot is a missing rating."""
    return [tuple(None if rating == "." else rating for rating in row) for row in zip(*reviewers, strict=True)]


def crossed(table: dict[tuple[str, str], int]) -> list[tuple[str, str]]:
    """Ratings of two reviewers from a table of how often each pair was given."""
    return [pair for pair, count in table.items() for _ in range(count)]


# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections A, B and C.
BINARY = ratings_of("0100000010", "1110010000")
NOMINAL = ratings_of("aabbdcccedda", "babbbccceddd")
MISSING = ratings_of("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


def test_alpha_of_binary_data_is_that_of_krippendorff_2011_a() -> None:
    assert alpha(BINARY) == pytest.approx(0.095, abs=5e-4)


def test_alpha_of_nominal_data_is_that_of_krippendorff_2011_b() -> None:
    assert alpha(NOMINAL) == pytest.approx(0.692, abs=5e-4)


def test_alpha_with_missing_data_is_that_of_krippendorff_2011_c() -> None:
    assert alpha(MISSING) == pytest.approx(0.743, abs=5e-4)


# Fleiss, Psychol Bull 76 (1971) 378, table 1: depression, personality disorder, schizophrenia, neurosis, other.
DIAGNOSES = (
    "00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031 "
    "00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006"
)


def test_fleiss_kappa_is_that_of_fleiss_1971() -> None:
    rows = ["".join(name * int(n) for name, n in zip("DPSNO", row, strict=True)) for row in DIAGNOSES.split()]
    assert [sum(int(row[k]) for row in DIAGNOSES.split()) for k in range(5)] == [26, 26, 30, 55, 43]
    assert fleiss_kappa([tuple(row) for row in rows]) == pytest.approx(0.430, abs=5e-4)


def test_cohens_kappa_is_that_of_cohen_1960() -> None:
    # Cohen, Educ Psychol Meas 20 (1960) 37: 200 diagnoses, 70% observed and 41% chance agreement.
    rows = {"a": (88, 14, 18), "b": (10, 40, 10), "c": (2, 6, 12)}
    ratings = crossed({(first, second): n for first, row in rows.items() for second, n in zip("abc", row, strict=True)})
    assert raw_agreement(ratings) == pytest.approx(0.70)
    assert cohens_kappa(ratings) == pytest.approx(0.492, abs=5e-4)


def test_the_paradox_of_feinstein_and_cicchetti_1990() -> None:
    # J Clin Epidemiol 43 (1990) 543 and 551: the same raw agreement, and kappa .70 or .32.
    balanced = crossed({("y", "y"): 40, ("y", "n"): 9, ("n", "y"): 6, ("n", "n"): 45})
    skewed = crossed({("y", "y"): 80, ("y", "n"): 10, ("n", "y"): 5, ("n", "n"): 5})
    assert raw_agreement(balanced) == raw_agreement(skewed) == pytest.approx(0.85)
    assert (cohens_kappa(balanced), cohens_kappa(skewed)) == (
        pytest.approx(0.70, abs=5e-3),
        pytest.approx(0.32, abs=5e-3),
    )
    assert specific_agreement(skewed, "y") == pytest.approx(160 / 175)
    assert specific_agreement(skewed, "n") == pytest.approx(10 / 25)


def test_ac1_is_that_of_gwet_2002() -> None:
    # Gwet, Kappa statistic is not satisfactory (2002): 118, 5, 2 and 0 of 125; kappa -.0234, AC1 .9408.
    ratings = crossed({("+", "+"): 118, ("+", "-"): 5, ("-", "+"): 2})
    assert cohens_kappa(ratings) == pytest.approx(-0.0234, abs=5e-5)
    assert gwets_ac1(ratings, 2) == pytest.approx(0.9408, abs=5e-5)


def test_ac1_of_three_categories_and_with_missing_ratings_is_that_of_gwets_own_package() -> None:
    # R package irrCAC 1.0 of K. L. Gwet: cont3x3abstractors in its vignette, and cac.raw4raters, which is MISSING.
    table = {("e", "e"): 13, ("a", "a"): 20, ("a", "n"): 7, ("n", "a"): 4, ("n", "n"): 56}
    assert gwets_ac1(crossed(table), 3) == pytest.approx(0.8493305, abs=5e-8)
    assert gwets_ac1(MISSING, 5) == pytest.approx(0.77544, abs=5e-6)


@pytest.mark.parametrize("ratings", [[], [("a", None)], [("a", "a"), ("a", "a")]])
def test_without_pairs_or_variation_there_is_no_alpha(ratings: list[tuple[str | None, ...]]) -> None:
    assert alpha(ratings) is None
    assert alpha_interval(ratings) is None


def test_the_bootstrap_interval_holds_alpha_and_narrows_with_more_items() -> None:
    few, many = alpha_interval(NOMINAL, seed=1), alpha_interval(NOMINAL * 20, seed=1)
    value = alpha(NOMINAL)
    assert few is not None
    assert many is not None
    assert value is not None
    assert few.low < value < few.high <= 1
    assert many.high - many.low < (few.high - few.low) / 3
    assert alpha_interval(NOMINAL, seed=1) == few


def test_the_bootstrap_interval_holds_nineteen_of_twenty_resamples() -> None:
    ratings = NOMINAL * 10
    found, value = alpha_interval(ratings, seed=3), alpha(ratings)
    assert found is not None
    assert value is not None
    chance = np.random.default_rng(1)
    differ = np.array([a != b for a, b in ratings], np.float64)
    expected = differ.mean() / (1 - value)
    drawn = [1 - chance.choice(differ, len(differ)).mean() / expected for _ in range(4_000)]
    assert np.mean([found.low <= one <= found.high for one in drawn]) == pytest.approx(0.95, abs=0.012)
    assert np.mean([one < found.low for one in drawn]) == pytest.approx(0.025, abs=0.012)


def test_the_bootstrap_interval_stays_where_alpha_can_be() -> None:
    found = alpha_interval([("a", "b"), *[("a", "a")] * 9])
    assert found is not None
    assert (found.low, found.high) == (-1, 1)


def test_the_bands_of_krippendorff() -> None:
    assert [band_of(value) for value in (0.8, 0.799, 0.667, 0.666, -1)] == [
        "reliable", "tentative", "tentative", "do not pool", "do not pool",
    ]  # fmt: skip


def test_kappa_never_comes_without_its_warning_and_names_the_frequent_answer() -> None:
    found = agreement([("same", "same")] * 57 + [("changed", "same")] * 2 + [("same", "changed")] * 2, "changed", 4)
    assert found is not None
    assert found.kappa is not None
    assert found.raw > 0.93
    assert found.kappa.value < 0
    assert "97%" in found.kappa.warning
    assert "says little" in found.kappa.warning
    assert (found.positive, found.positives) == (0, 4)
    assert found.ac1 is not None
    assert found.ac1 > 0.9


def test_three_reviewers_of_whom_one_judged_little() -> None:
    found = agreement([("a", "a", None), ("a", "b", None), ("b", "b", "b"), ("a", None, None)], "b", 2)
    assert found is not None
    assert (found.reviewers, found.items) == (3, 3)
    assert found.raw == pytest.approx(4 / 5)
    assert found.kappa is None  # Fleiss needs the same number of ratings of all


def test_a_reviewer_who_judged_nothing_does_not_make_it_three() -> None:
    found = agreement([("a", None, "a"), ("b", None, "b")], "b", 2)
    assert found is not None
    assert found.kappa is not None
    assert (found.reviewers, found.kappa.name) == (2, "Cohen’s κ")


def test_one_reviewer_is_no_agreement() -> None:
    assert agreement([("a",), ("b",)], "b", 2) is None


def test_disagreements_come_with_the_most_different_first() -> None:
    assert disagreements([("a", "a", "a"), ("a", "b", "a"), ("a", "b", "c"), (None, "a", None)]) == (2, 1)
