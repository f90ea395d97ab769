"""The drawn image on which every check proves itself."""

from __future__ import annotations

from functools import cache
from typing import Any

import cv2
import numpy as np

from augviz.pipeline.effects import measure_whole
from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.preservation.check import Example
from augviz.preservation.scalars import Bands
from augviz.preservation.subject import Known, Subject
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample, SemanticMap

HEIGHT, WIDTH = 96, 128
CENTRE, RADIUS = (64, 48), 24
SIDES = Known(swap_pairs=(("left_eye", "right_eye"),))
NARROW = Known(bands=Bands({"saturation": 100.0}, {"saturation": 250.0}, 40))


@cache
def example_sample() -> Sample:
    """A coloured, textured picture of 96 x 128 pixels: a red disc with box, mask and three points (two eyes, a nose) on
    a green ground, and a small square of a class of its own in the upper left corner.
    """
    rng = np.random.default_rng(4)
    image = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    image[:] = (70, 150, 60)
    disc = cv2.circle(np.zeros((HEIGHT, WIDTH), np.uint8), CENTRE, RADIUS, 1, -1) > 0
    image[disc] = (190, 60, 50)
    image[4:14, 4:14] = (60, 70, 180)
    texture = rng.integers(-20, 21, (HEIGHT, WIDTH, 1))
    image = np.clip(image.astype(int) + texture, 0, 255).astype(np.uint8)
    values = np.where(disc, 3, 0).astype(np.int32)
    values[4:14, 4:14] = 7
    x, y = CENTRE
    (ys, xs) = np.nonzero(disc)
    box = [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]
    labels = Labels(
        Boxes.of([box], ["disc"], [0]),
        Masks.from_stack([disc], ["disc"], [0], size=(HEIGHT, WIDTH)),
        SemanticMap(values, {0: "ground", 3: "disc", 7: "square"}),
        Keypoints.of(
            [[x - 8, y - 6], [x + 8, y - 6], [x, y + 6]], ["left_eye", "right_eye", "nose"], object_ids=[0, 0, 0]
        ),
    )
    return Sample("example", image, labels)


def steps(*each: tuple[str, dict[str, Any]]) -> tuple[Step, ...]:
    """Steps that always fire."""
    return tuple(Step(name, freeze(params)) for name, params in each)


def subject_of(example: Example, seed: int = 0) -> Subject:
    """Run an example."""
    return Subject.of(measure_whole(PipelineSpec(example.steps), example_sample(), seed), example.known)
