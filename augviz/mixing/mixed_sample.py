"""What mixing is asked for, and what it gives: settings, a mixed sample, its fields and its objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from augviz.errors import Problem
from augviz.mixing.cutting import Box
from augviz.mixing.methods import MethodId
from augviz.sample import Sample

MIN_VISIBLE = 0.1
"""Objects of which less can be seen are dropped. Source: Ultralytics, ``box_candidates(area_thr=0.1)``."""

Fate = Literal["kept", "clipped", "dropped"]


@dataclass(frozen=True)
class Settings:
    """How images are mixed.

    Attributes:
        method: "mixup", "cutmix" or "mosaic".
        alpha: Concentration of λ ~ Beta(α, α), 0 or more; 0 mixes nothing.
        lam: λ itself, 0..1, in place of a drawn one; or None.
        min_visible: Objects of which less can be seen are dropped, 0..1.
    """

    method: MethodId = "mixup"
    alpha: float = 0.2
    lam: float | None = None
    min_visible: float = MIN_VISIBLE


class MixedObject(NamedTuple):
    """One object of one of the images.

    Attributes:
        source: Place of its image among those that were given.
        source_id: Its id there.
        id: Its id in the mixed sample; None when it was dropped.
        name: Its class.
        weight: Weight of its image where the object lies: λ or 1 - λ after MixUp, else 1.
        visible_share: How much of it can still be seen, 0..1, of what its image shows in its own frame.
        fate: "kept" whole, "clipped", or "dropped".
    """

    source: int
    source_id: int
    id: int | None
    name: str
    weight: float
    visible_share: float
    fate: Fate


class Field(NamedTuple):
    """Where one image is seen.

    Attributes:
        source: Place of the image among those that were given.
        box: Pixels ``x1 y1 x2 y2``, half-open.
        weight: Its weight in the label, 0..1; those of all fields are 1 together.
    """

    source: int
    box: Box
    weight: float


@dataclass(frozen=True, eq=False)
class Mixture:
    """What was mixed, without the picture.

    Attributes:
        fields: The images in it. After CutMix the first is everything outside the box of the second.
        soft_label: Weight by class, heaviest first, 1 together. An image without a class goes by its name.
        objects: Every object of every image that was used.
        drawn: λ as it was drawn or fixed, before a box was cut off; None for a mosaic.
        notes: What could not come along.
    """

    fields: tuple[Field, ...]
    soft_label: Mapping[str, float]
    objects: tuple[MixedObject, ...]
    drawn: float | None = None
    notes: tuple[Problem, ...] = ()

    def counts(self) -> Mapping[Fate, int]:
        """How many objects have which fate."""
        fates = [each.fate for each in self.objects]
        return {fate: fates.count(fate) for fate in ("kept", "clipped", "dropped")}


@dataclass(frozen=True, eq=False, kw_only=True)
class MixedSample(Mixture):
    """Images mixed to one.

    Attributes:
        sample: The mixed picture, at the size of the first image, with the labels that are left.
    """

    sample: Sample

    def told(self) -> Mixture:
        """The same without the picture, which may be large."""
        return Mixture(self.fields, self.soft_label, self.objects, self.drawn, self.notes)
