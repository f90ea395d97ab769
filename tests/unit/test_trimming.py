"""Trim to my labels: what is left breaks no label, and nothing has become stronger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from augviz.pipeline.effects import TEST_IMAGE
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, Node, PipelineSpec, Step
from augviz.policies.table import policy_of
from augviz.preservation.facts import Facts
from augviz.preservation.finding import Finding, Fix
from augviz.preservation.judge import judge
from augviz.preservation.profiles import profile_of
from augviz.preservation.rules import RULES
from augviz.preservation.sources import SOURCES
from augviz.preservation.trimming import Trimmed, _Work, trim, without
from augviz.sample import Labels
from augviz.sample_library import load
from augviz.transforms.dead_parameters import effective

NEUTRAL = {"brightness": 1.0, "contrast": 1.0, "saturation": 1.0, "scale": 1.0}
CASES = [
    ("digits", ()), ("chest-xray", ("left_right_labels",)), ("document", ()), ("dermatology", ()), ("aerial", ()),
]  # fmt: skip
SMALL = run(PipelineSpec((Step("CenterCrop", {"height": 144, "width": 192}),)), TEST_IMAGE, 0).after.with_labels(
    Labels()
)  # type: ignore[arg-type]
"""A small image without labels: what is judged is the same, and it takes a tenth of the time."""
RULE_OF = {rule.code: rule for rule in RULES}


def facts_in(profile: str, *said: str) -> Facts:
    facts = profile_of(profile).as_facts()
    for fact in said:
        facts = facts.says(fact, "yes")
    return facts


def steps(spec: PipelineSpec) -> dict[str, Step]:
    return {node.id: node for node in spec.walk() if isinstance(node, Step)}


def violating(spec: PipelineSpec, profile: str, facts: Facts) -> list[tuple[str, str | None]]:
    found = judge(spec, facts, profile, (SMALL,))
    return [(each.code, each.step_id) for each in found if each.severity == "violating"]


def farthest(value: Any, neutral: float) -> float:
    """How far a parameter goes from the value that changes nothing."""
    if isinstance(value, Mapping):
        return max(farthest(part, neutral) for part in value.values())
    if isinstance(value, tuple):
        return max(farthest(part, neutral) for part in value)
    return abs(float(value) - neutral)


def assert_no_stronger(before: PipelineSpec, after: PipelineSpec) -> None:
    mine = steps(before)
    for step_id, step in steps(after).items():
        assert step.name == mine[step_id].name
        assert step.p <= mine[step_id].p
        old, new = (effective(step.name, each.params) for each in (mine[step_id], step))
        for key in old:
            if old[key] != new[key]:
                assert farthest(new[key], NEUTRAL.get(key, 0.0)) <= farthest(old[key], NEUTRAL.get(key, 0.0)), key


def assert_said(before: PipelineSpec, done: Trimmed) -> None:
    gone = set(steps(before)) - set(steps(done.spec))
    assert {cut.step_id for cut in done.removed} == gone
    changed = {i for i, step in steps(done.spec).items() if step.params != steps(before)[i].params}
    assert {cut.step_id for cut in done.clamped if cut.step_id} == changed
    for cut in (*done.removed, *done.clamped):
        assert cut.message == RULE_OF[cut.code].message
        assert set(cut.source.split(", ")) <= set(SOURCES)
        assert cut.title
        assert f"{cut.code}: {cut.message}" in cut.sentence


@pytest.mark.parametrize("policy_id", ["trivialaugment-wide", "guide"])
@pytest.mark.parametrize(("profile", "said"), CASES, ids=[profile for profile, _ in CASES])
def test_what_is_left_breaks_no_label_and_is_no_stronger(policy_id: str, profile: str, said: tuple[str, ...]) -> None:
    spec, facts = policy_of(policy_id).build(), facts_in(profile, *said)
    done = trim(spec, profile, facts, (SMALL,))
    assert done.left == ()
    assert (done.removed or done.clamped) or done.spec == spec
    assert_no_stronger(spec, done.spec)
    assert_said(spec, done)
    again = trim(done.spec, profile, facts, (SMALL,))  # judges it anew
    assert (again.spec, again.removed, again.clamped, again.left) == (done.spec, (), (), ())


def test_trivialaugment_wide_turns_digits_by_15_degrees_and_says_why() -> None:
    spec, facts = policy_of("trivialaugment-wide").build(), facts_in("digits")
    turn = next(step for step in steps(spec).values() if step.name == "Rotate")
    assert turn.params["limit"] == (-135, 135)
    assert ("D03", turn.id) in violating(spec, "digits", facts)
    done = trim(spec, "digits", facts)
    assert steps(done.spec)[turn.id].params["limit"] == (-15, 15)
    assert steps(done.spec)[turn.id].title == "Rotate, narrowed"
    cut = next(cut for cut in done.clamped if cut.step_id == turn.id)
    assert (cut.done, cut.code) == ("Limit rotation to ±15°", "D03")
    assert cut.sentence.startswith("Rotate: limit rotation to ±15°. D03: Half a turn makes a 9 of a 6")
    assert cut.sentence.endswith("(AD, S, M)")


def test_the_trimmed_trivialaugment_wide_for_digits_has_no_violating_finding() -> None:
    spec, facts, digits = policy_of("trivialaugment-wide").build(), facts_in("digits"), (load("digits"),)
    done = trim(spec, "digits", facts, digits)
    assert [each for each in judge(done.spec, facts, "digits", digits) if each.severity == "violating"] == []
    assert [each for each in judge(done.spec, facts, "digits") if each.severity == "violating"] == []
    turns = [cut for cut in done.clamped if cut.step_id.startswith("Rotate")]
    assert [(cut.title, cut.done) for cut in turns] == [  # narrowed twice, and called by its own name both times
        ("Rotate", "Limit rotation to ±15°"),
        ("Rotate", "Limit rotation to ±10°"),
    ]


def test_progress_never_goes_back_and_whoever_listens_can_end_every_round() -> None:
    told: list[tuple[int, int]] = []
    trim(policy_of("guide").build(), "document", facts_in("document"), (SMALL,), on_progress=lambda *n: told.append(n))
    first = next(place for place, (done, count) in enumerate(told) if done == count)
    assert [done for done, _count in told[: first + 1]] == list(range(1, first + 2))
    assert len(told) > first + 1
    assert all(0 < count - done <= 1 for done, count in told[first + 1 :])


def test_both_signs_are_narrowed_and_no_longer_named_by_their_old_number() -> None:
    spec, facts = policy_of("randaugment").build(n=1, m=30), facts_in("document")
    done = trim(spec, "document", facts, (SMALL,))
    assert violating(done.spec, "document", facts) == []
    for step in steps(done.spec).values():
        if step.name == "Rotate" and step.title != "Rotate +30°" and step.title != "Rotate −30°":
            assert step.title == "Rotate, narrowed"
            assert step.params["limit"] == (-5, 5)
    assert_no_stronger(spec, done.spec)


def test_a_group_that_is_left_empty_goes_too() -> None:
    flips = Group("OneOf", (Step("HorizontalFlip"), Step("VerticalFlip")))
    spec = PipelineSpec((Group("Sequential", (flips,)), Step("GaussNoise", {"std_range": (0.01, 0.02)}, 0.3)))  # type: ignore[arg-type]
    done = trim(spec, "chest-xray", facts_in("chest-xray", "left_right_labels"), (SMALL,))
    assert [node.name for node in done.spec.walk()] == ["GaussNoise"]
    assert [cut.title for cut in done.removed] == ["HorizontalFlip", "VerticalFlip"]
    assert done.lines("chest-xray")[0] == "Trimmed to chest-xray: 2 removed, 0 narrowed."


def test_of_two_steps_that_break_labels_only_together_the_rarest_goes() -> None:
    often = Step("RandomRotate90", p=0.0)
    turns = (Step("Rotate", {"limit": (58, 60), "crop_border": False}, 0.5), Step("Rotate", {"limit": (58, 60)}, 0.9))  # type: ignore[arg-type]
    spec, facts = PipelineSpec((*turns, often)), facts_in("chest-xray")
    alone = violating(PipelineSpec((turns[0],)), "chest-xray", facts)
    together = violating(spec, "chest-xray", facts)
    assert alone == []
    assert together == [("X01", None)]
    done = trim(spec, "chest-xray", facts, (SMALL,))
    assert [cut.step_id for cut in done.removed] == ["Rotate-1"]
    assert [node.id for node in done.spec.walk()] == ["Rotate-2", "RandomRotate90-1"]


def test_what_no_step_does_is_left_and_said() -> None:
    spec = RULE_OF["MS5"].fires_on.spec
    done = trim(spec, "multispectral", facts_in("multispectral"), (SMALL,))
    assert [each.code for each in done.left] == ["MS5"]
    assert done.spec == spec


def test_without_keeps_what_a_group_needs() -> None:
    def ids(node: Node) -> list[str]:
        return [child.id for child in node.children] if isinstance(node, Group) else [node.id]

    some = Group("SomeOf", (Step("HorizontalFlip"), Step("VerticalFlip"), Step("D4")), n=3)
    twice = Group("RandomOrder", (Step("Transpose"), Step("NoOp")), n=2, replace=True)
    weights = Group("OneOf", (Step("ToGray"), Step("ToSepia", p=0.0)))
    spec = PipelineSpec((some, twice, weights))
    first, *_rest = without(spec, "VerticalFlip-1").steps
    assert (ids(first), first.n) == (["HorizontalFlip-1", "D4-1"], 2)
    assert without(spec, "NoOp-1").steps[1].n == 2
    assert [node.name for node in without(spec, "ToGray-1").steps] == ["SomeOf", "RandomOrder"]


@pytest.mark.parametrize("limits", [(5, 10), (10, 5), (5, 5)])
def test_a_second_rule_does_not_widen_what_the_first_has_narrowed(limits: tuple[int, int]) -> None:
    # Mends are made from the step as it was when it was judged: the later one knows nothing of the earlier.
    work = _Work(PipelineSpec((Step("Rotate", {"limit": (-135, 135)}),)))
    for code, limit in zip(("O01", "B06"), limits, strict=True):
        changed = work.spec.edit("Rotate-1", lambda node, to=limit: node.with_param("limit", (-to, to)))  # type: ignore[misc]
        fix = Fix(f"Limit rotation to ±{limit}°", lambda _spec, after=changed: after)  # type: ignore[misc]
        work.clamp(Finding(code, "violating", "Rotate-1", "Rotate", "It turns.", "", "", fix=fix), "Rotate-1")
    assert work.spec.steps[0].params["limit"] == (-5, 5)  # type: ignore[union-attr]
    assert [cut.code for cut in work.clamped] == (["O01", "B06"] if limits == (10, 5) else ["O01"])
