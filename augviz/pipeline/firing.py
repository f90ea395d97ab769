"""Which steps fire for a seed, without a picture: the decisions of :mod:`augviz.pipeline.run`, and nothing else.

Whether a node runs depends on its own stream alone and never on pixels, so that an epoch of 10,000 samples can be told
in seconds. ``tests/property/test_firing_equals_run.py`` holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from augviz.pipeline.draws import Draws, weighted_choice
from augviz.pipeline.run import ROOT_ID
from augviz.pipeline.spec import Group, Node, PipelineSpec, Step


def firing_steps(spec: PipelineSpec, seed: int) -> tuple[str, ...]:
    """Ids of the steps that fire in the run with this seed, in the order of running; one id a visit.

    A step that cannot run on some picture (``StepTrace.error``) is listed as well: it was its turn.
    """
    draws = Draws(seed)
    return tuple(_in_order(spec.steps, draws)) if draws.visit(ROOT_ID).u < spec.p else ()


def _in_order(nodes: Sequence[Node], draws: Draws) -> Iterator[str]:
    for node in nodes:
        if node.enabled:
            yield from _call(node, draws, forced=False)


def _call(node: Node, draws: Draws, *, forced: bool) -> Iterator[str]:
    draw = draws.visit(node.id)
    forced = forced and not (isinstance(node, Group) and node.kind in ("SomeOf", "RandomOrder"))
    if not forced and draw.u >= node.p:
        return
    if isinstance(node, Step):
        yield node.id
    elif node.kind == "Sequential":
        yield from _in_order(node.children, draws)
    elif node.kind == "OneOf":
        weights = [child.p if child.enabled else 0.0 for child in node.children]
        if sum(weights) > 0:
            yield from _call(node.children[weighted_choice(draw.pick, weights)], draws, forced=True)
    else:
        yield from _some_of(node, draws)


def _some_of(group: Group, draws: Draws) -> Iterator[str]:
    children = [child for child in group.children if child.enabled]
    if not children:
        return
    n = group.n if group.replace else min(group.n, len(children))
    picks = draws.order(group.id, [child.id for child in children], n, with_replacement=group.replace)
    order = sorted(picks) if group.kind == "SomeOf" else picks
    yield from _in_order([children[place] for place in order], draws)
