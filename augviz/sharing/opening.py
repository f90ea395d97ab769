"""A project file in again: a damaged part is said, and the rest opens.

Every file in it passes the door that an upload passes: the same limits, the same readers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from augviz import sample_library
from augviz.errors import ArchiveError, AugvizError, InputError, Problem
from augviz.formats.format import SourceFile
from augviz.images import decode
from augviz.intake.archive import Budget, unpack
from augviz.intake.limits import DEFAULT_LIMITS, Limits
from augviz.intake.names import first_free
from augviz.overlay import PALETTE
from augviz.pipeline.importing import read_pipeline
from augviz.sample import ImageArray, Labels, Sample
from augviz.sharing.exact_labels import Room
from augviz.sharing.fields import items, name, parsed, row, shown, text, whole
from augviz.sharing.project import MAX_PROJECT_BYTES, PIPELINE, SETTINGS, VERSION, Pinned, Project, Version
from augviz.sharing.saved_labels import LabelReader, SavedPicture, picture_of
from augviz.sharing.state import MAX_SEED, Shared, from_plain, spec_from_plain

S = TypeVar("S")
T = TypeVar("T")

MAX_PINS = 200
MAX_KEPT = 50
MAX_COLOURS = 1_000
MAX_PICTURES = 2_000
"""Names with labels; how many are opened with their pixels is limited as for an upload."""

_AGAIN = "Save the project again."


@dataclass(frozen=True)
class Awaited:
    """Labels whose picture is not in the project file.

    Attributes:
        name: Name of the picture.
        size_hw: Its height and width in pixels.
        labels: Its labels.
        digest: Of pixels and labels together as they were saved, or empty.
    """

    name: str
    size_hw: tuple[int, int]
    labels: Labels
    digest: str = ""


@dataclass(frozen=True)
class OpenedProject:
    """What came of a project file.

    Attributes:
        project: What could be read; its samples are those whose pixels were there.
        awaited: Labels that wait for their pictures.
        problems: What was left out or changed.
    """

    project: Project
    awaited: tuple[Awaited, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_project(data: bytes, file_name: str = "project", *, limits: Limits = DEFAULT_LIMITS) -> OpenedProject:
    """Read a project file.

    Args:
        data: The zip.
        file_name: What it is called in a sentence.
        limits: How much is unpacked and decoded at most.

    Raises:
        InputError: It is no zip, too large, or holds no pipeline that can be read.
    """
    if len(data) > MAX_PROJECT_BYTES:
        raise ArchiveError(
            f"the file has {len(data) / 1e6:,.0f} MB, and {MAX_PROJECT_BYTES / 1e6:,.0f} MB can be opened",
            where=file_name,
        )
    unpacked = unpack(SourceFile(file_name, data), Budget(limits.files, limits.total_bytes), limits)
    files: dict[str, SourceFile] = {}
    for file in unpacked.files:
        files.setdefault(file.name, file)
    if not {SETTINGS, PIPELINE} & set(files):
        raise ArchiveError(
            "this zip is no project of augviz",
            where=file_name,
            mend="Open pictures and labels on the page Images and labels.",
        )
    return _Reader(files, limits, list(unpacked.problems)).read()


def with_awaited(
    samples: Sequence[Sample], awaited: Sequence[Awaited], *, keep_own: bool = False
) -> tuple[tuple[Sample, ...], tuple[Awaited, ...], tuple[Problem, ...]]:
    """Give labels to the pictures that they have waited for.

    Args:
        samples: Pictures that are open.
        awaited: Labels that wait.
        keep_own: Leave pictures alone that came with labels of their own.

    Returns:
        The pictures, what still waits, and what is to be said.
    """
    waiting = {each.name: each for each in awaited}
    given: list[Sample] = []
    problems: list[Problem] = []
    for sample in samples:
        found = waiting.get(sample.name)
        if found is None:
            given.append(sample)
            continue
        del waiting[sample.name]
        refused = _refused(sample, found, keep_own)
        given.append(sample if refused else sample.with_labels(found.labels))
        if refused:
            problems.append(refused)
        elif found.digest and given[-1].digest != found.digest:
            what = "the pixels are not those that the project was saved with"
            problems.append(Problem(sample.name, what, "Look whether its labels fit.", "note"))
    return tuple(given), tuple(waiting.values()), tuple(problems)


def _refused(sample: Sample, found: Awaited, keep_own: bool) -> Problem | None:
    """Why labels are not given to their picture, or None."""
    (height, width), (old_height, old_width) = sample.size_hw, found.size_hw
    if found.size_hw != sample.size_hw:
        what = f"the project has labels for {old_width} × {old_height} pixels, the picture has {width} × {height}"
        return Problem(sample.name, what, "They are left out.")
    if keep_own and not sample.labels.is_empty():
        what = "the picture came with labels of its own, and the project has others"
        return Problem(sample.name, what, "Its own are kept; open the project again to take the others.")
    return None


@dataclass
class _Reader:
    """One project on its way in; collects problems."""

    files: Mapping[str, SourceFile]
    limits: Limits
    problems: list[Problem]
    pixels: int = 0
    decoded_bytes: int = 0
    taken: set[str] = field(default_factory=set)

    def read(self) -> OpenedProject:
        settings: dict[str, Any] = self._tried(self._settings, {})
        shared = self._tried(lambda: from_plain(settings["shared"], f"{SETTINGS}, shared"), None) if settings else None
        if shared is None:
            shared = self._from_pipeline_file()
        samples, awaited = self._pictures(settings)
        project = Project(
            shared,
            tuple(samples),
            self._tried(lambda: text(settings.get("image", ""), f"{SETTINGS}, image"), ""),
            self._each(settings, "pins", MAX_PINS, _pin),
            self._each(settings, "kept", MAX_KEPT, _version),
            self._each(settings, "colours", MAX_COLOURS, _colour),
        )
        return OpenedProject(project, tuple(awaited), tuple(self.problems))

    def _tried(self, make: Callable[[], T], otherwise: S) -> T | S:
        """What is made, or the other value and a problem."""
        try:
            return make()
        except AugvizError as error:
            self.problems.append(Problem.of(error))
            return otherwise

    def _each(self, settings: Mapping[str, Any], key: str, most: int, make: Callable[[Any, str], T]) -> tuple[T, ...]:
        """Every entry of a list that can be read."""
        where = f"{SETTINGS}, {key}"
        entries: list[Any] = self._tried(lambda: items(settings.get(key, []), where, most), [])
        made = [self._tried(lambda entry=entry: make(entry, where), None) for entry in entries]  # type: ignore[misc]
        return tuple(each for each in made if each is not None)

    def _file(self, file_name: str) -> SourceFile:
        if file_name not in self.files:
            raise ArchiveError("the file is missing in the project", where=file_name, mend=_AGAIN)
        return self.files[file_name]

    def _settings(self) -> dict[str, Any]:
        known = ("version", "shared", "augviz", "image", "pins", "kept", "colours", "pictures")
        found = row(parsed(self._file(SETTINGS).data, SETTINGS), SETTINGS, known, known[:2])
        if found["version"] != VERSION or isinstance(found["version"], bool):
            raise InputError(
                f"it has the form {shown(found['version'])}, and this augviz reads form {VERSION}",
                where=SETTINGS,
                mend="Open it with the augviz that made it, or update this one.",
            )
        return found

    def _from_pipeline_file(self) -> Shared:
        """The pipeline and its seed, when the settings cannot be read; when neither can, the error goes up."""
        try:
            written = self._file(PIPELINE).data.decode()
        except UnicodeDecodeError as error:
            raise ArchiveError("the file is no text", where=PIPELINE, mend=_AGAIN) from error
        imported = read_pipeline(written, PIPELINE)
        what = f"the pipeline was read from {PIPELINE} instead"
        self.problems.append(Problem(SETTINGS, what, "What stood beside it is at its defaults.", "changed"))
        return Shared(imported.spec, seed=(imported.seed or 0) % (MAX_SEED + 1))

    # -- pictures ------------------------------------------------------------------------------------------------

    def _pictures(self, settings: Mapping[str, Any]) -> tuple[list[Sample], list[Awaited]]:
        pictures = self._rows(settings)
        labels = LabelReader(self.files, self.problems, Room(self.limits.decoded_bytes)).read(pictures)
        samples: list[Sample] = []
        awaited: list[Awaited] = []
        for picture, found in zip(pictures, labels, strict=True):
            called = self._called(picture.name)
            image = self._tried(lambda picture=picture: self._pixels(picture, len(samples)), None)  # type: ignore[misc]
            if image is None:
                awaited.append(Awaited(called, picture.size_hw, found, picture.digest))
            else:
                samples.append(self._sample(called, picture, image, found))
        return samples, awaited

    def _rows(self, settings: Mapping[str, Any]) -> list[SavedPicture]:
        entries: list[Any] = self._tried(lambda: items(settings.get("pictures", []), SETTINGS, MAX_PICTURES), [])
        found = [self._tried(lambda row=row: self._row(*row), None) for row in enumerate(entries)]  # type: ignore[misc]
        return [each for each in found if each is not None]

    def _row(self, place: int, value: Any) -> SavedPicture:
        picture = picture_of(value, place)
        pixels = picture.size_hw[0] * picture.size_hw[1]
        if pixels > self.limits.pixels or self.pixels + pixels > self.limits.decoded_bytes // 3:
            raise InputError("this picture, or all before it together, are too large", where=picture.name)
        self.pixels += pixels
        return picture

    def _called(self, wish: str) -> str:
        """A name that no other picture has, and no sample image."""
        library = {entry.id for entry in sample_library.entries()}
        free = first_free(wish, lambda name: name in self.taken or name in library)
        self.taken.add(free)
        if free != wish:
            self.problems.append(Problem(wish, "the name is taken", f"The picture is called {free} here.", "changed"))
        return free

    def _pixels(self, picture: SavedPicture, place: int) -> ImageArray | None:
        """The pixels; None where the project was saved without them."""
        if picture.file is None:
            return None
        if place >= self.limits.samples or self.decoded_bytes >= self.limits.decoded_bytes:
            raise InputError("more pictures than can be open at once", where=picture.name)
        data = self._file(picture.file).data
        image = decode(picture.name, data, keep_grey=True, max_pixels=self.limits.pixels).image
        self.decoded_bytes += image.nbytes
        if image.shape[:2] != picture.size_hw:
            raise InputError("the picture has another size than its labels", where=picture.name, mend=_AGAIN)
        return image

    def _sample(self, called: str, picture: SavedPicture, image: ImageArray, labels: Labels) -> Sample:
        bands = picture.bands if len(picture.bands) == image.shape[2] else ()
        sample = Sample(called, image, labels, bands)
        if picture.digest and sample.digest != picture.digest:
            what = "pixels or labels are not exactly those that were saved"
            self.problems.append(Problem(called, what, "The file was changed since, or is damaged.", "changed"))
        return sample


def _pin(value: Any, where: str) -> Pinned:
    if len(items(value, where)) != 2:
        raise InputError("a pin is a name and a seed", where=where)
    return Pinned(name(value[0], where), whole(0, 2**63 - 1)(value[1], where))


def _version(value: Any, where: str) -> Version:
    found = row(value, where, ("name", "spec"), ("name", "spec"))
    return Version(text(found["name"], where), spec_from_plain(found["spec"], where))


def _colour(value: Any, where: str) -> tuple[str, int]:
    if len(items(value, where)) != 2:
        raise InputError("a colour is a class name and its place in the palette", where=where)
    return name(value[0], where), whole(0, len(PALETTE) - 1)(value[1], where)
