"""What a step drew, as a value that can be looked up: the same draw on the same picture does the same.

That holds because no transform draws any more once it has its parameters (:mod:`augviz.pipeline.probe`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np

MOST_BYTES = 2**16
"""A longer array is noise or a map of places, which no second draw repeats."""


def fingerprint(params: Mapping[str, Any]) -> Hashable | None:
    """A value that is equal for equal parameters only, or None where that cannot be told or would not pay.

    Args:
        params: What a transform drew: numbers, words, arrays, and what holds these.
    """
    try:
        return _of(params)
    except TypeError:
        return None


def _of(value: Any) -> Hashable:
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        return type(value).__name__, value
    if isinstance(value, np.generic):
        return value.dtype.str, value.item()
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject or value.nbytes > MOST_BYTES:
            raise TypeError
        return value.dtype.str, value.shape, hashlib.blake2b(value.tobytes(), digest_size=16).digest()
    if isinstance(value, Mapping):
        return "mapping", tuple((str(key), _of(value[key])) for key in sorted(value, key=str))
    if isinstance(value, list | tuple):
        return type(value).__name__, tuple(_of(each) for each in value)
    raise TypeError
