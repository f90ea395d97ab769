"""Pascal VOC XML as users have it, good and bad."""

from __future__ import annotations

import pytest

from augviz.formats import ImageInfo, LabelledImage, SourceFile, by_name
from augviz.sample import Boxes, Labels

VOC = by_name("voc")
CAT = ImageInfo("JPEGImages/cat.jpg", 40, 60)

GOOD = """<annotation>
	<folder>VOC2012</folder>
	<filename>cat.jpg</filename>
	<size><width>60</width><height>40</height><depth>3</depth></size>
	<object>
		<name>cat</name><pose>Left</pose><truncated>1</truncated><difficult>0</difficult>
		<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>60</xmax><ymax>40</ymax></bndbox>
		<part><name>head</name><bndbox><xmin>5</xmin><ymin>5</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></part>
	</object>
	<object><name>Käse &amp; Brot</name>
		<bndbox><xmax>20.5</xmax><xmin>11</xmin><ymin>6</ymin><ymax>30</ymax></bndbox></object>
</annotation>
"""


def read(text, name="Annotations/cat.xml", image=CAT):
    return VOC.read([SourceFile(name, text if isinstance(text, bytes) else text.encode())], [image])


def test_pixels_are_counted_from_one_and_inclusive():
    result = read(GOOD)
    boxes = result.labels[CAT.name].boxes
    assert boxes.labels == ("cat", "Käse & Brot")
    assert boxes.xyxy.tolist() == [[0, 0, 60, 40], [10, 5, 20.5, 30]]
    assert result.problems == ()


def test_a_file_that_counts_from_zero_is_read_so_and_said():
    result = read(GOOD.replace("<xmin>1<", "<xmin>0<"))
    assert result.labels[CAT.name].boxes.xyxy.tolist() == [[0, 1, 60, 40], [11, 6, 20.5, 30]]
    assert "Pascal VOC counts pixels from 1" in str(result.problems[0])


BILLION_LAUGHS = (
    "<?xml version='1.0'?><!DOCTYPE lolz [<!ENTITY lol 'lol'>"
    + "".join(f"<!ENTITY lol{i} '{f'&lol{i - 1 if i else str()};' * 10}'>" for i in range(10))
    + "]><annotation><object><name>&lol9;</name></object></annotation>"
)
READS_A_FILE = "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><annotation><filename>&x;</filename></annotation>"


@pytest.mark.parametrize("text", [BILLION_LAUGHS, READS_A_FILE], ids=["billion laughs", "external"])
def test_entities_are_refused_with_a_sentence(text):
    result = read(text)
    assert result.labels == {}
    assert [str(problem) for problem in result.problems] == [
        "Annotations/cat.xml: the XML defines entities, which are not accepted. "
        "Remove the DOCTYPE with its entities; label files need none."
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "the file is empty"),
        (GOOD[:300].encode(), "no valid XML"),
        (GOOD.encode("latin-1"), "byte 0xE4 in line 10 is not UTF-8 text"),
        (b"<?xml version='1.0' encoding='klingon'?><annotation/>", "no valid XML"),
        (b"<annotation>" + b" " * (16 * 2**20), "more than 16 MB"),
    ],
    ids=["empty", "cut off", "latin", "encoding", "large"],
)
def test_a_file_that_is_no_xml_gets_one_sentence(data, sentence):
    result = read(data)
    assert len(result.problems) == 1
    assert sentence in str(result.problems[0])


def test_a_declared_encoding_is_followed():
    text = "<?xml version='1.0' encoding='iso-8859-1'?>" + GOOD
    assert read(text.encode("latin-1")).labels[CAT.name].boxes.labels[1] == "Käse & Brot"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("<xmax>60<", "<xmax>nan<", "the box is not four finite numbers: 1, 1, nan, 40"),
        ("<xmax>60</xmax>", "", "the box is not four finite numbers: 1, 1, nothing, 40"),
        ("<xmax>60<", "<xmax>-3<", "ends before it begins"),
        ("<xmin>1<", "<xmin>70<", "ends before it begins"),
        ("<xmax>60<", "<xmax>1e30<", "not four finite numbers"),
    ],
)
def test_a_bad_object_is_left_out_and_said_and_the_others_stay(old, new, sentence):
    result = read(GOOD.replace(old, new))
    assert sentence in str(result.problems[0])
    assert result.problems[0].where == "Annotations/cat.xml, object 1 (cat)"
    assert result.labels[CAT.name].boxes.labels == ("Käse & Brot",)


def test_a_box_over_the_edge_is_clipped_and_said():
    result = read(GOOD.replace("<xmax>60<", "<xmax>80<"))
    assert result.labels[CAT.name].boxes.xyxy[0].tolist() == [0, 0, 60, 40]
    assert [problem.kind for problem in result.problems] == ["changed"]


@pytest.mark.parametrize("name", ["cat.xml", "elsewhere/CAT.xml", "elsewhere/0001.xml"])
def test_the_image_is_found_by_the_files_name_or_the_name_in_it(name):
    assert len(read(GOOD, name).labels[CAT.name].boxes) == 2


def test_claims_annotations_only():
    files = [SourceFile("a/dog.xml", GOOD.encode()), SourceFile("cat.xml", b""), SourceFile("pom.xml", b"<project/>")]
    assert [file.name for file in VOC.claims(files, [CAT])] == ["a/dog.xml", "cat.xml"]


def test_a_name_that_xml_cannot_hold_is_still_valid_xml():
    labels = Labels(Boxes.of([[1, 2, 8, 9]], ["a\x00<b>\x1b"]))
    files = VOC.write([LabelledImage(CAT, labels)])
    assert VOC.read(files, [CAT]).labels[CAT.name].boxes.labels == ("a <b>",)
