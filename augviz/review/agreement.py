"""How far reviewers agree: raw and positive agreement, Krippendorff's alpha, and kappa with its warning.

A rating is a category or None where a reviewer did not judge an item; ratings are given item by item.

No single figure tells it all. With 5% of labels changed, 93% raw agreement gave a kappa of -.03 (measured): what two
people would agree on by chance is then nearly everything. Raw agreement, agreement on what is rare, and the number of
rare cases therefore stand beside alpha, and kappa never comes without its warning.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from augviz.statistics.wilson import CONFIDENCE, Interval
from augviz.wording import percent

Rating = str | None
Ratings = Sequence[Sequence[Rating]]
"""One row an item, one rating a reviewer in the order of the reviewers."""

Band = Literal["reliable", "tentative", "do not pool"]

RELIABLE = 0.8
TENTATIVE = 0.667
"""Source: Krippendorff, Content Analysis, 2nd ed. (2004), section 11.4.2."""

RESAMPLES = 2_000
"""Draws of a bootstrap; its ends move by less than .01 with more."""

FEW_CHANGES = 12
"""Where fewer items than that were given the rare category by anybody, the bootstrap's interval is too narrow."""

ONE_SIDED = 0.8
"""Where one answer is so frequent, or more, kappa says little."""


def raw_agreement(ratings: Ratings) -> float | None:
    """Share, 0..1, of pairs of ratings of one item that are equal; None where no item has two.

    >>> raw_agreement([("a", "a"), ("a", "b")])
    0.5
    """
    pairs = [a == b for row in ratings for a, b in combinations(_given(row), 2)]
    return sum(pairs) / len(pairs) if pairs else None


def specific_agreement(ratings: Ratings, category: str) -> float | None:
    """How far those who give a category agree on it: of two reviewers, 2a / (2a + b + c).

    Source: Cicchetti and Feinstein, J Clin Epidemiol 43 (1990) 551; over all pairs of more reviewers it is Spitzer and
    Fleiss, Brit J Psychiat 125 (1974) 341.

    Returns:
        Share, 0..1; None where nobody who shares an item with another gave the category.

    >>> specific_agreement([("yes", "yes"), ("yes", "no"), ("no", "no")], "yes")
    0.6666666666666666
    """
    both = single = 0
    for row in ratings:
        for pair in combinations(_given(row), 2):
            given = pair.count(category)
            both, single = both + (given == 2), single + (given == 1)
    return 2 * both / (2 * both + single) if both or single else None


def alpha(ratings: Ratings) -> float | None:
    """Krippendorff's alpha for nominal data, with any number of reviewers and missing ratings.

    Source: Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), nominal data.

    Returns:
        At most 1; 0 is what chance gives. None where no item has two ratings, or all ratings are the same: without
        variation there is nothing to be reliable about.

    >>> round(alpha([("a", "b"), ("a", "a"), ("b", "b"), ("b", "b")]), 3)
    0.533
    """
    units = _units(ratings)
    expected = None if units is None else units.expected
    return None if units is None or expected is None else 1.0 - units.observed / expected


def alpha_interval(ratings: Ratings, *, seed: int = 0, resamples: int = RESAMPLES) -> Interval | None:
    """Percentile bootstrap of alpha over items, 95%, -1..1.

    Items are drawn again with all their ratings, because the ratings of one item hang together. What chance would give
    is kept as it is in all items, as in Krippendorff's own algorithm: with rare cases many resamples hold none of
    them, and alpha of those does not exist. Coverage, measured with two reviewers: .94 where half of 61 labels changed,
    .92 at 20%, .86 at 5%; .94 at 5% of 150.

    Source: Krippendorff, Bootstrapping Distributions for Krippendorff's Alpha (2016).

    Returns:
        None where alpha does not exist.
    """
    units = _units(ratings)
    expected = None if units is None else units.expected
    if units is None or expected is None:
        return None
    rng = np.random.default_rng(seed)
    count = len(units.ratings)
    times = rng.multinomial(count, np.full(count, 1 / count), size=resamples)
    observed = (times @ units.disagreement) / (times @ units.ratings)
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(np.clip(1.0 - observed / expected, -1.0, 1.0), [tail, 1 - tail])
    return Interval(float(low), float(high))


def band_of(value: float) -> Band:
    """What an alpha allows.

    >>> band_of(0.84), band_of(0.7), band_of(0.3)
    ('reliable', 'tentative', 'do not pool')
    """
    return "reliable" if value >= RELIABLE else "tentative" if value >= TENTATIVE else "do not pool"


def cohens_kappa(ratings: Ratings) -> float | None:
    """Kappa of two reviewers, over the items that both judged.

    Source: Cohen, Educ Psychol Meas 20 (1960) 37.

    Returns:
        At most 1; None where they share no item, or both always gave the same one category.

    Raises:
        ValueError: A row has not two ratings.
    """
    if any(len(row) != 2 for row in ratings):
        raise ValueError("Cohen's kappa is for two reviewers")
    shared = [(a, b) for a, b in ratings if a is not None and b is not None]
    if not shared:
        return None
    first, second = (Counter(side) for side in zip(*shared, strict=True))
    observed = sum(a == b for a, b in shared) / len(shared)
    expected = sum(first[name] * second[name] for name in first) / len(shared) ** 2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def fleiss_kappa(ratings: Ratings) -> float | None:
    """Kappa of any number of reviewers who all judged all items.

    Source: Fleiss, Psychol Bull 76 (1971) 378.

    Returns:
        At most 1; None where there are not at least two ratings of each item and the same number of all, or all are
        the same.
    """
    counts = [Counter(_given(row)) for row in ratings]
    raters = {count.total() for count in counts}
    if len(raters) != 1 or (each := raters.pop()) < 2:
        return None
    observed = sum(n * (n - 1) for count in counts for n in count.values()) / (len(counts) * each * (each - 1))
    totals = sum(counts, Counter())
    expected = sum(n**2 for n in totals.values()) / totals.total() ** 2
    return None if expected == 1 else (observed - expected) / (1 - expected)


def gwets_ac1(ratings: Ratings, categories: int) -> float | None:
    """Agreement beyond chance that a rare category does not upset, with any number of reviewers and missing ratings.

    An item with a single rating says nothing of agreement, but something of how frequent each category is.

    Args:
        ratings: The ratings.
        categories: Categories on the scale, also those that nobody gave; at least 2.

    Source: Gwet, Brit J Math Stat Psychol 61 (2008) 29; for missing ratings, Gwet, Handbook of Inter-Rater Reliability,
    4th ed. (2014).

    Returns:
        At most 1; None where no item has two ratings.

    >>> round(gwets_ac1([("a", "a"), ("a", "a"), ("a", "b")], 2), 3)
    0.538
    """
    rows = [Counter(given) for row in ratings if (given := _given(row))]
    pairs = [sum(n * (n - 1) for n in row.values()) / (m * (m - 1)) for row in rows if (m := row.total()) >= 2]
    if not pairs:
        return None
    observed = sum(pairs) / len(pairs)
    names = set().union(*rows)
    shares = [sum(row[name] / row.total() for row in rows) / len(rows) for name in sorted(names)]
    expected = sum(share * (1 - share) for share in shares) / (categories - 1)
    return (observed - expected) / (1 - expected)


class Kappa(NamedTuple):
    """Kappa, which must not be shown without its warning.

    Attributes:
        name: "Cohen’s κ" or "Fleiss’ κ".
        value: At most 1.
        warning: What keeps it from being read alone, one or two sentences; never empty.
    """

    name: str
    value: float
    warning: str


@dataclass(frozen=True)
class Agreement:
    """How far several reviewers agree.

    Attributes:
        reviewers: How many judged anything.
        items: Items that at least two of them judged.
        raw: Share of equal pairs, 0..1.
        category: What is rare and matters.
        positive: How far those who gave it agree on it, 0..1; None where nobody did.
        positives: Items of which at least one reviewer gave it.
        alpha: Krippendorff's alpha; None where it does not exist.
        interval: Its bootstrap interval, 95%.
        ac1: Gwet's AC1.
        kappa: Kappa with its warning; None where it does not exist.
    """

    reviewers: int
    items: int
    raw: float
    category: str
    positive: float | None
    positives: int
    alpha: float | None
    interval: Interval | None
    ac1: float | None
    kappa: Kappa | None

    @property
    def band(self) -> Band | None:
        """What alpha allows; None where it does not exist."""
        return None if self.alpha is None else band_of(self.alpha)

    @property
    def caution(self) -> str:
        """Why the interval says too much, one sentence; empty where it does not."""
        if self.interval is None or self.positives >= FEW_CHANGES:
            return ""
        images = "image was" if self.positives == 1 else "images were"
        return (
            f"Only {self.positives} {images} called {self.category} by anybody: the interval of α is then too narrow, "
            "and misses the true value in more than 5 of 100 reviews."
        )


def agreement(ratings: Ratings, category: str, categories: int, *, seed: int = 0) -> Agreement | None:
    """All of it.

    Args:
        ratings: One row an item.
        category: What is rare and matters ("changed").
        categories: Categories on the scale.
        seed: Seed of the bootstrap.

    Returns:
        None where no item was judged by two reviewers.
    """
    raw = raw_agreement(ratings)
    if raw is None:
        return None
    shared = [row for row in ratings if len(_given(row)) >= 2]
    active = [column for column in zip(*ratings, strict=True) if any(rating is not None for rating in column)]
    return Agreement(
        len(active),
        len(shared),
        raw,
        category,
        specific_agreement(ratings, category),
        sum(category in row for row in shared),
        alpha(ratings),
        alpha_interval(ratings, seed=seed),
        gwets_ac1(ratings, categories),
        _kappa(list(zip(*active, strict=True))),
    )


def disagreements(ratings: Ratings) -> tuple[int, ...]:
    """Places of the items on which reviewers do not agree, those with the most different answers first."""
    different = {place: len(set(_given(row))) for place, row in enumerate(ratings)}
    return tuple(sorted((place for place, n in different.items() if n > 1), key=lambda place: -different[place]))


def _kappa(ratings: Ratings) -> Kappa | None:
    two = len(ratings[0]) == 2
    value = cohens_kappa(ratings) if two else fleiss_kappa(ratings)
    if value is None:
        return None
    given = Counter(rating for row in ratings for rating in _given(row))
    name, count = given.most_common(1)[0]
    share = count / given.total()
    warning = (
        f"κ falls where one answer is frequent, however well people agree; {percent(share)} of the answers are “{name}”"
    )
    strength = "here it says little" if share >= ONE_SIDED else "read it with the figures beside it"
    return Kappa("Cohen’s κ" if two else "Fleiss’ κ", value, f"{warning}: {strength}.")


def _given(row: Sequence[Rating]) -> list[str]:
    return [rating for rating in row if rating is not None]


class _Units(NamedTuple):
    """Items that can be paired: how many ratings each has, and its part of the observed disagreement."""

    ratings: npt.NDArray[np.float64]
    disagreement: npt.NDArray[np.float64]
    totals: npt.NDArray[np.float64]

    @property
    def observed(self) -> float:
        """Observed disagreement, 0..1."""
        return float(self.disagreement.sum() / self.ratings.sum())

    @property
    def expected(self) -> float | None:
        """Disagreement that chance would give, or None where all ratings are the same."""
        n = float(self.totals.sum())
        different = n * n - float((self.totals**2).sum())
        return different / (n * (n - 1)) if different > 0 else None


def _units(ratings: Ratings) -> _Units | None:
    rows = [Counter(given) for row in ratings if len(given := _given(row)) >= 2]
    if not rows:
        return None
    names = sorted(set().union(*rows))
    counts = np.array([[row[name] for name in names] for row in rows], np.float64)
    each = counts.sum(axis=1)
    # Ordered pairs of unequal ratings in an item, weighted by 1 / (m - 1): the off-diagonal of the coincidence matrix.
    unequal = (each**2 - (counts**2).sum(axis=1)) / (each - 1)
    return _Units(each, unequal, counts.sum(axis=0))
