"""Out again: YAML and JSON in the form of ``A.save``, and Python code.

The files hold every parameter that the constructor takes, also those at their default, so that they do not change their
meaning with the library's version; nothing else (``A.save`` itself writes arguments that seven transforms refuse).
``A.load`` reads them without a warning. A key ``augviz`` beside ``transform``, which ``A.load`` does not look at, keeps
the names of the random streams, so that a file that comes back draws what it drew.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, NamedTuple

import yaml

import augviz
from augviz.errors import PipelineError, Problem
from augviz.pipeline.build import declared
from augviz.pipeline.materials import NO_MATERIALS, Materials, call_arguments, taking_steps
from augviz.pipeline.one_line import visible
from augviz.pipeline.reading_code import ReadingCode, reading_code
from augviz.pipeline.spec import BoxPolicy, KeypointPolicy, Node, PipelineSpec, Step, thaw, walk
from augviz.pipeline.swapping import named
from augviz.pipeline.swapping_code import carries_swaps, swapping_code
from augviz.transforms import catalogue, construct
from augviz.transforms.other_images import OTHER_IMAGES

ALBUMENTATIONS_VERSION = "2.0.8"
LINE_LENGTH = 100
MAX_FILE_NAME = 200
"""Longest name of the other file of a pair."""


class Companion(NamedTuple):
    """The other file of a pair.

    Attributes:
        role: What the file that names it is for.
        file: Name of the other one.
    """

    role: Literal["training", "validation"]
    file: str


@dataclass(frozen=True)
class ExportOptions:
    """What goes into a file beside the pipeline.

    Attributes:
        boxes: Declare ``bbox_params``; training then has to pass boxes and their label fields at every call.
        keypoints: Declare ``keypoint_params``, likewise.
        torch: Write ToTensorV2 into YAML and JSON; ``A.load`` then needs PyTorch.
        seed: Seed of the preview, written as a comment.
        date: Date in the header.
        classes: Value and name of the classes in the mask; the Python code swaps values where names change places.
        companion: The other file, where training and validation are written as a pair.
        reviewed: What an expert review says of this pipeline, in one line; empty where it was not reviewed.
    """

    boxes: bool = False
    keypoints: bool = False
    torch: bool = False
    seed: int = 0
    date: dt.date | None = None
    classes: tuple[tuple[int, str], ...] = ()
    companion: Companion | None = None
    reviewed: str = ""


def options_for(
    spec: PipelineSpec, *, has_boxes: bool, has_keypoints: bool, seed: int = 0, classes: Mapping[int, str] | None = None
) -> ExportOptions:
    """Options that fit the labels in view: policies are declared where the spec or the labels have them."""
    today = dt.datetime.now(tz=dt.UTC).date()
    return ExportOptions(
        has_boxes or spec.boxes is not None,
        has_keypoints or spec.keypoints is not None,
        False,
        seed,
        today,
        tuple((classes or {}).items()),
    )


def to_yaml(spec: PipelineSpec, options: ExportOptions) -> str:
    """The pipeline as YAML for ``A.load(path, data_format="yaml")``.

    Raises:
        PipelineError: The pipeline cannot be built (a OneOf in which every weight is 0).
    """
    document = in_yaml(to_document(spec, options))
    said = f"# {swaps_apart(spec).what}.\n" if spec.swaps else ""
    return f"{_header(options, '#')}\n{said}{document}"


def in_yaml(document: Mapping[str, Any]) -> str:
    """Plain dictionaries, lists and numbers as YAML in the form of our files, short lists on one line."""
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, default_flow_style=False, width=LINE_LENGTH)


def to_json(spec: PipelineSpec, options: ExportOptions) -> str:
    """The pipeline as JSON for ``A.load(path, data_format="json")``; JSON has no comments, the header is a key."""
    return json.dumps(to_document(spec, options), indent=2) + "\n"


def to_document(spec: PipelineSpec, options: ExportOptions) -> dict[str, Any]:
    """The dictionary that ``A.save`` would write, with our own key beside it."""
    wanted = exported(spec, options)
    nodes = (*wanted.steps, *wanted.tail)
    return {
        "__version__": ALBUMENTATIONS_VERSION,
        "transform": {
            "__class_fullname__": "Compose",
            "p": _number(wanted.p),
            "transforms": [_node_document(node, call_arguments(wanted)) for node in nodes],
            "bbox_params": None if wanted.boxes is None else _box_document(wanted.boxes),
            "keypoint_params": None if wanted.keypoints is None else _plain(asdict(wanted.keypoints)),
            "additional_targets": {},
            "is_check_shapes": True,
            **({} if wanted.mask_interpolation is None else {"mask_interpolation": wanted.mask_interpolation}),
        },
        "augviz": {
            "version": augviz.__version__,
            "seed": options.seed,
            "date": str(options.date or ""),
            "steps": [child.id for node in nodes for child in walk(node)],
            **({"images": images} if (images := _images_named(nodes)) else {}),
            **({"swaps": [list(pair) for pair in wanted.swaps]} if wanted.swaps else {}),
            **({"pair": options.companion._asdict()} if options.companion else {}),
            **({"reviewed": options.reviewed} if options.reviewed else {}),
        },
    }


def exported(spec: PipelineSpec, options: ExportOptions) -> PipelineSpec:
    """What a file really holds: enabled nodes, groups that are not empty, policies as asked, the tail that fits.

    Raises:
        PipelineError: In a OneOf every weight is 0.
    """
    steps = tuple(kept for node in spec.steps if (kept := _enabled(node)) is not None)
    moves = frozenset().union(*(catalogue.entry(s.name).moves for n in steps for s in walk(n) if isinstance(s, Step)))
    wanted = declared(
        replace(spec, steps=steps),
        boxes=options.boxes and "boxes" in moves,
        keypoints=options.keypoints and "keypoints" in moves,
    )
    tail = tuple(step for step in spec.tail if step.enabled and (options.torch or step.name != "ToTensorV2"))
    return replace(wanted, tail=tail)


def not_carried(spec: PipelineSpec, options: ExportOptions) -> tuple[Problem, ...]:
    """What YAML and JSON cannot say; the Python code says it all."""
    found = [
        Problem(
            "preview seed",
            f"the pictures were drawn with seed {options.seed}, and no file can carry that",
            "Leave Compose(seed=…) alone: in Albumentations 2.0.8 it gives every step the same random numbers.",
            "note",
        )
    ]
    if any(step.name == "ToTensorV2" and step.enabled for step in spec.tail) and not options.torch:
        found.append(
            Problem(
                "ToTensorV2", "is left out, because A.load fails on it without PyTorch", "It is in the Python code."
            )
        )
    found += [_images_apart(step, argument) for step, argument in _taking(spec)]
    if spec.swaps:
        found.append(swaps_apart(spec))
    off = [node.id for node in spec.walk() if not node.enabled]
    if off:
        found.append(Problem(", ".join(off), "switched off, so not exported", kind="note"))
    if any(node.title for node in (*spec.walk(), *spec.tail)):
        found.append(
            Problem(
                "names of steps", "your own names are not in this file", "The Python code has them as comments.", "note"
            )
        )
    wanted = exported(spec, options)
    for name, asked, has in (
        ("bbox_params", options.boxes, wanted.boxes),
        ("keypoint_params", options.keypoints, wanted.keypoints),
    ):
        if asked and has is None:
            found.append(
                Problem(name, "left out, because no step moves them and Albumentations warns then", kind="note")
            )
    for policy, fields in ((wanted.boxes, "filter_invalid_bboxes"), (wanted, "mask_interpolation")):
        if policy is not None and getattr(policy, fields):
            found.append(
                Problem(fields, "is in this file, but is lost if somebody saves it again with A.save", kind="note")
            )
    return tuple(found)


def swaps_apart(spec: PipelineSpec) -> Problem:
    """That a file does not swap names: Albumentations has no word for it."""
    return Problem(
        "names",
        f"A.load does not let {named(spec.swaps)} change places in mirror images",
        "Use the Python code, which swaps them, or swap them yourself."
        if carries_swaps(spec)
        else "Swap them yourself where you mirror: the Python code cannot either, because of Mosaic.",
    )


def _taking(spec: PipelineSpec) -> list[tuple[Step, str]]:
    given = call_arguments(spec)
    return [(step, given[step.id]) for step in taking_steps(spec)]


def _images_apart(step: Step, argument: str) -> Problem:
    names = ", ".join(step.materials) or "none chosen yet"
    asked = OTHER_IMAGES[step.name]
    return Problem(
        step.id,
        f"its {asked.title.lower()} ({names}) are not in this file, and A.save refuses such a pipeline"
        if asked.form == "references"
        else f"its {asked.title.lower()} ({names}) are not in this file",
        f"Training has to pass them at every call as {argument}; the Python code reads them and shows the call.",
    )


def to_python(spec: PipelineSpec, options: ExportOptions, materials: Materials = NO_MATERIALS) -> str:
    """The pipeline as Python code with only what differs from the defaults, and how to call it.

    Args:
        spec: The pipeline.
        options: What goes into it beside the steps.
        materials: The other images that steps name; the code reads their files as they were read here.
    """
    wanted = exported(spec, replace(options, torch=True))
    given = call_arguments(wanted)
    torch = any(step.name == "ToTensorV2" for step in wanted.tail)
    body = "".join(f"{_node_code(node, 8, given)},\n" for node in (*wanted.steps, *wanted.tail))
    settings: list[str] = []
    if wanted.boxes is not None:
        settings.append(f"bbox_params={_policy_code('A.BboxParams', wanted.boxes, BoxPolicy())}")
    if wanted.keypoints is not None:
        settings.append(f"keypoint_params={_policy_code('A.KeypointParams', wanted.keypoints, KeypointPolicy())}")
    if wanted.p != 1:
        settings.append(f"p={wanted.p!r}")
    if wanted.mask_interpolation is not None:
        settings.append(f"mask_interpolation={wanted.mask_interpolation!r}")
    swapping = swapping_code(wanted, dict(options.classes), torch=torch)
    if swapping.setting:
        settings.append(swapping.setting)
    tail = "".join(f"    {setting},\n" for setting in settings)
    reading = reading_code(wanted, materials)
    tensor = "from albumentations.pytorch import ToTensorV2\n" if torch else ""
    modules = reading.modules or ("import numpy as np\n" if swapping.setting else "")
    imports = f"{reading.first}import albumentations as A\n{modules}{tensor}{reading.names}"
    return (
        f"{_header(options, '#', python=True)}\n{imports}\n{swapping.before}{reading.code}"
        f"transform = A.Compose(\n    [\n{body}    ],\n{tail})\n{swapping.after}\n"
        f"{_usage(wanted, reading, swapping.call)}"
    )


def steps_code(spec: PipelineSpec, indent: int) -> str:
    """The steps of a pipeline as the lines of a list in Python, each with this many spaces before it."""
    wanted = exported(spec, ExportOptions())
    return "".join(f"{_node_code(node, indent, {})},\n" for node in wanted.steps)


# -- documents ---------------------------------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """Lists of plain values on one line."""


def _sequence(dumper: _Dumper, values: list[Any]) -> yaml.nodes.SequenceNode:
    flow = all(not isinstance(value, list | dict) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=flow)


_Dumper.add_representer(list, _sequence)


def _header(options: ExportOptions, mark: str, *, python: bool = False) -> str:
    date = f" on {options.date}" if options.date else ""
    first = f"{mark} Made with augviz {augviz.__version__}{date} for albumentations {ALBUMENTATIONS_VERSION}; "
    first += f"preview seed {options.seed}."
    load = f'{mark} Load it with: albumentations.load(path, data_format="yaml")'
    if options.companion is not None:
        other = "validation" if options.companion.role == "training" else "training"
        first += f"\n{mark} For {options.companion.role} images; its pair for {other} is {options.companion.file}."
    if options.reviewed:  # holds names of people: no character of them may end the comment
        first += f"\n{mark} {visible(options.reviewed)}"
    return first if python else f"{first}\n{load}"


def _enabled(node: Node) -> Node | None:
    if not node.enabled:
        return None
    if isinstance(node, Step):
        return node
    children = tuple(kept for child in node.children if (kept := _enabled(child)) is not None)
    if not children:
        return None
    if node.kind == "OneOf" and not sum(child.p for child in children):
        raise PipelineError("no child has a weight above 0", where=node.id, mend="Raise p of one of its steps.")
    n = node.n if node.replace else min(node.n, len(children))
    return replace(node, children=children, n=n)


def _images_named(nodes: Sequence[Node]) -> dict[str, list[str]]:
    """Names of the other images by the place of their step among all nodes, for our own reader."""
    walked = [child for node in nodes for child in walk(node)]
    return {child.id: list(child.materials) for child in walked if isinstance(child, Step) and child.materials}


def _node_document(node: Node, given: Mapping[str, str]) -> dict[str, Any]:
    if isinstance(node, Step):
        params = {**construct.signature_defaults(node.name), **node.params, **_argument(node, given)}
        return {"__class_fullname__": node.name, "p": _number(node.p), **_plain(params)}
    document: dict[str, Any] = {"__class_fullname__": node.kind, "p": _number(node.p)}
    if node.kind in ("SomeOf", "RandomOrder"):
        document |= {"n": node.n, "replace": node.replace}
    return {**document, "transforms": [_node_document(child, given) for child in node.children]}


def _argument(step: Step, given: Mapping[str, str]) -> dict[str, str]:
    return {"metadata_key": given[step.id]} if step.id in given else {}


def _box_document(policy: BoxPolicy) -> dict[str, Any]:
    document = _plain(asdict(policy))
    if not policy.filter_invalid_bboxes:
        del document["filter_invalid_bboxes"]  # A.save does not write it; we do where it was switched on
    return dict(document)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    plain = thaw(value)
    if isinstance(plain, list):
        return [_plain(item) for item in plain]
    return _number(plain)


def _number(value: Any) -> Any:
    """0.10000000000000009 is written as 0.1; 4/3 keeps its digits, or the file would crop another pixel than shown."""
    if not isinstance(value, float):
        return value
    short = float(f"{value:.10g}")
    return short if math.isclose(short, value, rel_tol=1e-13, abs_tol=1e-15) else value


# -- code --------------------------------------------------------------------------------------------------------


def _node_code(node: Node, indent: int, given: Mapping[str, str]) -> str:
    pad = " " * indent
    if node.title:
        return f"{pad}# {node.title}\n{_node_code(replace(node, title=''), indent, given)}"
    if isinstance(node, Step):
        prefix = "" if node.name == "ToTensorV2" else "A."
        arguments = [f"{key}={_literal(value)}" for key, value in {**node.params, **_argument(node, given)}.items()]
        arguments.append(f"p={_number(node.p)!r}")
        return _call(f"{prefix}{node.name}", arguments, indent)
    children = "".join(f"{_node_code(child, indent + 8, given)},\n" for child in node.children)
    numbers = f"n={node.n}, replace={node.replace}, " if node.kind in ("SomeOf", "RandomOrder") else ""
    inner = " " * (indent + 4)
    return f"{pad}A.{node.kind}(\n{inner}[\n{children}{inner}],\n{inner}{numbers}p={_number(node.p)!r},\n{pad})"


def _call(name: str, arguments: list[str], indent: int) -> str:
    pad = " " * indent
    line = f"{pad}{name}({', '.join(arguments)})"
    if len(line) <= LINE_LENGTH:
        return line
    lines = "".join(f"{pad}    {argument},\n" for argument in arguments)
    return f"{pad}{name}(\n{lines}{pad})"


def _policy_code(name: str, policy: BoxPolicy | KeypointPolicy, default: BoxPolicy | KeypointPolicy) -> str:
    values, defaults = asdict(policy), asdict(default)
    shown = {k: v for k, v in values.items() if k in ("format", "label_fields") or v != defaults[k]}
    shown["label_fields"] = list(policy.label_fields)
    return _call(name, [f"{key}={_literal(value)}" for key, value in shown.items()], 4).lstrip()


def _literal(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{k!r}: {_literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_literal(v) for v in value) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join(_literal(v) for v in value) + ("," if len(value) == 1 else "") + ")"
    return json.dumps(value) if isinstance(value, str) else repr(_number(value))


def _usage(wanted: PipelineSpec, reading: ReadingCode, call: str) -> str:
    arguments = ["image=image"]
    for policy, key in ((wanted.boxes, "bboxes"), (wanted.keypoints, "keypoints")):
        if policy is not None:
            arguments += [f"{key}={key}", *(f"{field}={field}" for field in policy.label_fields)]
    return f"# augmented = {call}({', '.join([*arguments, *reading.arguments])})\n"
