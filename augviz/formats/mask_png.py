"""Masks as PNG, one file an image: a class a pixel (index, palette or colours), and instances as VOC has them.

* A mask belongs to the image of its stem, with or without an ending like ``_mask``. It lies in a folder like ``masks``
  or ``SegmentationClass``, or has such an ending, or is a palette PNG beside another picture of its stem; a
  photo that is none of these is never taken for a mask.
* In a folder ``SegmentationObject`` a value is an instance, ``SegmentationClass`` tells its class, and 255 is "void",
  the seam between objects (source: VOC2012 development kit, section 5).
* Class names come from ``classes.txt`` (line n names value n, the first line value 0) or CVAT's ``labelmap.txt``
  (``name:red,green,blue::``), whose colours also give colour masks their values; without it black is 0
  and the other colours are numbered over all masks in order of their value.

Semantic maps come back exactly. Instances are written for trainers (the smaller one on top where two overlap) and lose
boxes, and overlaps; COCO keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from augviz.errors import LabelError
from augviz.formats.builder import LabelBuilder, clean_name
from augviz.formats.format import Format, ImageInfo, LabelledImage, ReadResult, SourceFile, class_list
from augviz.formats.indexed_png import PALETTE_TYPE, Colour, Indexed, header_of, read_indexed, write_indexed
from augviz.formats.matching import match, path_of
from augviz.formats.objects import label_paths, objects_of
from augviz.formats.problems import ProblemLog
from augviz.formats.text import lines_of
from augviz.geometry import layer_windows
from augviz.sample import Labels, SemanticMap

MASK_FOLDERS = frozenset(
    ("masks", "mask", "labels", "label", "segmentationclass", "segmentationobject", "segmentation", "annotations", "gt")
)
ENDINGS = ("_mask", "-mask", "_masks", "_label", "-label", "_labels", "_seg", "-seg", "_segmentation", "_gt", "_gtfine")
INSTANCE_FOLDER = "segmentationobject"
NAME_LISTS = ("classes.txt", "labelmap.txt")
VOID = 255
MAX_VALUE = 2**16 - 1
MAX_COLOURS = 256
"""More colours than this are a photo, or a mask that was saved with smooth edges."""


@dataclass(frozen=True)
class _Legend:
    """Names and colours of values."""

    names: Mapping[int, str] = field(default_factory=dict)
    colours: Mapping[int, Colour] = field(default_factory=dict)


def _is_name_list(file: SourceFile) -> bool:
    return path_of(file.name).name in NAME_LISTS


def _stem_names(name: str) -> list[str]:
    """The name without such an ending first, then as it is."""
    path = path_of(name)
    for ending in ENDINGS:
        if path.stem.endswith(ending) and len(path.stem) > len(ending):
            return [str(path.with_name(path.stem.removesuffix(ending) + path.suffix)), name]
    return [name]


def _is_kept_as_mask(file: SourceFile) -> bool:
    path = path_of(file.name)
    header = header_of(file.data)
    in_folder = bool(MASK_FOLDERS.intersection(path.parent.parts))
    return in_folder or len(_stem_names(file.name)) > 1 or (header is not None and header[3] == PALETTE_TYPE)


def claims(files: Sequence[SourceFile], images: Sequence[ImageInfo]) -> tuple[SourceFile, ...]:
    """PNG files that look like masks and have a partner among the other images, and lists of class names."""
    pngs = [file for file in files if path_of(file.name).suffix == ".png" and _is_kept_as_mask(file)]
    maybe = {file.name for file in pngs}
    partners = {path_of(image.name).stem for image in images if image.name not in maybe}
    masks = {f.name for f in pngs if any(path_of(name).stem in partners for name in _stem_names(f.name))}
    return tuple(file for file in files if file.name in masks or (masks and _is_name_list(file)))


def read(files: Sequence[SourceFile], images: Sequence[ImageInfo]) -> ReadResult:
    """Masks -> semantic maps and instance masks; what cannot be used becomes a problem."""
    log = ProblemLog()
    legend = _legend([file for file in files if _is_name_list(file)], log)
    masks = {file.name: file for file in files if not _is_name_list(file)}
    pictures = [image for image in images if image.name not in masks]
    maps = {name: file for name, file in masks.items() if not _is_instances(name)}
    instances = {name: file for name, file in masks.items() if _is_instances(name)}
    found, more = (match({name: _stem_names(name) for name in some}, pictures) for some in (maps, instances))
    for name in (*found.ambiguous, *more.ambiguous):
        log.add(name, "", "two images fit this mask, or two masks fit one image", "Give each a name of its own.")
    decoded = _decode({image.name: (maps[name], image) for name, image in found.images.items()}, log)
    semantic = _semantic_maps(decoded, legend)
    labels = {name: Labels(semantic=value) for name, value in semantic.items()}
    objects = _decode({image.name: (instances[name], image) for name, image in more.images.items()}, log)
    for image in more.images.values():
        if image.name in objects:
            labels[image.name] = _with_instances(image, *objects[image.name], semantic.get(image.name), log)
    missing = (*found.missing, *more.missing, *found.ambiguous, *more.ambiguous)
    return ReadResult(labels, log.problems(), missing)


def _is_instances(name: str) -> bool:
    return INSTANCE_FOLDER in path_of(name).parent.parts


def _decode(pairs: Mapping[str, tuple[SourceFile, ImageInfo]], log: ProblemLog) -> dict[str, tuple[str, Indexed]]:
    """Name of the mask file and its pixels, by image name."""
    out: dict[str, tuple[str, Indexed]] = {}
    for name, (file, image) in pairs.items():
        try:
            pixels = read_indexed(file.name, file.data, size_hw=(image.height, image.width))
            if pixels.is_colour:
                _check_colours(pixels, file.name)
            out[name] = (file.name, pixels)
        except LabelError as error:
            log.add_error(file.name, error)
    return out


def _check_colours(pixels: Indexed, name: str) -> None:
    count = len(np.unique(pixels.values))
    if count > MAX_COLOURS:
        raise LabelError(
            f"the mask has {count:,} colours, a mask of classes has at most {MAX_COLOURS}",
            where=name,
            mend="Save it without smooth edges, or with an index a class.",
        )


def _legend(files: Sequence[SourceFile], log: ProblemLog) -> _Legend:
    names: dict[int, str] = {}
    colours: dict[int, Colour] = {}
    for file in files:
        try:
            lines = lines_of(file)
        except LabelError as error:
            log.add_error(file.name, error)
            continue
        if path_of(file.name).name == "labelmap.txt":
            lines = [line for line in lines if line and not line.startswith("#")]
            for value, line in enumerate(lines):
                name, _, rest = line.partition(":")
                names.setdefault(value, clean_name(name))
                colour = _colour(rest.partition(":")[0])
                if colour is not None:
                    colours.setdefault(value, colour)
        else:
            for value, line in enumerate(lines):
                if line:
                    names.setdefault(value, clean_name(line))
    return _Legend(names, colours)


def _colour(text: str) -> Colour | None:
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 4 for part in parts):
        return None
    red, green, blue = (min(int(part), 255) for part in parts)
    return red, green, blue


def _semantic_maps(decoded: Mapping[str, tuple[str, Indexed]], legend: _Legend) -> dict[str, SemanticMap]:
    colour_values = [np.unique(pixels.values) for _, pixels in decoded.values() if pixels.is_colour]
    value_of = _values_of_colours(np.unique(np.concatenate(colour_values)) if colour_values else None, legend)
    out: dict[str, SemanticMap] = {}
    for name, (_, pixels) in decoded.items():
        if pixels.is_colour:
            codes, places = np.unique(pixels.values, return_inverse=True)
            numbers = np.array([value_of[code] for code in codes.tolist()], np.int32)
            values = numbers[places].reshape(pixels.values.shape)
            colours = {value_of[code]: _rgb(code) for code in codes.tolist()}
            out[name] = SemanticMap(values, legend.names, colours)
        else:
            out[name] = SemanticMap(pixels.values, legend.names, pixels.palette or legend.colours)
    return out


def _rgb(code: int) -> Colour:
    return code >> 16, (code >> 8) & 0xFF, code & 0xFF


def _values_of_colours(codes: npt.NDArray[np.int32] | None, legend: _Legend) -> dict[int, int]:
    """A value for every colour: the legend's, 0 for black, and the first free ones for the others."""
    known = {(r << 16) | (g << 8) | b: value for value, (r, g, b) in legend.colours.items()}
    known.setdefault(0, 0)
    taken = {*known.values(), *legend.names}
    free = (value for value in range(1, 2**16) if value not in taken)
    for code in [] if codes is None else codes.tolist():
        if code not in known:
            known[code] = next(free, MAX_VALUE)
    return known


def _with_instances(
    image: ImageInfo, file: str, pixels: Indexed, semantic: SemanticMap | None, log: ProblemLog
) -> Labels:
    """One object a value, with the class that most of its pixels have, and the box around it."""
    numbers, places = np.unique(pixels.values, return_inverse=True)
    index = places.reshape(pixels.values.shape)
    is_void = (numbers == VOID) & ~np.isin(VOID - 1, numbers)
    kept = (numbers > 0) & ~is_void
    layer = np.where(kept[index], index + 1, 0).astype(np.uint16)
    builder = LabelBuilder(image, file, log)
    for window in layer_windows(layer).values():
        height, width = window.mask.shape
        name = "object"
        if semantic is not None:
            under = semantic.values[window.top : window.top + height, window.left : window.left + width][window.mask]
            under = under[(under > 0) & (under != VOID)]
            name = semantic.name_of(int(np.bincount(under).argmax())) if len(under) else name
        k = builder.add_object(name, "")
        builder.add_box(k, (window.left, window.top, window.left + width, window.top + height))
        builder.add_mask(k, window)
    found = builder.build()
    return Labels(found.boxes, found.masks, semantic)


def write(items: Sequence[LabelledImage], classes: Sequence[str] = ()) -> tuple[SourceFile, ...]:
    """``SegmentationClass/…png``, ``SegmentationObject/…png`` where there are instances, and ``classes.txt``.

    Where there are only instances, the class map is made from them. An image with neither gets no file.
    """
    names = _value_names(items, classes)
    value_of = {name: value for value, name in reversed(names.items())}
    infos = [item.info for item in items]
    class_paths = label_paths(infos, "SegmentationClass", ".png")
    object_paths = label_paths(infos, "SegmentationObject", ".png")
    files: list[SourceFile] = []
    for item, class_path, object_path in zip(items, class_paths, object_paths, strict=True):
        semantic = item.labels.semantic
        values, objects = _painted(item, value_of)
        if semantic is not None:
            files.append(SourceFile(class_path, write_indexed(semantic.values, semantic.colours)))
        elif objects.any():
            files.append(SourceFile(class_path, write_indexed(values, {})))
        if objects.any():
            files.append(SourceFile(object_path, write_indexed(objects, {})))
    if files and names:
        lines = [names.get(value, "") for value in range(max(names) + 1)]
        files.append(SourceFile("classes.txt", "".join(f"{line}\n" for line in lines).encode()))
    return tuple(files)


def _value_names(items: Sequence[LabelledImage], classes: Sequence[str]) -> dict[int, str]:
    """Names of all values: those of the semantic maps, then the first free values from 1 for classes of instances."""
    names: dict[int, str] = {}
    for item in items:
        if item.labels.semantic is not None:
            for value, name in item.labels.semantic.names.items():
                names.setdefault(value, name)
    masked = [item for item in items if item.labels.masks is not None]
    free = (value for value in range(1, 2**16) if value not in names and value != VOID)
    for name in class_list(masked, classes) if masked else ():
        if name not in names.values():
            names[next(free)] = name
    return dict(sorted(names.items()))


def _painted(item: LabelledImage, value_of: Mapping[str, int]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Class and instance of every pixel, larger objects first, so that smaller ones stay in sight."""
    size = (item.info.height, item.info.width)
    values, objects = np.zeros(size, np.int32), np.zeros(size, np.int32)
    found = [(each.window, each.name) for each in objects_of(item.labels) if each.window is not None]
    numbered = [(int(window.mask.sum()), k, window, name) for k, (window, name) in enumerate(found, start=1)]
    for _, k, window, name in sorted(numbered, key=lambda row: -row[0]):
        height, width = window.mask.shape
        place = (slice(window.top, window.top + height), slice(window.left, window.left + width))
        values[place][window.mask] = value_of[name]
        objects[place][window.mask] = k
    return values, objects


FORMAT = Format(
    name="mask",
    title="PNG mask",
    carries=frozenset({"semantic"}),
    precision_px=0.0,
    claims=claims,
    read=read,
    write=write,
)
