"""Writes YOLO text files; the conventions are those of :mod:`augviz.formats.yolo`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import yaml

from augviz.formats.format import LabelledImage, SourceFile, class_list
from augviz.formats.objects import LabelledObject, label_paths, objects_of
from augviz.geometry import clip_xyxy, join_rings, mask_to_polygons, xyxy_to_yolo
from augviz.sample import Keypoints

DECIMALS = 8
"""1e-8 of 10,000 pixels is 0.0001 pixel; Ultralytics itself writes 6."""


def write(items: Sequence[LabelledImage], classes: Sequence[str] = ()) -> tuple[SourceFile, ...]:
    """One text file an image under ``labels/``, and a ``data.yaml``.

    Pose when objects have keypoints, else segments when every object has a mask, else boxes: a dataset holds one kind
    of line.
    """
    names = class_list(items, classes)
    number = {name: i for i, name in enumerate(names)}
    objects = [objects_of(item.labels) for item in items]
    slots = _slots(items, objects)
    as_segments = not slots and any(objects) and all(each.has_mask for found in objects for each in found)
    files = []
    for item, found, path in zip(items, objects, label_paths([i.info for i in items], "labels", ".txt"), strict=True):
        rows = [_segment(item, each) if as_segments else _box_and_points(item, each, slots) for each in found]
        lines = [f"{number[each.name]} {row}\n" for each, row in zip(found, rows, strict=True) if row]
        files.append(SourceFile(path, "".join(lines).encode()))
    return (*files, SourceFile("data.yaml", _head(names, slots).encode()))


def _head(names: Sequence[str], slots: Sequence[str]) -> str:
    head: dict[str, object] = {"path": ".", "train": "images", "val": "images", "nc": len(names)}
    if slots:
        head["kpt_shape"] = [len(slots), 3]
        head["kpt_names"] = {i: list(slots) for i in range(len(names))}
    head["names"] = dict(enumerate(names))
    return yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=1000)


def _shares(values: Sequence[float]) -> str:
    return " ".join(f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".") for value in values)


def _scale(item: LabelledImage) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array([item.info.width, item.info.height], np.float64)


def _segment(item: LabelledImage, each: LabelledObject) -> str:
    """The outline of the mask as shares; empty when no pixel is left."""
    if each.window is None:
        return ""
    corner = np.array([each.window.left, each.window.top], np.float64)
    ring = (join_rings(mask_to_polygons(each.window.mask)) + corner) / _scale(item)
    return _shares(ring.ravel().tolist())


def _slots(items: Sequence[LabelledImage], objects: Sequence[Sequence[LabelledObject]]) -> list[str]:
    """Names of the keypoints of objects, one list for all classes; one that an object has twice stands there twice."""
    slots: list[str] = []
    for item, found in zip(items, objects, strict=True):
        for each in found:
            needed = Counter(item.labels.keypoints.labels[row] for row in each.points)
            for name, count in needed.items():
                slots += [name] * (count - slots.count(name))
    return slots


def _box_and_points(item: LabelledImage, each: LabelledObject, slots: Sequence[str]) -> str:
    points = item.labels.keypoints
    box = each.box_around(points)
    if box is None:
        return ""
    size_hw = (item.info.height, item.info.width)
    shares = xyxy_to_yolo(clip_xyxy(box, size_hw), size_hw)[0].tolist()
    todo = list(each.points)
    words = [_shares(shares)]
    for name in slots:
        row = next((row for row in todo if points.labels[row] == name), None)
        if row is None:
            words.append("0 0 0")
        else:
            todo.remove(row)
            words.append(_point(item, points, row))
    return " ".join(words)


def _point(item: LabelledImage, points: Keypoints, row: int) -> str:
    return f"{_shares((points.xy[row] / _scale(item)).tolist())} {2 if points.visible[row] else 1}"
