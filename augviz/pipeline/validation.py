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

What becomes of which step: :mod:`augviz.pipeline.fixed_steps`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, TypeAlias

from augviz.errors import InputError, Problem
from augviz.pipeline.export import MAX_FILE_NAME, Companion, ExportOptions, to_yaml
from augviz.pipeline.fixed_steps import FIXED_FLIPS, FIXED_LOOKS, REPLACEMENTS, SIZING
from augviz.pipeline.spec import Group, Node, PipelineSpec, Step, freeze, walk
from augviz.transforms import catalogue
from augviz.transforms.dead_parameters import effective

NAMES = ("train.yaml", "validation.yaml")

Fate: TypeAlias = Literal["kept", "changed", "left out", "added", "random"]
"""What became of a step; "added" and "random" only where a pipeline was not derived."""


class Row(NamedTuple):
    """One line of the two pipelines beside each other.

    Attributes:
        training: The step of the training pipeline; None where only validation has one.
        validation: What stands for it in validation, in order; empty where it is left out.
        fate: What became of it.
        why: The reason, in a sentence or two.
        within: Kinds of the groups around the training step, the outermost first ("OneOf", …).
    """

    training: Step | None
    validation: tuple[Step, ...]
    fate: Fate
    why: str
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Derived:
    """A pipeline for validation.

    Attributes:
        spec: The pipeline; nothing in it is random.
        notes: What was left out and what was changed, step by step.
        rows: Both pipelines beside each other: every step that is switched on, in order, the tail at the end.
    """

    spec: PipelineSpec
    notes: tuple[Problem, ...] = ()
    rows: tuple[Row, ...] = ()


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
        making.note("Compose", f"fires in {spec.p * 100:g}% of the training images, and always here", "changed")
    tail = tuple(making.of_tail(step) for step in spec.tail if step.enabled)
    swaps = spec.swaps if any(step.name in FIXED_FLIPS for step in steps) else ()
    made = replace(spec, steps=steps, tail=tail, p=1.0, swaps=swaps)
    return Derived(made, tuple(making.notes), _in_order(spec, made, making.rows))


def _in_order(spec: PipelineSpec, made: PipelineSpec, rows: Sequence[Row]) -> tuple[Row, ...]:
    """The rows as the steps stand in the pipelines, with the steps as they are there."""
    places = {node.id: place for place, node in enumerate((*spec.walk(), *spec.tail))}
    groups = [node for node in spec.walk() if isinstance(node, Group)]
    fresh = iter((*made.steps, *made.tail))
    found: list[Row] = []
    for row in sorted(rows, key=lambda row: places[row.training.id] if row.training else -1):
        assert row.training is not None  # noqa: S101 - every step of the training pipeline, and none else
        step_id = row.training.id
        within = tuple(group.kind for group in groups if any(node.id == step_id for node in walk(group)))
        steps = tuple(step for _step, step in zip(row.validation, fresh) if isinstance(step, Step))
        step = spec.find(step_id)
        found.append(row._replace(training=step if isinstance(step, Step) else None, validation=steps, within=within))
    return tuple(found)


def pair_of(
    spec: PipelineSpec,
    options: ExportOptions,
    names: tuple[str, str] = NAMES,
    *,
    validation: PipelineSpec | None = None,
    reviewed: str = "",
) -> Pair:
    """Write a pipeline and the one for its validation images as YAML for ``A.load``.

    Args:
        spec: The training pipeline.
        options: What goes into both files beside the pipeline; ``reviewed`` into that for training only.
        names: Names of the two files, training first; each is written into the other.
        validation: What the validation images go through; by default what is derived.
        reviewed: What an expert review says of the validation pipeline, in one line; empty where it was not reviewed.

    Raises:
        InputError: The names are the same, empty, too long, or no plain file names.
        PipelineError: The pipeline cannot be written (a OneOf in which every weight is 0).
    """
    _check_names(names)
    derived = validation_of(spec)
    training = replace(options, companion=Companion("training", names[1]))
    other = replace(options, companion=Companion("validation", names[0]), reviewed=reviewed)
    return Pair(to_yaml(spec, training), to_yaml(validation or derived.spec, other), names, derived)


def _check_names(names: tuple[str, str]) -> None:
    for name in names:
        if not name.strip() or len(name) > MAX_FILE_NAME or not name.isprintable() or set(name) & set('/\\:*?"<>|'):
            raise InputError(f"{name!r} is no name for a file", mend=f"Take for example {NAMES[0]}.")
    if names[0].casefold() == names[1].casefold():
        raise InputError("the two files have the same name", where=names[0], mend="Give them different names.")


class _Making:
    """One derivation on its way; collects the notes and the rows."""

    def __init__(self) -> None:
        self.notes: list[Problem] = []
        self.rows: list[Row] = []

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
                self.leave_out(child, "Another way to make the size was chosen." if child in sizing else "")
        if chosen is None:
            return ()
        if len(group.children) > 1:
            self.note(_named(chosen), "one of several in training, always this one here", "changed")
        # Its p was the weight of the choice; whether it is the only choice is said above.
        return self.steps_of(replace(chosen, p=1.0), always=always and group.p == 1)

    def leave_out(self, node: Node, why: str = "") -> None:
        for each in walk(node):
            if isinstance(each, Step) and each.enabled:
                self.rows.append(Row(each, (), "left out", why or _why_left_out(each)))
                if each.name != "NoOp":
                    self.note(_named(each), f"{each.name} is left out: validation images are not augmented")

    def of_step(self, step: Step, *, always: bool) -> Sequence[Step]:
        always = always and step.p == 1
        if step.name in SIZING and step.p > 0 and (step.name != "Mosaic" or always):
            made = REPLACEMENTS.get(step.name)
            if made is None:
                return (self.kept(step, "It makes the size that the model gets.", always=always),)
            fresh = tuple(Step(name, freeze(params)) for name, params in made.steps(effective(step.name, step.params)))
            self.note(_named(step), f"{step.name} became {' and '.join(new.name for new in fresh)}", "changed")
            before = len(self.notes)
            if not always:
                self.sometimes(step)
            steps = tuple(self.fixed(new) for new in fresh)
            self.rows.append(Row(step, steps, "changed", " ".join((made.why, *self.said_since(before)))))
            return steps
        if step.name in FIXED_LOOKS | FIXED_FLIPS and always:
            self.rows.append(Row(step, (step,), "kept", "Every training image has it."))
            return (step,)
        self.leave_out(step)
        return ()

    def of_tail(self, step: Step) -> Step:
        why = "The same range of values." if step.name == "Normalize" else "The same form of array."
        return self.kept(step, why, always=step.p == 1)

    def kept(self, step: Step, why: str, *, always: bool) -> Step:
        """A step that stays, without what is random about it."""
        before = len(self.notes)
        if not always:
            self.sometimes(step)
        fixed = self.fixed(step)
        said = self.said_since(before)
        self.rows.append(Row(step, (fixed,), "changed" if said else "kept", " ".join((why, *said))))
        return fixed

    def fixed(self, step: Step) -> Step:
        """The step that always fires and draws nothing."""
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

    def said_since(self, before: int) -> tuple[str, ...]:
        """The notes since then, as sentences."""
        return tuple(f"{note.what[:1].upper()}{note.what[1:]}." for note in self.notes[before:])


def _why_left_out(step: Step) -> str:
    if step.p == 0 or step.name == "NoOp":
        return "It does nothing in training either."
    if step.name in FIXED_LOOKS | FIXED_FLIPS and step.p < 1:
        return "Only some training images have it."
    if catalogue.entry(step.name).moves:
        return "It moves or cuts the picture by chance."
    return "It changes pixels by chance."


def _named(node: Node) -> str:
    return node.title or node.id or node.name


def _makes_a_size(node: Node) -> bool:
    return any(isinstance(each, Step) and each.name in SIZING - {"Mosaic"} for each in walk(node))
