"""Labels find their images by name."""

from __future__ import annotations

import pytest

from augviz.errors import LabelError
from augviz.formats import FORMATS, ImageInfo, SourceFile, by_name
from augviz.formats.matching import match


def images(*names):
    return [ImageInfo(name, 40, 60) for name in names]


@pytest.mark.parametrize(
    ("label", "names", "expected"),
    [
        ("labels/cat.txt", ["images/cat.jpg"], "images/cat.jpg"),
        ("CAT.TXT", ["cat.JPEG"], "cat.JPEG"),
        ("cat.jpg.txt", ["cat.jpg", "cat.png"], "cat.jpg"),
        ("train/labels/1.txt", ["train/images/1.jpg", "val/images/1.jpg"], "train/images/1.jpg"),
        ("val\\labels\\1.txt", ["train/images/1.jpg", "val/images/1.jpg"], "val/images/1.jpg"),
        ("cat.v2.txt", ["cat.v2.png", "cat.png"], "cat.v2.png"),
        ("elsewhere/cat.txt", ["a/cat.jpg"], "a/cat.jpg"),
    ],
)
def test_a_label_finds_its_image(label, names, expected):
    assert match({label: [label]}, images(*names)).images[label].name == expected


@pytest.mark.parametrize(
    ("labels", "names", "missing", "ambiguous"),
    [
        (["dog.txt"], ["cat.jpg"], ["dog.txt"], []),
        (["cat.txt"], ["cat.jpg", "cat.png"], [], ["cat.txt"]),
        (["labels/cat.txt"], ["a/cat.jpg", "b/cat.jpg"], [], ["labels/cat.txt"]),
        (["a/cat.txt", "b/cat.txt"], ["cat.jpg"], [], ["a/cat.txt", "b/cat.txt"]),
    ],
)
def test_what_does_not_match_is_listed_and_not_guessed(labels, names, missing, ambiguous):
    found = match({label: [label] for label in labels}, images(*names))
    assert (found.images, found.missing, found.ambiguous) == ({}, missing, ambiguous)


def test_of_two_labels_for_one_image_the_closer_one_has_it():
    found = match({"a/1.jpg": ["a/1.jpg"], "b/1.jpg": ["b/1.jpg"]}, images("b/1.jpg"))
    assert list(found.images) == ["b/1.jpg"]
    assert found.ambiguous == ["a/1.jpg"]


@pytest.mark.parametrize(("name", "text"), [("yolo", b"0 .5 .5 .1 .1"), ("voc", b"<annotation/>")])
def test_a_file_without_an_image_is_listed(name, text):
    suffix = {"yolo": "txt", "voc": "xml"}[name]
    result = by_name(name).read([SourceFile(f"lost.{suffix}", text)], images("cat.jpg"))
    assert result.unmatched == (f"lost.{suffix}",)
    assert result.labels == {}


JUNK = (b"", b"\x00" * 64, b"\xff\xfe\x00", b"{", b"[[[[", b"<annotation>", b"0 0 0 0 0 0 0 0 0", b"\x89PNG\r\n\x1a\n")
NAMES = ("cat.json", "cat.txt", "cat.xml", "cat_mask.png", "masks/cat.png", "data.yaml", "classes.txt", "labelmap.txt")


@pytest.mark.parametrize("known", FORMATS, ids=lambda known: known.name)
@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_junk_never_raises_and_never_becomes_objects(known, junk):
    files = [SourceFile(name, junk) for name in NAMES]
    claimed = known.claims(files, images("cat.jpg"))
    assert set(claimed) <= set(files)
    result = known.read(claimed, images("cat.jpg"))
    assert all(labels.is_empty() for labels in result.labels.values())


def test_an_unknown_format_is_named_with_the_known_ones():
    with pytest.raises(LabelError, match="Choose one of: coco, yolo, voc, labelme, mask"):
        by_name("tfrecord")


def test_format_names_are_unique():
    assert len({known.name for known in FORMATS}) == len(FORMATS) == len({known.title for known in FORMATS})
