"""The labels of a project file: exactly as they were, or from its COCO file where somebody has changed that since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from augviz.errors import AugvizError, InputError, Problem
from augviz.formats import coco
from augviz.formats.format import ImageInfo, SourceFile
from augviz.images import MAX_BANDS, MAX_SIDE
from augviz.intake.names import check_name, clean_name
from augviz.sample import Labels
from augviz.sharing.exact_labels import Room, labels_from_plain
from augviz.sharing.fields import items, name, optional, parsed, row, text, tuple_of, whole
from augviz.sharing.project import COCO_LABELS, EXACT_LABELS, digest_of_file

_side = whole(1, MAX_SIDE)


@dataclass(frozen=True)
class SavedPicture:
    """What the settings say of one picture.

    Attributes:
        place: Its place in the project, from 0.
        name: What it was called.
        size_hw: Its height and width in pixels.
        bands: Names of its channels.
        label: Class of the whole picture, or None.
        digest: Of pixels and labels, or empty.
        file: Where its pixels are in the zip, or None.
    """

    place: int
    name: str
    size_hw: tuple[int, int]
    bands: tuple[str, ...]
    label: str | None
    digest: str
    file: str | None


def picture_of(value: Any, place: int) -> SavedPicture:
    """One row of the settings.

    Raises:
        InputError: A field is unknown, missing or out of its range, or the name points outside its folder.
    """
    where = f"settings.json, picture {place + 1}"
    known = ("name", "height", "width", "bands", "label", "digest", "file")
    found = row(value, where, known, known[:3])
    called = clean_name(name(found["name"], where))
    check_name(called)
    return SavedPicture(
        place,
        called,
        (_side(found["height"], where), _side(found["width"], where)),
        tuple_of(name, MAX_BANDS)(found.get("bands", []), where),
        optional(text)(found.get("label"), where),
        text(found.get("digest", ""), where),
        optional(name)(found.get("file"), where),
    )


@dataclass
class LabelReader:
    """Reads the labels of one project.

    Attributes:
        files: The files of the zip by name.
        problems: Where problems go.
        room: What index layers and class maps may still take.
    """

    files: Mapping[str, SourceFile]
    problems: list[Problem]
    room: Room
    _exact: Sequence[Any] = ()
    _edited: bool = False
    _coco: Mapping[str, Labels] = field(default_factory=dict)

    def read(self, pictures: Sequence[SavedPicture]) -> list[Labels]:
        """The labels of each picture."""
        if not pictures:
            return []
        self._open_exact()
        exact = [self._exactly(picture) for picture in pictures]
        if self._edited or None in exact:
            self._open_coco(pictures)
        return [self._chosen(picture, found) for picture, found in zip(pictures, exact, strict=True)]

    def _open_exact(self) -> None:
        annotations = self.files.get(COCO_LABELS)
        try:
            if EXACT_LABELS not in self.files:
                raise InputError("the file is missing in the project", where=EXACT_LABELS)
            found = row(
                parsed(self.files[EXACT_LABELS].data, EXACT_LABELS),
                EXACT_LABELS,
                ("annotations", "pictures"),
                ("annotations", "pictures"),
            )
            self._exact = items(found["pictures"], EXACT_LABELS)
            self._edited = annotations is not None and found["annotations"] != digest_of_file(annotations.data)
        except InputError as error:
            self.problems.append(Problem(error.where, error.what, f"The labels come from {COCO_LABELS}.", "changed"))

    def _exactly(self, picture: SavedPicture) -> Labels | None:
        if picture.place >= len(self._exact):
            return None
        where = f"{EXACT_LABELS}, {picture.name}"
        try:
            return labels_from_plain(self._exact[picture.place], where, picture.size_hw, self.files, self.room)
        except AugvizError as error:
            self.problems.append(
                Problem(error.where, error.what, f"The labels of this picture come from {COCO_LABELS}.", "changed")
            )
            return None

    def _open_coco(self, pictures: Sequence[SavedPicture]) -> None:
        if COCO_LABELS not in self.files:
            self.problems.append(Problem(COCO_LABELS, "the file is missing in the project"))
            return
        read = coco.read([self.files[COCO_LABELS]], [ImageInfo(each.name, *each.size_hw) for each in pictures])
        self._coco = read.labels
        self.problems += read.problems
        if self._edited:
            what = "the file was changed after the project was saved"
            self.problems.append(Problem(COCO_LABELS, what, "Its labels are used.", "changed"))

    def _chosen(self, picture: SavedPicture, exact: Labels | None) -> Labels:
        """COCO holds neither class maps nor the class of the whole picture: those stay."""
        if exact is not None and (not self._edited or picture.name not in self._coco):
            return exact
        kept = exact or Labels(label=picture.label)
        return replace(self._coco.get(picture.name, kept), semantic=kept.semantic, label=kept.label)
