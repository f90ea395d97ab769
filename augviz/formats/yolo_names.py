"""Class and keypoint names of a YOLO dataset: ``data.yaml``, ``classes.txt`` or ``obj.names``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from augviz.errors import LabelError
from augviz.formats.builder import clean_name, finites
from augviz.formats.format import SourceFile
from augviz.formats.matching import path_of
from augviz.formats.problems import ProblemLog
from augviz.formats.text import YamlValue, lines_of, yaml_of

NAME_LISTS = ("classes.txt", "obj.names", "_darknet.labels")
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


def is_yaml(file: SourceFile) -> bool:
    """Whether it is a YAML file with class names or a keypoint shape at its top level."""
    if path_of(file.name).suffix not in (".yaml", ".yml"):
        return False
    return any(
        line.startswith((b"names:", b"kpt_shape:")) for line in file.data.removeprefix(b"\xef\xbb\xbf").splitlines()
    )


def is_list(file: SourceFile) -> bool:
    """Whether it is a text file with one class name a line, by its name."""
    path = path_of(file.name)
    return path.name in NAME_LISTS or path.suffix == ".names"


def is_names(file: SourceFile) -> bool:
    """Whether it is either of them."""
    return is_yaml(file) or is_list(file)


def all_names(files: Sequence[SourceFile], log: ProblemLog) -> dict[str, Names]:
    """The names in each of these files; a file that cannot be read is a problem and has none."""
    out: dict[str, Names] = {}
    for file in files:
        try:
            out[file.name] = _names_of_yaml(yaml_of(file), file.name) if is_yaml(file) else Names(listed_names(file))
        except LabelError as error:
            log.add_error(file.name, error)
    return out


def listed_names(file: SourceFile) -> dict[int, str]:
    """The class names of a list, one a line, numbered from 0; an empty line is a number without a name.

    Raises:
        LabelError: The file is no text.
    """
    return {i: clean_name(line) for i, line in enumerate(lines_of(file)) if line}


def nearest(name: str, names: Mapping[str, Names]) -> Names:
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


def _is_number(key: object) -> bool:
    return isinstance(key, str) and key.isascii() and key.isdigit() and len(key) < 7


def _numbered(value: YamlValue, file: str) -> dict[int, str]:
    if isinstance(value, list):
        return {i: clean_name(name) for i, name in enumerate(value)}
    if value in (None, ""):
        return {}
    if not isinstance(value, dict) or not all(_is_number(key) for key in value):
        raise LabelError("names must be a list, or a mapping from class number to name", where=file)
    return {int(key): clean_name(name) for key, name in value.items()}


def _point_names(value: YamlValue) -> dict[int | None, Sequence[str]]:
    if isinstance(value, list):
        return {None: [clean_name(name) for name in value]}
    if not isinstance(value, dict):
        return {}
    return {
        int(key): [clean_name(name) for name in names]
        for key, names in value.items()
        if _is_number(key) and isinstance(names, list)
    }
