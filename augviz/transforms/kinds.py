"""Kinds of parameters: one frozen dataclass a kind, and each has one control in :mod:`augviz.ui.controls`.

Values are frozen domain values as a step holds them: None, bool, int, float, str, tuples of these, or an immutabledict
of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Ends = tuple[float, float]

ScalarMeaning = Literal["symmetric", "from zero", "from one", "from three", "around one", "fixed", "refused"]
"""What one number stands for where a range is meant.

``symmetric`` (-v, v) · ``from zero`` (0, v) · ``from one`` (1, v) · ``from three`` (3, v) ·
``around one`` (1 - v, 1 + v), not below 0 · ``fixed`` (v, v) · ``refused`` the library wants two numbers.
"""


class Bounds(NamedTuple):
    """Where a number may lie, and where its slider ends.

    Attributes:
        hard_min, hard_max: What the library accepts; None where it sets no bound. An exclusive bound is moved in.
        slider_min, slider_max: Sensible ends; a value beyond them can be typed.
        step: Smallest useful change.
        is_integer: Whole numbers only.
        is_odd: Odd numbers only (kernels); ``slider_min`` is odd and ``step`` even.
    """

    hard_min: float | None
    hard_max: float | None
    slider_min: float
    slider_max: float
    step: float
    is_integer: bool = False
    is_odd: bool = False

    def holds(self, value: float) -> bool:
        """Whether the library accepts the number, as far as its bounds go."""
        return (self.hard_min is None or value >= self.hard_min) and (self.hard_max is None or value <= self.hard_max)


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """What all kinds share.

    Attributes:
        name: Argument of the class ("blur_limit").
        title: Name for people ("Blur kernel").
        unit: "°", "px", "share", "×" …; may be empty.
        default: The library's default, frozen; None for a required parameter.
        required: There is no default.
        optional: None is accepted.
        none_means: What None does, in words, where it is accepted.
        help: What the library says about it.
        is_rare: Seldom changed (interpolation, border, fill); shown behind "More".
    """

    name: str
    title: str
    unit: str = ""
    default: Any = None
    required: bool = False
    optional: bool = False
    none_means: str = ""
    help: str = ""
    is_rare: bool = False

    @property
    def label(self) -> str:
        """Title with its unit."""
        return f"{self.title} ({self.unit})" if self.unit else self.title


@dataclass(frozen=True, kw_only=True)
class Number(Parameter):
    """One number."""

    bounds: Bounds


@dataclass(frozen=True, kw_only=True)
class Range(Parameter):
    """Two numbers between which a value is drawn; often one number stands for a range."""

    bounds: Bounds
    scalar_means: ScalarMeaning = "refused"

    def ends(self, value: float | Ends) -> Ends:
        """The two ends that a value stands for.

        >>> turn = Bounds(None, None, -180, 180, 1)
        >>> Range(name="limit", title="Angle", bounds=turn, scalar_means="symmetric").ends(15)
        (-15, 15)
        """
        return ends_of(value, self.scalar_means)


@dataclass(frozen=True, kw_only=True)
class Pair(Parameter):
    """Two numbers in a fixed order, such as height and width; not a range.

    Attributes:
        parts: What the two are called.
        parts_optional: Whether each of them may be None.
    """

    bounds: Bounds
    parts: tuple[str, str] = ("height", "width")
    parts_optional: bool = False


@dataclass(frozen=True, kw_only=True)
class AxisRanges(Parameter):
    """A range for x and one for y: a number, a range for both, or ``{"x": …, "y": …}``.

    Attributes:
        neutral: Value of an axis that is not named.
    """

    bounds: Bounds
    neutral: float

    def axes(self, value: Any) -> tuple[Ends, Ends]:
        """Ends for x and for y."""
        if isinstance(value, Mapping):
            return (
                ends_of(value.get("x", self.neutral), "fixed"),
                ends_of(value.get("y", self.neutral), "fixed"),
            )
        both = ends_of(self.neutral if value is None else value, "fixed")
        return both, both


@dataclass(frozen=True, kw_only=True)
class ShareOrPixels(Parameter):
    """A range of lengths: shares of the side when given as floats, pixels when given as whole numbers.

    Source: CoarseDropout's own docstring.
    """

    share: Bounds
    pixels: Bounds


@dataclass(frozen=True, kw_only=True)
class Choice(Parameter):
    """One of several values.

    Attributes:
        options: Values, without None.
        labels: A label for each.
    """

    options: tuple[Any, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Choices(Parameter):
    """Several named choices from one list, as ``{"downscale": 0, "upscale": 0}``."""

    parts: tuple[str, ...]
    options: tuple[Any, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Flag(Parameter):
    """On or off."""


@dataclass(frozen=True, kw_only=True)
class Colour(Parameter):
    """A fill: one number for all channels, one number a channel, or a word such as "random".

    Attributes:
        words: Words that are accepted.
        allows_number: One number for all channels is accepted.
        allows_list: One number a channel is accepted.
        only_integers: Whole numbers only.
    """

    words: tuple[str, ...] = ()
    word_labels: tuple[str, ...] = ()
    allows_number: bool = True
    allows_list: bool = True
    only_integers: bool = False


@dataclass(frozen=True, kw_only=True)
class Area(Parameter):
    """A rectangle as shares of the image: ``(x_min, y_min, x_max, y_max)``, each 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class Sides(Parameter):
    """Amounts at the four sides: one number, two, or four.

    Attributes:
        pair_means: What two numbers mean: a range to draw from, or an amount for (left and right, top and bottom).
        parts: The order of four.
        allows_ranges: Each of the four may be a range ``(low, high)``.
    """

    bounds: Bounds
    pair_means: Literal["range", "across and down"]
    parts: tuple[str, str, str, str]
    allows_ranges: bool = False


@dataclass(frozen=True, kw_only=True)
class Numbers(Parameter):
    """A list of numbers of any length, such as class values or one mean a channel.

    Attributes:
        only_integers: Whole numbers only.
        allows_number: A single number is accepted in place of the list.
        hard_min: Smallest number that is accepted, or None.
    """

    only_integers: bool = True
    allows_number: bool = False
    hard_min: float | None = None


@dataclass(frozen=True, kw_only=True)
class Names(Parameter):
    """A list of class names."""


@dataclass(frozen=True, kw_only=True)
class NoiseForm(Parameter):
    """Ranges whose names depend on another parameter.

    Attributes:
        chosen_by: The other parameter ("noise_type").
        forms: Its value -> the ranges that belong to it, each with the library's default.
        list_fields: Names of fields that hold one range a channel, as a tuple of ranges.
        chosen: Value of the other parameter in the step in view.
    """

    chosen_by: str
    forms: Mapping[str, tuple[Range, ...]] = field(hash=False)
    list_fields: frozenset[str] = frozenset()
    chosen: str = "uniform"


@dataclass(frozen=True, kw_only=True)
class Fixed(Parameter):
    """A parameter that cannot be set here; shown as text.

    Attributes:
        reason: Why not, in one sentence.
    """

    reason: str


KINDS: tuple[type[Parameter], ...] = (
    Number, Range, Pair, AxisRanges, ShareOrPixels, Choice, Choices, Flag, Colour, Area, Sides, Numbers, Names,
    NoiseForm, Fixed,
)  # fmt: skip
"""All kinds; a test asserts that each has a control."""


def ends_of(value: Any, scalar_means: ScalarMeaning) -> Ends:
    """The two ends that a value stands for: a pair as it is, one number by its meaning.

    Raises:
        ValueError: It is neither a number nor a pair of numbers, or one number means nothing here.
    """
    if isinstance(value, tuple) and len(value) == 2 and all(is_number(end) for end in value):
        return value
    if not is_number(value) or scalar_means == "refused":
        raise ValueError(f"{value!r} is not a range")
    low: float = {
        "symmetric": -value,
        "from zero": 0,
        "from one": 1,
        "from three": 3,
        "around one": max(0, 1 - value),
        "fixed": value,
    }[scalar_means]
    high: float = 1 + value if scalar_means == "around one" else value
    return (low, high) if low <= high else (high, low)


def is_number(value: Any) -> bool:
    """Whether a value is an int or a float, and not a bool."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
