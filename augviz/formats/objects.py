"""Labels seen object by object, as writers need them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from augviz.formats.format import ImageInfo
from augviz.geometry import Window, layer_windows
from augviz.sample import Keypoints, Labels

Corners = tuple[float, float, float, float]


@dataclass(frozen=True)
class LabelledObject:
    """One object of an image.

    Attributes:
        id: Its id; -1 stands for all keypoints that belong to no object.
        name: Class name.
        box: ``x1, y1, x2, y2`` in pixels, or None.
        has_mask: Whether it has a mask, be it an empty one.
        window: The set pixels of its mask, or None when there are none.
        points: Rows of its keypoints.
    """

    id: int
    name: str
    box: Corners | None
    has_mask: bool
    window: Window | None
    points: tuple[int, ...]

    def box_around(self, keypoints: Keypoints) -> Corners | None:
        """Its box, else the one around its mask, else the one around its keypoints, else None."""
        if self.box is not None:
            return self.box
        if self.window is not None:
            height, width = self.window.mask.shape
            return self.window.left, self.window.top, self.window.left + width, self.window.top + height
        if self.points:
            (x1, y1), (x2, y2) = ends_of(keypoints, self.points)
            return x1, y1, x2, y2
        return None


def ends_of(keypoints: Keypoints, rows: tuple[int, ...]) -> tuple[list[float], list[float]]:
    """Smallest and largest x and y of some keypoints."""
    xy = keypoints.xy[list(rows)].astype(float)
    return xy.min(axis=0).tolist(), xy.max(axis=0).tolist()


def objects_of(labels: Labels, no_object: str | None = None) -> list[LabelledObject]:
    """All objects, ids ascending.

    Args:
        labels: What to look at.
        no_object: With a name, keypoints that belong to no object follow as one more object with the id -1.
    """
    boxes = dict(zip(labels.boxes.ids, labels.boxes.xyxy.astype(float).tolist(), strict=True))
    masks = _windows(labels)
    points: dict[int, list[int]] = {}
    for row, k in enumerate(labels.keypoints.object_ids):
        points.setdefault(k, []).append(row)
    names = labels.object_names()
    if no_object is not None and -1 in points:
        names[-1] = no_object
    return [
        LabelledObject(k, name, boxes.get(k), k in masks, masks.get(k), tuple(points.get(k, ())))
        for k, name in names.items()
    ]


def _windows(labels: Labels) -> dict[int, Window | None]:
    """Window of each mask by object id; None for a mask without pixels."""
    if labels.masks is None:
        return {}
    found = {value: window for layer in labels.masks.layers for value, window in layer_windows(layer).items()}
    return {k: found.get(place) for place, k in enumerate(labels.masks.ids, start=1)}


def label_paths(infos: list[ImageInfo], folder: str, suffix: str) -> list[str]:
    """A path for each image's label file: ``images/a/cat.jpg`` -> ``labels/a/cat.txt``.

    Two images of one stem keep their suffix in it ("cat.png.txt"), so that no file overwrites another.
    """
    paths = [PurePosixPath(folder, *_inner_parts(info.name)) for info in infos]
    stems = [str(path.with_suffix("")).casefold() for path in paths]
    return [
        f"{path}{suffix}" if stems.count(stem) > 1 else str(path.with_suffix(suffix))
        for path, stem in zip(paths, stems, strict=True)
    ]


def _inner_parts(name: str) -> list[str]:
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in ("/", "..")]
    return parts[1:] if len(parts) > 1 and parts[0].casefold() == "images" else parts
