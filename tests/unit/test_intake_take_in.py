"""What comes in becomes samples, or is said."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from augviz.errors import InputError
from augviz.formats import SourceFile
from augviz.intake import Limits, files_from_paths, take_in
from tests.unit.picture_files import exif, noise, pillow, png_bomb, tiff
from tests.unit.test_intake_archive import zipped

CAT, DOG = pillow(noise(8, 9), "PNG"), pillow(noise(10, 12), "JPEG")
YOLO = b"0 0.5 0.5 0.5 0.5\n"


def files(**named: bytes) -> list[SourceFile]:
    """Keyword names with "__" for a slash and "_dot_" for a dot."""
    return [SourceFile(name.replace("__", "/").replace("_dot_", "."), data) for name, data in named.items()]


def test_pictures_and_labels_loose_and_zipped_at_once() -> None:
    archive = zipped({"train/images/dog.jpg": DOG, "train/labels/dog.txt": YOLO})
    intake = take_in([*files(cat_dot_png=CAT, cat_dot_txt=YOLO), SourceFile("more.zip", archive)])
    assert [(sample.name, sample.size_hw, len(sample.labels.boxes)) for sample in intake.samples] == [
        ("cat.png", (8, 9), 1),
        ("dog.jpg", (10, 12), 1),
    ]
    assert intake.formats == ("yolo",)
    assert intake.images_without_labels == ()
    assert intake.unmatched_labels == ()


BAD_FILES = [
    ("cut.jpg", DOG[: len(DOG) // 2], "cut off or damaged"),
    ("empty.png", b"", "the file is empty"),
    ("empty.bin", b"", "the file is empty"),
    ("bomb.png", png_bomb(30_000), "the limit is 40 megapixels"),
    ("text.jpg", b"not a picture", "this is not a picture"),
    ("notes.md", b"# hello", "no label format fits it"),
    ("photo.heic", b"\0\0\0\x18ftypheic....", "this is a HEIC photo"),
    ("data.tar.gz", b"\x1f\x8b....", "of archives only zips are opened"),
    ("broken.zip", b"PK\x03\x04", "not a zip, or it is damaged"),
    ("nan.tif", tiff(np.full((4, 4), np.nan, np.float32)), "no value of the picture is a usable number"),
]


@pytest.mark.parametrize(("name", "data", "said"), BAD_FILES, ids=[row[0] for row in BAD_FILES])
def test_a_bad_file_gets_one_sentence_and_the_rest_stays(name: str, data: bytes, said: str) -> None:
    intake = take_in([SourceFile(name, data), *files(cat_dot_png=CAT, cat_dot_txt=YOLO)])
    assert [(sample.name, len(sample.labels.boxes)) for sample in intake.samples] == [("cat.png", 1)]
    (problem,) = [problem for problem in intake.problems if problem.where == name]
    assert said in problem.what
    assert problem.kind == "left out"
    assert problem.mend


@pytest.mark.parametrize(("name", "data", "said"), BAD_FILES[:-2], ids=[row[0] for row in BAD_FILES[:-2]])
def test_the_same_holds_inside_a_zip(name: str, data: bytes, said: str) -> None:
    intake = take_in([SourceFile("d.zip", zipped({name: data, "cat.png": CAT}))])
    assert [sample.name for sample in intake.samples] == ["cat.png"]
    assert any(name in problem.where and problem.kind == "left out" for problem in intake.problems)


def test_a_mask_that_is_a_bomb_never_reaches_the_label_formats() -> None:
    intake = take_in(files(cat_dot_png=CAT, masks__cat_dot_png=png_bomb(30_000)))
    assert [sample.name for sample in intake.samples] == ["cat.png"]
    assert any("megapixels" in problem.what for problem in intake.problems)


def test_a_wrong_extension_loads_with_a_note() -> None:
    intake = take_in(files(cat_dot_jpg=CAT, cat_dot_txt=YOLO))
    assert len(intake.samples[0].labels.boxes) == 1
    assert [problem.kind for problem in intake.problems if problem.where == "cat.jpg"] == ["note"]


def test_two_pictures_of_one_name_in_two_folders_are_told_apart_and_said() -> None:
    intake = take_in(files(a__cat_dot_png=CAT, b__cat_dot_png=pillow(noise(5, 5), "PNG")))
    assert [sample.name for sample in intake.samples] == ["a/cat.png", "b/cat.png"]
    assert [problem.kind for problem in intake.problems] == ["changed", "changed"]


def test_two_loose_pictures_of_one_name_are_numbered_and_said() -> None:
    intake = take_in([SourceFile("cat.png", CAT), SourceFile("cat.png", pillow(noise(5, 5), "PNG"))])
    assert [(sample.name, sample.size_hw) for sample in intake.samples] == [
        ("cat.png", (8, 9)),
        ("cat (2).png", (5, 5)),
    ]
    assert "two different files have this name" in intake.problems[0].what


def test_the_same_file_twice_is_kept_once() -> None:
    intake = take_in([SourceFile("cat.png", CAT), SourceFile("cat.png", CAT)])
    assert [sample.name for sample in intake.samples] == ["cat.png"]
    assert [problem.kind for problem in intake.problems] == ["note"]


def test_zips_with_the_same_names_keep_their_own_labels() -> None:
    other = pillow(noise(8, 9)[::-1], "PNG")
    left, right = b"0 0.25 0.5 0.5 1\n", b"0 0.75 0.5 0.5 1\n"
    one = zipped({"images/cat.png": CAT, "labels/cat.txt": left})
    two = zipped({"images/cat.png": other, "labels/cat.txt": right})
    intake = take_in([SourceFile("one.zip", one), SourceFile("two.zip", two)])
    assert [sample.name for sample in intake.samples] == ["images/cat.png", "two/images/cat.png"]
    assert [float(sample.labels.boxes.xyxy[0, 0]) for sample in intake.samples] == [0.0, 4.5]


def test_names_that_are_open_already_are_not_taken_again() -> None:
    intake = take_in(files(cat_dot_png=CAT), taken_names=["cat.png", "cat (2).png"])
    assert [sample.name for sample in intake.samples] == ["cat (3).png"]
    assert intake.problems[0].kind == "changed"


@pytest.mark.parametrize("name", ["../../cat.png", "/etc/cat.png", "C:\\pictures\\cat.png", "..\\cat.png"])
def test_a_browser_may_send_any_name(name: str) -> None:
    intake = take_in([SourceFile(name, CAT)])
    assert [sample.name for sample in intake.samples] == ["cat.png"]


def test_a_class_name_goes_to_pictures_that_have_none() -> None:
    intake = take_in(files(cat_dot_png=CAT, dog_dot_jpg=DOG), class_name="animal")
    assert [sample.labels.label for sample in intake.samples] == ["animal", "animal"]


def test_grey_on_request() -> None:
    grey = files(x_dot_png=pillow(noise(6, 7, 1), "PNG"))
    assert take_in(grey).samples[0].image.shape == (6, 7, 3)
    kept = take_in(grey, keep_grey=True).samples[0]
    assert (kept.image.shape, kept.bands) == ((6, 7, 1), ("grey",))


def test_bands_reach_the_sample() -> None:
    values = noise(6, 7, 6, np.uint16)
    data = tiff(np.ascontiguousarray(np.moveaxis(values, 2, 0)), metadata={"bands": list("abcdef")})
    sample = take_in([SourceFile("tile.tif", data)]).samples[0]
    assert sample.bands == tuple("abcdef")
    assert sample.image.dtype == np.float32


def test_labels_follow_the_size_after_the_exif_orientation() -> None:
    turned = pillow(noise(20, 40), "JPEG", exif=exif(6))
    intake = take_in([SourceFile("p.jpg", turned), SourceFile("p.txt", b"0 0.5 0.5 1 1\n")])
    assert intake.samples[0].size_hw == (40, 20)
    np.testing.assert_allclose(intake.samples[0].labels.boxes.xyxy, [[0, 0, 20, 40]])


def test_labels_of_a_picture_that_is_damaged_do_not_count_as_unmatched() -> None:
    photo = pillow(noise(64, 64), "JPEG")
    intake = take_in(files(cut_dot_jpg=photo[:-200], cut_dot_txt=YOLO, cat_dot_png=CAT))
    assert [sample.name for sample in intake.samples] == ["cat.png"]
    assert intake.unmatched_labels == ()
    assert intake.images_without_labels == ("cat.png",)


def test_what_matches_nothing_is_listed() -> None:
    coco = {
        "images": [{"id": 1, "file_name": "elsewhere.png", "width": 9, "height": 8}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 3, 3]}],
        "categories": [{"id": 1, "name": "cat"}],
    }
    intake = take_in(files(cat_dot_png=CAT, labels_dot_json=json.dumps(coco).encode()))
    assert any("elsewhere.png" in name for name in intake.unmatched_labels)
    assert intake.images_without_labels == ("cat.png",)


def test_boxes_of_one_format_and_a_mask_of_another_meet_on_one_picture() -> None:
    values = np.zeros((8, 9), np.uint8)
    values[2:5, 3:6] = 1
    upload = files(
        images__cat_dot_png=CAT, labels__cat_dot_txt=YOLO, masks__cat_dot_png=pillow(values, "PNG"), empty_dot_txt=b""
    )
    intake = take_in(upload)
    (sample,) = intake.samples
    assert len(sample.labels.boxes) == 1
    assert sample.labels.semantic is not None
    np.testing.assert_array_equal(sample.labels.semantic.values, values)
    assert intake.formats == ("yolo", "mask")


@pytest.mark.parametrize("mask", [b"", pillow(np.zeros((3, 3), np.uint8), "PNG")], ids=["0 bytes", "another size"])
def test_a_mask_that_does_not_fit_costs_only_itself(mask: bytes) -> None:
    intake = take_in(files(images__cat_dot_png=CAT, labels__cat_dot_txt=YOLO, masks__cat_dot_png=mask))
    assert [(sample.name, len(sample.labels.boxes)) for sample in intake.samples] == [("cat.png", 1)]
    (problem,) = [problem for problem in intake.problems if "masks/cat.png" in problem.where]
    assert problem.kind == "left out"


def test_nothing_comes_of_nothing() -> None:
    assert take_in([]) == take_in(())
    assert take_in([]).samples == ()


@pytest.mark.parametrize(
    ("limits", "opened", "said"),
    [
        (Limits(samples=3), 3, "2 pictures from here on were left out: at most 3 pictures"),
        (Limits(decoded_bytes=2 * 8 * 9 * 3), 2, "3 pictures from here on were left out"),
        (Limits(files=4), 4, "more than 4 files at once"),
        (Limits(pixels=71), 0, "the limit is 7.1e-05 megapixels"),
    ],
)
def test_an_upload_is_bounded_and_says_where_it_stopped(limits: Limits, opened: int, said: str) -> None:
    five = [SourceFile(f"{i}.png", CAT) for i in range(5)]
    intake = take_in(five, limits=limits)
    assert len(intake.samples) == opened
    assert said in intake.problems[-1].what


def test_files_and_folders_from_the_disk(tmp_path: Path) -> None:
    (tmp_path / "data" / "masks").mkdir(parents=True)
    (tmp_path / "data" / "masks" / "cat.png").write_bytes(b"mask")
    (tmp_path / "data" / "cat.png").write_bytes(CAT)
    (tmp_path / "data" / ".DS_Store").write_bytes(b"x")
    (tmp_path / "dog.jpg").write_bytes(DOG)
    found = files_from_paths([tmp_path / "dog.jpg", str(tmp_path / "data")])
    assert [(file.name, file.data) for file in found] == [
        ("dog.jpg", DOG),
        ("cat.png", CAT),
        ("masks/cat.png", b"mask"),
    ]


def test_the_disk_is_read_within_limits(tmp_path: Path) -> None:
    for i in range(4):
        (tmp_path / f"{i}.txt").write_bytes(bytes(100))
    assert len(files_from_paths([tmp_path], limits=Limits(files=4, total_bytes=400))) == 4
    for limits in (Limits(files=3), Limits(total_bytes=399)):
        with pytest.raises(InputError, match="at once"):
            files_from_paths([tmp_path], limits=limits)


def test_a_path_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file") as caught:
        files_from_paths([tmp_path / "cta.png"])
    assert "cta.png" in caught.value.where
