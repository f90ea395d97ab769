"""What a format cannot carry is counted."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.formats import ImageInfo, LabelledImage, by_name, losses
from augviz.sample import Boxes, Keypoints, Labels, Masks

MASKS = Masks.from_stack(np.ones((1, 4, 6), bool), ["cat"], [0], size=(4, 6))
BOXES = Boxes.of([[0, 0, 6, 4], [1, 1, 3, 3]], ["cat", "dog"])
POINTS = Keypoints.of([[1, 1], [2, 2]], ["nose", "tail"], [0, -1])


@pytest.mark.parametrize(
    ("name", "labels", "expected"),
    [
        ("coco", Labels(BOXES, MASKS, None, POINTS), []),
        ("coco", Labels(BOXES, label="indoors"), ["COCO JSON: 1 image class could not be written."]),
        ("yolo", Labels(BOXES), []),
        ("yolo", Labels(BOXES, MASKS), ["YOLO text: 1 mask could not be written."]),
        ("yolo", Labels(BOXES, keypoints=POINTS), ["YOLO text: 1 keypoint could not be written."]),
        ("voc", Labels(BOXES, MASKS), ["Pascal VOC XML: 1 mask could not be written."]),
        ("mask", Labels(BOXES), ["PNG mask: 2 boxes could not be written."]),
    ],
)
def test_what_is_lost_is_counted(name, labels, expected):
    items = [LabelledImage(ImageInfo("cat.jpg", 4, 6), labels)]
    known = by_name(name)
    assert [str(problem) for problem in losses(known, items, known.write(items))] == expected
