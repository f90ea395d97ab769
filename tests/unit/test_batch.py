"""A batch as the training loader makes it, by the numbers."""

from __future__ import annotations

import re
import tracemalloc
from typing import Any

import albumentations as A
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from augviz.batch import collating
from augviz.batch.collating import Batch, collate
from augviz.batch.drawing import drawn, in_bgr
from augviz.batch.measuring import measured_mean_std
from augviz.batch.mistakes import MISTAKES, with_mistake
from augviz.batch.normalising import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    Normalisation,
    denormalised,
    normalised,
    of_tail,
)
from augviz.errors import InputError
from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.preservation.check_examples import example_sample
from augviz.sample import Sample

IMAGENET = Normalisation()
FLOAT = Normalisation(max_pixel_value=1.0)
HALVES = Normalisation((0.5,), (0.5,))


def image(*size: int, seed: int = 0, dtype: type = np.uint8) -> np.ndarray:
    pixels = np.random.default_rng(seed).integers(0, 256, size, dtype=np.uint8)
    return pixels if dtype is np.uint8 else (pixels / np.float32(255)).astype(np.float32)


def sample(name: str, *size: int, seed: int = 0, dtype: type = np.uint8) -> Sample:
    return Sample(name, image(*size, seed=seed, dtype=dtype))


def codes(batch: Batch) -> list[str]:
    return [remark.code for remark in batch.warnings]


# Normalising


@pytest.mark.parametrize("dtype", [np.uint8, np.float32])
@pytest.mark.parametrize("channels", [1, 3, 6])
def test_the_tensor_is_that_of_the_librarys_own_normalize_and_transpose(dtype: type, channels: int) -> None:
    mean, std = tuple(np.linspace(0.3, 0.6, channels)), tuple(np.linspace(0.2, 0.3, channels))
    largest = 255.0 if dtype is np.uint8 else 1.0
    samples = [sample(f"{k}", 37, 23, channels, seed=k, dtype=dtype) for k in range(3)]
    batch = collate(samples, normalisations=[Normalisation(mean, std, largest)])
    library = A.Normalize(mean=mean, std=std, max_pixel_value=largest)
    expected = np.stack([library(image=each.image)["image"].transpose(2, 0, 1) for each in samples])
    assert batch.array.dtype == expected.dtype == np.float32
    assert np.array_equal(batch.array, expected)


def test_the_second_normalisation_is_the_librarys_too() -> None:
    one = sample("one", 20, 30, 3)
    batch = collate([one], normalisations=[IMAGENET, IMAGENET], layout="NHWC")
    library = A.Normalize()
    assert np.array_equal(batch.array[0], library(image=library(image=one.image)["image"])["image"])


FINITE = {"allow_nan": False, "allow_infinity": False, "width": 32}


@given(
    nps.arrays(np.uint8, nps.array_shapes(min_dims=3, max_dims=3, max_side=6)),
    st.floats(0, 1, **FINITE),
    st.floats(0.0625, 1, **FINITE),
)
def test_back_from_normalised_is_the_image_within_rounding(pixels: np.ndarray, mean: float, std: float) -> None:
    by = Normalisation((mean,), (std,))
    back = denormalised(normalised(pixels, by), by)
    assert np.abs(back - pixels).max() <= 255 * 2**-21
    assert np.array_equal(np.rint(back), pixels)


@given(nps.arrays(np.float32, (4, 5, 3), elements=st.floats(0, 1, **FINITE)))
def test_back_from_normalised_is_the_float_image_within_rounding(pixels: np.ndarray) -> None:
    assert np.abs(denormalised(normalised(pixels, FLOAT), FLOAT) - pixels).max() <= 2**-21


def test_exact_numbers() -> None:
    pixels = np.array([[[0], [51], [255]]], np.uint8)
    by = Normalisation((0.2,), (0.4,))
    assert normalised(pixels, by).ravel() == pytest.approx([-0.5, 0.0, 2.0], abs=1e-6)
    assert denormalised(np.array([[[-0.5], [2.0]]], np.float32), by).ravel() == pytest.approx([0, 255], abs=1e-4)


@pytest.mark.parametrize(
    "wrong",
    [
        {"mean": (0.5, 0.5)},
        {"std": (0.0, 0.1, 0.1)},
        {"mean": ()},
        {"max_pixel_value": 0.0},
        {"mean": (float("nan"),), "std": (1.0,)},
    ],
)
def test_numbers_that_cannot_normalise_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        Normalisation(**wrong)


def test_what_the_pipeline_itself_normalises_by() -> None:
    assert of_tail(PipelineSpec()) is None
    assert of_tail(PipelineSpec((), (Step("Normalize"),))) == Normalisation(IMAGENET_MEAN, IMAGENET_STD, 255.0)
    assert of_tail(PipelineSpec((), (Step("Normalize", enabled=False),))) is None
    one = PipelineSpec((), (Step("Normalize", freeze({"mean": 0.5, "std": 0.25, "max_pixel_value": 1.0})),))
    assert of_tail(one) == Normalisation((0.5,), (0.25,), 1.0)
    with pytest.raises(InputError, match="standard"):
        of_tail(PipelineSpec((), (Step("Normalize", freeze({"normalization": "min_max"})),)))


# Collating


def test_shape_layout_and_type() -> None:
    two = [sample("a", 4, 6, 3), sample("b", 4, 6, 3, seed=1)]
    first = collate(two, normalisations=[IMAGENET])
    assert (first.shape, first.dtype, first.layout) == ((2, 3, 4, 6), "float32", "NCHW")
    assert first.array.flags.c_contiguous
    last = collate(two, normalisations=[IMAGENET], layout="NHWC", dtype="float16")
    assert (last.shape, last.dtype) == ((2, 4, 6, 3), "float16")
    assert np.allclose(first.image(1), last.image(1), atol=2e-3)
    assert np.array_equal(collate(two, dtype="uint8", layout="NHWC").array[1], two[1].image)


def test_numbers_of_each_channel() -> None:
    pixels = np.zeros((2, 2, 3), np.uint8)
    pixels[..., 0] = 255
    pixels[0, 0, 1] = 255
    batch = collate([Sample("one", pixels)], normalisations=[HALVES])
    red, green, blue = batch.channels
    assert red == ("red", 1.0, 1.0, 1.0, 0.0)
    assert green == pytest.approx(("green", -1.0, 1.0, -0.5, np.sqrt(0.75)))
    assert blue[1:] == (-1.0, -1.0, -1.0, 0.0)
    assert batch.warnings == ()


def test_images_of_other_sizes_cannot_be_stacked_and_the_mend_is_said() -> None:
    two = [sample("a.png", 4, 6, 3), sample("b.png", 5, 6, 3)]
    with pytest.raises(InputError, match=r"b\.png: it is 6 × 5 px and a\.png 6 × 4 px.*cannot be stacked") as e:
        collate(two)
    assert "PadIfNeeded" in e.value.mend
    with pytest.raises(InputError, match="the batch"):
        collate(two, size_hw=(4, 6))


def test_padding_is_zero_after_normalising_and_lies_at_the_right_and_below() -> None:
    two = [sample("a", 4, 6, 3), sample("b", 3, 8, 3, seed=1)]
    batch = collate(two, how="pad", normalisations=[IMAGENET])
    assert batch.shape == (2, 3, 4, 8)
    assert np.array_equal(batch.image(0)[:, :6], normalised(two[0].image, IMAGENET))
    assert np.array_equal(batch.image(0)[:, 6:], np.zeros((4, 2, 3)))
    assert np.array_equal(batch.image(1)[3:], np.zeros((1, 8, 3)))
    assert codes(batch) == ["padding"]
    assert batch.warnings[0].what == "25% of it is padding, which is drawn in the mean colour"
    assert collate(two, how="pad", size_hw=(16, 16)).shape == (2, 3, 16, 16)
    with pytest.raises(InputError, match="larger than the batch"):
        collate(two, how="pad", size_hw=(4, 7))


def test_resizing_takes_one_size_and_says_what_it_distorts() -> None:
    two = [sample("a", 8, 8, 1), sample("b", 8, 16, 1, seed=1)]
    batch = collate(two, how="resize", normalisations=[HALVES])
    assert batch.shape == (2, 1, 8, 8)
    assert np.array_equal(batch.image(0), normalised(two[0].image, HALVES))
    assert codes(batch) == ["stretched"]
    assert (batch.warnings[0].where, "2.00" in batch.warnings[0].what) == ("b", True)
    flat = Sample("flat", np.full((5, 9, 6), 77, np.uint8))
    assert (collate([flat], how="resize", size_hw=(4, 4), dtype="uint8").array == 77).all()


@pytest.mark.parametrize(
    ("samples", "asked", "words"),
    [
        ([], {}, "needs an image"),
        ([sample("a", 4, 4, 3), sample("b", 4, 4, 1)], {}, "cannot be stacked"),
        ([sample("a", 4, 4, 3)], {"dtype": "uint8", "normalisations": [IMAGENET]}, "whole numbers"),
        ([sample("a", 4, 4, 3, dtype=np.float32)], {"dtype": "uint8"}, "whole numbers"),
        ([sample("a", 4, 4, 6)], {"normalisations": [IMAGENET]}, "6 channels"),
        ([sample("a", 4, 4, 3)], {"how": "resize", "size_hw": (0, 4)}, "no size"),
    ],
)
def test_what_cannot_be_put_together_is_refused_in_words(samples: list, asked: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        collate(samples, **asked)


def test_a_batch_that_is_too_large_is_refused_before_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collating, "MOST_BYTES", 1000)
    with pytest.raises(InputError, match="are allowed"):
        collate([sample("a", 40, 40, 3)], how="resize", size_hw=(400, 400))


# What is wrong with it, and how that looks


def test_a_right_batch_is_drawn_as_it_went_in() -> None:
    one = example_sample()
    batch = collate([one], normalisations=[IMAGENET])
    assert batch.warnings == ()
    picture = drawn(batch, 0)
    assert np.array_equal(picture.image, one.image)
    assert picture.clipped_share == 0


def test_normalised_twice_is_said_and_nearly_black() -> None:
    one = example_sample()
    batch = collate([one], normalisations=[IMAGENET, IMAGENET])
    assert codes(batch) == ["twice"]
    assert batch.warnings[0].is_wrong
    for channel, mean, std in zip(batch.channels, IMAGENET_MEAN, IMAGENET_STD, strict=True):
        assert channel.mean == pytest.approx(-mean / std, abs=0.05)  # all of it where black was
        assert channel.std < 0.05
    assert drawn(batch, 0).image.max() <= 3


def test_0_to_1_fed_to_0_to_255_is_said_and_black_and_the_other_way_round_white() -> None:
    small = Sample("float", (example_sample().image / np.float32(255)).astype(np.float32))
    batch = collate([small], normalisations=[IMAGENET])
    assert codes(batch) == ["too small"]
    assert "Set max_pixel_value to 1." in str(batch.warnings[0])
    assert drawn(batch, 0).image.max() <= 1
    batch = collate([example_sample()], normalisations=[FLOAT])
    assert codes(batch) == ["too large"]
    picture = drawn(batch, 0)
    assert picture.image.min() == 255
    assert picture.clipped_share == 1
    assert codes(collate([small], normalisations=[FLOAT])) == []
    assert codes(collate([example_sample(), Sample("f", small.image)], normalisations=[IMAGENET])) == ["too small"]


@pytest.mark.parametrize("as_float", [False, True])
@pytest.mark.parametrize("mistake", ["twice", "too small", "too large"])
@pytest.mark.parametrize("numbers", [(IMAGENET_MEAN, IMAGENET_STD), ((0.5,), (0.5,))])
def test_how_a_mistake_is_recognised_is_what_its_numbers_show(mistake, numbers, as_float: bool) -> None:
    pixels = example_sample().image.copy()
    pixels[0, 0] = 255
    one = Sample("one", pixels)
    if as_float:
        one = Sample("float", (one.image / np.float32(255)).astype(np.float32))
    right = [Normalisation(*numbers, 1.0 if as_float else 255.0)]
    fed = with_mistake([one], right, mistake)
    wrong = collate(fed.samples, normalisations=fed.normalisations)
    before = collate([one], normalisations=right)
    said = MISTAKES[mistake].looks(right[-1]).replace("−", "-")
    spread = np.mean([w.std / b.std for w, b in zip(wrong.channels, before.channels, strict=True)])
    if "the same value" in said:
        level = float(re.search(r"around (-?[\d.]+)", said)[1])
        assert np.mean([channel.mean for channel in wrong.channels]) == pytest.approx(level, abs=0.1)
        assert 1 / float(re.search(r"1/(\d+) of", said)[1]) == pytest.approx(spread, rel=0.05)
    elif mistake == "twice":
        assert float(re.search(r"about ([\d.]+) times", said)[1]) == pytest.approx(spread, rel=0.05)
    else:
        most = max(channel.max for channel in wrong.channels)
        assert float(re.search(r"up to about ([\d,]+)", said)[1].replace(",", "")) == pytest.approx(most, rel=0.1)


def test_values_that_nobody_normalised_are_said() -> None:
    batch = collate([example_sample()])
    assert codes(batch) == ["not normalised"]
    assert not batch.warnings[0].is_wrong
    assert batch.channels[0].max == example_sample().image[..., 0].max()
    assert np.array_equal(drawn(batch, 0).image, example_sample().image)


def test_swapped_channels_are_a_comparison() -> None:
    one = example_sample()
    batch, other = (collate([each], normalisations=[IMAGENET]) for each in (one, in_bgr(one)))
    assert np.array_equal(drawn(other, 0).image, one.image[..., ::-1])
    assert other.channels[0].mean != pytest.approx(batch.channels[0].mean, abs=0.1)
    grey = Sample("grey", image(4, 4, 1))
    with pytest.raises(InputError, match="three channels"):
        in_bgr(grey)


# Measuring


def test_mean_and_deviation_are_over_all_pixels() -> None:
    dark, light = np.zeros((1, 3, 1), np.uint8), np.full((1, 1, 1), 255, np.uint8)
    found = measured_mean_std([Sample("d", dark), Sample("l", light)])
    assert found.mean == (0.25,)
    assert found.std == pytest.approx((np.sqrt(0.1875),), abs=1e-15)
    assert (found.images, found.pixels, found.max_pixel_value, found.bands) == (2, 4, 255.0, ("grey",))


@given(st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7), st.integers(0, 99)), min_size=1, max_size=4),
       st.sampled_from([np.uint8, np.float32]))  # fmt: skip
def test_one_pass_gives_what_all_pixels_together_give(sizes: list[tuple[int, int, int]], dtype: type) -> None:
    samples = [sample(str(k), h, w, 6, seed=seed, dtype=dtype) for k, (h, w, seed) in enumerate(sizes)]
    pixels = np.concatenate([each.image.reshape(-1, 6) for each in samples]).astype(np.float64)
    pixels = pixels / 255 if dtype is np.uint8 else pixels
    found = measured_mean_std(samples)
    assert np.allclose(found.mean, pixels.mean(axis=0), rtol=0, atol=1e-13)
    assert np.allclose(found.std, pixels.std(axis=0), rtol=0, atol=1e-13)


def test_nothing_cancels_where_values_hardly_differ() -> None:
    pixels = np.full((300, 300, 1), 0.9, np.float32)
    pixels[::2] += np.float32(1e-4)
    expected = float(pixels.astype(np.float64).std())
    assert measured_mean_std([Sample("a", pixels)]).std[0] == pytest.approx(expected, rel=1e-9)


def test_large_images_are_measured_piece_by_piece() -> None:
    pixels = np.random.default_rng(5).random((1200, 1000, 5), dtype=np.float32)
    tracemalloc.start()
    try:
        found = measured_mean_std([Sample("large", pixels)])
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < pixels.nbytes
    assert np.allclose(found.std, pixels.std(axis=(0, 1), dtype=np.float64), rtol=0, atol=1e-12)


def test_a_batch_normalised_by_its_own_numbers_has_mean_0_and_deviation_1() -> None:
    samples = [sample(str(k), 30, 40, 3, seed=k) for k in range(4)]
    batch = collate(samples, normalisations=[measured_mean_std(samples).normalisation])
    for channel in batch.channels:
        assert channel.mean == pytest.approx(0, abs=1e-6)
        assert channel.std == pytest.approx(1, abs=1e-6)


def test_images_that_cannot_be_measured_together_are_refused() -> None:
    with pytest.raises(InputError, match="no image"):
        measured_mean_std([])
    with pytest.raises(InputError, match="1 channels"):
        measured_mean_std([sample("a", 4, 4, 3), sample("b", 4, 4, 1)])
    with pytest.raises(InputError, match="float32"):
        measured_mean_std([sample("a", 4, 4, 3), sample("b", 4, 4, 3, dtype=np.float32)])
    flat = measured_mean_std([Sample("flat", np.full((4, 4, 1), 9, np.uint8))])
    assert flat.std == (0.0,)
    with pytest.raises(InputError, match="not above 0"):
        _ = flat.normalisation
