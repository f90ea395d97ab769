"""Real files of every kind become the array that the pipeline expects."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from augviz.errors import ImageError
from augviz.images import decode, encode_jpeg, is_image, read_header
from tests.unit.picture_files import exif, late_exif_png, noise, pillow, png, tiff

RGB = noise(20, 31)
GREY = noise(20, 31, 1)


def smooth() -> np.ndarray:
    """A picture that lossy formats keep well."""
    y, x = np.mgrid[0:40, 0:60]
    return np.stack([x * 4, y * 6, 255 - x * 4], axis=2).astype(np.uint8)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.png", pillow(RGB, "PNG")),
        ("a.bmp", pillow(RGB, "BMP")),
        ("a.tif", pillow(RGB, "TIFF")),
        ("a.tiff", pillow(RGB, "TIFF", compression="tiff_lzw")),
        ("a.webp", pillow(RGB, "WEBP", lossless=True)),
        ("A.PNG", pillow(RGB, "PNG")),
    ],
)
def test_lossless_colour_files_keep_every_value(name: str, data: bytes) -> None:
    decoded = decode(name, data)
    assert decoded.image.dtype == np.uint8
    np.testing.assert_array_equal(decoded.image, RGB)
    assert decoded.bands == ("red", "green", "blue")
    assert decoded.problems == ()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jpg", pillow(smooth(), "JPEG", quality=95)),
        ("progressive.jpeg", pillow(smooth(), "JPEG", quality=95, progressive=True)),
        ("a.webp", pillow(smooth(), "WEBP", quality=95)),
        ("cmyk.jpg", pillow(smooth(), "JPEG", "CMYK", quality=95)),
        ("cmyk.tif", pillow(smooth(), "TIFF", "CMYK")),
        ("ycbcr.tif", pillow(smooth(), "TIFF", "YCbCr")),
        ("jpeg inside.tif", tiff(smooth(), compression="jpeg", compressionargs={"level": 95})),
    ],
)
def test_lossy_and_converted_colours_stay_close(name: str, data: bytes) -> None:
    decoded = decode(name, data)
    error = np.abs(decoded.image.astype(int) - smooth().astype(int))
    assert decoded.image.dtype == np.uint8
    assert error.mean() < 4


GREY_FILES = [
    ("a.png", pillow(GREY, "PNG"), GREY),
    ("a.jpg", pillow(np.full((20, 31), 90, np.uint8), "JPEG"), np.full((20, 31, 1), 90)),
    ("a.bmp", pillow(GREY, "BMP"), GREY),
    ("a.tif", tiff(GREY[:, :, 0]), GREY),
    ("bilevel.png", pillow(GREY, "PNG", "1"), None),
    ("bilevel.tif", pillow(GREY, "TIFF", "1", compression="group4"), None),
]


@pytest.mark.parametrize(("name", "data", "expected"), GREY_FILES, ids=[row[0] for row in GREY_FILES])
def test_grey_becomes_three_equal_channels_unless_asked(name: str, data: bytes, expected: np.ndarray | None) -> None:
    three, one = decode(name, data), decode(name, data, keep_grey=True)
    assert three.image.shape == (20, 31, 3)
    assert one.image.shape == (20, 31, 1)
    assert one.bands == ("grey",)
    np.testing.assert_array_equal(three.image, np.repeat(one.image, 3, axis=2))
    assert [problem.kind for problem in three.problems] == ["note"]
    if expected is None:
        assert set(np.unique(one.image)) == {0, 255}
    else:
        np.testing.assert_array_equal(one.image, expected)


def test_white_of_a_bilevel_scan_is_white_in_both_conventions() -> None:
    page = np.ones((8, 9), np.bool_)
    page[2, 3] = False
    stored_black_is_zero = tiff(page, photometric="minisblack")
    stored_white_is_zero = tiff(~page, photometric="miniswhite")
    for data in (stored_black_is_zero, stored_white_is_zero):
        image = decode("scan.tif", data).image
        assert image[0, 0, 0] == 255
        assert image[2, 3, 0] == 0


DEEP = noise(20, 31, 4, np.uint16)


@pytest.mark.parametrize(
    ("data", "channels"),
    [
        (png(DEEP[:, :, :1], 0, 16), 1),
        (png(DEEP[:, :, :3], 2, 16), 3),
        (png(DEEP[:, :, :2], 4, 16), 1),
        (png(DEEP, 6, 16), 3),
        (tiff(DEEP[:, :, 0]), 1),
        (tiff(DEEP[:, :, :3], photometric="rgb"), 3),
    ],
    ids=["grey", "rgb", "grey+alpha", "rgb+alpha", "grey tiff", "rgb tiff"],
)
def test_sixteen_bits_become_float_without_losing_one(data: bytes, channels: int) -> None:
    image = decode("deep", data, keep_grey=True).image
    assert image.dtype == np.float32
    np.testing.assert_array_equal(np.rint(image * 65535), DEEP[:, :, :channels])


@pytest.mark.parametrize(
    ("data", "colour_below"),
    [
        (pillow(np.dstack([RGB, GREY]), "PNG"), RGB),
        (pillow(np.dstack([RGB, GREY]), "WEBP", lossless=True, exact=True), RGB),
        (tiff(np.dstack([RGB, GREY]), photometric="rgb", extrasamples=["unassalpha"]), RGB),
        (png(np.dstack([GREY, GREY[::-1]]), 4, 8), np.repeat(GREY, 3, axis=2)),
    ],
    ids=["png", "webp", "tiff", "grey png"],
)
def test_transparency_is_left_out_and_said(data: bytes, colour_below: np.ndarray) -> None:
    decoded = decode("logo", data)
    np.testing.assert_array_equal(decoded.image, colour_below)
    assert any("transparent" in problem.what and problem.kind == "changed" for problem in decoded.problems)


def test_an_opaque_alpha_channel_is_not_worth_a_word() -> None:
    data = pillow(np.dstack([RGB, np.full((20, 31), 255, np.uint8)]), "PNG")
    assert decode("screenshot.png", data).problems == ()


def test_palette_with_transparent_entries() -> None:
    palette = Image.fromarray(np.array([[0, 1], [2, 1]], np.uint8))
    palette.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    decoded = decode("icon.png", pillow(palette, "PNG", transparency=b"\xff\x00\x80"))
    red, green, blue = [255, 0, 0], [0, 255, 0], [0, 0, 255]
    np.testing.assert_array_equal(decoded.image, [[red, green], [blue, green]])
    assert "transparent" in decoded.problems[0].what


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "PNG with late EXIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_puts_each_corner_where_it_belongs(kind: str, orientation: int) -> None:
    """The corners are red, green, blue and white, clockwise from the top left of the upright picture."""
    upright = np.zeros((32, 48, 3), np.uint8)
    for (rows, columns), colour in zip(
        [
            (slice(16), slice(24)),
            (slice(16), slice(24, 48)),
            (slice(16, 32), slice(24, 48)),
            (slice(16, 32), slice(24)),
        ],
        [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)],
        strict=True,
    ):
        upright[rows, columns] = colour
    stored = np.ascontiguousarray(STORED_FROM_UPRIGHT[orientation](upright))
    if kind == "TIFF":
        data = tiff(stored, photometric="rgb", extratags=[(274, "H", 1, orientation, True)])
    elif kind.startswith("PNG with"):
        data = late_exif_png(stored, orientation)
    else:
        options = {"lossless": True} if kind == "WEBP" else {"quality": 100} if kind == "JPEG" else {}
        data = pillow(stored, kind, exif=exif(orientation), **options)
    image = decode("photo", data).image
    assert image.shape == upright.shape
    for y, x in [(4, 4), (4, 43), (27, 43), (27, 4)]:
        assert np.abs(image[y, x].astype(int) - upright[y, x].astype(int)).max() < 30
    if kind != "PNG with late EXIF":
        header = read_header("photo", data)
        assert (header.height, header.width) == (32, 48)


# What a camera stores for each orientation, written the other way round than the code under test: by rotations.
STORED_FROM_UPRIGHT = {
    1: lambda a: a,
    2: np.fliplr,
    3: lambda a: np.rot90(a, 2),
    4: np.flipud,
    5: lambda a: np.rot90(np.fliplr(a), 1),
    6: lambda a: np.rot90(a, 1),
    7: lambda a: np.rot90(np.fliplr(a), -1),
    8: lambda a: np.rot90(a, -1),
}


@pytest.mark.parametrize(
    "block", [b"", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"]
)
def test_damaged_exif_leaves_the_picture_as_stored(block: bytes) -> None:
    decoded = decode("a.jpg", pillow(smooth(), "JPEG", exif=block))
    assert decoded.image.shape == (40, 60, 3)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_taken_and_said(kind: str) -> None:
    frames = [Image.new("RGB", (12, 10), colour) for colour in ("red", "lime", "blue")]
    out = io.BytesIO()
    options = {"lossless": True} if kind == "WEBP" else {}
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], **options)
    decoded = decode("move", out.getvalue())
    np.testing.assert_array_equal(np.unique(decoded.image.reshape(-1, 3), axis=0), [[255, 0, 0]])
    assert any("3 frames" in problem.what for problem in decoded.problems)


def test_a_wrong_extension_still_loads_and_is_said() -> None:
    decoded = decode("cat.jpg", pillow(RGB, "PNG"))
    np.testing.assert_array_equal(decoded.image, RGB)
    assert [str(problem) for problem in decoded.problems] == [
        "cat.jpg: the file is a PNG picture, though its name ends in .jpg."
    ]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"])
def test_a_picture_of_one_pixel(kind: str) -> None:
    assert decode("dot", pillow(np.full((1, 1, 3), 200, np.uint8), kind)).image.shape == (1, 1, 3)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "the file is empty (0 bytes)"),
        (b"hello, world", "this is not a picture"),
        (b"%PDF-1.7 ...", "this is a PDF, which is not opened here"),
        (b"\0\0\0\x18ftypheic....", "this is a HEIC photo, which is not opened here"),
        (bytes(128) + b"DICM", "this is a DICOM file, which is not opened here"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "this is an SVG drawing, which is not opened here"),
    ],
)
def test_what_is_no_picture_gets_a_sentence_and_a_mend(data: bytes, said: str) -> None:
    assert not is_image(data)
    with pytest.raises(ImageError) as caught:
        decode("thing.png", data)
    assert caught.value.what == said
    assert caught.value.where == "thing.png"
    assert caught.value.mend


def test_tiles_go_back_through_the_same_door() -> None:
    again = decode("tile.jpg", encode_jpeg(smooth(), quality=95)).image
    assert np.abs(again.astype(int) - smooth().astype(int)).mean() < 4
