"""What one number means where the library wants a range: found by asking the constructor.

The library has six answers (``limit=15`` is -15 to 15, ``gamma_limit=120`` is 1 to 120, ``brightness=0.2`` is 0.8 to
1.2 …), in shared validators and in code of single classes. Building the transform once with the number and once with
each candidate range, and comparing what the two objects hold, finds the answer in either place. Kernels come first: a
range that begins below 3 is raised to 3, so that "symmetric" would fit them too.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from albumentations.core.transforms_interface import BasicTransform

from augviz.transforms.kinds import ScalarMeaning, ends_of
from augviz.transforms.library import concrete_classes
from augviz.transforms.quiet import built_quietly

_CANDIDATES: tuple[ScalarMeaning, ...] = ("from three", "symmetric", "from zero", "from one", "around one", "fixed")
_PROBES = (7, 0.3, 4, 2, 5000)

REQUIRED: Mapping[str, Any] = MappingProxyType(
    {
        "height": 96,
        "width": 96,
        "size": (96, 96),
        "min_max_height": (48, 96),
        "num_grid_xy": (4, 4),
        "magnitude": 5,
    }
)
"""Values for required parameters while a class is being asked."""


@cache
def scalar_meaning(transform: str, parameter: str) -> ScalarMeaning:
    """What one number stands for in this parameter; "refused" when the library accepts none."""
    cls = concrete_classes()[transform]
    fixed = {name: value for name, value in REQUIRED.items() if name != parameter and _requires(cls, name)}
    for probe in _PROBES:
        held = _held(cls, {**fixed, parameter: probe})
        if held is None:
            continue
        for meaning in _CANDIDATES:
            if held == _held(cls, {**fixed, parameter: ends_of(probe, meaning)}):
                return meaning
    return "refused"


def _requires(cls: type[BasicTransform], name: str) -> bool:
    field = cls.InitSchema.model_fields.get(name)
    return field is not None and field.is_required() and name in REQUIRED


def _held(cls: type[BasicTransform], arguments: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Plain attributes of the object, or None when the constructor refuses."""
    try:
        built = built_quietly(cls, arguments)
    except (ValueError, TypeError):
        return None
    plain = (int, float, str, bool, tuple, list, dict, type(None))
    held = {name: value for name, value in vars(built).items() if isinstance(value, plain)}
    return {name: value for name, value in held.items() if not name.startswith("_")}
