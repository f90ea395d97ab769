"""From the bytes of an upload to a picture.

The file type is read from the first bytes, never from the name. The size is read from the header and judged before
anything is decoded. Pillow's file classes are called directly: that leaves out its rarely used (and less tried)
formats, and its own bomb check, which only warns between 89 and 179 megapixels.
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

import imagecodecs
import numpy as np
from PIL import Image
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from augviz.errors import ImageError, Problem
from augviz.images.pixels import MAX_PIXELS, DecodedImage, RawArray, RawImage, check_size, finish, said_alpha
from augviz.images.tiff import read_tiff, tiff_header

NOT_A_PICTURE = "this is not a picture"

SUPPORTED = "JPEG, PNG, WebP, BMP, GIF or TIFF"

EXTENSIONS = {
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "PNG": (".png", ".apng"),
    "WebP": (".webp",),
    "BMP": (".bmp", ".dib"),
    "GIF": (".gif",),
    "TIFF": (".tif", ".tiff", ".btf"),
}

IMAGE_EXTENSIONS = tuple(suffix for suffixes in EXTENSIONS.values() for suffix in suffixes)
"""Every extension of a picture that can be opened, lower case with its dot."""

DECODER_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    RuntimeError,  # every codec of imagecodecs
    struct.error,
    zlib.error,
)
"""What readers raise on damaged files (``Image.open`` catches a part of the same list)."""


class _JpegFile(JpegImageFile):
    """Pillow's reader without the look for dots per inch, which warns about every damaged EXIF block."""

    def _read_dpi_from_exif(self) -> None:
        pass


_CLASSES: dict[str, type[ImageFile]] = {
    "JPEG": _JpegFile,
    "PNG": PngImageFile,
    "WebP": WebPImageFile,
    "BMP": BmpImageFile,
    "GIF": GifImageFile,
}

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "PNG"),
    (0, b"\xff\xd8\xff", "JPEG"),
    (0, b"GIF87a", "GIF"),
    (0, b"GIF89a", "GIF"),
    (0, b"BM", "BMP"),
    (8, b"WEBPVP8", "WebP"),
    (0, b"II*\x00", "TIFF"),
    (0, b"MM\x00*", "TIFF"),
    (0, b"II+\x00", "TIFF"),
    (0, b"MM\x00+", "TIFF"),
)

_FOREIGN: tuple[tuple[int, bytes, str], ...] = (
    (4, b"ftypheic", "a HEIC photo"),
    (4, b"ftypheix", "a HEIC photo"),
    (4, b"ftypmif1", "a HEIF photo"),
    (4, b"ftypavif", "an AVIF picture"),
    (4, b"ftyp", "a video"),
    (0, b"%PDF", "a PDF"),
    (0, b"8BPS", "a Photoshop file"),
    (4, b"jP  \r\n", "a JPEG 2000 picture"),
    (128, b"DICM", "a DICOM file"),
    (0, b"PK\x03\x04", "a zip"),
    (0, b"<svg", "an SVG drawing"),
)


@dataclass(frozen=True)
class Header:
    """What a look at the header tells: file type, and the size in pixels after the EXIF orientation."""

    kind: str
    width: int
    height: int


def is_image(data: bytes) -> bool:
    """Whether the first bytes are those of a picture that can be opened."""
    return _kind_of(data) is not None


def read_header(name: str, data: bytes, *, max_pixels: int = MAX_PIXELS) -> Header:
    """Type and size of a picture, without decoding it.

    Args:
        name: File name, for the sentences.
        data: The whole file.
        max_pixels: Largest number of pixels.

    Raises:
        ImageError: Not a picture, of an unsupported type, damaged in its header, or too large.
    """
    kind = _known_kind(name, data)
    if kind == "TIFF":
        return Header(kind, *tiff_header(name, data, max_pixels))
    with _opened(name, data, kind, max_pixels) as picture:
        width, height = picture.size
        turned = _orientation(picture) > 4
    return Header(kind, height, width) if turned else Header(kind, width, height)


def decode(name: str, data: bytes, *, keep_grey: bool = False, max_pixels: int = MAX_PIXELS) -> DecodedImage:
    """Read a picture.

    Grey becomes three equal channels, unless ``keep_grey``: twelve transforms refuse one channel. Transparency is left
    out and the colours below it are kept. 16-bit, float and multi-band pictures become ``float32`` 0..1. EXIF
    orientation is applied. Of several frames the first is taken. What was changed is said in ``problems``.

    Args:
        name: File name, for the sentences.
        data: The whole file.
        keep_grey: Keep grey as one channel.
        max_pixels: Largest number of pixels, tested on the header.

    Raises:
        ImageError: Empty, not a picture, of an unsupported type, truncated, damaged, or too large.
    """
    kind = _known_kind(name, data)
    raw = read_tiff(name, data, max_pixels) if kind == "TIFF" else _read_with_pillow(name, data, kind, max_pixels)
    decoded = finish(name, raw, keep_grey=keep_grey)
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in EXTENSIONS[kind]:
        return decoded
    said = Problem(name, f"the file is a {kind} picture, though its name ends in {suffix or 'nothing'}", "", "note")
    return DecodedImage(decoded.image, decoded.bands, (said, *decoded.problems))


def _kind_of(data: bytes) -> str | None:
    return next((kind for at, mark, kind in _SIGNATURES if data[at : at + len(mark)] == mark), None)


def _known_kind(name: str, data: bytes) -> str:
    kind = _kind_of(data)
    if kind is None:
        raise refusal(name, data)
    return kind


def refusal(name: str, data: bytes) -> ImageError:
    """Why a file that :func:`is_image` refuses is no picture: empty, of a known other kind, or ``NOT_A_PICTURE``."""
    if not data:
        return ImageError("the file is empty (0 bytes)", where=name, mend="Save or copy it again.")
    foreign = next((what for at, mark, what in _FOREIGN if data[at : at + len(mark)] == mark), None)
    what = f"this is {foreign}, which is not opened here" if foreign else NOT_A_PICTURE
    return ImageError(what, where=name, mend=f"Save it as {SUPPORTED}.")


def _opened(name: str, data: bytes, kind: str, max_pixels: int) -> ImageFile:
    try:
        picture = _CLASSES[kind](io.BytesIO(data), name)
    except Image.DecompressionBombError as error:
        raise ImageError(
            f"the picture has more pixels than the limit of {max_pixels / 1e6:g} megapixels",
            where=name,
            mend="Make it smaller or cut it into tiles.",
        ) from error
    except DECODER_FAULTS as error:
        raise _damaged(name, kind) from error
    check_size(name, *picture.size, max_pixels)
    return picture


def _damaged(name: str, kind: str) -> ImageError:
    return ImageError(f"the {kind} picture is cut off or damaged", where=name, mend="Copy or save it again.")


def _read_with_pillow(name: str, data: bytes, kind: str, max_pixels: int) -> RawImage:
    with _opened(name, data, kind, max_pixels) as picture:
        try:
            frames = int(getattr(picture, "n_frames", 1))
            deep = kind == "PNG" and data[24] == 16
            values, problems = _deep_png(name, data, picture) if deep else _channels(name, picture)
            orientation = _orientation(picture)
        except DECODER_FAULTS as error:
            raise _damaged(name, kind) from error
    if frames > 1:
        problems += (Problem(name, f"the file holds {frames} frames", "Only the first one is used.", "note"),)
    bands = ("grey",) if values.shape[2] == 1 else ("red", "green", "blue")
    high = 65535.0 if deep else 255.0
    return RawImage(values, bands, 0.0, high, orientation=orientation, problems=problems)


def _channels(name: str, picture: Image.Image) -> tuple[RawArray, tuple[Problem, ...]]:
    """``(H, W, 1)`` grey or ``(H, W, 3)`` RGB ``uint8``, whatever the mode was; transparency is left out."""
    picture.load()
    grey = picture.mode in ("1", "L", "LA", "La")
    has_alpha = picture.has_transparency_data
    mode = {(True, True): "LA", (True, False): "L", (False, True): "RGBA", (False, False): "RGB"}[grey, has_alpha]
    converted = picture if picture.mode == mode else picture.convert(mode)  # convert copies even what fits
    values = np.asarray(converted).reshape(picture.height, picture.width, -1)
    return _without_alpha(name, values)


def _deep_png(name: str, data: bytes, picture: Image.Image) -> tuple[RawArray, tuple[Problem, ...]]:
    """``(H, W, 1)`` or ``(H, W, 3)`` ``uint16``; Pillow would cut 16-bit colour to 8 bits."""
    picture.load()  # metadata may follow the pixels
    values = np.asarray(imagecodecs.png_decode(data))
    return _without_alpha(name, values.reshape(*values.shape[:2], -1))


def _without_alpha(name: str, values: RawArray) -> tuple[RawArray, tuple[Problem, ...]]:
    """The colours of one to four samples a pixel (grey, grey + alpha, RGB, RGB + alpha)."""
    colours = 1 if values.shape[2] < 3 else 3
    if values.shape[2] == colours:
        return values, ()
    return values[:, :, :colours], said_alpha(name, values[:, :, colours])


def _orientation(picture: ImageFile) -> int:
    """The EXIF orientation, or 1 when there is none."""
    block = picture.info.get("exif")
    return exif_orientation(block) if isinstance(block, bytes) else 1


def exif_orientation(block: bytes) -> int:
    r"""The orientation in an EXIF block (Exif 2.32, 4.6.2 and tag 0x0112), or 1 when it does not say.

    Read by hand: Pillow's reader warns about damage anywhere in the block, and one number is all that is wanted.

    Args:
        block: A TIFF header and its first directory, with or without the leading ``Exif\0\0``.
    """
    block = block.removeprefix(b"Exif\x00\x00")
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(block[:4])
    if order is None or len(block) < 10:
        return 1
    (start,) = struct.unpack_from(order + "I", block, 4)
    if start + 2 > len(block):
        return 1
    (count,) = struct.unpack_from(order + "H", block, start)
    for at in range(start + 2, min(start + 2 + 12 * count, len(block) - 11), 12):
        tag, kind, _, value = struct.unpack_from(order + "HHIH", block, at)
        if tag == 0x0112 and kind == 3:
            return int(value)
    return 1
