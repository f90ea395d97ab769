"""Models that are there without a download: one for photographs, one for single digits."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from augviz.errors import InputError
from augviz.models.cache import kept
from augviz.models.model import Model, open_model
from augviz.models.process import Limits

DIGITS_FILE = Path(__file__).with_name("digits.onnx")
DIGITS_SHA256 = "2eed6e29568f928ab1ebca56f9a1e17d990a585e2c030656d7a7f93721a2412f"
"""Written by ``python -m scripts.train_digits``."""


@dataclass(frozen=True)
class BuiltIn:
    """One model.

    Attributes:
        id: Short name.
        title: Name for people.
        about: What it knows and where it comes from, one or two sentences.
        licence: Its licence.
        file: The ONNX file.
    """

    id: str
    title: str
    about: str
    licence: str
    file: Callable[[], bytes]


def _imagenet() -> bytes:
    from augviz.models import efficientnet  # noqa: PLC0415 - brings onnx, which only the first conversion needs

    return kept(f"efficientnet-lite0-{efficientnet.SHA256[:8]}-1.onnx", efficientnet.converted)


def _digits() -> bytes:
    data = DIGITS_FILE.read_bytes()
    if hashlib.sha256(data).hexdigest() != DIGITS_SHA256:
        raise InputError("the digit model is not the one that was trained", mend="Install augviz again.")
    return data


BUILT_IN: tuple[BuiltIn, ...] = (
    BuiltIn(
        "imagenet",
        "Photographs (EfficientNet-Lite0)",
        "Tells the 1,000 classes of ImageNet apart, in photographs of one thing. It knows nothing of your labels.",
        "Apache-2.0",
        _imagenet,
    ),
    BuiltIn(
        "digits",
        "Single digits",
        "Reads one handwritten digit, shrunk to 8 x 8 px. Trained on the 1,797 digits of scikit-learn (UCI, 1998).",
        "MIT",
        _digits,
    ),
)
"""All of them, the first is where one starts."""


def open_built_in(model_id: str, limits: Limits | None = None) -> Model:
    """Open one of them.

    Raises:
        InputError: There is none of this name, or it cannot be made on this machine.
    """
    for entry in BUILT_IN:
        if entry.id == model_id:
            return open_model(entry.file(), limits=limits)
    raise InputError(
        "there is no model of this name", where=model_id, mend=f"There are: {', '.join(each.id for each in BUILT_IN)}."
    )
