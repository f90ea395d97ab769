"""A drawn, labelled picture to try steps on where there are no images: coloured, textured, and not square."""

from __future__ import annotations

import cv2
import numpy as np

from augviz.geometry import bounding_box
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample, SemanticMap

SIZE_HW = (384, 512)


def _drawn() -> Sample:
    height, width = SIZE_HW
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    picture = np.dstack(
        [
            60 + 90 * x / width + 25 * np.sin(y / 23),
            70 + 35 * np.sin(x / 31) * np.cos(y / 37) + 70 * x / width,
            110 + 20 * x / width + 30 * np.cos((x + y) / 29),
        ]
    )
    grain = np.random.default_rng(4).normal(0, 9, (height, width)).astype(np.float32)
    picture += cv2.GaussianBlur(grain, (0, 0), 0.8)[..., None]
    picture = np.ascontiguousarray(np.clip(picture, 12, 243).astype(np.uint8))
    mask = np.zeros(SIZE_HW, np.uint8)
    cv2.ellipse(mask, (230, 190), (120, 80), 12, 0, 360, 1, -1)
    picture[mask > 0] = (picture[mask > 0] * 0.35 + np.array([205, 90, 45]) * 0.65).astype(np.uint8)
    for at, colour in (((180, 165), (40, 190, 70)), ((275, 175), (235, 215, 60)), ((232, 230), (50, 80, 210))):
        cv2.circle(picture, at, 14, colour, -1)
    for k in range(8):
        cv2.line(picture, (330 + 20 * k, 300), (350 + 20 * k, 360), (30 + 25 * k, 60, 220 - 20 * k), 3)
    cv2.putText(picture, "R 69", (30, 350), cv2.FONT_HERSHEY_SIMPLEX, 2.0, (235, 235, 230), 5)
    labels = Labels(
        Boxes.of(np.array([bounding_box(mask > 0)]), ["object"], [0]),
        Masks.from_stack([mask > 0], ["object"], [0], size=SIZE_HW),
        SemanticMap(mask.astype(np.int32), {0: "background", 1: "object"}),
        Keypoints.of([(180, 165), (275, 175), (232, 230)], ["left_eye", "right_eye", "nose"], [0, 0, 0]),
        "object",
    )
    return Sample("built-in test image", picture, labels)


TEST_IMAGE = _drawn()
"""384 × 512 RGB with one box, its mask, a mask of classes, three named points and a label."""
