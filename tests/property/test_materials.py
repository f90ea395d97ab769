"""With other images in hand a run stays a pure function, and one image moves only the steps that take it."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from augviz.pipeline.materials import registry, used_digest
from augviz.pipeline.run import Machine, run
from augviz.pipeline.spec import Group, Node, PipelineSpec, Step
from augviz.sample import Boxes, Keypoints, Labels, Sample

NAMES = ("one", "two", "three")


def sample(name: str, seed: int, height: int, width: int) -> Sample:
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    labels = Labels(
        Boxes.of([[3, 4, 20, 18], [15, 10, 30, 24]], [f"{name} a", f"{name} b"]),
        keypoints=Keypoints.of([[6, 7], [22, 20]], [f"{name} p", f"{name} q"]),
    )
    return Sample(name, pixels, labels)


HERE = sample("here", 0, 36, 52)
OPEN = registry([sample("one", 1, 30, 44), sample("two", 2, 48, 34), sample("three", 3, 26, 60)])

names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True).map(tuple)
chances = st.sampled_from([0.3, 0.7, 1.0])
taking = st.one_of(
    st.builds(
        lambda name, materials, p: Step(name, materials=materials, p=p),
        st.sampled_from(["FDA", "HistogramMatching", "PixelDistributionAdaptation"]),
        names,
        chances,
    ),
    st.builds(
        lambda mode, materials, p: Step(
            "Mosaic", {"target_size": (36, 52), "cell_shape": (30, 40), "fit_mode": mode}, p, materials=materials
        ),
        st.sampled_from(["cover", "contain"]),
        names,
        chances,
    ),
)
plain = st.builds(
    lambda step, p: Step(step[0], step[1], p),
    st.sampled_from(
        [("HorizontalFlip", {}), ("Rotate", {}), ("GaussNoise", {}), ("RandomCrop", {"height": 20, "width": 24})]
    ),
    chances,
)
leaves = st.one_of(taking, plain)
groups = st.builds(
    lambda kind, children: Group(kind, tuple(children)),
    st.sampled_from(["OneOf", "Sequential", "SomeOf"]),
    st.lists(leaves, min_size=1, max_size=3),
)
specs = st.lists(st.one_of(leaves, groups), min_size=1, max_size=4).map(
    lambda nodes: PipelineSpec(tuple[Node, ...](nodes))
)
seeds = st.integers(0, 2**32)


def content(outcome) -> tuple:
    labels = outcome.after.labels
    return (
        outcome.after.digest,
        outcome.box_rows,
        outcome.keypoint_rows,
        labels.boxes.ids,
        [(step.step_id, step.fired, step.drawn) for step in outcome.trace],
    )


@settings(max_examples=80, deadline=None)
@given(specs, seeds)
def test_a_run_is_pure_and_leaves_every_image_as_it_was(spec: PipelineSpec, seed: int) -> None:
    before = {name: one.image.tobytes() for name, one in OPEN.items()}
    first, again = run(spec, HERE, seed, materials=OPEN), Machine(spec, OPEN)
    again.run(HERE, seed + 1)  # a machine remembers nothing of what it ran
    assert not first.errors
    assert content(first) == content(again.run(HERE, seed))
    assert {name: one.image.tobytes() for name, one in OPEN.items()} == before
    assert len(set(first.after.labels.boxes.ids)) == len(first.after.labels.boxes)


@settings(max_examples=80, deadline=None)
@given(specs, seeds, st.sampled_from(NAMES))
def test_another_image_under_a_name_moves_nothing_before_the_first_step_that_took_it(
    spec: PipelineSpec, seed: int, name: str
) -> None:
    other = registry([sample(name, 99, 30, 44), *(one for one in OPEN.values() if one.name != name)])
    a, b = (run(spec, HERE, seed, keep_steps=True, materials=images) for images in (OPEN, other))
    assert [(step.step_id, step.fired) for step in a.trace] == [(step.step_id, step.fired) for step in b.trace]
    for step, theirs in zip(a.trace, b.trace, strict=True):
        if step.fired and name in getattr(spec.find(step.step_id), "materials", ()):
            return
        assert step.drawn == theirs.drawn
        if step.after is not None and theirs.after is not None:
            assert step.after.digest == theirs.after.digest
    assert content(a) == content(b)
    if used_digest(spec, OPEN) == used_digest(spec, other):
        assert all(name not in getattr(node, "materials", ()) for node in spec.walk())
