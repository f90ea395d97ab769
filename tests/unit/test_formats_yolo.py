"""YOLO text files as users have them, good and bad."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.formats import ImageInfo, LabelledImage, SourceFile, by_name
from augviz.geometry import bounding_box
from augviz.sample import Boxes, Keypoints, Labels

YOLO = by_name("yolo")
CAT = ImageInfo("images/cat.jpg", 40, 60)
NAMES = SourceFile("data.yaml", b"path: ../data\ntrain: images\nnames:\n  0: cat\n  1: no\n  2: 007\n")


def read(text, *others, image=CAT, name="labels/cat.txt"):
    data = text if isinstance(text, bytes) else text.encode()
    return YOLO.read([SourceFile(name, data), *others], [image])


def test_boxes_with_names_from_data_yaml():
    result = read("0 0.5 0.5 0.5 0.25\n1 0.1 0.1 0.1 0.1\r\n\n2 .75 .75 .5 .5\n", NAMES)
    boxes = result.labels[CAT.name].boxes
    assert boxes.labels == ("cat", "no", "007")
    np.testing.assert_allclose(boxes.xyxy, [[15, 15, 45, 25], [3, 2, 9, 6], [30, 20, 60, 40]], atol=1e-4)
    assert result.problems == ()


@pytest.mark.parametrize(
    "names",
    [
        SourceFile("classes.txt", b"cat\ndog\n"),
        SourceFile("obj.names", b"cat\ndog"),
        SourceFile("data.yaml", b"names: [cat, dog]"),
        SourceFile("my_set.yml", b"nc: 2\nnames: ['cat', \"dog\"]\n"),
    ],
    ids=lambda file: file.name,
)
def test_class_names_come_from_the_usual_places(names):
    assert YOLO.claims([names, SourceFile("cat.txt", b"1 .5 .5 .1 .1")], [CAT])[0] == names
    assert read("1 0.5 0.5 0.1 0.1", names).labels[CAT.name].boxes.labels == ("dog",)


def test_the_nearest_list_of_names_counts():
    near, far = SourceFile("b/classes.txt", b"near"), SourceFile("a/classes.txt", b"far")
    result = read("0 .5 .5 .1 .1", far, near, name="b/labels/cat.txt")
    assert result.labels[CAT.name].boxes.labels == ("near",)


def test_without_a_list_of_names_classes_are_numbered_and_it_is_said():
    result = read("3 0.5 0.5 0.1 0.1")
    assert result.labels[CAT.name].boxes.labels == ("class 3",)
    assert [problem.kind for problem in result.problems] == ["note"]


def test_an_unknown_class_number_is_said():
    result = read("0 .5 .5 .1 .1\n7 .5 .5 .1 .1\n7 .4 .5 .1 .1", NAMES)
    assert result.labels[CAT.name].boxes.labels == ("cat", "class 7", "class 7")
    assert str(result.problems[0]) == (
        "labels/cat.txt: 2 lines have a class number that the list of names does not have. They are called 'class 7'."
    )


def test_segments_are_masks_with_the_box_around_them():
    labels = read("0 0.25 0.25 0.75 0.25 0.75 0.75 0.25 0.75", NAMES).labels[CAT.name]
    assert labels.boxes.xyxy.tolist() == [[15, 10, 45, 30]]
    assert bounding_box(labels.masks.mask_of(0)) == (15, 10, 45, 30)
    assert labels.masks.ids == labels.boxes.ids


POSE = "0 0.5 0.5 0.5 0.5 0.4 0.4 2 0.6 0.6 1 0 0 0\n"


@pytest.mark.parametrize(
    ("yaml", "names"),
    [
        (b"kpt_shape: [3, 3]\nnames: [cat]\nkpt_names:\n  0: [nose, left_eye, right_eye]\n", ("nose", "left_eye")),
        (b"kpt_shape: [3, 3]\nnames: [cat]\n", ("point 0", "point 1")),
        (b"names: [cat]\n", ("point 0", "point 1")),
    ],
    ids=["named", "shape", "guessed"],
)
def test_pose(yaml, names):
    result = read(POSE, SourceFile("data.yaml", yaml))
    labels = result.labels[CAT.name]
    assert labels.masks is None
    assert labels.keypoints.labels == names
    assert labels.keypoints.visible == (True, False)
    np.testing.assert_allclose(labels.keypoints.xy, [[24, 16], [36, 24]], atol=1e-4)
    assert labels.keypoints.object_ids == (0, 0)
    assert result.problems == ()


def test_pose_with_two_numbers_a_point():
    yaml = SourceFile("data.yaml", b"kpt_shape: [2, 2]\nnames: [cat]\n")
    labels = read("0 .5 .5 .5 .5 .4 .4 0 0", yaml).labels[CAT.name]
    assert labels.keypoints.labels == ("point 0",)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("0 nan 0.5 0.1 0.1", "'nan' is not a finite number"),
        ("0 0.5 inf 0.1 0.1", "'inf' is not a finite number"),
        ("0 0.5 0.5 0.1 1e999", "'1e999' is not a finite number"),
        ("cat 0.5 0.5 0.1 0.1", "'cat' is not a finite number"),
        ("0 0.5 0.5", "a line needs a class number and at least four more"),
        ("0 120 80 50 60", "the value 120 is no share of the image"),
        ("0 0.5 0.5 -0.2 0.1", "ends before it begins"),
        ("0 0.5 0.5 0 0.1", "has no area"),
        ("0 1.5 1.5 0.2 0.2", "lies outside the image"),
        ("1.5 0.5 0.5 0.1 0.1", "the class number 1.5 is not a whole number"),
        ("-1 0.5 0.5 0.1 0.1", "the class number -1 is not a whole number"),
        ("0 " + "0.5 " * 7, "8 values fit neither a box (5), an outline"),
        ("0 0.1 0.1 0.1 0.1 0.1 0.1", "the box from 6, 4 to 6, 4 has no area"),
    ],
)
def test_a_bad_line_is_left_out_and_said_and_the_others_stay(line, sentence):
    result = read(f"1 0.5 0.5 0.1 0.1\n{line}\n", NAMES)
    assert result.problems[0].where == "labels/cat.txt, line 2"
    assert any(sentence in str(problem) for problem in result.problems)
    assert result.labels[CAT.name].boxes.labels == ("no",)


def test_a_box_over_the_edge_is_clipped_and_said():
    result = read("0 0.95 0.5 0.2 0.5", NAMES)
    np.testing.assert_allclose(result.labels[CAT.name].boxes.xyxy, [[51, 10, 60, 30]], atol=1e-4)
    assert [problem.kind for problem in result.problems] == ["changed"]


def test_a_confidence_is_not_used_and_said():
    result = read("0 0.5 0.5 0.1 0.1 0.87", NAMES)
    assert len(result.labels[CAT.name].boxes) == 1
    assert "confidence" in str(result.problems[0])


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_text_with_a_byte_order_mark_is_read(encoding):
    assert len(read("0 0.5 0.5 0.1 0.1".encode(encoding), NAMES).labels[CAT.name].boxes) == 1


def test_a_file_that_is_no_text_names_the_byte():
    result = read(b"0 0.5 0.5 0.1 0.1\n\xff\xd8\xff\xe0", NAMES)
    assert str(result.problems[0]) == "labels/cat.txt: byte 0xFF in line 2 is not UTF-8 text. Save the file as UTF-8."


def test_an_empty_file_is_an_image_without_objects():
    result = read("", NAMES)
    assert result.labels[CAT.name].is_empty()
    assert result.problems == ()


BOMB = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n" % (c + 1, c + 1, *[c] * 9) for c in range(97, 110)
)


@pytest.mark.parametrize(
    ("yaml", "sentence"),
    [
        (BOMB + b"names: *n\n", "data.yaml, line 2: references (*name) are not accepted"),
        (b"names: " + b"[" * 5000, "nest"),
        (b"names: [" + b"a," * 60_000 + b"]", "too long or nested too deeply"),
        (b"names: [" + b"a," * 200_000 + b"]", "more than 256 KB"),
        (b"names: {a: b", "no valid YAML"),
        (b"names: {a: b}", "names must be a list, or a mapping from class number to name"),
        (b"names: [cat]\nkpt_shape: [1000000, 3]", "kpt_shape must be"),
        (b"names: [cat]\nx: \x07\n", "no valid YAML"),
        (b"names: [k\xe4se]", "byte 0xE4 in line 1 is not UTF-8"),
        (b"names: !!python/object/apply:os.system [echo]\n? [a]\n: b\n", "a key is a list or a mapping"),
    ],
    ids=["aliases", "deep", "long", "large", "cut off", "letters", "shape", "control", "latin", "tag"],
)
def test_a_hostile_data_yaml_gets_a_sentence_and_the_boxes_are_read(yaml, sentence):
    result = read("0 0.5 0.5 0.1 0.1", SourceFile("data.yaml", yaml))
    assert sentence in str(result.problems[0])
    assert result.labels[CAT.name].boxes.labels == ("class 0",)


def test_tags_in_yaml_are_only_text():
    yaml = SourceFile("data.yaml", b"names: [!!python/name:os.system cat]")
    assert read("0 0.5 0.5 0.1 0.1", yaml).labels[CAT.name].boxes.labels == ("cat",)


def test_ten_thousand_boxes():
    result = read("0 0.5 0.5 0.1 0.1\n" * 10_000, NAMES)
    assert len(result.labels[CAT.name].boxes) == 10_000
    assert result.problems == ()


def test_claims_labels_by_name_or_content_and_leaves_other_text():
    files = [
        SourceFile("labels/cat.txt", b"not yet labelled"),
        SourceFile("labels/other.txt", b"0 0.5 0.5 0.1 0.1"),
        SourceFile("README.txt", b"Thank you for downloading"),
        SourceFile("pipeline.yaml", b"transform:\n  names: x\n"),
        NAMES,
    ]
    assert [file.name for file in YOLO.claims(files, [CAT])] == ["labels/cat.txt", "labels/other.txt", "data.yaml"]


def test_class_names_without_labels_are_left_to_others():
    assert YOLO.claims([SourceFile("classes.txt", b"cat\n")], [CAT]) == ()


def test_writing_draws_a_box_around_keypoints_and_clips_at_the_frame():
    labels = Labels(
        Boxes.of([[-5, 2, 20, 30]], ["cat"], [0]),
        keypoints=Keypoints.of([[10, 10], [30, 12], [40, 32]], ["nose", "nose", "tail"], [0, 4, 4]),
    )
    files = YOLO.write([LabelledImage(CAT, labels)])
    result = YOLO.read(files, [CAT])
    assert files[0].name == "labels/cat.txt"
    np.testing.assert_allclose(result.labels[CAT.name].boxes.xyxy, [[0, 2, 20, 30], [30, 12, 40, 32]], atol=1e-3)
    assert result.labels[CAT.name].keypoints.labels == ("nose", "nose", "tail")


def test_two_images_of_one_stem_get_files_of_their_own():
    items = [
        LabelledImage(ImageInfo(name, 40, 60), Labels(Boxes.of([[0, 0, n, n]], ["cat"])))
        for n, name in enumerate(["cat.jpg", "cat.png"], start=5)
    ]
    files = YOLO.write(items)
    assert [file.name for file in files] == ["labels/cat.jpg.txt", "labels/cat.png.txt", "data.yaml"]
    result = YOLO.read(files, [item.info for item in items])
    assert result.labels["cat.png"].boxes.xyxy[0, 2] == pytest.approx(6, abs=1e-3)


@pytest.mark.parametrize("name", ["../../etc/passwd.jpg", "/var/a.jpg", "..\\..\\a.jpg"])
def test_no_file_is_written_outside_its_folder(name):
    files = YOLO.write([LabelledImage(ImageInfo(name, 4, 6), Labels())])
    assert files[0].name.startswith("labels/")
    assert ".." not in files[0].name
