"""TIFF: many bands, 16 bits, floats, planes, palettes."""

from __future__ import annotations

import io

import numpy as np
import tifffile

from augviz.errors import ImageError
from augviz.images.pixels import RawImage, check_size


def tiff_header(name: str, data: bytes, max_pixels: int) -> tuple[int, int]:
    """``(width, height)`` in pixels, upright."""
    with tifffile.TiffFile(io.BytesIO(data), name=name, is_ome=False) as file:
        page = file.pages.first
        check_size(name, page.imagewidth, page.imagelength, max_pixels)
        return page.imagewidth, page.imagelength


def read_tiff(name: str, data: bytes, max_pixels: int) -> RawImage:
    """The values of the first picture."""
    tiff_header(name, data, max_pixels)
    with tifffile.TiffFile(io.BytesIO(data), name=name, is_ome=False) as file:
        values = file.pages.first.asarray(maxworkers=1)
    if values is None:
        raise ImageError("the TIFF holds no pixels", where=name)
    values = values.reshape(*values.shape[:2], -1)
    bands = {1: ("grey",), 3: ("red", "green", "blue")}.get(values.shape[2])
    high = float(np.iinfo(values.dtype).max) if values.dtype.kind == "u" else None
    return RawImage(values, bands or tuple(f"band {i + 1}" for i in range(values.shape[2])), 0.0, high)
