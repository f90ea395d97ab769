"""What a link carries, as one frozen value, and its JSON form.

Reading is strict: known fields only, every number finite and in its range, only transforms of the catalogue, each
with values that it takes. The ids of the steps travel too: they name the random streams, so that the same
pictures come (docs/decisions/0004-one-stream-a-step.md).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from typing import Any, get_args

from augviz.errors import InputError
from augviz.pipeline.importing import MAX_CALLS, MAX_STEPS, most_calls
from augviz.pipeline.spec import (
    GROUP_KINDS,
    TAIL_NAMES,
    BoxFormat,
    BoxPolicy,
    Group,
    KeypointFormat,
    KeypointPolicy,
    Node,
    PipelineSpec,
    Step,
    freeze,
    thaw,
)
from augviz.sharing.fields import (
    Check,
    checked,
    flag,
    items,
    mapping_of,
    name,
    number,
    one_of,
    optional,
    pair_of,
    parsed,
    placed,
    row,
    shown,
    text,
    tuple_of,
    whole,
)
from augviz.transforms import catalogue, construct

VERSION = 1
"""Of the JSON form; goes up when an older augviz would misread it."""

MAX_SEED = 2**31 - 1
MAX_COUNT = 64
MAX_DEPTH = 16
"""Groups inside groups."""

MAX_ID = 80
MAX_FACTS = 100
MAX_THRESHOLDS = 500
MAX_SWAPS = 500
MAX_PARAMETERS = 60
MAX_MATERIALS = 100
MAX_VALUE_DEPTH = 6
"""Lists inside lists in one parameter; the library's deepest has three."""


@dataclass(frozen=True)
class Shared:
    """A pipeline and everything beside the pictures that decides what is seen.

    Attributes:
        spec: The pipeline with the ids of its steps.
        seed: Seed of the draw, 0..2**31 - 1.
        count: How many samples the gallery shows.
        image: Id of a sample image that comes with the app, or empty.
        profile: Id of the kind of images this is about, or empty.
        facts: What was answered about the labels, "yes", "no" or "unknown", by the id of the question.
        thresholds: Limits that were moved away from their defaults, by id.
    """

    spec: PipelineSpec
    seed: int = 7
    count: int = 9
    image: str = ""
    profile: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)


def to_json(shared: Shared) -> str:
    """The value as compact JSON; fields at their default are left out.

    Raises:
        InputError: A number in it is not finite.
    """
    try:
        return json.dumps(to_plain(shared), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except ValueError as error:
        raise InputError("a value of the pipeline is not a finite number") from error


def from_json(written: str | bytes, where: str = "settings") -> Shared:
    """The value out of JSON.

    Args:
        written: What :func:`to_json` wrote, or what somebody else did.
        where: What it is called in a sentence ("link").

    Raises:
        InputError: Anything in it is unknown, missing or out of its range; says what and where.
    """
    return from_plain(parsed(written, where), where)


def to_plain(shared: Shared) -> dict[str, Any]:
    """The value as JSON's own kinds."""
    return {
        "version": VERSION,
        "spec": spec_to_plain(shared.spec),
        **{key: thaw(value) for key, value in _changed(shared).items() if key != "spec"},
    }


def from_plain(value: Any, where: str = "settings") -> Shared:
    """The opposite of :func:`to_plain`; see :func:`from_json`."""
    found = row(value, where, ("version", "swaps", *SHARED_FIELDS), ("version", "spec"))
    if found["version"] != VERSION or isinstance(found["version"], bool):
        raise InputError(
            f"it has the form {shown(found['version'])}, and this augviz reads form {VERSION}",
            where=where,
            mend="Open it with the augviz that made it, or update this one.",
        )
    given = checked({key: entry for key, entry in found.items() if key in SHARED_FIELDS}, SHARED_FIELDS, where)
    if "swaps" in found and not given["spec"].swaps:  # links were written so before names were part of the pipeline
        pairs = checked({"swaps": found["swaps"]}, SPEC_FIELDS, where)
        given["spec"] = placed(lambda: replace(given["spec"], **pairs), where)
    return Shared(**given)


# -- the pipeline ------------------------------------------------------------------------------------------------


def spec_to_plain(spec: PipelineSpec) -> dict[str, Any]:
    """A pipeline as JSON's own kinds, without what is at its default."""
    plain = {key: thaw(value) for key, value in _changed(spec).items()}
    for key in ("steps", "tail"):
        if key in plain:
            plain[key] = [_node_to_plain(node) for node in getattr(spec, key)]
    for key in ("boxes", "keypoints"):
        if key in plain:
            plain[key] = {name: thaw(value) for name, value in _changed(getattr(spec, key)).items()}
    return plain


def spec_from_plain(value: Any, where: str) -> PipelineSpec:
    """A pipeline out of JSON's own kinds.

    Raises:
        InputError: As :func:`from_json`.
    """
    found = row(value, where, ("steps", "tail", *SPEC_FIELDS))
    reader = _Nodes()
    steps = tuple(reader.node(entry, where, 1) for entry in items(found.get("steps", []), where, MAX_STEPS))
    if any(step.name in TAIL_NAMES for step in steps):
        raise InputError(f"{' and '.join(TAIL_NAMES)} can only stand at the end", where=where)
    tail = tuple(reader.node(entry, where, MAX_DEPTH + 1) for entry in items(found.get("tail", []), where, MAX_STEPS))
    given = checked({key: entry for key, entry in found.items() if key in SPEC_FIELDS}, SPEC_FIELDS, where)
    whole_spec = Group("Sequential", steps)
    if most_calls(whole_spec) > MAX_CALLS:
        raise InputError(f"the groups could run more than {MAX_CALLS:,} steps for one picture", where=where)
    spec: PipelineSpec = placed(lambda: PipelineSpec(steps, tail, **given), where)
    return spec


def _node_to_plain(node: Node) -> dict[str, Any]:
    plain = {key: thaw(value) for key, value in _changed(node).items()}
    if isinstance(node, Group):
        plain["children"] = [_node_to_plain(child) for child in node.children]
    return plain


class _Nodes:
    """Steps and groups on their way in; counts them."""

    def __init__(self) -> None:
        self.count = 0

    def node(self, value: Any, where: str, depth: int) -> Any:
        """A step, or a group unless ``depth`` is past ``MAX_DEPTH``."""
        self.count += 1
        at = f"{where}, step {self.count}"
        if self.count > MAX_STEPS:
            raise InputError(f"more than {MAX_STEPS} steps", where=where)
        if isinstance(value, dict) and "kind" in value:
            return self._group(value, at, depth)
        found = checked(row(value, at, STEP_FIELDS, ("name", "id")), STEP_FIELDS, at)
        found["params"] = freeze(found.get("params", {}))
        placed(lambda: construct.check(found["name"], found["params"]), at)
        return placed(lambda: Step(**found), at)

    def _group(self, value: dict[str, Any], at: str, depth: int) -> Group:
        if depth > MAX_DEPTH:
            raise InputError("a group cannot stand here, or groups are nested too deeply", where=at)
        found = row(value, at, ("children", *GROUP_FIELDS), ("kind", "id", "children"))
        inside = items(found["children"], at, MAX_STEPS)
        children = tuple(self.node(entry, at.rpartition(", step")[0], depth + 1) for entry in inside)
        given = checked({key: entry for key, entry in found.items() if key != "children"}, GROUP_FIELDS, at)
        group: Group = placed(lambda: Group(children=children, **given), at)
        if any(child.name in ("Normalize", "ToTensorV2") for child in children):
            raise InputError("Normalize and ToTensorV2 can only stand at the end", where=at)
        return group


def _changed(value: Any) -> dict[str, Any]:
    """Fields that are not at their default. Compared as written: 1 and 1.0 are equal, but draw another digest."""
    found = {}
    for each in fields(value):
        default = each.default_factory() if each.default_factory is not MISSING else each.default
        now = getattr(value, each.name)
        if default is MISSING or repr(now) != repr(default):
            found[each.name] = now
    return found


# -- fields ------------------------------------------------------------------------------------------------------


def _transform(value: Any, where: str) -> str:
    found = name(value, where)
    if found in catalogue.withheld():
        raise InputError(f"{found} is not offered: {catalogue.withheld()[found]}", where=where)
    placed(lambda: catalogue.entry(found), where)
    return found


def _id(value: Any, where: str) -> str:
    if len(name(value, where)) > MAX_ID:
        raise InputError(f"an id has more than {MAX_ID} characters", where=where)
    return str(value)


def _value(value: Any, where: str, depth: int = 0) -> Any:
    """A parameter's value: null, true, false, a number, a text, lists or objects of these."""
    if depth > MAX_VALUE_DEPTH:
        raise InputError("lists are nested too deeply", where=where)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text(value, where)
    if isinstance(value, list):
        return tuple(_value(entry, where, depth + 1) for entry in items(value, where))
    if isinstance(value, dict):
        return {text(key, where): _value(entry, where, depth + 1) for key, entry in value.items()}
    return number(value, where)


def _label_field(value: Any, where: str) -> str:
    if not name(value, where).isidentifier():
        raise InputError(f"{shown(value)} cannot be the name of an argument", where=where)
    return str(value)


def _policy(kind: type[Any], checks: Mapping[str, Check]) -> Check:
    def check(value: Any, where: str) -> Any:
        given = checked(row(value, where, checks), checks, where)
        return placed(lambda: kind(**given), where)

    return check


_LABEL_FIELDS = tuple_of(_label_field, 20)

BOX_FIELDS: Mapping[str, Check] = {
    "format": one_of(get_args(BoxFormat)),
    "label_fields": _LABEL_FIELDS,
    **dict.fromkeys(("min_visibility", "min_area", "min_width", "min_height"), number),
    "max_accept_ratio": optional(number),
    **dict.fromkeys(("check_each_transform", "clip", "filter_invalid_bboxes"), flag),
}
KEYPOINT_FIELDS: Mapping[str, Check] = {
    "format": one_of(get_args(KeypointFormat)),
    "label_fields": _LABEL_FIELDS,
    **dict.fromkeys(("remove_invisible", "angle_in_degrees", "check_each_transform"), flag),
}

_NODE: Mapping[str, Check] = {"p": number, "enabled": flag, "id": _id, "title": text}
STEP_FIELDS: Mapping[str, Check] = {
    **_NODE,
    "name": _transform,
    "params": mapping_of(_value, MAX_PARAMETERS),
    "materials": tuple_of(name, MAX_MATERIALS),
}
GROUP_FIELDS: Mapping[str, Check] = {
    **_NODE,
    "kind": one_of(GROUP_KINDS),
    "n": whole(1, MAX_STEPS),
    "replace": flag,
}
SPEC_FIELDS: Mapping[str, Check] = {
    "boxes": optional(_policy(BoxPolicy, BOX_FIELDS)),
    "keypoints": optional(_policy(KeypointPolicy, KEYPOINT_FIELDS)),
    "p": number,
    "mask_interpolation": optional(whole(0, 6)),
    "swaps": tuple_of(pair_of(name), MAX_SWAPS),
}
SHARED_FIELDS: Mapping[str, Check] = {
    "spec": spec_from_plain,
    "seed": whole(0, MAX_SEED),
    "count": whole(1, MAX_COUNT),
    "image": text,
    "profile": text,
    "facts": mapping_of(one_of(("yes", "no", "unknown")), MAX_FACTS),
    "thresholds": mapping_of(number, MAX_THRESHOLDS),
}
