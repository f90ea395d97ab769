"""What passes between us and the process that runs a model: words as JSON, arrays as their raw bytes.

A frame is the length of its head (4 bytes, little endian), the head (JSON, UTF-8), and then the bytes of each array in
the order in which the head names them. Nothing is pickled, and no type but plain numbers can be named.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Arrays: TypeAlias = Mapping[str, npt.NDArray[Any]]

PLAIN_TYPES = frozenset(
    {
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64"),
    }
)
"""Types that arrays may have."""

MOST_HEAD_BYTES = 4_000_000
"""Longest head."""


class Frame(NamedTuple):
    """One message.

    Attributes:
        words: What JSON can say.
        arrays: Arrays by name.
    """

    words: Mapping[str, Any]
    arrays: Arrays


def write_frame(stream: BinaryIO, words: Mapping[str, Any], arrays: Arrays | None = None) -> None:
    """Send one message.

    Raises:
        ValueError: An array does not hold plain numbers.
    """
    given = {name: np.asarray(array, order="C") for name, array in (arrays or {}).items()}
    for name, array in given.items():
        if array.dtype.name not in PLAIN_TYPES:
            raise ValueError(f"{name} holds {array.dtype}, not plain numbers")
    layout = [[name, array.dtype.name, list(array.shape)] for name, array in given.items()]
    head = json.dumps({"words": words, "arrays": layout}).encode()
    stream.write(struct.pack("<I", len(head)) + head)
    for array in given.values():
        stream.write(array.reshape(-1).view(np.uint8).data)
    stream.flush()


def read_frame(stream: BinaryIO, most_bytes: int) -> Frame:
    """Receive one message.

    Args:
        stream: Where it comes from.
        most_bytes: Most bytes of all arrays together.

    Raises:
        EOFError: The other side has gone.
        ValueError: What came is no message of this kind, or larger than allowed.
    """
    (length,) = struct.unpack("<I", _exactly(stream, 4))
    if length > MOST_HEAD_BYTES:
        raise ValueError("the head of the message is too long")
    head = json.loads(_exactly(stream, length))
    arrays: dict[str, npt.NDArray[Any]] = {}
    left = most_bytes
    for name, kind, shape in head["arrays"]:
        if kind not in PLAIN_TYPES or not all(isinstance(side, int) and side >= 0 for side in shape):
            raise ValueError(f"{name} is no array of plain numbers")
        size = math.prod(shape) * np.dtype(kind).itemsize
        left -= size
        if left < 0:
            raise ValueError(f"the arrays have more than {most_bytes:,} bytes")
        arrays[str(name)] = np.frombuffer(_exactly(stream, size), kind).reshape(shape)
    return Frame(head["words"], arrays)


def _exactly(stream: BinaryIO, size: int) -> bytes:
    parts, missing = [], size
    while missing:
        part = stream.read(missing)
        if not part:
            raise EOFError("the other side has gone")
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)
