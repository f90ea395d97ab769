"""How a model is used: how a picture is brought into its form, and what its answer means."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from augviz.errors import InputError

Layout = Literal["NCHW", "NHWC"]
Channels = Literal["RGB", "BGR", "grey", "as they are"]
Fit = Literal["stretch", "centre", "none"]
Scale = Literal["0..1", "0..255"]
OutputKind = Literal["classes", "pixels", "boxes"]
Values = Literal["logits", "probabilities"]

MOST_SIDE_PX = 4096
"""Longest side of a model's input."""

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
"""Mean and standard deviation of ImageNet's channels, 0..1: what most published models were trained with."""


@dataclass(frozen=True)
class ModelCard:
    """Everything one has to know about a model to use it.

    A pixel goes in as ``(value - mean) / std``, with the value in the range that ``scale`` names.

    Attributes:
        name: Name for people.
        layout: Order of the axes: batch, channels, height, width, or channels last.
        channels: What the channels are; a picture of another kind is converted, but for "as they are".
        size_hw: Height and width that it takes in px, or None for any.
        fit: How a picture gets that size: "stretch", "centre" (its shorter side is resized, then the middle is cut
            out), or "none" where any size is taken.
        centre_share: For "centre": side of what is cut out over the shorter side before, 0..1; 224/256 = 0.875 is what
            most classifiers are tested with.
        scale: Range of the values before mean and standard deviation.
        mean, std: One number, or one a channel.
        output: What it says: one class an image, one class a pixel, or boxes.
        values: Whether scores of classes are logits or probabilities; boxes always have probabilities.
        class_names: Names of the classes in their order; empty where nobody knows.

    Raises:
        InputError: A value is none of these, or they do not fit together.
    """

    name: str = "model"
    layout: Layout = "NCHW"
    channels: Channels = "RGB"
    size_hw: tuple[int, int] | None = None
    fit: Fit = "none"
    centre_share: float = 0.875
    scale: Scale = "0..1"
    mean: tuple[float, ...] = IMAGENET_MEAN
    std: tuple[float, ...] = IMAGENET_STD
    output: OutputKind = "classes"
    values: Values = "logits"
    class_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        choices = {"layout": Layout, "channels": Channels, "fit": Fit, "scale": Scale, "output": OutputKind}
        for field, kind in {**choices, "values": Values}.items():
            if getattr(self, field) not in get_args(kind):
                known = ", ".join(get_args(kind))
                raise InputError(f"{field} is {getattr(self, field)!r}", where=self.name, mend=f"It is one of {known}.")
        if (self.size_hw is None) != (self.fit == "none"):
            raise InputError(
                "a size and a way to get it belong together",
                where=self.name,
                mend="Give a size with “stretch” or “centre”, or no size with “none”.",
            )
        if self.size_hw is not None and not all(1 <= side <= MOST_SIDE_PX for side in self.size_hw):
            raise InputError(f"sides are from 1 to {MOST_SIDE_PX} px", where=self.name)
        if not 0 < self.centre_share <= 1:
            raise InputError("the share of the middle is above 0 and at most 1", where=self.name)
        for values in (self.mean, self.std):
            if not values or not all(math.isfinite(value) for value in values):
                raise InputError("mean and standard deviation are numbers, one or one a channel", where=self.name)
        if min(self.std) <= 0:
            raise InputError("a standard deviation is above 0", where=self.name)

    def name_of(self, index: int) -> str:
        """Name of a class, or its number as text."""
        return self.class_names[index] if 0 <= index < len(self.class_names) else str(index)

    def to_json(self) -> str:
        """The card as the file's metadata hold it."""
        return json.dumps(asdict(self), ensure_ascii=False)


def card_from_json(text: str) -> ModelCard:
    """A card from a file's metadata; every value is checked, because the file is a stranger's.

    Raises:
        InputError: It cannot be read.
    """
    try:
        given = json.loads(text)
        known = {field.name for field in fields(ModelCard)}
        values: dict[str, Any] = {key: _frozen(value) for key, value in given.items() if key in known}
        return _checked(ModelCard(**values))
    except (TypeError, ValueError, AttributeError, RecursionError) as error:
        raise InputError("what the model's file says about its use cannot be read") from error


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _checked(card: ModelCard) -> ModelCard:
    whole = card.size_hw is None or (len(card.size_hw) == 2 and all(type(side) is int for side in card.size_hw))
    named = isinstance(card.class_names, tuple) and all(
        isinstance(name, str) for name in (card.name, *card.class_names)
    )
    if not whole or not named:
        raise ValueError("a field has another type")
    return card
