"""What stands in pasted code: literals, and calls that were read but not made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from augviz.errors import PipelineError
from augviz.pipeline.located import Located, Scalar

Library: TypeAlias = Literal["albumentations", "torchvision", "ultralytics", "unread"]
"""Whose name is called; "unread" for what reads images or makes arrays beside the pipeline."""

MAX_SIZE = 20_000
"""Values that one value may hold: a list that holds a list twice, forty levels deep, has 2 to the power of 40."""

MAX_DEPTH = 60


@dataclass(frozen=True)
class Call:
    """A call of a library that is read here; nothing is called.

    Attributes:
        library: Whose name it is.
        name: Last part of the name ("HorizontalFlip").
        positional: Arguments without a name.
        named: Arguments by name.
    """

    library: Library
    name: str
    positional: tuple[Seen, ...] = ()
    named: Mapping[str, Seen] = field(default_factory=dict)


@dataclass(frozen=True)
class Seen:
    """A value of the code and the line it stands on.

    Attributes:
        value: A scalar, a tuple (of a list or tuple), a dict by text key, or a call.
        line: Line, from 1.
        size: How many values it holds, itself included.
        depth: How deep they are nested.

    Raises:
        PipelineError: It holds too many, or too deep.
    """

    value: Scalar | tuple[Seen, ...] | dict[str, Seen] | Call
    line: int
    size: int = field(init=False, default=1)
    depth: int = field(init=False, default=1)

    def __post_init__(self) -> None:
        parts = tuple(self.parts())
        object.__setattr__(self, "size", 1 + sum(part.size for part in parts))
        object.__setattr__(self, "depth", 1 + max((part.depth for part in parts), default=0))
        if self.size > MAX_SIZE:
            raise PipelineError(f"more than {MAX_SIZE:,} values", where=f"line {self.line}")
        if self.depth > MAX_DEPTH:
            raise PipelineError(f"nested more than {MAX_DEPTH} levels deep", where=f"line {self.line}")

    @property
    def where(self) -> str:
        """Its line in words."""
        return f"line {self.line}"

    def parts(self) -> Iterator[Seen]:
        """The values directly inside."""
        if isinstance(self.value, tuple):
            yield from self.value
        elif isinstance(self.value, dict):
            yield from self.value.values()
        elif isinstance(self.value, Call):
            yield from self.value.positional
            yield from self.value.named.values()

    def holds(self, other: Seen) -> bool:
        """Whether the very same value stands somewhere inside."""
        return any(part is other or part.holds(other) for part in self.parts())

    def located(self) -> Located:
        """The same as a value of a file.

        Raises:
            PipelineError: There is a call inside.
        """
        if isinstance(self.value, Call):
            raise PipelineError(
                f"{self.value.name} cannot stand here", where=self.where, mend="A number, text or list is expected."
            )
        if isinstance(self.value, tuple):
            return Located(tuple(part.located() for part in self.value), self.line)
        if isinstance(self.value, dict):
            return Located({key: part.located() for key, part in self.value.items()}, self.line)
        return Located(self.value, self.line)

    def plain(self) -> Any:
        """Scalars, lists and dicts.

        Raises:
            PipelineError: There is a call inside.
        """
        return self.located().plain()


def located(value: Any, line: int) -> Located:
    """Scalars, lists, tuples and dicts as values of a file that all stand on one line."""
    if isinstance(value, Located):
        return value
    if isinstance(value, (list, tuple)):
        return Located(tuple(located(item, line) for item in value), line)
    if isinstance(value, Mapping):
        return Located({key: located(item, line) for key, item in value.items()}, line)
    return Located(value, line)


def step(name: str, line: int, **arguments: Any) -> Located:
    """A step or group as a file by hand writes it: ``HorizontalFlip: {p: 0.5}``."""
    return Located({name: located(arguments, line)}, line)


def call_of(seen: Seen, library: Library, *, among: str, example: str) -> Call:
    """The transform that has to stand here.

    Args:
        seen: What stands here.
        library: Whose transform it has to be.
        among: What it stands among ("steps of Albumentations").
        example: What could stand here.

    Raises:
        PipelineError: It is no call, or one of something else.
    """
    call = seen.value
    if not isinstance(call, Call):
        raise PipelineError("a transform is expected here", where=seen.where, mend=f"Write {example}, for example.")
    if call.library == "unread":
        raise PipelineError(
            "a transform is expected here, and this is another call", where=seen.where, mend="Write its steps out."
        )
    if call.library != library:
        raise PipelineError(
            f"{call.name} of {call.library} stands among {among}",
            where=seen.where,
            mend="Paste one library's pipeline.",
        )
    return call
