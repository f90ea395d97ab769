"""A chest film that was never taken: shadows of tissue added up as X-rays do, seen from the front.

Radiological convention: the patient faces the viewer, so the patient's left is on the picture's right. The heart
leans there, the stomach bubble lies below it, and the marker says "L".
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from sample_drawing.canvas import (
    Field,
    Point,
    blur,
    box_of,
    clouds,
    curve,
    ellipse,
    grid,
    noise,
    polygon,
    rectangle,
    stroke,
    text,
)
from sample_drawing.labels import Picture, Thing

HEIGHT, WIDTH = 560, 512
SIZE = (HEIGHT, WIDTH)
MIDDLE = 256.0

TRUNK = (
    (196, -10), (194, 30), (172, 58), (112, 76), (48, 92), (0, 112), (-30, 140), (-50, 240), (-50, 600), (562, 600),
    (562, 240), (542, 140), (512, 112), (464, 92), (400, 76), (340, 58), (318, 30), (316, -10),
)  # fmt: skip
RIGHT_LUNG = (
    (190, 96), (160, 108), (124, 150), (98, 214), (82, 290), (74, 360), (70, 424), (78, 440), (104, 416), (140, 402),
    (178, 402), (206, 416), (208, 390), (207, 340), (216, 290), (224, 240), (226, 180), (221, 124), (210, 102),
)  # fmt: skip
LEFT_LUNG = (
    (322, 96), (352, 108), (388, 150), (414, 214), (430, 290), (438, 366), (442, 436), (434, 454), (410, 432),
    (384, 424), (372, 420), (374, 396), (364, 352), (342, 308), (314, 272), (300, 246), (301, 222), (288, 196),
    (289, 150), (293, 122), (303, 102),
)  # fmt: skip
HEART = (
    (236, 262), (268, 246), (300, 256), (314, 272), (342, 308), (364, 352), (374, 396), (368, 422), (330, 438),
    (276, 440), (226, 432), (208, 410), (204, 372), (208, 330), (218, 290),
)  # fmt: skip
NODULE: Point = (134, 218)
MARKER_AT: Point = (462, 62)


def chest() -> tuple[npt.NDArray[np.uint8], Picture]:
    """The picture and its labels: both lungs, heart, nodule and side marker."""
    rng = np.random.default_rng(20240501)
    right, left, heart = (polygon(SIZE, curve(points, closed=True)) for points in (RIGHT_LUNG, LEFT_LUNG, HEART))
    nodule = ellipse(SIZE, NODULE, (9, 8), 20, soft_px=4)
    film = _exposed(_tissue(rng, right, left, heart) + 0.26 * blur(nodule, 1.2))
    film += noise(rng, SIZE, 0.7) * 0.011 * (0.5 + film)
    marker, letters = _burned_in()
    film = np.maximum(film * (1 - letters), letters * 0.96)
    things = (
        Thing("right lung", mask=right > 0.5),
        Thing("left lung", mask=left > 0.5),
        Thing("heart", mask=heart > 0.5),
        Thing("nodule", mask=nodule > 0.5),
        Thing("side marker L", box=box_of(marker)),
    )
    grey = np.asarray(np.clip(film * 255 + 0.5, 0, 255), np.uint8)
    return grey, Picture("chest-phantom.png", HEIGHT, WIDTH, things)


def _exposed(tissue: Field) -> Field:
    """Film density from the sum of tissue: more tissue, brighter, with less and less to gain."""
    return 0.03 + 0.93 * (1 - np.exp(-1.35 * np.clip(tissue, 0, None))) ** 1.5


def _tissue(rng: np.random.Generator, right: Field, left: Field, heart: Field) -> Field:
    ys, xs = grid(SIZE)
    trunk = blur(polygon(SIZE, curve(TRUNK)), 2.5)
    depth = 0.86 + 0.16 * (ys / HEIGHT) - 0.34 * np.abs((xs - MIDDLE) / MIDDLE) ** 3
    total = trunk * depth * (1 + 0.02 * clouds(rng, SIZE, 40))
    lungs = np.maximum(blur(right, 2.2), blur(left, 2.2))
    behind = blur(right, 1.5) + blur(left, 1.5)
    total -= lungs * (0.70 + 0.05 * np.sin(ys / 60))
    total += lungs * 0.022 * clouds(rng, SIZE, 14)
    total += 0.30 * np.maximum(blur(heart, 4), _belly(ys, xs)) + 0.05 * blur(heart, 12)
    total += _spine(ys, xs) + behind * _vessels(rng)
    total += _ribs() * (0.35 + 0.65 * np.clip(behind, 0, 1)) * trunk
    total += _collar_bones() + _shoulder_blades()
    total += 0.10 * blur(ellipse(SIZE, (296, 214), (20, 24)), 6)
    gas = blur(ellipse(SIZE, (392, 474), (34, 19), -8), 4)
    windpipe = blur(stroke(SIZE, [(256, 20), (257, 120), (254, 205)], 17), 3)
    forks = blur(stroke(SIZE, [(228, 250), (253, 205), (290, 246)], 10), 3)
    return np.asarray(total - 0.30 * gas - 0.17 * windpipe - 0.08 * forks)


def _belly(ys: Field, xs: Field) -> Field:
    """Liver and spleen under the two domes of the diaphragm."""
    domes = np.where(xs < MIDDLE, 402 + ((xs - 150) / 15.5) ** 2, 420 + ((xs - 376) / 14) ** 2)
    inside = 1 / (1 + np.exp((np.abs(xs - MIDDLE) - 186) / 12))
    return np.clip((ys - np.minimum(domes, 426)) / 18, 0, 1) * np.clip(1.15 - (ys - 400) / 420, 0, 1) * inside


def _spine(ys: Field, xs: Field) -> Field:
    column = np.exp(-(((xs - MIDDLE) / 24) ** 4))
    bodies = 0.5 + 0.5 * np.cos(ys / 33 * 2 * np.pi)
    pedicles = np.exp(-(((np.abs(xs - MIDDLE) - 13) / 4.5) ** 2)) * np.exp(-(((ys % 33) - 12) ** 2) / 30)
    return 0.14 * column + 0.05 * column * bodies**3 + 0.06 * pedicles


def _ribs() -> Field:
    total = np.zeros(SIZE)
    for side in (-1, 1):
        for i in range(10):
            y, reach = 96 + 33 * i, 62 + 118 * (1 - np.exp(-(i + 0.6) / 2.0))
            back = [(26, y + 4), (reach * 0.45, y - 9), (reach * 0.8, y + 12), (reach, y + 48 + 2 * i)]
            total += 0.115 * _bone([(MIDDLE + side * x, yy) for x, yy in back], 11.5)
            if i < 7:
                front = [(reach, y + 50), (reach * 0.86, y + 86), (reach * 0.6, y + 106), (reach * 0.36, y + 104)]
                total += 0.07 * _bone([(MIDDLE + side * x, yy) for x, yy in front], 13)
    return total


def _bone(points: list[Point], width: float) -> Field:
    """A tube: faint inside, its rim brighter, as a hollow bone throws its shadow."""
    line = curve(points)
    return blur(0.6 * stroke(SIZE, line, width) + 0.4 * (stroke(SIZE, line, width) - stroke(SIZE, line, width - 4)), 1)


def _collar_bones() -> Field:
    line = [(20, 134), (58, 120), (108, 116), (158, 96), (206, 104)]
    return sum((0.17 * _bone([(MIDDLE + side * x, y) for x, y in line], 14) for side in (-1, 1)), np.zeros(SIZE))


def _shoulder_blades() -> Field:
    plate = [(188, 96), (222, 118), (218, 190), (196, 262), (180, 232), (176, 150)]
    return sum(
        (
            0.055 * blur(polygon(SIZE, curve([(MIDDLE + side * x, y) for x, y in plate], closed=True)), 4)
            for side in (-1, 1)
        ),
        np.zeros(SIZE),
    )


def _vessels(rng: np.random.Generator) -> Field:
    """Trees of vessels that leave the two hila, thinner at every fork."""
    total = np.zeros(SIZE)
    for start, towards in (((214, 248), np.pi), ((308, 240), 0.0)):
        for angle in np.linspace(-1.25, 1.35, 9):
            heading = towards + angle if towards == 0 else towards - angle
            total = np.maximum(total, _branch(rng, start, float(heading), 5.2, 46.0, 4))
        total += 0.9 * ellipse(SIZE, start, (15, 24), soft_px=14)
    return 0.13 * blur(total, 0.9)


def _branch(rng: np.random.Generator, start: Point, heading: float, width: float, length: float, forks: int) -> Field:
    points, angle = [start], heading
    for _ in range(5):
        angle += float(rng.normal(0, 0.14))
        points.append((points[-1][0] + length / 5 * np.cos(angle), points[-1][1] + length / 5 * np.sin(angle)))
    total = stroke(SIZE, points, list(np.linspace(width, width * 0.66, len(points)))) * min(1, 0.35 + width / 6)
    if forks:
        for turn in (-0.42, 0.38):
            bent = angle + turn * float(rng.uniform(0.6, 1.4))
            total = np.maximum(total, _branch(rng, points[-1], bent, width * 0.62, length * 0.78, forks - 1))
    return total


def _burned_in() -> tuple[Field, Field]:
    """The lead letter L in its frame, and all letters together."""
    x, y = MARKER_AT
    frame = rectangle(SIZE, x - 17, y - 21, x + 17, y + 21, 5) - rectangle(SIZE, x - 14, y - 18, x + 14, y + 18, 3)
    marker = np.maximum(text(SIZE, (x, y + 1), "L", 33, 0.8, "mm"), frame)
    note = text(SIZE, (12, 24), "SYNTHETIC", 13) + text(SIZE, (12, 41), "NOT A PATIENT", 13)
    return marker, np.maximum(marker, 0.8 * note)
