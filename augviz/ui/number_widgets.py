"""One number or two as a slider, or typed.

What these widgets show is what they return: a value that nobody touched comes back as the very object that went in. A
value beyond the slider's ends widens the slider; one that runs backwards can only be typed.
"""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from augviz.transforms.kinds import Bounds, Ends
from augviz.ui import knobs
from augviz.ui.knobs import Knob


class Look(NamedTuple):
    """How a widget is shown.

    Attributes:
        label: Its label, with the unit.
        key: Its key, without which Streamlit forgets it.
        help: Tooltip, Markdown.
        is_disabled: Greyed.
        is_typed: A number field in place of the slider.
    """

    label: str
    key: str
    help: str | None = None
    is_disabled: bool = False
    is_typed: bool = False

    def part(self, name: str) -> Look:
        """The look of one part of a control of several widgets."""
        return self._replace(label=f"{self.label}: {name.lower()}", key=f"{self.key}-{name}")


def one_number(look: Look, bounds: Bounds, value: float) -> float:
    """One number.

    Args:
        look: How it is shown.
        bounds: Its slider's ends and hard bounds.
        value: The value in view.

    Returns:
        The same object when untouched, otherwise an int or a float as the bounds say.
    """
    if look.is_typed:
        return _typed(look, bounds, value)
    convert = _converter(bounds, value)
    shown = convert(value)

    def meant(thumb: float) -> float:
        return value if thumb == shown else _rounded(thumb, convert)

    new = st.slider(
        look.label,
        low := convert(min(bounds.slider_min, value)),
        high := convert(max(bounds.slider_max, value)),
        shown,
        convert(bounds.step),
        format=_format(bounds, value),
        key=look.key,
        help=look.help,
        disabled=look.is_disabled,
    )
    if not look.is_disabled:
        knobs.offer(look.key, Knob(low, high, (new,), lambda thumbs: meant(thumbs[0])))
    return meant(new)


def two_numbers(look: Look, bounds: Bounds, value: Ends) -> Ends:
    """Two numbers, the smaller first, as one slider with two thumbs.

    Moving one thumb keeps the other end exact, also where it lies between two steps of the slider.
    """
    low, high = value
    if look.is_typed or low > high:
        left, right = st.columns(2, gap="small")
        with left:
            new_low = _typed(look.part("from")._replace(help=look.help), bounds, low)
        with right:
            new_high = _typed(look.part("to")._replace(help=None), bounds, high)
        return value if (new_low, new_high) == (low, high) else (new_low, new_high)
    convert = _converter(bounds, low, high)
    shown = (convert(low), convert(high))
    half = bounds.step / 2

    def meant(thumbs: tuple[float, ...]) -> Ends:
        if thumbs == shown:
            return value
        kept_low = low if abs(thumbs[0] - low) < half else _rounded(thumbs[0], convert)
        kept_high = high if abs(thumbs[1] - high) < half else _rounded(thumbs[1], convert)
        # Thumbs pushed together: one may stand on a step right beside the other's exact end.
        return min(kept_low, kept_high), max(kept_low, kept_high)

    thumbs = st.slider(
        look.label,
        left_end := convert(min(bounds.slider_min, low)),
        right_end := convert(max(bounds.slider_max, high)),
        shown,
        convert(bounds.step),
        format=_format(bounds, low, high),
        key=look.key,
        help=look.help,
        disabled=look.is_disabled,
    )
    if not look.is_disabled:
        knobs.offer(look.key, Knob(left_end, right_end, thumbs, meant))
    return meant(thumbs)


def _typed(look: Look, bounds: Bounds, value: float) -> float:
    convert = _converter(bounds, value)
    shown = convert(value)
    new = st.number_input(
        look.label,
        min_value=None if bounds.hard_min is None else convert(min(bounds.hard_min, value)),
        max_value=None if bounds.hard_max is None else convert(max(bounds.hard_max, value)),
        value=shown,
        step=convert(bounds.step),
        format=None if convert is int else "%.10g",
        key=look.key,
        help=look.help,
        disabled=look.is_disabled,
    )
    return value if new is None or new == shown else _rounded(new, convert)


def _converter(bounds: Bounds, *values: float) -> type[int] | type[float]:
    """Sliders want ints throughout or floats throughout; a file may hold 0.5 where whole numbers are meant."""
    return int if bounds.is_integer and all(float(value).is_integer() for value in values) else float


def _rounded(value: float, convert: type[int] | type[float]) -> float:
    return int(value) if convert is int else round(float(value), 10)


def _format(bounds: Bounds, *values: float) -> str:
    """As many decimals as the step has, so that the thumb reads 0.35 and not 0.35000000000000003."""
    if _converter(bounds, *values) is int:
        return "%d"
    step = f"{bounds.step:.10f}".rstrip("0")
    decimals = max(len(step.partition(".")[2]), 1 if any(not float(value).is_integer() for value in values) else 0)
    return f"%.{decimals}f"
