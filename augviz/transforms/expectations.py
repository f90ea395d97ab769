"""What a parameter accepts, in words: the mend of every refused value."""

from __future__ import annotations

from functools import singledispatch

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
)


def expectation(parameter: Parameter) -> str:
    """What a parameter accepts ("two numbers of at least 0, the smaller first, or nothing")."""
    text = _expectation(parameter)
    return f"{text}, or nothing" if parameter.optional else text


def within(bounds: Bounds) -> str:
    """Bounds in words, with a leading space; empty where there are none.

    >>> within(Bounds(0, None, 0, 10, 1))
    ' of at least 0'
    """
    if bounds.hard_min is not None and bounds.hard_max is not None:
        return f" from {bounds.hard_min:g} to {bounds.hard_max:g}"
    if bounds.hard_min is not None:
        return f" of at least {bounds.hard_min:g}"
    return f" of at most {bounds.hard_max:g}" if bounds.hard_max is not None else ""


def _number_word(bounds: Bounds, plural: bool = False) -> str:
    word = "whole number" if bounds.is_integer else "number"
    return f"{word}s{within(bounds)}" if plural else f"{word}{within(bounds)}"


@singledispatch
def _expectation(parameter: Parameter) -> str:
    raise TypeError(f"no words for the kind {type(parameter).__name__}")


@_expectation.register
def _(parameter: Number) -> str:
    return f"a {_number_word(parameter.bounds)}"


@_expectation.register
def _(parameter: Range) -> str:
    text = f"two {_number_word(parameter.bounds, plural=True)}, the smaller first"
    return text if parameter.scalar_means == "refused" else f"{text}, or one number"


@_expectation.register
def _(parameter: Pair) -> str:
    first, second = parameter.parts
    return f"two {_number_word(parameter.bounds, plural=True)} ({first.lower()}, {second.lower()})"


@_expectation.register
def _(parameter: AxisRanges) -> str:
    return f"a number{within(parameter.bounds)}, two for a range, or one of these for each of x and y"


@_expectation.register
def _(_parameter: ShareOrPixels) -> str:
    return "two shares from 0 to 1 with a decimal point, or two whole numbers of pixels, the smaller first"


@_expectation.register
def _(parameter: Choice) -> str:
    return f"one of {', '.join(str(option) for option in parameter.options)}"


@_expectation.register
def _(parameter: Choices) -> str:
    return f"one of {', '.join(map(str, parameter.options))} for each of {' and '.join(parameter.parts)}"


@_expectation.register
def _(_parameter: Flag) -> str:
    return "true or false"


@_expectation.register
def _(parameter: Colour) -> str:
    forms = ["one number"] if parameter.allows_number else []
    forms += ["one number for each channel"] if parameter.allows_list else []
    forms += list(parameter.words)
    return " or ".join(forms)


@_expectation.register
def _(_parameter: Area) -> str:
    return "four shares from 0 to 1: left, top, right, bottom"


@_expectation.register
def _(parameter: Sides) -> str:
    return f"one {_number_word(parameter.bounds)}, two, or four ({', '.join(parameter.parts).lower()})"


@_expectation.register
def _(parameter: Numbers) -> str:
    word = "whole numbers" if parameter.only_integers else "numbers"
    return f"a list of {word}"


@_expectation.register
def _(_parameter: Names) -> str:
    return "a list of class names"


@_expectation.register
def _(parameter: NoiseForm) -> str:
    return f"ranges by name, as {parameter.chosen_by} wants them"


@_expectation.register
def _(_parameter: Fixed) -> str:
    return "left as it is"
