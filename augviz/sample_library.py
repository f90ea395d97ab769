"""The sample images that come with the app: small, labelled, free to pass on.

``sample_images/index.json`` says what there is; ``scripts/draw_sample_images.py`` makes all of it. A picture that was
drawn says so (:attr:`SampleEntry.synthetic`): show it wherever the picture is shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from augviz.errors import InputError
from augviz.formats.format import SourceFile
from augviz.intake import take_in
from augviz.sample import Sample

FOLDER = Path(__file__).resolve().parent.parent / "sample_images"
"""Beside the package; ``entries`` and ``load`` take another one."""


@dataclass(frozen=True)
class SampleEntry:
    """One sample image.

    Attributes:
        id: Short name ("cat"); also its folder in ``sample_images``.
        title: Name for people ("A cat").
        domain: What kind of image it stands for ("natural photo").
        description: One sentence: what is in it and what is labelled.
        licence: Licence, in words ("CC0 1.0").
        origin: Where the picture comes from.
        synthetic: Whether it was drawn by a program rather than photographed.
        files: The image first, then its label files; paths inside ``sample_images``.
        starting_point: Id of the starting point that suits it (:mod:`augviz.policies.starting_points`).
        profile: Id of the profile that it belongs to (:mod:`augviz.preservation.profiles`).
        label: Class of the whole image, or None.
    """

    id: str
    title: str
    domain: str
    description: str
    licence: str
    origin: str
    synthetic: bool
    files: tuple[str, ...]
    starting_point: str
    profile: str
    label: str | None = None

    @property
    def note(self) -> str:
        """What must be said beside the picture: that it was drawn, or nothing."""
        return "Synthetic: drawn by a program" if self.synthetic else ""


def entries(folder: Path = FOLDER) -> tuple[SampleEntry, ...]:
    """All sample images, the first one being the picture that the app opens with.

    Raises:
        InputError: The folder has no readable index.
    """
    try:
        listed = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        return tuple(_entry(row) for row in listed["samples"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            "the index of the sample images cannot be read",
            where=str(folder / "index.json"),
            mend="Restore the folder sample_images, or run scripts/draw_sample_images.py.",
        ) from error


def load(sample_id: str, folder: Path = FOLDER) -> Sample:
    """Read one sample image with its labels, through the same door as an upload.

    Raises:
        InputError: There is no such sample, a file is missing, or a file does not pass the door.
    """
    entry = next((entry for entry in entries(folder) if entry.id == sample_id), None)
    if entry is None:
        known = ", ".join(entry.id for entry in entries(folder))
        raise InputError("there is no sample image of this name", where=sample_id, mend=f"There are: {known}.")
    intake = take_in(tuple(_source(folder, name) for name in entry.files), class_name=entry.label)
    if len(intake.samples) != 1:
        found = " ".join(str(problem) for problem in intake.problems)
        raise InputError("the sample image could not be read", where=sample_id, mend=found)
    return intake.samples[0]


def _source(folder: Path, name: str) -> SourceFile:
    try:
        return SourceFile(Path(name).name, (folder / name).read_bytes())
    except OSError as error:
        raise InputError("a file of the sample image is missing", where=name) from error


def _entry(row: Mapping[str, object]) -> SampleEntry:
    files = row["files"]
    if not isinstance(files, list):
        raise TypeError("files must be a list")
    label = row.get("label")
    return SampleEntry(
        id=str(row["id"]),
        title=str(row["title"]),
        domain=str(row["domain"]),
        description=str(row["description"]),
        licence=str(row["licence"]),
        origin=str(row["origin"]),
        synthetic=bool(row["synthetic"]),
        files=tuple(str(name) for name in files),
        starting_point=str(row["starting_point"]),
        profile=str(row["profile"]),
        label=None if label is None else str(label),
    )
