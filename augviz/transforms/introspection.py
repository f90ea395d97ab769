"""What the library's classes say about their parameters: signature, schema and docstring, brought together.

Albumentations checks arguments with a pydantic model ``InitSchema`` a class. Bounds sit in three places: pydantic's
own ``Ge``/``Gt``/``Le``/``Lt``, the closure of ``check_range_bounds``, and the names of a few shared validators. Bounds
that are checked inside a validator's code cannot be read; :data:`CHECKED_IN_CODE` lists them, and a test probes each.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import annotated_types
from pydantic.functional_validators import AfterValidator

from augviz.transforms.library import argument_texts, concrete_classes

_VALIDATOR_MINIMUM = {"process_non_negative_range": 0.0, "convert_to_0plus_range": 0.0, "convert_to_1plus_range": 1.0}

CHECKED_IN_CODE: Mapping[str, tuple[float | None, float | None]] = MappingProxyType(
    {
        "AdvancedBlur.blur_limit": (3, None),
        "Blur.blur_limit": (3, None),
        "FDA.beta_limit": (0, 0.5),
        "GaussianBlur.blur_limit": (0, None),
        "MedianBlur.blur_limit": (3, None),
        "MotionBlur.blur_limit": (3, None),
        "RingingOvershoot.blur_limit": (3, None),
        "UnsharpMask.blur_limit": (3, None),
        "ColorJitter.brightness": (0, None),
        "ColorJitter.contrast": (0, None),
        "ColorJitter.saturation": (0, None),
        "ColorJitter.hue": (-0.5, 0.5),
        "GridDistortion.distort_limit": (-1, 1),
        "PlanckianJitter.temperature_limit": (3000, 15000),
        "Posterize.num_bits": (1, 7),
        "RGBShift.r_shift_limit": (-255, 255),
        "RGBShift.g_shift_limit": (-255, 255),
        "RGBShift.b_shift_limit": (-255, 255),
        "ShiftScaleRotate.shift_limit": (-1, 1),
        "ShiftScaleRotate.shift_limit_x": (-1, 1),
        "ShiftScaleRotate.shift_limit_y": (-1, 1),
        "ShiftScaleRotate.scale_limit": (-1, None),
    }
)
"""Bounds that sit in a validator's code; source: probing the constructors of 2.0.8, which the tests repeat.

A few are set narrower than the constructor's answer: kernels below 3 are raised to 3 with a warning.
"""


OF_OTHER_IMAGES = frozenset({"metadata_key", "reference_images", "read_fn"})
"""Arguments that say where other images come from (:mod:`augviz.transforms.other_images`); a step names the images."""


@dataclass(frozen=True)
class Facts:
    """What is known about one parameter.

    Attributes:
        name: Argument name.
        default: Default, or None when required.
        required: There is no default.
        optional: None is accepted.
        literals: Values of a ``Literal``, without None.
        shapes: The other members of the annotation: "int", "float", "bool", "str", "pair", "triple", "four", "list",
            "names", "dict", "other".
        only_integers: No float is accepted anywhere.
        hard_min, hard_max: Bounds, None where there is none.
        excludes_min, excludes_max: Whether the bound itself is refused.
        help: The library's words.
    """

    name: str
    default: Any
    required: bool
    optional: bool
    literals: tuple[Any, ...]
    shapes: frozenset[str]
    only_integers: bool
    hard_min: float | None
    hard_max: float | None
    excludes_min: bool
    excludes_max: bool
    help: str


@cache
def init_parameters(name: str) -> Mapping[str, inspect.Parameter]:
    """Parameters of the constructor, without ``self``, ``strict``, ``p`` and what stands for other images."""
    found = inspect.signature(concrete_classes()[name].__init__).parameters
    apart = {"strict", "p", *OF_OTHER_IMAGES}
    return MappingProxyType({key: found[key] for key in list(found)[1:] if key not in apart})


@cache
def facts_of(name: str) -> tuple[Facts, ...]:
    """Facts about every parameter of a transform, without ``p``."""
    return tuple(_facts(name, parameter) for parameter in init_parameters(name).values())


def _facts(transform: str, parameter: inspect.Parameter) -> Facts:
    field = concrete_classes()[transform].InitSchema.model_fields.get(parameter.name)
    annotation: Any = parameter.annotation if field is None else field.annotation
    members, metadata = _unwrap(annotation)
    metadata = [*(field.metadata if field else ()), *metadata]
    literals = [value for m in members if typing.get_origin(m) is typing.Literal for value in typing.get_args(m)]
    plain = [m for m in members if typing.get_origin(m) is not typing.Literal and m is not types.NoneType]
    low, high, excludes_low, excludes_high = _bounds(metadata)
    coded = CHECKED_IN_CODE.get(f"{transform}.{parameter.name}")
    required = parameter.default is inspect.Parameter.empty
    return Facts(
        name=parameter.name,
        default=None if required else parameter.default,
        required=required,
        optional=types.NoneType in members or None in literals,
        literals=tuple(value for value in literals if value is not None),
        shapes=frozenset(_shape(m) for m in plain),
        only_integers=_only_integers(parameter, plain),
        hard_min=coded[0] if coded else low,
        hard_max=coded[1] if coded else high,
        excludes_min=excludes_low,
        excludes_max=excludes_high,
        help=argument_texts(transform).get(parameter.name, ""),
    )


def _unwrap(annotation: Any) -> tuple[list[Any], list[Any]]:
    """Members of all unions, and the metadata of all ``Annotated``."""
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        inner, *metadata = typing.get_args(annotation)
        members, deeper = _unwrap(inner)
        return members, [*metadata, *deeper]
    if origin in (typing.Union, types.UnionType):
        parts = [_unwrap(part) for part in typing.get_args(annotation)]
        return [m for members, _ in parts for m in members], [d for _, data in parts for d in data]
    return [annotation], []


def _shape(member: Any) -> str:
    if member in (int, float, bool, str):
        return str(member.__name__)
    origin, args = typing.get_origin(member), typing.get_args(member)
    if origin is dict:
        return "dict"
    if origin in (list, Sequence) or (origin is tuple and Ellipsis in args):
        return "names" if any("str" in str(arg) for arg in args) else "list"
    if origin is tuple:
        return {2: "pair", 3: "triple", 4: "four"}.get(len(args), "other")
    return "other"


def _only_integers(parameter: inspect.Parameter, members: Sequence[Any]) -> bool:
    """The signature decides: the schema says float in places where the library rounds to whole numbers."""
    text = str(parameter.annotation)
    return "float" not in text and ("int" in text or all("float" not in str(m) for m in members))


def _bounds(metadata: Sequence[Any]) -> tuple[float | None, float | None, bool, bool]:
    lows: list[tuple[float, bool]] = []
    highs: list[tuple[float, bool]] = []
    for item in metadata:
        for side, value, is_exclusive in _limits_of(item):
            (lows if side == "low" else highs).append((value, is_exclusive))
    low, excludes_low = max(lows) if lows else (None, False)
    high, excludes_high = min(highs, key=lambda pair: (pair[0], not pair[1])) if highs else (None, False)
    return low, high, excludes_low, excludes_high


def _limits_of(item: Any) -> Iterator[tuple[str, float, bool]]:
    match item:
        case annotated_types.Ge(ge=value):
            yield "low", _as_number(value), False
        case annotated_types.Gt(gt=value):
            yield "low", _as_number(value), True
        case annotated_types.Le(le=value):
            yield "high", _as_number(value), False
        case annotated_types.Lt(lt=value):
            yield "high", _as_number(value), True
        case AfterValidator(func=function):
            yield from _limits_of_validator(function)
        case _:
            return


def _limits_of_validator(function: Callable[..., Any]) -> Iterator[tuple[str, float, bool]]:
    name = function.__name__
    if name in _VALIDATOR_MINIMUM:
        yield "low", _VALIDATOR_MINIMUM[name], False
    if "check_range_bounds" in function.__qualname__:
        closed = inspect.getclosurevars(function).nonlocals
        if closed.get("min_val") is not None:
            yield "low", closed["min_val"], not closed.get("min_inclusive", True)
        if closed.get("max_val") is not None:
            yield "high", closed["max_val"], not closed.get("max_inclusive", True)


def _as_number(value: Any) -> float:
    return value if isinstance(value, (int, float)) else float(str(value))
