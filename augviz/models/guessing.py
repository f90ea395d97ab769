"""What a file's inputs and outputs tell about how a model is used; the rest is what most models do.

Everything that is guessed here can be said by the user instead.
"""

from __future__ import annotations

from augviz.errors import InputError
from augviz.models.card import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    Channels,
    Layout,
    ModelCard,
    OutputKind,
    Values,
    card_from_json,
)
from augviz.models.signature import Port, Signature

PICTURE_TYPES = ("float32", "float16", "uint8")
"""Types of values that a picture can go in as."""

PROBABILITIES = ("Softmax", "Sigmoid")
"""Operators after which scores are probabilities."""

BOX_COLUMNS = 6
"""x1, y1, x2, y2, score, class: one row a box."""


def guessed_card(signature: Signature, name: str) -> ModelCard:
    """How a model is used, from what its file says.

    Args:
        signature: What the file says.
        name: Name for people.

    Raises:
        InputError: It takes no picture, or gives nothing that is known here.
    """
    check_signature(signature, name)
    if signature.card:
        return card_from_json(signature.card)
    taken, given = signature.inputs[0], signature.outputs[0]
    layout = _layout(taken, name)
    height, width, count = _sides(taken, layout)
    channels: Channels = "grey" if count == 1 else "RGB" if count in (3, None) else "as they are"
    size = None if height is None or width is None else (height, width)
    output = _output(signature, name)
    is_raw = taken.dtype == "uint8"
    is_colour = channels == "RGB" and not is_raw
    values: Values = "probabilities" if given.ends_in in PROBABILITIES or output == "boxes" else "logits"
    return ModelCard(
        name=name,
        layout=layout,
        channels=channels,
        size_hw=size,
        fit="none" if size is None else "centre" if output == "classes" else "stretch",
        scale="0..255" if is_raw else "0..1",
        mean=IMAGENET_MEAN if is_colour else (0.0,),
        std=IMAGENET_STD if is_colour else (1.0,),
        output=output,
        values=values,
    )


def check_signature(signature: Signature, name: str) -> None:
    """Refuse what can be no model for pictures, whatever a card says.

    Raises:
        InputError: It takes several inputs, or one that is no picture, or gives nothing.
    """
    if len(signature.inputs) != 1:
        names = ", ".join(port.name for port in signature.inputs) or "none"
        raise InputError(
            f"the model takes {len(signature.inputs)} inputs ({names[:200]}), and there is one picture",
            where=name,
            mend="Export it with one input.",
        )
    taken = signature.inputs[0]
    if taken.dtype not in PICTURE_TYPES or (taken.shape is not None and len(taken.shape) != 4):
        raise InputError(
            f"the model's input {taken.name} ({taken.words}) is no picture",
            where=name,
            mend="It has to be float32, float16 or uint8 with 4 axes: batch, channels, height, width.",
        )


def _layout(taken: Port, name: str) -> Layout:
    if taken.shape is None:
        return "NCHW"
    first, last = taken.shape[1], taken.shape[3]
    if last in (1, 3) and first not in (1, 3):
        return "NHWC"
    if first is not None and last is not None and first > 64 and last > 64:
        raise InputError(
            f"the model's input {taken.name} ({taken.words}) has no axis for channels",
            where=name,
            mend="It has to be batch, channels, height, width, or channels last.",
        )
    return "NHWC" if first is not None and first > 64 and last is not None else "NCHW"


def _sides(taken: Port, layout: Layout) -> tuple[int | None, int | None, int | None]:
    """Height, width, and number of channels."""
    if taken.shape is None:
        return None, None, None
    shape = taken.shape if layout == "NHWC" else (taken.shape[0], *taken.shape[2:], taken.shape[1])
    return shape[1], shape[2], shape[3]


def _output(signature: Signature, name: str) -> OutputKind:
    """What the first output is, by the number of its axes."""
    given = signature.outputs[0]
    axes = None if given.shape is None else len(given.shape)
    if len(signature.outputs) >= 3 and axes == 2 and given.shape is not None and given.shape[1] == 4:
        return "boxes"
    if axes in (None, 1, 2):
        return "classes"
    if axes == 3:
        return "boxes"
    if axes == 4:
        return "pixels"
    raise InputError(
        f"the model's output {given.name} ({given.words}) is nothing that is known here",
        where=name,
        mend="It has to be scores (batch, classes), a map (batch, classes, height, width), or boxes (batch, boxes, 6).",
    )
