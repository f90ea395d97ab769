"""A project file: everything a visitor has in hand, in one zip that other programs can read as well.

::

    pipeline.yaml              for A.load, and for people
    settings.json              pipeline with its streams, seed, pins, kept versions, names and sizes of the pictures
    labels/annotations.json    COCO
    labels/exact.json          the same labels to the last bit, and what COCO cannot hold
    labels/masks/0001-….png    index layers and class maps of the first picture
    images/0001.png            its pixels, where they were asked for

Files are numbered: a picture's name is text in ``settings.json`` and never a path.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

import augviz
from augviz.errors import InputError, PipelineError
from augviz.formats import coco_writing
from augviz.formats.format import ImageInfo, LabelledImage, SourceFile
from augviz.images import encode_png, encode_tiff
from augviz.pipeline.export import ExportOptions, to_yaml
from augviz.pipeline.spec import PipelineSpec
from augviz.sample import Sample
from augviz.sharing.exact_labels import labels_to_plain
from augviz.sharing.state import Shared, spec_to_plain, to_plain

VERSION = 1

MAX_PROJECT_BYTES = 200_000_000
"""A larger project is neither written nor opened."""

MAX_PIXEL_BYTES = 180_000_000
"""Pixels that go into one project: 60 megapixels of RGB. Pictures of noise do not get smaller by packing."""

PIPELINE, SETTINGS = "pipeline.yaml", "settings.json"
COCO_LABELS, EXACT_LABELS = "labels/annotations.json", "labels/exact.json"

_TIME = (1980, 1, 1, 0, 0, 0)
"""The same project gives the same bytes."""


class Pinned(NamedTuple):
    """A sample that stays in view: the image's name or id, and the sample's seed."""

    image: str
    seed: int


class Version(NamedTuple):
    """A pipeline that was put aside: what it is called, and what it is."""

    name: str
    spec: PipelineSpec


@dataclass(frozen=True)
class Project:
    """Everything a visitor has in hand.

    Attributes:
        shared: What a link carries too.
        samples: The visitor's own pictures with their labels.
        image: The picture in view: the name of one of them, or the id of a sample image.
        pins: Samples that stay in view.
        kept: Pipelines that were put aside.
        colours: Class name and place in the palette, for classes whose colour was chosen.
    """

    shared: Shared
    samples: tuple[Sample, ...] = ()
    image: str = ""
    pins: tuple[Pinned, ...] = ()
    kept: tuple[Version, ...] = ()
    colours: tuple[tuple[str, int], ...] = ()


def pixel_bytes(samples: Sequence[Sample]) -> int:
    """Bytes of all pixels; what the pictures can take in a project at most."""
    return sum(sample.image.nbytes for sample in samples)


def write_project(project: Project, *, with_images: bool) -> bytes:
    """The zip.

    Args:
        project: What goes in.
        with_images: Whether the pixels go in too; without, only names, sizes and labels of the pictures do.

    Raises:
        InputError: It is larger than can be opened again.
    """
    if with_images and pixel_bytes(project.samples) > MAX_PIXEL_BYTES:
        raise InputError(
            f"the pictures have {pixel_bytes(project.samples) / 1e6:,.0f} MB of pixels, and a project file takes "
            f"{MAX_PIXEL_BYTES / 1e6:,.0f} MB",
            mend="Save it without pictures, or close some.",
        )
    pictures = [_picture_file(place, sample) for place, sample in enumerate(project.samples, 1)] if with_images else []
    data = _zipped(
        [
            SourceFile(PIPELINE, _pipeline_text(project).encode()),
            _json_file(SETTINGS, _settings(project, pictures)),
            *_label_files(project.samples),
            *pictures,
        ]
    )
    if len(data) > MAX_PROJECT_BYTES:
        size, most = f"{len(data) / 1e6:,.0f} MB", f"{MAX_PROJECT_BYTES / 1e6:,.0f} MB"
        raise InputError(f"the project file would have {size}, and {most} can be opened", mend="Close some pictures.")
    return data


def digest_of_file(data: bytes) -> str:
    """Digest of a file's bytes (BLAKE2b, 128 bits)."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def _pipeline_text(project: Project) -> str:
    """The file for ``A.load``; a pipeline that cannot be exported says why, and is in the settings all the same."""
    labels = [sample.labels for sample in project.samples]
    spec = project.shared.spec
    options = ExportOptions(
        spec.boxes is not None or any(len(each.boxes) for each in labels),
        spec.keypoints is not None or any(len(each.keypoints) for each in labels),
        seed=project.shared.seed,
    )
    try:
        return to_yaml(spec, options)
    except PipelineError as error:
        return f"# This pipeline cannot be exported. {error}\n"


def _settings(project: Project, pictures: Sequence[SourceFile]) -> Mapping[str, Any]:
    rows = [_picture_row(sample) for sample in project.samples]
    for each, file in zip(rows, pictures, strict=False):  # without pictures there are none
        each["file"] = file.name
    return {
        "version": VERSION,
        "augviz": augviz.__version__,
        "shared": to_plain(project.shared),
        "image": project.image,
        "pins": [list(pin) for pin in project.pins],
        "kept": [{"name": kept.name, "spec": spec_to_plain(kept.spec)} for kept in project.kept],
        "colours": [list(colour) for colour in project.colours],
        "pictures": rows,
    }


def _picture_row(sample: Sample) -> dict[str, Any]:
    height, width = sample.size_hw
    return {
        "name": sample.name,
        "height": height,
        "width": width,
        "bands": list(sample.bands),
        "label": sample.labels.label,
        "digest": sample.digest,
    }


def _picture_file(place: int, sample: Sample) -> SourceFile:
    """PNG where it holds every pixel exactly, else TIFF."""
    image, stem = sample.image, f"images/{place:04}"
    if image.shape[2] in (1, 3) and (image.dtype == np.uint8 or _has_16_bits(image)):
        return SourceFile(f"{stem}.png", encode_png(image))
    return SourceFile(f"{stem}.tif", encode_tiff(image, sample.bands))


def _has_16_bits(image: np.ndarray[Any, np.dtype[Any]]) -> bool:
    """Whether every value is a 65,535th, as pictures of 16 bits have them."""
    steps = np.rint(image * np.float32(65535)).astype(np.uint16)
    return bool(np.array_equal(steps.astype(np.float32) / np.float32(65535), image))


def _label_files(samples: Sequence[Sample]) -> tuple[SourceFile, ...]:
    written = coco_writing.write([LabelledImage(ImageInfo(each.name, *each.size_hw), each.labels) for each in samples])[
        0
    ].data
    rows: list[Any] = []
    files: list[SourceFile] = []
    for place, sample in enumerate(samples, start=1):
        plain, masks = labels_to_plain(sample.labels, f"labels/masks/{place:04}")
        rows.append(plain)
        files += masks
    exact = {"annotations": digest_of_file(written), "pictures": rows}
    return (SourceFile(COCO_LABELS, written), _json_file(EXACT_LABELS, exact), *files)


def _json_file(name: str, value: Mapping[str, Any]) -> SourceFile:
    return SourceFile(name, json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False).encode())


def _zipped(files: Sequence[SourceFile]) -> bytes:
    """Text is packed; pictures are packed already."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in files:
            info = zipfile.ZipInfo(file.name, _TIME)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if file.name.endswith((".png", ".tif")) else zipfile.ZIP_DEFLATED
            archive.writestr(info, file.data)
    return buffer.getvalue()
