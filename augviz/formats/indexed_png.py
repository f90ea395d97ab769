"""PNG files that hold values instead of pictures: index, palette, or one colour a class."""

from __future__ import annotations

import io
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PIL import Image

from augviz.errors import LabelError

Colour = tuple[int, int, int]

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PALETTE_TYPE = 3


@dataclass(frozen=True)
class Indexed:
    """The pixels of such a file.

    Attributes:
        values: ``(H, W) int32``: the index, or for a colour mask ``red * 65536 + green * 256 + blue``.
        palette: Colour of every index that occurs, when the file has a palette.
        is_colour: Whether the values are colours.
    """

    values: npt.NDArray[np.int32]
    palette: Mapping[int, Colour] = field(default_factory=dict)
    is_colour: bool = False


def header_of(data: bytes) -> tuple[int, int, int, int] | None:
    """``(height, width, bits a sample, colour type)`` of a PNG, or None.

    Source: PNG specification, third edition, section 11.2.1 (IHDR).
    """
    if not data.startswith(SIGNATURE) or len(data) < 33 or data[12:16] != b"IHDR":
        return None
    width, height, bits, kind = struct.unpack(">IIBB", data[16:26])
    return height, width, bits, kind


def read_indexed(
    name: str, data: bytes, *, size_hw: tuple[int, int] | None = None, max_hw: tuple[int, int] | None = None
) -> Indexed:
    """Decode a mask; its size is tested on the header, before a pixel is unpacked.

    Args:
        name: File name, for errors.
        data: The file.
        size_hw: The size that it must have.
        max_hw: The size that it may have at most.

    Raises:
        LabelError: It is empty, no PNG, damaged, or of another size.
    """
    if not data:
        raise LabelError("the mask is empty (0 bytes)", where=name, mend="Export it again.")
    header = header_of(data)
    if header is None:
        raise LabelError("the mask is no PNG", where=name, mend="Save it as PNG; JPEG would blur its values.")
    height, width, bits, _ = header
    limit = size_hw or max_hw
    wrong = (height, width) != size_hw if size_hw else bool(limit and (height > limit[0] or width > limit[1]))
    if limit and wrong:
        raise LabelError(
            f"the mask is {width} x {height} pixels, the image {limit[1]} x {limit[0]}",
            where=name,
            mend="Export the mask at the size of the image.",
        )
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
            picture.load()
            return _indexed(picture, bits)
    except (OSError, SyntaxError, ValueError, struct.error, Image.DecompressionBombError) as error:
        raise LabelError("the mask is damaged or cut off", where=name, mend="Export it again.") from error


def _indexed(picture: Image.Image, bits: int) -> Indexed:
    if picture.mode == "P":
        values = np.asarray(picture).astype(np.int32)
        flat = picture.getpalette("RGB") or []
        used = [v for v in np.flatnonzero(np.bincount(values.ravel(), minlength=256)).tolist() if 3 * v + 2 < len(flat)]
        return Indexed(values, {v: (flat[3 * v], flat[3 * v + 1], flat[3 * v + 2]) for v in used})
    if picture.mode in ("1", "L", "LA", "I;16", "I"):
        grey = picture.getchannel("L") if picture.mode == "LA" else picture
        # Pillow stretches grey of 2 and 4 bits to 0..255; the values themselves are wanted.
        stretch = {2: 85, 4: 17}.get(bits, 1) if grey.mode == "L" else 1
        return Indexed(np.asarray(grey).astype(np.int32) // stretch)
    rgba = np.asarray(picture.convert("RGBA")).astype(np.int32)
    code = (rgba[..., 0] << 16) | (rgba[..., 1] << 8) | rgba[..., 2]
    code[rgba[..., 3] == 0] = 0
    if (rgba[..., 0] == rgba[..., 1]).all() and (rgba[..., 0] == rgba[..., 2]).all():
        return Indexed(code & 0xFF)
    return Indexed(code, is_colour=True)


def write_indexed(values: npt.NDArray[np.int32], palette: Mapping[int, Colour]) -> bytes:
    """A PNG of values 0..65535: with a palette when there are colours and no value over 255, else 8 or 16 bits grey."""
    highest = int(values.max(initial=0))
    buffer = io.BytesIO()
    if highest > 255:
        Image.fromarray(values.astype(np.uint16)).save(buffer, "PNG")
    elif palette:
        flat = np.zeros((256, 3), np.uint8)
        for value, colour in palette.items():
            if 0 <= value <= 255:
                flat[value] = colour
        picture = Image.fromarray(values.astype(np.uint8)).convert("L")
        picture.putpalette(flat.tobytes())
        picture.save(buffer, "PNG")
    else:
        Image.fromarray(values.astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()
