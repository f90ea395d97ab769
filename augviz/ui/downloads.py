"""Labels out again, in every format that can be written."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath

import streamlit as st

from augviz.formats import FORMATS
from augviz.formats.format import Format, ImageInfo, LabelledImage, SourceFile
from augviz.formats.losses import losses
from augviz.images import encode_image
from augviz.sample import Labels, Sample


def stem_of(name: str) -> str:
    """A file name without folders and extension."""
    return PurePosixPath(name).stem or "image"


def sample_buttons(sample: Sample, stem: str, *, key: str) -> None:
    """One button for the picture without loss, and one for each format that can hold something of its labels.

    Args:
        sample: The labelled image.
        stem: File name without extension.
        key: Streamlit key.
    """
    encoded = encode_image(sample.image, sample.bands)
    name = f"{stem}{encoded.extension}"
    st.download_button(
        f"Picture ({encoded.extension.lstrip('.').upper()}, lossless)",
        encoded.data,
        name,
        key=f"{key}-picture",
        icon=":material/image:",
        on_click="ignore",
    )
    for label_format in FORMATS:
        if label_format.write is not None and _fits(label_format, sample.labels):
            _label_button(label_format, sample, name, key)


def _label_button(label_format: Format, sample: Sample, image_name: str, key: str) -> None:
    """The tooltip says what the format could not carry, measured by reading it back."""
    height, width = sample.size_hw
    item = LabelledImage(ImageInfo(image_name, height, width), sample.labels)
    assert label_format.write is not None  # noqa: S101 - asked before
    files = label_format.write([item])
    lost = " ".join(str(problem) for problem in losses(label_format, [item], files))
    single = len(files) == 1
    st.download_button(
        f"Labels as {label_format.title}",
        files[0].data if single else zipped(files),
        PurePosixPath(files[0].name).name if single else f"{stem_of(image_name)}_{label_format.name}.zip",
        key=f"{key}-{label_format.name}",
        icon=":material/warning:" if lost else ":material/sell:",
        help=lost or "Carries everything that this picture has.",
        on_click="ignore",
    )


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
        "label": labels.label is not None,
    }
    return any(has[part] for part in label_format.carries)
