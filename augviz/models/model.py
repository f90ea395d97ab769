"""A model that is open: pictures in, answers out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from augviz.errors import InputError
from augviz.models.card import ModelCard
from augviz.models.guessing import check_signature, guessed_card
from augviz.models.outputs import Output, decoded
from augviz.models.preparing import tensor_of
from augviz.models.process import Limits, Worker
from augviz.models.signature import Port, Signature
from augviz.models.wire import Frame
from augviz.sample import ImageArray

OTHER_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip, as PyTorch saves its models"),
    (b"\x80\x02", "a pickle"),
    (b"\x80\x03", "a pickle"),
    (b"\x80\x04", "a pickle"),
    (b"\x80\x05", "a pickle"),
    (b"\x89HDF\r\n", "an HDF5 file, as Keras saves its models"),
)
"""Beginnings of files that are often taken for models, and are not read: they may hold programs."""

LONGEST_BEGINNING = max(len(beginning) for beginning, _kind in OTHER_KINDS)

ByteArray: TypeAlias = npt.NDArray[np.uint8]


class Prediction(NamedTuple):
    """What a model said about one picture.

    Attributes:
        output: The answer.
        ms: Time inside the model, in milliseconds.
    """

    output: Output
    ms: float


class Model:
    """One model in a process of its own; several threads may ask it, one after the other.

    Use it in a ``with``, or call :meth:`close`; it also ends when nobody holds on to it.
    """

    def __init__(self, worker: Worker, signature: Signature, card: ModelCard, limits: Limits) -> None:
        self._worker, self._limits = worker, limits
        self.signature = signature
        self.card = card

    def with_card(self, card: ModelCard) -> Model:
        """The same process used in another way."""
        return Model(self._worker, self.signature, card, self._limits)

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._worker.is_alive

    def predict(self, image: ImageArray) -> Prediction:
        """Ask about one picture.

        Args:
            image: ``(H, W, C)`` uint8 0..255 or float32 0..1, at the size of the card where it has one.

        Raises:
            InputError: The picture does not fit, the model fails on it, or it takes too long, uses too much memory or
                breaks down; then it is closed.
        """
        with _where(self.card.name):
            return self._predicted(image)

    def _predicted(self, image: ImageArray) -> Prediction:
        taken = self.signature.inputs[0]
        tensor = tensor_of(image, self.card, taken.dtype)
        _check_channels(tensor.shape, taken, self.card)
        batch = taken.shape[0] if taken.shape is not None else None
        if batch is not None and batch > 1:
            tensor = np.repeat(tensor, batch, axis=0)  # a file that takes nothing but eight at once gets eight copies
        shape = " x ".join(map(str, tensor.shape))
        answer = self._worker.ask({"do": "run"}, {taken.name: tensor}, self._limits.run_s, "answer for one picture")
        _raise_what_it_says(answer, f"the model fails on an input of {shape}", self._limits)
        arrays = [answer.arrays[name] for name in answer.words["outputs"]]
        return Prediction(decoded(arrays, self.card), float(answer.words["ms"]))

    def close(self) -> None:
        """End its process; a second time does nothing."""
        self._worker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def open_model(
    file: Path | bytes, *, name: str = "", card: ModelCard | None = None, limits: Limits | None = None
) -> Model:
    """Open an ONNX file in a process of its own.

    Args:
        file: The file, or what is in it.
        name: Name for people; that of the card, or of the file, without it.
        card: How the model is used; guessed from the file without it.
        limits: What it may take.

    Raises:
        InputError: It is too large, no ONNX file, refers to other files or operators of other programs, takes no
            picture, or cannot be opened within the limits.
    """
    allowed = limits or Limits()
    called = name or (card.name if card else file.name if isinstance(file, Path) else "model")
    data = _read(file, called, allowed)
    worker = Worker(allowed)
    try:
        with _where(called):
            return _opened(worker, data, called, card, allowed)
    except BaseException:
        worker.close()
        raise


def _opened(worker: Worker, data: ByteArray, name: str, card: ModelCard | None, limits: Limits) -> Model:
    words = {"do": "open", "threads": limits.threads}
    answer = worker.ask(words, {"model": data}, limits.open_s, "be opened")
    _raise_what_it_says(answer, "the model cannot be opened", limits)
    signature = Signature.from_words(answer.words["signature"])
    check_signature(signature, name)
    return Model(worker, signature, card or guessed_card(signature, name), limits)


def _check_channels(given: Sequence[int], taken: Port, card: ModelCard) -> None:
    axis = 1 if card.layout == "NCHW" else 3
    wanted = None if taken.shape is None else taken.shape[axis]
    if wanted not in (None, given[axis]):
        raise InputError(
            f"the model takes {wanted} channels, and gets {given[axis]}",
            mend="Take a picture with as many, or see whether the channels are as the model was exported.",
        )


@contextmanager
def _where(name: str) -> Iterator[None]:
    """Errors say which model they are about."""
    try:
        yield
    except InputError as error:
        if error.where:
            raise
        raise InputError(error.what, where=name, mend=error.mend) from error


def _read(file: Path | bytes, name: str, limits: Limits) -> ByteArray:
    """The file, its size looked at before a byte of it is read; one on the disk is not copied into our memory."""
    try:
        size = file.stat().st_size if isinstance(file, Path) else len(file)
        if size > limits.file_mb * 1_000_000:
            raise InputError(
                f"the file has {size / 1e6:,.0f} MB, and {limits.file_mb} MB is the most",
                where=name,
                mend="Take a smaller model, or store its weights as float16.",
            )
        if not size:
            raise InputError("the file is empty", where=name, mend="Export the model as ONNX again.")
        data = np.memmap(file, np.uint8, "r") if isinstance(file, Path) else np.frombuffer(file, np.uint8)
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", where=name) from error
    start = data[:LONGEST_BEGINNING].tobytes()
    for beginning, kind in OTHER_KINDS:
        if start.startswith(beginning):
            raise InputError(f"this is {kind}", where=name, mend="Export the model as ONNX; other kinds are not read.")
    return data


def _raise_what_it_says(answer: Frame, what: str, limits: Limits) -> None:
    if "refused" in answer.words:
        said, mend = answer.words["refused"]
        raise InputError(said, mend=mend)
    if "failed" in answer.words and answer.words["memory"]:
        raise InputError(
            f"{what}: it needs more than {limits.memory_mb:,} MB of memory", mend="Give it smaller images."
        )
    if "failed" in answer.words:
        raise InputError(f"{what}: {_short(answer.words['failed'])}", mend=_MEND)


_MEND = "See whether layout, size and channels are as the model was exported."


_CODE = re.compile(r"^(\d+ : [A-Z_]+ : |[\w/]+\.(h|cc|cpp):\d+ )")


def _short(said: str) -> str:
    """The runtime's own words, without its file names and what comes after the first lines."""
    text = " ".join(said.split())
    for mark in ("Status Message: ", "[ONNXRuntimeError] : "):
        text = text.split(mark, 1)[-1]
    return _CODE.sub("", text)[:240].rstrip(" .")
