"""What can be put into a pipeline: every transform of the installed library that works on one image.

The catalogue reads the classes; :mod:`augviz.transforms.families` adds what the classes do not say.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from albumentations.core.transforms_interface import BasicTransform

from augviz.errors import PipelineError
from augviz.transforms.families import (
    COST_MS,
    FAMILIES,
    FAMILY_OF,
    MASK_KEPT,
    NEED_SENTENCES,
    NEEDS,
    POINTS_KEPT,
    SLOW_MS,
    WITHHELD,
)
from augviz.transforms.library import concrete_classes, first_line
from augviz.transforms.other_images import OTHER_IMAGES, OtherImages
from augviz.transforms.parameters import Parameter, describe

TENSOR_NAME = "ToTensorV2"
"""Offered although its class only exists where PyTorch is installed: it is exported, never run."""


@dataclass(frozen=True)
class TransformEntry:
    """One transform of the catalogue.

    Attributes:
        name: Class name in Albumentations ("HorizontalFlip").
        family: One of ``FAMILIES``.
        summary: First sentence of the library's own docstring.
        moves: Which of "masks", "boxes", "keypoints" it moves or removes along with the pixels.
        needs: Keys of ``NEED_SENTENCES``: what it needs of the image or its labels.
        cost_ms: Milliseconds for 512 x 512 RGB pixels, or None when not measured.
        is_tail: Whether it ends the range of displayable pixels (Normalize, ToTensorV2).
        default_p: The library's default probability.
        parameters: All parameters but ``p``, in the library's order.
    """

    name: str
    family: str
    summary: str
    moves: frozenset[str]
    needs: frozenset[str]
    cost_ms: float | None
    is_tail: bool
    default_p: float
    parameters: tuple[Parameter, ...]

    @property
    def is_slow(self) -> bool:
        """Whether one image of 512 pixels takes ``SLOW_MS`` or more."""
        return self.cost_ms is not None and self.cost_ms >= SLOW_MS

    @property
    def other_images(self) -> OtherImages | None:
        """What it takes from other images, or None."""
        return OTHER_IMAGES.get(self.name)

    @property
    def need_sentences(self) -> tuple[str, ...]:
        """What it needs, in words."""
        return tuple(NEED_SENTENCES[need] for need in sorted(self.needs))

    def parameter(self, name: str) -> Parameter:
        """The parameter with this name.

        Raises:
            PipelineError: There is none.
        """
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise PipelineError(
            f"{self.name} has no parameter {name!r}",
            mend=_did_you_mean(name, [parameter.name for parameter in self.parameters]),
        )


@cache
def offered() -> Mapping[str, TransformEntry]:
    """Every transform that can be put into a pipeline, by name, in the order of families."""
    names = [name for name in (*concrete_classes(), TENSOR_NAME) if name not in WITHHELD]
    entries = [_entry_of(name) for name in dict.fromkeys(names)]
    entries.sort(key=lambda entry: (FAMILIES.index(entry.family), entry.name))
    return MappingProxyType({entry.name: entry for entry in entries})


@cache
def withheld() -> Mapping[str, str]:
    """Every other concrete transform of the installed library, with the reason in one sentence."""
    return MappingProxyType({name: WITHHELD[name] for name in concrete_classes() if name in WITHHELD})


def entry(name: str) -> TransformEntry:
    """The catalogue's entry of this name.

    Raises:
        PipelineError: The name is not offered; says why, or names close matches.
    """
    found = offered().get(name)
    if found is not None:
        return found
    if name in WITHHELD:
        raise PipelineError(f"{name} is not offered", mend=WITHHELD[name])
    raise PipelineError(f"there is no transform {name!r}", mend=_did_you_mean(name, list(offered())))


def search(text: str) -> tuple[TransformEntry, ...]:
    """Entries that contain every word of the text in name, family or summary, whatever the case.

    Names that begin with the text come first, then names that contain it, then names that contain each word,
    then the rest; an empty text gives all.
    """
    words = text.lower().split()
    hits = [found for found in offered().values() if all(word in _haystack(found) for word in words)]
    return tuple(sorted(hits, key=lambda found: _rank(found, words)))


def _rank(found: TransformEntry, words: list[str]) -> int:
    name, joined = found.name.lower(), "".join(words)
    if name.startswith(joined):
        return 0
    if joined in name:
        return 1
    return 2 if all(word in name for word in words) else 3


def _haystack(found: TransformEntry) -> str:
    return f"{found.name} {found.family} {found.summary}".lower()


def _did_you_mean(name: str, known: list[str]) -> str:
    by_lower = {candidate.lower(): candidate for candidate in known}
    close = difflib.get_close_matches(name.lower(), by_lower, n=3, cutoff=0.55)
    return f"Did you mean {' or '.join(by_lower[match] for match in close)}?" if close else ""


def _entry_of(name: str) -> TransformEntry:
    cls = concrete_classes().get(name)
    return TransformEntry(
        name=name,
        family=FAMILY_OF.get(name, "Other"),
        summary=first_line(name) if cls else "Convert the image and masks to PyTorch tensors.",
        moves=_moves(name, cls),
        needs=NEEDS.get(name, frozenset()),
        cost_ms=COST_MS.get(name),
        is_tail=FAMILY_OF.get(name) == "Normalise",
        default_p=_default_p(cls),
        parameters=describe(name),
    )


def _default_p(cls: type[BasicTransform] | None) -> float:
    if cls is None:
        return 1.0
    return float(inspect.signature(cls.__init__).parameters["p"].default)


def _moves(name: str, cls: type[BasicTransform] | None) -> frozenset[str]:
    if cls is None or FAMILY_OF.get(name) == "Normalise":
        return frozenset()
    targets = {target.value.lower() for target in cls._targets}
    moved = {"masks": "mask" in targets, "boxes": "bboxes" in targets, "keypoints": "keypoints" in targets}
    if name in MASK_KEPT:
        moved["masks"] = False
    if name in POINTS_KEPT:
        moved["boxes"] = moved["keypoints"] = False
    return frozenset(target for target, is_moved in moved.items() if is_moved)
