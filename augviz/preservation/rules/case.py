"""What a rule is asked about: one step, or the whole pipeline, with everything that is known about the labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from augviz.errors import Problem
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.preservation.facts import Facts
from augviz.preservation.reach import Reach
from augviz.transforms.dead_parameters import effective


@dataclass(frozen=True)
class Targets:
    """What the images are and what is labelled on them.

    Attributes:
        boxes, masks, keypoints: Whether there are any.
        are_boxes_alone: Whether there are boxes and no masks.
        are_boxes_round: Whether most objects fill the ellipse in their box; None where no mask says.
        names, point_names: Names of classes (also of the whole image), and of keypoints; none without images.
        pairs: Names that differ in nothing but the side, and so can change places in a mirror image.
        channels: Channels of the images.
        shortest_side_px: Shortest side of the smallest image.
    """

    boxes: bool = False
    masks: bool = False
    keypoints: bool = False
    are_boxes_alone: bool = False
    are_boxes_round: bool | None = None
    names: frozenset[str] = frozenset()
    point_names: frozenset[str] = frozenset()
    pairs: tuple[tuple[str, str], ...] = ()
    channels: int = 3
    shortest_side_px: int = 240


@dataclass(frozen=True)
class Leaf:
    """A step that can fire, and how far it goes."""

    step: Step
    reach: Reach


@dataclass(frozen=True)
class Case:
    """One question to a rule.

    Attributes:
        spec: The pipeline.
        profile: Id of the profile.
        facts: What is known about the labels.
        targets: What is labelled.
        reach: How far the step goes; of the whole pipeline where ``step`` is None.
        step: The step in question, or None for the whole pipeline.
        leaves: All steps that can fire.
        size_hw: Height and width of the result, where it is the same for every draw; otherwise None.
        validation: The pipeline of the validation images, or None.
        validation_leaves: Its steps.
        validation_size_hw: As ``size_hw``.
        notes: What was changed or left out when the pipeline was read from a file.
    """

    spec: PipelineSpec
    profile: str
    facts: Facts
    targets: Targets
    reach: Reach
    step: Step | None = None
    leaves: tuple[Leaf, ...] = ()
    size_hw: tuple[int, int] | None = None
    validation: PipelineSpec | None = None
    validation_leaves: tuple[Leaf, ...] = ()
    validation_size_hw: tuple[int, int] | None = None
    notes: tuple[Problem, ...] = ()

    @property
    def name(self) -> str:
        """Name of the step's transform; empty for the whole pipeline."""
        return "" if self.step is None else self.step.name

    @property
    def params(self) -> Mapping[str, Any]:
        """All parameters of the step, with the library's defaults filled in; empty for the whole pipeline."""
        return {} if self.step is None else effective(self.step.name, self.step.params)
