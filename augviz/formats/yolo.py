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

import numpy as np

from augviz.errors import LabelError
from augviz.formats.builder import LabelBuilder, finites
from augviz.formats.format import Format, ImageInfo, ReadResult, SourceFile
from augviz.formats.matching import match, path_of
from augviz.formats.problems import ProblemLog
from augviz.formats.text import lines_of
from augviz.formats.yolo_names import Names, all_names, is_names, is_yaml, nearest
from augviz.formats.yolo_writing import write
from augviz.geometry import yolo_to_xyxy
from augviz.sample import Labels

MAX_SHARE = 2.0
"""Numbers beyond this are no overshoot of a box but other units."""

MAX_CLASS = 100_000


def claims(files: Sequence[SourceFile], images: Sequence[ImageInfo]) -> tuple[SourceFile, ...]:
    """Text files that are named like an image or begin with a row of numbers, and lists of class names."""
    texts = [file for file in files if path_of(file.name).suffix == ".txt" and not is_names(file)]
    found = match({file.name: [file.name] for file in texts}, images)
    named = {*found.images, *found.ambiguous}
    rows = {file.name for file in texts if file.name in named or _looks_like_rows(file)}
    # A list of class names alone may belong to masks; a data.yaml is YOLO's own.
    return tuple(f for f in files if f.name in rows or (is_names(f) and (rows or is_yaml(f))))


def _looks_like_rows(file: SourceFile) -> bool:
    first = next((line.split() for line in file.data[:4096].splitlines() if line.strip()), [])
    return len(first) >= 5 and finites([token.decode("ascii", "replace") for token in first]) is not None


def read(files: Sequence[SourceFile], images: Sequence[ImageInfo]) -> ReadResult:
    """YOLO files -> labels; what cannot be used becomes a problem."""
    log = ProblemLog()
    names = all_names([file for file in files if is_names(file)], log)
    rows = {file.name: file for file in files if not is_names(file)}
    found = match({name: [name] for name in rows}, images)
    for name in found.ambiguous:
        log.add(
            name, "", "the name fits more than one image, or two files fit one image", "Give each a name of its own."
        )
    labels: dict[str, Labels] = {}
    for name, image in found.images.items():
        try:
            labels[image.name] = _read_file(rows[name], image, nearest(name, names), log)
        except LabelError as error:
            log.add_error(name, error)
    return ReadResult(labels, log.problems(), (*found.missing, *found.ambiguous))


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


FORMAT = Format(
    name="yolo",
    title="YOLO text",
    carries=frozenset({"boxes", "masks", "keypoints"}),
    precision_px=0.001,
    claims=claims,
    read=read,
    write=write,
)
