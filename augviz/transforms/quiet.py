"""Building a transform without its constructor's warnings.

The library warns where we have already decided: an alias that is "a special case of", an even kernel that is raised to
the next odd one. :class:`warnings.catch_warnings` changes the state of the whole process and is not thread-safe before
Python 3.14, so it is entered by one thread at a time, and only for classes and values that are known to warn.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Mapping
from typing import Any

from albumentations.core.transforms_interface import BasicTransform

_ONE_AT_A_TIME = threading.Lock()


def built_quietly(cls: type[BasicTransform], arguments: Mapping[str, Any]) -> BasicTransform:
    """Build a transform with its warnings swallowed.

    Raises:
        ValueError, TypeError: What the constructor raises.
    """
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return cls(**arguments)
