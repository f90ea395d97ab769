"""A common strength, held to every transform of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import albumentations as A
import numpy as np
import pytest

from augviz.errors import PipelineError
from augviz.pipeline.spec import Group, PipelineSpec, Step
from augviz.pipeline.strength import _moved, scaled, way_of
from augviz.transforms.catalogue import offered
from augviz.transforms.construct import check, make, starting_params
from augviz.transforms.families import NEEDS
from augviz.transforms.kinds import Bounds, NoiseForm, Parameter, ShareOrPixels, is_number
from augviz.transforms.neutral import FIXED_SIZE, NEVER_QUITE_OFF, ROWS, neutral_of
from augviz.transforms.values import frozen
from tests.conformance.trial_values import picture, run_once, slider_values

SIDE = 256
STRENGTHS = (0.0, 0.01, 0.3, 0.5, 1.0, 1.37, 1.99, 2.0)
NAMES = [entry.name for entry in offered().values() if not entry.is_tail]
MORE: Mapping[str, Mapping[str, Any]] = {
    "AdditiveNoise": {"noise_params": {"ranges": ((-0.1, 0.1),)}},
    "ConstrainedCoarseDropout": {"mask_indices": (1, 2)},
    "PlanckianJitter": {"temperature_limit": (4500, 9000)},
    "RandomResizedCrop": {"size": (SIDE, SIDE)},
    "Affine": {"shear": (-8.0, 8.0)},
}
"""Values without which there would be less to see."""


def _step(name: str) -> Step:
    return Step(name, frozen({**starting_params(name, (SIDE, SIDE)), **MORE.get(name, {})}), p=0.6, id="one")


def _scaled(step: Step, strength: float) -> Step:
    (found,) = scaled(PipelineSpec((step,)), strength).steps
    assert isinstance(found, Step)
    return found


def _image(transform: A.BasicTransform, seed: int, image: np.ndarray) -> np.ndarray:
    boxes = "no boxes" not in NEEDS.get(type(transform).__name__, frozenset())
    return run_once(transform, seed, image, boxes=boxes).image


def _numbers(value: Any) -> Iterator[float]:
    if isinstance(value, (tuple, Mapping)):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _numbers(item)
    elif is_number(value):
        yield value


def _bounds(parameter: Parameter, number: float) -> Bounds | None:
    if isinstance(parameter, ShareOrPixels):
        return parameter.pixels if isinstance(number, int) else parameter.share
    return getattr(parameter, "bounds", None)


def test_every_transform_of_the_tables_is_offered_with_that_parameter() -> None:
    for row in ROWS:
        transform, _dot, name = row.pattern.partition(".")
        fields = {p.name for p in offered()[transform].parameters}
        fields |= {
            field.name
            for p in offered()[transform].parameters
            if isinstance(p, NoiseForm)
            for form in p.forms.values()
            for field in form
        }
        assert name in fields, row.pattern
        assert row.source
    assert {*NEVER_QUITE_OFF, *FIXED_SIZE} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_strength_is_accepted_and_stays_inside_the_hard_bounds(name: str) -> None:
    for strength in STRENGTHS:
        step = _scaled(_step(name), strength)
        check(name, step.params)
        assert 0 <= step.p <= 1
        for parameter in offered()[name].parameters:
            for number in _numbers(step.params.get(parameter.name)):
                bounds = _bounds(parameter, number)
                assert bounds is None or bounds.holds(number), (parameter.name, number)


@pytest.mark.parametrize("name", NAMES)
def test_whatever_a_slider_sets_can_be_scaled(name: str) -> None:
    for parameter in offered()[name].parameters:
        for value in slider_values(parameter):
            step = _step(name).with_param(parameter.name, value)
            try:
                check(name, step.params)
            except PipelineError:
                continue  # what cannot be set cannot be scaled either
            for strength in (0.0, 0.4, 2.0):
                check(name, _scaled(step, strength).params)


@pytest.mark.parametrize("name", NAMES)
def test_strength_1_is_what_was_set(name: str) -> None:
    assert _scaled(_step(name), 1.0) == _step(name)


@pytest.mark.parametrize("name", [name for name in NAMES if way_of(_step(name)).kind == "numbers"])
def test_moving_by_1_writes_out_what_the_library_would_have_used(name: str) -> None:
    step = _step(name)
    set_out = make(name, _moved(step, 1.0), 1.0)
    as_set = make(name, step.params, 1.0)
    for seed in range(2):
        ours, theirs = (_image(each, seed, picture(SIDE)) for each in (set_out, as_set))
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("name", NAMES)
def test_strength_0_changes_no_pixel_or_says_why_it_never_fires(name: str) -> None:
    step = _scaled(_step(name), 0.0)
    if name in FIXED_SIZE:
        assert step == _step(name)
        return
    if step.p == 0:
        assert way_of(step).kind == "chance" or name in NEVER_QUITE_OFF
        return
    assert step.p == 0.6
    for dtype in (np.uint8, np.float32):
        image = picture(SIDE, 3, dtype)
        for seed in range(3):
            after = _image(make(name, step.params, 1.0), seed, image)
            assert after.shape == image.shape
            # float32: two roundings of the library's own arithmetic
            assert np.abs(after.astype(np.float64) - image).max() <= (0 if dtype is np.uint8 else 2e-5)


@pytest.mark.parametrize("name", NAMES)
def test_more_strength_is_farther_from_neutral_and_never_less_often(name: str) -> None:
    steps = [_scaled(_step(name), strength) for strength in STRENGTHS]
    chances = [step.p for step in steps]
    assert chances == sorted(chances)
    for parameter in offered()[name].parameters:
        neutral = neutral_of(name, parameter)
        if neutral is None or way_of(_step(name)).kind != "numbers":
            continue
        ends = [tuple(_numbers(step.params.get(parameter.name))) for step in steps[1:]]
        farthest = [max(abs(end - neutral) for end in each) for each in ends if each]
        assert farthest == pytest.approx(sorted(farthest)), parameter.name


def test_a_one_of_keeps_its_weights_and_a_chosen_child_fires_less_often() -> None:
    group = Group("OneOf", (Step("HorizontalFlip", p=0.3), Step("GaussNoise", p=0.7)), id="choice")
    (half,) = scaled(PipelineSpec((group,)), 0.5).steps
    assert isinstance(half, Group)
    flip, noise = half.children
    assert isinstance(flip, Group)
    assert (flip.p, flip.children[0].p, noise.p) == (0.3, 0.5, 0.7)
    assert scaled(PipelineSpec((group,)), 2.0).steps[0].children[0].p == 0.3  # type: ignore[union-attr]


@pytest.mark.parametrize("strength", [0.01, 0.5, 2.0])
@pytest.mark.parametrize("name", NAMES)
def test_every_strength_runs(name: str, strength: float) -> None:
    step = _scaled(_step(name), strength)
    for seed in range(2):
        _image(make(name, step.params, 1.0), seed, picture(SIDE))
