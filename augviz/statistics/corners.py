"""The corners of a pipeline: every step fires, and every range stands at one of its ends.

What a pipeline does at its worst is rarely among nine samples: six steps that fire half of the time do so together in
one sample of 64, and each at its end almost never.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from augviz.pipeline.build import build
from augviz.pipeline.spec import Group, Node, PipelineSpec, Step
from augviz.transforms.catalogue import offered
from augviz.transforms.extremes import Choose, End, at_ends


@dataclass(frozen=True)
class Corner:
    """A pipeline with all steps at an end of their ranges, and all of them on.

    Attributes:
        title: Which corner ("all at the lower end", "mixed ends 1").
        spec: The pipeline; ids are those of the original, so that all other draws are.
        ends: End of each range, by (step id, name of the range).
        left_alone: Ids of the steps that cannot be built at these ends and keep their ranges.
    """

    title: str
    spec: PipelineSpec
    ends: tuple[tuple[str, str, End], ...]
    left_alone: tuple[str, ...] = ()


def corners(spec: PipelineSpec, count: int = 6, seed: int = 0) -> tuple[Corner, ...]:
    """Corners of a pipeline: all ranges at their lower end, all at their upper end, then ends drawn for each range.

    Which end is the strong one is not known from the numbers (a scale of 0.5 and one of 2, a quality of 10 and one of
    95), so both are looked at. One of a OneOf, and n of a SomeOf, still run: their weights stay.

    Args:
        spec: The pipeline.
        count: At most how many; equal ones are left out, so a pipeline with one range has two.
        seed: Seed of the ends that are drawn.
    """
    found: dict[str, Corner] = {}
    for place in range(count):
        title = {0: "all at the lower end", 1: "all at the upper end"}.get(place, f"mixed ends {place - 1}")
        corner = _corner(spec, title, place, seed)
        found.setdefault(corner.spec.digest, corner)
    return tuple(found.values())


def _corner(spec: PipelineSpec, title: str, place: int, seed: int) -> Corner:
    ends: list[tuple[str, str, End]] = []
    left_alone: list[str] = []

    def chooser(step_id: str) -> Choose:
        def choose(name: str) -> End:
            end: End = ("low", "high")[place] if place < 2 else _drawn(seed, place, f"{step_id}/{name}")
            ends.append((step_id, name, end))
            return end

        return choose

    def strong(node: Node, *, keeps_weight: bool) -> Node:
        p = node.p if keeps_weight else 1.0
        if isinstance(node, Group):
            is_one_of = node.kind == "OneOf"
            children = tuple(strong(child, keeps_weight=is_one_of) for child in node.children)
            return replace(node, p=p, children=children)
        if not node.enabled or node.name not in offered():
            return replace(node, p=p)
        narrow = replace(node, p=p, params=at_ends(node.name, node.params, chooser(node.id)))
        if _can_be_built(narrow):
            return narrow
        left_alone.append(node.id)
        return replace(node, p=p)

    steps = tuple(strong(node, keeps_weight=False) for node in spec.steps)
    kept = tuple(end for end in ends if end[0] not in left_alone)
    return Corner(title, replace(spec, steps=steps, p=1.0), kept, tuple(left_alone))


def _can_be_built(step: Step) -> bool:
    return not build(PipelineSpec((step,))).failed


def _drawn(seed: int, place: int, name: str) -> End:
    digest = hashlib.blake2b(f"{seed}/{place}/{name}".encode(), digest_size=1).digest()
    return "low" if digest[0] % 2 else "high"
