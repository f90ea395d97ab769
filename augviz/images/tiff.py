"""TIFF: many bands, 16 bits, floats, planes, palettes.

Only the pages themselves are used. ``tifffile`` also knows how microscopes and satellites chain pages to series, and
for that it may read XML with an ordinary parser or open other files by the names found inside; none of it is touched.
"""

from __future__ import annotations

import io
import logging
import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import tifffile
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from tifffile import COMPRESSION, PHOTOMETRIC

from augviz.errors import ImageError, Problem
from augviz.images.pixels import MAX_BYTES_PER_PIXEL, RawArray, RawImage, check_size, said_alpha
from augviz.images.tiff_bands import band_names, pages_are_bands

# What tifffile logs of damaged files would reach the terminal beside the sentence that is made of it here.
logging.getLogger("tifffile").setLevel(logging.CRITICAL)

_COMPRESSIONS = frozenset(
    {
        COMPRESSION.NONE,
        COMPRESSION.CCITTRLE,
        COMPRESSION.CCITT_T4,
        COMPRESSION.CCITT_T6,
        COMPRESSION.LZW,
        COMPRESSION.JPEG,
        COMPRESSION.ADOBE_DEFLATE,
        COMPRESSION.DEFLATE,
        COMPRESSION.PACKBITS,
        COMPRESSION.ZSTD,
    }
)
"""What can be unpacked without trusting a size inside the packed data: the others carry a header of their own that
may ask for any amount of memory. JPEG does too, so its headers are looked at first."""

_COLOURS = {
    PHOTOMETRIC.MINISWHITE: 1,
    PHOTOMETRIC.MINISBLACK: 1,
    PHOTOMETRIC.PALETTE: 1,
    PHOTOMETRIC.RGB: 3,
    PHOTOMETRIC.YCBCR: 3,
    PHOTOMETRIC.SEPARATED: 4,
}
"""Samples that the colour model itself takes; further ones are alpha or other bands (TIFF 6.0, ExtraSamples)."""

_ALPHA = (1, 2)

_TIFF_FAULTS = (
    ValueError,  # TiffFileError among them
    RuntimeError,  # every codec of imagecodecs
    OSError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    EOFError,
    SyntaxError,
    struct.error,
)
"""What tifffile raises on damaged files: tags of the wrong type or count surface as any of these."""


def tiff_header(name: str, data: bytes, max_pixels: int) -> tuple[int, int]:
    """``(width, height)`` in pixels, upright, without decoding.

    Raises:
        ImageError: Damaged, too large, or of an unsupported kind.
    """
    with _opened(name, data, max_pixels) as file:
        page = file.pages.first
        width, height = int(page.imagewidth), int(page.imagelength)
        return (height, width) if _orientation(page) > 4 else (width, height)


def read_tiff(name: str, data: bytes, max_pixels: int) -> RawImage:
    """The values of the first picture; of pages that are bands of one picture, all of them.

    Raises:
        ImageError: Cut off, damaged, too large, or of an unsupported kind.
    """
    with _opened(name, data, max_pixels) as file:
        count = len(file.pages)
        used = min(count, pages_are_bands(file))
        first = file.pages.first
        if used > 1:
            _check_bytes(name, first, max_pixels, used)
        pages = [page for page in (file.pages[i] for i in range(used)) if isinstance(page, tifffile.TiffPage)]
        values = np.concatenate([_values(name, page, data) for page in pages], axis=2)
        problems: tuple[Problem, ...] = ()
        if count > used:
            said = f"the file holds {count} pictures"
            problems = (Problem(name, said, "Only the first one is used.", "note"),)
        return _described(name, file, first, values, problems)


@contextmanager
def _opened(name: str, data: bytes, max_pixels: int) -> Iterator[tifffile.TiffFile]:
    try:
        with tifffile.TiffFile(io.BytesIO(data), name=name, is_ome=False) as file:
            _check(name, file.pages.first, max_pixels)
            yield file
    except _TIFF_FAULTS as error:
        raise ImageError("the TIFF picture is cut off or damaged", where=name, mend="Copy or save it again.") from error


def _check(name: str, page: tifffile.TiffPage, max_pixels: int) -> None:
    """Refuse by the header alone what would be too large or is not understood."""
    check_size(name, page.imagewidth, page.imagelength, max_pixels, bands=page.samplesperpixel)
    if page.imagedepth > 1:
        raise ImageError("the TIFF holds a volume, not a picture", where=name, mend="Save its slices.")
    if page.compression not in _COMPRESSIONS:
        raise ImageError(
            f"the TIFF is packed in a way that is not opened here ({_word(COMPRESSION, page.compression)})",
            where=name,
            mend="Save it with LZW, Deflate or without compression.",
        )
    if page.photometric not in _COLOURS:
        raise ImageError(
            f"the TIFF uses a colour model that is not opened here ({_word(PHOTOMETRIC, page.photometric)})",
            where=name,
            mend="Save it as RGB or grey.",
        )
    if page.dtype is None or page.dtype.kind not in "buif":
        raise ImageError("the TIFF holds numbers that are not a picture", where=name, mend="Save it as RGB or grey.")
    _check_bytes(name, page, max_pixels, page.samplesperpixel)
    if math.prod(page.chunks) * page.dtype.itemsize > max_pixels * MAX_BYTES_PER_PIXEL:
        raise ImageError("the TIFF has tiles larger than any picture", where=name, mend="Save it again.")


def _check_bytes(name: str, page: tifffile.TiffPage, max_pixels: int, bands: int) -> None:
    """Test the size once more, with what a value takes when it is open."""
    size = 4 if page.dtype is None else page.dtype.itemsize
    stays_small = size == 1 and bands <= 4
    check_size(
        name, page.imagewidth, page.imagelength, max_pixels, bands=bands, value_bytes=1 if stays_small else max(size, 4)
    )


def _word(names: type[COMPRESSION] | type[PHOTOMETRIC], value: int) -> str:
    return names(value).name if value in list(names) else str(value)


def _values(name: str, page: tifffile.TiffPage, data: bytes) -> RawArray:
    """``(H, W, C)`` as stored, after a look at what each part of the file claims about itself."""
    parts = list(zip(page.dataoffsets, page.databytecounts, strict=False))
    if not parts or any(start + count > len(data) for start, count in parts):
        raise ImageError("the TIFF picture is cut off", where=name, mend="Copy or save it again.")
    if page.compression == COMPRESSION.JPEG:
        limit = math.prod(page.chunks)
        for start, count in parts:
            width, height = JpegImageFile(io.BytesIO(data[start : start + count])).size if count else (0, 0)
            if width * height > limit:
                raise ImageError("a JPEG inside the TIFF is larger than its place", where=name)
    values = np.asarray(page.asarray(maxworkers=1))
    if page.axes.startswith("S"):
        values = np.moveaxis(values, 0, -1)
    return values.reshape(page.imagelength, page.imagewidth, page.samplesperpixel)


def _orientation(page: tifffile.TiffPage) -> int:
    value = page.tags.valueof(274, 1)
    return int(value) if isinstance(value, int) else 1


def _described(
    name: str,
    file: tifffile.TiffFile,
    page: tifffile.TiffPage,
    values: RawArray,
    problems: tuple[Problem, ...],
) -> RawImage:
    """Sort the samples into colours, bands and alpha, and name the range of the values."""
    colours = _COLOURS[PHOTOMETRIC(page.photometric)]
    alpha = [colours + i for i, kind in enumerate(page.extrasamples) if kind in _ALPHA]
    if alpha and len(alpha) < values.shape[2]:
        problems += said_alpha(name, values[:, :, alpha])
        values = np.delete(values, alpha, axis=2)
    values, low, high = _upright_range(page, values)
    names: tuple[str, ...] | None = band_names(file, values.shape[2])
    if page.photometric in (PHOTOMETRIC.PALETTE, PHOTOMETRIC.SEPARATED, PHOTOMETRIC.YCBCR) and values.shape[2] < 5:
        values, low, high = _to_rgb(name, page, values), 0.0, 255.0
        names = None
    channels = values.shape[2]
    if names is None:
        numbered = [f"band {i + 1}" for i in range(channels)]
        if page.photometric in (PHOTOMETRIC.MINISBLACK, PHOTOMETRIC.MINISWHITE):
            names = tuple(numbered) if channels > 1 else ("grey",)
        else:
            names = ("red", "green", "blue", *numbered[3:])[:channels]
    missing = _no_data(page, values)
    return RawImage(values, names, low, high, missing, orientation=_orientation(page), problems=problems)


def _no_data(page: tifffile.TiffPage, values: RawArray) -> float | None:
    """The value of the tag GDAL_NODATA, if this dtype can hold it; 0 is black anyway."""
    text = page.tags.valueof(42113)
    if values.dtype == np.bool_:
        return None
    try:
        value = float(text) if isinstance(text, str) else 0.0
    except ValueError:
        return None
    limits = np.finfo(np.float64) if values.dtype.kind == "f" else np.iinfo(values.dtype)
    return value if value and limits.min <= value <= limits.max else None


def _upright_range(page: tifffile.TiffPage, values: RawArray) -> tuple[RawArray, float | None, float | None]:
    """Values with white on top, and the values that mean black and white; None where only the values can tell."""
    if values.dtype == np.bool_:
        return values ^ (page.photometric == PHOTOMETRIC.MINISWHITE), 0.0, 1.0
    low, high = page.tags.valueof(340), page.tags.valueof(341)  # SMinSampleValue, SMaxSampleValue
    if values.dtype.kind == "f" or values.dtype.itemsize > 2:
        known = isinstance(low, (int, float)) and isinstance(high, (int, float)) and -math.inf < low < high < math.inf
        return values, *((float(low), float(high)) if known else (None, None))
    top = int(np.iinfo(values.dtype).max) if values.dtype.kind == "i" else 2 ** int(page.bitspersample) - 1
    if page.photometric == PHOTOMETRIC.MINISWHITE and values.dtype.kind == "u":
        values = (top - values).astype(values.dtype)
    if values.dtype == np.uint8 and top < 255 and page.photometric != PHOTOMETRIC.PALETTE:
        return (values.astype(np.uint16) * 255 // top).astype(np.uint8), 0.0, 255.0
    return values, 0.0, float(top)


def _to_rgb(name: str, page: tifffile.TiffPage, values: RawArray) -> RawArray:
    """``(H, W, 3) uint8`` of a palette, CMYK or YCbCr picture."""
    if page.photometric == PHOTOMETRIC.PALETTE:
        table = np.asarray(page.tags.valueof(320), dtype=np.uint16).reshape(3, -1)
        colours = (table // 256 if table.max() > 255 else table).astype(np.uint8)
        return np.moveaxis(colours[:, values[:, :, 0]], 0, -1)
    if values.dtype != np.uint8:
        raise ImageError("the TIFF is CMYK or YCbCr with more than 8 bits", where=name, mend="Save it as RGB.")
    if page.photometric == PHOTOMETRIC.YCBCR and page.compression == COMPRESSION.JPEG:
        return values  # the JPEG decoder has converted it
    mode = "CMYK" if page.photometric == PHOTOMETRIC.SEPARATED else "YCbCr"
    size = values.shape[1], values.shape[0]
    return np.asarray(Image.frombytes(mode, size, np.ascontiguousarray(values).tobytes()).convert("RGB"))
