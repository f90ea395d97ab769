"""What is drawn on the image in view, and how it gets into the visitor's labels."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import PurePosixPath

from augviz import sample_library
from augviz.drawing import Drawing, apply, labels_of, read_edit, shapes_of
from augviz.errors import LabelError, Problem
from augviz.overlay import PALETTE, ClassColours
from augviz.sample import NO_BOXES, NO_KEYPOINTS, Sample
from augviz.ui import workspace
from augviz.ui.in_hand import OpenDrawing
from augviz.ui.uploads import MAX_OPEN

MOST_DRAWINGS = 20
"""Drawings that are kept as shapes; of older ones the labels stay, and polygons have become masks."""

MOST_COLOURS = 1_000


def current() -> OpenDrawing:
    """The drawing of the image in view; made from its labels when there is none."""
    state = workspace.current()
    known = next((drawing for drawing in state.drawings if drawing.image == state.image), None)
    if known is not None and known.labels is state.sample.labels:
        return known
    sample = state.sample
    shapes = shapes_of(sample.labels, sample.size_hw)
    made = OpenDrawing(secrets.token_hex(8), state.image, sample.labels, _look_of(sample), shapes, pushed=shapes)
    _remember(made, instead_of=state.image)
    return made


def _look_of(sample: Sample) -> str:
    bare = replace(sample.labels, boxes=NO_BOXES, masks=None, keypoints=NO_KEYPOINTS, label=None)
    return sample.with_labels(bare).digest


def accept(message: object) -> None:
    """Take over what the browser says was drawn; what is damaged is left out and said."""
    state = workspace.current()
    name = message.get("drawing") if isinstance(message, dict) else None
    opened = next((drawing for drawing in state.drawings if drawing.id == name), None)
    if opened is None or _sample_of(opened.image) is None:
        return
    try:
        edit = read_edit(message, opened.shapes.size_hw, len(PALETTE))
    except LabelError as error:
        _remember(replace(opened, problems=(Problem.of(error),)), instead_of=opened.image)
        return
    if edit.seq <= opened.seq:
        return
    if edit.colours:
        workspace.change(class_colours=tuple({**dict(state.class_colours), **dict(edit.colours)}.items()))
    opened = replace(opened, seq=edit.seq, problems=edit.problems)
    if not (edit.changed or edit.removed):
        _remember(_pushed(opened) if edit.problems else opened, instead_of=opened.image)
        return
    shapes, problems = apply(opened.shapes, edit)
    # What was refused still stands in the browser: it is sent what there is.
    _store(opened, shapes, problems, push=bool(problems))


def put(shapes: Drawing) -> None:
    """Make these the shapes of the image in view; the browser takes them over."""
    _store(current(), shapes, (), push=True)


def is_library_image() -> bool:
    """Whether the image in view is a sample image, of which drawing makes a copy."""
    state = workspace.current()
    return all(sample.name != state.image for sample in state.uploads)


def _store(opened: OpenDrawing, shapes: Drawing, problems: tuple[Problem, ...], *, push: bool) -> None:
    state, sample = workspace.current(), _sample_of(opened.image)
    if sample is None:
        return
    is_own = any(own.name == opened.image for own in state.uploads)
    if not is_own and len(state.uploads) >= MAX_OPEN:
        full = Problem("", f"{MAX_OPEN} pictures are open, so no copy of this one was made", "Close some first.")
        _remember(replace(_pushed(opened), problems=(full,)), instead_of=opened.image)
        return
    labels, more = labels_of(shapes, opened.labels, opened.shapes)
    name = opened.image if is_own else _copy_name(sample)
    changed = replace(sample, name=name, labels=labels)
    uploads = tuple(changed if own.name == name else own for own in state.uploads)
    workspace.change(
        uploads=uploads if is_own else (*uploads, changed),
        image=name if state.image == opened.image else state.image,
        drawn=None,
    )
    _keep_colours(state.colours)
    after = replace(opened, image=name, labels=labels, shapes=shapes, problems=(*problems, *more))
    _remember(_pushed(after) if push else after, instead_of=opened.image)


def _keep_colours(before: ClassColours) -> None:
    """A new name must not change the colours that the others have had until now; it takes the next one itself."""
    state = workspace.current()
    known = [name for name in before.names if name]
    new = [name for name in state.colours.names if name and name not in before.names]
    if new:
        colours = {name: before.index_of(name) for name in known}
        colours |= {name: (len(known) + k) % len(PALETTE) for k, name in enumerate(new)}
        chosen = {**colours, **dict(state.class_colours)}
        workspace.change(class_colours=tuple(chosen.items())[-MOST_COLOURS:])


def _pushed(opened: OpenDrawing) -> OpenDrawing:
    return replace(opened, push=opened.push + 1, pushed=opened.shapes, pushed_seq=opened.seq)


def _remember(opened: OpenDrawing, *, instead_of: str) -> None:
    others = [each for each in workspace.current().drawings if each.image not in (instead_of, opened.image)]
    workspace.change(drawings=(*others, opened)[-MOST_DRAWINGS:])


def _sample_of(image: str) -> Sample | None:
    own = next((sample for sample in workspace.current().uploads if sample.name == image), None)
    if own is None and any(entry.id == image for entry in sample_library.entries()):
        return workspace.library_sample(image)
    return own


def _copy_name(sample: Sample) -> str:
    """A name that no open image has: "cat drawn.jpg", "cat drawn 2.jpg"."""
    taken = {own.name for own in workspace.current().uploads}
    path = PurePosixPath(sample.name)
    names = (f"{path.stem} drawn{f' {k}' if k > 1 else ''}{path.suffix}" for k in range(1, MAX_OPEN + 2))
    return next(name for name in names if name not in taken)
