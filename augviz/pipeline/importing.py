"""In again: YAML and JSON of ``A.save``, and the short form people write by hand.

Never through ``A.load``, which ignores misspelt parameters and can be made to hang. Only names of the catalogue are
built, every argument is checked against its constructor, and what is unknown is named with its line.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, get_args

import albumentations as A

from augviz.errors import PipelineError, Problem
from augviz.pipeline.export import MAX_FILE_NAME, Companion
from augviz.pipeline.legacy import Converted, convert
from augviz.pipeline.located import Located, read_located
from augviz.pipeline.materials import taking_steps
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
    walk,
)
from augviz.transforms import catalogue, construct
from augviz.transforms.introspection import OF_OTHER_IMAGES
from augviz.transforms.other_images import OTHER_IMAGES

MAX_STEPS = 200
MAX_CALLS = 2_000
"""Steps that may run for one picture: groups that draw again and again multiply (200 times 200 times 200)."""

MAX_IMAGES = 100
MAX_IMAGE_NAME = 300
"""Other images that one step may name, and letters of a name."""

MAX_SWAPS = 500
"""Pairs of names that change places in a mirror image."""

# Defaults of p where a file leaves it out, as the constructors of 2.0.8 have them.
GROUP_P = {"OneOf": 0.5, "Sequential": 0.5, "SomeOf": 1.0, "RandomOrder": 1.0, "OneOrOther": 0.5}


@dataclass(frozen=True)
class Imported:
    """What a file holds.

    Attributes:
        spec: The pipeline.
        notes: What was mapped, moved or ignored, with its line.
        seed: Preview seed that augviz wrote into the file, or None.
        companion: The other file, where augviz wrote training and validation as a pair; text only, never opened.
    """

    spec: PipelineSpec
    notes: tuple[Problem, ...] = ()
    seed: int | None = None
    companion: Companion | None = None


def read_pipeline(text: str, name: str = "pipeline") -> Imported:
    """Read a pipeline.

    Args:
        text: YAML or JSON.
        name: File name, for the error.

    Raises:
        PipelineError: With file and line in ``where``, and what to do in ``mend``.
    """
    try:
        return read_document(read_located(text))
    except PipelineError as error:
        where = f"{name}, {error.where}" if error.where else name
        raise PipelineError(error.what, where=where, mend=error.mend) from error


def read_document(root: Located) -> Imported:
    """Read a pipeline that is in values with lines already, whatever it was written in.

    Raises:
        PipelineError: With the line in ``where``, and what to do in ``mend``.
    """
    return _Reader().read(root)


class _Reader:
    """One file on its way in; collects notes and counts steps."""

    def __init__(self) -> None:
        self.notes: list[Problem] = []
        self.count = 0

    def read(self, root: Located) -> Imported:
        body = self._body(root)
        saved = isinstance(body.value, dict)
        top = self._mapping(body, "Compose") if saved else {"transforms": body}
        top = {**self._beside(root, body), **top}
        if saved and _name_of(top) not in (None, "Compose", "ReplayCompose"):
            top = {"transforms": Located((body,), body.line)}
        nodes = [node for item in self._list(top.get("transforms"), body.line) for node in self._node(item, ())]
        steps, tail = self._tail_apart(nodes)
        spec = PipelineSpec(
            steps,
            tail,
            self._policy(top.get("bbox_params"), "bbox_params", BoxPolicy, get_args(BoxFormat)),
            self._policy(top.get("keypoint_params"), "keypoint_params", KeypointPolicy, get_args(KeypointFormat)),
            self._p(top.get("p"), 1.0),
            self._whole(top.get("mask_interpolation"), "mask_interpolation", 0, 6),
        )
        self._root_notes(top)
        return replace(self._with_streams(root, spec), companion=_companion(root))

    # -- the frame -----------------------------------------------------------------------------------------------

    def _body(self, root: Located) -> Located:
        if isinstance(root.value, tuple):
            return root
        if isinstance(root.value, dict):
            for key in ("transform", "transforms"):
                if key in root.value:
                    return root if key == "transforms" else root.value[key]
            if "__class_fullname__" in root.value:
                return root
        raise PipelineError(
            "there is no 'transform' entry", mend="Save the pipeline with A.save, or start with 'transform:'."
        )

    def _beside(self, root: Located, body: Located) -> dict[str, Located]:
        """What stands beside ``transform``: settings of the pipeline in a file by hand, or things of somebody else."""
        if root is body or not isinstance(root.value, dict):
            return {}
        settings: dict[str, Located] = {}
        inside = body.value if isinstance(body.value, dict) else {}
        for key, value in root.value.items():
            if value is body or key in ("__version__", "augviz"):
                continue
            if key in ("bbox_params", "keypoint_params", "p", "mask_interpolation", "seed") and key not in inside:
                settings[key] = value
            else:
                self._note(
                    f"line {value.line}", f"'{key}' is no part of a pipeline", "It is left out here.", "left out"
                )
        return settings

    def _root_notes(self, top: Mapping[str, Located]) -> None:
        known = {"__class_fullname__", "transforms", "bbox_params", "keypoint_params", "p", "mask_interpolation"}
        for key, value in top.items():
            if key in known or key == "save_applied_params":
                continue
            self._root_note(key, value)

    def _root_note(self, key: str, value: Located) -> None:
        where = f"line {value.line}"
        if key == "seed" and value.value is not None:
            self._note(
                where, "Compose(seed=…) gives every step the same random numbers", "It is left out here.", "left out"
            )
        elif key == "additional_targets" and value.value:
            self._note(
                where, "additional targets are not shown here", "Add them to the exported file again.", "left out"
            )
        elif key == "is_check_shapes" and value.value is False:
            self._note(where, "is_check_shapes is off", "Shapes are always checked here.", "changed")
        elif key not in ("seed", "additional_targets", "is_check_shapes", "strict", "save_key"):
            raise PipelineError(
                f"Compose has no argument '{key}'", where=where, mend="Remove it, or check the spelling."
            )

    def _with_streams(self, root: Located, spec: PipelineSpec) -> Imported:
        """Names of random streams and the seed, when augviz wrote the file and nobody changed the steps since."""
        own = root.plain().get("augviz") if isinstance(root.value, dict) else None
        if not isinstance(own, dict):
            self._ask_for_images(spec)
            return Imported(spec, tuple(self.notes))
        spec = self._with_swaps(spec, own.get("swaps"))
        seed = own.get("seed")
        seed = seed if isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed < 2**63 else None
        ids = own.get("steps")
        nodes = [node for top in (*spec.steps, *spec.tail) for node in walk(top)]
        if isinstance(ids, list) and _are_stream_names(ids) and len(ids) == len(nodes):
            names = iter(ids)
            steps = tuple(_renamed(node, names) for node in spec.steps)
            tail = tuple(replace(step, id=next(names)) for step in spec.tail)
            spec = _with_images(replace(spec, steps=steps, tail=tail), own.get("images"))
            self._ask_for_images(spec)
            return Imported(spec, tuple(self.notes), seed)
        self._ask_for_images(spec)
        self._note(
            "augviz", "the steps were changed by hand, so they draw other random numbers than before", "", "note"
        )
        return Imported(spec, tuple(self.notes), seed)

    def _with_swaps(self, spec: PipelineSpec, written: Any) -> PipelineSpec:
        """Names that change places in a mirror image; ``A.load`` does not look at them."""
        if not written:
            return spec
        try:
            return replace(spec, swaps=_pairs_of_names(written))
        except PipelineError as error:
            self._note("augviz, swaps", error.what, "They are left out here.", "left out")
            return spec

    # -- nodes ---------------------------------------------------------------------------------------------------

    def _node(self, item: Located, path: tuple[str, ...]) -> Iterator[Node]:
        self.count += 1
        if self.count > MAX_STEPS:
            raise PipelineError(f"more than {MAX_STEPS} steps", where=f"line {item.line}")
        name, entries, saved = self._named(item)
        line = f"line {item.line}"
        if name in ("Compose", "ReplayCompose"):
            self._note(
                line,
                f"a {name} inside a pipeline",
                "It became a Sequential; its own label settings are ignored.",
                "changed",
            )
            name = "Sequential"
            entries = {k: v for k, v in entries.items() if k in ("transforms", "p")}
            entries.setdefault("p", Located(1.0, item.line))
        if name in GROUP_KINDS or name == "OneOrOther":
            yield self._group(name, entries, item.line, path)
        elif name == "SelectiveChannelTransform":
            raise PipelineError(f"{name} cannot be shown", where=line, mend="Put its steps into a Sequential.")
        else:
            yield from self._step(name, entries, item.line, saved=saved)

    def _named(self, item: Located) -> tuple[str, dict[str, Located], bool]:
        """Name and arguments of an entry in either form: ``__class_fullname__: X`` or ``X: {…}`` or just ``X``."""
        if isinstance(item.value, str):
            return _short(item.value), {}, False
        if isinstance(item.value, dict) and "__class_fullname__" in item.value:
            name = item.value["__class_fullname__"].value
            if not isinstance(name, str):
                raise PipelineError("a transform's name must be text", where=f"line {item.line}")
            return _short(name), {k: v for k, v in item.value.items() if k != "__class_fullname__"}, True
        if isinstance(item.value, dict) and len(item.value) == 1:
            name, body = next(iter(item.value.items()))
            if isinstance(body.value, dict):
                return _short(name), dict(body.value), False
            if isinstance(body.value, tuple):
                return _short(name), {"transforms": body}, False
            if body.value is None:
                return _short(name), {}, False
        raise PipelineError(
            "a transform is expected here", where=f"line {item.line}", mend="Write '- HorizontalFlip: {p: 0.5}'."
        )

    def _group(self, name: str, entries: dict[str, Located], line: int, path: tuple[str, ...]) -> Group:
        known = {"transforms", "p", *(("n", "replace") if name in ("SomeOf", "RandomOrder") else ())}
        for key, value in entries.items():
            if key not in known:
                raise PipelineError(f"{name} has no argument '{key}'", where=f"line {value.line}")
        children = tuple(
            node for item in self._list(entries.get("transforms"), line) for node in self._node(item, (*path, name))
        )
        if any(isinstance(child, Step) and child.name in TAIL_NAMES for child in children):
            raise PipelineError(f"{' and '.join(TAIL_NAMES)} can only stand at the end", where=f"line {line}")
        p = self._p(entries.get("p"), GROUP_P[name])
        if name == "OneOrOther":
            return self._one_or_other(children, p, line)
        if name == "OneOf" and not sum(child.p for child in children):
            raise PipelineError("OneOf needs a child with p above 0", where=f"line {line}")
        n = self._whole(entries.get("n"), "n", 1, MAX_STEPS)
        replace_value = entries["replace"].value if "replace" in entries else False
        if not isinstance(replace_value, bool):
            raise PipelineError("replace must be true or false", where=f"line {entries['replace'].line}")
        group = Group(name, children, p, 1 if n is None else n, replace_value)  # type: ignore[arg-type]
        if (calls := most_calls(group)) > MAX_CALLS:
            raise PipelineError(
                f"{name} could run {calls:,} steps for one picture, and {MAX_CALLS:,} are allowed",
                where=f"line {line}",
                mend="Lower n, or nest less.",
            )
        return group

    def _one_or_other(self, children: tuple[Node, ...], p: float, line: int) -> Group:
        if len(children) != 2:
            raise PipelineError("OneOrOther needs exactly two transforms", where=f"line {line}")
        self._note(f"line {line}", "OneOrOther", "It became a OneOf with the weights p and 1 - p.", "changed")
        return Group("OneOf", (replace(children[0], p=p), replace(children[1], p=1 - p)), 1.0)

    def _step(self, name: str, entries: dict[str, Located], line: int, *, saved: bool) -> Iterator[Node]:
        if name == "Flip":
            yield self._flip(entries, line)
            return
        converted = _converted(name, {key: value.plain() for key, value in entries.items()}, line)
        for note in converted.notes:
            self._note(f"line {line}", f"{converted.name}: {note}", "", "changed")
        where = f"line {line}"
        if converted.name in catalogue.withheld():
            raise PipelineError(
                f"{converted.name} is not offered: {catalogue.withheld()[converted.name]}",
                where=where,
                mend="Remove the step.",
            )
        entry = _at(where, lambda: catalogue.entry(converted.name))
        params = self._without_images(converted.name, dict(converted.params), line)
        p = self._p(None if "p" not in params else Located(params.pop("p"), line), entry.default_p)
        if saved and "p" not in converted.params:
            self._note(where, f"{converted.name} has no p, and A.load takes 0.5 then", "0.5 is used.", "changed")
            p = 0.5
        kept = {key: value for key, value in params.items() if key not in _written_but_refused(converted.name)}
        lines = {key: value.line for key, value in entries.items()}
        for key in kept:
            _at(f"line {lines.get(key, line)}", lambda key=key: entry.parameter(key))
        try:
            construct.check(converted.name, freeze(kept))
        except PipelineError as error:
            field = error.where.rpartition(".")[2]
            what = f"{error.where}: {error.what}" if error.where else error.what
            raise PipelineError(what, where=f"line {lines.get(field, line)}", mend=error.mend) from error
        yield Step(converted.name, freeze(kept), p)

    def _without_images(self, name: str, params: dict[str, Any], line: int) -> dict[str, Any]:
        """Arguments but those that say where other images come from; a step names its images."""
        if name not in OTHER_IMAGES:
            return params
        key = params.get("metadata_key", OTHER_IMAGES[name].argument)
        if not isinstance(key, str) or not key.startswith(OTHER_IMAGES[name].argument):
            self._note(
                f"line {line}", f"{name} looks for its images under another name", "It is named anew here.", "changed"
            )
        if params.get("reference_images") is not None:
            self._note(
                f"line {line}", f"{name} names files of its own", "Choose the images in the step instead.", "left out"
            )
        return {key: value for key, value in params.items() if key not in OF_OTHER_IMAGES}

    def _ask_for_images(self, spec: PipelineSpec) -> None:
        for step in taking_steps(spec):
            asked = OTHER_IMAGES[step.name].title.lower()
            if step.materials:
                what, mend = f"it uses {', '.join(step.materials)}", "Open these images as well if they are not."
            else:
                what, mend = f"it needs {asked}, which no file carries", "Choose them in the step."
            self._note(step.id, what, mend, "note")

    def _flip(self, entries: dict[str, Located], line: int) -> Group:
        """Flip of 1.x turned the picture over one axis, the other, or both, each with the same chance."""
        self._note(
            f"line {line}", "Flip is gone from Albumentations 2", "It became a OneOf of the three flips.", "changed"
        )
        both = Group("Sequential", (Step("HorizontalFlip"), Step("VerticalFlip")))
        return Group("OneOf", (Step("HorizontalFlip"), Step("VerticalFlip"), both), self._p(entries.get("p"), 0.5))

    def _tail_apart(self, nodes: Sequence[Node]) -> tuple[tuple[Node, ...], tuple[Step, ...]]:
        """Normalize and ToTensorV2 go to the tail; one that stood earlier is moved there, and that is said."""
        steps = [node for node in nodes if node.name not in TAIL_NAMES]
        tail = [node for node in nodes if isinstance(node, Step) and node.name in TAIL_NAMES]
        for name in TAIL_NAMES:
            if sum(step.name == name for step in tail) > 1:
                raise PipelineError(f"{name} stands more than once")
        last = max((i for i, node in enumerate(nodes) if node.name not in TAIL_NAMES), default=-1)
        for early in (node for node in nodes[:last] if node.name in TAIL_NAMES):
            self._note(
                early.name,
                "stood before other steps, which clip normalised pixels to 0..1",
                "It was moved to the end.",
                "changed",
            )
        return tuple(steps), tuple(sorted(tail, key=lambda step: TAIL_NAMES.index(step.name)))

    # -- values --------------------------------------------------------------------------------------------------

    def _policy(self, value: Located | None, name: str, kind: type[Any], formats: Sequence[str]) -> Any:
        if value is None or value.value is None:
            return None
        entries = self._mapping(value, name)
        known = {field.name for field in fields(kind)}
        given: dict[str, Any] = {"label_fields": ()}
        for key, item in entries.items():
            if key == "__class_fullname__":
                continue
            if key not in known:
                raise PipelineError(
                    f"{name} has no field '{key}'", where=f"line {item.line}", mend="Check the spelling."
                )
            if item.value is None and key != "format":
                continue  # null is how a file says that nothing was set
            given[key] = self._policy_value(name, key, item, formats)
        if "format" not in entries:
            raise PipelineError(
                f"{name} needs a format", where=f"line {value.line}", mend=f"One of {', '.join(formats)}."
            )
        return _at(f"line {value.line}", lambda: kind(**given))

    def _policy_value(self, name: str, key: str, item: Located, formats: Sequence[str]) -> Any:
        plain, where = item.plain(), f"line {item.line}"
        if key == "format":
            if plain not in formats:
                raise PipelineError(
                    f"{name} knows no format {plain!r}", where=where, mend=f"Use one of {', '.join(formats)}."
                )
        elif key == "label_fields":
            names = [] if plain is None else plain
            if not isinstance(names, list) or not all(isinstance(n, str) and n.isidentifier() for n in names):
                raise PipelineError("label_fields must be a list of names", where=where)
            return tuple(names)
        elif key in ("check_each_transform", "clip", "filter_invalid_bboxes", "remove_invisible", "angle_in_degrees"):
            if not isinstance(plain, bool):
                raise PipelineError(f"{key} must be true or false, got {plain!r}", where=where)
        elif isinstance(plain, bool) or not isinstance(plain, int | float | None):
            raise PipelineError(f"{key} must be a number, got {plain!r}", where=where)
        return plain

    def _p(self, value: Located | None, default: float) -> float:
        if value is None:
            return default
        p = value.value
        if isinstance(p, bool) or not isinstance(p, int | float) or not 0 <= p <= 1:
            raise PipelineError(f"p must be a number from 0 to 1, got {value.plain()!r}", where=f"line {value.line}")
        return float(p)

    def _whole(self, value: Located | None, name: str, low: int, high: int) -> int | None:
        if value is None or value.value is None:
            return None
        number = value.value
        if isinstance(number, bool) or not isinstance(number, int) or not low <= number <= high:
            raise PipelineError(f"{name} must be a whole number from {low} to {high}", where=f"line {value.line}")
        return number

    def _list(self, value: Located | None, line: int) -> tuple[Located, ...]:
        if value is None or not isinstance(value.value, tuple):
            raise PipelineError("transforms must be a list", where=f"line {line if value is None else value.line}")
        return value.value

    def _mapping(self, value: Located, name: str) -> dict[str, Located]:
        if not isinstance(value.value, dict):
            raise PipelineError(f"{name} must be a mapping", where=f"line {value.line}")
        return value.value

    def _note(self, where: str, what: str, mend: str, kind: Any) -> None:
        self.notes.append(Problem(where, what, mend, kind))


def _converted(name: str, params: Mapping[str, Any], line: int) -> Converted:
    try:
        return convert(name, params)
    except (TypeError, ValueError, OverflowError) as error:
        raise PipelineError(
            f"{name}: an argument of Albumentations 1.x has a value that it did not take",
            where=f"line {line}",
            mend="Write it in the words of 2.0.8.",
        ) from error


def _at(where: str, make: Any) -> Any:
    """Call, and give an error without a line the line."""
    try:
        return make()
    except PipelineError as error:
        raise PipelineError(error.what, where=where, mend=error.mend) from error


def most_calls(node: Node) -> int:
    """How many steps run at most when this node does."""
    if isinstance(node, Step):
        return 1
    each = sorted((most_calls(child) for child in node.children), reverse=True)
    if node.kind == "OneOf":
        return max(each, default=0)
    if node.kind == "Sequential":
        return sum(each)
    return node.n * max(each, default=0) if node.replace else sum(each[: node.n])


def _short(name: str) -> str:
    """``albumentations.augmentations.geometric.HorizontalFlip`` -> ``HorizontalFlip``; anything else is left alone."""
    return name.rpartition(".")[2] if name.startswith("albumentations.") else name


def _name_of(top: Mapping[str, Located]) -> str | None:
    name = top.get("__class_fullname__")
    return _short(name.value) if name is not None and isinstance(name.value, str) else None


def _are_stream_names(ids: list[Any]) -> bool:
    return all(isinstance(i, str) and 0 < len(i) <= 80 for i in ids) and len(set(ids)) == len(ids)


def _written_but_refused(name: str) -> frozenset[str]:
    """Arguments that ``A.save`` writes for a class although its constructor refuses them (seven classes of 2.0.8)."""
    cls = getattr(A, name, None)
    if cls is None:
        return frozenset()
    own = set(inspect.signature(cls.__init__).parameters)
    inherited = {
        key
        for base in cls.__mro__[:-1]
        if "__init__" in vars(base)
        for key in inspect.signature(base.__init__).parameters
    }
    return frozenset(inherited - own)


def _pairs_of_names(written: Any) -> tuple[tuple[str, str], ...]:
    """Pairs as a file has them.

    Raises:
        PipelineError: They are no list of pairs of names, or too many.
    """
    rows = written if isinstance(written, list) and len(written) <= MAX_SWAPS else [None]
    pairs = [tuple(row) for row in rows if isinstance(row, list) and len(row) == 2]
    if len(pairs) != len(rows) or not all(isinstance(name, str) for pair in pairs for name in pair):
        raise PipelineError(f"a list of at most {MAX_SWAPS} pairs of names is expected")
    return tuple(pairs)


def _with_images(spec: PipelineSpec, images: Any) -> PipelineSpec:
    """The names of other images that augviz wrote into a file; anything else in their place is left alone."""
    if not isinstance(images, dict):
        return spec
    for step in [node for node in spec.walk() if isinstance(node, Step) and node.name in OTHER_IMAGES]:
        names = images.get(step.id)
        if isinstance(names, list) and len(names) <= MAX_IMAGES and all(_is_name(name) for name in names):
            spec = spec.edit(step.id, partial(replace, materials=tuple(dict.fromkeys(names))))
    return spec


def _is_name(name: Any) -> bool:
    return isinstance(name, str) and 0 < len(name) <= MAX_IMAGE_NAME and name.isprintable()


def _companion(root: Located) -> Companion | None:
    """The other file of a pair, where it reads as one that augviz wrote."""
    own = root.plain().get("augviz") if isinstance(root.value, dict) else None
    pair = own.get("pair") if isinstance(own, dict) else None
    if not isinstance(pair, dict):
        return None
    role, file = pair.get("role"), pair.get("file")
    if role not in ("training", "validation") or not isinstance(file, str):
        return None
    return Companion(role, file) if 0 < len(file) <= MAX_FILE_NAME and file.isprintable() else None


def _renamed(node: Node, names: Iterator[str]) -> Node:
    new_id = next(names)
    if isinstance(node, Group):
        return replace(node, id=new_id, children=tuple(_renamed(child, names) for child in node.children))
    return replace(node, id=new_id)
