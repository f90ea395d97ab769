"""A sample as training passes it: the arguments of one call, in the forms that a file declares."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from augviz.geometry import coco_to_xyxy, xyxy_to_coco, xyxy_to_yolo, yolo_to_xyxy
from augviz.pipeline import border
from augviz.pipeline.joining import join
from augviz.pipeline.materials import Materials, call_arguments, pasted, taking_steps
from augviz.pipeline.spec import BoxPolicy, KeypointPolicy, PipelineSpec
from augviz.sample import Sample
from augviz.transforms.other_images import OTHER_IMAGES


def call_arrays(spec: PipelineSpec, sample: Sample) -> tuple[dict[str, npt.NDArray[Any]], dict[str, list[str]]]:
    """Arguments of a training call in the forms that the file declares.

    Returns:
        The arrays by argument, and which label fields carry the row numbers of boxes and keypoints. Boxes and keypoints
        are only passed when the file declares them.
    """
    one_by_one = border.mixes_mask_values(spec)
    boxes, keypoints = spec.boxes or BoxPolicy(), spec.keypoints or KeypointPolicy()
    data = border.enter(sample, boxes, keypoints, one_by_one=one_by_one).data
    arrays: dict[str, npt.NDArray[Any]] = {key: data[key] for key in ("image", "mask", "masks") if key in data}
    passed: dict[str, list[str]] = {}
    if spec.boxes is not None:
        rows = data.get("bboxes", np.zeros((0, 5), np.float32))
        arrays["bboxes"] = in_box_format(border.boxes_px(rows, sample.size_hw), boxes, sample.size_hw)
        arrays["box_rows"] = np.array(border.row_ids(rows, 4), np.int64)
        passed["bboxes"] = list(boxes.label_fields)
    if spec.keypoints is not None:
        points = data.get("keypoints", np.zeros((0, 6), np.float32))
        arrays["keypoints"] = in_keypoint_format(points[:, :2], keypoints)
        arrays["keypoint_rows"] = np.array(border.row_ids(points, 5), np.int64)
        passed["keypoints"] = list(keypoints.label_fields)
    return arrays, passed


def given_arrays(
    shown: PipelineSpec, declared: PipelineSpec, sample: Sample, materials: Materials
) -> dict[str, list[dict[str, npt.NDArray[Any]]]]:
    """The other images of a pipeline, by the argument of the call.

    Args:
        shown: The pipeline whose steps name them.
        declared: The same as the file has it; says in which forms labels are passed.
        sample: The image that goes through it.
        materials: All images that are open; what is not there is left out, and the library will say so.

    Returns:
        A list an argument; ``image`` alone, or with ``mask``, ``bboxes``, ``box_rows``, ``keypoints``,
        ``keypoint_rows``. Rows are numbered behind those of the sample.
    """
    given: dict[str, list[dict[str, npt.NDArray[Any]]]] = {}
    arguments = call_arguments(shown)
    for step in taking_steps(shown):
        form = OTHER_IMAGES[step.name].form
        found = [materials[name] for name in step.materials if name in materials]
        if form == "partners":
            given[arguments[step.id]] = _partners(declared, sample, found)
        else:
            pictures = [pasted(other.image, sample.size_hw) if form == "pasted" else other.image for other in found]
            given[arguments[step.id]] = [{"image": picture} for picture in pictures]
    return given


def _partners(spec: PipelineSpec, sample: Sample, others: list[Sample]) -> list[dict[str, npt.NDArray[Any]]]:
    joined = join(sample, tuple(others), spec.boxes or BoxPolicy(), spec.keypoints or KeypointPolicy())
    found: list[dict[str, npt.NDArray[Any]]] = []
    for other, item in zip(others, joined.items, strict=True):
        arrays, _passed = call_arrays(spec, other)
        kept = {key: array for key, array in arrays.items() if key not in ("mask", "masks")}
        kept |= {"mask": item["mask"]} if "mask" in item else {}
        for key, count in (("box_rows", len(sample.labels.boxes)), ("keypoint_rows", len(sample.labels.keypoints))):
            if key in kept:
                kept[key] = kept[key] + count
        found.append(kept)
    return found


def in_box_format(xyxy: npt.NDArray[Any], policy: BoxPolicy, size_hw: tuple[int, int]) -> npt.NDArray[np.float64]:
    """Boxes in absolute pixels, in the declared form."""
    boxes = np.asarray(xyxy, np.float64).reshape(-1, 4)
    if policy.format == "coco":
        return xyxy_to_coco(boxes)
    if policy.format == "yolo":
        return xyxy_to_yolo(boxes, size_hw)
    return boxes / _sides(size_hw) if policy.format == "albumentations" else boxes


def from_box_format(values: npt.NDArray[Any], policy: BoxPolicy, size_hw: tuple[int, int]) -> npt.NDArray[np.float64]:
    """Boxes of the declared form in absolute pixels."""
    boxes = np.asarray(values, np.float64).reshape(-1, 4)
    if policy.format == "coco":
        return coco_to_xyxy(boxes)
    if policy.format == "yolo":
        return yolo_to_xyxy(boxes, size_hw)
    return boxes * _sides(size_hw) if policy.format == "albumentations" else boxes


def _sides(size_hw: tuple[int, int]) -> npt.NDArray[np.float64]:
    return np.array([size_hw[1], size_hw[0]] * 2, np.float64)


def in_keypoint_format(xy: npt.NDArray[Any], policy: KeypointPolicy) -> npt.NDArray[np.float64]:
    """Points in the declared form; angle, scale and z, which labels here do not have, are 0."""
    points = np.asarray(xy, np.float64).reshape(-1, 2)
    points = points[:, ::-1] if policy.format == "yx" else points
    return np.column_stack([points, np.zeros((len(points), len(policy.format) - 2))])
