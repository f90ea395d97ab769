"""What a model's file says about its inputs and outputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Port:
    """One input or output.

    Attributes:
        name: Its name in the file.
        dtype: Its type as NumPy calls it ("float32").
        shape: Its sides; None where the file leaves one open, and None altogether where it says nothing.
        ends_in: Of an output, the operator that makes it ("Softmax"), names that only pass values on left out.
    """

    name: str
    dtype: str
    shape: tuple[int | None, ...] | None
    ends_in: str = ""

    @property
    def words(self) -> str:
        """For people: ``float32, 1 x 3 x ? x ?``."""
        sides = (
            "any shape" if self.shape is None else " x ".join("?" if side is None else str(side) for side in self.shape)
        )
        return f"{self.dtype}, {sides or 'a single number'}"


@dataclass(frozen=True)
class Signature:
    """Everything that is asked of a file before its model is used.

    Attributes:
        inputs: What it takes, without the weights.
        outputs: What it gives.
        card: What the file says about its use under the key ``augviz`` of its metadata, as JSON text, or empty.
    """

    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    card: str = ""

    def as_words(self) -> dict[str, Any]:
        """What JSON can say."""
        return {
            "inputs": [[port.name, port.dtype, port.shape, port.ends_in] for port in self.inputs],
            "outputs": [[port.name, port.dtype, port.shape, port.ends_in] for port in self.outputs],
            "card": self.card,
        }

    @classmethod
    def from_words(cls, words: Mapping[str, Any]) -> Signature:
        """The opposite of :meth:`as_words`."""

        def port(name: str, dtype: str, shape: list[int | None] | None, ends_in: str) -> Port:
            return Port(name, dtype, None if shape is None else tuple(shape), ends_in)

        inputs, outputs = (tuple(port(*row) for row in words[key]) for key in ("inputs", "outputs"))
        return cls(inputs, outputs, words["card"])
