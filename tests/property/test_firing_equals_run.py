"""Which steps fire, told without a picture, is what a run does."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from augviz.pipeline.firing import firing_steps
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, Node, PipelineSpec, Step
from augviz.sample import Sample

SAMPLE = Sample("s", np.full((6, 7, 3), 90, np.uint8))
CHANCES = st.sampled_from([0.0, 0.3, 0.5, 0.8, 1.0])
STEPS = st.builds(
    Step,
    name=st.sampled_from(["HorizontalFlip", "Transpose", "NoOp"]),
    p=CHANCES,
    enabled=st.booleans() | st.just(True),
)


def _groups(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.builds(
        Group,
        kind=st.sampled_from(["OneOf", "SomeOf", "RandomOrder", "Sequential"]),
        children=st.lists(children, min_size=1, max_size=4).map(tuple),
        p=CHANCES,
        n=st.integers(1, 4),
        replace=st.booleans(),
        enabled=st.booleans() | st.just(True),
    )


TREES = st.lists(st.recursive(STEPS, _groups, max_leaves=8), min_size=1, max_size=4).map(tuple)


@settings(deadline=None, max_examples=120)
@given(TREES, CHANCES, st.integers(0, 2**40))
def test_the_same_steps_fire_in_the_same_order(steps: tuple[Node, ...], p: float, seed: int) -> None:
    spec = PipelineSpec(steps, p=p)
    outcome = run(spec, SAMPLE, seed)
    assert outcome.errors == ()
    assert firing_steps(spec, seed) == tuple(step.step_id for step in outcome.trace if step.fired)
