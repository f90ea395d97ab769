"""``A.Compose([...])`` in Python: from calls that were read to a pipeline.

The calls become the values of a file, and the strict reader takes them from there: only names of the catalogue are
built, each argument is checked, older spellings are mapped and said.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from augviz.errors import PipelineError
from augviz.pasting.seen import Call, Seen, call_of
from augviz.pipeline.importing import Imported, read_document
from augviz.pipeline.located import Located
from augviz.transforms import catalogue
from augviz.transforms.library import concrete_classes

_LABELS = ("bbox_params", "keypoint_params")

SIGNATURES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Compose": (
            "transforms", "bbox_params", "keypoint_params", "additional_targets", "p", "is_check_shapes", "strict",
            "mask_interpolation", "seed", "save_applied_params",
        ),
        "ReplayCompose": (
            "transforms", "bbox_params", "keypoint_params", "additional_targets", "p", "is_check_shapes", "save_key",
        ),
        "OneOf": ("transforms", "p"),
        "Sequential": ("transforms", "p"),
        "SomeOf": ("transforms", "n", "replace", "p"),
        "RandomOrder": ("transforms", "n", "replace", "p"),
        "OneOrOther": ("first", "second", "transforms", "p"),
        "BboxParams": (
            "format", "label_fields", "min_area", "min_visibility", "min_width", "min_height", "check_each_transform",
            "clip", "filter_invalid_bboxes", "max_accept_ratio",
        ),
        "KeypointParams": (
            "format", "label_fields", "remove_invisible", "angle_in_degrees", "check_each_transform",
        ),
        "ToTensorV2": ("transpose_mask", "p"),
    }
)  # fmt: skip
"""Order of the arguments of what is no transform of the catalogue; source: the constructors of 2.0.8."""

OLD_ORDER: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "RandomResizedCrop": ("height", "width", "scale", "ratio", "interpolation", "always_apply", "p"),
        "RandomSizedCrop": ("min_max_height", "height", "width", "w2h_ratio", "interpolation", "always_apply", "p"),
        "Cutout": ("num_holes", "max_h_size", "max_w_size", "fill_value", "always_apply", "p"),
        "Flip": ("always_apply", "p"),
        "JpegCompression": ("quality_lower", "quality_upper", "always_apply", "p"),
        "RandomBrightness": ("limit", "always_apply", "p"),
        "RandomContrast": ("limit", "always_apply", "p"),
    }
)
"""Order of the arguments in 1.3.1, where 2.0.8 has another one or no such class; source: its constructors."""

GROUPS = ("OneOf", "Sequential", "SomeOf", "RandomOrder", "OneOrOther")
COMPOSES = ("Compose", "ReplayCompose")


def names() -> frozenset[str]:
    """Names that Albumentations code calls."""
    return frozenset({*catalogue.offered(), *SIGNATURES, *OLD_ORDER, *catalogue.withheld()})


def read_compose(seen: Seen) -> Imported:
    """A Compose, a group, a step, or a list of them as a pipeline.

    Raises:
        PipelineError: With the line, and what to do.
    """
    call = seen.value
    if isinstance(call, Call) and call.name in COMPOSES:
        entries = _bound(call, seen, SIGNATURES[call.name])
        root = {key: _setting(key, value) for key, value in entries.items()}
        return read_document(Located(root, seen.line))
    items = call if isinstance(call, tuple) else (seen,)
    return read_document(Located(tuple(_node(item) for item in items), seen.line))


def _setting(key: str, value: Seen) -> Located:
    if key == "transforms":
        return _nodes(value)
    call = value.value
    if key in _LABELS and isinstance(call, Call):
        if call.name not in ("BboxParams", "KeypointParams") or call.library != "albumentations":
            raise PipelineError(f"{call.name} is no {key}", where=value.where, mend="A.BboxParams(…) is expected.")
        entries = _bound(call, value, SIGNATURES[call.name])
        return Located({name: item.located() for name, item in entries.items()}, value.line)
    return value.located()


def _nodes(value: Seen) -> Located:
    if not isinstance(value.value, tuple):
        raise PipelineError("transforms must be a list", where=value.where, mend="Write A.Compose([…]).")
    return Located(tuple(_node(item) for item in value.value), value.line)


def _node(seen: Seen) -> Located:
    call = call_of(seen, "albumentations", among="steps of Albumentations", example="A.HorizontalFlip(p=0.5)")
    if call.name in (*GROUPS, *COMPOSES):
        return Located({call.name: Located(_group(call, seen), seen.line)}, seen.line)
    if call.name in ("BboxParams", "KeypointParams"):
        raise PipelineError(f"{call.name} is not a transform", where=seen.where, mend="It belongs to A.Compose.")
    entries = _bound(call, seen, _order(call, seen))
    return Located({call.name: Located({key: item.located() for key, item in entries.items()}, seen.line)}, seen.line)


def _group(call: Call, seen: Seen) -> dict[str, Located]:
    entries = _bound(call, seen, SIGNATURES[call.name])
    pair = [entries.pop(key) for key in ("first", "second") if key in entries]
    if pair and "transforms" not in entries:
        entries["transforms"] = Seen(tuple(pair), seen.line)
    labels = {key: _setting(key, value) for key, value in entries.items() if key in _LABELS}
    return {
        **labels,
        **{key: _nodes(value) if key == "transforms" else value.located() for key, value in entries.items()
           if key not in labels},
    }  # fmt: skip


def _order(call: Call, seen: Seen) -> Sequence[str]:
    """Names of the positional arguments; empty where none may stand."""
    if call.name in OLD_ORDER and not _is_new(call):
        return OLD_ORDER[call.name]
    if call.name in SIGNATURES:
        return SIGNATURES[call.name]
    cls = concrete_classes().get(call.name)
    if cls is None:
        if call.positional and call.name not in catalogue.withheld():
            known = _known(call.name, seen)
            raise PipelineError(f"{known}: its arguments need names", where=seen.where, mend="Write p=0.5, not 0.5.")
        return ()
    return [name for name in inspect.signature(cls.__init__).parameters if name != "self"]


def _known(name: str, seen: Seen) -> str:
    """The name itself, where the catalogue has it."""
    try:
        return catalogue.entry(name).name
    except PipelineError as error:
        raise PipelineError(error.what, where=seen.where, mend=error.mend) from error


def _is_new(call: Call) -> bool:
    """Whether the arguments stand in the order of 2.0.8: a size is a pair there, and was two numbers."""
    if call.name not in catalogue.offered():
        return False
    place = {"RandomSizedCrop": 1}.get(call.name, 0)
    return len(call.positional) <= place or isinstance(call.positional[place].value, tuple)


def _bound(call: Call, seen: Seen, order: Sequence[str]) -> dict[str, Seen]:
    """Arguments by name."""
    if len(call.positional) > len(order) and call.name not in catalogue.withheld():
        raise PipelineError(
            f"{call.name} takes {len(order)} arguments, and {len(call.positional)} are given", where=seen.where
        )
    entries = dict(zip(order, call.positional))
    for key, value in call.named.items():
        if key in entries:
            raise PipelineError(f"{call.name} is given {key} twice", where=value.where, mend="Remove one of them.")
        entries[key] = value
    return entries
