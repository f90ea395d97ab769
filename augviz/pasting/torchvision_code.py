"""``v2.Compose([...])`` and ``transforms.Compose([...])`` in Python: to steps of Albumentations, with what differs."""

from __future__ import annotations

from typing import Any

from augviz.errors import PipelineError, Problem
from augviz.pasting.seen import Call, Seen, call_of, step
from augviz.pasting.torchvision_arguments import Arguments
from augviz.pasting.torchvision_geometry import Made
from augviz.pasting.torchvision_rows import BY_NAME, CONTAINERS, Row
from augviz.pipeline.importing import Imported, read_document
from augviz.pipeline.located import Located

TENSOR = "ToTensorV2"


def names() -> frozenset[str]:
    """Names that torchvision code calls."""
    return frozenset({*BY_NAME, *CONTAINERS})


def read_compose(seen: Seen) -> Imported:
    """A Compose, a container, a transform, or a list of them as a pipeline.

    Raises:
        PipelineError: With the line, and what to do; also where nothing has a counterpart.
    """
    reader = _Reader()
    nodes = reader.top(seen)
    if reader.tensor is not None:
        nodes.append(reader.tensor)
    if not nodes:
        left = "; ".join(note.what for note in reader.notes) or "it is empty"
        raise PipelineError("nothing of this pipeline can be shown", where=seen.where, mend=_sentence(left))
    imported = read_document(Located(tuple(nodes), seen.line))
    return Imported(imported.spec, (*reader.notes, *imported.notes))


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


class _Reader:
    """One Compose on its way in; collects notes."""

    def __init__(self) -> None:
        self.notes: list[Problem] = []
        self.tensor: Located | None = None

    def top(self, seen: Seen) -> list[Located]:
        call = seen.value
        if isinstance(call, Call) and call.name == "Compose":
            return self._children(self._arguments(call, seen), seen)
        items = call if isinstance(call, tuple) else (seen,)
        return [node for item in items for node in self._node(item)]

    def _node(self, seen: Seen) -> list[Located]:
        call = call_of(seen, "torchvision", among="transforms of torchvision", example="v2.RandomHorizontalFlip()")
        if call.name in CONTAINERS:
            return self._container(call, seen)
        row = BY_NAME.get(call.name)
        if row is None:
            raise PipelineError(
                f"{call.name} of torchvision is not known here", where=seen.where, mend="Remove it, and paste again."
            )
        return self._steps(row, call, seen)

    def _steps(self, row: Row, call: Call, seen: Seen) -> list[Located]:
        if row.convert is None:
            self.notes.append(Problem(seen.where, f"{row.name} is left out: {_lower(row.differs)}", "", "left out"))
            return []
        given = Arguments(row.name, row.signature, call, seen)
        made = row.convert(given)
        self.notes += given.notes
        if row.becomes == TENSOR:
            self.tensor = step(TENSOR, seen.line, p=1.0)
        if made and row.differs:
            self.notes.append(Problem(seen.where, _became(row.name, made), row.differs, "changed"))
        return [step(name, seen.line, **arguments) for name, arguments in made if name != TENSOR]

    # -- containers ----------------------------------------------------------------------------------------------

    def _arguments(self, call: Call, seen: Seen) -> Arguments:
        return Arguments(call.name, CONTAINERS[call.name][0], call, seen)

    def _container(self, call: Call, seen: Seen) -> list[Located]:
        given = self._arguments(call, seen)
        if call.name == "RandomChoice":
            return self._choice(given, seen)
        children = self._children(given, seen)
        if not children:
            return []
        if call.name == "RandomOrder":
            return [step("RandomOrder", seen.line, transforms=children, n=len(children), p=1.0)]
        return [step("Sequential", seen.line, transforms=children, p=given.chance() if call.name != "Compose" else 1.0)]

    def _choice(self, given: Arguments, seen: Seen) -> list[Located]:
        """OneOf takes p of a child as its weight, so a child that has a p of its own goes into a Sequential."""
        items = self._items(given, seen)
        weights = given.raw("p") if given.raw("p") is not None else [1.0] * len(items)
        if (
            not isinstance(weights, list)
            or len(weights) != len(items)
            or not all(isinstance(w, (int, float)) and not isinstance(w, bool) and w >= 0 for w in weights)
            or sum(weights) <= 0
        ):
            raise given.refused("p", "one weight for each transform, and not all 0")
        children = []
        for item, weight in zip(items, weights, strict=True):
            # A choice that is left out still takes its share: nothing happens then.
            inner = self._node(item) or [step("NoOp", item.line, p=1.0)]
            share = round(weight / max(weights), 9)
            children.append(step("Sequential", item.line, transforms=inner, p=share))
        return [step("OneOf", seen.line, transforms=children, p=1.0)] if children else []

    def _children(self, given: Arguments, seen: Seen) -> list[Located]:
        return [node for item in self._items(given, seen) for node in self._node(item)]

    def _items(self, given: Arguments, seen: Seen) -> tuple[Seen, ...]:
        items: Any = given.given["transforms"].value
        if not isinstance(items, tuple):
            raise PipelineError(f"{given.name} takes a list of transforms", where=seen.where)
        return items


def _became(name: str, made: Made) -> str:
    names = " and ".join(dict.fromkeys(step_name for step_name, _ in made))
    return f"{name} is not quite the same here" if names == name else f"{name} became {names}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")
