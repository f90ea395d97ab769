"""Damaged files get one sentence; files that would fill the memory are refused by their header."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augviz.errors import ImageError
from augviz.images import MAX_BANDS, MAX_SIDE, decode, read_header
from tests.unit.picture_files import claims_size, noise, patched_tiff, pillow, png, png_bomb, tiff, tiff_with_large_jpeg

RGB = noise(24, 31)
WHOLE = {
    "png": pillow(RGB, "PNG"),
    "palette png": pillow(RGB, "PNG", "P"),
    "16-bit png": png(noise(24, 31, 3, np.uint16), 2, 16),
    "jpg": pillow(RGB, "JPEG"),
    "progressive jpg": pillow(RGB, "JPEG", progressive=True),
    "webp": pillow(RGB, "WEBP"),
    "bmp": pillow(RGB, "BMP"),
    "gif": pillow(RGB, "GIF"),
    "tif": tiff(RGB),
    "lzw tif": tiff(RGB, compression="lzw", predictor=True, rowsperstrip=5),
    "tiled tif": tiff(RGB, compression="zlib", tile=(16, 16)),
    "jpeg tif": tiff(RGB, compression="jpeg"),
    "fax tif": pillow(RGB, "TIFF", "1", compression="group4"),
    "band tif": tiff(noise(5, 24, 31, np.uint16)),
}


@pytest.mark.parametrize("kind", WHOLE)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_that_is_cut_off_is_said_to_be(kind: str, share: float) -> None:
    data = WHOLE[kind]
    with pytest.raises(ImageError) as caught:
        decode("cat", data[: int(len(data) * share)])
    assert caught.value.where == "cat"
    assert "cut off" in caught.value.what


@pytest.mark.parametrize("kind", WHOLE)
@given(data=st.data())
def test_any_damage_ends_in_a_picture_or_a_sentence(kind: str, data: st.DataObject) -> None:
    damaged = bytearray(WHOLE[kind])
    places = st.integers(0, min(len(damaged), 400) - 1)
    for at, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=8)):
        damaged[at] = value
    try:
        image = decode("cat", bytes(damaged)).image
    except ImageError as error:
        image, said = None, error
    if image is None:
        assert said.where == "cat"
    else:
        assert image.ndim == 3
        assert np.isfinite(image).all()
        assert image.max() <= (255 if image.dtype == np.uint8 else 1)


HUGE: dict[str, Callable[[], bytes]] = {
    "png": lambda: png_bomb(30_000),
    "jpg": lambda: claims_size("JPEG", 65_000, 65_000),
    "webp": lambda: claims_size("WEBP", 16_383, 16_383),
    "gif": lambda: claims_size("GIF", 65_535, 65_535),
    "bmp": lambda: claims_size("BMP", 60_000, 60_000),
    "tif": lambda: claims_size("TIFF", 60_000, 60_000),
    "tif with huge tiles": lambda: patched_tiff({322: 60_000, 323: 60_000}, tile=(16, 16)),
    "tif with a huge jpeg": tiff_with_large_jpeg,
}


@pytest.mark.parametrize("kind", HUGE)
def test_a_bomb_is_refused(kind: str) -> None:
    data = HUGE[kind]()
    assert len(data) < 200_000
    with pytest.raises(ImageError, match=r"limit|larger"):
        decode("bomb", data)


_MEASURE = """
import pickle, resource, sys
from augviz.errors import ImageError
from augviz.images import decode
bombs = [bytes.fromhex(line) for line in sys.stdin.read().split()]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for bomb in bombs:
    try:
        decode("bomb", bomb)
    except ImageError:
        continue
    sys.exit("a bomb was decoded")
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_bombs_cost_no_memory() -> None:
    """In a process of its own, since the peak of a process never goes down."""
    bombs = "\n".join(make().hex() for make in HUGE.values())
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE], input=bombs, text=True, capture_output=True, cwd=root, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 30, "megabytes over what the process needed before"


def test_the_refusal_names_both_sizes() -> None:
    with pytest.raises(ImageError) as caught:
        read_header("wall.png", png_bomb(10_000))
    assert str(caught.value) == (
        "wall.png: the picture is 10,000 x 10,000 pixels; the limit is 40 megapixels. "
        "Make it smaller or cut it into tiles."
    )


@pytest.mark.parametrize(
    ("max_pixels", "is_fine"), [(24 * 31, True), (24 * 31 - 1, False)], ids=["at the limit", "one over"]
)
@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "tif"])
def test_the_limit_in_pixels_is_exact(kind: str, max_pixels: int, is_fine: bool) -> None:
    if is_fine:
        assert decode("a", WHOLE[kind], max_pixels=max_pixels).image.shape == (24, 31, 3)
        return
    for read in (decode, read_header):
        with pytest.raises(ImageError, match="31 x 24 pixels"):
            read("a", WHOLE[kind], max_pixels=max_pixels)


def test_no_side_is_longer_than_opencv_can_warp() -> None:
    with pytest.raises(ImageError, match="no side may be longer"):
        decode("strip.png", pillow(np.zeros((1, MAX_SIDE + 1), np.uint8), "PNG"))
    assert decode("strip.png", pillow(np.zeros((1, MAX_SIDE), np.uint8), "PNG")).image.shape == (1, MAX_SIDE, 3)


def test_bands_are_limited_in_number_and_in_bytes() -> None:
    many = tiff(np.zeros((4, 4, MAX_BANDS + 1), np.uint8), photometric="minisblack", planarconfig="contig")
    with pytest.raises(ImageError, match=f"{MAX_BANDS} is the most"):
        decode("many.tif", many)
    heavy = tiff(np.zeros((9, 100, 100), np.uint16), compression="zlib")
    with pytest.raises(ImageError, match="9 bands"):
        decode("heavy.tif", heavy, max_pixels=20_000)
