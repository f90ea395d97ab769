"""Which files are label files, what they say, and what to do when two of them speak of one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from augviz.errors import AugvizError, Problem
from augviz.formats.format import Format, ImageInfo, ReadResult, SourceFile
from augviz.sample import Boxes, Keypoints, Labels, Masks

_PARTS = ("boxes", "masks", "semantic", "keypoints", "label")
_PART_NAMES = {"semantic": "class map", "label": "image class"}


@dataclass(frozen=True)
class Claim:
    """Files that one format takes for its own."""

    format: Format
    files: tuple[SourceFile, ...]


@dataclass(frozen=True)
class Found:
    """What all formats said together.

    Attributes:
        labels: Labels by ``ImageInfo.name``.
        problems: What was left out or changed.
        unmatched: Label files, or pictures named in them, that fit no picture.
    """

    labels: Mapping[str, Labels] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    unmatched: tuple[str, ...] = ()


def claim(formats: Sequence[Format], files: Sequence[SourceFile], images: Sequence[ImageInfo]) -> tuple[Claim, ...]:
    """Ask every format, in order, which of the files that are still free are its own."""
    free = {file.name: file for file in files}
    claims: list[Claim] = []
    for form in formats:
        own = tuple(file for file in form.claims(tuple(free.values()), images) if file.name in free)
        for file in own:
            free.pop(file.name, None)
        if own:
            claims.append(Claim(form, own))
    return tuple(claims)


def read_all(claims: Sequence[Claim], images: Sequence[ImageInfo]) -> Found:
    """Let every format read its files, and merge what they say of one picture.

    Formats speak in the order of the claims. A part (boxes, masks, class map, keypoints, image class) that two of them
    give is taken from the first one, and said.
    """
    labels: dict[str, Labels] = {}
    given_by: dict[str, str] = {}
    problems: list[Problem] = []
    unmatched: list[str] = []
    for each in claims:
        result = _read(each, images)
        problems += result.problems
        unmatched += result.unmatched
        for name, new in result.labels.items():
            title = each.format.title
            if name not in labels:
                labels[name], given_by[name] = new, title
                continue
            labels[name], refused = merge_labels(labels[name], new)
            if refused:
                what = f"{given_by[name]} and {title} both give {' and '.join(refused)}"
                problems.append(Problem(name, what, f"Those of {given_by[name]} are used.", "left out"))
            given_by[name] = f"{given_by[name]} and {title}"
    return Found(labels, tuple(problems), tuple(dict.fromkeys(unmatched)))


def _read(each: Claim, images: Sequence[ImageInfo]) -> ReadResult:
    try:
        return each.format.read(each.files, images)
    except AugvizError as error:
        return ReadResult(problems=(Problem.of(error),))


def merge_labels(first: Labels, second: Labels) -> tuple[Labels, tuple[str, ...]]:
    """Labels of one picture from two sources.

    Objects of the second source get ids of their own: nothing says that its object 0 is the first one's.

    Returns:
        The labels of both, and the names of the parts that both gave, which come from ``first`` alone.
    """
    second = _with_shifted_ids(second, 1 + max(_ids(first), default=-1))
    given = {part for part in _PARTS if _has(first, part)}
    offered = {part for part in _PARTS if _has(second, part)}
    taken = {part: getattr(second if part in offered - given else first, part) for part in _PARTS}
    refused = tuple(_PART_NAMES.get(part, part) for part in _PARTS if part in offered & given)
    merged = Labels(taken["boxes"], taken["masks"], taken["semantic"], taken["keypoints"], taken["label"])
    return merged, refused


def _has(labels: Labels, part: str) -> bool:
    value = getattr(labels, part)
    return value is not None and (part in ("semantic", "label") or len(value) > 0)


def _ids(labels: Labels) -> tuple[int, ...]:
    masks = () if labels.masks is None else labels.masks.ids
    return (*labels.boxes.ids, *masks, *labels.keypoints.object_ids)


def _with_shifted_ids(labels: Labels, by: int) -> Labels:
    boxes, masks, points = labels.boxes, labels.masks, labels.keypoints
    return replace(
        labels,
        boxes=Boxes(boxes.xyxy, boxes.labels, tuple(i + by for i in boxes.ids)),
        masks=None if masks is None else Masks(masks.layers, masks.labels, tuple(i + by for i in masks.ids)),
        keypoints=Keypoints(
            points.xy, points.labels, tuple(i if i < 0 else i + by for i in points.object_ids), points.visible
        ),
    )
