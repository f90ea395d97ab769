"""COCO JSON: boxes, polygons, both forms of run lengths, and named keypoints.

Conventions (source: cocodataset.org/#format-data and pycocotools/coco.py):

* ``bbox`` is x, y, width, height in continuous pixels, as in this house;
* a polygon list is filled where a pixel's centre lies inside (pycocotools differs by pixels on the outline);
* keypoints are *indices of pixels*, so 0.5 is added to reach the pixel's centre, and taken off again when written
  (the same reading as detectron2, data/datasets/coco.py);
* ``v`` = 0 is not labelled and left out, 1 is hidden, 2 is visible.

Masks are written as compressed run lengths, which are exact. COCO wants a ``bbox`` with every annotation and an object
with every keypoint; where we have none, one is made up, and the annotation says so under ``"augviz"``, so
that our reader gives back what went in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from augviz.errors import LabelError
from augviz.formats import rle
from augviz.formats.builder import LabelBuilder, finite, finites
from augviz.formats.coco_writing import MADE_UP_BOX, NO_OBJECT, write
from augviz.formats.format import Format, ImageInfo, ReadResult, SourceFile
from augviz.formats.matching import match
from augviz.formats.problems import ProblemLog
from augviz.formats.text import json_of
from augviz.geometry import Window, coco_to_xyxy
from augviz.sample import Labels

MAX_LISTED = 20
"""Images named in one file that were not uploaded; a whole dataset's JSON names 118,287."""

Json = Any


def claims(files: Sequence[SourceFile], images: Sequence[ImageInfo]) -> tuple[SourceFile, ...]:  # noqa: ARG001
    """JSON files with images and annotations."""
    return tuple(f for f in files if f.name.lower().endswith(".json") and _has(f, "images") and _has(f, "annotations"))


def _has(file: SourceFile, key: str) -> bool:
    return any(f'"{key}"'.encode(code) in file.data for code in ("utf-8", "utf-16-le", "utf-16-be"))


def read(files: Sequence[SourceFile], images: Sequence[ImageInfo]) -> ReadResult:
    """COCO files -> labels; what cannot be used becomes a problem."""
    log = ProblemLog()
    labels: dict[str, Labels] = {}
    unmatched: list[str] = []
    for file in files:
        try:
            reader = _Reader(file.name, json_of(file), log)
        except LabelError as error:
            log.add_error(file.name, error)
            continue
        unmatched += reader.match_images(images)
        for name, found in reader.read():
            if name in labels:
                log.add(file.name, "", f"{name} has labels in an earlier file too", "Those are kept.")
            else:
                labels[name] = found
    return ReadResult(labels, log.problems(), tuple(unmatched))


def _rows(value: Json) -> list[dict[str, Json]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _key(value: Json) -> int | str | None:
    """An id as it can stand in a mapping, or None."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, (int, str)) and not isinstance(value, bool) else None


class _Reader:
    """Reads one file."""

    def __init__(self, file: str, value: Json, log: ProblemLog) -> None:
        if not isinstance(value, dict):
            raise LabelError("the file holds no COCO dataset", where=file, mend="It must start with { and name images.")
        self.file, self.log = file, log
        self.images = {_key(row.get("id")): row for row in _rows(value.get("images"))}
        self.images.pop(None, None)
        self.annotations = _rows(value.get("annotations"))
        self.names: dict[int | str, str] = {}
        self.points: dict[int | str, list[str]] = {}
        for row in _rows(value.get("categories")):
            key = _key(row.get("id"))
            if key is not None:
                self.names[key] = str(row["name"]) if row.get("name") not in (None, "") else f"class {key}"
                points = row.get("keypoints")
                self.points[key] = [str(name) for name in points] if isinstance(points, list) else []
        self.builders: dict[int | str, LabelBuilder] = {}
        self.unknown: Counter[str] = Counter()

    def match_images(self, images: Sequence[ImageInfo]) -> list[str]:
        """Match the images that the file names; returns those without one."""
        names = {key: str(row.get("file_name", "")) for key, row in self.images.items() if key is not None}
        found = match({str(key): [name] for key, name in names.items()}, images)
        for key, name in names.items():
            image = found.images.get(str(key))
            if image is not None:
                self.builders[key] = LabelBuilder(image, self.file, self.log)
                self._compare_size(self.images[key], image)
            elif str(key) in found.ambiguous:
                self.log.add(self.file, "", f"{name} fits more than one image", "Give the images different names.")
        missing = [names[key] for key in names if key not in self.builders]
        listed = [f"{self.file}: {name}" for name in missing[:MAX_LISTED]]
        rest = len(missing) - len(listed)
        return [*listed, f"{self.file}: and {rest:,} more images"] if rest else listed

    def _compare_size(self, row: Mapping[str, Json], image: ImageInfo) -> None:
        width, height = finite(row.get("width")), finite(row.get("height"))
        if width and height and (width, height) != (image.width, image.height):
            self.log.add(
                self.file,
                image.name,
                f"labelled at {width:g} x {height:g} pixels, the image has {image.width} x {image.height}",
                "Coordinates are taken as they are; look whether they fit.",
                "note",
            )

    def read(self) -> Iterator[tuple[str, Labels]]:
        """Labels by image name."""
        lost: Counter[str] = Counter()
        crowds = 0
        for place, row in enumerate(self.annotations, start=1):
            key = _key(row.get("image_id"))
            if key is None or key not in self.images:
                lost[str(row.get("image_id"))] += 1
            elif key in self.builders:
                crowds += row.get("iscrowd") in (1, True)
                self._read_object(self.builders[key], row, f"annotation {row.get('id', place)}")
        for image_id, count in lost.items():
            self.log.add(self.file, "", f"{count:,} annotations name the image id {image_id[:80]}, which is not listed")
        for name, count in self.unknown.items():
            what = f"{count:,} annotations have a category id that is not listed"
            self.log.add(self.file, "", what, f"They are called {name!r}.", "changed")
        if crowds:
            what = f"{crowds:,} annotations mark crowds (iscrowd)"
            self.log.add(self.file, "", what, "Each is read as one ordinary object.", "note")
        for builder in self.builders.values():
            yield builder.image.name, builder.build()

    def _name_of(self, row: Mapping[str, Json]) -> str:
        key = _key(row.get("category_id"))
        if key is not None and key in self.names:
            return self.names[key]
        name = f"class {str(row.get('category_id'))[:80]}"
        self.unknown[name] += 1
        return name

    def _read_object(self, builder: LabelBuilder, row: Mapping[str, Json], at: str) -> None:
        said = row.get("augviz")
        notes = said if isinstance(said, list) else []
        k = builder.add_object(self._name_of(row), at)
        if "bbox" in row and MADE_UP_BOX not in notes:
            self._read_box(builder, k, row["bbox"])
        if row.get("segmentation"):
            self._read_mask(builder, k, row["segmentation"])
        if row.get("keypoints"):
            self._read_points(builder, -1 if NO_OBJECT in notes else k, row, at)

    def _read_box(self, builder: LabelBuilder, k: int, value: Json) -> None:
        if value in (None, []):
            return
        numbers = finites(value) if isinstance(value, list) else None
        if numbers is None or len(numbers) != 4:
            builder.say(k, f"bbox is not four finite numbers: {str(value)[:80]}", "The box is left out.")
        else:
            builder.add_box(k, coco_to_xyxy(numbers)[0].tolist())

    def _read_mask(self, builder: LabelBuilder, k: int, value: Json) -> None:
        if isinstance(value, dict):
            try:
                builder.add_mask(k, _window_of(value, builder.size_hw))
            except LabelError as error:
                builder.say(k, error.what, error.mend or "The mask is left out.")
            return
        rings = _rings(value)
        if rings is None:
            builder.say(k, "the segmentation is no list of x, y pairs of finite numbers", "The mask is left out.")
        else:
            builder.add_polygons(k, rings)

    def _read_points(self, builder: LabelBuilder, k: int, row: Mapping[str, Json], at: str) -> None:
        values = row["keypoints"]
        if not isinstance(values, list) or len(values) % 3:
            self.log.add(self.file, at, "keypoints are not groups of x, y, v", "The keypoints are left out.")
            return
        key = _key(row.get("category_id"))
        names = self.points.get(key, []) if key is not None else []
        for i in range(len(values) // 3):
            name = names[i] if i < len(names) else f"point {i}"
            point = finites(values[3 * i : 3 * i + 3])
            if point is None:
                self.log.add(self.file, at, f"the keypoint {name!r} is not three finite numbers", "It is left out.")
            elif point[2] > 0:
                builder.add_point(k, name, point[0] + 0.5, point[1] + 0.5, visible=point[2] >= 2, at=at)


def _rings(value: Json) -> list[np.ndarray[Any, np.dtype[np.float64]]] | None:
    """Polygons ``(N, 2)`` of ``[[x, y, …], …]``, or of one flat list; None when it is neither."""
    if not isinstance(value, list):
        return None
    flat = value if isinstance(value[0], list) else [value]
    rings = []
    for ring in flat:
        numbers = finites(ring) if isinstance(ring, list) else None
        if numbers is None or len(numbers) % 2 or len(numbers) < 6:
            return None
        rings.append(np.array(numbers, np.float64).reshape(-1, 2))
    return rings


def _window_of(value: Mapping[str, Json], size_hw: tuple[int, int]) -> Window | None:
    size, counts = value.get("size"), value.get("counts")
    if size != list(size_hw):
        raise LabelError(
            f"the mask is for an image of height and width {str(size)[:80]}, this one has {list(size_hw)}",
            mend="Export the mask at the size of the image.",
        )
    if isinstance(counts, str):
        return rle.decode(rle.counts_of(counts), size_hw)
    numbers = finites(counts) if isinstance(counts, list) else None
    if numbers is None or not all(number.is_integer() for number in numbers):
        raise LabelError("the run lengths (RLE) are neither text nor a list of whole numbers")
    return rle.decode(np.array(numbers, np.int64), size_hw)


FORMAT = Format(
    name="coco",
    title="COCO JSON",
    carries=frozenset({"boxes", "masks", "keypoints"}),
    precision_px=0.001,
    claims=claims,
    read=read,
    write=write,
)
