"""Run is pure, and one slider moves one step."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from augviz.pipeline.chances import firing_shares
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, PipelineSpec, Step
from augviz.pipeline.trace import Outcome
from augviz.policies.starting_points import STARTING_POINTS
from augviz.sample import Boxes, Labels, Sample

GUIDE = next(start.spec for start in STARTING_POINTS if start.id == "guide")
seeds = st.integers(0, 2**40)


def picture(seed: int = 0) -> Sample:
    image = np.random.default_rng(seed).integers(0, 256, (40, 56, 3), np.uint8)
    return Sample("noise", image, Labels(Boxes.of([[5, 5, 30, 30]], ["thing"])))


SAMPLE = picture()


def draws(outcome: Outcome) -> dict[str, tuple[object, ...]]:
    """What each step drew, by id and visit."""
    return {f"{s.step_id}/{s.visit}": (s.fired, s.drawn, s.reason) for s in outcome.trace}


@given(seeds)
def test_same_inputs_give_the_same_bytes_and_stay_as_they_were(seed: int) -> None:
    before = SAMPLE.image.tobytes()
    first, second = run(GUIDE, SAMPLE, seed), run(GUIDE, SAMPLE, seed, keep_steps=True)
    assert first.after.digest == second.after.digest
    assert SAMPLE.image.tobytes() == before


def test_another_process_gives_the_same_bytes() -> None:
    code = (
        "from tests.property.test_streams import GUIDE, picture; from augviz.pipeline.run import run;"
        "print(run(GUIDE, picture(), 12345).after.digest)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == run(GUIDE, SAMPLE, 12345).after.digest


@given(seeds, st.sampled_from([0.0, 0.25, 0.75, 1.0]))
def test_p_only_switches_its_own_step(seed: int, p: float) -> None:
    """Another p may switch the step on or off; if it fires in both, it draws the same values."""
    step = GUIDE.steps[3]
    changed = GUIDE.edit(step.id, lambda node: replace(node, p=p))
    old, new = draws(run(GUIDE, SAMPLE, seed)), draws(run(changed, SAMPLE, seed))
    for key in old:
        if not key.startswith(step.id) or (old[key][0] and new[key][0]):
            assert new[key] == old[key]


@given(seeds, st.integers(0, 5), st.floats(0.05, 0.4))
def test_a_moved_slider_changes_no_other_step(seed: int, place: int, limit: float) -> None:
    step = Step("RandomBrightnessContrast", {"brightness_limit": (-0.2, 0.2)}, id="moved")
    spec = GUIDE.add(step, place)
    changed = spec.edit("moved", lambda node: node.with_param("brightness_limit", (-limit, limit)))
    old, new = draws(run(spec, SAMPLE, seed)), draws(run(changed, SAMPLE, seed))
    assert {k: v for k, v in old.items() if not k.startswith("moved")} == {
        k: v for k, v in new.items() if not k.startswith("moved")
    }


@given(seeds, st.permutations(range(6)))
def test_reordering_keeps_every_draw(seed: int, order: list[int]) -> None:
    shuffled = replace(GUIDE, steps=tuple(GUIDE.steps[i] for i in order))
    old, new = draws(run(GUIDE, SAMPLE, seed)), draws(run(shuffled, SAMPLE, seed))
    assert {k: v[0] for k, v in old.items()} == {k: v[0] for k, v in new.items()}


@given(seeds, st.integers(0, 5))
def test_removing_a_step_disturbs_none(seed: int, place: int) -> None:
    step = GUIDE.steps[place]
    old, new = draws(run(GUIDE, SAMPLE, seed)), draws(run(GUIDE.edit(step.id, lambda _: None), SAMPLE, seed))
    assert all(new[key][0] == old[key][0] for key in new)


def test_steps_are_independent() -> None:
    """Two flips with p = 0.5 agree in half of the samples; under Compose(seed=…) they always do."""
    spec = PipelineSpec((Step("HorizontalFlip", p=0.5), Step("VerticalFlip", p=0.5)))
    fired = np.array([[step.fired for step in run(spec, SAMPLE, seed).trace] for seed in range(600)])
    assert abs(np.corrcoef(fired.T)[0, 1]) < 0.12  # 3 sigma of r = 0 over 600 draws
    assert np.all(np.abs(fired.mean(axis=0) - 0.5) < 0.065)


FLIP, TURN, BLUR = Step("HorizontalFlip", p=0.4), Step("VerticalFlip", p=0.9), Step("Transpose", p=0.5)


@pytest.mark.parametrize(
    "group",
    [
        Group("OneOf", (FLIP, TURN, BLUR), p=0.7),
        Group("SomeOf", (FLIP, TURN, BLUR), n=2),
        Group("RandomOrder", (FLIP, TURN, BLUR), n=3, replace=True, p=0.8),
        Group("Sequential", (FLIP, Group("OneOf", (TURN, Group("SomeOf", (BLUR,), p=0.5)))), p=0.9),
    ],
    ids=lambda group: group.kind,
)
def test_firing_shares_are_what_really_happens(group: Group) -> None:
    """The share computed from the tree lies within 4 standard errors of 800 runs."""
    spec = PipelineSpec((group,), p=0.9)
    count = 800
    fired: dict[str, int] = {}
    for seed in range(count):
        for step_id in {step.step_id for step in run(spec, SAMPLE, seed).trace if step.fired}:
            fired[step_id] = fired.get(step_id, 0) + 1
    for step_id, share in firing_shares(spec).items():
        error = 4 * np.sqrt(max(share * (1 - share), 1e-3) / count)
        assert abs(fired.get(step_id, 0) / count - share) < error


@given(seeds, st.integers(1, 3), st.booleans())
def test_adding_a_child_to_a_group_keeps_the_streams_of_the_others(seed: int, n: int, with_replacement: bool) -> None:
    spec = PipelineSpec((Group("SomeOf", (FLIP, TURN), n=1, replace=with_replacement), Step("RandomRotate90")))
    more = spec.edit("SomeOf-1", lambda g: replace(g, children=(*g.children, BLUR), n=n))
    old, new = draws(run(spec, SAMPLE, seed)), draws(run(more, SAMPLE, seed))
    assume("RandomRotate90-1/0" in old)
    assert old["RandomRotate90-1/0"] == new["RandomRotate90-1/0"]
