"""YOLO text files: one line an object; boxes, outlines (segments) or boxes with keypoints (pose).

Conventions (source: docs.ultralytics.com/datasets/detect, /segment and /pose):

* every number is a share of the image's width or height, 0..1;
* ``class cx cy w h`` is a box, ``class x1 y1 x2 y2 x3 y3 …`` an outline, ``class cx cy w h`` and ``x y`` or ``x y v``
  for each of ``kpt_shape`` points a pose; ``v`` as in COCO;
* an object with an outline has the box around it;
* class names come from ``data.yaml`` (``names``), ``classes.txt`` or ``obj.names``, the nearest one by folder; keypoint
  names from ``kpt_names``.

A mask is written along the edges of its pixels, parts and holes joined by bridges that cover nothing, so that it
comes back exactly. What is written: pose when there are keypoints, else segments when every object has a mask, else
boxes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import numpy as np
import yaml

from augviz.errors import LabelError
from augviz.formats.builder import LabelBuilder, finites
from augviz.formats.format import Format, ImageInfo, LabelledImage, ReadResult, SourceFile, class_list
from augviz.formats.matching import match, path_of
from augviz.formats.problems import ProblemLog
from augviz.formats.text import YamlValue, lines_of, yaml_of
from augviz.geometry import clip_xyxy, join_rings, layer_windows, mask_to_polygons, xyxy_to_yolo, yolo_to_xyxy
from augviz.sample import Labels

DECIMALS = 8
"""1e-8 of 10,000 pixels is 0.0001 pixel; Ultralytics itself writes 6."""

NAME_LISTS = ("classes.txt", "obj.names", "_darknet.labels")
MAX_SHARE = 2.0
"""Numbers beyond this are no overshoot of a box but other units."""

MAX_CLASS = 100_000
MAX_POINTS = 1_000


@dataclass(frozen=True)
class Names:
    """What a ``data.yaml`` or a list of classes says.

    Attributes:
        classes: Name of each class number.
        points: Keypoint names in order, for every class that has its own; ``None`` is the key for all others.
        point_shape: ``(points, 2 or 3)``, or None when it is not said.
    """

    classes: Mapping[int, str] = field(default_factory=dict)
    points: Mapping[int | None, Sequence[str]] = field(default_factory=dict)
    point_shape: tuple[int, int] | None = None

    def point_name(self, number: int, place: int) -> str:
        """Name of the point at this place of an object of this class."""
        names = self.points.get(number) or self.points.get(None) or ()
        return names[place] if place < len(names) else f"point {place}"


# Reading


def _is_names(file: SourceFile) -> bool:
    path = path_of(file.name)
    if path.suffix in (".yaml", ".yml"):
        return any(line.startswith((b"names:", b"kpt_shape:")) for line in file.data.splitlines())
    return path.name in NAME_LISTS or path.suffix == ".names"


def claims(files: Sequence[SourceFile], images: Sequence[ImageInfo]) -> tuple[SourceFile, ...]:
    """Text files that are named like an image or begin with a row of numbers, and lists of class names."""
    texts = [file for file in files if path_of(file.name).suffix == ".txt" and not _is_names(file)]
    found = match({file.name: [file.name] for file in texts}, images)
    named = {*found.images, *found.ambiguous}
    return tuple(f for f in files if _is_names(f) or (f in texts and (f.name in named or _looks_like_rows(f))))


def _looks_like_rows(file: SourceFile) -> bool:
    first = next((line.split() for line in file.data[:4096].splitlines() if line.strip()), [])
    return len(first) >= 5 and finites([token.decode("ascii", "replace") for token in first]) is not None


def read(files: Sequence[SourceFile], images: Sequence[ImageInfo]) -> ReadResult:
    """YOLO files -> labels; what cannot be used becomes a problem."""
    log = ProblemLog()
    names = _all_names([file for file in files if _is_names(file)], log)
    rows = {file.name: file for file in files if not _is_names(file)}
    found = match({name: [name] for name in rows}, images)
    for name in found.ambiguous:
        log.add(
            name, "", "the name fits more than one image, or two files fit one image", "Give each a name of its own."
        )
    labels: dict[str, Labels] = {}
    for name, image in found.images.items():
        try:
            labels[image.name] = _read_file(rows[name], image, _nearest(name, names), log)
        except LabelError as error:
            log.add_error(name, error)
    return ReadResult(labels, log.problems(), (*found.missing, *found.ambiguous))


def _all_names(files: Sequence[SourceFile], log: ProblemLog) -> dict[str, Names]:
    out: dict[str, Names] = {}
    for file in files:
        try:
            if path_of(file.name).suffix in (".yaml", ".yml"):
                out[file.name] = _names_of_yaml(yaml_of(file), file.name)
            else:
                out[file.name] = Names(dict(enumerate(line for line in lines_of(file) if line)))
        except LabelError as error:
            log.add_error(file.name, error)
    return out


def _nearest(name: str, names: Mapping[str, Names]) -> Names:
    """The names whose file lies nearest by folder; a data.yaml before a list of classes."""

    def fit(other: str) -> tuple[int, bool]:
        common = 0
        for a, b in zip(path_of(name).parent.parts, path_of(other).parent.parts, strict=False):
            if a != b:
                break
            common += 1
        return common, path_of(other).suffix in (".yaml", ".yml")

    return names[max(names, key=fit)] if names else Names()


def _names_of_yaml(value: YamlValue, file: str) -> Names:
    if not isinstance(value, dict):
        raise LabelError("the file holds no mapping", where=file, mend="It must have a line that begins with names:")
    shape = value.get("kpt_shape")
    numbers = finites(shape) if isinstance(shape, list) else None
    point_shape = None
    if numbers and len(numbers) == 2 and 1 <= numbers[0] <= MAX_POINTS and numbers[1] in (2, 3):
        point_shape = (int(numbers[0]), int(numbers[1]))
    elif shape is not None:
        raise LabelError("kpt_shape must be [number of points, 2 or 3]", where=file, mend="Write for example [17, 3].")
    return Names(_numbered(value.get("names"), file), _point_names(value.get("kpt_names")), point_shape)


def _numbered(value: YamlValue, file: str) -> dict[int, str]:
    if isinstance(value, list):
        return {i: str(name) for i, name in enumerate(value)}
    if value in (None, ""):
        return {}
    if not isinstance(value, dict) or not all(key.isascii() and key.isdigit() and len(key) < 7 for key in value):
        raise LabelError("names must be a list, or a mapping from class number to name", where=file)
    return {int(key): str(name) for key, name in value.items()}


def _point_names(value: YamlValue) -> dict[int | None, Sequence[str]]:
    if isinstance(value, list):
        return {None: [str(name) for name in value]}
    if not isinstance(value, dict):
        return {}
    return {
        int(key): [str(name) for name in names]
        for key, names in value.items()
        if key.isascii() and key.isdigit() and len(key) < 7 and isinstance(names, list)
    }


def _read_file(file: SourceFile, image: ImageInfo, names: Names, log: ProblemLog) -> Labels:
    builder = LabelBuilder(image, file.name, log)
    rows = _parsed_rows(file, log)
    shape = names.point_shape or _guessed_point_shape([numbers for _, _, numbers in rows])
    unknown: dict[int, int] = {}
    for line, number, numbers in rows:
        if number not in names.classes:
            unknown[number] = unknown.get(number, 0) + 1
        k = builder.add_object(names.classes.get(number, f"class {number}"), f"line {line}")
        if max(numbers) > MAX_SHARE or min(numbers[:4]) < -MAX_SHARE:
            worst = max(numbers, key=abs)
            what = f"the value {worst:g} is no share of the image; YOLO values go from 0 to 1"
            builder.say(k, what, "Divide x by the width and y by the height; the line is left out.")
        elif shape is not None and len(numbers) == 4 + shape[0] * shape[1]:
            _add_pose(builder, k, numbers, shape, [names.point_name(number, i) for i in range(shape[0])])
        elif len(numbers) in (4, 5):
            builder.add_box(k, yolo_to_xyxy(numbers[:4], builder.size_hw)[0].tolist())
        elif len(numbers) % 2 == 0:
            _add_segment(builder, k, numbers)
        else:
            what = f"{len(numbers) + 1} values fit neither a box (5), an outline (7, 9, 11 …) nor the keypoints"
            builder.say(k, what, "Add a data.yaml with kpt_shape if these are keypoints; the line is left out.")
    _say_unknown(file.name, names, unknown, log)
    if any(len(numbers) == 5 for _, _, numbers in rows):
        log.add(file.name, "", "a sixth value in a line is taken for a confidence", "It is not used.", "note")
    return builder.build()


def _say_unknown(file: str, names: Names, unknown: Mapping[int, int], log: ProblemLog) -> None:
    if not unknown:
        return
    listed = ", ".join(f"'class {number}'" for number in sorted(unknown)[:5]) + (" …" if len(unknown) > 5 else "")
    if names.classes:
        what = f"{sum(unknown.values()):,} lines have a class number that the list of names does not have"
        log.add(file, "", what, f"They are called {listed}.", "changed")
    else:
        what = "there is no data.yaml or classes.txt with class names"
        log.add(file, "", what, f"Classes are called {listed}.", "note")


def _parsed_rows(file: SourceFile, log: ProblemLog) -> list[tuple[int, int, list[float]]]:
    """Line number, class number and the other numbers of every line that has them."""
    rows = []
    for line, text in enumerate(lines_of(file), start=1):
        tokens = text.split()
        if not tokens:
            continue
        numbers = finites(tokens)
        if numbers is None:
            bad = next(token for token in tokens if finites([token]) is None)
            log.add(file.name, f"line {line}", f"{bad[:80]!r} is not a finite number", "The line is left out.")
        elif len(numbers) < 5:
            what = f"{len(numbers)} values; a line needs a class number and at least four more"
            log.add(file.name, f"line {line}", what, "The line is left out.")
        elif not numbers[0].is_integer() or not 0 <= numbers[0] <= MAX_CLASS:
            what = f"the class number {tokens[0][:80]} is not a whole number from 0"
            log.add(file.name, f"line {line}", what, "The line is left out.")
        else:
            rows.append((line, int(numbers[0]), numbers[1:]))
    return rows


def _guessed_point_shape(rows: Sequence[Sequence[float]]) -> tuple[int, int] | None:
    """Without ``kpt_shape``: every row has 4 + 3 K numbers, each third is 0, 1 or 2, and the points lie in the box."""
    lengths = {len(row) for row in rows}
    if len(lengths) != 1 or (min(lengths) - 4) % 3 or min(lengths) < 7:
        return None
    values = np.array(rows, np.float64)
    points = values[:, 4:].reshape(len(rows), -1, 3)
    inside = np.abs(points[..., :2] - values[:, None, :2]) <= values[:, None, 2:4] / 2 + 0.05
    labelled = points[..., 2] > 0
    fits = np.isin(points[..., 2], (0, 1, 2)).all() and inside[labelled].all() and labelled.any()
    return (points.shape[1], 3) if fits else None


def _add_pose(
    builder: LabelBuilder, k: int, numbers: Sequence[float], shape: tuple[int, int], names: Sequence[str]
) -> None:
    height, width = builder.size_hw
    builder.add_box(k, yolo_to_xyxy(numbers[:4], builder.size_hw)[0].tolist())
    for name, point in zip(names, np.reshape(numbers[4:], shape).tolist(), strict=True):
        x, y = point[0] * width, point[1] * height
        # Two numbers a point leave no room for "not labelled"; it is written as 0 0 or as negative numbers.
        state = point[2] if shape[1] == 3 else 2 * (min(point) >= 0 and max(point) > 0)
        if state > 0:
            builder.add_point(k, name, x, y, visible=state >= 2)


def _add_segment(builder: LabelBuilder, k: int, numbers: Sequence[float]) -> None:
    height, width = builder.size_hw
    ring = np.reshape(numbers, (-1, 2)) * (width, height)
    builder.add_box(k, (*ring.min(axis=0).tolist(), *ring.max(axis=0).tolist()))
    builder.add_polygons(k, [ring])


# Writing


def write(items: Sequence[LabelledImage], classes: Sequence[str] = ()) -> tuple[SourceFile, ...]:
    """One text file an image under ``labels/``, and a ``data.yaml``."""
    names = class_list(items, classes)
    number = {name: i for i, name in enumerate(names)}
    points = _point_slots(items)
    as_segments = not points and _all_have_masks(items)
    files = []
    for item, path in zip(items, _paths(items), strict=True):
        rows = _segment_rows(item, number) if as_segments else _box_rows(item, number, points)
        files.append(SourceFile(path, "".join(f"{row}\n" for row in rows).encode()))
    head: dict[str, object] = {"path": ".", "train": "images", "val": "images", "nc": len(names)}
    if points:
        head["kpt_shape"] = [len(points), 3]
        head["kpt_names"] = {i: list(points) for i in range(len(names))}
    head["names"] = dict(enumerate(names))
    text = yaml.dump(head, Dumper=_NoAliases, sort_keys=False, allow_unicode=True, default_flow_style=None)
    return (*files, SourceFile("data.yaml", text.encode()))


class _NoAliases(yaml.SafeDumper):
    """Writes equal lists out, because our own reader refuses references."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _paths(items: Sequence[LabelledImage]) -> list[str]:
    """A path for each image's labels; two images of one stem keep their suffix in it ("cat.png.txt")."""
    paths = [PurePosixPath("labels", *_inner_parts(item.info.name)) for item in items]
    stems = [str(path.with_suffix("")).casefold() for path in paths]
    return [
        f"{path}.txt" if stems.count(stem) > 1 else str(path.with_suffix(".txt"))
        for path, stem in zip(paths, stems, strict=True)
    ]


def _inner_parts(name: str) -> list[str]:
    parts = [part for part in PurePosixPath(name).parts if part not in ("/", "..")]
    return parts[1:] if len(parts) > 1 and parts[0].casefold() == "images" else parts


def _all_have_masks(items: Sequence[LabelledImage]) -> bool:
    with_objects = [item.labels for item in items if item.labels.object_names()]
    return bool(with_objects) and all(
        labels.masks is not None and set(labels.boxes.ids) <= set(labels.masks.ids) for labels in with_objects
    )


def _shares(values: Sequence[float]) -> str:
    return " ".join(f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".") for value in values)


def _segment_rows(item: LabelledImage, number: Mapping[str, int]) -> list[str]:
    masks = item.labels.masks
    if masks is None:
        return []
    windows = {value: window for layer in masks.layers for value, window in layer_windows(layer).items()}
    rows = []
    scale = np.array([item.info.width, item.info.height], np.float64)
    for value, name in enumerate(masks.labels, start=1):
        if value in windows:
            window = windows[value]
            ring = join_rings(mask_to_polygons(window.mask)) + np.array([window.left, window.top])
            rows.append(f"{number[name]} {_shares((ring / scale).ravel().tolist())}")
    return rows


def _point_slots(items: Sequence[LabelledImage]) -> tuple[str, ...]:
    """Names of the keypoints of objects, in order of first appearance; the same for every class."""
    found = (
        name
        for item in items
        for name, k in zip(item.labels.keypoints.labels, item.labels.keypoints.object_ids, strict=True)
        if k >= 0
    )
    return tuple(dict.fromkeys(found))


def _box_rows(item: LabelledImage, number: Mapping[str, int], slots: Sequence[str]) -> list[str]:
    labels, size_hw = item.labels, (item.info.height, item.info.width)
    names = labels.object_names()
    boxes = dict(zip(labels.boxes.ids, labels.boxes.xyxy.astype(float).tolist(), strict=True))
    if labels.masks is not None:
        found = {value: window for layer in labels.masks.layers for value, window in layer_windows(layer).items()}
        for value, k in enumerate(labels.masks.ids, start=1):
            if value in found:
                window = found[value]
                bottom, right = np.add(window.mask.shape, (window.top, window.left)).tolist()
                boxes.setdefault(k, [window.left, window.top, right, bottom])
    points: dict[int, list[int]] = {}
    for place, k in enumerate(labels.keypoints.object_ids):
        points.setdefault(k, []).append(place)
    rows = []
    for k, name in names.items():
        xy = labels.keypoints.xy[points.get(k, [])].astype(float)
        if k not in boxes and not len(xy):
            continue
        box = boxes.get(k) or [*xy.min(axis=0).tolist(), *xy.max(axis=0).tolist()]
        shares = xyxy_to_yolo(clip_xyxy(box, size_hw), size_hw)[0].tolist()
        values = f"{number[name]} {_shares(shares)}"
        for slot in slots:
            row = next((row for row in points.get(k, []) if labels.keypoints.labels[row] == slot), None)
            values += " 0 0 0" if row is None else f" {_shares(_share_point(item, row))}"
            values += "" if row is None else f" {2 if labels.keypoints.visible[row] else 1}"
        rows.append(values)
    return rows


def _share_point(item: LabelledImage, row: int) -> list[float]:
    x, y = item.labels.keypoints.xy[row].astype(float).tolist()
    return [x / item.info.width, y / item.info.height]


FORMAT = Format(
    name="yolo",
    title="YOLO text",
    carries=frozenset({"boxes", "masks", "keypoints"}),
    precision_px=0.001,
    claims=claims,
    read=read,
    write=write,
)
