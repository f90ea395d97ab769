"""Labels of originals and of samples, in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from augviz.charts.units import plain
from augviz.statistics.label_statistics import GRID, LabelChange
from augviz.wording import percent

LEAST_CHANGE = 0.005
"""A share that changes by less has stayed as it was."""


def class_counts(change: LabelChange) -> str:
    """The class that loses the largest part of its objects."""
    kept = change.kept
    if not kept:
        return "There are no objects."
    name = min(kept, key=lambda each: kept[each])
    if kept[name] > 1 - LEAST_CHANGE:
        more = max(kept, key=lambda each: kept[each])
        if kept[more] > 1 + LEAST_CHANGE:
            gained = f"“{more}” gains most, {kept[more]:.2f} objects for each original one"
            return f"No class loses objects; {gained}."
        return "No class loses an object."
    before, after = change.original.class_counts[name], change.augmented.class_counts.get(name, 0.0)
    return f"“{name}” loses most: of {plain(before)} in the originals {plain(after)} are left on average."


def objects_per_image(change: LabelChange) -> str:
    """Objects in an image, on average."""
    before, after = (_mean(each.objects_per_image) for each in (change.original, change.augmented))
    if abs(before - after) < LEAST_CHANGE:
        return f"An original shows {plain(before)} objects on average, and a sample as many."
    return f"An original shows {plain(before)} objects on average, a sample {plain(after)}."


def mask_shares(change: LabelChange) -> str:
    """The class whose masks grow or shrink most."""
    before, after = change.original.mask_share, change.augmented.mask_share
    names = list({**before, **after})
    if not names:
        return "There are no masks."
    name = max(names, key=lambda each: abs(after.get(each, 0.0) - before.get(each, 0.0)))
    first, then = before.get(name, 0.0), after.get(name, 0.0)
    if abs(first - then) < LEAST_CHANGE:
        return "Masks cover as much of the samples as of the originals."
    covers = f"{percent(first)} of the pixels in the originals, {percent(then)} in the samples"
    return f"Masks of “{name}” change most: {covers}."


def sizes(change: LabelChange) -> str:
    """The middle size of a box."""
    before, after = change.original.size_share, change.augmented.size_share
    if not len(before) or not len(after):
        return "There are no boxes to compare."
    first, then = float(np.median(before)), float(np.median(after))
    return f"The middle box is {percent(first)} of the image long in the originals and {percent(then)} in the samples."


def aspects(change: LabelChange) -> str:
    """The middle shape of a box."""
    before, after = change.original.aspect, change.augmented.aspect
    if not len(before) or not len(after):
        return "There are no boxes to compare."
    first, then = _shape(float(np.median(before))), _shape(float(np.median(after)))
    if first == then:
        return f"The middle box is {first} in the originals and in the samples."
    return f"The middle box is {first} in the originals and {then} in the samples."


def positions(change: LabelChange) -> str:
    """How much of the image objects lie on."""
    before, after = (int(np.count_nonzero(each.heat)) for each in (change.original, change.augmented))
    return (
        f"The middles of objects lie on {before} of {GRID * GRID} fields of the image in the originals "
        f"and on {after} in the samples."
    )


def _mean(shares: Mapping[int, float]) -> float:
    return sum(count * share for count, share in shares.items())


def _shape(aspect: float) -> str:
    """Width against height, in words.

    >>> _shape(1.5), _shape(0.5), _shape(1.01)
    ('1.5 times as wide as high', '2 times as high as wide', 'about square')
    """
    if abs(np.log(aspect)) < 0.05:
        return "about square"
    return f"{aspect:.2g} times as wide as high" if aspect > 1 else f"{1 / aspect:.2g} times as high as wide"
