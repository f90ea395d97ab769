"""Labels out again, in every format that can be written."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

import streamlit as st

from augviz.formats import FORMATS
from augviz.formats.format import Format, ImageInfo, LabelledImage, SourceFile
from augviz.sample import Labels, Sample


def stem_of(name: str) -> str:
    """A file name without folders and extension."""
    return PurePosixPath(name).stem or "image"


def label_buttons(sample: Sample, image_name: str, *, key: str) -> None:
    """One download button a format that can hold something of these labels.

    Args:
        sample: The labelled image.
        image_name: The picture's file name, which the labels will mention.
        key: Streamlit key.
    """
    for label_format in FORMATS:
        if label_format.write is None or not _fits(label_format, sample.labels):
            continue
        name, data = written(label_format, sample, image_name)
        st.download_button(
            f"Labels as {label_format.title}",
            data,
            name,
            key=f"{key}-{label_format.name}",
            icon=":material/sell:",
            on_click="ignore",
        )


def written(label_format: Format, sample: Sample, image_name: str) -> tuple[str, bytes]:
    """File name and bytes of the labels in one format; several files come as a zip."""
    assert label_format.write is not None  # noqa: S101 - asked before
    height, width = sample.size_hw
    files = label_format.write([LabelledImage(ImageInfo(image_name, height, width), sample.labels)])
    if len(files) == 1:
        return PurePosixPath(files[0].name).name, files[0].data
    return f"{stem_of(image_name)}_{label_format.name}.zip", zipped(files)


def zipped(files: tuple[SourceFile, ...]) -> bytes:
    """A zip of files under their names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(file.name, file.data)
    return buffer.getvalue()


def _fits(label_format: Format, labels: Labels) -> bool:
    has = {
        "boxes": len(labels.boxes) > 0,
        "masks": labels.masks is not None,
        "semantic": labels.semantic is not None,
        "keypoints": len(labels.keypoints) > 0,
        "label": False,
    }
    return any(has[part] for part in label_format.carries)
