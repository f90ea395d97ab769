"""Whether validation images come to the model as training images do: size, steps, Normalize, channels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, TypeAlias

from augviz.batch.arriving import Arrived, Size
from augviz.batch.remarks import in_words
from augviz.pipeline.aligning import leaves, value_changes
from augviz.pipeline.fixed_steps import SIZING, draws_nothing
from augviz.pipeline.spec import Group, PipelineSpec, Step
from augviz.pipeline.validation import validation_of
from augviz.pipeline.worded import worded
from augviz.transforms.dead_parameters import effective

Grade: TypeAlias = Literal["same", "doubtful", "different"]
Topic: TypeAlias = Literal["chance", "size", "steps", "normalize", "channels"]

GRADES: tuple[Grade, ...] = ("same", "doubtful", "different")
"""From good to bad."""

NAMED = 3
"""So many sizes or steps are named; of more, how many there are."""


class Check(NamedTuple):
    """One thing in which the two pipelines have to agree.

    Attributes:
        topic: Which one.
        grade: "same" · "doubtful" where it depends · "different" where the score would not be that of the model.
        what: What was found, in one or two sentences.
        mend: What to do about it, a sentence; empty where nothing has to be done.
    """

    topic: Topic
    grade: Grade
    what: str
    mend: str = ""


def checks_of(
    training: PipelineSpec, validation: PipelineSpec, trained: Arrived, validated: Arrived
) -> tuple[Check, ...]:
    """Compare the two, topic by topic.

    Args:
        training, validation: The pipelines.
        trained, validated: What came out of them, for the same images.
    """
    return (
        _chance(validation),
        _size(trained, validated),
        _steps(training, validation),
        _normalize(training, validation),
        _channels(training, validation, trained, validated),
    )


def worst(checks: Iterable[Check]) -> Grade:
    """The grade of all of them together."""
    return max((check.grade for check in checks), key=GRADES.index, default="same")


# -- chance ------------------------------------------------------------------------------------------------------


def _chance(validation: PipelineSpec) -> Check:
    random = [step for step in leaves(validation) if step.name != "NoOp" and not draws_nothing(step)]
    random += [step for step in validation.tail if step.enabled and step.p < 1]
    named = [_called(step) for step in random]
    named += [node.name for node in validation.walk() if isinstance(node, Group) and node.enabled and _is_drawn(node)]
    if validation.p < 1:
        named.append(f"the whole pipeline (p = {validation.p:g})")
    if named:
        return Check(
            "chance", "different", f"Validation draws at random: {_listed(named)}. The score changes from run to run.",
            "Leave it out, or let it happen every time in the same way.",
        )  # fmt: skip
    return Check("chance", "same", "Nothing in validation is drawn: the same image gives the same score every time.")


def _is_drawn(group: Group) -> bool:
    """Whether it is left to chance which children run, or in which order."""
    count = sum(child.enabled for child in group.children)
    if group.p < 1 or count < 2:
        return group.p < 1
    return group.kind in ("OneOf", "RandomOrder") or (group.kind == "SomeOf" and (group.n < count or group.replace))


def _called(step: Step) -> str:
    return f"{step.title or step.name} (p = {step.p:g})" if step.p < 1 else (step.title or step.name)


# -- size --------------------------------------------------------------------------------------------------------


def _size(trained: Arrived, validated: Arrived) -> Check:
    pairs = list(zip(trained.sizes_hw, validated.sizes_hw, strict=True))
    ours, theirs = (frozenset().union(*sizes) for sizes in (trained.sizes_hw, validated.sizes_hw))
    if all(train == valid for train, valid in pairs):
        if len(ours) == 1:
            one = in_words(next(iter(ours)))
            fixed = f"Both make {one}." if len(pairs) > 1 else f"Both come out with {one}."
            return Check("size", "same", fixed)
        return Check("size", "same", "Every image comes out of both with the same size, which differs between images.")
    if all(valid <= train <= _turned(valid) for train, valid in pairs):
        what = "Both keep the size of each image; training also turns it on its side."
        return Check("size", "same", what)
    if all(valid <= train for train, valid in pairs):
        return Check(
            "size", "doubtful",
            f"Training makes several sizes of one image ({_sizes(ours)}), validation makes {_sizes(theirs)}.",
            "End training with a step that makes one size and always happens (p = 1).",
        )  # fmt: skip
    return Check(
        "size", "different",
        f"Training makes {_sizes(ours)}, validation {_sizes(theirs)}: objects come to the model at another scale.",
        "Give both the same size.",
    )  # fmt: skip


def _turned(sizes: frozenset[Size]) -> frozenset[Size]:
    return sizes | {(width, height) for height, width in sizes}


def _sizes(sizes: frozenset[Size]) -> str:
    return _listed([in_words(size) for size in sorted(sizes)])


# -- steps -------------------------------------------------------------------------------------------------------


def _steps(training: PipelineSpec, validation: PipelineSpec) -> Check:
    wanted = leaves(validation_of(training).spec)
    given = [step for step in leaves(validation) if draws_nothing(step)]
    missing = [step.name for step in wanted if step.name not in SIZING and step.name not in {g.name for g in given}]
    extra = [step.name for step in given if step.name not in SIZING and step.name not in {w.name for w in wanted}]
    if missing or extra:
        parts = [f"every training image goes through {_listed(missing)}, validation images do not"] if missing else []
        parts += [f"every validation image goes through {_listed(extra)}, training images do not"] if extra else []
        return Check("steps", "different", _sentence("; ".join(parts)), "Take it into both, or into none.")
    shared = {step.name for step in wanted} & {step.name for step in given}
    orders = [list(dict.fromkeys(s.name for s in steps if s.name in shared)) for steps in (wanted, given)]
    if orders[0] != orders[1]:
        return Check(
            "steps", "different",
            f"The order differs: {' → '.join(orders[0])} for training, {' → '.join(orders[1])} here.",
            "Put them in the same order: another order cuts and scales another part.",
        )  # fmt: skip
    said = _other_values(wanted, given)
    if said:
        return Check("steps", "doubtful", _sentence(_listed(said)), "Give both the same value, unless you mean it.")
    if not wanted:
        return Check("steps", "same", "No step has to be in both: what training changes, it changes by chance.")
    return Check("steps", "same", f"What every training image goes through is in both, in this order: "
                 f"{' → '.join(dict.fromkeys(step.name for step in given))}.")  # fmt: skip


def _other_values(wanted: Sequence[Step], given: Sequence[Step]) -> list[str]:
    """Values that differ in steps of one name; the size itself is judged by what comes out."""
    found = []
    for step in wanted:
        other = next((each for each in given if each.name == step.name), None)
        for change in () if other is None else value_changes(step, other):
            if change.field not in ("height", "width", "size", "max_size", "max_size_hw", "min_height", "min_width"):
                before, after = change.values
                found.append(f"{step.name}: {change.field} is {before} for training and {after} here")
    return found


# -- Normalize ---------------------------------------------------------------------------------------------------


def _normalize(training: PipelineSpec, validation: PipelineSpec) -> Check:
    ours, theirs = (spec.at_the_end("Normalize") for spec in (training, validation))
    if ours is None and theirs is None:
        what = "Neither normalises, so the loader has to do the same to both."
        return Check("normalize", "same", what)
    if ours is None or theirs is None:
        has, lacks = ("Training", "validation") if theirs is None else ("Validation", "training")
        return Check(
            "normalize", "different",
            f"{has} images are normalised, {lacks} images are not: the model gets values it has never seen.",
            "Normalise both in the same way.",
        )  # fmt: skip
    changes = value_changes(ours, theirs)
    if changes:
        said = [f"{c.field} is {c.values[0]} for training and {c.values[1]} for validation" for c in changes]
        return Check("normalize", "different", _sentence(_listed(said)), "Normalise both with the same numbers.")
    return Check("normalize", "same", f"Both normalise alike: {_normalised_words(ours)}.")


def _normalised_words(step: Step) -> str:
    values = effective(step.name, step.params)
    if values["normalization"] != "standard":
        return f"by the numbers of each image ({values['normalization']})"
    mean, std = (worded(values[name]) for name in ("mean", "std"))
    return f"mean {mean}, deviation {std}, values up to {values['max_pixel_value']:g}"


# -- channels ----------------------------------------------------------------------------------------------------


def _channels(training: PipelineSpec, validation: PipelineSpec, trained: Arrived, validated: Arrived) -> Check:
    found = [_form(each) for each in (trained, validated)]
    if found[0] != found[1]:
        what = f"Training gives {found[0]}, validation {found[1]}."
        is_part = validated.channels <= trained.channels and validated.dtypes <= trained.dtypes
        mend = "Let every image of both come out with the same channels."
        return Check("channels", "doubtful" if is_part else "different", what, mend)
    if len(trained.channels) > 1 or len(trained.dtypes) > 1:
        mend = "Images of different channels cannot be put into one batch."
        return Check("channels", "doubtful", f"Both give {found[0]}.", mend)
    tensors = [spec.at_the_end("ToTensorV2") is not None for spec in (training, validation)]
    if tensors[0] != tensors[1]:
        first, last = ("Training", "validation") if tensors[0] else ("Validation", "training")
        return Check(
            "channels", "different",
            f"{first} ends with ToTensorV2 (channels first), {last} does not (channels last).",
            "End both with ToTensorV2, or none.",
        )  # fmt: skip
    order = ", channels first" if tensors[0] else ""
    return Check("channels", "same", f"Both give {found[0]}{order}.")


def _form(found: Arrived) -> str:
    counts = " or ".join(str(count) for count in sorted(found.channels))
    kinds = " or ".join(
        {"uint8": "whole numbers 0 to 255", "float32": "fractions 0 to 1"}.get(dtype, dtype)
        for dtype in sorted(found.dtypes)
    )
    return f"{counts} channel{'' if found.channels == {1} else 's'} of {kinds}"


def _listed(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - NAMED} more" if len(unique) > NAMED else ""
    return f"{', '.join(unique[:NAMED])}{more}"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
