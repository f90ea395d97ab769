"""What holds for the statistics of any picture and any pipeline."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from augviz.pipeline.idling import without
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.sample import Sample, default_bands
from augviz.statistics.contributions import contributions
from augviz.statistics.one_epoch import simulate_epoch
from augviz.statistics.pixel_statistics import PixelStatistics, pixel_statistics

SIZES = st.tuples(st.integers(3, 30), st.integers(3, 34), st.integers(1, 7))


def _image(size: tuple[int, int, int], seed: int, low: int = 0, high: int = 256) -> np.ndarray:
    return np.random.default_rng(seed).integers(low, high, size, dtype=np.uint8)


def _read(image: np.ndarray, inside: np.ndarray | None = None) -> PixelStatistics:
    found = pixel_statistics(image, default_bands(image.shape[2]), inside)
    assert found is not None
    return found


@given(SIZES, st.integers(0, 99), st.booleans(), st.booleans())
def test_histograms_sum_to_the_pixels_and_cumulative_curves_end_at_one(
    size: tuple[int, int, int], seed: int, as_float: bool, masked: bool
) -> None:
    image = _image(size, seed)
    inside = np.random.default_rng(seed).random(size[:2]) < 0.5 if masked else None
    if inside is not None:
        inside[0, 0] = True
    found = _read((image / 255).astype(np.float32) if as_float else image, inside)
    expected = image.shape[0] * image.shape[1] if inside is None else inside.sum()
    assert found.pixels == expected
    for place, channel in enumerate(found.channels):
        assert channel.counts.sum() == expected
        assert (np.diff(channel.cumulative) >= 0).all()
        assert channel.cumulative[-1] == pytest.approx(1)
        assert channel.shares.sum() == pytest.approx(1)
        chosen = image[..., place] if inside is None else image[inside][:, place]
        assert channel.mean == pytest.approx(chosen.mean(), abs=1e-3)
        assert channel.deviation == pytest.approx(chosen.std(), abs=1e-3)


@given(SIZES, st.integers(0, 99), st.integers(1, 60))
def test_brightening_shifts_means_by_what_it_says_and_nothing_else(
    size: tuple[int, int, int], seed: int, by: int
) -> None:
    image = _image(size, seed, 20, 190)
    before, after = _read(image).scalars, _read(image + np.uint8(by)).scalars
    for name in before:
        if name.startswith("mean of") or name == "brightness":
            assert after[name] == pytest.approx(before[name] + by, abs=1.01 if name == "brightness" else 1e-6)
        elif name.startswith("deviation of") or name in ("noise", "colourfulness"):
            assert after[name] == pytest.approx(before[name], abs=1e-6), name


@given(SIZES, st.integers(0, 99))
def test_mirroring_changes_no_number(size: tuple[int, int, int], seed: int) -> None:
    image = _image(size, seed)
    before, after = _read(image), _read(np.ascontiguousarray(image[:, ::-1]))
    assert dict(after.scalars) == pytest.approx(dict(before.scalars))


def _step(name: str, p: float, **params: object) -> Step:
    return Step(name, freeze(params), p)


DIM = {"brightness_limit": (-0.4, -0.2), "contrast_limit": (0.0, 0.0)}


@settings(max_examples=8)
@given(st.integers(0, 1000))
def test_a_step_that_never_fires_contributes_exactly_nothing(seed: int) -> None:
    steps = (_step("RandomBrightnessContrast", 0.0, **DIM), _step("GaussianBlur", 0.7), _step("HorizontalFlip", 0.5))
    sample = Sample("s", _image((24, 30, 3), 2))
    found = contributions(PipelineSpec(steps), [sample], draws=4, seed=seed)
    never = [row for row in found.rows if row.name == "RandomBrightnessContrast"]
    assert never
    assert all(row.change == row.size == row.fired == 0 for row in never)
    flips = [row for row in found.rows if row.name == "HorizontalFlip" and row.scalar.startswith("mean")]
    assert all(row.size < 0.05 for row in flips), "a mirror image is as bright as its picture"


@settings(max_examples=12)
@given(st.integers(0, 10_000))
def test_leaving_out_a_step_changes_only_what_depends_on_it(seed: int) -> None:
    steps = (_step("HorizontalFlip", 0.5), _step("RandomBrightnessContrast", 0.6, **DIM), _step("GaussNoise", 0.5))
    spec, sample = PipelineSpec(steps), Sample("s", _image((20, 26, 3), 3))
    whole = run(spec, sample, seed)
    fired = {step.step_id for step in whole.trace if step.fired}
    for step in spec.steps:
        less = run(without(spec, step.id), sample, seed)
        others = {one.step_id: (one.fired, one.drawn) for one in whole.trace if one.step_id != step.id}
        assert {one.step_id: (one.fired, one.drawn) for one in less.trace if one.step_id != step.id} == others
        if step.id not in fired:
            assert np.array_equal(less.after.image, whole.after.image)


@settings(max_examples=15)
@given(st.lists(st.sampled_from([0.0, 0.2, 0.5, 1.0]), min_size=1, max_size=4), st.integers(0, 50))
def test_an_epoch_adds_up_and_stands_near_its_chances(chances: list[float], seed: int) -> None:
    spec = PipelineSpec(tuple(Step("HorizontalFlip", p=p) for p in chances))
    epoch = simulate_epoch(spec, 200, epochs=2, seed=seed)
    assert sum(epoch.stacked.values()) == pytest.approx(1)
    assert epoch.untouched.rate == pytest.approx(epoch.stacked.get(0, 0.0))
    assert epoch.mean_stacked == pytest.approx(sum(step.fired.rate for step in epoch.steps))
    for step, p in zip(epoch.steps, chances, strict=True):
        assert step.chance == p
        assert step.fired.rate == pytest.approx(p, abs=0.13)
