"""COCO JSON as users have it, good and bad."""

from __future__ import annotations

import json

import numpy as np
import pytest
from pycocotools import mask as coco_mask

from augviz.errors import LabelError
from augviz.formats import ImageInfo, SourceFile, by_name, rle
from augviz.geometry import Window, bounding_box

COCO = by_name("coco")
CAT = ImageInfo("photos/Cat.JPG", 40, 60)

GOOD = """
{"info": {"year": 2024}, "licenses": [],
 "images": [{"id": 7, "file_name": "train2017/cat.jpg", "width": 60, "height": 40}],
 "categories": [{"id": 17, "name": "cat", "supercategory": "animal",
                 "keypoints": ["nose", "left_eye", "right_eye"], "skeleton": [[1, 2]]},
                {"id": 18, "name": "dog"}],
 "annotations": [
  {"id": 1, "image_id": 7, "category_id": 17, "iscrowd": 0, "area": 100, "bbox": [10, 5, 20.5, 10],
   "segmentation": [[10, 5, 30, 5, 30, 15, 10, 15]],
   "keypoints": [12, 7, 2, 20, 9, 1, 0, 0, 0], "num_keypoints": 2},
  {"id": 2, "image_id": 7, "category_id": 18, "iscrowd": 0, "area": 4, "bbox": [0, 0, 2, 2],
   "segmentation": {"size": [40, 60], "counts": [0, 2, 38, 2, 2358]}},
  {"id": 3, "image_id": 7, "category_id": 18, "iscrowd": 1, "area": 12, "bbox": [20, 20, 4, 3],
   "segmentation": {"size": [40, 60], "counts": "RLE"}}]}
"""


def _rle_text() -> str:
    mask = np.zeros((40, 60), np.uint8, order="F")
    mask[20:23, 20:24] = 1
    return coco_mask.encode(mask)["counts"].decode()


def read(value, image=CAT, name="labels.json"):
    data = value if isinstance(value, bytes) else (value if isinstance(value, str) else json.dumps(value)).encode()
    return COCO.read([SourceFile(name, data)], [image])


def dataset(*annotations, categories=({"id": 1, "name": "cat"},), file_name="cat.jpg"):
    return {
        "images": [{"id": 1, "file_name": file_name, "width": 60, "height": 40}],
        "categories": list(categories),
        "annotations": [{"image_id": 1, "category_id": 1, "id": i, **row} for i, row in enumerate(annotations, 1)],
    }


def test_boxes_polygons_both_run_lengths_and_keypoints_share_their_objects():
    result = read(GOOD.replace("RLE", json.dumps(_rle_text())[1:-1]))
    labels = result.labels[CAT.name]
    assert labels.boxes.labels == ("cat", "dog", "dog")
    assert labels.boxes.xyxy.tolist() == [[10, 5, 30.5, 15], [0, 0, 2, 2], [20, 20, 24, 23]]
    assert labels.masks.ids == labels.boxes.ids == (0, 1, 2)
    assert [bounding_box(mask) for mask in labels.masks.to_stack()] == [(10, 5, 30, 15), (0, 0, 2, 2), (20, 20, 24, 23)]
    assert labels.masks.areas_px.tolist() == [200, 4, 12]
    assert labels.keypoints.labels == ("nose", "left_eye")
    assert labels.keypoints.visible == (True, False)
    assert labels.keypoints.object_ids == (0, 0)
    # COCO counts pixels; the middle of pixel 12, 7 is 12.5, 7.5.
    assert labels.keypoints.xy.tolist() == [[12.5, 7.5], [20.5, 9.5]]
    assert [problem.kind for problem in result.problems] == ["note"]
    assert "crowds" in str(result.problems[0])


@pytest.mark.parametrize(
    ("annotation", "sentence"),
    [
        ({"bbox": [1, 2, float("nan"), 4]}, "bbox is not four finite numbers"),
        ({"bbox": [1, 2, float("inf"), 4]}, "bbox is not four finite numbers"),
        ({"bbox": [1, 2, 3]}, "bbox is not four finite numbers"),
        ({"bbox": "1 2 3 4"}, "bbox is not four finite numbers"),
        ({"bbox": [10**400, 2, 3, 4]}, "bbox is not four finite numbers"),
        ({"bbox": [30, 20, -5, 4]}, "ends before it begins"),
        ({"bbox": [30, 20, 0, 4]}, "has no area"),
        ({"bbox": [100, 20, 5, 5]}, "lies outside the image (60 x 40 pixels)"),
        ({"segmentation": [[1, 2, 3, 4]]}, "no list of x, y pairs"),
        ({"segmentation": [[1, 2, 3, 4, float("nan"), 6]]}, "no list of x, y pairs"),
        ({"segmentation": [[100, 100, 120, 100, 120, 120]]}, "covers no pixel"),
        ({"segmentation": {"size": [40, 60], "counts": [1, 2, 3]}}, "do not add up to 60 x 40"),
        ({"segmentation": {"size": [40, 60], "counts": [-1, 2401]}}, "do not add up"),
        ({"segmentation": {"size": [40, 60], "counts": "~~~"}}, "is damaged"),
        ({"segmentation": {"size": [40, 60], "counts": "P"}}, "is damaged"),
        ({"segmentation": {"size": [40, 60], "counts": 5}}, "neither text nor a list"),
        ({"segmentation": {"size": [4, 6], "counts": [24]}}, "Export the mask at the size of the image"),
        ({"keypoints": [1, 2]}, "not groups of x, y, v"),
        ({"keypoints": [float("nan"), 2, 2]}, "not three finite numbers"),
        ({"keypoints": [99, 2, 2]}, "lies outside the image"),
    ],
)
def test_a_bad_object_is_left_out_and_said_and_the_others_stay(annotation, sentence):
    result = read(dataset(annotation, {"bbox": [1, 2, 3, 4]}))
    assert [str(problem) for problem in result.problems if sentence in str(problem)] == [str(result.problems[0])]
    assert result.problems[0].where == "labels.json, annotation 1"
    assert result.problems[0].kind == "left out"
    assert result.labels[CAT.name].boxes.xyxy.tolist() == [[1, 2, 4, 6]]
    assert result.labels[CAT.name].boxes.ids == (0,)


def test_a_box_that_reaches_outside_is_clipped_and_said():
    result = read(dataset({"bbox": [50, -5, 30, 20]}))
    assert result.labels[CAT.name].boxes.xyxy.tolist() == [[50, 0, 60, 15]]
    assert [problem.kind for problem in result.problems] == ["changed"]


def test_an_unknown_category_is_named_by_its_number_and_said():
    result = read(dataset({"bbox": [1, 2, 3, 4], "category_id": 7}))
    assert result.labels[CAT.name].boxes.labels == ("class 7",)
    assert "category id that is not listed" in str(result.problems[0])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "labels.json: the file is empty"),
        (b'{"images": [], "annotations": [', "no valid JSON: Expecting value in line 1, column 32"),
        (b'{"images": [], "annotations": ' + b"[" * 200_000, "nested too deeply"),
        (b'{"images": [], "annotations": [' + b"9" * 5000 + b"]}", "a number is too long"),
        (b"[1, 2]", "holds no COCO dataset"),
        ('{"images": "Käse", "annotations": []}'.encode("latin-1"), "byte 0xE4 in line 1 is not UTF-8 text"),
    ],
)
def test_a_file_that_is_no_coco_gets_one_sentence(data, sentence):
    result = read(data)
    assert result.labels == {}
    assert len(result.problems) == 1
    assert sentence in str(result.problems[0])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_with_a_byte_order_mark_is_read_and_claimed(encoding):
    file = SourceFile("labels.json", json.dumps(dataset({"bbox": [1, 2, 3, 4]})).encode(encoding))
    assert COCO.claims([file], [CAT]) == (file,)
    assert len(COCO.read([file], [CAT]).labels[CAT.name].boxes) == 1


@pytest.mark.parametrize(
    "value",
    [
        {"images": [1, None], "annotations": [5], "categories": [[]]},
        {"images": {"a": 1}, "annotations": {"b": 2}, "categories": 3},
        {"images": [{"id": [1], "file_name": {}}], "annotations": [{"image_id": {}, "category_id": []}]},
        {**dataset({"bbox": None, "segmentation": [], "keypoints": []}), "categories": [{"id": 1, "name": None}]},
        dataset({"segmentation": [[[1, 2], [3, 4]]], "keypoints": {"a": 1}}),
    ],
)
def test_values_of_the_wrong_kind_never_raise(value):
    result = read(value)
    assert all(labels.is_empty() for labels in result.labels.values())


def test_images_that_were_not_uploaded_are_listed_but_not_all_of_them():
    value = dataset({"bbox": [1, 2, 3, 4]})
    value["images"] += [{"id": i, "file_name": f"{i:06}.jpg"} for i in range(2, 1000)]
    result = read(value)
    assert len(result.unmatched) == 21
    assert result.unmatched[0] == "labels.json: 000002.jpg"
    assert result.unmatched[-1] == "labels.json: and 978 more images"
    assert len(result.labels[CAT.name].boxes) == 1


def test_another_size_than_the_image_is_said():
    result = read(dataset({"bbox": [1, 2, 3, 4]}), ImageInfo("cat.jpg", 20, 30))
    assert "labelled at 60 x 40 pixels, the image has 30 x 20" in str(result.problems[0])


def test_ten_thousand_bad_boxes_are_counted_not_listed():
    rows = [{"bbox": [100 + i, 5, 5, 5]} for i in range(10_000)]
    result = read(dataset(*rows, {"bbox": [1, 2, 3, 4]}))
    assert len(result.problems) == 21
    assert str(result.problems[-1]) == "labels.json: and 9,980 more problems like these."
    assert len(result.labels[CAT.name].boxes) == 1


def test_ten_thousand_masks_on_top_of_each_other_do_not_fill_the_memory():
    rows = [{"segmentation": [[0, 0, 60, 0, 60, 40, 0, 40 - i % 7]], "bbox": [0, 0, 60, 40]} for i in range(10_000)]
    result = read(dataset(*rows))
    labels = result.labels[CAT.name]
    assert len(labels.boxes) == 10_000
    assert len(labels.masks.layers) == len(labels.masks) == 32
    assert "too many masks lie on top of each other" in str(result.problems[0])


def test_masks_that_do_not_overlap_share_a_layer():
    rows = [{"segmentation": [[i, 0, i + 1, 0, i + 1, 40, i, 40]]} for i in range(60)]
    assert len(read(dataset(*rows)).labels[CAT.name].masks.layers) == 1


def test_names_are_one_short_line_of_text():
    categories = [{"id": 1, "name": "cat\n\x00<script>" + "x" * 5000 + "\ud800"}]
    name = read(dataset({"bbox": [1, 2, 3, 4]}, categories=categories)).labels[CAT.name].boxes.labels[0]
    assert name.startswith("cat <script>x")
    assert len(name) == 200


@pytest.mark.parametrize("seed", range(30))
def test_run_lengths_agree_with_pycocotools(seed):
    rng = np.random.default_rng(seed)
    height, width = (int(n) for n in rng.integers(1, 15, 2))
    mask = rng.random((height, width)) < rng.random()
    theirs = coco_mask.encode(np.asfortranarray(mask.astype(np.uint8)))["counts"].decode()
    box = bounding_box(mask)
    window = None if box is None else Window(box[1], box[0], mask[box[1] : box[3], box[0] : box[2]])
    assert rle.encode(window, (height, width)) == theirs
    found = rle.decode(rle.counts_of(theirs), (height, width))
    unpacked = np.zeros((height, width), bool)
    if found is not None:
        unpacked[found.top : found.top + found.mask.shape[0], found.left : found.left + found.mask.shape[1]] = (
            found.mask
        )
    np.testing.assert_array_equal(unpacked, mask)


@pytest.mark.parametrize("text", ["", "0", "o" * 40, "\u20ac", "4" * 9999])
def test_run_lengths_that_do_not_fill_the_image_are_refused(text):
    with pytest.raises(LabelError):
        rle.decode(rle.counts_of(text), (5, 7))


def test_other_json_is_not_claimed():
    files = [SourceFile("pipeline.json", b'{"transform": {}}'), SourceFile("cat.json", b'{"shapes": []}')]
    assert COCO.claims(files, [CAT]) == ()
