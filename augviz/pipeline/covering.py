"""ConstrainedCoarseDropout covers objects of the classes that it is told; what these are is known only at the sample.

Boxes travel with their row in place of their class (:mod:`augviz.pipeline.border`), so that names of classes have to
become rows before a call. Without anything to cover the library warns and does nothing (Albumentations 2.0.8); here
that is said beside the pictures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import albumentations as A

from augviz.errors import Problem
from augviz.pipeline.spec import Step
from augviz.sample import Boxes

NAME = "ConstrainedCoarseDropout"


def idle_notes(step: Step, data: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Why a step has nothing to cover in this image, or nothing when it has or is another transform."""
    if step.name != NAME:
        return ()
    by_mask, by_box = step.params.get("mask_indices") is not None, step.params.get("bbox_labels") is not None
    if (by_mask and "mask" in data) or (by_box and "bboxes" in data):
        return ()
    if not by_mask and not by_box:
        return (Problem(step.name, "does nothing: it is not told what to cover", _MEND_CLASSES, "note"),)
    lacks = " or ".join(["mask of classes"] * by_mask + ["boxes"] * by_box)
    return (Problem(step.name, f"does nothing: this image has no {lacks}", f"Draw or upload {lacks}.", "note"),)


_MEND_CLASSES = "Name classes of boxes, or values of a mask of classes, in the step."


def point_at_rows(leaf: A.BasicTransform, step: Step, boxes: Boxes) -> None:
    """Let the transform, changed in place, look for the rows of the boxes whose classes it is told."""
    rows = covered_rows(step, boxes)
    if rows is not None:
        leaf.bbox_labels = rows


def covered_rows(step: Step, boxes: Boxes) -> list[int] | None:
    """Rows of the boxes whose classes a step covers; None when it names none, or is another transform."""
    if step.name != NAME or step.params.get("bbox_labels") is None:
        return None
    wanted = {str(label) for label in step.params["bbox_labels"]}
    return [row for row, label in enumerate(boxes.labels) if label in wanted]
