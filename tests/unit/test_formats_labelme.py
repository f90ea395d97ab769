"""LabelMe JSON as users have it, good and bad."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from augviz.formats import ImageInfo, SourceFile, by_name
from augviz.formats.indexed_png import write_indexed
from augviz.geometry import bounding_box

LABELME = by_name("labelme")
CAT = ImageInfo("cat.jpg", 40, 60)


def shape(label, points, kind="polygon", group=None, **more):
    return {"label": label, "points": points, "shape_type": kind, "group_id": group, "flags": {}, **more}


def read(*shapes, image=CAT, path="cat.jpg", name="cat.json"):
    value = {"version": "5.2.1", "flags": {}, "shapes": list(shapes), "imagePath": path, "imageData": None}
    value |= {"imageHeight": 40, "imageWidth": 60}
    return LABELME.read([SourceFile(name, json.dumps(value).encode())], [image])


def test_a_polygon_is_a_mask_with_the_box_around_it():
    labels = read(shape("cat", [[10, 5], [30, 5], [30, 15], [10, 15]])).labels["cat.jpg"]
    assert labels.boxes.xyxy.tolist() == [[10, 5, 30, 15]]
    assert bounding_box(labels.masks.mask_of(0)) == (10, 5, 30, 15)


def test_a_rectangle_is_a_box_whatever_corner_comes_first():
    labels = read(shape("cat", [[30, 15], [10, 5]], "rectangle")).labels["cat.jpg"]
    assert labels.boxes.xyxy.tolist() == [[10, 5, 30, 15]]
    assert labels.masks is None


def test_a_circle_has_the_area_of_a_circle():
    labels = read(shape("coin", [[30, 20], [30, 35]], "circle")).labels["cat.jpg"]
    assert labels.masks.areas_px[0] == pytest.approx(np.pi * 15**2, rel=0.01)
    np.testing.assert_allclose(labels.boxes.xyxy, [[15, 5, 45, 35]], atol=1e-4)


def test_parts_of_a_group_are_one_object_and_its_points_belong_to_it():
    labels = read(
        shape("nose", [[12, 8]], "point", group=1),
        shape("cat", [[10, 5], [14, 5], [14, 15], [10, 15]], group=1),
        shape("cat", [[20, 5], [24, 5], [24, 15], [20, 15]], group=1),
        shape("cat", [[40, 5], [44, 5], [44, 15], [40, 15]], group=2),
        shape("corner", [[1, 1]], "point"),
    ).labels["cat.jpg"]
    assert labels.boxes.xyxy.tolist() == [[10, 5, 24, 15], [40, 5, 44, 15]]
    assert labels.masks.areas_px.tolist() == [80, 40]
    assert labels.keypoints.labels == ("nose", "corner")
    assert labels.keypoints.object_ids == (0, -1)


def test_a_line_is_read_as_its_corners_and_said():
    result = read(shape("crack", [[1, 2], [5, 6]], "line"))
    assert result.labels["cat.jpg"].keypoints.labels == ("crack 0", "crack 1")
    assert [problem.kind for problem in result.problems] == ["note"]


def test_a_mask_shape_lies_where_its_points_are_and_is_cut_at_the_frame():
    png = base64.b64encode(write_indexed(np.ones((4, 5), np.int32), {})).decode()
    labels = read(shape("cat", [[57, 10], [61, 13]], "mask", mask=png)).labels["cat.jpg"]
    assert bounding_box(labels.masks.mask_of(0)) == (57, 10, 60, 14)


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (shape("cat", [[1, 2], [3, float("nan")], [4, 5]]), "not pairs of finite numbers"),
        (shape("cat", [[1, 2], [3, 4]]), "a polygon cannot have 2 points"),
        (shape("cat", []), "not pairs of finite numbers"),
        (shape("cat", [[1, 2]], "rectangle"), "a rectangle cannot have 1 points"),
        (shape("cat", [[1, 2], [3, 4]], "banana"), "the shape type 'banana' is not known"),
        (shape("cat", [[90, 90], [95, 95]], "rectangle"), "lies outside the image"),
        (shape("cat", [[99, 2]], "point"), "lies outside the image"),
        (shape("cat", [[1, 2], [3, 4]], "mask", mask="§"), "no base64 text"),
        (shape("cat", [[1, 2], [3, 4]], "mask", mask="AAAA"), "the mask is no PNG"),
    ],
)
def test_a_bad_shape_is_left_out_and_said_and_the_others_stay(bad, sentence):
    result = read(shape("dog", [[1, 2], [9, 8]], "rectangle"), bad)
    assert sentence in str(result.problems[0])
    assert result.problems[0].where == "cat.json, shape 2"
    assert "dog" in result.labels["cat.jpg"].boxes.labels


@pytest.mark.parametrize("value", [{"shapes": 3}, {"shapes": [1, None, {}]}, [{"shapes": []}]])
def test_values_of_the_wrong_kind_never_raise(value):
    result = LABELME.read([SourceFile("cat.json", json.dumps(value).encode())], [CAT])
    assert all(labels.is_empty() for labels in result.labels.values())
    assert result.problems


@pytest.mark.parametrize(("name", "path"), [("x/CAT.json", "old.jpg"), ("0001.json", "..\\img\\cat.jpg")])
def test_the_image_is_found_by_the_files_name_or_the_name_in_it(name, path):
    assert "cat.jpg" in read(shape("dog", [[1, 2], [9, 8]], "rectangle"), name=name, path=path).labels


def test_no_shapes_are_an_image_without_objects():
    assert read().labels["cat.jpg"].is_empty()
