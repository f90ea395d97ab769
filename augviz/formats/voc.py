"""Pascal VOC XML: boxes, one file an image.

Conventions: ``xmin ymin xmax ymax`` are numbers of pixels, counted from 1 and inclusive, so that 1..width is the whole
image; see :func:`augviz.geometry.voc_to_xyxy` for the source. Some tools count from 0 instead: a file in which an
``xmin`` or ``ymin`` lies between 0 and 1 cannot count from 1, so it is read as it stands, and that is said. Coordinates
with decimals are written where a box has them, because rounding would move it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, ParseError, SubElement, indent, tostring

import defusedxml.ElementTree as SafeTree
from defusedxml.common import DefusedXmlException

from augviz.errors import LabelError
from augviz.formats.builder import LabelBuilder, finites
from augviz.formats.format import Format, ImageInfo, LabelledImage, ReadResult, SourceFile
from augviz.formats.matching import match, path_of
from augviz.formats.objects import label_paths, objects_of
from augviz.formats.problems import ProblemLog
from augviz.formats.text import text_of
from augviz.geometry import clip_xyxy, voc_to_xyxy, xyxy_to_voc
from augviz.sample import Labels

MAX_XML_BYTES = 16 * 2**20
"""A file with 10,000 objects has 3 MB."""

DECIMALS = 3
CORNERS = ("xmin", "ymin", "xmax", "ymax")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def claims(files: Sequence[SourceFile], images: Sequence[ImageInfo]) -> tuple[SourceFile, ...]:
    """XML files that hold an annotation or are named like an image."""
    texts = [file for file in files if path_of(file.name).suffix == ".xml"]
    found = match({file.name: [file.name] for file in texts}, images)
    named = {*found.images, *found.ambiguous}
    return tuple(file for file in texts if file.name in named or b"<annotation" in file.data.replace(b"\0", b""))


def read(files: Sequence[SourceFile], images: Sequence[ImageInfo]) -> ReadResult:
    """VOC files -> labels; what cannot be used becomes a problem."""
    log = ProblemLog()
    roots: dict[str, Element] = {}
    for file in files:
        try:
            roots[file.name] = _root(file)
        except LabelError as error:
            log.add_error(file.name, error)
    found = match({name: _image_names(name, root) for name, root in roots.items()}, images)
    for name in found.ambiguous:
        log.add(name, "", "two images fit this file, or two files fit one image", "Give each a name of its own.")
    labels = {image.name: _labels(roots[name], name, image, log) for name, image in found.images.items()}
    return ReadResult(labels, log.problems(), (*found.missing, *found.ambiguous))


def _root(file: SourceFile) -> Element:
    """The root element; entities are refused, because ten lines of them expand to gigabytes or read files."""
    if not file.data.strip():
        raise LabelError("the file is empty", where=file.name, mend="Export the labels again.")
    if len(file.data) > MAX_XML_BYTES:
        raise LabelError(f"the file has more than {MAX_XML_BYTES // 2**20} MB", where=file.name)
    try:
        root: Element = SafeTree.fromstring(file.data)
    except DefusedXmlException as error:
        mend = "Remove the DOCTYPE with its entities; label files need none."
        raise LabelError("the XML defines entities, which are not accepted", where=file.name, mend=mend) from error
    except (ParseError, ValueError, LookupError) as error:  # The last two: an encoding that the parser does not know.
        if b"encoding=" not in file.data[:200]:
            text_of(file)  # Says which byte is no UTF-8, when that is the reason.
        mend = "Export the labels again; the file may be cut off."
        raise LabelError(f"no valid XML: {error}", where=file.name, mend=mend) from error
    return root


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _image_names(file: str, root: Element) -> list[str]:
    """The file's own name decides; the image named inside it is often an old one."""
    inside = _text(root, "filename")
    return [file, inside] if inside else [file]


def _labels(root: Element, file: str, image: ImageInfo, log: ProblemLog) -> Labels:
    builder = LabelBuilder(image, file, log)
    _compare_size(root, file, image, log)
    rows = []
    for place, element in enumerate(root.findall("object"), start=1):
        name = _text(element, "name")
        at = f"object {place}" + (f" ({name[:40]})" if name else "")
        texts = [_text(element, f"bndbox/{corner}") for corner in CORNERS]
        numbers = finites(texts)
        if not name:
            log.add(file, at, "the object has no name", "It is called 'no name'.", "changed")
        if numbers is None:
            listed = ", ".join(text[:20] or "nothing" for text in texts)
            log.add(file, at, f"the box is not four finite numbers: {listed}", "It is left out.")
        else:
            rows.append((name, at, numbers))
    from_zero = any(0 <= value < 1 for _, _, numbers in rows for value in numbers[:2])
    if from_zero:
        what = "coordinates begin at 0, Pascal VOC counts pixels from 1"
        log.add(file, "", what, "All boxes of this file are read as counted from 0.", "changed")
    for name, at, numbers in rows:
        k = builder.add_object(name, at)
        builder.add_box(k, numbers if from_zero else voc_to_xyxy(numbers)[0].tolist())
    return builder.build()


def _compare_size(root: Element, file: str, image: ImageInfo, log: ProblemLog) -> None:
    size = finites([_text(root, "size/width"), _text(root, "size/height")])
    if size and all(size) and size != [image.width, image.height]:
        what = f"labelled at {size[0]:g} x {size[1]:g} pixels, the image has {image.width} x {image.height}"
        log.add(file, "", what, "Coordinates are taken as they are; look whether they fit.", "note")


def write(items: Sequence[LabelledImage], classes: Sequence[str] = ()) -> tuple[SourceFile, ...]:  # noqa: ARG001
    """One XML file an image under ``Annotations/``; boxes are clipped at the frame."""
    paths = label_paths([item.info for item in items], "Annotations", ".xml")
    return tuple(SourceFile(path, _annotation(item)) for path, item in zip(paths, items, strict=True))


def _annotation(item: LabelledImage) -> bytes:
    info = item.info
    root = Element("annotation")
    _add(root, "filename", info.name.replace("\\", "/").rsplit("/", 1)[-1])
    size = SubElement(root, "size")
    for tag, value in (("width", info.width), ("height", info.height), ("depth", 3)):
        _add(size, tag, str(value))
    _add(root, "segmented", "0")
    for each in objects_of(item.labels):
        box = each.box_around(item.labels.keypoints)
        if box is None:
            continue
        element = SubElement(root, "object")
        for tag, text in (("name", each.name), ("pose", "Unspecified"), ("truncated", "0"), ("difficult", "0")):
            _add(element, tag, text)
        bndbox = SubElement(element, "bndbox")
        corners = xyxy_to_voc(clip_xyxy(box, (info.height, info.width)))[0].tolist()
        for tag, value in zip(CORNERS, corners, strict=True):
            _add(bndbox, tag, f"{value:.{DECIMALS}f}".rstrip("0").rstrip("."))
    indent(root)
    return bytes(tostring(root, encoding="utf-8"))


def _add(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = _NOT_XML.sub(" ", text)


FORMAT = Format(
    name="voc",
    title="Pascal VOC XML",
    carries=frozenset({"boxes"}),
    precision_px=0.001,
    claims=claims,
    read=read,
    write=write,
)
