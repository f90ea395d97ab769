"""Names that change places in a mirror image: a left eye becomes a right one.

Albumentations moves a point and keeps its name. Where a pipeline says which names change places, they do so after an
odd number of reflections, as the coordinate map tells and not the transform's name (:func:`mirrors`). The steps
themselves see the names that went in, as they do in training: names change at the very end
(docs/decisions/0008-names-that-swap.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from augviz.errors import Problem
from augviz.pipeline import probe
from augviz.pipeline.call import Call
from augviz.pipeline.coordinate_map import is_mirrored
from augviz.pipeline.materials import Materials
from augviz.sample import Labels, SemanticMap

Pairs: TypeAlias = tuple[tuple[str, str], ...]


def partners(pairs: Pairs) -> dict[str, str]:
    """What each name becomes.

    >>> partners((("left", "right"),))
    {'left': 'right', 'right': 'left'}
    """
    return {name: other for first, second in pairs for name, other in ((first, second), (second, first))}


def named(pairs: Pairs) -> str:
    """Pairs in words.

    >>> named((("left eye", "right eye"), ("l", "r")))
    'left eye and right eye, l and r'
    """
    return ", ".join(f"{first} and {second}" for first, second in pairs)


def with_pairs(pairs: Pairs, more: Pairs) -> Pairs:
    """Pairs and those of the others whose names are still free.

    >>> with_pairs((("a", "b"),), (("b", "c"), ("d", "e")))
    (('a', 'b'), ('d', 'e'))
    """
    for first, second in more:
        if {first, second}.isdisjoint(name for pair in pairs for name in pair):
            pairs = (*pairs, (first, second))
    return pairs


def names_in(labels: Labels) -> tuple[str, ...]:
    """Every name that could change, each once: of points, boxes, masks, classes of a mask and the whole image."""
    classes = () if labels.semantic is None else labels.semantic.names.values()
    image = () if labels.label is None else (labels.label,)
    found = dict.fromkeys((*labels.keypoints.labels, *labels.class_names(), *classes, *image))
    return tuple(name for name in found if name.strip() and name.isprintable())


def concerned(pairs: Pairs, labels: Iterable[Labels]) -> Pairs:
    """The pairs of which some labels hold a name; none is a pipeline that need not be watched."""
    there = frozenset(name for each in labels for name in names_in(each)) if pairs else frozenset()
    return tuple(pair for pair in pairs if not there.isdisjoint(pair))


def mirrors(call: Call) -> tuple[bool, str]:
    """Whether left and right changed sides in a call.

    Returns:
        The answer; and why there is none, which counts as no, or empty.
    """
    if not call.leaf.params:  # it had nothing to do
        return False, ""
    coordinates, unknown = probe.places(call)
    if coordinates is None:
        return False, unknown
    return is_mirrored(coordinates), ""


def swapped(labels: Labels, pairs: Pairs) -> Labels:
    """The labels with all names of the pairs changed; ids, places and the names of class values stay.

    The pixels of a class become those of its partner where both have a value (:func:`values_swapped`).
    """
    others = partners(pairs)

    def changed(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(others.get(name, name) for name in names)

    return Labels(
        boxes=replace(labels.boxes, labels=changed(labels.boxes.labels)),
        masks=None if labels.masks is None else replace(labels.masks, labels=changed(labels.masks.labels)),
        semantic=None if labels.semantic is None else _with_values_swapped(labels.semantic, pairs),
        keypoints=replace(labels.keypoints, labels=changed(labels.keypoints.labels)),
        label=None if labels.label is None else others.get(labels.label, labels.label),
    )


def in_a_mirror(materials: Materials, names: Iterable[str], pairs: Pairs) -> Materials:
    """The other images of a step that runs on a mirrored picture, named so that swapping all in the end is right."""
    turned = {name: materials[name] for name in names if name in materials}
    return {**materials, **{name: each.with_labels(swapped(each.labels, pairs)) for name, each in turned.items()}}


def value_pairs(names: Mapping[int, str], pairs: Pairs) -> dict[int, int]:
    """Which class values of a mask change places: those of pairs of which both names have a value.

    >>> value_pairs({1: "left lung", 2: "right lung", 3: "l"}, (("left lung", "right lung"), ("l", "r")))
    {1: 2, 2: 1}
    """
    values = {name: value for value, name in sorted(names.items(), reverse=True)}
    both = [(values[a], values[b]) for a, b in pairs if a in values and b in values]
    return {value: other for a, b in both for value, other in ((a, b), (b, a))}


def lone_classes(labels: Labels, pairs: Pairs) -> tuple[Problem, ...]:
    """What is to be said of classes of a mask whose partner has no value: their pixels keep the old class."""
    if labels.semantic is None:
        return ()
    others, there = partners(pairs), frozenset(labels.semantic.names.values())
    return tuple(
        Problem(
            f"class '{name}' of the mask",
            f"the picture is mirrored, and no value stands for {others[name]}, so that its pixels keep their class",
            f"Give {others[name]} a value in the mask.",
            "note",
        )
        for name in sorted(there & others.keys())
        if others[name] not in there
    )


def unknown_side(step_name: str, why: str) -> Problem:
    """What is said of a step that does not tell whether it mirrors."""
    what = f"does not tell where things went ({why}), so no names were swapped for it"
    return Problem(step_name, what, "Look whether sides are right after it.", "note")


def _with_values_swapped(semantic: SemanticMap, pairs: Pairs) -> SemanticMap:
    values = value_pairs(semantic.names, pairs)
    if not values or not semantic.values.size:
        return semantic
    table: npt.NDArray[np.int32] = np.arange(max(int(semantic.values.max()), *values) + 1, dtype=np.int32)
    table[list(values)] = list(values.values())
    return replace(semantic, values=table[semantic.values])
