"""What a label format is: it recognises its files, reads them, and writes them.

A format is one file in this folder with ``FORMAT = Format(…)`` and its name in the tuple of ``__init__``;
upload, detection, the command line and the round-trip test walk that tuple.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from augviz.errors import Problem
from augviz.sample import Labels


@dataclass(frozen=True)
class SourceFile:
    """A file as it came in or goes out: its name (folders with ``/``; never a path to open) and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True)
class ImageInfo:
    """What a format needs to know of an image: name (with folders), height and width in pixels."""

    name: str
    height: int
    width: int


@dataclass(frozen=True)
class ReadResult:
    """What was found in label files.

    Attributes:
        labels: Labels by ``ImageInfo.name``.
        problems: What was left out or changed, in the order of the files.
        unmatched: Label files, or images named inside a label file, that fit none of the images.
    """

    labels: Mapping[str, Labels] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    unmatched: tuple[str, ...] = ()


@dataclass(frozen=True)
class LabelledImage:
    """What a writer gets: the image's name, its size and its labels."""

    info: ImageInfo
    labels: Labels


class Writer(Protocol):
    """Writes labelled images."""

    def __call__(self, items: Sequence[LabelledImage], classes: Sequence[str] = ()) -> tuple[SourceFile, ...]:
        """Labelled images -> files with names of their own ("labels/cat.txt").

        Args:
            items: What to write; an image without objects is written too, as labelled and empty.
            classes: Class names that get the first numbers, in this order, even when no image has them any more.
                Others follow by name. Give the classes of the originals, and class 3 stays class 3 in every export.
        """


@dataclass(frozen=True)
class Format:
    """A label format.

    Attributes:
        name: Short name on the command line ("coco").
        title: Name for people ("COCO JSON").
        carries: Which of "boxes", "masks", "semantic", "keypoints", "label" it can hold.
        precision_px: Largest coordinate error of one write and read, in pixels, for an image of 1,000 pixels.
            Masks and semantic maps come back exactly.
        claims: Which of these files belong to this format (by name and content); must not raise.
        read: Files that it claimed, and all images -> labels.
            Bad input never raises: it becomes a Problem, and the rest is read.
        write: Labelled images -> files, or None for a format that is only read.
    """

    name: str
    title: str
    carries: frozenset[str]
    precision_px: float
    claims: Callable[[Sequence[SourceFile], Sequence[ImageInfo]], tuple[SourceFile, ...]]
    read: Callable[[Sequence[SourceFile], Sequence[ImageInfo]], ReadResult]
    write: Writer | None = None


def class_list(items: Sequence[LabelledImage], classes: Sequence[str] = ()) -> tuple[str, ...]:
    """All class names in the order in which a writer numbers them: the given ones, then the others by name."""
    found = {name for item in items for name in item.labels.object_names().values()}
    first = tuple(dict.fromkeys(classes))
    return (*first, *sorted(found.difference(first)))
