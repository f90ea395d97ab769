"""Read the weights out of one known file of PyTorch, without PyTorch.

Such a file is a pickle, and a pickle is a program. So it is not opened before its digest is that of the file we know,
and what reads it can name four things only, none of which is called with anything but numbers and names.

Form: three headers and one pickle with names, shapes and places, a list of storages, and then for each storage its
length (8 bytes, little endian) and its numbers. Source: PyTorch, torch/serialization.py, ``_legacy_save``.
"""

from __future__ import annotations

import hashlib
import io
import pickle
import struct
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from augviz.errors import InputError
from augviz.geometry import FloatArray

HEADERS = 3
"""Pickles before the one with the names: a magic number, a version, and the sizes of the machine's numbers."""


class _Storage(NamedTuple):
    key: str
    dtype: str
    length: int


class _Place(NamedTuple):
    """Where the numbers of one tensor lie in its storage."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def _place(storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_more: Any) -> _Place:
    return _Place(storage, offset, shape, strides)


class _Reader(pickle.Unpickler):
    """Knows four names; any other is refused."""

    NAMES: Mapping[tuple[str, str], Any] = {
        ("torch", "FloatStorage"): "<f4",
        ("torch", "LongStorage"): "<i8",
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _place,
    }

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.NAMES:
            raise InputError(f"the file of weights calls {module}.{name}, which it must not")
        return self.NAMES[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        _word, dtype, key, _device, length, _view = pid
        return _Storage(str(key), str(dtype), int(length))


def read_weights(path: Path, sha256: str) -> Mapping[str, FloatArray]:
    """Every tensor of float32 in a file that is known by its digest.

    Args:
        path: The file.
        sha256: Its digest, in hexadecimal.

    Returns:
        Arrays by name, in the shapes and the order of the file.

    Raises:
        InputError: The file is another one, or calls what it must not.
    """
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        raise InputError(
            "the file of weights is not the one that is known", where=path.name, mend="Install its package again."
        )
    return weights_in(data)


def weights_in(data: bytes) -> Mapping[str, FloatArray]:
    """The same from the file's bytes; call it with nothing that is not known by its digest."""
    stream = io.BytesIO(data)
    for _ in range(HEADERS):
        _Reader(stream).load()
    places: Mapping[str, _Place] = _Reader(stream).load()
    order: list[str] = _Reader(stream).load()
    dtypes = {place.storage.key: place.storage.dtype for place in places.values()}
    numbers: dict[str, Any] = {}
    for key in order:
        (length,) = struct.unpack("<q", stream.read(8))
        dtype = np.dtype(dtypes[key])
        numbers[key] = np.frombuffer(stream.read(length * dtype.itemsize), dtype)
    return {
        name: np.ascontiguousarray(_strided(numbers[place.storage.key], place))
        for name, place in places.items()
        if place.storage.dtype == "<f4"
    }


def _strided(numbers: Any, place: _Place) -> FloatArray:
    strides = tuple(step * numbers.itemsize for step in place.strides)
    seen = np.lib.stride_tricks.as_strided(numbers[place.offset :], place.shape, strides, writeable=False)
    return np.asarray(seen, np.float32)
