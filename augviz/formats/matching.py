"""Which labels belong to which image: by name, whatever the folder and the case of letters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from augviz.formats.format import ImageInfo

_IMAGE_FOLDERS = ("images", "image", "img", "imgs", "jpegimages", "pngimages", "photos", "data", "obj_train_data")
_LABEL_FOLDERS = ("labels", "label", "annotations", "annotation", "ann", "anns", "gt")
_MASK_FOLDERS = ("masks", "mask", "segmentationclass", "segmentationobject", "segmentation")

FOLDERS_OF_A_KIND = frozenset((*_IMAGE_FOLDERS, *_LABEL_FOLDERS, *_MASK_FOLDERS))
"""Folder names that say what kind of file lies in them: ``train/images/a.jpg`` belongs to ``train/labels/a.txt``.

Source: the layouts of VOC2012, Ultralytics, Darknet/CVAT ("obj_train_data"), LabelMe and Cityscapes-like datasets.
"""


def path_of(name: str) -> PurePosixPath:
    """A name as path parts, lower case; a backslash counts as a slash, as datasets made on Windows have it."""
    return PurePosixPath(name.replace("\\", "/").casefold())


def _folder(path: PurePosixPath) -> tuple[str, ...]:
    return tuple(part for part in path.parent.parts if part not in FOLDERS_OF_A_KIND and part not in (".", "/"))


class _Index:
    """Images by full name, by file name and by stem."""

    def __init__(self, images: Sequence[ImageInfo]) -> None:
        self.by_name: dict[str, list[ImageInfo]] = defaultdict(list)
        self.by_stem: dict[str, list[ImageInfo]] = defaultdict(list)
        self.by_path: dict[PurePosixPath, ImageInfo] = {}
        for image in images:
            path = path_of(image.name)
            self.by_path[path] = image
            self.by_name[path.name].append(image)
            self.by_stem[path.stem].append(image)

    def find(self, name: str) -> tuple[int, list[ImageInfo]]:
        """The images that a name can mean, and how loosely they fit (0 exactly … 3 by stem in another folder)."""
        path = path_of(name)
        if path in self.by_path:
            return 0, [self.by_path[path]]
        # The stem of "cat.jpg.txt" is an image's whole name.
        found = self.by_name.get(path.name) or self.by_name.get(path.stem)
        rank = 1
        if not found:
            found, rank = self.by_stem.get(path.stem, []), 2
        same_folder = [image for image in found if _folder(path_of(image.name)) == _folder(path)]
        return (rank, same_folder) if same_folder else (rank + 2, list(found))


class Matches:
    """The result of matching.

    Attributes:
        images: Image of each label entry that has exactly one.
        missing: Entries that fit no image.
        ambiguous: Entries that fit several images, or share their image with another entry.
    """

    def __init__(self) -> None:
        self.images: dict[str, ImageInfo] = {}
        self.missing: list[str] = []
        self.ambiguous: list[str] = []


def match(entries: Mapping[str, Sequence[str]], images: Sequence[ImageInfo]) -> Matches:
    """Match label entries to images.

    Args:
        entries: For each entry (a label file, or an image named inside one) the names to look for, the best first.
        images: All images.

    When two entries fit one image, the one that fits more closely has it (``b/1.jpg`` before ``a/1.jpg``); when both
    fit alike, neither is taken, because labels on the wrong picture are worse than none.
    """
    index, out = _Index(images), Matches()
    claims: dict[str, list[tuple[int, str]]] = defaultdict(list)
    found_images: dict[str, ImageInfo] = {}
    for key, names in entries.items():
        for turn, name in enumerate(names):
            rank, found = index.find(name)
            if len(found) == 1:
                claims[found[0].name].append((rank + 10 * turn, key))
                found_images[found[0].name] = found[0]
            elif found:
                out.ambiguous.append(key)
            if found:
                break
        else:
            out.missing.append(key)
    for image_name, claimed in claims.items():
        best = min(rank for rank, _ in claimed)
        winners = [key for rank, key in claimed if rank == best]
        if len(winners) == 1:
            out.images[winners[0]] = found_images[image_name]
        out.ambiguous += [key for _, key in claimed if key not in out.images]
    return out
