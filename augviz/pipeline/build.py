"""From a spec to transforms that can be called.

What is built here must not be shared between threads: a transform keeps what it drew, and two visitors would read each
other's values (docs/architecture.md, "Never share a Compose"). Building costs about a millisecond.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import albumentations as A
from albumentations.core.bbox_utils import BboxProcessor
from albumentations.core.keypoints_utils import KeypointsProcessor

from augviz.errors import PipelineError
from augviz.pipeline.growth import guard
from augviz.pipeline.spec import BoxPolicy, KeypointPolicy, PipelineSpec, Step
from augviz.transforms import construct


@dataclass(frozen=True)
class Built:
    """Transforms of one spec, for one thread.

    Attributes:
        leaves: Transform by step id.
        failed: Why a step could not be built, by step id; the others are there.
        boxes: Processor with the box limits; transforms that drop boxes themselves ask it.
        keypoints: Processor with the keypoint limits.
    """

    leaves: Mapping[str, A.BasicTransform]
    failed: Mapping[str, PipelineError]
    boxes: BboxProcessor
    keypoints: KeypointsProcessor


def build(spec: PipelineSpec) -> Built:
    """Build every enabled step of ``spec.steps``; never raises for a step, see ``failed``."""
    boxes = BboxProcessor(A.BboxParams(**box_arguments(spec.boxes or BoxPolicy())))
    keypoints = KeypointsProcessor(A.KeypointParams(**keypoint_arguments(spec.keypoints or KeypointPolicy())))
    leaves: dict[str, A.BasicTransform] = {}
    failed: dict[str, PipelineError] = {}
    for node in spec.walk():
        if not isinstance(node, Step) or not node.enabled:
            continue
        try:
            leaf = construct.make(node.name, node.params, 1.0)
        except PipelineError as error:
            failed[node.id] = error
            continue
        leaf.set_processors({"bboxes": boxes, "keypoints": keypoints})
        if node.name == "Mosaic":
            leaf.set_processors({"bboxes": _plain_rows(spec.boxes or BoxPolicy())})
        if spec.mask_interpolation is not None and hasattr(leaf, "mask_interpolation"):
            leaf.mask_interpolation = spec.mask_interpolation
        guard(leaf)
        leaves[node.id] = leaf
    return Built(leaves, failed, boxes, keypoints)


def _plain_rows(policy: BoxPolicy) -> BboxProcessor:
    """A processor with the same limits for boxes that are rows of ours already: Mosaic converts those of other images
    with it, and takes keypoints as they are where it has no processor for them.
    """
    return BboxProcessor(A.BboxParams(**{**box_arguments(policy), "format": "albumentations", "label_fields": None}))


def box_arguments(policy: BoxPolicy) -> dict[str, Any]:
    """Keyword arguments of ``A.BboxParams``."""
    return {**asdict(policy), "label_fields": list(policy.label_fields)}


def keypoint_arguments(policy: KeypointPolicy) -> dict[str, Any]:
    """Keyword arguments of ``A.KeypointParams``."""
    return {**asdict(policy), "label_fields": list(policy.label_fields)}


def declared(spec: PipelineSpec, *, boxes: bool, keypoints: bool) -> PipelineSpec:
    """The spec with box and keypoint policies exactly where asked, the library's defaults where none was set."""
    return replace(
        spec,
        boxes=(spec.boxes or BoxPolicy()) if boxes else None,
        keypoints=(spec.keypoints or KeypointPolicy()) if keypoints else None,
    )
