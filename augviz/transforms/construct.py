"""From a step's values to a transform of the library, or to one clear sentence.

The library warns about an argument that it does not know and goes on with defaults; here that is an error. It checks
some values only when it runs; :mod:`augviz.transforms.limits` and :mod:`augviz.transforms.cross_rules` look first.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from albumentations.core.transforms_interface import BasicTransform
from pydantic import ValidationError

from augviz.errors import PipelineError
from augviz.transforms.catalogue import TENSOR_NAME, TransformEntry, entry
from augviz.transforms.cross_rules import check_cross_rules, check_order
from augviz.transforms.expectations import expectation
from augviz.transforms.introspection import CHECKED_IN_CODE, init_parameters
from augviz.transforms.kinds import (
    Area,
    AxisRanges,
    Colour,
    Fixed,
    Flag,
    NoiseForm,
    Number,
    Numbers,
    Pair,
    Parameter,
    Range,
    ShareOrPixels,
    Sides,
    is_number,
)
from augviz.transforms.library import concrete_classes
from augviz.transforms.limits import check_limits
from augviz.transforms.other_images import OTHER_IMAGES
from augviz.transforms.quiet import built_quietly
from augviz.transforms.starting import starting_params
from augviz.transforms.values import Params, as_argument, frozen

__all__ = ["check", "exportable", "make", "notes", "settings_of", "signature_defaults", "starting_params"]

_NOTES: Mapping[str, tuple[str, ...]] = {
    "ShiftScaleRotate": (
        "The library calls it a special case of Affine and warns when it is built; the result is the same.",
        "It scales x and y apart, so it changes the aspect ratio; Affine with the same scale for both axes does not.",
    ),
    "PlasmaShadow": ("The library ignores plasma_size here; it is neither set nor exported.",),
    TENSOR_NAME: ("It needs PyTorch where the pipeline is loaded; the picture is shown without it.",),
}

_NUMERIC = (Number, Range, Pair, AxisRanges, ShareOrPixels, Area, Sides, Numbers, NoiseForm)

_WARNING_CLASSES = frozenset({"ShiftScaleRotate"})
"""Classes whose constructor always warns; measured by building all with their defaults."""


def make(name: str, params: Mapping[str, Any], p: float) -> BasicTransform:
    """Build a transform of the catalogue.

    Args:
        name: Class name; only names in the catalogue are built.
        params: Values by argument name, frozen or not.
        p: Probability, 0 to 1.

    Raises:
        PipelineError: The name is not offered, an argument is unknown or missing, a value is refused, or values
            contradict each other. Says which and what mends it.
    """
    found = entry(name)
    _check_probability(name, p)
    given = {key: frozen(value) for key, value in params.items()}
    _check_names(found, given)
    check_limits(name, given)
    _check_given(found, given)
    _check_together(found, given)
    cls = concrete_classes().get(name)
    if cls is None:
        raise PipelineError(f"{name} needs PyTorch, which is not installed", mend="It can be exported all the same.")
    return _built(cls, found, {**_arguments(found, given), "p": float(p)})


def check(name: str, params: Mapping[str, Any]) -> None:
    """Whether a transform can be built from these values.

    Raises:
        PipelineError: As :func:`make`.
    """
    if name == TENSOR_NAME:
        _check_names(entry(name), params)
        return
    make(name, params, 1.0)


def signature_defaults(name: str) -> Params:
    """Every parameter that has a default, with it; without ``p`` and ``strict``.

    Raises:
        PipelineError: The name is not offered.
    """
    cls = concrete_classes().get(name)
    if cls is None:
        return Params({parameter.name: parameter.default for parameter in entry(name).parameters})
    entry(name)
    return Params(
        {
            key: frozen(parameter.default)
            for key, parameter in init_parameters(name).items()
            if parameter.default is not inspect.Parameter.empty
        }
    )


def settings_of(transform: BasicTransform) -> dict[str, Any]:
    """What a transform was built with, as ``to_dict_private`` gives it, but without what stands for other images; the
    library refuses to say it of transforms that take reference images.
    """
    name = type(transform).__name__
    if name not in OTHER_IMAGES:
        settings: dict[str, Any] = transform.to_dict_private()
        return settings
    return {
        "__class_fullname__": name,
        "p": transform.p,
        **{key: getattr(transform, key) for key in init_parameters(name)},
    }


def exportable(name: str) -> bool:
    """Whether ``A.load`` can build it from a file: everything that is offered, given PyTorch for ToTensorV2."""
    entry(name)
    return True


def notes(name: str) -> tuple[str, ...]:
    """What one should know about a transform, in sentences; mostly nothing."""
    entry(name)
    return _NOTES.get(name, ())


def _check_probability(name: str, p: float) -> None:
    if not is_number(p) or not 0 <= p <= 1:
        raise PipelineError(f"p must be a number from 0 to 1, got {p!r}", where=name)


def _check_names(found: TransformEntry, given: Mapping[str, Any]) -> None:
    for key in given:
        found.parameter(key)
    missing = [parameter for parameter in found.parameters if parameter.required and parameter.name not in given]
    if missing:
        raise PipelineError(
            f"{missing[0].name} must be given", where=found.name, mend=f"It is {expectation(missing[0])}."
        )


def _check_given(found: TransformEntry, given: Mapping[str, Any]) -> None:
    """What the library would raise, adjust or ignore without an error."""
    for key, value in given.items():
        parameter = found.parameter(key)
        if isinstance(parameter, Fixed) and value not in (None, (), parameter.default):
            raise PipelineError("it cannot be set", where=f"{found.name}.{key}", mend=parameter.reason)
        if not _has_its_type(parameter, value):
            raise _refused(found, parameter, value)
        _check_coded_bounds(found, parameter, value)


def _has_its_type(parameter: Parameter, value: Any) -> bool:
    """Whether no word stands for a number or a switch: the library reads ``"100000"`` as 100000, past all limits."""
    if value is None:
        return True
    if isinstance(parameter, Flag):
        return isinstance(value, bool)
    if isinstance(parameter, Colour):
        return all(is_number(leaf) or leaf in parameter.words for leaf in _leaves(value))
    return not isinstance(parameter, _NUMERIC) or all(is_number(leaf) for leaf in _leaves(value) if leaf is not None)


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, (tuple, Mapping)):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _leaves(item)
    else:
        yield value


def _check_coded_bounds(found: TransformEntry, parameter: Parameter, value: Any) -> None:
    """Bounds that the library does not hold one number to, or adjusts with a warning (kernels below 3)."""
    if not isinstance(parameter, Range) or f"{found.name}.{parameter.name}" not in CHECKED_IN_CODE:
        return
    try:
        ends = parameter.ends(value)
    except ValueError:
        return  # not a range at all: the library's own check says so
    if not all(parameter.bounds.holds(end) for end in ends):
        raise _refused(found, parameter, value)


def _check_together(found: TransformEntry, given: Mapping[str, Any]) -> None:
    values = {parameter.name: parameter.default for parameter in found.parameters} | dict(given)
    check_order(found.name, values)
    try:
        check_cross_rules(found.name, values)
    except (TypeError, ValueError):
        return  # a value has a shape that no rule can judge: the library's own check names it


def _arguments(found: TransformEntry, given: Mapping[str, Any]) -> dict[str, Any]:
    fixed = {parameter.name for parameter in found.parameters if isinstance(parameter, Fixed)}
    return {key: as_argument(value) for key, value in given.items() if key not in fixed}


def _built(cls: type[BasicTransform], found: TransformEntry, arguments: dict[str, Any]) -> BasicTransform:
    try:
        if found.name in _WARNING_CLASSES or _has_even_kernel(found, arguments):
            return built_quietly(cls, arguments)
        return cls(**arguments)
    except ValueError as error:
        raise _sentence(found, arguments, error) from error
    except TypeError as error:
        raise PipelineError(f"the values do not fit together ({error})", where=found.name) from error


def _has_even_kernel(found: TransformEntry, arguments: Mapping[str, Any]) -> bool:
    """The library makes even kernels odd with a warning; so do we, without."""
    for parameter in found.parameters:
        bounds = getattr(parameter, "bounds", None)
        value = arguments.get(parameter.name)
        ends = value if isinstance(value, tuple) else (value,)
        if bounds is not None and bounds.is_odd and any(is_number(end) and end % 2 == 0 for end in ends):
            return True
    return False


def _sentence(found: TransformEntry, arguments: Mapping[str, Any], error: ValueError) -> PipelineError:
    """One sentence from a pydantic error, which may hold one for each member of a union."""
    cause = error.__cause__
    if not isinstance(cause, ValidationError):
        return PipelineError(_lower_first(str(error).splitlines()[0]), where=found.name)
    details = cause.errors(include_url=False)
    own = [detail for detail in details if detail["type"] == "value_error"]
    first = (own or details)[0]
    if not first["loc"]:
        return PipelineError(_lower_first(first["msg"].removeprefix("Value error, ")), where=found.name)
    name = str(first["loc"][0])
    if name not in {parameter.name for parameter in found.parameters}:  # a model inside the model, as for noise_params
        return PipelineError(_lower_first(first["msg"].removeprefix("Value error, ")), where=f"{found.name} ({name})")
    return _refused(found, found.parameter(name), arguments.get(name))


def _refused(found: TransformEntry, parameter: Parameter, value: Any) -> PipelineError:
    return PipelineError(
        f"{value!r} is not accepted",
        where=f"{found.name}.{parameter.name}",
        mend=f"It must be {expectation(parameter)}.",
    )


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
