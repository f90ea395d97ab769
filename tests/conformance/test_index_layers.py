"""Objects that share an index layer come out as they would one by one, through every transform."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.pipeline import border
from augviz.pipeline.run import Machine
from augviz.pipeline.spec import TAIL_NAMES, PipelineSpec, Step
from augviz.sample import Boxes, Labels, Masks, Sample, SemanticMap
from augviz.transforms import catalogue
from augviz.transforms.starting import starting_params

SIZE_HW = (120, 160)
MOVING = [
    name
    for name, entry in catalogue.offered().items()
    if "masks" in entry.moves and name not in TAIL_NAMES and "no object masks" not in entry.needs
]


def crowded() -> Sample:
    """Thirty squares, many over each other, so that there are several layers with many values each."""
    rng = np.random.default_rng(4)
    stack = np.zeros((30, *SIZE_HW), bool)
    for mask in stack:
        y, x = rng.integers(0, 100), rng.integers(0, 140)
        mask[y : y + 18, x : x + 18] = True
    image = rng.integers(0, 256, (*SIZE_HW, 3), np.uint8)
    labels = Labels(
        Boxes.of([[40, 40, 90, 90]], ["m"]),
        Masks.from_stack(stack, ["m"] * 30, size=SIZE_HW),
        SemanticMap(stack[0] * 1),
    )
    return Sample("s", image, labels)


SAMPLE = crowded()


def stack_after(spec: PipelineSpec, seed: int, *, one_by_one: bool) -> np.ndarray:
    machine = Machine(spec)
    machine._one_by_one = one_by_one
    outcome = machine.run(SAMPLE, seed)
    assert outcome.errors == ()
    assert outcome.after.labels.masks is not None
    return outcome.after.labels.masks.to_stack()


def test_the_sample_shares_layers_and_most_transforms_are_here() -> None:
    assert SAMPLE.labels.masks is not None
    assert 1 < len(SAMPLE.labels.masks.layers) < 30
    assert len(MOVING) > 30


@pytest.mark.parametrize("name", MOVING)
def test_layers_give_what_single_masks_give_unless_the_border_says_otherwise(name: str) -> None:
    spec = PipelineSpec((Step(name, starting_params(name, SIZE_HW)),))
    if border.mixes_mask_values(spec):
        assert name == "Morphological"
        return
    for seed in range(3):
        layers, single = (stack_after(spec, seed, one_by_one=choice) for choice in (False, True))
        np.testing.assert_array_equal(layers, single)
