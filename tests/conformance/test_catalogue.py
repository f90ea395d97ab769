"""The catalogue against the installed library: nothing forgotten, nothing claimed that is not so."""

from __future__ import annotations

import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest

from augviz.transforms.catalogue import FAMILIES, TransformEntry, offered, withheld
from augviz.transforms.construct import exportable, make, notes, settings_of, signature_defaults
from augviz.transforms.families import COST_MS, FAMILY_OF, NEED_SENTENCES, NEEDS, WITHHELD
from augviz.transforms.kinds import Range
from augviz.transforms.library import concrete_classes
from augviz.transforms.slider_ranges import ROWS
from augviz.transforms.starting import starting_params
from tests.conformance.trial_values import Result, picture, run_once

OFFERED = (Path(__file__).parent / "offered_2_0_8.txt").read_text().split()
RUNNABLE = [name for name in OFFERED if name != "ToTensorV2"]


def test_the_snapshot_of_2_0_8() -> None:
    assert version("albumentations") == "2.0.8"
    assert sorted(offered()) == OFFERED
    assert len(OFFERED) == 100


def test_every_concrete_transform_is_offered_or_withheld_with_a_reason() -> None:
    assert set(concrete_classes()) | {"ToTensorV2"} == set(offered()) | set(withheld())
    assert not set(offered()) & set(withheld())
    for name, reason in withheld().items():
        assert reason.endswith("."), name
        assert reason[0].isupper(), name


def test_the_tables_name_nothing_that_does_not_exist() -> None:
    known = set(concrete_classes()) | {"ToTensorV2", "ToTensor3D"}
    assert set(FAMILY_OF) == set(offered())
    assert set(WITHHELD) <= known
    assert set(NEEDS) | set(COST_MS) <= set(offered())
    assert set(COST_MS) == set(RUNNABLE)
    parameters = {(entry.name, parameter.name) for entry in offered().values() for parameter in entry.parameters}
    for row in ROWS:
        transform, name = row.pattern.split(".")
        is_noise_field = transform == "AdditiveNoise"
        assert is_noise_field or any(transform in ("*", t) and name == p for t, p in parameters), row.pattern
        assert row.low < row.high, row.pattern
        assert row.reason, row.pattern


@pytest.mark.parametrize("entry", offered().values(), ids=lambda entry: entry.name)
def test_an_entry_can_be_read(entry: TransformEntry) -> None:
    assert entry.family in FAMILIES
    assert len(entry.summary) > 10
    assert entry.summary.endswith(".")
    assert entry.needs <= set(NEED_SENTENCES)
    assert 0 < entry.default_p <= 1
    assert exportable(entry.name)
    assert all(note.endswith(".") for note in notes(entry.name))
    labels = [parameter.label for parameter in entry.parameters]
    assert len(set(labels)) == len(labels), "two controls of one step would have the same name"
    for parameter in entry.parameters:
        assert parameter.help, f"{parameter.name} has no help"
        assert parameter.title[0].isupper(), parameter.title
        assert bool(parameter.none_means) == parameter.optional, parameter.name


@pytest.mark.parametrize("name", RUNNABLE)
def test_signature_defaults_are_the_library_s(name: str) -> None:
    """Setting every default by hand builds the same transform as setting none."""
    start = starting_params(name, (256, 256))
    plain, spelled = make(name, start, 1.0), make(name, {**signature_defaults(name), **start}, 1.0)
    assert settings_of(spelled) == settings_of(plain)


def test_slow_ones_are_marked() -> None:
    slow = {entry.name for entry in offered().values() if entry.is_slow}
    assert {"ElasticTransform", "RandomFog", "ShotNoise", "Superpixels"} <= slow
    assert not {"HorizontalFlip", "Rotate", "GaussianBlur", "ColorJitter"} & slow


def test_only_the_last_two_are_tail() -> None:
    assert {entry.name for entry in offered().values() if entry.is_tail} == {"Normalize", "ToTensorV2"}


def _ready(name: str) -> dict:
    """Values with which each transform does something to the trial picture."""
    extra = {"ConstrainedCoarseDropout": {"mask_indices": (1, 2)}, "Perspective": {"scale": (0.2, 0.2)}}
    return {**starting_params(name, (256, 256)), **extra.get(name, {})}


@pytest.mark.parametrize("name", RUNNABLE)
def test_channel_needs_are_as_listed(name: str) -> None:
    """Each transform runs on colour, and refuses one or six channels exactly if it says so."""
    entry = offered()[name]
    refused = {channels for channels in (1, 3, 6) if not _runs(entry, channels)}
    expected = {
        "three channels": {1, 6},
        "one or three channels": {6},
        "several channels": {1},
        "few channels": {6},
    }
    assert refused == set().union(*(expected.get(need, set()) for need in entry.needs))


def _runs(entry: TransformEntry, channels: int) -> bool:
    side = 96 if entry.is_slow else 256
    transform = make(entry.name, {**_ready(entry.name), **starting_params(entry.name, (side, side))}, 1.0)
    with warnings.catch_warnings():  # some warn that a grey image has no hue, and go on
        warnings.simplefilter("ignore")
        try:
            run_once(transform, 1, picture(side, channels), boxes="no boxes" not in entry.needs)
        except Exception:
            return False
    return True


@pytest.mark.parametrize("name", [name for name in RUNNABLE if not offered()[name].is_tail])
def test_moved_labels_are_as_listed(name: str) -> None:
    entry = offered()[name]
    has_boxes = "no boxes" not in entry.needs
    plain = run_once(make("NoOp", {}, 1.0), 0, picture(), boxes=has_boxes, points="no keypoints" not in entry.needs)
    moved: set[str] = set()
    for seed in range(6):
        out = run_once(make(name, _ready(name), 1.0), seed, picture(), boxes=has_boxes, keeps_all=False)
        moved |= _moved(plain, out)
    assert moved == entry.moves


def _moved(before: Result, after: Result) -> set[str]:
    """Which labels changed; boxes in pixels, because shares stay what they are when an image is resized."""
    height, width = after.image.shape[:2]
    pairs = {
        "masks": (before.mask, after.mask),
        "boxes": (before.boxes * 256, after.boxes * (width, height, width, height)),
        "keypoints": (before.keypoints, after.keypoints),
    }
    return {key for key, (a, b) in pairs.items() if a.shape != b.shape or not np.allclose(a, b, atol=1e-3)}


RANGES = [
    pytest.param(entry.name, parameter, id=f"{entry.name}.{parameter.name}")
    for entry in offered().values()
    for parameter in entry.parameters
    if isinstance(parameter, Range) and parameter.scalar_means != "refused" and parameter.name != "step_factor"
]
"""All but ZoomBlur.step_factor, where one number stands for a range from 0, which asks for endless layers."""


_UNUSUAL = {"beta_limit": 3.0, "FDA.beta_limit": 0.3, "hue": 0.3, "scale_limit": 0.5, "brightness": 3.0}
"""Numbers to try where the slider's end stands for a range that is refused, or clipped."""


@pytest.mark.parametrize(("name", "parameter"), RANGES)
def test_one_number_means_what_we_say(name: str, parameter: Range) -> None:
    """The library builds the same from one number and from the two ends that we show for it."""
    usual = _UNUSUAL.get(parameter.name, parameter.bounds.slider_max)
    number = _UNUSUAL.get(f"{name}.{parameter.name}", usual)
    start = starting_params(name, (256, 256))
    one = make(name, {**start, parameter.name: number}, 1.0)
    two = make(name, {**start, parameter.name: parameter.ends(number)}, 1.0)
    assert settings_of(one) == settings_of(two)
