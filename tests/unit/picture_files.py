"""Real picture files, made byte by byte or by the libraries that people use."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np
import tifffile
from PIL import Image


def noise(height: int, width: int, channels: int = 3, dtype: Any = np.uint8) -> np.ndarray:
    """Random values over the whole range of an integer dtype; the same ones every time."""
    top = np.iinfo(dtype).max
    return np.random.default_rng(7).integers(0, top, (height, width, channels), dtype=dtype, endpoint=True)


def pillow(picture: np.ndarray | Image.Image, kind: str, mode: str | None = None, **options: Any) -> bytes:
    if not isinstance(picture, Image.Image):
        picture = Image.fromarray(picture[:, :, 0] if picture.shape[2:] == (1,) else picture)
    out = io.BytesIO()
    (picture.convert(mode) if mode else picture).save(out, kind, **options)
    return out.getvalue()


def tiff(values: np.ndarray, **options: Any) -> bytes:
    out = io.BytesIO()
    tifffile.imwrite(out, values, **options)
    return out.getvalue()


def exif(orientation: int) -> bytes:
    block = Image.Exif()
    block[0x0112] = orientation
    return block.tobytes()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(values: np.ndarray, colour_type: int, bits: int, *extra: bytes) -> bytes:
    """PNG of ``(H, W, C)`` values as they are (PNG specification, 11.2.2: colour type 0 grey, 2 RGB, 4 and 6 alpha)."""
    height, width = values.shape[:2]
    rows = values.astype(">u2" if bits == 16 else np.uint8).reshape(height, -1)
    packed = zlib.compress(b"".join(b"\0" + row.tobytes() for row in rows))
    header = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, 0)
    chunks = b"".join((_chunk(b"IHDR", header), *extra, _chunk(b"IDAT", packed), _chunk(b"IEND", b"")))
    return b"\x89PNG\r\n\x1a\n" + chunks


def png_bomb(side: int) -> bytes:
    """A black one-bit PNG: 106 KB for a side of 30,000."""
    squeeze, row = zlib.compressobj(9), bytes(1 + (side + 7) // 8)
    packed = b"".join(squeeze.compress(row) for _ in range(side)) + squeeze.flush()
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def late_exif_png(values: np.ndarray, orientation: int) -> bytes:
    """A PNG that says its orientation after the pixels, as the specification allows."""
    whole = pillow(values, "PNG")
    block = exif(orientation).removeprefix(b"Exif\0\0")
    return whole[:-12] + _chunk(b"eXIf", block) + whole[-12:]


def claims_size(kind: str, width: int, height: int) -> bytes:
    """A tiny picture whose header claims another size."""
    if kind == "TIFF":
        return patched_tiff({256: width, 257: height})
    if kind == "WEBP":
        frame = pillow(noise(16, 16), "WEBP", lossless=True)[12:]
        canvas = bytes([2, 0, 0, 0]) + struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
        place = bytes(6) + struct.pack("<I", 15)[:3] + struct.pack("<I", 15)[:3] + bytes(4)
        body = b"WEBPVP8X" + struct.pack("<I", 10) + canvas + b"ANIM" + struct.pack("<I", 6) + bytes(6)
        body += b"ANMF" + struct.pack("<I", len(place) + len(frame)) + place + frame
        return b"RIFF" + struct.pack("<I", len(body)) + body
    data = bytearray(pillow(noise(16, 16), kind))
    at, form, first, second = {
        "JPEG": (data.find(b"\xff\xc0") + 5, ">HH", height, width),
        "GIF": (6, "<HH", width, height),
        "BMP": (18, "<ii", width, height),
    }[kind]
    struct.pack_into(form, data, at, first, second)
    return bytes(data)


def patched_tiff(tags: dict[int, int], **options: Any) -> bytes:
    """A 16 x 16 TIFF in which the values of some tags are replaced."""
    data = bytearray(tiff(np.zeros((16, 16), np.uint8), **options))
    with tifffile.TiffFile(io.BytesIO(bytes(data))) as file:
        for code, value in tags.items():
            tag = file.pages.first.tags[code]
            struct.pack_into("<I" if tag.dtype == 4 else "<H", data, tag.valueoffset, value)
    return bytes(data)


def tiff_with_large_jpeg() -> bytes:
    """A 16 x 16 TIFF whose one JPEG tile claims to be 65,000 x 65,000."""
    data = bytearray(tiff(np.zeros((16, 16), np.uint8), compression="jpeg"))
    struct.pack_into(">HH", data, data.rindex(b"\xff\xc0") + 5, 65000, 65000)
    return bytes(data)
