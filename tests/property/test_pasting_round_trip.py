"""Python code that augviz writes comes in again as the pipeline it was; no text at all brings the reader down."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from augviz.errors import PipelineError
from augviz.pasting import read
from augviz.pipeline.export import ExportOptions, exported, to_document, to_python
from augviz.pipeline.spec import BoxPolicy, Group, KeypointPolicy, PipelineSpec, Step, without_ids
from augviz.policies.starting_points import STARTING_POINTS
from augviz.transforms import catalogue, construct
from augviz.transforms.starting import starting_params
from tests.conformance.trial_values import slider_values

OPTIONS = ExportOptions(boxes=True, keypoints=True, torch=True, seed=7, date=dt.date(2026, 3, 1))
SIZE_HW = (384, 512)


def content(spec: PipelineSpec) -> object:
    """What a pipeline says, without names of random streams and with numbers as files write them."""
    return to_document(without_ids(spec), OPTIONS)["transform"]


def comes_back(spec: PipelineSpec) -> None:
    pasted = read(to_python(spec, OPTIONS))
    assert pasted.form == "Albumentations code"
    assert [note for note in pasted.notes if "which no file carries" not in note] == []  # images of other steps
    assert content(pasted.spec) == content(spec)


@pytest.mark.parametrize("start", STARTING_POINTS, ids=lambda start: start.id)
def test_every_starting_point_comes_back(start: object) -> None:
    comes_back(start.spec)
    assert without_ids(read(to_python(start.spec, OPTIONS)).spec) == without_ids(exported(start.spec, OPTIONS))


@pytest.mark.parametrize("name", catalogue.offered())
def test_every_transform_comes_back_with_any_values_of_its_controls(name: str) -> None:
    start = starting_params(name, SIZE_HW)
    tries = [start] + [
        {**start, parameter.name: value}
        for parameter in catalogue.entry(name).parameters
        for value in slider_values(parameter)
    ]
    for params in tries:
        try:
            construct.check(name, params)
        except PipelineError:
            continue  # two values that contradict each other; the controls do not let that happen
        comes_back(PipelineSpec().add(Step(name, params, 0.35)))


shares = st.floats(0, 1, allow_nan=False).map(lambda p: round(p, 4))
steps = st.one_of(
    st.builds(Step, st.sampled_from(["HorizontalFlip", "Transpose", "ToGray", "NoOp"]), p=shares),
    st.builds(
        lambda low, high, p: Step("Rotate", {"limit": (-low, high), "border_mode": 4}, p),
        st.integers(0, 90), st.integers(0, 90), shares,
    ),
)  # fmt: skip
nodes = st.recursive(
    steps,
    lambda inner: st.builds(
        lambda kind, children, p, n: Group(
            kind,
            tuple(replace(child, p=child.p or 0.5) for child in children),
            p,
            n if kind in ("SomeOf", "RandomOrder") else 1,
        ),
        st.sampled_from(["OneOf", "SomeOf", "RandomOrder", "Sequential"]),
        st.lists(inner, min_size=3, max_size=4),
        shares,
        st.integers(1, 3),
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(nodes, max_size=4),
    st.none() | st.builds(BoxPolicy, st.sampled_from(["coco", "yolo"]), st.just(("a",)), shares, clip=st.booleans()),
    st.none() | st.builds(KeypointPolicy, remove_invisible=st.booleans()),
    shares,
)
def test_any_tree_comes_back(
    tree: list[Step | Group], boxes: BoxPolicy | None, keypoints: KeypointPolicy | None, p: float
) -> None:
    comes_back(PipelineSpec(tuple(tree), (), boxes, keypoints, p))


WORDS = (
    *"().,[]{}=:*/@#;-\\\n\t", "A.", "v2.", "Compose", "OneOf", "HorizontalFlip", "Rotate", "p", "limit", "0.5", "-3",
    "**", "'x'", '"y"', "import", "lambda", "for", "in", "x", "None", "True", "def", "f", "return", "degrees", "fliplr",
    "transform", "f'{x}'", ":=", "*a", "**b", "await",
)  # fmt: skip
pieces = st.lists(st.sampled_from(WORDS), max_size=40)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=200), pieces.map(" ".join), pieces.map("".join)))
def test_any_text_is_read_or_gets_a_sentence(text: str) -> None:
    with contextlib.suppress(PipelineError):
        assert isinstance(read(text).spec, PipelineSpec)
