"""A draw that was measured before is known again, and no other is taken for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from augviz.pipeline.effects import TEST_IMAGE, KnownDraws, force_leaf
from augviz.pipeline.same_draw import MOST_BYTES, fingerprint
from augviz.pipeline.spec import Group, PipelineSpec, Step, freeze
from augviz.pipeline.watching import Watcher
from augviz.policies.table import policy_of
from augviz.preservation.judge import Memory, survey_for

TURN = Step("Rotate", freeze({"limit": (9, 9)}))
ANY_TURN = Step("Rotate", freeze({"limit": (-9, 9)}))
GREY = Step("ToGray")


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the steps that were really measured."""
    names: list[str] = []
    see = Watcher.see

    def noting(self: Watcher, step: Step, call: Any) -> None:
        names.append(step.name)
        see(self, step, call)

    monkeypatch.setattr(Watcher, "see", noting)
    return names


def spec_of(*steps: Step | Group) -> PipelineSpec:
    return PipelineSpec(steps)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1}, {"a": 1.0}),
        ({"a": 1}, {"a": True}),
        ({"a": (1, 2)}, {"a": [1, 2]}),
        ({"a": np.float32(0.5)}, {"a": np.float64(0.5)}),
        ({"a": np.zeros((2, 3))}, {"a": np.zeros((3, 2))}),
        ({"a": np.zeros(2, np.int64)}, {"a": np.zeros(2, np.float64)}),
        ({"a": {"x": 1}}, {"a": {"x": 2}}),
        ({"a": None}, {}),
    ],
)
def test_other_values_have_other_fingerprints(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert fingerprint(one) == fingerprint(dict(one)) is not None
    assert fingerprint(one) != fingerprint(other)


def test_what_cannot_be_compared_or_would_not_pay_has_none() -> None:
    assert fingerprint({"a": lambda: 1}) is None
    assert fingerprint({"a": np.zeros(MOST_BYTES + 1, np.uint8)}) is None
    assert fingerprint({"a": np.array([object()])}) is None


def test_a_step_that_draws_nothing_is_measured_once(measured: list[str]) -> None:
    found = force_leaf(spec_of(TURN), "Rotate-1", TEST_IMAGE)
    assert len(found) == 16
    assert len(set(found)) == 1
    assert found[0].geometry is not None
    assert abs(found[0].geometry.rotation_deg) == pytest.approx(9, abs=0.3)
    assert measured == ["Rotate"]


def test_a_step_that_draws_is_measured_each_time(measured: list[str]) -> None:
    found = force_leaf(spec_of(ANY_TURN), "Rotate-1", TEST_IMAGE, 4)
    assert len(set(found)) == 4
    assert measured == ["Rotate"] * 4


def test_known_draws_are_those_of_a_picture_and_of_a_step(measured: list[str]) -> None:
    known: KnownDraws = {}
    other = TEST_IMAGE.image[::-1].copy()
    spec = spec_of(TURN, Step("Rotate", freeze({"limit": (9, 9), "border_mode": 1})), TURN)
    for step_id in ("Rotate-1", "Rotate-2", "Rotate-3"):
        force_leaf(spec, step_id, TEST_IMAGE, 2, known=known)
    assert len(measured) == 2  # the third is the first, at another place
    force_leaf(spec, "Rotate-1", type(TEST_IMAGE)("other", other), 2, known=known)
    assert len(measured) == 3


def test_a_survey_says_the_same_with_what_others_have_measured() -> None:
    small = type(TEST_IMAGE)("small", TEST_IMAGE.image[100:196, 100:228].copy())
    choice = Group("OneOf", (TURN, ANY_TURN, TURN, GREY))
    spec = spec_of(choice, ANY_TURN, GREY)
    memory = Memory()
    survey_for(spec_of(GREY, ANY_TURN, TURN), (small,), "natural", memory=memory)
    alone = survey_for(spec, (small,), "natural")
    assert survey_for(spec, (small,), "natural", memory=memory) == alone
    reaches = {leaf.step.id: leaf.reach for leaf in alone.leaves}
    assert reaches["Rotate-1"] == reaches["Rotate-3"]
    assert reaches["Rotate-2"].plain_turn_deg != reaches["Rotate-4"].plain_turn_deg  # each has draws of its own


def test_a_policy_is_surveyed_by_its_different_steps(measured: list[str]) -> None:
    small = type(TEST_IMAGE)("small", TEST_IMAGE.image[100:164, 100:164].copy())
    spec = policy_of("autoaugment-imagenet").build()
    steps = [node for node in spec.walk() if isinstance(node, Step)]
    survey_for(spec, (small,), "natural")
    assert len(steps) == 64
    assert measured.count("Equalize") <= 16 * 2 + 3  # 15 of them stand there; natural draws are measured as a whole
