"""What a format could not carry: measured by reading back what was written, not looked up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from augviz.errors import Problem
from augviz.formats.format import Format, LabelledImage, SourceFile
from augviz.sample import Labels

_PARTS: tuple[tuple[str, str, Callable[[Labels], int]], ...] = (
    ("box", "boxes", lambda labels: len(labels.boxes)),
    ("mask", "masks", lambda labels: 0 if labels.masks is None else len(labels.masks)),
    ("class map", "class maps", lambda labels: int(labels.semantic is not None)),
    ("keypoint", "keypoints", lambda labels: len(labels.keypoints)),
    ("image class", "image classes", lambda labels: int(labels.label is not None)),
)


def losses(known: Format, items: Sequence[LabelledImage], files: Sequence[SourceFile]) -> tuple[Problem, ...]:
    """How many boxes, masks, class maps, keypoints and image classes are not in the files that were written.

    Args:
        known: The format that wrote.
        items: What it was given.
        files: What it wrote.
    """
    labels = known.read(files, [item.info for item in items]).labels
    problems = []
    for one, many, count in _PARTS:
        lost = sum(max(0, count(item.labels) - count(labels.get(item.info.name, Labels()))) for item in items)
        if lost:
            problems.append(Problem(known.title, f"{lost:,} {one if lost == 1 else many} could not be written"))
    return tuple(problems)
