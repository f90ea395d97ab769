"""What the labels of a sample look like in numbers, and how a pipeline changes that.

An object is a box; where a sample has no boxes but instance masks, the tight box of each mask. Sizes and places are
shares of the image, so that a change of size of the whole image changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from augviz.sample import FloatArray, Labels, Masks, Sample, SemanticMap

GRID = 12
"""Cells of the heat map along each side."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LabelStatistics:
    """The labels of one sample.

    Attributes:
        classes: Class of each object.
        size_share: ``(N,)`` square root of (area of the box / area of the image), 0..1: a side, as a share.
        size_px: ``(N,)`` square root of the area of the box, in pixels of this image.
        aspect: ``(N,)`` width / height of the box; boxes without area are left out of these rows and of ``classes``.
        centre_xy: ``(N, 2)`` middle of the box, as shares of width and height.
        mask_share: Share of the pixels of the image, 0..1, by class: instance masks, and classes of a semantic map.
    """

    classes: tuple[str, ...]
    size_share: Floats
    size_px: Floats
    aspect: Floats
    centre_xy: Floats
    mask_share: Mapping[str, float]

    def __len__(self) -> int:
        return len(self.classes)

    @property
    def class_counts(self) -> Mapping[str, int]:
        """Objects of each class."""
        return Counter(self.classes)


def label_statistics(sample: Sample) -> LabelStatistics:
    """Read the labels of one sample; boxes are read as far as they lie inside the image."""
    height, width = sample.size_hw
    xyxy, names = _objects(sample.labels)
    inside = np.clip(xyxy.astype(np.float64), 0, [width, height, width, height])
    sides = inside[:, 2:] - inside[:, :2]
    has_area = np.asarray((sides > 0).all(axis=1), np.bool_)
    inside, sides = inside[has_area], sides[has_area]
    area = sides.prod(axis=1)
    return LabelStatistics(
        tuple(name for name, keep in zip(names, has_area, strict=True) if keep),
        np.sqrt(area / (height * width)),
        np.sqrt(area),
        sides[:, 0] / sides[:, 1],
        (inside[:, :2] + inside[:, 2:]) / 2 / [width, height],
        MappingProxyType(_mask_shares(sample.labels)),
    )


@dataclass(frozen=True, eq=False)
class LabelSummary:
    """The labels of many samples, as one pass over the images sees them.

    Attributes:
        samples: How many samples.
        class_counts: Objects of each class in one pass: the total over the draws, divided by their number.
        objects_per_image: Share of samples, 0..1, by number of objects.
        size_share, size_px, aspect: ``(N,)`` of all objects.
        classes: Class of each of them.
        heat: ``(GRID, GRID)`` share of the objects whose middle lies in each cell; rows from the top.
        mask_share: Mean share of the pixels by class, over all samples.
    """

    samples: int
    class_counts: Mapping[str, float]
    objects_per_image: Mapping[int, float]
    size_share: Floats
    size_px: Floats
    aspect: Floats
    classes: tuple[str, ...]
    heat: Floats
    mask_share: Mapping[str, float]


def summed_up(found: Sequence[LabelStatistics], *, passes: int = 1) -> LabelSummary:
    """Many samples together.

    Args:
        found: One a sample.
        passes: How often each image is among them.
    """
    total = Counter(name for one in found for name in one.classes)
    per_image = Counter(len(one) for one in found)
    shares: Counter[str] = Counter()
    for one in found:
        shares.update(one.mask_share)
    centres = _joined([one.centre_xy for one in found], (0, 2))
    heat, _, _ = np.histogram2d(centres[:, 1], centres[:, 0], bins=GRID, range=((0, 1), (0, 1)))
    return LabelSummary(
        len(found),
        MappingProxyType({name: count / passes for name, count in sorted(total.items())}),
        MappingProxyType({count: of / len(found) for count, of in sorted(per_image.items())}),
        _joined([one.size_share for one in found], (0,)),
        _joined([one.size_px for one in found], (0,)),
        _joined([one.aspect for one in found], (0,)),
        tuple(name for one in found for name in one.classes),
        heat / max(len(centres), 1),
        MappingProxyType({name: share / len(found) for name, share in sorted(shares.items())}),
    )


@dataclass(frozen=True)
class LabelChange:
    """The labels before and after.

    Attributes:
        original: Of the images as they are.
        augmented: Of all draws.
    """

    original: LabelSummary
    augmented: LabelSummary

    @property
    def kept(self) -> Mapping[str, float]:
        """Objects of each class that one pass over the augmented images shows, per object of the originals.

        Below 1 some are gone (cropped away, too small); above 1 there are more (mosaics, reflections).
        """
        before, after = self.original.class_counts, self.augmented.class_counts
        return {name: after.get(name, 0.0) / count for name, count in before.items()}


def _objects(labels: Labels) -> tuple[FloatArray, tuple[str, ...]]:
    if len(labels.boxes) or labels.masks is None:
        return labels.boxes.xyxy, labels.boxes.labels
    return _tight_boxes(labels.masks)


def _tight_boxes(masks: Masks) -> tuple[FloatArray, tuple[str, ...]]:
    boxes: list[tuple[int, int, int, int]] = []
    names: list[str] = []
    for k, name in enumerate(masks.labels):
        mask = masks.mask_of(k)
        ys, xs = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if len(ys):
            boxes.append((int(xs[0]), int(ys[0]), int(xs[-1]) + 1, int(ys[-1]) + 1))
            names.append(name)
    return np.asarray(boxes, np.float32).reshape(-1, 4), tuple(names)


def _mask_shares(labels: Labels) -> dict[str, float]:
    shares: dict[str, float] = {}
    if labels.masks is not None:
        pixels = max(int(np.prod(labels.masks.layers.shape[1:])), 1)
        for name, area in zip(labels.masks.labels, labels.masks.areas_px, strict=True):
            shares[name] = shares.get(name, 0.0) + float(area) / pixels
    if labels.semantic is not None:
        shares |= _class_shares(labels.semantic)
    return shares


def _class_shares(semantic: SemanticMap) -> dict[str, float]:
    counts = np.bincount(semantic.values.ravel())
    return {
        semantic.name_of(int(value)): float(counts[value]) / semantic.values.size for value in np.flatnonzero(counts)
    }


def _joined(arrays: Sequence[Floats], empty: tuple[int, ...]) -> Floats:
    return np.concatenate(arrays) if arrays else np.zeros(empty)
