"""Whatever a visitor does to the tree: nothing gets lost or doubled by accident, and no other step draws anew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augviz.errors import PipelineError
from augviz.pipeline import editing
from augviz.pipeline.export import ExportOptions, not_carried, to_document, to_python, to_yaml
from augviz.pipeline.importing import read_pipeline
from augviz.pipeline.run import run
from augviz.pipeline.spec import GROUP_KINDS, Group, PipelineSpec, Step
from augviz.sample import Sample

SAMPLE = Sample("noise", np.random.default_rng(0).integers(0, 256, (20, 28, 3), np.uint8))
LEAVES = ("HorizontalFlip", "VerticalFlip", "Transpose", "InvertImg", "ToGray")
TAIL = (Step("Normalize"),)

leaves = st.builds(Step, st.sampled_from(LEAVES), p=st.sampled_from([0.25, 0.5, 1.0]))
groups = st.recursive(
    leaves,
    lambda nodes: st.builds(
        Group, st.sampled_from(GROUP_KINDS), st.lists(nodes, max_size=3).map(tuple), n=st.integers(1, 3)
    ),
    max_leaves=8,
)
specs = st.lists(groups, max_size=5).map(lambda nodes: PipelineSpec(tuple(nodes), TAIL))

Edit = Callable[[PipelineSpec], PipelineSpec]


@st.composite
def edits(draw: st.DrawFn, spec: PipelineSpec) -> tuple[str, Edit]:
    """One edit that fits the pipeline, or nearly: one id in three is unknown or of the tail."""
    known = [*(node.id for node in spec.walk()), "gone", "Normalize-1"]
    ids = draw(st.lists(st.sampled_from(known), max_size=4))
    one, kind = draw(st.sampled_from(known)), draw(st.sampled_from(GROUP_KINDS))
    parent, index = draw(st.sampled_from([None, *known])), draw(st.integers(-1, 6))
    title = draw(st.text(max_size=80))
    return draw(
        st.sampled_from(
            [
                ("move", lambda s: editing.move_to(s, ids, parent, index)),
                ("group", lambda s: editing.group(s, ids, kind)),
                ("ungroup", lambda s: editing.ungroup(s, one)),
                ("kind", lambda s: editing.change_kind(s, one, kind)),
                ("switch", lambda s: editing.switch(s, ids)),
                ("rename", lambda s: editing.rename(s, one, title)),
                ("remove", lambda s: editing.remove(s, ids)),
                ("duplicate", lambda s: editing.duplicate(s, ids)),
            ]
        )
    )


def steps_of(spec: PipelineSpec) -> Counter[str]:
    """Ids of the leaves."""
    return Counter(node.id for node in spec.walk() if isinstance(node, Step))


@given(specs, st.data())
def test_no_sequence_of_edits_loses_or_doubles_a_step(spec: PipelineSpec, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 6))):
        name, edit = data.draw(edits(spec))
        after = edit(spec)
        ids = [node.id for node in (*after.walk(), *after.tail)]
        assert len(set(ids)) == len(ids)
        if name == "remove":
            assert steps_of(after) <= steps_of(spec)
        elif name == "duplicate":
            assert steps_of(after) >= steps_of(spec)
        else:
            assert steps_of(after) == steps_of(spec)
            assert [step.id for step in after.tail] == [step.id for step in spec.tail]
        spec = after


@given(specs, st.data())
def test_what_was_edited_and_exported_reads_back(spec: PipelineSpec, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        spec = data.draw(edits(spec))[1](spec)
    options = ExportOptions(torch=True)
    back = read_pipeline(to_yaml(spec, options)).spec
    assert to_document(back, options) == to_document(spec, options)


@given(specs, st.data())
def test_group_then_ungroup_is_as_before(spec: PipelineSpec, data: st.DataObject) -> None:
    lists = [spec.steps, *(node.children for node in spec.walk() if isinstance(node, Group))]
    siblings = data.draw(st.sampled_from([nodes for nodes in lists if nodes] or [()]))
    start = data.draw(st.integers(0, len(siblings)))
    ids = [node.id for node in siblings[start : data.draw(st.integers(start, len(siblings)))]]
    grouped = editing.group(spec, ids, data.draw(st.sampled_from(GROUP_KINDS)))
    new = {node.id for node in grouped.walk()} - {node.id for node in spec.walk()}
    assert len(new) == bool(ids)
    assert editing.ungroup(grouped, next(iter(new), "gone")) == spec


@given(specs, st.integers(0, 2**40), st.data())
def test_moving_and_grouping_change_no_draw(spec: PipelineSpec, seed: int, data: st.DataObject) -> None:
    """A step that is reached before and after draws the same; only whether it is reached can change."""
    edit = data.draw(edits(spec).filter(lambda found: found[0] in ("move", "group", "ungroup", "rename", "remove")))[1]

    def drawn(of: PipelineSpec) -> dict[str, object]:
        outcome = run(of, SAMPLE, seed)
        return {f"{step.step_id}/{step.visit}": step.drawn for step in outcome.trace if step.fired}

    before, after = drawn(spec), drawn(edit(spec))
    assert all(after[key] == before[key] for key in before.keys() & after.keys())


@given(specs, st.data())
def test_a_node_arrives_where_it_was_sent(spec: PipelineSpec, data: st.DataObject) -> None:
    groups = [node for node in spec.walk() if isinstance(node, Group)]
    parent = data.draw(st.sampled_from([None, *groups]))
    known = [node.id for node in spec.walk()]
    if not known:
        return
    ids = data.draw(st.lists(st.sampled_from(known), min_size=1, max_size=3))
    children = spec.steps if parent is None else parent.children
    index = data.draw(st.integers(0, len(children)))
    after = editing.move_to(spec, ids, parent and parent.id, index)
    moved = [node.id for node in editing.tops(spec, ids)]
    if parent is not None and not any(n.id == parent.id for n in after.walk()):
        raise AssertionError("the group that takes them is gone")
    if after is spec:
        return
    now = after.steps if parent is None else after.find(parent.id).children  # type: ignore[union-attr]
    stayed = [child.id for child in children[:index] if child.id not in moved]
    assert [node.id for node in now][len(stayed) : len(stayed) + len(moved)] == moved


FLIP, BLUR, NOISE = Step("HorizontalFlip"), Step("GaussianBlur"), Step("GaussNoise")


def ids(spec: PipelineSpec) -> list[str]:
    return [node.id for node in spec.walk()]


def test_move_by_stops_at_the_ends_and_works_inside_groups() -> None:
    spec = PipelineSpec((FLIP, Group("OneOf", (BLUR, NOISE))))
    assert ids(editing.move_by(spec, "OneOf-1", -5))[0] == "OneOf-1"
    assert ids(editing.move_by(spec, "OneOf-1", 5)) == ids(spec)
    assert ids(editing.move_by(spec, "GaussNoise-1", -1))[2:] == ["GaussNoise-1", "GaussianBlur-1"]
    assert ids(editing.move_by(spec, "GaussianBlur-1", 1))[2:] == ["GaussNoise-1", "GaussianBlur-1"]


def test_a_group_cannot_be_moved_into_itself() -> None:
    spec = PipelineSpec((Group("OneOf", (Group("Sequential", (BLUR,)), NOISE)),))
    assert editing.move_to(spec, ["OneOf-1"], "Sequential-1", 0) is spec
    assert editing.move_to(spec, ["OneOf-1"], "OneOf-1", 0) is spec


def test_copies_draw_on_their_own() -> None:
    spec = editing.duplicate(PipelineSpec((FLIP, Group("OneOf", (BLUR,)))), ["OneOf-1", "GaussianBlur-1"])
    assert ids(spec) == ["HorizontalFlip-1", "OneOf-1", "GaussianBlur-1", "OneOf-2", "GaussianBlur-2"]


def test_nodes_of_several_groups_meet_where_the_first_stood() -> None:
    spec = PipelineSpec((FLIP, Group("OneOf", (BLUR, NOISE)), Step("ToGray")))
    grouped = editing.group(spec, ["ToGray-1", "GaussNoise-1"], "Sequential")
    assert ids(grouped)[1:] == ["OneOf-1", "GaussianBlur-1", "Sequential-1", "GaussNoise-1", "ToGray-1"]


def test_depth_has_a_limit_with_a_sentence() -> None:
    spec = PipelineSpec((BLUR,))
    for _ in range(editing.MAX_DEPTH):
        spec = editing.group(spec, [spec.steps[0].id], "OneOf")
    with pytest.raises(PipelineError, match="16 deep"):
        editing.group(spec, ["GaussianBlur-1"], "Sequential")
    other = replace(spec, steps=(*spec.steps, Group("OneOf", (NOISE,), id="late")))
    with pytest.raises(PipelineError, match="16 deep"):
        editing.move_to(other, ["late"], "OneOf-1", 0)


@pytest.mark.parametrize(
    ("open_id", "place"),
    [("HorizontalFlip-1", 1), ("OneOf-1", 4), ("GaussianBlur-1", 3), ("GaussNoise-1", 4), ("gone", 5), ("", 5)],
)
def test_a_new_step_comes_where_the_visitor_works(open_id: str, place: int) -> None:
    spec = PipelineSpec((FLIP, Group("OneOf", (BLUR, NOISE)), Step("ToGray")), TAIL)
    after = editing.add_beside(spec, Step("Solarize"), open_id)
    assert ids(after).index("Solarize-1") == place
    inside = editing.parent_of(after, "Solarize-1") is not None
    assert inside == (open_id in ("OneOf-1", "GaussianBlur-1", "GaussNoise-1"))


def test_a_name_is_cut_to_one_short_line() -> None:
    spec = editing.rename(PipelineSpec((BLUR,), TAIL), "GaussianBlur-1", "  soft\n lens\u202e " + "x" * 80)
    assert spec.steps[0].title.startswith("soft lens")
    assert len(spec.steps[0].title) <= 60
    assert editing.rename(spec, "Normalize-1", "ImageNet").tail[0].title == "ImageNet"
    assert editing.rename(spec, "GaussianBlur-1", " ").steps[0].title == ""


def test_python_code_carries_names_as_comments_and_the_other_files_say_that_they_do_not() -> None:
    spec = PipelineSpec((replace(BLUR, title="Soft lens"), Group("OneOf", (FLIP,), title="Mirrors")))
    code = to_python(spec, ExportOptions())
    assert "# Soft lens\n        A.GaussianBlur(" in code
    assert "# Mirrors\n        A.OneOf(" in code
    compile(code, "pipeline.py", "exec")
    assert any("own names" in problem.what for problem in not_carried(spec, ExportOptions()))
