"""What differs between two pipelines, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from augviz.pipeline.difference import Change, changes, headline, with_ids_of
from augviz.pipeline.spec import BoxPolicy, Group, KeypointPolicy, Node, PipelineSpec, Step
from augviz.policies.starting_points import STARTING_POINTS

SPEC = PipelineSpec(
    (
        Step("HorizontalFlip", p=0.5),
        Step("Rotate", {"limit": (-15, 15)}),
        Group("OneOf", (Step("Blur"), Step("MedianBlur"), Step("GaussNoise")), p=0.5),
        Step("Resize", {"height": 240, "width": 320}),
    )
)


def said(a: PipelineSpec, b: PipelineSpec) -> list[str]:
    return [change.sentence for change in changes(a, b)]


def edited(node_id: str, change: Callable[[Node], Node | None]) -> PipelineSpec:
    return SPEC.edit(node_id, change)


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        (edited("Rotate-1", lambda n: n.with_param("limit", (-30, 30))), "Rotate: limit −15…15 → −30…30"),
        (edited("Rotate-1", lambda n: n.with_param("limit", 30)), "Rotate: limit −15…15 → −30…30"),
        (edited("Rotate-1", lambda n: n.without_param("limit")), "Rotate: limit −15…15 → −90…90"),
        (
            edited("Rotate-1", lambda n: n.with_param("interpolation", 0)),
            "Rotate: interpolation Linear → Nearest",
        ),
        (edited("Rotate-1", lambda n: replace(n, p=0.25)), "Rotate: probability 1 → 0.25"),
        (edited("Rotate-1", lambda n: replace(n, p=1 / 3)), "Rotate: probability 1 → 0.3333"),
        (edited("HorizontalFlip-1", lambda n: replace(n, enabled=False)), "HorizontalFlip switched off"),
        (SPEC.add(Step("GaussianBlur"), 2), "GaussianBlur added at place 3"),
        (edited("Rotate-1", lambda _: None), "Rotate removed"),
        (edited("Blur-1", lambda _: None), "Blur removed from One of"),
        (edited("OneOf-1", lambda _: None), "One of removed with 3 steps"),
        (
            edited("OneOf-1", lambda g: replace(g, children=(*g.children, Step("Defocus")))),
            "Defocus added in One of at place 4",
        ),
        (
            edited("OneOf-1", lambda g: replace(g, children=(*g.children[1:], g.children[0]))),
            "Blur moved from place 1 to 3 in One of",
        ),
        (edited("OneOf-1", lambda g: replace(g, kind="SomeOf")), "Some of: kind One of → Some of"),
        (edited("OneOf-1", lambda g: replace(g, n=2)), "One of: how many 1 → 2"),
        (replace(SPEC, boxes=BoxPolicy(), p=0.5), "Whole pipeline: probability 1 → 0.5"),
        (edited("Rotate-1", lambda n: replace(n, title="Gentle turn")), "Rotate named “Gentle turn”"),
        (replace(SPEC, tail=(Step("Normalize"),)), "Normalize added"),
        (replace(SPEC, keypoints=KeypointPolicy()), "Keypoints: rules added"),
        (replace(SPEC, mask_interpolation=1), "Whole pipeline: interpolation of masks none → 1"),
        (
            edited("Rotate-1", lambda n: replace(n, materials=("a.png", "b.png"))),
            "Rotate: other images none → (a.png, b.png)",
        ),
        (replace(SPEC, swaps=(("left eye", "right eye"),)), "left eye and right eye change places in mirror images"),
        (replace(SPEC, swaps=(("a", "b"), ("c", "d"))), "2 pairs of names change places in mirror images"),
    ],
)
def test_one_edit_is_one_sentence(after: PipelineSpec, sentence: str) -> None:
    assert sentence in said(SPEC, after)
    assert len(said(SPEC, replace(after, boxes=None))) == 1


def test_limits_of_boxes_count_from_the_defaults() -> None:
    with_rules = replace(SPEC, boxes=BoxPolicy(min_visibility=0.3))
    assert said(replace(SPEC, boxes=BoxPolicy()), with_rules) == ["Boxes: min_visibility 0 → 0.3"]
    assert said(SPEC, with_rules) == ["Boxes: rules added", "Boxes: min_visibility 0 → 0.3"]


def test_into_and_out_of_a_group() -> None:
    rotate, one_of = SPEC.steps[1], SPEC.steps[2]
    assert isinstance(one_of, Group)
    inside = replace(SPEC, steps=(SPEC.steps[0], replace(one_of, children=(rotate, *one_of.children)), SPEC.steps[3]))
    assert said(SPEC, inside) == ["Rotate moved into One of"]
    assert said(inside, SPEC) == ["Rotate moved out of One of"]


def test_a_new_group_around_what_is_there() -> None:
    grouped = replace(SPEC, steps=(Group("Sequential", SPEC.steps[:2], id="new"), *SPEC.steps[2:]))
    assert said(SPEC, grouped) == [
        "All of added at place 1",
        "HorizontalFlip moved into All of",
        "Rotate moved into All of",
    ]


def test_what_says_the_default_aloud_is_no_change() -> None:
    assert not changes(SPEC, edited("Rotate-1", lambda n: n.with_param("crop_border", False)))


def test_values_that_look_alike_when_short_are_told_apart() -> None:
    finer = edited("Rotate-1", lambda n: replace(n, p=0.99999))
    assert said(SPEC, finer) == ["Rotate: probability 1 → 0.99999"]


def test_shares_are_not_pixels() -> None:
    holes = [PipelineSpec((Step("CoarseDropout", {"hole_height_range": value}),)) for value in ((1, 1), (1.0, 1.0))]
    assert len(changes(*holes)) == 1


def test_a_title_names_the_step() -> None:
    named = edited("Rotate-1", lambda n: replace(n, title="Turn"))
    assert said(named, named.edit("Rotate-1", lambda n: replace(n, p=0.5))) == ["Turn: probability 1 → 0.5"]


def test_a_file_of_another_origin_is_matched_by_place() -> None:
    other = PipelineSpec(
        (
            Step("HorizontalFlip", p=0.5, id="x1"),
            Step("Rotate", {"limit": (-15, 15)}, id="x2"),
            Group("OneOf", (Step("Blur", p=0.2, id="x4"), Step("MedianBlur", id="x5")), p=0.5, id="x3"),
            Step("Resize", {"height": 240, "width": 320}, id="x6"),
        )
    )
    assert said(SPEC, other) == ["Blur: probability 1 → 0.2", "GaussNoise removed from One of"]
    aligned = with_ids_of(SPEC, other)
    assert [node.id for node in aligned.walk()][:5] == ["x1", "x2", "x3", "x4", "x5"]
    assert with_ids_of(SPEC, SPEC) is SPEC


def test_an_id_that_names_another_step_is_not_taken_over_twice() -> None:
    a = PipelineSpec((Step("Blur", id="one"), Step("Rotate", id="two")))
    b = PipelineSpec((Step("Blur", id="two"), Step("Rotate", id="three")))
    aligned = with_ids_of(a, b)
    assert [node.id for node in aligned.walk()] == ["two", "three"]
    assert not changes(a, b)


def test_pairs_of_names_are_the_same_whichever_name_comes_first() -> None:
    a = replace(SPEC, swaps=(("left", "right"), ("port", "starboard")))
    assert changes(a, replace(SPEC, swaps=(("starboard", "port"), ("right", "left")))) == ()
    assert said(a, replace(SPEC, swaps=(("left", "right"),))) == [
        "port and starboard no longer change places in mirror images"
    ]
    assert said(a, replace(SPEC, swaps=(("left", "right"), ("port", "east")))) == [
        "port and starboard no longer change places in mirror images",
        "port and east change places in mirror images",
    ]


def test_headline() -> None:
    assert headline(()) == "No change"
    assert headline(changes(SPEC, SPEC.add(Step("Blur"), 0))) == "Blur added at place 1"
    two = SPEC.edit("Rotate-1", lambda n: replace(n, p=0.5)).edit("Resize-1", lambda n: replace(n, p=0.5))
    assert headline(changes(SPEC, two)) == "2 changes: Rotate, Resize"


# -- properties ----------------------------------------------------------------------------------------------------

SPECS = [SPEC, *(start.spec for start in STARTING_POINTS)]
MIRROR = {"added": "removed", "removed": "added"}


@st.composite
def specs_and_edits(draw: st.DrawFn) -> tuple[PipelineSpec, PipelineSpec, str]:
    """A spec, the same after one edit, and the id of the node that was edited."""
    spec = draw(st.sampled_from([spec for spec in SPECS if spec.steps]))
    nodes = list(spec.walk())
    node = draw(st.sampled_from(nodes))
    kind = draw(st.sampled_from(["p", "switch", "remove", "add", "limit"]))
    if kind == "add":
        place = draw(st.integers(0, len(spec.steps)))
        return spec, spec.add(Step("Solarize", id="fresh"), place), "fresh"
    if kind == "p":
        p = draw(st.floats(0, 1).filter(lambda value: value != node.p))
        return spec, spec.edit(node.id, lambda n: replace(n, p=p)), node.id
    if kind == "switch":
        return spec, spec.edit(node.id, lambda n: replace(n, enabled=not n.enabled)), node.id
    if kind == "remove":
        return spec, spec.edit(node.id, lambda _: None), node.id
    first = next(n for n in nodes if isinstance(n, Step))
    return spec, spec.edit(first.id, lambda n: n.with_param("made_up", draw(st.integers()))), first.id


def shuffled(spec: PipelineSpec, order: list[int]) -> PipelineSpec:
    return replace(spec, steps=tuple(spec.steps[i] for i in order))


@pytest.mark.parametrize("spec", SPECS)
def test_a_pipeline_does_not_differ_from_itself(spec: PipelineSpec) -> None:
    assert changes(spec, spec) == ()


@given(specs_and_edits())
def test_an_edit_names_exactly_the_node_that_was_edited(case: tuple[PipelineSpec, PipelineSpec, str]) -> None:
    before, after, node_id = case
    assert [change.node_id for change in changes(before, after)] == [node_id]


def mirrored(change: Change) -> tuple[object, ...]:
    return (
        MIRROR.get(change.kind, change.kind), change.node_id, change.field, repr(change.after), repr(change.before),
        change.count,
    )  # fmt: skip


def as_is(change: Change) -> tuple[object, ...]:
    return change.kind, change.node_id, change.field, repr(change.before), repr(change.after), change.count


@given(specs_and_edits(), st.data())
def test_swapping_the_two_mirrors_the_changes(
    case: tuple[PipelineSpec, PipelineSpec, str], data: st.DataObject
) -> None:
    before, after, _node_id = case
    order = data.draw(st.permutations(range(len(after.steps))))
    after = shuffled(after, list(order))
    there, back = changes(before, after), changes(after, before)
    assert sorted(map(as_is, there)) == sorted(map(mirrored, back))
    assert bool(there) == (before != after)


@given(st.permutations(range(6)))
def test_as_few_steps_as_possible_count_as_moved(order: list[int]) -> None:
    names = ["Blur", "Rotate", "Affine", "HorizontalFlip", "Resize", "Solarize"]
    spec = PipelineSpec(tuple(Step(name) for name in names))
    moved = changes(spec, shuffled(spec, order))
    assert {change.kind for change in moved} <= {"moved"}
    still = [i for i in order if f"{names[i]}-1" not in {change.node_id for change in moved}]
    assert still == sorted(still)
    assert len(moved) == 6 - _longest_rise(order)


def _longest_rise(order: list[int]) -> int:
    best: list[int] = []
    for i, value in enumerate(order):
        best.append(1 + max((best[j] for j in range(i) if order[j] < value), default=0))
    return max(best)
