"""Labels of several images in one picture: ids that were free, masks packed, class values made one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from augviz.errors import Problem
from augviz.mixing.methods import MethodId
from augviz.pipeline.joining import in_our_classes
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample, SemanticMap


@dataclass(frozen=True, eq=False)
class Part:
    """One image in a mixed picture.

    Attributes:
        source: Place of the image among those that were given.
        original: The image as it was given.
        labels: What is left of its labels.
        shares: Visible share of each of its objects, 0..1, by id.
        weight: Weight of its pixels where they lie, 0..1.
        at_xy: Where the labels' corner lies in the mixed picture.
    """

    source: int
    original: Sample
    labels: Labels
    shares: Mapping[int, float]
    weight: float
    at_xy: tuple[int, int] = (0, 0)


class Joined(NamedTuple):
    """Labels in one.

    Attributes:
        labels: Of the mixed picture.
        ids: For each part, the new id of each object by its old one.
    """

    labels: Labels
    ids: tuple[Mapping[int, int], ...]


def join(parts: Sequence[Part], size_hw: tuple[int, int]) -> Joined:
    """Put the labels of all parts into one picture.

    The objects of the first image keep their ids; those of the others, and of an image's second appearance, get ids
    that are free.

    Args:
        parts: Images with what is left of their labels.
        size_hw: Height and width of the picture.
    """
    ids = _new_ids(parts)
    boxes = Boxes(
        np.concatenate([part.labels.boxes.xyxy + np.tile(_at(part), 2) for part in parts]),
        tuple(name for part in parts for name in part.labels.boxes.labels),
        tuple(new[i] for part, new in zip(parts, ids, strict=True) for i in part.labels.boxes.ids),
    )
    points = Keypoints(
        np.concatenate([part.labels.keypoints.xy + _at(part) for part in parts]),
        tuple(name for part in parts for name in part.labels.keypoints.labels),
        tuple(new.get(i, -1) for part, new in zip(parts, ids, strict=True) for i in part.labels.keypoints.object_ids),
        tuple(is_visible for part in parts for is_visible in part.labels.keypoints.visible),
    )
    return Joined(Labels(boxes, _masks(parts, ids, size_hw), _semantic(parts, size_hw), points), ids)


def notes_of(originals: Sequence[Sample], method: MethodId) -> tuple[Problem, ...]:
    """What is said of class regions that cannot come along."""
    having = [sample.labels.semantic is not None for sample in originals]
    if not any(having):
        return ()
    if method == "mixup":
        what = "class regions are left out: one class a pixel cannot hold two with weights"
        return (Problem("MixUp", what, "Train on the weighted loss of both maps.", "note"),)
    if not all(having):
        names = dict.fromkeys(sample.name for sample, has in zip(originals, having, strict=True) if not has)
        what = "class regions are left out, because this image has none"
        return (Problem(", ".join(names), what, "Mix images that all have class regions.", "note"),)
    return ()


def _at(part: Part) -> npt.NDArray[np.float32]:
    return np.array(part.at_xy, np.float32)


def _new_ids(parts: Sequence[Part]) -> tuple[dict[int, int], ...]:
    first = next(place for place, part in enumerate(parts) if part.source == 0)
    own = {i: i for i in parts[first].labels.object_names()}
    free = max(own, default=-1) + 1
    found: list[dict[int, int]] = []
    for place, part in enumerate(parts):
        if place == first:
            found.append(own)
            continue
        names = part.labels.object_names()
        found.append({i: free + k for k, i in enumerate(names)})
        free += len(names)
    return tuple(found)


def _masks(parts: Sequence[Part], ids: Sequence[Mapping[int, int]], size_hw: tuple[int, int]) -> Masks | None:
    layers: list[npt.NDArray[np.uint16]] = []
    names: list[str] = []
    new_ids: list[int] = []
    if all(part.labels.masks is None for part in parts):
        return None
    for part, new in zip(parts, ids, strict=True):
        masks = part.labels.masks
        if masks is None:
            continue
        for layer in masks.layers:
            whole = np.zeros(size_hw, np.uint16)
            x, y = part.at_xy
            whole[y : y + layer.shape[0], x : x + layer.shape[1]] = np.where(
                layer > 0, layer + np.uint16(len(names)), 0
            )
            _lay(layers, whole)
        names += masks.labels
        new_ids += [new[i] for i in masks.ids]
    return Masks(np.stack(layers) if layers else np.zeros((0, *size_hw), np.uint16), tuple(names), tuple(new_ids))


def _lay(layers: list[npt.NDArray[np.uint16]], whole: npt.NDArray[np.uint16]) -> None:
    """Into the first layer in which nothing lies there yet, or a new one."""
    for place, layer in enumerate(layers):
        if not (layer[whole > 0]).any():
            layers[place] = np.maximum(layer, whole)
            return
    layers.append(whole)


def _semantic(parts: Sequence[Part], size_hw: tuple[int, int]) -> SemanticMap | None:
    """One map, where all have one and no pixel belongs to two images."""
    maps = [part.labels.semantic for part in parts]
    if any(found is None for found in maps) or any(part.weight < 1 for part in parts):
        return None
    values = np.zeros(size_hw, np.int32)
    ours: SemanticMap | None = None
    for part, found in zip(parts, maps, strict=True):
        assert found is not None  # noqa: S101 - asked above, which the type checker does not see
        ours, mapped = (found, found.values) if ours is None else in_our_classes(ours, found)
        x, y = part.at_xy
        place = values[y : y + mapped.shape[0], x : x + mapped.shape[1]]
        place[mapped > 0] = mapped[mapped > 0]
    return None if ours is None else SemanticMap(values, ours.names, ours.colours)
