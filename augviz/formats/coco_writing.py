"""Writes COCO JSON; the conventions are those of :mod:`augviz.formats.coco`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from augviz.formats import rle
from augviz.formats.format import LabelledImage, SourceFile, class_list
from augviz.formats.objects import Corners, LabelledObject, objects_of
from augviz.sample import Keypoints

DECIMALS = 3
MADE_UP_BOX = "box made up"
NO_OBJECT = "no object"
LOOSE_POINTS = "points"
"""Category that holds keypoints which belong to no object."""

JsonRow = dict[str, object]


def write(items: Sequence[LabelledImage], classes: Sequence[str] = ()) -> tuple[SourceFile, ...]:
    """One ``annotations.json`` with all images."""
    objects = [objects_of(item.labels, LOOSE_POINTS) for item in items]
    slots = _slots(items, objects)
    names = dict.fromkeys([*class_list(items, classes), *([LOOSE_POINTS] if LOOSE_POINTS in slots else [])])
    category = {name: i for i, name in enumerate(names, start=1)}
    annotations: list[JsonRow] = []
    for image_id, (item, found) in enumerate(zip(items, objects, strict=True), start=1):
        for each in found:
            row = {"id": len(annotations) + 1, "image_id": image_id, "category_id": category[each.name]}
            annotations.append({**row, **_annotation(item, each, slots.get(each.name, ()))})
    dataset = {
        "info": {"description": "Written by augviz"},
        "licenses": [],
        "images": [
            {"id": i, "file_name": item.info.name, "width": item.info.width, "height": item.info.height}
            for i, item in enumerate(items, start=1)
        ],
        "categories": [
            {"id": i, "name": name, **({"keypoints": slots[name], "skeleton": []} if name in slots else {})}
            for name, i in category.items()
        ],
        "annotations": annotations,
    }
    return (SourceFile("annotations.json", json.dumps(dataset, ensure_ascii=False).encode()),)


def _slots(items: Sequence[LabelledImage], objects: Sequence[Sequence[LabelledObject]]) -> dict[str, list[str]]:
    """Keypoint names of each category; a name that one object has twice stands there twice."""
    slots: dict[str, list[str]] = {}
    for item, found in zip(items, objects, strict=True):
        for each in found:
            needed = Counter(item.labels.keypoints.labels[row] for row in each.points)
            for name, count in needed.items():
                names = slots.setdefault(each.name, [])
                names += [name] * (count - names.count(name))
    return slots


def _annotation(item: LabelledImage, each: LabelledObject, slots: Sequence[str]) -> JsonRow:
    size_hw, points = (item.info.height, item.info.width), item.labels.keypoints
    row: JsonRow = {"iscrowd": 0}
    if each.has_mask:
        row["segmentation"] = {"size": list(size_hw), "counts": rle.encode(each.window, size_hw)}
    if each.points:
        row["keypoints"] = _flat_points(points, each.points, slots)
        row["num_keypoints"] = len(each.points)
    box = _coco_box(each.box_around(points) or (0, 0, 0, 0))
    row["bbox"] = box
    row["area"] = int(each.window.mask.sum()) if each.window is not None else round(box[2] * box[3], DECIMALS)
    notes = [*([MADE_UP_BOX] if each.box is None else []), *([NO_OBJECT] if each.id < 0 else [])]
    return {**row, "augviz": notes} if notes else row


def _coco_box(xyxy: Corners) -> list[float]:
    x1, y1, x2, y2 = (round(value, DECIMALS) for value in xyxy)
    return [x1, y1, round(x2 - x1, DECIMALS), round(y2 - y1, DECIMALS)]


def _flat_points(points: Keypoints, rows: Sequence[int], slots: Sequence[str]) -> list[float]:
    """x, y, v of every slot of the category; 0, 0, 0 where this object has no such point."""
    todo = list(rows)
    flat: list[float] = []
    for name in slots:
        row = next((row for row in todo if points.labels[row] == name), None)
        if row is None:
            flat += [0, 0, 0]
            continue
        todo.remove(row)
        x, y = (round(value - 0.5, DECIMALS) for value in points.xy[row].astype(float).tolist())
        flat += [x, y, 2 if points.visible[row] else 1]
    return flat
