"""A validation pipeline that somebody has written, beside the training pipeline, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import NamedTuple

from augviz.pipeline.difference import Change, changes
from augviz.pipeline.fixed_steps import draws_nothing
from augviz.pipeline.spec import Node, PipelineSpec, Step
from augviz.pipeline.validation import Row


class _Match(NamedTuple):
    """A step that would have been derived, and the one that stands for it; their place among the given ones."""

    derived: Step
    given: Step
    at: int


def aligned(derived: Sequence[Row], validation: PipelineSpec) -> tuple[Row, ...]:
    """The rows of a derived pipeline for one that was not derived.

    A step of it belongs to the training step from which a step of that name would have been derived, or which has that
    name itself, in order; what finds none has a row of its own.

    Args:
        derived: The rows of the derived pipeline (:func:`augviz.pipeline.validation.validation_of`).
        validation: The pipeline that is really used.
    """
    given = [*leaves(validation), *(step for step in validation.tail if step.enabled)]
    matches = _matches(derived, given)
    taken = {match.at for found in matches.values() for match in found}
    rows: list[Row] = []
    done = 0
    for place, row in enumerate(derived):
        found = matches.get(place, [])
        first, last = (found[0].at, found[-1].at + 1) if found else (done, done)
        rows += [_only_there(given[at]) for at in range(done, first) if at not in taken]
        rows.append(_as_given(row, found))
        rows += [_only_there(given[at]) for at in range(first, last) if at not in taken]
        done = last
    return (*rows, *(_only_there(given[at]) for at in range(done, len(given)) if at not in taken))


def leaves(spec: PipelineSpec) -> tuple[Step, ...]:
    """The steps of a pipeline that can fire, in order, without its tail."""
    return tuple(step for node in spec.steps for step in _leaves(node))


def value_changes(a: Step, b: Step) -> tuple[Change, ...]:
    """What differs in the values of two steps of one name, defaults filled in."""
    first, second = (PipelineSpec((replace(step, id="step", title="", enabled=True),)) for step in (a, b))
    return changes(first, second)


def _leaves(node: Node) -> Iterator[Step]:
    if not node.enabled or node.p == 0:
        return
    if isinstance(node, Step):
        yield node
    else:
        for child in node.children:
            yield from _leaves(child)


def _matches(derived: Sequence[Row], given: Sequence[Step]) -> dict[int, list[_Match]]:
    """Which given steps belong to which row."""
    wanted = [(place, step) for place, row in enumerate(derived) for step in row.validation or _own(row)]
    names = [step.name for _place, step in wanted]
    found: dict[int, list[_Match]] = {}
    for block in SequenceMatcher(None, names, [step.name for step in given], autojunk=False).get_matching_blocks():
        for k in range(block.size):
            place, step = wanted[block.a + k]
            found.setdefault(place, []).append(_Match(step, given[block.b + k], block.b + k))
    return found


def _own(row: Row) -> tuple[Step, ...]:
    return () if row.training is None else (row.training,)


def _as_given(row: Row, found: Sequence[_Match]) -> Row:
    if not found:
        why = "Every training image goes through it, no validation image does." if row.validation else row.why
        return row._replace(validation=(), fate="left out", why=why)
    steps = tuple(match.given for match in found)
    if not all(_is_fixed(step) for step in steps):
        return row._replace(validation=steps, fate="random", why="It draws at random here as well.")
    differences = [change for match in found for change in value_changes(match.derived, match.given)]
    said = [f"Other values: {', '.join(_value(change) for change in differences)}."] if differences else []
    missing = [step.name for step in row.validation if step not in {match.derived for match in found}]
    if missing:
        said.append(f"{' and '.join(missing)} would go with it.")
    is_same = len(steps) == 1 and steps[0].name == (row.training.name if row.training else "")
    if not said:
        return row._replace(validation=steps, fate="kept" if is_same else "changed")
    return row._replace(validation=steps, fate="changed", why=" ".join(said))


def _only_there(step: Step) -> Row:
    if _is_fixed(step):
        return Row(None, (step,), "added", "Training does not have it.")
    return Row(None, (step,), "random", "It draws at random, and training does not have it.")


def _is_fixed(step: Step) -> bool:
    return draws_nothing(step) or (step.name in ("Normalize", "ToTensorV2") and step.p == 1)


def _value(change: Change) -> str:
    before, after = change.values
    return f"{change.field} {after} in place of {before}"
