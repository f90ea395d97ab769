"""Labels of one picture to the last bit: what a COCO file rounds, renumbers or cannot hold.

Numbers go to JSON, which gives a float back as it was; index layers and class maps go to PNG files of index values.
Reading holds them to what every label file is held to: finite, inside the picture, of its size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from augviz.errors import InputError
from augviz.formats.builder import MAX_LAYER_BYTES, MAX_LAYERS
from augviz.formats.format import SourceFile
from augviz.formats.indexed_png import read_indexed, write_indexed
from augviz.sample import MAX_LAYER_OBJECTS, MAX_OBJECT_ID, Boxes, Keypoints, Labels, Masks, SemanticMap
from augviz.sharing.fields import (
    flag,
    items,
    mapping_of,
    number,
    optional,
    placed,
    row,
    shown,
    text,
    tuple_of,
    whole,
)

MAX_OBJECTS = 100_000
"""Boxes or keypoints of one picture."""

SizeHW = tuple[int, int]


@dataclass
class Room:
    """Memory that may still be taken, in bytes: a PNG of one colour is a thousand times smaller than its pixels."""

    left_bytes: int

    def take(self, wanted_bytes: int, where: str) -> None:
        """Take so much of it.

        Raises:
            InputError: There is less left.
        """
        self.left_bytes -= wanted_bytes
        if self.left_bytes < 0:
            raise InputError("the masks need more memory than there is for one visitor", where=where)


_object_id = whole(0, MAX_OBJECT_ID)
_owner = whole(-1, MAX_OBJECT_ID)
_channel = whole(0, 255)


def labels_to_plain(labels: Labels, stem: str) -> tuple[dict[str, Any], tuple[SourceFile, ...]]:
    """Labels as JSON's own kinds, and the PNG files that belong to them.

    Args:
        labels: The labels.
        stem: Beginning of the names of the files ("masks/0001").
    """
    boxes, points = labels.boxes, labels.keypoints
    plain: dict[str, Any] = {
        "boxes": [[*xyxy, name, i] for xyxy, name, i in zip(boxes.xyxy.tolist(), boxes.labels, boxes.ids, strict=True)],
        "points": [
            [*xy, name, owner, seen]
            for xy, name, owner, seen in zip(
                points.xy.tolist(), points.labels, points.object_ids, points.visible, strict=True
            )
        ],
        "label": labels.label,
    }
    files: list[SourceFile] = []
    if labels.masks is not None:
        names = [f"{stem}-layer-{k}.png" for k in range(1, 1 + len(labels.masks.layers))]
        layers = labels.masks.layers
        files += [
            SourceFile(name, write_indexed(layer.astype(np.int32), {}))
            for name, layer in zip(names, layers, strict=True)
        ]
        objects = [list(pair) for pair in zip(labels.masks.labels, labels.masks.ids, strict=True)]
        plain["masks"] = {"objects": objects, "layers": names}
    if labels.semantic is not None:
        name = f"{stem}-classes.png"
        files.append(SourceFile(name, write_indexed(labels.semantic.values, {})))
        plain["classes"] = {
            "values": name,
            "names": {str(value): called for value, called in labels.semantic.names.items()},
            "colours": {str(value): list(colour) for value, colour in labels.semantic.colours.items()},
        }
    return plain, tuple(files)


def labels_from_plain(value: Any, where: str, size_hw: SizeHW, files: Mapping[str, SourceFile], room: Room) -> Labels:
    """The opposite of :func:`labels_to_plain`.

    Args:
        value: What JSON gave.
        where: What it is called in a sentence.
        size_hw: Height and width of the picture in pixels.
        files: The PNG files by name; nothing else is ever looked for.
        room: What index layers and class maps may still take; it is used up.

    Raises:
        InputError: Something in it is no label of a picture of this size.
    """
    found = row(value, where, ("boxes", "points", "label", "masks", "classes"), ("boxes", "points"))
    boxes = [_box(entry, where, size_hw) for entry in items(found["boxes"], where, MAX_OBJECTS)]
    points = [_point(entry, where, size_hw) for entry in items(found["points"], where, MAX_OBJECTS)]
    label = optional(text)(found.get("label"), where)
    labels: Labels = placed(
        lambda: Labels(
            Boxes.of([each[0] for each in boxes], (each[1] for each in boxes), (each[2] for each in boxes)),
            _masks(found["masks"], where, size_hw, files, room) if "masks" in found else None,
            _classes(found["classes"], where, size_hw, files, room) if "classes" in found else None,
            Keypoints.of(
                [each[0] for each in points],
                (each[1] for each in points),
                (each[2] for each in points),
                (each[3] for each in points),
            ),
            label,
        ),
        where,
    )
    return labels


def _box(value: Any, where: str, size_hw: SizeHW) -> tuple[tuple[float, ...], str, int]:
    if len(items(value, where)) != 6:
        raise InputError("a box is four numbers, a name and an id", where=where)
    x1, y1, x2, y2 = (number(entry, where) for entry in value[:4])
    if not (0 <= x1 <= x2 <= size_hw[1] and 0 <= y1 <= y2 <= size_hw[0]):
        raise InputError(f"the box {shown(value[:4])} does not lie in the picture", where=where)
    return (x1, y1, x2, y2), text(value[4], where), _object_id(value[5], where)


def _point(value: Any, where: str, size_hw: SizeHW) -> tuple[tuple[float, float], str, int, bool]:
    if len(items(value, where)) != 5:
        raise InputError("a keypoint is two numbers, a name, its object and whether it is seen", where=where)
    x, y = number(value[0], where), number(value[1], where)
    if not (0 <= x <= size_hw[1] and 0 <= y <= size_hw[0]):
        raise InputError(f"the keypoint {shown(value[:2])} does not lie in the picture", where=where)
    return (x, y), text(value[2], where), _owner(value[3], where), flag(value[4], where)


def _masks(value: Any, where: str, size_hw: SizeHW, files: Mapping[str, SourceFile], room: Room) -> Masks:
    found = row(value, where, ("objects", "layers"), ("objects", "layers"))
    pairs = [items(entry, where, 2) for entry in items(found["objects"], where, MAX_LAYER_OBJECTS)]
    if any(len(pair) != 2 for pair in pairs):
        raise InputError("a mask is a name and an id", where=where)
    names = items(found["layers"], where, min(MAX_LAYERS, max(1, MAX_LAYER_BYTES // (2 * size_hw[0] * size_hw[1]))))
    layers = [_indexed(name, where, size_hw, files, room) for name in names]
    stack = np.stack(layers) if layers else np.zeros((0, *size_hw), np.uint16)
    return Masks(
        stack.astype(np.uint16),
        tuple(text(pair[0], where) for pair in pairs),
        tuple(_object_id(pair[1], where) for pair in pairs),
    )


def _classes(value: Any, where: str, size_hw: SizeHW, files: Mapping[str, SourceFile], room: Room) -> SemanticMap:
    found = row(value, where, ("values", "names", "colours"), ("values",))
    names = mapping_of(text, MAX_LAYER_OBJECTS + 1)(found.get("names", {}), where)
    colours = mapping_of(tuple_of(_channel, 3), MAX_LAYER_OBJECTS + 1)(found.get("colours", {}), where)
    if any(len(colour) != 3 for colour in colours.values()):
        raise InputError("a colour is three numbers", where=where)
    return SemanticMap(
        _indexed(found["values"], where, size_hw, files, room),
        {_class_value(key, where): name for key, name in names.items()},
        {_class_value(key, where): colour for key, colour in colours.items()},
    )


def _class_value(key: str, where: str) -> int:
    if not (key.isascii() and key.isdecimal() and len(key) <= 5):
        raise InputError(f"{shown(key)} is no class value", where=where)
    return int(key)


def _indexed(
    name: Any, where: str, size_hw: SizeHW, files: Mapping[str, SourceFile], room: Room
) -> npt.NDArray[np.int32]:
    file = files.get(text(name, where))
    if file is None:
        raise InputError(f"the file {shown(name)} is missing", where=where)
    room.take(4 * size_hw[0] * size_hw[1], where)
    found = read_indexed(file.name, file.data, size_hw=size_hw)
    values = found.values
    if found.is_colour or values.max(initial=0) > MAX_LAYER_OBJECTS or values.min(initial=0) < 0:
        raise InputError("the file holds colours where index values are expected", where=file.name)
    return values
