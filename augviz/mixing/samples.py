"""Labelled images mixed: picture, soft label, boxes and masks, with every object followed.

Which images, which λ and which box are drawn from the sample's own stream (:mod:`augviz.pipeline.draws`): the same
images, seed and settings give the same bytes in any process. λ is the quantile of Beta(α, α) at a uniform number that
belongs to the draw, so that a moved α moves λ smoothly and leaves everything else in the draw as it was.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.special import betaincinv

from augviz.errors import InputError
from augviz.mixing.blending import blend
from augviz.mixing.checking import check_alpha
from augviz.mixing.cutting import Box, area_of, cut_box
from augviz.mixing.joining import Part, join, notes_of
from augviz.mixing.methods import METHOD_OF
from augviz.mixing.mixed_sample import Fate, Field, MixedObject, MixedSample, Settings
from augviz.mixing.moving import fitted, seen, without
from augviz.pipeline.draws import Draw, Draws
from augviz.sample import ImageArray, Sample
from augviz.wording import counted

CENTRE_RANGE = (0.3, 0.7)
"""Where a mosaic is divided, as a share of each side. Source: Albumentations 2.0.8, ``Mosaic(center_range=…)``."""


def mix(samples: Sequence[Sample], seed: int, settings: Settings) -> MixedSample:
    """Mix the first image with others.

    Images of another size are scaled to cover the first one, and cut at the middle.

    Args:
        samples: The image itself, then those that it may be mixed with; with one image only, it is mixed with itself.
            MixUp and CutMix draw one of the others; Mosaic takes three, again and again where there are fewer.
        seed: Seed of the sample, as for :func:`augviz.pipeline.run.run`.
        settings: How.

    Raises:
        InputError: There is no image, channels or number types differ, α or λ is no such number, or the method does not
            mix.
    """
    _check(samples, settings)
    draw = Draws(seed).visit(f"mixing/{settings.method}")
    if settings.method == "mosaic":
        return _mosaic(samples, draw, settings)
    return _pair(samples, draw, settings)


def class_of(sample: Sample) -> str:
    """The class of a whole image; its name where nobody said."""
    return sample.labels.label or sample.name


def lambda_of(seed: int, settings: Settings) -> float | None:
    """λ of a draw without its picture, as :func:`mix` draws it; None for a mosaic."""
    if settings.method == "mosaic" or settings.lam is not None:
        return settings.lam
    u = float(Draws(seed).visit(f"mixing/{settings.method}").generators()[0].random(3)[0])
    return beta_quantile(u, settings.alpha)


def beta_quantile(u: float, alpha: float) -> float:
    """λ at the share ``u`` of Beta(α, α), 0..1; 1 at α = 0, where nothing is mixed.

    >>> beta_quantile(0.5, 0.2), beta_quantile(0.25, 1.0), beta_quantile(0.3, 0.0)
    (0.5, 0.25, 1.0)
    """
    return float(betaincinv(alpha, alpha, u)) if alpha > 0 else 1.0


# -- two images --------------------------------------------------------------------------------------------------------


def _pair(samples: Sequence[Sample], draw: Draw, settings: Settings) -> MixedSample:
    first, size_hw = samples[0], samples[0].size_hw
    u, x, y = draw.generators()[0].random(3).tolist()
    lam = beta_quantile(u, settings.alpha) if settings.lam is None else settings.lam
    partner = min(1 + int(draw.pick * (len(samples) - 1)), len(samples) - 1)
    second = fitted(samples[partner], size_hw)
    whole = (0, 0, size_hw[1], size_hw[0])
    if settings.method == "mixup":
        image = blend(first.image, second.sample.image, lam)
        parts = [
            Part(0, first, first.labels, dict.fromkeys(first.labels.object_names(), 1.0), lam),
            Part(partner, samples[partner], second.sample.labels, second.shares, 1 - lam),
        ]
        fields = (Field(0, whole, lam), Field(partner, whole, 1 - lam))
        return _mixed(image, parts, fields, settings, lam)
    box = cut_box(size_hw, lam, (int(x * size_hw[1]), int(y * size_hw[0])))
    share = area_of(box) / (size_hw[0] * size_hw[1])
    image = first.image.copy()
    image[box[1] : box[3], box[0] : box[2]] = second.sample.image[box[1] : box[3], box[0] : box[2]]
    around, within = seen(first.labels, size_hw, box, inside=False), seen(second.sample.labels, size_hw, box)
    parts = [
        Part(0, first, around.labels, around.shares, 1.0),
        Part(partner, samples[partner], within.labels, _product(second.shares, within.shares), 1.0),
    ]
    fields = (Field(0, whole, 1 - share), Field(partner, box, share))
    return _mixed(image, parts, fields, settings, lam)


# -- four images -------------------------------------------------------------------------------------------------------


def _mosaic(samples: Sequence[Sample], draw: Draw, settings: Settings) -> MixedSample:
    height, width = samples[0].size_hw
    stream = draw.generators()[0]
    others = [int(place) + 1 for place in stream.permutation(len(samples) - 1)]
    round_again = [*others, 0]
    chosen = [0, *(round_again[k % len(round_again)] for k in range(3))]
    order = stream.permutation(4)
    x, y = (CENTRE_RANGE[0] + (CENTRE_RANGE[1] - CENTRE_RANGE[0]) * u for u in stream.random(2))
    anchors = stream.random((4, 2))
    boxes = mosaic_boxes((height, width), (round(x * width), round(y * height)))
    image = np.empty_like(samples[0].image)
    parts: list[Part] = []
    fields: list[Field] = []
    for place, box, anchor in zip(order, boxes, anchors, strict=True):
        source = chosen[int(place)]
        part = fitted(samples[source], (box[3] - box[1], box[2] - box[0]), (float(anchor[0]), float(anchor[1])))
        image[box[1] : box[3], box[0] : box[2]] = part.sample.image
        parts.append(Part(source, samples[source], part.sample.labels, part.shares, 1.0, (box[0], box[1])))
        fields.append(Field(source, box, area_of(box) / (height * width)))
    return _mixed(image, parts, tuple(fields), settings, None)


def mosaic_boxes(size_hw: tuple[int, int], centre_xy: tuple[int, int]) -> tuple[Box, Box, Box, Box]:
    """The four fields around a point, from left to right and top to bottom; none is empty.

    >>> mosaic_boxes((10, 20), (8, 5))
    ((0, 0, 8, 5), (8, 0, 20, 5), (0, 5, 8, 10), (8, 5, 20, 10))
    """
    (height, width), (x, y) = size_hw, centre_xy
    x, y = min(max(x, 1), width - 1), min(max(y, 1), height - 1)
    return (0, 0, x, y), (x, 0, width, y), (0, y, x, height), (x, y, width, height)


# -- what comes out ----------------------------------------------------------------------------------------------------


def _mixed(
    image: ImageArray, parts: Sequence[Part], fields: tuple[Field, ...], settings: Settings, drawn: float | None
) -> MixedSample:
    gone = [
        {i for i, share in part.shares.items() if share <= 0 or share < settings.min_visible or part.weight <= 0}
        for part in parts
    ]
    left = [replace(part, labels=without(part.labels, ids)) for part, ids in zip(parts, gone, strict=True)]
    joined = join(left, (image.shape[0], image.shape[1]))
    objects = tuple(
        _object(part, i, name, None if i in ids else new_ids.get(i))
        for part, ids, new_ids in zip(parts, gone, joined.ids, strict=True)
        for i, name in part.original.labels.object_names().items()
    )
    soft = _soft_label(parts, fields)
    labels = replace(joined.labels, label=next(iter(soft)) if len(soft) == 1 else None)
    first = next(part.original for part in parts if part.source == 0)
    sample = Sample(first.name, image, labels, first.bands)
    notes = notes_of([part.original for part in parts], settings.method)
    return MixedSample(fields, soft, objects, drawn, notes, sample=sample)


def _object(part: Part, source_id: int, name: str, new_id: int | None) -> MixedObject:
    share = part.shares.get(source_id, 0.0)
    fate: Fate = "dropped" if new_id is None else "kept" if share >= 1 else "clipped"
    return MixedObject(part.source, source_id, new_id, name, part.weight, share, fate)


def _soft_label(parts: Sequence[Part], fields: Sequence[Field]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for part, field in zip(parts, fields, strict=True):
        name = class_of(part.original)
        weights[name] = weights.get(name, 0.0) + field.weight
    return dict(sorted(((name, w) for name, w in weights.items() if w > 0), key=lambda pair: -pair[1]))


def _product(first: Mapping[int, float], then: Mapping[int, float]) -> dict[int, float]:
    return {i: share * then.get(i, 0.0) for i, share in first.items()}


def _check(samples: Sequence[Sample], settings: Settings) -> None:
    if not samples:
        raise InputError("mixing needs an image", mend="Open at least one.")
    method = METHOD_OF.get(settings.method)
    if method is None or not method.mixes:
        raise InputError(f"{settings.method} does not mix images", where="method", mend="Take MixUp, CutMix or Mosaic.")
    check_alpha(settings.alpha)
    if settings.lam is not None and not (math.isfinite(settings.lam) and 0 <= settings.lam <= 1):
        raise InputError(f"λ must be from 0 to 1, it is {settings.lam}", where="lambda")
    if settings.method == "mosaic" and min(samples[0].size_hw) < 2:
        what = "an image of a single row or column cannot be divided into four"
        raise InputError(what, where=samples[0].name, mend="Take MixUp, CutMix or a larger image.")
    first = samples[0]
    for sample in samples[1:]:
        if not mixable(first, sample):
            raise InputError(
                f"it has {_kind(sample)} and {first.name} has {_kind(first)}, which cannot be mixed",
                where=sample.name,
                mend="Choose images of the same kind.",
            )


def mixable(first: Sample, second: Sample) -> bool:
    """Whether two images have the same number of channels and the same type of numbers."""
    return first.image.shape[2] == second.image.shape[2] and first.image.dtype == second.image.dtype


def _kind(sample: Sample) -> str:
    channels = sample.image.shape[2]
    numbers = "whole numbers" if sample.image.dtype == np.uint8 else "decimal numbers"
    return f"{counted(channels, 'channel')} of {numbers}"
