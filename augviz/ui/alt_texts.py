"""What a picture shows, for those who do not see it: which steps happened, with what they drew, and what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from augviz.pipeline.spec import PipelineSpec
from augviz.pipeline.trace import Fired, Outcome, fired_steps
from augviz.preview import PreviewTile
from augviz.wording import counted

MOST_STEPS = 8
"""A longer list is cut: nobody listens to the end of it."""


def titles_of(spec: PipelineSpec) -> Mapping[str, str]:
    """The names that the visitor gave to steps, by id."""
    return {node.id: node.title for node in spec.walk() if node.title}


def of_tile(what: str, tile: PreviewTile, titles: Mapping[str, str]) -> str:
    """A sample that was drawn small: "Sample 3 of cat.jpg: HorizontalFlip, Rotate by 12.0°; 1 of 2 boxes left".

    Args:
        what: What it is called.
        tile: The sample.
        titles: Names of steps, where they have one.
    """
    failed = [step_id for step_id, _text in tile.errors]
    return _sentence(what, tile.happened, len(failed), (tile.boxes_left, tile.boxes_before), titles)


def of_outcome(what: str, outcome: Outcome, titles: Mapping[str, str]) -> str:
    """The same for a sample at full size."""
    return _sentence(what, fired_steps(outcome), len(outcome.errors), outcome.box_counts(), titles)


def _sentence(what: str, fired: Sequence[Fired], failed: int, boxes: tuple[int, int], titles: Mapping[str, str]) -> str:
    parts = [_steps(fired, titles)]
    if failed:
        parts.append(f"{counted(failed, 'step')} could not run")
    if boxes[1]:
        parts.append(f"{boxes[0]} of {boxes[1]} boxes left")
    return f"{what}: {'; '.join(parts)}"


def _steps(fired: Sequence[Fired], titles: Mapping[str, str]) -> str:
    if not fired:
        return "no step happened"
    named = [f"{titles.get(step.step_id) or step.name} {step.value}".rstrip() for step in fired[:MOST_STEPS]]
    more = len(fired) - MOST_STEPS
    return ", ".join(named) + (f" and {more} more" if more > 0 else "")
