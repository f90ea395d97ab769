"""Pixel statistics, held to pictures of which the numbers are known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from augviz.sample import Labels, Masks, Sample, SemanticMap
from augviz.statistics import formulas
from augviz.statistics.pixel_statistics import PixelStatistics, object_pixels, pixel_statistics, scalar_named

RGB = ("red", "green", "blue")
SIX = ("blue", "green", "red", "near infrared", "swir 1", "swir 2")


def constant(level: int, channels: int = 3, size: tuple[int, int] = (24, 30)) -> npt.NDArray[np.uint8]:
    return np.full((*size, channels), level, np.uint8)


def read(image: npt.NDArray[np.uint8] | npt.NDArray[np.float32], bands: tuple[str, ...] = RGB) -> PixelStatistics:
    found = pixel_statistics(image, bands)
    assert found is not None
    return found


def noisy(sigma: float, seed: int = 1) -> npt.NDArray[np.float64]:
    return 120 + np.random.default_rng(seed).normal(0, sigma, (256, 256, 3))


def test_a_constant_picture_has_one_level_and_nothing_else() -> None:
    found = read(constant(90))
    assert [channel.name for channel in found.channels] == list(RGB)
    assert found.channels[0].counts[90] == found.pixels == 24 * 30
    assert found.scalars["brightness"] == found.scalars["mean of green"] == 90
    for name in ("contrast", "entropy", "sharpness", "noise", "saturation", "colourfulness", "clipped low"):
        assert found.scalars[name] == 0, name
    assert found.hues is not None
    assert found.hues.sum() == 0


@pytest.mark.parametrize("as_float", [False, True])
def test_a_ramp_fills_every_level_alike(as_float: bool) -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8)[None, :, None], (8, 1, 1))
    found = read((ramp / 255).astype(np.float32) if as_float else ramp, ("grey",))
    assert (found.channels[0].counts == 8).all()
    assert found.scalars["entropy"] == pytest.approx(8)
    assert found.scalars["mean of grey"] == pytest.approx(127.5)
    assert found.scalars["deviation of grey"] == pytest.approx(np.arange(256).std())
    assert found.scalars["clipped low"] == found.scalars["clipped high"] == pytest.approx(1 / 256)
    assert "saturation" not in found.scalars
    assert found.hues is None


def test_a_checkerboard_has_two_levels_one_bit_and_sharp_edges() -> None:
    board = ((np.indices((32, 32)).sum(axis=0) % 2) * 255).astype(np.uint8)[..., None]
    found = read(board, ("grey",))
    assert found.scalars["entropy"] == pytest.approx(1)
    assert found.scalars["contrast"] == pytest.approx(127.5)
    # Every pixel differs from its four neighbours by 255: the Laplacian is 1020 up and down.
    assert found.scalars["sharpness"] == pytest.approx(np.log1p(1020**2), rel=1e-3)
    assert found.scalars["clipped low"] == found.scalars["clipped high"] == 0.5


@pytest.mark.parametrize(
    ("colour", "part"),
    [((255, 0, 0), 0), ((255, 255, 0), 6), ((0, 255, 0), 12), ((0, 0, 255), 24), ((255, 0, 255), 30)],
)
def test_a_pure_hue_lies_in_one_part_of_the_wheel(colour: tuple[int, int, int], part: int) -> None:
    found = read(np.tile(np.array(colour, np.uint8), (10, 12, 1)))
    assert found.hues is not None
    assert found.hues[part] == pytest.approx(1)
    assert found.hues.sum() == pytest.approx(1)
    assert found.scalars["saturation"] == 255


def test_pale_pixels_have_no_hue() -> None:
    pale = np.tile(np.array((120, 110, 100), np.uint8), (10, 12, 1))
    found = read(pale)
    assert found.hues is not None
    assert found.hues.sum() == 0
    assert found.scalars["saturation"] > 0


def test_colourfulness_is_that_of_the_paper() -> None:
    image = np.random.default_rng(3).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    red, green, blue = (image[..., k].astype(float) for k in range(3))
    rg, yb = red - green, (red + green) / 2 - blue
    expected = np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean())
    assert read(image).scalars["colourfulness"] == pytest.approx(expected)
    assert read((image / 255).astype(np.float32)).scalars["colourfulness"] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("sigma", [2.0, 6.0, 15.0, 30.0])
def test_noise_of_known_size_is_found_in_bytes_and_floats(sigma: float) -> None:
    values = np.clip(noisy(sigma), 0, 255)
    assert read(np.rint(values).astype(np.uint8)).scalars["noise"] == pytest.approx(sigma, rel=0.06)
    assert read((values / 255).astype(np.float32)).scalars["noise"] == pytest.approx(sigma, rel=0.03)


def test_edges_and_slopes_are_no_noise() -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8)[None, :, None], (64, 1, 3))
    ramp[20:40, 60:120] = 255 - ramp[20:40, 60:120]
    assert read(ramp).scalars["noise"] == 0


def test_sixteen_bits_keep_what_lies_between_two_levels() -> None:
    """A dark 12-bit picture in a 16-bit file: all of it lies within the lowest 16 of 256 levels."""
    generator = np.random.default_rng(4)
    raw = 800 + generator.normal(0, 20, (128, 128, 1))
    found = read((raw / 65535).astype(np.float32), ("grey",))
    assert found.scalars["mean of grey"] == pytest.approx(raw.mean() / 257, rel=1e-4)
    assert found.scalars["deviation of grey"] == pytest.approx(raw.std() / 257, rel=1e-3)
    assert found.scalars["noise"] == pytest.approx(20 / 257, rel=0.05)
    assert found.scalars["sharpness"] > 0
    assert found.scalars["clipped low"] == 0, "nothing is at the very end although much rounds to few levels"


def test_values_that_are_no_numbers_or_out_of_range_are_clipped() -> None:
    image = np.full((4, 5, 1), 0.5, np.float32)
    image[0, 0], image[0, 1], image[0, 2] = np.nan, 7.0, -3.0
    found = read(image, ("grey",))
    assert found.channels[0].counts.sum() == 20
    assert found.scalars["clipped low"] == pytest.approx(2 / 20)
    assert found.scalars["clipped high"] == pytest.approx(1 / 20)


def test_six_bands_go_by_their_names_and_colours_come_from_the_bands_that_are_colours() -> None:
    image = np.stack([np.full((20, 20), 10 * k, np.uint8) for k in range(6)], axis=-1)
    image[..., 2] = 255  # the band called red
    image[..., :2] = 0
    found = read(image, SIX)
    assert [channel.name for channel in found.channels] == list(SIX)
    assert found.scalars["mean of near infrared"] == 30
    assert found.scalars["brightness"] == pytest.approx(image[0, 0].mean(), abs=0.5)
    assert found.hues is not None
    assert found.hues[0] == pytest.approx(1)


def test_three_bands_that_are_not_colours_have_no_hue() -> None:
    found = read(constant(90), ("near infrared", "red", "green"))
    assert found.hues is None
    assert "saturation" not in found.scalars


@pytest.mark.parametrize("as_float", [False, True])
def test_inside_a_mask_only_its_pixels_are_read(as_float: bool) -> None:
    image = np.random.default_rng(5).integers(0, 256, (60, 70, 3), dtype=np.uint8)
    image[20:40, 30:50] = (200, 40, 40)
    inside = np.zeros((60, 70), bool)
    inside[20:40, 30:50] = True
    found = pixel_statistics((image / 255).astype(np.float32) if as_float else image, RGB, inside)
    assert found is not None
    assert found.pixels == 400
    assert found.channels[0].counts[200] == 400
    assert found.scalars["deviation of red"] == pytest.approx(0, abs=1e-3)
    assert found.scalars["sharpness"] == pytest.approx(0, abs=1e-6), "the edge of the object is not in it"
    assert found.scalars["noise"] == pytest.approx(0, abs=1e-4)
    assert found.hues is not None
    assert found.hues[0] == pytest.approx(160 / 255)


def test_an_empty_mask_gives_nothing_and_a_full_one_gives_all() -> None:
    image = np.random.default_rng(6).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    assert pixel_statistics(image, RGB, np.zeros((20, 30), bool)) is None
    full = pixel_statistics(image, RGB, np.ones((20, 30), bool))
    assert full is not None
    for name, value in read(image).scalars.items():
        if name not in ("sharpness", "noise"):  # they leave out the frame of the picture, where neighbours are missing
            assert full.scalars[name] == pytest.approx(value), name


def test_object_pixels_are_masks_or_else_classes() -> None:
    mask = np.zeros((6, 8), bool)
    mask[1:3, 2:4] = True
    image = constant(3, size=(6, 8))
    masks = Masks.from_stack([mask], ["a"], size=(6, 8))
    assert np.array_equal(object_pixels(Sample("s", image, Labels(masks=masks))), mask)  # type: ignore[arg-type]
    semantic = SemanticMap(mask.astype(np.int32) * 5)
    assert np.array_equal(object_pixels(Sample("s", image, Labels(semantic=semantic))), mask)  # type: ignore[arg-type]
    assert object_pixels(Sample("s", image)) is None


def test_every_scalar_says_what_it_is() -> None:
    found = read(np.random.default_rng(6).integers(0, 256, (20, 30, 3), dtype=np.uint8))
    assert all(scalar_named(name).meaning for name in found.scalars)
    assert scalar_named("deviation of swir 1").meaning == "Standard deviation of the channel swir 1, 0 to 255."


def test_large_pictures_are_counted_exactly() -> None:
    plane = np.full((4097, 4096), 7, np.uint8)
    assert formulas.histogram(plane)[7] == plane.size
