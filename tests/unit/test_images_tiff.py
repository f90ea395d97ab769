"""TIFF as maps, microscopes and scanners write it."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.errors import ImageError
from augviz.images import decode
from tests.unit.picture_files import noise, tiff

BANDS = noise(20, 31, 6, np.uint16)
FIRST = np.ascontiguousarray(np.moveaxis(BANDS, 2, 0))
NAMES = ("blue", "green", "red", "near infrared", "swir 1", "swir 2")
GDAL = "<GDALMetadata>{}</GDALMetadata>".format(
    "".join(f'<Item name="DESCRIPTION" sample="{i}" role="description">{n}</Item>' for i, n in enumerate(NAMES))
)
CONTIG = {"photometric": "minisblack", "planarconfig": "contig"}
NUMBERED = tuple(f"band {i}" for i in range(1, 7))


@pytest.mark.parametrize(
    ("data", "bands"),
    [
        (tiff(FIRST), NUMBERED),
        (tiff(FIRST, metadata={"bands": list(NAMES)}), NAMES),
        (tiff(BANDS, **CONTIG), NUMBERED),
        (tiff(FIRST, photometric="minisblack", planarconfig="separate", compression="zlib"), NUMBERED),
        (
            tiff(BANDS, **CONTIG, tile=(16, 16), compression="lzw", predictor=True),
            NUMBERED,
        ),
        (tiff(BANDS, photometric="rgb", planarconfig="contig"), ("red", "green", "blue", *NUMBERED[3:])),
        (
            tiff(
                BANDS,
                photometric="minisblack",
                planarconfig="contig",
                metadata=None,
                extratags=[(42112, "s", 0, GDAL, True)],
            ),
            NAMES,
        ),
        (tiff(FIRST, imagej=True, metadata={"axes": "CYX", "Labels": list(NAMES)}), NAMES),
        (tiff(FIRST, ome=True, metadata={"axes": "CYX", "Channel": {"Name": list(NAMES)}}), NAMES),
        (tiff(FIRST, bigtiff=True, byteorder=">"), NUMBERED),
    ],
    ids=["pages", "named pages", "pixels", "planes", "tiles", "rgb+3", "gdal", "imagej", "ome", "big"],
)
def test_six_bands_however_they_are_stored(data: bytes, bands: tuple[str, ...]) -> None:
    decoded = decode("tile.tif", data)
    assert decoded.image.dtype == np.float32
    assert decoded.image.flags.c_contiguous
    np.testing.assert_array_equal(np.rint(decoded.image * 65535), BANDS)
    assert decoded.bands == bands


def test_eight_bit_bands_become_float_too() -> None:
    values = noise(9, 11, 5)
    image = decode("a.tif", tiff(values, **CONTIG)).image
    assert image.dtype == np.float32
    np.testing.assert_array_equal(np.rint(image * 255), values)


def test_pages_that_nothing_calls_bands_are_separate_pictures() -> None:
    decoded = decode("scan.tif", tiff(FIRST, metadata=None), keep_grey=True)
    np.testing.assert_array_equal(np.rint(decoded.image * 65535), BANDS[:, :, :1])
    assert any("6 pictures" in problem.what for problem in decoded.problems)


@pytest.mark.parametrize(
    ("values", "expected", "said"),
    [
        ([0.0, 0.25, 1.0], [0.0, 0.25, 1.0], ""),
        ([0.0, 51.0, 255.0], [0.0, 0.2, 1.0], "0 to 255 was scaled"),
        ([0.0, 51.0, 102.0], [0.0, 0.2, 0.4], "0 to 255 was scaled"),
        ([0.0, 6553.5 * 2, 65535.0], [0.0, 0.2, 1.0], "0 to 65535 was scaled"),
        ([-1.0, 0.5, 3.0], [0.0, 0.375, 1.0], "-1 to 3 was scaled"),
        ([0.5, 1.0, 2.0], [0.25, 0.5, 1.0], "0 to 2 was scaled"),
        ([np.nan, 0.5, 1.0], [0.0, 0.5, 1.0], "black"),
        ([np.inf, 0.5, 1.0], [0.0, 0.5, 1.0], "black"),
        ([-3.4e38, 0.5, 1.0], [0.0, 0.5, 1.0], "black"),
    ],
)
def test_floats_are_brought_to_one_range_and_it_is_said(values: list[float], expected: list[float], said: str) -> None:
    decoded = decode("f.tif", tiff(np.array([values], np.float32)), keep_grey=True)
    np.testing.assert_allclose(decoded.image[0, :, 0], expected, atol=1e-6)
    assert said in " ".join(str(problem) for problem in decoded.problems)
    assert bool(decoded.problems) == bool(said)


def test_the_range_that_the_file_states_is_used() -> None:
    tags = [(340, "f", 1, 0.0, True), (341, "f", 1, 4.0, True)]
    decoded = decode("f.tif", tiff(np.array([[1.0, 2.0]], np.float32), extratags=tags), keep_grey=True)
    np.testing.assert_allclose(decoded.image[0, :, 0], [0.25, 0.5])


def test_the_value_for_no_data_is_black_and_does_not_set_the_range() -> None:
    values = np.array([[-9999.0, 0.25, 1.0]], np.float32)
    decoded = decode("dem.tif", tiff(values, extratags=[(42113, "s", 0, "-9999", True)]), keep_grey=True)
    np.testing.assert_allclose(decoded.image[0, :, 0], [0.0, 0.25, 1.0])
    assert "1 of 3" in str(decoded.problems[0])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[0, 16384, 32767]], np.int16), [0, 0.50002, 1]),
        (np.array([[-5, 16384, 32767]], np.int16), [0, 0.50002, 1]),
        (np.array([[0, 50, 100]], np.uint32), [0, 50 / 255, 100 / 255]),
        (np.array([[0, 100_000, 400_000]], np.uint32), [0, 0.25, 1]),
        (np.array([[0.0, 0.5, 1.0]], np.float64), [0, 0.5, 1]),
        (np.array([[0.0, 0.5, 1.0]], np.float16), [0, 0.5, 1]),
    ],
    ids=["int16", "negative int16", "small uint32", "uint32", "float64", "float16"],
)
def test_other_number_types(values: np.ndarray, expected: list[float]) -> None:
    image = decode("n.tif", tiff(values), keep_grey=True).image
    assert image.dtype == np.float32
    np.testing.assert_allclose(image[0, :, 0], expected, atol=1e-4)


def test_dark_sixteen_bit_pictures_get_a_hint() -> None:
    decoded = decode("m.tif", tiff(np.full((4, 4), 4095, np.uint16)))
    assert any("looks dark" in problem.what for problem in decoded.problems)
    np.testing.assert_allclose(decoded.image, 4095 / 65535, rtol=1e-6)


def test_palette() -> None:
    table = np.zeros((3, 256), np.uint16)
    table[:, 1], table[:, 2] = (65535, 0, 0), (0, 32896, 65535)
    data = tiff(np.array([[0, 1, 2]], np.uint8), photometric="palette", colormap=table)
    np.testing.assert_array_equal(decode("p.tif", data).image, [[[0, 0, 0], [255, 0, 0], [0, 128, 255]]])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (tiff(np.full((4, 4), np.nan, np.float32)), "no value of the picture is a usable number"),
        (tiff(np.zeros((4, 4), np.complex64)), "numbers that are not a picture"),
        (tiff(noise(8, 8), compression="webp"), "packed in a way that is not opened here (WEBP)"),
        (tiff(noise(8, 8), photometric="cielab"), "(CIELAB)"),
        (
            tiff(np.zeros((4, 16, 16), np.uint8), volumetric=True, tile=(4, 16, 16), photometric="minisblack"),
            "a volume, not a picture",
        ),
    ],
    ids=["nan", "complex", "webp", "lab", "volume"],
)
def test_what_cannot_be_a_picture_gets_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(ImageError) as caught:
        decode("x.tif", data)
    assert said in caught.value.what
    assert caught.value.mend


@pytest.mark.parametrize(
    "xml",
    [
        "<GDALMetadata><Item",
        '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;&a;">]><GDALMetadata>'
        + "".join(f'<Item name="DESCRIPTION" sample="{i}">&c;{i}</Item>' for i in range(6))
        + "</GDALMetadata>",
        '<GDALMetadata><Item name="DESCRIPTION" sample="0" role="description">only one</Item></GDALMetadata>',
    ],
    ids=["broken", "entities", "too few"],
)
def test_band_names_that_cannot_be_trusted_are_numbers(xml: str) -> None:
    data = tiff(BANDS, **CONTIG, metadata=None, extratags=[(42112, "s", 0, xml, True)])
    assert decode("a.tif", data).bands == NUMBERED


def test_an_ome_file_does_not_open_the_files_it_names() -> None:
    """Pages are read from the bytes at hand; a series that names other files is not followed."""
    ome = (
        '<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="Image:0">'
        '<Pixels ID="Pixels:0" DimensionOrder="XYCZT" Type="uint8" SizeX="4" SizeY="4" SizeC="2" SizeZ="1" SizeT="1">'
        '<TiffData IFD="0" FirstC="1"><UUID FileName="/etc/hostname">urn:uuid:1</UUID></TiffData>'
        "</Pixels></Image></OME>"
    )
    data = tiff(np.full((4, 4), 9, np.uint8), description=ome, metadata=None)
    decoded = decode("a.ome.tif", data, keep_grey=True)
    np.testing.assert_array_equal(decoded.image, np.full((4, 4, 1), 9))
