"""Models that are there without a download: one for photographs, one for single digits."""

from __future__ import annotations

import hashlib
import subprocess
import sys
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


WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
"""Digest of the weights of EfficientNet-Lite0; its first eight digits are in the name of their file."""

CONVERT_S = 120
"""It takes a second; longer than that, something is wrong."""

_CONVERT = (
    "import sys; sys.path.insert(0, sys.argv[1]); from augviz.errors import InputError; "
    "from augviz.models.efficientnet import converted\n"
    "try: sys.stdout.buffer.write(converted())\n"
    "except InputError as error: sys.exit(f'{error.what}\\n{error.mend}')"
)


def _imagenet() -> bytes:
    return kept(f"efficientnet-lite0-{WEIGHTS_SHA256[:8]}-1.onnx", _converted)


def _converted() -> bytes:
    """The file, made in a process of its own: onnx, which only this needs, stays out of ours."""
    home = str(Path(__file__).resolve().parents[2])
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-c", _CONVERT, home], capture_output=True, timeout=CONVERT_S, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise InputError("the model for photographs could not be made in time", mend="Try again.") from error
    if done.returncode:
        what, _line, mend = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")
        raise InputError(what.rpartition("\n")[2] or "the model for photographs could not be made", mend=mend)
    return done.stdout


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
