"""Frozen values of parameters, and how the library wants them.

A step holds None, bool, int, float, str, tuples of these, or an immutabledict of these; the library wants tuples and
dicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from immutabledict import immutabledict

Params: TypeAlias = immutabledict[str, Any]
"""Parameters of a step by name; those that are not named keep the library's default."""


def frozen(value: Any) -> Any:
    """Lists become tuples, mappings immutabledicts, all the way down.

    >>> frozen({"x": [0.5, 1.0]})
    immutabledict({'x': (0.5, 1.0)})
    """
    if isinstance(value, Mapping):
        return immutabledict({str(key): frozen(item) for key, item in value.items()})
    if isinstance(value, (list, tuple)):
        return tuple(frozen(item) for item in value)
    return value


def as_argument(value: Any) -> Any:
    """A frozen value as the library's constructors take it: mappings become dicts, tuples stay tuples."""
    if isinstance(value, Mapping):
        return {str(key): as_argument(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return tuple(as_argument(item) for item in value)
    return value
