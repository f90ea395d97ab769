"""Every transform that is offered lets the probes through, or says that where things went is unknown."""

from __future__ import annotations

from typing import Any

import albumentations as A
import numpy as np
import pytest

from augviz.pipeline import probe
from augviz.pipeline.call import Call
from augviz.pipeline.coordinate_map import identity, on_grid
from augviz.pipeline.effects import (
    TEST_IMAGE,
    UNMOVED,
    Effects,
    KnownDraws,
    _labels_it_can_take,
    force_leaf,
    measure_run,
)
from augviz.pipeline.materials import registry
from augviz.pipeline.run import Machine, run
from augviz.pipeline.spec import TAIL_NAMES, PipelineSpec, Step
from augviz.sample import Labels, Sample
from augviz.transforms import catalogue
from augviz.transforms.other_images import OTHER_IMAGES
from augviz.transforms.starting import starting_params

NAMES = [name for name in catalogue.offered() if name not in TAIL_NAMES]

UNKNOWN: dict[str, str] = {}
"""Transforms whose geometry cannot be told, and why; none of those that are offered (2.0.8)."""

MORE: dict[str, dict[str, Any]] = {"ConstrainedCoarseDropout": {"bbox_labels": ("object",)}}
"""Parameters without which a step has nothing to do."""

OTHER = Sample("other", np.ascontiguousarray(TEST_IMAGE.image[::-1] // 2), Labels())
MATERIALS = registry([OTHER])


def spec_for(name: str) -> PipelineSpec:
    materials = (OTHER.name,) if name in OTHER_IMAGES else ()
    params = {**starting_params(name, TEST_IMAGE.size_hw), **MORE.get(name, {})}
    return PipelineSpec((Step(name, params, materials=materials),))


def forced(name: str) -> tuple[Effects, ...]:
    return force_leaf(spec_for(name), f"{name}-1", TEST_IMAGE, draws=3, seed=5, materials=MATERIALS)


@pytest.mark.parametrize("name", NAMES)
def test_probes_pass_or_say_that_they_cannot(name: str) -> None:
    found = forced(name)
    assert len(found) == 3
    for effects in found:
        assert (effects.geometry is None) == (name in UNKNOWN)
        assert bool(effects.unknown) == (name in UNKNOWN)
        assert 0 <= effects.lost_share <= 1
        assert all(np.isfinite(value) for value in vars(effects.geometry).values())
        assert effects.appearance is None or all(np.isfinite(value) for value in vars(effects.appearance).values())


@pytest.mark.parametrize("name", NAMES)
def test_what_is_known_of_a_draw_is_what_would_be_measured(name: str) -> None:
    known: KnownDraws = {}
    first, again = (
        force_leaf(spec_for(name), f"{name}-1", TEST_IMAGE, draws=3, seed=5, materials=MATERIALS, known=known)
        for _time in range(2)
    )
    assert first == again == forced(name)


class Counting:
    """Notes how the generators of a leaf stand when its parameters are drawn, and when it is done."""

    def __init__(self) -> None:
        self.stands: list[object] = []

    def note(self, leaf: A.BasicTransform) -> None:
        self.stands.append((leaf.random_generator.bit_generator.state, leaf.py_random.getstate()))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_drawn_after_the_parameters(name: str) -> None:
    """So the probes can go through the same draw afterwards, with nothing but the parameters."""
    machine, counting = Machine(spec_for(name), MATERIALS), Counting()
    leaf = machine._built.leaves[f"{name}-1"]
    make = leaf.apply_with_params

    def noting(params: dict[str, Any], *args: Any, **data: Any) -> Any:
        counting.note(leaf)
        done = make(params, *args, **data)
        counting.note(leaf)
        return done

    leaf.apply_with_params = noting
    machine.run(_labels_it_can_take(machine.spec.steps[0], TEST_IMAGE), 5)
    assert len(counting.stands) == 2
    assert counting.stands[0] == counting.stands[1]


@pytest.mark.parametrize("name", NAMES)
def test_watching_changes_no_byte(name: str) -> None:
    spec, on = spec_for(name), TEST_IMAGE
    bare = run(spec, on, 9, materials=MATERIALS)
    assert measure_run(spec, on, 9, materials=MATERIALS).outcome.after.digest == bare.after.digest


@pytest.mark.parametrize("name", [name for name in NAMES if "keypoints" not in catalogue.entry(name).moves])
def test_what_moves_no_labels_moves_no_pixels(name: str) -> None:
    assert all(effects.geometry == UNMOVED for effects in forced(name) if not catalogue.entry(name).moves)


class Keeping:
    """Keeps the calls of a run."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def see(self, _step: Step, call: Call) -> None:
        self.calls.append(call)


@pytest.mark.parametrize("limit", [probe.MOST_PACKED, 0], ids=["packed", "large"])
@pytest.mark.parametrize("name", NAMES)
def test_the_quick_map_on_a_grid_is_the_map(name: str, limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Places in one number go the same ways as in two, so that names follow what the effects say."""
    monkeypatch.setattr(probe, "MOST_PACKED", limit)
    machine, keeping = Machine(spec_for(name), MATERIALS), Keeping()
    machine.run(_labels_it_can_take(machine.spec.steps[0], TEST_IMAGE), 5, probe=keeping)
    (call,) = keeping.calls
    quick, unknown = probe.places(call)
    assert not unknown
    whole = probe.sight(call, TEST_IMAGE.image).coordinates
    if quick is None:
        assert whole is None
    else:
        whole = identity(TEST_IMAGE.size_hw) if whole is None else whole
        # OpenCV rounds halves of a pixel otherwise where there are two channels.
        np.testing.assert_allclose(on_grid(quick), on_grid(whole), atol=1)


NEAREST = {
    name: {"interpolation": 0} for name in ("Rotate", "Affine", "Perspective", "ShiftScaleRotate", "ElasticTransform")
}
NEAREST |= {
    name: {"interpolation": 0} for name in ("GridDistortion", "OpticalDistortion", "RandomResizedCrop", "Resize")
}
NEAREST |= {name: {"interpolation": 0} for name in ("ThinPlateSpline", "GridElasticDeform", "SafeRotate", "CropAndPad")}
MOVERS = {"HorizontalFlip", "VerticalFlip", "Transpose", "D4", "RandomRotate90", *NEAREST}
MOVERS |= {"RandomGridShuffle", "RandomCrop", "CenterCrop", "Crop", "Pad", "PadIfNeeded", "RandomCropFromBorders"}


@pytest.mark.parametrize("name", sorted(MOVERS))
def test_the_map_says_where_every_pixel_came_from(name: str) -> None:
    """Where a step only moves pixels, the picture that the map foretells is the picture that came out."""
    step = Step(name, {**dict(starting_params(name, TEST_IMAGE.size_hw)), **NEAREST.get(name, {})})
    seen = measure_run(PipelineSpec((step,)), TEST_IMAGE, 4)
    assert seen.map is not None
    inside = (seen.map > 0).all(axis=-1)
    x, y = (seen.map[inside] - 1).astype(int).T
    same = (TEST_IMAGE.image[y, x] == seen.outcome.after.image[inside]).all(axis=-1)
    assert same.mean() > 0.99


def test_the_map_of_nothing_is_each_pixel_itself() -> None:
    x, y = identity((3, 5))[2, 4]
    assert (x, y) == (5, 3)
