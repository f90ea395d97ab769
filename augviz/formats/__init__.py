"""Label formats: one file each, and their names here.

Upload, detection, the command line and the round-trip test walk ``FORMATS``.
"""

from __future__ import annotations

from augviz.errors import LabelError
from augviz.formats import coco, labelme, mask_png, voc, yolo
from augviz.formats.format import Format, ImageInfo, LabelledImage, ReadResult, SourceFile
from augviz.formats.losses import losses

__all__ = ["FORMATS", "Format", "ImageInfo", "LabelledImage", "ReadResult", "SourceFile", "by_name", "losses"]

FORMATS: tuple[Format, ...] = (coco.FORMAT, yolo.FORMAT, voc.FORMAT, labelme.FORMAT, mask_png.FORMAT)
"""All formats; when files are detected, the first that claims a file has it."""


def by_name(name: str) -> Format:
    """The format with this short name.

    Raises:
        LabelError: There is none.
    """
    for known in FORMATS:
        if known.name == name:
            return known
    names = ", ".join(known.name for known in FORMATS)
    raise LabelError("there is no label format of this name", where=name, mend=f"Choose one of: {names}.")
