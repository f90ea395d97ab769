"""The pipeline as a frozen tree of values: what the sliders edit, what the YAML says, what :func:`run` runs.

::

    PipelineSpec
    ├── steps: Step | Group, …        what is seen in the picture
    ├── tail:  Step, …                Normalize, ToTensorV2: exported, never drawn
    ├── boxes: BoxPolicy              Albumentations' bbox_params
    ├── keypoints: KeypointPolicy     Albumentations' keypoint_params
    └── swaps: (name, name), …        names that change places in a mirror image, which Albumentations has no word for

Every edit returns a new spec; nothing here knows Albumentations or a random number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from immutabledict import immutabledict

from augviz.errors import PipelineError
from augviz.transforms.values import Params
from augviz.transforms.values import frozen as freeze

__all__ = [
    "GROUP_KINDS",
    "MAX_TITLE",
    "TAIL_NAMES",
    "BoxFormat",
    "BoxPolicy",
    "Group",
    "GroupKind",
    "KeypointFormat",
    "KeypointPolicy",
    "Node",
    "Params",
    "PipelineSpec",
    "Step",
    "Value",
    "digest_of",
    "freeze",
    "thaw",
    "walk",
    "without_ids",
]

GroupKind = Literal["OneOf", "SomeOf", "RandomOrder", "Sequential"]
GROUP_KINDS: tuple[GroupKind, ...] = ("OneOf", "SomeOf", "RandomOrder", "Sequential")

BoxFormat = Literal["pascal_voc", "coco", "yolo", "albumentations"]
KeypointFormat = Literal["xy", "yx", "xya", "xys", "xyas", "xysa", "xyz"]

TAIL_NAMES = ("Normalize", "ToTensorV2")
"""Steps that end the range of displayable pixels; they are pinned to the end."""

MAX_TITLE = 60
"""Longest name that a visitor can give a step or group, in characters."""

_BESIDE_THE_PICTURE = frozenset({"title"})
"""Fields that say something to people only; they are no part of a digest."""

# A parameter's value: None, bool, int, float, str, tuples of these, or an immutabledict of these.
Value: TypeAlias = Any


def thaw(value: Value) -> Any:
    """The opposite of ``freeze``: plain lists and dicts, as JSON and YAML write them."""
    if isinstance(value, Mapping):
        return {k: thaw(v) for k, v in value.items()}
    if isinstance(value, tuple):
        return [thaw(v) for v in value]
    return value


@dataclass(frozen=True)
class Step:
    """One transform.

    Attributes:
        name: Class name in Albumentations ("HorizontalFlip").
        params: The parameters that were set; the others keep the library's default. Without ``p``.
        p: Probability that the step fires, 0..1. Inside a OneOf it is a weight.
        enabled: A step that is switched off is neither run nor exported.
        id: Stable name of this step's random stream, unique in the spec. Moving, switching off or changing other
            steps never changes what a step with the same id draws.
        title: The visitor's own name for it, at most :data:`MAX_TITLE` characters, or empty. It decides no picture.
        materials: Names of the other images that it takes something from (:mod:`augviz.pipeline.materials`).
    """

    name: str
    params: Params = field(default_factory=immutabledict)
    p: float = 1.0
    enabled: bool = True
    id: str = ""
    title: str = ""
    materials: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "params", freeze(self.params))
        object.__setattr__(self, "materials", tuple(self.materials))
        _check_probability(self.p, self.name)
        _check_title(self.title, self.name)

    def with_param(self, key: str, value: Any) -> Step:
        """The same step with one parameter set."""
        return replace(self, params=self.params.set(key, freeze(value)))

    def without_param(self, key: str) -> Step:
        """The same step with one parameter back at its default."""
        return replace(self, params=self.params.discard(key))


@dataclass(frozen=True)
class Group:
    """A container: which of its children run, and in which order.

    Attributes:
        kind: ``OneOf`` one child, drawn by weight p · ``SomeOf`` n children in their order ·
            ``RandomOrder`` n children in the order drawn · ``Sequential`` all.
        children: Steps and groups.
        p: Probability that the group runs at all, 0..1.
        n: How many children SomeOf and RandomOrder draw.
        replace: Whether they may draw a child twice.
        enabled, id, title: As for a step.
    """

    kind: GroupKind
    children: tuple[Node, ...] = ()
    p: float = 1.0
    n: int = 1
    replace: bool = False
    enabled: bool = True
    id: str = ""
    title: str = ""

    def __post_init__(self) -> None:
        if self.kind not in GROUP_KINDS:
            raise PipelineError(f"{self.kind} is not a kind of group", mend=f"Use one of {', '.join(GROUP_KINDS)}.")
        object.__setattr__(self, "children", tuple(self.children))
        _check_probability(self.p, self.kind)
        _check_title(self.title, self.kind)
        if self.n < 1:
            raise PipelineError(f"n must be at least 1, got {self.n}", where=self.kind)

    @property
    def name(self) -> str:
        """The kind, so that steps and groups can be listed alike."""
        return self.kind


Node: TypeAlias = Step | Group


@dataclass(frozen=True)
class BoxPolicy:
    """When a box is dropped; the fields of ``A.BboxParams`` with the same names and defaults.

    Attributes:
        format: Form of the boxes that the exported pipeline will be called with; the picture does not depend on it.
        label_fields: Arguments that carry the boxes' labels in training.
        min_visibility: Smallest share of its area that a box must keep, 0..1. With ``check_each_transform`` it is
            judged anew after every step, not cumulatively: two 60% crops pass a limit of 0.5.
        min_area: Smallest area in square pixels.
        min_width, min_height: Smallest sides in pixels.
        max_accept_ratio: Largest ratio of the longer to the shorter side (at least 1), or None.
        check_each_transform: Judge after every step (True) or once at the end (False).
        clip: Clip boxes that come in reaching over the image's edge (otherwise Albumentations refuses the image).
        filter_invalid_bboxes: Drop boxes that come in without area. ``A.save`` does not carry it.
    """

    format: BoxFormat = "pascal_voc"
    label_fields: tuple[str, ...] = ("class_labels",)
    min_visibility: float = 0.0
    min_area: float = 0.0
    min_width: float = 0.0
    min_height: float = 0.0
    max_accept_ratio: float | None = None
    check_each_transform: bool = True
    clip: bool = False
    filter_invalid_bboxes: bool = False

    def __post_init__(self) -> None:
        _check_probability(self.min_visibility, "bbox_params", "min_visibility")
        for name in ("min_area", "min_width", "min_height"):
            if not 0 <= getattr(self, name) <= 1e9:
                raise PipelineError(f"{name} must be 0 or more, got {getattr(self, name)}", where="bbox_params")
        if self.max_accept_ratio is not None and not 1 <= self.max_accept_ratio <= 1e9:
            raise PipelineError(f"max_accept_ratio must be 1 or more, got {self.max_accept_ratio}", where="bbox_params")


@dataclass(frozen=True)
class KeypointPolicy:
    """When a keypoint is dropped; the fields of ``A.KeypointParams`` with the same names and defaults.

    Attributes:
        format: Form of the keypoints that the exported pipeline will be called with.
        label_fields: Arguments that carry the points' names in training.
        remove_invisible: Drop points that left the image. Later points then move up one place, so names must travel
            as a label field (they do, here and in the export).
        angle_in_degrees: Whether angles of formats that have one ("xya", …) are degrees.
        check_each_transform: Judge after every step (True) or once at the end (False).
    """

    format: KeypointFormat = "xy"
    label_fields: tuple[str, ...] = ("keypoint_labels",)
    remove_invisible: bool = True
    angle_in_degrees: bool = True
    check_each_transform: bool = True


@dataclass(frozen=True)
class PipelineSpec:
    """A whole pipeline.

    Attributes:
        steps: What runs, in order.
        tail: Normalize and ToTensorV2, exported after the steps and not drawn.
        boxes: Box policy; None when the pipeline declares no ``bbox_params`` (boxes are then run with the defaults).
        keypoints: Keypoint policy, likewise.
        p: Probability that anything runs at all (Compose's own p).
        mask_interpolation: Overrides how every step resamples masks (an OpenCV flag), or None.
        swaps: Pairs of names that change places in a mirror image, such as ("left eye", "right eye"): of keypoints,
            boxes, masks, classes of a mask, and the whole image (docs/decisions/0008-names-that-swap.md).

    Raises:
        PipelineError: Two nodes share an id, a tail step is not one of ``TAIL_NAMES`` or stands twice, or a name
            that changes places is empty, has several lines, or stands in two pairs.
    """

    steps: tuple[Node, ...] = ()
    tail: tuple[Step, ...] = ()
    boxes: BoxPolicy | None = None
    keypoints: KeypointPolicy | None = None
    p: float = 1.0
    mask_interpolation: int | None = None
    swaps: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        _check_probability(self.p, "Compose")
        object.__setattr__(self, "swaps", tuple((first, second) for first, second in self.swaps))
        _check_swaps(self.swaps)
        for step in self.tail:
            if step.name not in TAIL_NAMES:
                raise PipelineError(
                    f"{step.name} cannot stand in the tail", mend=f"Only {' and '.join(TAIL_NAMES)} can."
                )
        if len({step.name for step in self.tail}) != len(self.tail):
            raise PipelineError("a step of the tail stands twice", mend="Remove one of them.")
        given = [node.id for top in (*self.steps, *self.tail) for node in walk(top) if node.id]
        taken = set(given)
        if len(taken) != len(given):
            raise PipelineError(f"two steps share the id {next(i for i in given if given.count(i) > 1)}")
        object.__setattr__(self, "steps", tuple(_with_ids(node, taken) for node in self.steps))
        object.__setattr__(self, "tail", tuple(_with_ids(node, taken) for node in self.tail))

    def walk(self) -> Iterator[Node]:
        """Every node of ``steps``, parents before children."""
        for node in self.steps:
            yield from walk(node)

    def find(self, node_id: str) -> Node:
        """The node with this id (also in the tail).

        Raises:
            PipelineError: There is none.
        """
        for node in (*self.walk(), *self.tail):
            if node.id == node_id:
                return node
        raise PipelineError("there is no step with this id", where=node_id)

    def has(self, node_id: str) -> bool:
        """Whether there is a node with this id (also in the tail)."""
        return any(node.id == node_id for node in (*self.walk(), *self.tail))

    def at_the_end(self, name: str) -> Step | None:
        """The step of the tail with this name ("Normalize"), where it is switched on."""
        return next((step for step in self.tail if step.name == name and step.enabled), None)

    def edit(self, node_id: str, change: Callable[[Node], Node | None]) -> PipelineSpec:
        """A copy in which one node is replaced by ``change(node)``; None removes it."""
        self.find(node_id)
        tail = _edited(self.tail, node_id, change)
        return replace(
            self, steps=_edited(self.steps, node_id, change), tail=tuple(n for n in tail if isinstance(n, Step))
        )

    def add(self, node: Node, at: int | None = None) -> PipelineSpec:
        """A copy with one more node at the end, or before place ``at``; tail steps go to the tail."""
        if isinstance(node, Step) and node.name in TAIL_NAMES:
            tail = sorted((*self.tail, node), key=lambda step: TAIL_NAMES.index(step.name))
            return replace(self, tail=tuple(tail))
        place = len(self.steps) if at is None else at
        return replace(self, steps=(*self.steps[:place], node, *self.steps[place:]))

    @property
    def digest(self) -> str:
        """Digest of everything that decides a picture (BLAKE2b, 128 bits)."""
        return digest_of(self.steps, self.context)

    @property
    def exported_digest(self) -> str:
        """Digest of everything that is exported: what decides a picture, and the tail that is not drawn."""
        return digest_of(self.steps, self.context, self.tail)

    @property
    def context(self) -> tuple[Value, ...]:
        """Everything beside the steps that decides a picture."""
        return (self.boxes, self.keypoints, self.p, self.mask_interpolation, self.swaps)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents before children."""
    yield node
    if isinstance(node, Group):
        for child in node.children:
            yield from walk(child)


def digest_of(*parts: Any) -> str:
    """Digest of spec parts; equal parts give equal digests in any process."""
    return hashlib.blake2b(json.dumps(_plain(parts), sort_keys=True).encode(), digest_size=16).hexdigest()


def without_ids(spec: PipelineSpec) -> PipelineSpec:
    """The same pipeline with ids given anew by place and without titles, so that specs can be compared by content."""

    def bare(node: Node) -> Node:
        if isinstance(node, Group):
            return replace(node, id="", title="", children=tuple(bare(child) for child in node.children))
        return replace(node, id="", title="")

    return replace(
        spec,
        steps=tuple(bare(n) for n in spec.steps),
        tail=tuple(replace(step, id="", title="") for step in spec.tail),
    )


def _plain(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        names = [name for name in value.__dataclass_fields__ if name not in _BESIDE_THE_PICTURE]
        return [type(value).__name__, {name: _plain(getattr(value, name)) for name in names}]
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value


def _check_probability(value: float, where: str, name: str = "p") -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
        raise PipelineError(f"{name} must be a number from 0 to 1, got {value!r}", where=where)


def _check_swaps(pairs: tuple[tuple[str, str], ...]) -> None:
    names = [name for pair in pairs for name in pair]
    if not all(name.strip() and name.isprintable() for name in names):
        raise PipelineError(
            "a name that changes places in a mirror image is one line with a letter at least", where="swaps"
        )
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise PipelineError(
            f"{twice} would change places with two names, or with itself",
            where="swaps",
            mend="Let each name stand in one pair.",
        )


def _check_title(title: str, where: str) -> None:
    if len(title) > MAX_TITLE:
        raise PipelineError(f"a name has at most {MAX_TITLE} characters, this one has {len(title)}", where=where)
    if not title.isprintable():
        raise PipelineError("a name is one line without control characters", where=where)


def _with_ids(node: Any, taken: set[str]) -> Any:
    """Give a node and its children the first free ids where they have none."""
    if not node.id:
        count = 1
        while f"{node.name}-{count}" in taken:
            count += 1
        node = replace(node, id=f"{node.name}-{count}")
        taken.add(node.id)
    if isinstance(node, Group):
        children = tuple(_with_ids(child, taken) for child in node.children)
        if any(a is not b for a, b in zip(children, node.children, strict=True)):
            node = replace(node, children=children)
    return node


def _edited(nodes: tuple[Any, ...], node_id: str, change: Callable[[Node], Node | None]) -> tuple[Any, ...]:
    out: list[Node] = []
    for node in nodes:
        if node.id == node_id:
            changed = change(node)
            out.extend([] if changed is None else [changed])
        elif isinstance(node, Group):
            out.append(replace(node, children=_edited(node.children, node_id, change)))
        else:
            out.append(node)
    return tuple(out)
