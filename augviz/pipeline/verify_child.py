"""The fresh process of a verification: ``A.load`` the file, run it on the given draws, write what came out.

It reads and writes one folder: ``pipeline.yaml`` or ``.json``, ``plan.json``, ``input.npz`` -> ``output-N.npz``,
``report.json``. It knows nothing of what the answer should be.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")

import albumentations as A
import numpy as np

from augviz.pipeline.draws import Draws
from augviz.pipeline.scripted import script
from augviz.transforms.construct import settings_of
from augviz.transforms.other_images import OTHER_IMAGES

ROWS = {"bboxes": "box_rows", "keypoints": "keypoint_rows"}
REFERENCE_ARGUMENTS = tuple(other.argument for other in OTHER_IMAGES.values() if other.form == "references")


def main(folder: str) -> None:
    """Run the plan in ``folder``."""
    where = Path(folder)
    plan = json.loads((where / "plan.json").read_text(encoding="utf-8"))
    arrays = dict(np.load(where / "input.npz", allow_pickle=False))
    others = {argument: _others(argument, items, arrays, plan) for argument, items in plan["given"].items()}
    report: dict[str, Any] = {"refused": "", "stopped": "", "warnings": [], "steps": [], "frame": {}}
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            compose = _load(where, plan["format"])
    except Exception as error:  # whatever A.load says is the finding
        report["refused"] = f"{type(error).__name__}: {error}"[:500]
        _write(where, report)
        return
    report["warnings"] = [str(item.message) for item in caught if not _is_deprecation_of_class(str(item.message))]
    report["steps"] = [_settings(node) for node in _nodes(compose)]
    report["frame"] = _frame(compose)
    warnings.simplefilter("ignore")
    try:
        for place, seed in enumerate(plan["seeds"]):
            fresh = _load(where, plan["format"])
            for node_id, node in zip(plan["ids"], _nodes(fresh), strict=True):
                if node_id in plan["covered"]:
                    node.bbox_labels = plan["covered"][node_id]  # rows stand for classes in this call
            script(fresh, plan["ids"], Draws(seed))
            np.savez(where / f"output-{place}.npz", **_call(fresh, arrays, plan["passed"], others))
    except Exception as error:  # whatever stops the library is the finding
        report["stopped"] = f"{type(error).__name__}: {error}"[:500]
    _write(where, report)


def _write(where: Path, report: Mapping[str, Any]) -> None:
    (where / "report.json").write_text(json.dumps(report, default=_jsonable), encoding="utf-8")


def _load(where: Path, file_format: str) -> Any:
    return A.load(where / f"pipeline.{file_format}", data_format=file_format)


def _is_deprecation_of_class(message: str) -> bool:
    """ShiftScaleRotate and a few aliases announce at every construction that another class is preferred."""
    return "is a special case of" in message or "specialized version of" in message or "very slow" in message


def _nodes(compose: A.BaseCompose) -> Iterator[Any]:
    for child in compose.transforms:
        yield child
        if isinstance(child, A.BaseCompose):
            yield from _nodes(child)


def _settings(node: Any) -> dict[str, Any]:
    is_group = isinstance(node, A.BaseCompose)
    settings: dict[str, Any] = node.to_dict_private() if is_group else settings_of(node)
    return {key: value for key, value in settings.items() if key != "transforms"}


def _frame(compose: A.Compose) -> dict[str, Any]:
    """What surrounds the steps."""
    policies = {
        name: vars(compose.processors[key].params) if key in compose.processors else None
        for name, key in (("bbox_params", "bboxes"), ("keypoint_params", "keypoints"))
    }
    return {"p": compose.p, "mask_interpolation": compose.mask_interpolation, **policies}


def _others(
    argument: str, items: Sequence[Sequence[str]], arrays: Mapping[str, Any], plan: Mapping[str, Any]
) -> list[Any]:
    """What one step takes from other images: arrays, or dictionaries with labels."""
    found = [{key: arrays[f"{argument}/{i}/{key}"] for key in keys} for i, keys in enumerate(items)]
    if argument.startswith(REFERENCE_ARGUMENTS):
        return [item["image"] for item in found]
    for item in found:
        for key, label_fields in plan["passed"].items():
            if key in item:
                rows = item.pop(ROWS[key])
                item[key] = item[key] if label_fields else np.column_stack([item[key], rows])
                item |= {label_field: [int(row) for row in rows] for label_field in label_fields}
    return found


def _call(
    compose: Any, arrays: Mapping[str, Any], passed: Mapping[str, list[str]], others: Mapping[str, list[Any]]
) -> dict[str, Any]:
    data: dict[str, Any] = {key: arrays[key] for key in ("image", "mask", "masks") if key in arrays}
    for key, label_fields in passed.items():
        values, rows = arrays[key], arrays[ROWS[key]]
        data[key] = values if label_fields else np.column_stack([values, rows])
        for label_field in label_fields:
            data[label_field] = [int(row) for row in rows]
    result = compose(**data, **others)
    output = {key: np.asarray(result[key]) for key in ("image", "mask", "masks") if key in result}
    for key, label_fields in passed.items():
        values = np.asarray(result[key], np.float64)
        width = arrays[key].shape[1]
        values = values.reshape(len(values), -1) if len(values) else np.zeros((0, width + 1))
        rows = result[label_fields[0]] if label_fields else values[:, -1]
        output[key] = values[:, :width]
        output[ROWS[key]] = np.asarray(rows, np.int64) if len(values) else np.zeros(0, np.int64)
    return output


def _jsonable(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else str(value)
