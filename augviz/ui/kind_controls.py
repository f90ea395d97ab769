"""One control for each kind of parameter: it shows a domain value and returns the new one.

An untouched control returns the very value that it was given, so that showing a step never changes it. Values of a
shape that a control cannot edit (they come from files) are shown as text and kept.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial, singledispatch
from typing import Any, TypeVar

import streamlit as st
from immutabledict import immutabledict

from augviz.transforms.companions import starting_value
from augviz.transforms.kinds import (
    Area,
    AxisRanges,
    Bounds,
    Choice,
    Choices,
    Colour,
    Fixed,
    Flag,
    Names,
    NoiseForm,
    Number,
    Numbers,
    Pair,
    Parameter,
    Range,
    ShareOrPixels,
    Sides,
    ends_of,
    is_number,
)
from augviz.ui.knobs import within
from augviz.ui.number_widgets import Look, one_number, two_numbers
from augviz.ui.text import escaped

T = TypeVar("T")

_SHARE = Bounds(0.0, 1.0, 0.0, 1.0, 0.01)
_BYTE = Bounds(None, None, 0.0, 255.0, 1.0)


@singledispatch
def control(
    parameter: Parameter,
    value: Any,  # noqa: ARG001 - the signature that each kind implements
    *,
    key: str,  # noqa: ARG001
    disabled_reason: str | None = None,  # noqa: ARG001
    typed: bool = False,  # noqa: ARG001
) -> Any:
    """Show a parameter's value and return the new one.

    Args:
        parameter: What it is.
        value: The domain value in view.
        key: Key of the widgets; it must change when the value changes by other means than this control.
        disabled_reason: Why the parameter has no effect now; the control is greyed and says so.
        typed: Number fields in place of sliders.

    Returns:
        The new domain value; the same object when untouched.

    Raises:
        TypeError: The kind has no control.
    """
    raise TypeError(f"no control for the kind {type(parameter).__name__}")


@control.register
def _(parameter: Number, value: Any, *, key: str, disabled_reason: str | None = None, typed: bool = False) -> Any:
    look = _look(parameter, key, disabled_reason, typed)

    def draw(shown: Any) -> Any:
        return one_number(look, parameter.bounds, shown) if is_number(shown) else _as_written(look, shown)

    return _or_nothing(parameter, value, look, draw)


@control.register
def _(parameter: Range, value: Any, *, key: str, disabled_reason: str | None = None, typed: bool = False) -> Any:
    look = _look(parameter, key, disabled_reason, typed)
    return _or_nothing(parameter, value, look, lambda shown: _range(look, parameter, shown))


@control.register
def _(parameter: Pair, value: Any, *, key: str, disabled_reason: str | None = None, typed: bool = False) -> Any:
    look = _look(parameter, key, disabled_reason, typed)
    return _or_nothing(parameter, value, look, lambda shown: _pair(look, parameter, shown))


@control.register
def _(parameter: AxisRanges, value: Any, *, key: str, disabled_reason: str | None = None, typed: bool = False) -> Any:
    look = _look(parameter, key, disabled_reason, typed)
    return _or_nothing(parameter, value, look, lambda shown: _axes(look, parameter, shown))


@control.register
def _(
    parameter: ShareOrPixels, value: Any, *, key: str, disabled_reason: str | None = None, typed: bool = False
) -> Any:
    look = _look(parameter, key, disabled_reason, typed)
    if not _is_pair(value):
        return _as_written(look, value)
    in_pixels = all(isinstance(end, int) for end in value)
    mode = _mode(look, ("share", "pixels"), "pixels" if in_pixels else "share", f"{parameter.title} in")
    if mode == ("pixels" if in_pixels else "share"):
        bounds = parameter.pixels if in_pixels else parameter.share
        return two_numbers(look._replace(label=f"{parameter.title} ({mode})"), bounds, value)
    return (16, 32) if mode == "pixels" else (0.1, 0.2)


@control.register
def _(parameter: Choice, value: Any, *, key: str, disabled_reason: str | None = None, typed: bool = False) -> Any:
    look = _look(parameter, key, disabled_reason, typed)
    labels = dict(zip(parameter.options, parameter.labels, strict=True))
    if parameter.optional:
        labels = {None: parameter.none_means.capitalize(), **labels}
    labels.setdefault(value, str(value))
    return _select(look, labels, value)


@control.register
def _(parameter: Choices, value: Any, *, key: str, disabled_reason: str | None = None, typed: bool = False) -> Any:
    look = _look(parameter, key, disabled_reason, typed)
    if not isinstance(value, Mapping):
        return _as_written(look, value)
    labels = dict(zip(parameter.options, parameter.labels, strict=True))
    new = {
        part: _select(look.part(part), labels | {value[part]: labels.get(value[part], "")}, value[part])
        for part in value
    }
    return value if new == dict(value) else immutabledict(new)


@control.register
def _(parameter: Flag, value: Any, *, key: str, disabled_reason: str | None = None, typed: bool = False) -> Any:
    look = _look(parameter, key, disabled_reason, typed)
    new = st.toggle(look.label, bool(value), key=look.key, help=look.help, disabled=look.is_disabled)
    return value if new == bool(value) else new


@control.register
def _(parameter: Colour, value: Any, *, key: str, disabled_reason: str | None = None, typed: bool = False) -> Any:
    return _colour(_look(parameter, key, disabled_reason, typed), parameter, value)


@control.register
def _(parameter: Area, value: Any, *, key: str, disabled_reason: str | None = None, typed: bool = False) -> Any:
    look = _look(parameter, key, disabled_reason, typed)
    if not isinstance(value, tuple) or len(value) != 4 or not all(map(is_number, value)):
        return _as_written(look, value)
    left, top, right, bottom = value
    with within(lambda moved: (moved[0], down[0], moved[1], down[1])):
        across = two_numbers(look.part("Across"), _SHARE, (left, right))
    with within(lambda moved: (across[0], moved[0], across[1], moved[1])):
        down = two_numbers(look.part("Down"), _SHARE, (top, bottom))
    new = (across[0], down[0], across[1], down[1])
    return value if new == value else new


@control.register
def _(parameter: Sides, value: Any, *, key: str, disabled_reason: str | None = None, typed: bool = False) -> Any:
    look = _look(parameter, key, disabled_reason, typed)
    return _or_nothing(parameter, value, look, lambda shown: _sides(look, parameter, shown))


@control.register
def _(parameter: Numbers, value: Any, *, key: str, disabled_reason: str | None = None, typed: bool = False) -> Any:
    look = _look(parameter, key, disabled_reason, typed)
    return _text_list(look, value, lambda text: _parsed_numbers(parameter, text), parameter.none_means)


@control.register
def _(parameter: Names, value: Any, *, key: str, disabled_reason: str | None = None, typed: bool = False) -> Any:
    look = _look(parameter, key, disabled_reason, typed)
    return _text_list(look, value, _parsed_names, parameter.none_means)


@control.register
def _(parameter: NoiseForm, value: Any, *, key: str, disabled_reason: str | None = None, typed: bool = False) -> Any:
    fields = parameter.forms.get(parameter.chosen, ())
    given = value if isinstance(value, Mapping) else {}
    shown = {field.name: given.get(field.name, _field_default(parameter, field)) for field in fields}
    new = dict(shown)
    for field in fields:
        look = _look(field, f"{key}-{field.name}", disabled_reason, typed)
        with within(partial(_with_entry, new, field.name)):
            new[field.name] = _noise_field(parameter, field, shown[field.name], look)
    return value if new == shown else immutabledict(new)


@control.register
def _(parameter: Fixed, value: Any, *, key: str, disabled_reason: str | None = None, typed: bool = False) -> Any:
    _as_written(_look(parameter, key, disabled_reason or parameter.reason, typed), value)
    return value


def _look(parameter: Parameter, key: str, disabled_reason: str | None, typed: bool) -> Look:
    return Look(parameter.label, key, help_text(parameter, disabled_reason), disabled_reason is not None, typed)


def help_text(parameter: Parameter, disabled_reason: str | None = None) -> str | None:
    """Tooltip of a parameter: why it is greyed, then the library's own words, as Markdown that shows them literally."""
    lines = [line for line in (disabled_reason, *parameter.help.splitlines()) if line]
    return "\n\n".join(escaped(line) for line in lines) or None


def _or_nothing(parameter: Parameter, value: T, look: Look, draw: Callable[[Any], Any]) -> Any:
    """A box for None before the control, where None is accepted."""
    if not parameter.optional:
        return draw(value)
    is_nothing = st.checkbox(
        f"{parameter.title}: {parameter.none_means}",
        value is None,
        key=f"{look.key}-nothing",
        help=look.help,
        disabled=look.is_disabled,
    )
    if is_nothing:
        return None
    return draw(starting_value(parameter) if value is None else value)


def _range(look: Look, parameter: Range, value: Any) -> Any:
    try:
        ends = parameter.ends(value)
    except ValueError:
        return _as_written(look, value)
    new = two_numbers(look, parameter.bounds, ends)
    return value if new == ends else new


def _pair(look: Look, parameter: Pair, value: Any) -> Any:
    if not isinstance(value, tuple) or len(value) != 2:
        return _as_written(look, value)
    new = list(value)
    for place, (column, part) in enumerate(zip(st.columns(2, gap="small"), parameter.parts, strict=True)):
        with column, within(partial(_with_item, new, place)):
            new[place] = _part(look.part(part), parameter, value[place])
    return value if tuple(new) == value else tuple(new)


def _with_item(items: Sequence[Any], place: int, item: Any) -> tuple[Any, ...]:
    return tuple(item if i == place else other for i, other in enumerate(items))


def _with_entry(entries: Mapping[str, Any], name: str, entry: Any) -> immutabledict[str, Any]:
    return immutabledict({**entries, name: entry})


def _part(look: Look, parameter: Pair, value: Any) -> Any:
    single = Number(
        name=parameter.name,
        title=look.label,
        optional=parameter.parts_optional,
        none_means="free",
        bounds=parameter.bounds,
        default=256 if parameter.parts_optional else None,
    )

    def draw(shown: Any) -> Any:
        return one_number(look, parameter.bounds, shown) if is_number(shown) else _as_written(look, shown)

    return _or_nothing(single, value, look, draw)


def _axes(look: Look, parameter: AxisRanges, value: Any) -> Any:
    try:
        across, down = parameter.axes(value)
    except ValueError:
        return _as_written(look, value)
    was_apart = isinstance(value, Mapping)
    apart = st.toggle(
        f"{parameter.title}: x and y apart",
        was_apart,
        key=f"{look.key}-apart",
        help=look.help,
        disabled=look.is_disabled,
    )
    if not apart:
        new = two_numbers(look, parameter.bounds, across)
        return value if new == across and not was_apart else new
    with within(lambda moved: immutabledict({"x": moved, "y": new_down})):
        new_across = two_numbers(look.part("X"), parameter.bounds, across)
    with within(lambda moved: immutabledict({"x": new_across, "y": moved})):
        new_down = two_numbers(look.part("Y"), parameter.bounds, down)
    if was_apart and (new_across, new_down) == (across, down):
        return value
    return immutabledict({"x": new_across, "y": new_down})


def _colour(look: Look, parameter: Colour, value: Any) -> Any:
    labels: dict[Any, str] = {None: parameter.none_means.capitalize()} if parameter.optional else {}
    labels |= {"grey": "One value"} if parameter.allows_number else {}
    labels |= {"colour": "Colour"} if parameter.allows_list else {}
    labels |= dict(zip(parameter.words, parameter.word_labels, strict=True))
    mode = _colour_mode(value)
    labels.setdefault(mode, str(value))
    chosen = mode
    if len(labels) > 1:
        chosen = _select(look, labels, mode)
        look = look.part("value")._replace(help=None)
    if chosen not in ("grey", "colour"):
        return value if chosen == mode else chosen
    if chosen == "grey":
        return one_number(look, _BYTE, value if mode == "grey" else 0)
    return _colour_list(look, value if mode == "colour" else (128, 128, 128))


def _colour_mode(value: Any) -> Any:
    if is_number(value):
        return "grey"
    return "colour" if isinstance(value, tuple) else value


def _colour_list(look: Look, value: tuple[Any, ...]) -> Any:
    is_plain = len(value) == 3 and all(is_number(v) and float(v).is_integer() and 0 <= v <= 255 for v in value)
    if not is_plain:
        return _text_list(look, value, _parsed_floats, "")
    shown = "#" + "".join(f"{int(channel):02x}" for channel in value)
    new = st.color_picker(look.label, shown, key=look.key, help=look.help, disabled=look.is_disabled)
    return value if new == shown else tuple(int(new[i : i + 2], 16) for i in (1, 3, 5))


def _sides(look: Look, parameter: Sides, value: Any) -> Any:
    mode = _sides_mode(parameter, value)
    if mode is None:
        return _as_written(look, value)
    pair = "drawn" if parameter.pair_means == "range" else "across, down"
    chosen = _mode(
        look, ("all alike", pair, "each side"), {"one": "all alike", "two": pair, "four": "each side"}[mode], ""
    )
    wanted = {"all alike": "one", pair: "two", "each side": "four"}[chosen]
    shown = value if wanted == mode else _sides_value(parameter, wanted, value)
    if wanted == "one":
        return one_number(look, parameter.bounds, shown)
    if wanted == "two" and parameter.pair_means == "range":
        return two_numbers(look, parameter.bounds, shown)
    parts = ("Left and right", "Top and bottom") if wanted == "two" else parameter.parts
    new = list(shown)
    for place, part in enumerate(parts):
        with within(partial(_with_item, new, place)):
            new[place] = _side(look.part(part), parameter, shown[place])
    return value if tuple(new) == value else tuple(new)


def _sides_mode(parameter: Sides, value: Any) -> str | None:
    if is_number(value):
        return "one"
    if not isinstance(value, tuple):
        return None
    if len(value) == 2 and all(map(is_number, value)):
        return "two"
    usable = all(is_number(side) or (parameter.allows_ranges and _is_pair(side)) for side in value)
    return "four" if len(value) == 4 and usable else None


def _sides_value(parameter: Sides, wanted: str, value: Any) -> Any:
    """The nearest value of another shape."""
    numbers = [end for side in (value if isinstance(value, tuple) else (value,)) for end in _flat(side)]
    low, high = min(numbers), max(numbers)
    if wanted == "one":
        return high
    if wanted == "two":
        return (low, high) if parameter.pair_means == "range" else (high, high)
    side = (low, high) if parameter.allows_ranges and low != high else high
    return (side,) * 4


def _flat(side: Any) -> tuple[float, ...]:
    return side if isinstance(side, tuple) else (side,)


def _side(look: Look, parameter: Sides, value: Any) -> Any:
    if not parameter.allows_ranges:
        return one_number(look, parameter.bounds, value)
    ends = ends_of(value, "fixed")
    new = two_numbers(look, parameter.bounds, ends)
    return value if new == ends else new


def _noise_field(parameter: NoiseForm, field: Range, value: Any, look: Look) -> Any:
    if field.name not in parameter.list_fields:
        return _range(look, field, value)
    if not isinstance(value, tuple) or not all(map(_is_pair, value)):
        return _as_written(look, value)
    new = list(value)
    for place, ends in enumerate(value):
        with within(partial(_with_item, new, place)):
            new[place] = _range(look.part(f"channel {place + 1}") if len(value) > 1 else look, field, ends)
    return tuple(new)


def _field_default(parameter: NoiseForm, field: Range) -> Any:
    return (field.default,) if field.name in parameter.list_fields else field.default


def _mode(look: Look, options: Sequence[str], value: str, label: str) -> str:
    """A row of buttons that chooses the shape of a value."""
    chosen = st.segmented_control(
        label or look.label,
        options,
        default=value,
        required=True,
        key=f"{look.key}-mode",
        disabled=look.is_disabled,
        help=look.help,
    )
    return value if chosen is None else str(chosen)


def _select(look: Look, labels: Mapping[Any, str], value: Any) -> Any:
    options = list(labels)
    chosen = st.selectbox(
        look.label,
        options,
        options.index(value),
        format_func=lambda option: labels[option],
        key=look.key,
        help=look.help,
        disabled=look.is_disabled,
    )
    return value if chosen == value else chosen


def _as_written(look: Look, value: T) -> T:
    """A value that cannot be edited here, as text."""
    text = "none" if value is None else json.dumps(value, default=_plain)
    st.text_input(look.label, text, key=look.key, help=look.help, disabled=True)
    return value


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else str(value)


def _text_list(look: Look, value: Any, parse: Callable[[str], Any], none_means: str) -> Any:
    shown = ", ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)
    new = st.text_input(
        look.label,
        shown,
        key=look.key,
        help=look.help,
        disabled=look.is_disabled,
        placeholder=none_means.capitalize() or None,
    )
    if new == shown:
        return value
    try:
        return parse(new)
    except ValueError as error:
        st.error(escaped(str(error)))
        return value


def _parsed_numbers(parameter: Numbers, text: str) -> Any:
    convert = _whole if parameter.only_integers else _finite
    values = tuple(convert(word) for word in _words(text))
    if not values and parameter.optional:
        return None
    return values[0] if parameter.allows_number and len(values) == 1 else values


def _parsed_floats(text: str) -> Any:
    values = tuple(_finite(word) for word in _words(text))
    if not values:
        raise ValueError("One number for each channel is needed, separated by commas.")
    return values


def _parsed_names(text: str) -> Any:
    return tuple(word.strip() for word in text.split(",") if word.strip()) or None


def _words(text: str) -> list[str]:
    return text.replace(",", " ").replace(";", " ").split()


def _whole(word: str) -> int:
    try:
        return int(word)
    except ValueError:
        raise ValueError(f"“{word}” is not a whole number. Separate several with commas.") from None


def _finite(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"“{word}” is not a number. Separate several with commas.")
    return number


def _is_pair(value: Any) -> bool:
    return isinstance(value, tuple) and len(value) == 2 and all(map(is_number, value))
