"""Boxes, polygons and masks as arrays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pycocotools import mask as coco_mask

from augviz import geometry as g

MASKS = hnp.arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(10, 14)))
DONUT = np.array([[1, 1, 1, 0], [1, 0, 1, 0], [1, 1, 1, 0], [0, 0, 0, 1]], bool)


@pytest.mark.parametrize(
    ("there", "back"),
    [
        (g.coco_to_xyxy, g.xyxy_to_coco),
        (g.voc_to_xyxy, g.xyxy_to_voc),
        (lambda boxes: g.yolo_to_xyxy(boxes, (30, 50)), lambda boxes: g.xyxy_to_yolo(boxes, (30, 50))),
    ],
    ids=["coco", "voc", "yolo"],
)
@given(boxes=hnp.arrays(np.float64, (3, 4), elements=st.floats(0, 1000)))
def test_a_box_format_and_its_inverse_cancel(there, back, boxes):
    np.testing.assert_allclose(back(there(boxes)), boxes, atol=1e-9)


@pytest.mark.parametrize(
    ("convert", "whole_image"),
    [
        (g.coco_to_xyxy, [0, 0, 50, 30]),
        (g.voc_to_xyxy, [1, 1, 50, 30]),
        (lambda box: g.yolo_to_xyxy(box, (30, 50)), [0.5, 0.5, 1, 1]),
    ],
    ids=["coco", "voc", "yolo"],
)
def test_the_whole_image_is_the_whole_image_in_every_box_format(convert, whole_image):
    assert convert([whole_image]).tolist() == [[0, 0, 50, 30]]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([0, 0, 2, 2], [0, 0, 2, 2], 1.0),
        ([0, 0, 2, 2], [1, 1, 3, 3], 1 / 7),
        ([0, 0, 2, 2], [2, 0, 4, 2], 0.0),
        ([1, 1, 1, 1], [1, 1, 1, 1], 0.0),
    ],
)
def test_iou(a, b, expected):
    assert g.iou_xyxy([a], [b])[0, 0] == pytest.approx(expected)


def test_iou_of_nothing_has_the_right_shape():
    assert g.iou_xyxy(np.zeros((0, 4)), [[0, 0, 1, 1]] * 3).shape == (0, 3)


def test_clip_and_area():
    boxes = g.clip_xyxy([[-3, -3, 5, 4], [60, 2, 70, 9]], (30, 50))
    assert boxes.tolist() == [[0, 0, 5, 4], [50, 2, 50, 9]]
    assert g.area_xyxy([*boxes, [5, 5, 3, 9]]).tolist() == [20, 0, 0]


@pytest.mark.parametrize(
    ("mask", "expected"), [(DONUT, (0, 0, 4, 4)), (DONUT[:2], (0, 0, 3, 2)), (np.zeros((3, 5), bool), None)]
)
def test_bounding_box(mask, expected):
    assert g.bounding_box(mask) == expected


@pytest.mark.parametrize(
    ("ring", "expected"),
    [
        ([(1, 1), (4, 1), (4, 3), (1, 3)], {(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)}),
        ([(0.6, 0.6), (1.4, 0.6), (1.4, 1.4), (0.6, 1.4)], set()),
        ([(-9, -9), (1, -9), (1, 2), (-9, 2)], {(0, 0), (1, 0)}),
        ([(0, 0), (2, 2)], set()),
    ],
    ids=["whole pixels", "between centres", "reaches outside", "a line"],
)
def test_a_pixel_is_filled_when_its_centre_lies_inside(ring, expected):
    filled = g.polygon_to_mask([ring], (4, 6))
    assert {tuple(place) for place in np.argwhere(filled).tolist()} == expected


def test_overlapping_polygons_are_joined_or_cut():
    rings = [[(0, 0), (4, 0), (4, 4), (0, 4)], [(1, 1), (3, 1), (3, 3), (1, 3)]]
    assert g.polygon_to_mask(rings, (4, 6)).sum() == 16
    assert g.polygon_to_mask(rings, (4, 6), overlap="cut").sum() == 12


def test_filling_agrees_with_pycocotools_but_for_the_outline():
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    ring = np.stack([60 + 50 * np.cos(angle), 40 + 33.3 * np.sin(angle)], axis=1)
    theirs = coco_mask.frPyObjects([ring.ravel().tolist()], 80, 120)
    area, box = float(coco_mask.area(theirs)[0]), coco_mask.toBbox(theirs)[0]
    mine = g.polygon_to_mask([ring], (80, 120))
    assert mine.sum() == pytest.approx(area, rel=0.01)
    np.testing.assert_allclose(g.xyxy_to_coco([g.bounding_box(mine)])[0], box, atol=1.01)


def test_an_outline_made_to_exhaust_memory_is_refused():
    zigzag = np.stack([np.arange(4000) % 7, np.where(np.arange(4000) % 2, 0, 3000)], axis=1)
    with pytest.raises(ValueError, match="crosses pixel rows"):
        g.polygon_to_mask([zigzag], (3000, 7))


@given(mask=MASKS)
@settings(max_examples=200, deadline=None)
def test_outlines_fill_back_to_the_same_mask(mask):
    rings = g.mask_to_polygons(mask)
    np.testing.assert_array_equal(g.polygon_to_mask([r.xy for r in rings], mask.shape, overlap="cut"), mask)
    if rings:
        np.testing.assert_array_equal(g.polygon_to_mask([g.join_rings(rings)], mask.shape), mask)


@given(mask=MASKS)
@settings(max_examples=100, deadline=None)
def test_outer_rings_run_clockwise_and_holes_the_other_way(mask):
    for ring in g.mask_to_polygons(mask):
        x, y = ring.xy.astype(float).T
        area = (x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2
        assert (area < 0) == ring.is_hole


def test_outline_of_a_ring_and_a_corner_pixel():
    rings = g.mask_to_polygons(DONUT)
    assert [ring.is_hole for ring in rings] == [False, True, False]
    assert rings[0].xy.tolist() == [[0, 0], [3, 0], [3, 3], [0, 3]]
    assert {tuple(point) for point in rings[1].xy.tolist()} == {(1, 1), (2, 1), (2, 2), (1, 2)}
    assert rings[2].xy.tolist() == [[3, 3], [4, 3], [4, 4], [3, 4]]


@pytest.mark.parametrize(
    "mask", [np.eye(2, 3, dtype=bool), np.eye(2, 3, dtype=bool)[:, ::-1]], ids=["falling", "rising"]
)
def test_pixels_that_touch_at_a_corner_have_rings_of_their_own(mask):
    assert [len(ring.xy) for ring in g.mask_to_polygons(mask)] == [4, 4]


def test_windows_of_an_index_layer():
    layer = np.array([[0, 2, 2, 0], [5, 0, 2, 0], [5, 5, 0, 0]], np.uint16)
    windows = g.layer_windows(layer)
    assert list(windows) == [2, 5]
    assert windows[2][:2] == (0, 1)
    assert windows[2].mask.tolist() == [[True, True], [False, True]]
    assert windows[5][:2] == (1, 0)
    assert g.layer_windows(np.zeros((2, 3), np.uint16)) == {}
