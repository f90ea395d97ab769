"""The pipeline of the validation images, derived from that of the training images, and both as a pair of files.

What is random is left out or made fixed; what makes the size and the range of values that the model expects stays:

==========================================  ===========================================================
training                                    validation
==========================================  ===========================================================
RandomCrop, CropNonEmptyMaskIfExists,       CenterCrop of the same size
AtLeastOneBBoxRandomCrop
RandomResizedCrop, RandomSizedCrop          SmallestMaxSize to size / 0.875, CenterCrop to size
RandomSizedBBoxSafeCrop                     Resize to the same size, so that no object is cut
Mosaic that always fires                    LongestMaxSize, PadIfNeeded: the whole image on its canvas
Resize, LongestMaxSize, SmallestMaxSize,    the same, without what is random about them
PadIfNeeded, Pad, CenterCrop, Crop
ToGray, Equalize … that always fire         the same: every training image has it
Normalize, ToTensorV2                       the same
a OneOf with such steps                     the likeliest of them
all others                                  left out
==========================================  ===========================================================

Source of 0.875: ImageNet practice, the shorter side to 256 and the central 224 of it: torchvision's reference training
(``--val-resize-size 256 --val-crop-size 224``) and the default ``crop_pct`` of timm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from augviz.errors import InputError, Problem
from augviz.pipeline.export import MAX_FILE_NAME, Companion, ExportOptions, to_yaml
from augviz.pipeline.spec import Group, Node, PipelineSpec, Step, freeze, walk
from augviz.transforms.dead_parameters import effective
from augviz.transforms.neutral import FIXED_SIZE

CROP_SHARE = 0.875
"""Share of the resized side that the central crop keeps."""

FIXED_LOOKS = frozenset({"AutoContrast", "Equalize", "InvertImg", "ToGray", "ToSepia"})
FIXED_FLIPS = frozenset({"HorizontalFlip", "Transpose", "VerticalFlip"})
"""Transforms that draw nothing: where they always fire, every image of the training has been through them."""

_CROPS = frozenset({"RandomCrop", "CropNonEmptyMaskIfExists", "AtLeastOneBBoxRandomCrop"})
_RESIZED_CROPS = frozenset({"RandomResizedCrop", "RandomSizedCrop"})
_SIZING = (FIXED_SIZE - {"NoOp"}) | _CROPS | _RESIZED_CROPS | {"RandomSizedBBoxSafeCrop", "Mosaic"}
_CROP_PARAMETERS = ("height", "width", "pad_if_needed", "pad_position", "border_mode", "fill", "fill_mask")
_RESIZE_PARAMETERS = ("interpolation", "mask_interpolation", "area_for_downscale")

NAMES = ("training.yaml", "validation.yaml")


@dataclass(frozen=True)
class Derived:
    """A pipeline for validation.

    Attributes:
        spec: The pipeline; nothing in it is random.
        notes: What was left out and what was changed, step by step.
    """

    spec: PipelineSpec
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Pair:
    """Two YAML files that name each other.

    Attributes:
        training, validation: Their texts.
        names: Their names, training first.
        derived: The pipeline of the second one, and how it was derived.
    """

    training: str
    validation: str
    names: tuple[str, str]
    derived: Derived


def validation_of(spec: PipelineSpec) -> Derived:
    """Derive the pipeline of the validation images; that of a derived one is itself.

    Steps that stay keep their ids.
    """
    making = _Making()
    steps = tuple(kept for node in spec.steps for kept in making.steps_of(node, always=True))
    if spec.p < 1:
        making.note("Compose", f"fires in {spec.p * 100:g} % of the training images, and always here", "changed")
    tail = tuple(making.fixed(step, always=step.p == 1) for step in spec.tail if step.enabled)
    swaps = spec.swaps if any(step.name in FIXED_FLIPS for step in steps) else ()
    return Derived(replace(spec, steps=steps, tail=tail, p=1.0, swaps=swaps), tuple(making.notes))


def draws_nothing(step: Step) -> bool:
    """Whether a step does the same to the same image every time."""
    values = effective(step.name, step.params)
    return (
        step.p == 1
        and step.name in (FIXED_SIZE | FIXED_LOOKS | FIXED_FLIPS)
        and values.get("position") != "random"
        and not (values.get("pad_position") == "random" and values.get("pad_if_needed"))
        and not isinstance(values.get("max_size"), tuple)
    )


def pair_of(spec: PipelineSpec, options: ExportOptions, names: tuple[str, str] = NAMES) -> Pair:
    """Write a pipeline and the one for its validation images as YAML for ``A.load``.

    Args:
        spec: The training pipeline.
        options: What goes into both files beside the pipeline.
        names: Names of the two files, training first; each is written into the other.

    Raises:
        InputError: The names are the same, empty, too long, or no plain file names.
        PipelineError: The pipeline cannot be written (a OneOf in which every weight is 0).
    """
    _check_names(names)
    derived = validation_of(spec)
    training = to_yaml(spec, replace(options, companion=Companion("training", names[1])))
    validation = to_yaml(derived.spec, replace(options, companion=Companion("validation", names[0])))
    return Pair(training, validation, names, derived)


def _check_names(names: tuple[str, str]) -> None:
    for name in names:
        if not name.strip() or len(name) > MAX_FILE_NAME or not name.isprintable() or set(name) & set('/\\:*?"<>|'):
            raise InputError(f"{name!r} is no name for a file", mend=f"Take for example {NAMES[0]}.")
    if names[0].casefold() == names[1].casefold():
        raise InputError("the two files have the same name", where=names[0], mend="Give them different names.")


class _Making:
    """One derivation on its way; collects the notes."""

    def __init__(self) -> None:
        self.notes: list[Problem] = []

    def note(self, where: str, what: str, kind: Any = "left out", mend: str = "") -> None:
        self.notes.append(Problem(where, what, mend, kind))

    def steps_of(self, node: Node, *, always: bool) -> Sequence[Step]:
        """What stays of a node: fixed steps, in order."""
        if not node.enabled:
            return ()
        if isinstance(node, Step):
            return self.of_step(node, always=always)
        if node.kind == "OneOf":
            return self.of_choice(node, always=always)
        runs_all = node.kind == "Sequential" or (not node.replace and node.n >= sum(c.enabled for c in node.children))
        within = always and node.p == 1 and runs_all
        return tuple(kept for child in node.children for kept in self.steps_of(child, always=within))

    def of_choice(self, group: Group, *, always: bool) -> Sequence[Step]:
        """The likeliest child that makes a size."""
        sizing = [child for child in group.children if child.enabled and child.p > 0 and _makes_a_size(child)]
        chosen = max(sizing, key=lambda child: child.p, default=None)
        for child in group.children:
            if child is not chosen and child.enabled:
                self.leave_out(child)
        if chosen is None:
            return ()
        if len(group.children) > 1:
            self.note(_named(chosen), "one of several in training, always this one here", "changed")
        # Its p was the weight of the choice; whether it is the only choice is said above.
        return self.steps_of(replace(chosen, p=1.0), always=always and group.p == 1)

    def leave_out(self, node: Node) -> None:
        for each in walk(node):
            if isinstance(each, Step) and each.name != "NoOp":
                self.note(_named(each), f"{each.name} is left out: validation images are not augmented")

    def of_step(self, step: Step, *, always: bool) -> Sequence[Step]:
        if step.name in _SIZING and step.p > 0 and not (step.name == "Mosaic" and not (always and step.p == 1)):
            made = _MADE.get(step.name)
            if made is None:
                return (self.fixed(step, always=always and step.p == 1),)
            steps = tuple(Step(name, freeze(params)) for name, params in made(effective(step.name, step.params)))
            self.note(_named(step), f"{step.name} became {' and '.join(new.name for new in steps)}", "changed")
            if not (always and step.p == 1):
                self.sometimes(step)
            return tuple(self.fixed(new, always=True) for new in steps)
        if step.name in FIXED_LOOKS | FIXED_FLIPS and always and step.p == 1:
            return (step,)
        self.leave_out(step)
        return ()

    def fixed(self, step: Step, *, always: bool) -> Step:
        """A step that stays, without what is random about it."""
        if not always:
            self.sometimes(step)
        changed: dict[str, Any] = {}
        for name in ("position", "pad_position"):
            if step.params.get(name) == "random":
                changed[name] = "center"
        sides = step.params.get("max_size")
        if isinstance(sides, tuple) and sides:
            changed["max_size"] = sorted(sides)[len(sides) // 2]
        for name, value in changed.items():
            self.note(_named(step), f"{name} is drawn in training, and is {value} here", "changed")
        return replace(step, params=step.params.update(changed), p=1.0)

    def sometimes(self, step: Step) -> None:
        self.note(_named(step), "only some training images go through it, all of these do", "changed")


def _named(node: Node) -> str:
    return node.title or node.id or node.name


def _makes_a_size(node: Node) -> bool:
    return any(isinstance(each, Step) and each.name in _SIZING - {"Mosaic"} for each in walk(node))


# -- what random steps become ------------------------------------------------------------------------------------

_Steps = list[tuple[str, dict[str, Any]]]


def _only(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


def _centre_crop(values: Mapping[str, Any]) -> _Steps:
    return [("CenterCrop", _only(values, _CROP_PARAMETERS))]


def _resized_crop(values: Mapping[str, Any]) -> _Steps:
    height, width = values["size"]
    sides = [round(side / CROP_SHARE) for side in (height, width)]
    size: dict[str, Any] = {"max_size": sides[0]} if height == width else {"max_size_hw": tuple(sides)}
    return [
        ("SmallestMaxSize", {**size, **_only(values, _RESIZE_PARAMETERS)}),
        ("CenterCrop", {"height": height, "width": width}),
    ]


def _whole(values: Mapping[str, Any]) -> _Steps:
    return [("Resize", _only(values, ("height", "width", "interpolation", "mask_interpolation")))]


def _canvas(values: Mapping[str, Any]) -> _Steps:
    height, width = values["target_size"]
    kept = _only(values, ("interpolation", "mask_interpolation"))
    return [
        ("LongestMaxSize", {"max_size_hw": (height, width), **kept}),
        ("PadIfNeeded", {"min_height": height, "min_width": width, **_only(values, ("fill", "fill_mask"))}),
    ]


_MADE = {
    **dict.fromkeys(_CROPS, _centre_crop),
    **dict.fromkeys(_RESIZED_CROPS, _resized_crop),
    "RandomSizedBBoxSafeCrop": _whole,
    "Mosaic": _canvas,
}
