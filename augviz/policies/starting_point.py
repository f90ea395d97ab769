"""What a starting point is, and the few words it is written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from immutabledict import immutabledict

from augviz.pipeline.spec import PipelineSpec, Step, freeze

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
"""Mean and standard deviation of ImageNet's channels, 0..1, as in the guide and in torchvision's models."""


@dataclass(frozen=True)
class StartingPoint:
    """A pipeline to begin with.

    Attributes:
        id: Short name ("chest-x-ray").
        title: Name for people ("Chest X-ray").
        why: One sentence: what it does and does not do, and why.
        spec: The pipeline.
        source: Who says so, in a phrase.
        sources: Who says so of each step, by the name of its transform: keys of docs/sources.md, with spaces. Steps
            with one name share a source.
    """

    id: str
    title: str
    why: str
    spec: PipelineSpec
    source: str
    sources: Mapping[str, str] = field(default_factory=immutabledict)

    def source_of(self, step: Step) -> str:
        """Who says so of one step: keys of docs/sources.md, with spaces."""
        return self.sources[step.name]


def says(**sources: str) -> Mapping[str, str]:
    """Sources by the name of the transform."""
    return immutabledict(sources)


def step(name: str, p: float, params: Mapping[str, Any]) -> Step:
    """A step with these parameters, lists and dicts allowed."""
    return Step(name, freeze(params), p)


def around_zero(limit: float) -> tuple[float, float]:
    """The range from ``-limit`` to ``limit``."""
    return -limit, limit


def brightness_contrast(limit: float, p: float = 0.5) -> Step:
    """Brightness and contrast up and down by the same share (0..1)."""
    limits = around_zero(limit)
    return step("RandomBrightnessContrast", p, {"brightness_limit": limits, "contrast_limit": limits})


def noise(weakest: float, strongest: float, p: float = 0.3) -> Step:
    """Gaussian noise with a standard deviation in this range, as a share (0..1) of the full scale."""
    return step("GaussNoise", p, {"std_range": (weakest, strongest)})


def soft_blur(sigma_px: float, p: float = 0.3) -> Step:
    """Gaussian blur of at most ``sigma_px``."""
    return step("GaussianBlur", p, {"blur_limit": (3, 5), "sigma_limit": (0.3, sigma_px)})


def tail(mean: tuple[float, ...] = IMAGENET_MEAN, std: tuple[float, ...] = IMAGENET_STD) -> tuple[Step, ...]:
    """Normalize and ToTensorV2, as training needs them."""
    return step("Normalize", 1.0, {"mean": mean, "std": std}), Step("ToTensorV2")
