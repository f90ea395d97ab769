"""Values of a step as a person writes them: "rotation ±15°, scale ×0.85…1.15"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from augviz.errors import PipelineError
from augviz.pipeline.spec import Step
from augviz.pipeline.worded import plain_range, worded
from augviz.transforms import catalogue
from augviz.transforms.kinds import Parameter, is_number

UNSAID = frozenset(
    {"keep_ratio", "fit_output", "rotate_method", "flare_roi", "shadow_roi", "per_channel", "mode", "method"}
)
"""Parameters that say how something is done and not how far it goes; the page Pipeline shows them."""


def values_in_words(step: Step) -> str:
    """How far a step goes: the parameters that were set, without those that change nothing or are seldom touched.

    Args:
        step: The step; parameters that the catalogue does not know are left out.

    >>> values_in_words(Step("Affine", {"rotate": (-15, 15), "shear": {"x": (-8, 8), "y": (0, 0)}}))
    'rotation ±15°, shear x ±8°'
    """
    try:
        entry = catalogue.entry(step.name)
        told = [(entry.parameter(name), value) for name, value in step.params.items()]
    except PipelineError:
        return ""
    said = [_said(parameter, value) for parameter, value in told if _is_told(parameter)]
    return ", ".join(text for text in said if text)


def _is_told(parameter: Parameter) -> bool:
    return not parameter.is_rare and parameter.name not in UNSAID


def _said(parameter: Parameter, value: Any) -> str:
    plain = plain_range(value, parameter)
    title = parameter.title[:1].lower() + parameter.title[1:]
    if isinstance(plain, Mapping):
        parts = [f"{key} {text}" for key, text in _by_key(parameter, plain)]
        return f"{title} {', '.join(parts)}" if parts else ""
    return "" if _is_nothing(plain, parameter) else f"{title} {_measure(plain, parameter)}"


def _by_key(parameter: Parameter, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in values.items():
        if not _is_nothing(value, parameter):
            yield key, _measure(value, parameter)


def _is_nothing(value: Any, parameter: Parameter) -> bool:
    """Whether a range has no room and stands where its quantity changes nothing."""
    ends = value if isinstance(value, tuple) else (value,)
    if len(ends) != 2 or not all(is_number(end) for end in ends):
        return False
    return set(ends) == ({1} if parameter.unit == "×" else {0})


def _measure(value: Any, parameter: Parameter) -> str:
    """A value with its unit: "±15°", "×0.85…1.15", "±6%"."""
    unit = parameter.unit
    if unit in ("share", "± ×") and _is_numbers(value):
        value, unit = _times_hundred(value), "%"
    text = _range(value, parameter)
    if unit == "×":
        return f"×{text}"
    return f"{text}{'' if unit in ('', '°', '%') else ' '}{unit}"


def _range(value: Any, parameter: Parameter) -> str:
    if isinstance(value, tuple) and len(value) == 2 and _is_numbers(value):
        low, high = value
        if low == high:
            return worded(low)
        if low == -high:
            return f"±{worded(high)}"
        return f"{worded(low)}…{worded(high)}"
    return worded(value, parameter)


def _is_numbers(value: Any) -> bool:
    return all(is_number(each) for each in (value if isinstance(value, tuple) else (value,)))


def _times_hundred(value: Any) -> Any:
    return tuple(_hundredth(each) for each in value) if isinstance(value, tuple) else _hundredth(value)


def _hundredth(share: float) -> float:
    return round(100 * share, 3)
