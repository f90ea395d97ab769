"""From a picture to the array that a model takes."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from augviz.errors import InputError
from augviz.models.card import ModelCard
from augviz.sample import ImageArray


def tensor_of(image: ImageArray, card: ModelCard, dtype: str = "float32") -> npt.NDArray[Any]:
    """The picture as the model takes it.

    Args:
        image: ``(H, W, C)`` uint8 0..255 or float32 0..1, at the size of the card where it has one.
        card: How the model is used.
        dtype: Type of the model's input.

    Returns:
        ``(1, C, H, W)`` or ``(1, H, W, C)``.

    Raises:
        InputError: The picture has another size, or channels that cannot be converted.
    """
    height, width = image.shape[:2]
    if card.size_hw not in (None, (height, width)):
        assert card.size_hw is not None  # noqa: S101 - said in the line above
        wanted = f"{card.size_hw[1]} x {card.size_hw[0]}"
        raise InputError(f"the model takes {wanted} px, and the picture has {width} x {height}", where=card.name)
    top = 255.0 if image.dtype == np.uint8 else 1.0
    values = _channels(np.asarray(image, np.float32) / np.float32(top), card)
    if card.scale == "0..255":
        values = values * np.float32(255)
    count = values.shape[2]
    if any(len(each) not in (1, count) for each in (card.mean, card.std)):
        raise InputError(
            f"the picture has {count} channels, mean and standard deviation have {len(card.mean)} and {len(card.std)}",
            where=card.name,
            mend="Give one number, or one a channel.",
        )
    mean, std = (np.array(each, np.float32) for each in (card.mean, card.std))
    values = np.asarray((values - mean) / std, np.float32)
    if dtype == "uint8":
        values = np.clip(np.rint(values), 0, 255)
    ordered = values.transpose(2, 0, 1) if card.layout == "NCHW" else values
    return np.ascontiguousarray(ordered[None], np.dtype(dtype))


def _channels(values: npt.NDArray[np.float32], card: ModelCard) -> npt.NDArray[np.float32]:
    count = values.shape[2]
    if card.channels == "as they are":
        return values
    if count not in (1, 3):
        raise InputError(
            f"the model takes {card.channels} pictures, and this one has {count} bands",
            where=card.name,
            mend="Say that it takes the channels as they are, or take a picture with 1 or 3 channels.",
        )
    if card.channels == "grey":
        return values if count == 1 else np.asarray(cv2.cvtColor(values, cv2.COLOR_RGB2GRAY), np.float32)[..., None]
    colour = np.repeat(values, 3, axis=2) if count == 1 else values
    return colour[..., ::-1] if card.channels == "BGR" else colour
