"""What tests of views share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from augviz.models.card import ModelCard
from augviz.models.model import Prediction
from augviz.models.outputs import ClassScores, Output, PixelScores
from augviz.sample import ImageArray, Sample

PIXELS = ModelCard("pixels", output="pixels", mean=(0.0,), std=(1.0,))
CLASSES = ModelCard("classes", size_hw=(32, 32), fit="stretch", mean=(0.0,), std=(1.0,))
SQUARE = ModelCard("square", size_hw=(224, 224), fit="centre")


@dataclass(frozen=True)
class Fake:
    """Answers like a model."""

    card: ModelCard
    says: Callable[[ImageArray], Output]

    def predict(self, image: ImageArray) -> Prediction:
        assert self.card.size_hw in (None, image.shape[:2])
        return Prediction(self.says(image), 0.0)


def classes(*values: float, kind: str = "probabilities") -> ClassScores:
    return ClassScores(np.array(values, np.float64), kind)  # type: ignore[arg-type]


def pixels(values: np.ndarray, kind: str = "logits") -> PixelScores:
    return PixelScores(np.asarray(values, np.float32), kind)  # type: ignore[arg-type]


def noise(height: int = 40, width: int = 56) -> Sample:
    values = np.random.default_rng(5).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Sample("noise.png", values)


def numbered(height: int, width: int) -> Sample:
    """Every pixel has its own colour: its number, in three bytes."""
    number = np.arange(1, height * width + 1)
    return Sample(
        "numbered.png",
        np.dstack([number >> 16, number >> 8 & 255, number & 255]).reshape(height, width, 3).astype(np.uint8),
    )


def numbers_in(image: ImageArray) -> np.ndarray:
    return image.astype(np.int64) @ np.array([65536, 256, 1])
