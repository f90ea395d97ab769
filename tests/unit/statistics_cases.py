"""Images and pipelines that the tests of statistics and of their figures share."""

from __future__ import annotations

import numpy as np

from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.sample import Boxes, Labels, Masks, Sample

SIX = ("blue", "green", "red", "near infrared", "swir 1", "swir 2")


def step(name: str, p: float = 1.0, **params: object) -> Step:
    return Step(name, freeze(params), p)


BRIGHTER = step("RandomBrightnessContrast", brightness_limit=(0.2, 0.2), contrast_limit=(0.0, 0.0))
"""Adds 0.2 of the range, 51 levels, always."""


def photo(name: str, shade: int = 0, *, labelled: bool = True) -> Sample:
    """``(40, 60, 3)`` from 40 to 179 levels, shifted by ``shade``; two objects, one of them at the right edge."""
    image = np.random.default_rng(7).integers(40, 180, (40, 60, 3)).astype(np.int16) + shade
    large, small = np.zeros((2, 40, 60), bool)
    large[5:25, 5:35] = True
    small[30:38, 50:58] = True
    boxes = Boxes.of([[5, 5, 35, 25], [50, 30, 58, 38]], ["car", "bird"])
    labels = Labels(boxes, Masks.from_stack([large, small], ["car", "bird"], size=(40, 60)))
    return Sample(name, np.clip(image, 0, 255).astype(np.uint8), labels if labelled else Labels())


def photos(count: int) -> list[Sample]:
    return [photo(f"{k}.png", shade=k) for k in range(count)]


def satellite() -> Sample:
    image = np.random.default_rng(8).random((20, 24, 6), dtype=np.float32) * np.float32(0.5)
    return Sample("satellite.tif", image, bands=SIX)


CROP = step("Crop", x_min=0, y_min=0, x_max=40, y_max=40)
"""Cuts the bird away and leaves the car."""

PIPELINE = PipelineSpec((step("HorizontalFlip", 0.5), step("RandomBrightnessContrast", 0.5), step("GaussianBlur", 0.4)))
