"""Several label formats for one picture: what each gives, and what happens when two give the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from augviz.errors import LabelError, Problem
from augviz.formats import Format, ImageInfo, ReadResult, SourceFile
from augviz.intake import merge_labels, take_in
from augviz.sample import Boxes, Keypoints, Labels, Masks, SemanticMap
from tests.unit.picture_files import noise, pillow

CAT = pillow(noise(8, 9), "PNG")
BOX = Boxes.of([[1, 1, 4, 4], [2, 2, 6, 6]], ["cat", "dog"])
OTHER_BOX = Boxes.of([[0, 0, 2, 2]], ["bird"])
MASK = Masks.from_stack([np.ones((8, 9), np.bool_)], ["cat"], size=(8, 9))
MAP = SemanticMap(np.ones((8, 9), np.int32))
POINTS = Keypoints.of([[1, 1], [2, 2]], ["eye", "nose"], [0, -1])


def fake(suffix: str, labels: Mapping[str, Labels], **result: object) -> Format:
    """A format that claims by extension and says the same for every file."""

    def claims(files: Sequence[SourceFile], images: Sequence[ImageInfo]) -> tuple[SourceFile, ...]:
        return tuple(file for file in files if file.name.endswith(suffix))

    def read(files: Sequence[SourceFile], images: Sequence[ImageInfo]) -> ReadResult:
        return ReadResult(labels, **result)  # type: ignore[arg-type]

    return Format(suffix, f"The {suffix} format", frozenset(), 0.0, claims, read)


@pytest.mark.parametrize(
    ("first", "second", "expected", "refused"),
    [
        (Labels(BOX), Labels(semantic=MAP), ("boxes", "semantic"), ()),
        (Labels(BOX), Labels(OTHER_BOX, masks=MASK), ("boxes", "masks"), ("boxes",)),
        (Labels(label="a"), Labels(OTHER_BOX, label="b"), ("boxes", "label"), ("image class",)),
        (Labels(semantic=MAP), Labels(semantic=MAP, keypoints=POINTS), ("semantic", "keypoints"), ("class map",)),
        (Labels(), Labels(BOX, MASK), ("boxes", "masks"), ()),
        (Labels(masks=Masks.empty((8, 9))), Labels(masks=MASK), ("masks",), ()),
    ],
)
def test_parts_that_differ_are_joined_and_the_first_wins_otherwise(
    first: Labels, second: Labels, expected: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    merged, left_out = merge_labels(first, second)
    there = {"boxes": len(merged.boxes), "masks": merged.masks and len(merged.masks), "semantic": merged.semantic}
    there |= {"keypoints": len(merged.keypoints), "label": merged.label}
    assert {part for part, value in there.items() if value} == set(expected)
    assert left_out == refused
    if len(first.boxes):
        assert merged.boxes is first.boxes


def test_objects_of_the_second_source_keep_together_and_apart_from_the_first() -> None:
    merged, _ = merge_labels(Labels(BOX), Labels(masks=MASK, keypoints=POINTS))
    assert merged.masks is not None
    assert merged.masks.ids == (2,)
    assert merged.keypoints.object_ids == (2, -1)
    assert merged.object_names() == {0: "cat", 1: "dog", 2: "cat"}


def test_two_formats_for_one_picture_are_merged_and_the_choice_is_said() -> None:
    formats = [fake(".aa", {"cat.png": Labels(BOX)}), fake(".bb", {"cat.png": Labels(OTHER_BOX, semantic=MAP)})]
    upload = [SourceFile("cat.png", CAT), SourceFile("x.aa", b"1"), SourceFile("x.bb", b"2")]
    intake = take_in(upload, formats=formats)
    (sample,) = intake.samples
    assert sample.labels.boxes.labels == ("cat", "dog")
    assert sample.labels.semantic is not None
    assert [str(problem) for problem in intake.problems] == [
        "cat.png: The .aa format and The .bb format both give boxes. Those of The .aa format are used."
    ]
    assert intake.formats == (".aa", ".bb")


def test_a_claimed_picture_is_a_label_and_no_sample() -> None:
    masks = fake("_mask.png", {"cat.png": Labels(semantic=MAP)})
    intake = take_in([SourceFile("cat.png", CAT), SourceFile("cat_mask.png", CAT)], formats=[masks])
    assert [sample.name for sample in intake.samples] == ["cat.png"]
    assert intake.samples[0].labels.semantic is not None


def test_a_file_belongs_to_the_first_format_that_claims_it() -> None:
    formats = [fake(".aa", {"cat.png": Labels(BOX)}), fake("a", {"cat.png": Labels(OTHER_BOX)})]
    intake = take_in([SourceFile("cat.png", CAT), SourceFile("x.aa", b"1")], formats=formats)
    assert intake.formats == (".aa",)
    assert intake.problems == ()


def test_what_formats_say_is_passed_on() -> None:
    said = Problem("x.aa", "one box is inside out")
    form = fake(".aa", {}, problems=(said,), unmatched=("x.aa", "x.aa"))
    intake = take_in([SourceFile("cat.png", CAT), SourceFile("x.aa", b"1")], formats=[form])
    assert intake.problems == (said,)
    assert intake.unmatched_labels == ("x.aa",)
    assert intake.images_without_labels == ("cat.png",)


def test_a_format_that_fails_does_not_lose_the_pictures() -> None:
    def read(files: Sequence[SourceFile], images: Sequence[ImageInfo]) -> ReadResult:
        raise LabelError("this cannot be read", where="x.aa")

    good = fake(".aa", {})
    bad = Format("bad", "Bad", frozenset(), 0.0, good.claims, read)
    intake = take_in([SourceFile("cat.png", CAT), SourceFile("x.aa", b"1")], formats=[bad])
    assert [sample.name for sample in intake.samples] == ["cat.png"]
    assert intake.problems == (Problem("x.aa", "this cannot be read"),)


def test_labels_that_do_not_fit_their_picture_are_left_out_and_said() -> None:
    wrong = Labels(BOX, semantic=SemanticMap(np.ones((3, 3), np.int32)), label="pet")
    intake = take_in([SourceFile("cat.png", CAT), SourceFile("x.aa", b"1")], formats=[fake(".aa", {"cat.png": wrong})])
    (sample,) = intake.samples
    assert sample.labels.semantic is None
    assert "3 x 3 pixels, the image 9 x 8" in intake.problems[0].what


def test_an_image_class_from_a_file_is_not_overwritten_by_the_typed_one() -> None:
    form = fake(".aa", {"cat.png": Labels(label="cat")})
    upload = [SourceFile("cat.png", CAT), SourceFile("dog.png", CAT), SourceFile("x.aa", b"1")]
    intake = take_in(upload, formats=[form], class_name="animal")
    assert [sample.labels.label for sample in intake.samples] == ["cat", "animal"]
