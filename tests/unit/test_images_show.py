"""What is shown, and what is written."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.images import decode, encode_image, encode_jpeg, encode_png, shrink, to_display
from tests.unit.picture_files import noise

UNIT = noise(7, 9, 6, np.uint16).astype(np.float32) / np.float32(65535)


@pytest.mark.parametrize(
    ("channels", "bands", "shown"),
    [
        (1, ("grey",), (0, 0, 0)),
        (2, ("band 1", "band 2"), (0, 1, 1)),
        (3, ("red", "green", "blue"), (0, 1, 2)),
        (4, ("band 1", "band 2", "band 3", "band 4"), (0, 1, 2)),
        (6, ("blue", "green", "red", "nir", "swir 1", "swir 2"), (2, 1, 0)),
        (4, ("NIR", "Red", "Green", "Blue"), (1, 2, 3)),
        (5, None, (0, 1, 2)),
    ],
)
def test_which_bands_the_eye_sees(channels: int, bands: tuple[str, ...] | None, shown: tuple[int, ...]) -> None:
    image = noise(7, 9, channels)
    display = to_display(image, bands)
    assert display.flags.c_contiguous
    np.testing.assert_array_equal(display, image[:, :, list(shown)])


def test_names_from_before_the_number_of_channels_changed_are_left_aside() -> None:
    grey = np.full((2, 3, 1), 7, np.uint8)
    assert (to_display(grey, ("red", "green", "blue")) == 7).all()
    assert to_display(grey, ("red", "green", "blue")).shape == (2, 3, 3)


def test_floats_are_rounded_and_clipped_for_the_eye() -> None:
    values = np.array([[[-1.0, 0.0, 0.5], [1.0, 7.0, np.nan], [1 / 255, np.inf, -np.inf]]], np.float32)
    np.testing.assert_array_equal(to_display(values), [[[0, 0, 128], [255, 255, 0], [1, 255, 0]]])


def test_a_picture_that_can_be_shown_is_not_copied() -> None:
    image = noise(7, 9)
    assert to_display(image) is image


@pytest.mark.parametrize(
    ("size", "max_side", "expected"),
    [((600, 400), 300, (300, 200)), ((400, 600), 300, (200, 300)), ((30, 40), 300, (30, 40)), ((1, 900), 90, (1, 90))],
)
def test_shrink_keeps_the_aspect_and_never_enlarges(
    size: tuple[int, int], max_side: int, expected: tuple[int, int]
) -> None:
    small = shrink(noise(*size), max_side)
    assert small.shape == (*expected, 3)
    assert small.dtype == np.uint8


def test_shrink_averages_what_a_pixel_covers() -> None:
    board = np.zeros((8, 8, 3), np.uint8)
    board[::2, ::2] = board[1::2, 1::2] = 200
    np.testing.assert_array_equal(shrink(board, 4), np.full((4, 4, 3), 100))


def test_jpeg_keeps_the_order_of_the_colours() -> None:
    orange = np.full((32, 32, 3), (250, 120, 10), np.uint8)
    image = decode("tile.jpg", encode_jpeg(orange)).image
    assert np.abs(image.astype(int) - orange.astype(int)).max() < 8


@pytest.mark.parametrize("channels", [1, 3])
def test_png_of_eight_bits_is_exact(channels: int) -> None:
    image = noise(7, 9, channels)
    np.testing.assert_array_equal(decode("a.png", encode_png(image), keep_grey=True).image, image)


@pytest.mark.parametrize("channels", [1, 3])
def test_png_of_floats_is_sixteen_bits_deep(channels: int) -> None:
    image = np.random.default_rng(1).random((7, 9, channels), dtype=np.float32)
    again = decode("a.png", encode_png(image), keep_grey=True).image
    assert np.abs(again.astype(np.float64) - image).max() <= 1 / 131_070 + 1e-7
    np.testing.assert_array_equal(decode("a.png", encode_png(again), keep_grey=True).image, again)


def test_png_refuses_what_it_cannot_hold() -> None:
    with pytest.raises(ValueError, match="one or three"):
        encode_png(noise(7, 9, 4))


@pytest.mark.parametrize("channels", [2, 4, 6])
def test_bands_are_written_exactly_and_with_their_names(channels: int) -> None:
    image = np.ascontiguousarray(UNIT[:, :, :channels])
    names = tuple(f"<{i}> & more" for i in range(channels))
    written = encode_image(image, names)
    again = decode("a" + written.extension, written.data)
    np.testing.assert_array_equal(again.image, image)
    assert again.bands == names
    assert again.problems == ()


@pytest.mark.parametrize(
    ("image", "extension"),
    [
        (noise(3, 3), ".png"),
        (noise(3, 3, 1), ".png"),
        (UNIT[:, :, :3], ".png"),
        (noise(3, 3, 5), ".tif"),
        (UNIT, ".tif"),
    ],
)
def test_the_most_common_file_type_that_holds_it(image: np.ndarray, extension: str) -> None:
    assert encode_image(np.ascontiguousarray(image)).extension == extension
