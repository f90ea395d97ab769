"""Python code that reads the other images of a pipeline and hands them over in the call."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from augviz.pipeline.materials import PASTED_SHARE, Materials, call_arguments, taking_steps
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.pipeline.training_call import call_arrays
from augviz.sample import Sample
from augviz.transforms.other_images import OTHER_IMAGES

_READ = {
    "RGB": (
        "def read(path):\n"
        '    """(H, W, 3) uint8, upright."""\n'
        '    return np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB"))\n'
    ),
    "grey": (
        "def read_grey(path):\n"
        '    """(H, W, 1) uint8, upright."""\n'
        '    return np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("L"))[..., None]\n'
    ),
    "deep": (
        "def read_deep(path):\n"
        '    """(H, W, C) float32 0..1: 16-bit, float or many bands, scaled as augviz shows them."""\n'
        "    return decode(path, Path(path).read_bytes()).image\n"
    ),
}
_CALLS = {"RGB": "read", "grey": "read_grey", "deep": "read_deep"}

_SHRUNK = (
    "def shrunk(picture, image):\n"
    f'    """The picture, at most {PASTED_SHARE:g} of the image high and wide."""\n'
    f"    share = min(1, {PASTED_SHARE} * image.shape[0] / picture.shape[0], "
    f"{PASTED_SHARE} * image.shape[1] / picture.shape[1])\n"
    "    if share == 1:\n"
    "        return picture\n"
    "    size = max(1, int(picture.shape[1] * share)), max(1, int(picture.shape[0] * share))\n"
    "    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)\n"
    "    return small.reshape(size[1], size[0], -1)\n"
)


@dataclass(frozen=True)
class ReadingCode:
    """What stands around the pipeline.

    Attributes:
        first, modules, names: Import lines: of Python itself, "import …" after that of the library, and "from …".
        code: Functions and images, before the pipeline.
        arguments: What is added to the call.
    """

    first: str = ""
    modules: str = ""
    names: str = ""
    code: str = ""
    arguments: tuple[str, ...] = ()


def reading_code(spec: PipelineSpec, materials: Materials) -> ReadingCode:
    """Code for the other images of a pipeline; empty when no step takes any."""
    steps = taking_steps(spec)
    if not steps:
        return ReadingCode()
    given = call_arguments(spec)
    kinds = dict.fromkeys(_kind_of(materials.get(name)) for step in steps for name in step.materials)
    pastes = any(OTHER_IMAGES[step.name].form == "pasted" for step in steps)
    functions = [_READ[kind] for kind in kinds] + ([_SHRUNK] if pastes else [])
    images = "".join(_images(step, given[step.id], spec, materials) for step in steps)
    code = "".join(f"\n{function}\n" for function in functions) + f"\n{images}\n"
    first = "from pathlib import Path\n\n" if "deep" in kinds else ""
    arguments = tuple(_passed(step, given[step.id]) for step in steps)
    return ReadingCode(first, _modules(pastes=pastes), _names(list(kinds)), code, arguments)


def _kind_of(sample: Sample | None) -> str:
    """Which function reads the file; one that is not open is taken for a colour image."""
    if sample is None or (sample.image.dtype == np.uint8 and sample.image.shape[2] == 3):
        return "RGB"
    return "grey" if sample.image.dtype == np.uint8 and sample.image.shape[2] == 1 else "deep"


def _modules(*, pastes: bool) -> str:
    return ("import cv2\n" if pastes else "") + "import numpy as np\n"


def _names(kinds: Sequence[str]) -> str:
    lines = [
        "from augviz.images import decode\n" if "deep" in kinds else "",
        "from PIL import Image, ImageOps\n" if {"RGB", "grey"} & set(kinds) else "",
    ]
    return "".join(lines)


def _variable(step: Step, argument: str) -> str:
    pasted = OTHER_IMAGES[step.name].form == "pasted"
    return argument.replace("metadata", "pictures") if pasted else argument


def _passed(step: Step, argument: str) -> str:
    name = _variable(step, argument)
    if OTHER_IMAGES[step.name].form != "pasted":
        return f"{argument}={name}"
    return f'{argument}=[{{"image": shrunk(picture, image)}} for picture in {name}]'


def _images(step: Step, argument: str, spec: PipelineSpec, materials: Materials) -> str:
    asked = OTHER_IMAGES[step.name]
    name = _variable(step, argument)
    if not step.materials:
        return f"{name} = []  # {asked.title.lower()} for {step.name}: put them here\n"
    items = [_item(file, asked.form == "partners", spec, materials.get(file)) for file in step.materials]
    return f"{name} = [\n" + "".join(f"    {item},\n" for item in items) + f"]  # {asked.title.lower()}\n"


def _item(file: str, labelled: bool, spec: PipelineSpec, sample: Sample | None) -> str:
    read = f"{_CALLS[_kind_of(sample)]}({json.dumps(file)})"
    if not labelled:
        return read
    entries = [f'"image": {read}', *([] if sample is None else _labels(file, spec, sample))]
    return "{\n" + "".join(f"        {entry},\n" for entry in entries) + "    }"


def _labels(file: str, spec: PipelineSpec, sample: Sample) -> list[str]:
    """Labels in the forms that the pipeline declares, written out."""
    arrays, passed = call_arrays(spec, sample)
    names = {"bboxes": sample.labels.boxes.labels, "keypoints": sample.labels.keypoints.labels}
    rows = {"bboxes": "box_rows", "keypoints": "keypoint_rows"}
    entries: list[str] = []
    for key, fields in passed.items():
        shares = key == "bboxes" and spec.boxes is not None and spec.boxes.format in ("yolo", "albumentations")
        written = _numbers(arrays[key], 9 if shares else 3)
        entries.append(f'"{key}": np.array({written}).reshape(-1, {arrays[key].shape[1]})')
        listed = json.dumps([names[key][row] for row in arrays[rows[key]].tolist()], ensure_ascii=False)
        entries += [f'"{field}": {listed}' for field in fields]
    if sample.labels.semantic is not None:
        mask = json.dumps(f"{PurePosixPath(file).stem}_mask.png")
        entries.append(f'# its mask of classes, saved under this name\n        "mask": np.asarray(Image.open({mask}))')
    return entries


def _numbers(values: Any, digits: int) -> str:
    return json.dumps([[round(value, digits) for value in row] for row in values.tolist()])
