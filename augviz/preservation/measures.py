"""What checks measure: pure functions from one run to readings, one a check.

A measure computes a number; whether the number is too low or too high is a row of :mod:`augviz.preservation.checks`.
A measure that has nothing to look at (no boxes, no mask, no colour) gives no reading, which is not a pass.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from augviz.pipeline.coordinate_map import is_mirrored, seen_in, take_from
from augviz.pipeline.effects import Appearance
from augviz.preservation.scalars import scalars_of
from augviz.preservation.subject import Subject, areas_of, boxes_by_id, class_pixels_of

SMALL_PX2 = 32.0**2
"""COCO calls objects below 32 x 32 pixels small."""

CLEARLY_LARGER = 1.5
"""Objects that were barely above it to begin with do not become small, they always were."""

THIN_PX = 2.0
SLIVER = 20.0
"""Boxes thinner than this in pixels, or longer than so many times their width, were no use to begin with."""

FIT_POINTS = 400
"""Pixels of an object that its local fit looks at."""


class Reading(NamedTuple):
    """One number.

    Attributes:
        value: What was measured, in the unit of its check.
        name: The object, class, point or scalar; empty for the whole image.
        object_id: Id of the object, or None.
    """

    value: float
    name: str = ""
    object_id: int | None = None


Readings: TypeAlias = tuple[Reading, ...]
Measure: TypeAlias = Callable[[Subject], Readings]


# Objects


def visible_share(subject: Subject) -> Readings:
    """Share of each object that can still be seen, over the whole pipeline, of those that something still labels."""
    return tuple(
        Reading(view.visible_share, view.name, view.object_id)
        for view in subject.objects
        if view.object_id in subject.still_labelled
    )


def objects_lost(subject: Subject) -> Readings:
    """1 for an object of which nothing is visible or whose box was dropped, otherwise 0."""
    boxed = subject.original.box_of
    return tuple(
        Reading(
            float(view.visible_share <= 0 or (view.object_id in boxed and view.object_id not in subject.own_boxes)),
            view.name,
            view.object_id,
        )
        for view in subject.objects
    )


def box_tightness(subject: Subject) -> Readings:
    """IoU of each box with the box around its moved mask, over what it was to begin with; at most 1."""
    before, names = subject.original.tightness, subject.original.sample.labels.object_names()
    return tuple(
        Reading(min(share / before[i], 1.0), names[i], i)
        for i, share in subject.tightness.items()
        if before.get(i, 0.0) > 0
    )


def newly_small(subject: Subject) -> Readings:
    """Area in square pixels of each object that was clearly larger than small to begin with and is still labelled."""
    names = subject.original.sample.labels.object_names()
    after = areas_of(subject.after.labels, subject.after.size_hw)
    return tuple(
        Reading(after[i], names[i], i)
        for i, area in subject.original.area_px.items()
        if area >= CLEARLY_LARGER * SMALL_PX2 and after.get(i, 0.0) > 0
    )


def shortest_side(subject: Subject) -> Readings:
    """Shorter side in pixels of each box that is left and was not degenerate to begin with."""
    return _of_boxes(subject, _shorter, lambda then: then >= THIN_PX)


def box_aspect(subject: Subject) -> Readings:
    """Longer over shorter side of each box that is left and was no sliver to begin with."""
    return _of_boxes(subject, _elongation, lambda then: then <= SLIVER)


def _shorter(box: npt.NDArray[np.float64]) -> float:
    return float(min(box[2] - box[0], box[3] - box[1]))


def _elongation(box: npt.NDArray[np.float64]) -> float:
    return float(max(box[2] - box[0], box[3] - box[1]) / _shorter(box))


def _of_boxes(
    subject: Subject, size: Callable[[npt.NDArray[np.float64]], float], was_sound: Callable[[float], bool]
) -> Readings:
    names, before = subject.original.sample.labels.object_names(), subject.original.box_of
    return tuple(
        Reading(size(box), names[i], i)
        for i, box in subject.own_boxes.items()
        if i in before and was_sound(size(before[i]))
    )


def aspect_distortion(subject: Subject) -> Readings:
    """How much longer each object was drawn in one direction than across it (at least 1); of the whole image when
    there are no objects.
    """
    boxes = boxes_by_id(subject.after.labels.boxes, subject.after.size_hw)
    own = {i: boxes[i] for i in subject.own_boxes}
    places, geometry = subject.run.map, subject.run.whole.geometry
    if places is None or geometry is None:
        return ()
    if not own:
        return (Reading(geometry.aspect),)
    names = subject.original.sample.labels.object_names()
    fits = {i: _local_aspect(places, box) for i, box in own.items()}
    return tuple(Reading(aspect, names[i], i) for i, aspect in fits.items() if aspect is not None)


def _local_aspect(coordinates: npt.NDArray[np.float32], box: npt.NDArray[np.float64]) -> float | None:
    """Ratio of the singular values of the affine map fitted to the coordinates inside a box."""
    x1, y1, x2, y2 = (int(v) for v in np.rint(box))
    window = coordinates[max(y1, 0) : y2, max(x1, 0) : x2]
    rows, columns = np.nonzero(window[..., 0] > 0)
    if len(rows) < 25 or np.ptp(rows) < 4 or np.ptp(columns) < 4:
        return None  # too few pixels: whole source pixels would decide the fit
    pick = np.linspace(0, len(rows) - 1, min(FIT_POINTS, len(rows))).astype(int)
    places = np.column_stack([columns[pick], rows[pick], np.ones(len(pick))])
    fit = np.linalg.lstsq(places, window[rows[pick], columns[pick]].astype(np.float64), rcond=None)[0]
    large, small = np.linalg.svd(fit[:2], compute_uv=False)
    return float(large / small) if small > 1e-6 else None


# Points and names


def keypoints_out(subject: Subject) -> Readings:
    """Share of each object's points inside the image that left the frame."""
    points, after = subject.original.sample.labels.keypoints, subject.after.labels.keypoints
    height, width = subject.after.size_hw
    inside = {
        row
        for row, (x, y) in zip(subject.run.outcome.keypoint_rows, after.xy, strict=True)
        if 0 <= x < width and 0 <= y < height
    }
    full_h, full_w = subject.original.sample.size_hw
    by_object: dict[int, list[bool]] = {}
    for row, (x, y) in enumerate(points.xy):
        if 0 <= x < full_w and 0 <= y < full_h:
            by_object.setdefault(points.object_ids[row], []).append(row not in inside)
    names = subject.original.sample.labels.object_names()
    return tuple(
        Reading(sum(out) / len(out), names.get(i, "points"), i if i >= 0 else None) for i, out in by_object.items()
    )


def names_not_swapped(subject: Subject) -> Readings:
    """How many names with a side still stand as they stood although the image is mirrored; 0 where it is not."""
    sided, after = subject.known.sided, subject.after.labels
    before, outcome = subject.original.sample.labels, subject.run.outcome
    pairs = [
        *_names(after.keypoints.labels, outcome.keypoint_rows, before.keypoints.labels),
        *_names(after.boxes.labels, outcome.box_rows, before.boxes.labels),
    ]
    if before.masks is not None and after.masks is not None:
        left = np.flatnonzero(after.masks.areas_px > 0)
        pairs += _names([after.masks.labels[k] for k in left], left.tolist(), before.masks.labels)
    if before.label is not None and after.label is not None:
        pairs.append((after.label, before.label))
    places = subject.run.map
    mirrored = places is not None and is_mirrored(places)
    pairs += _classes(subject, mirrored=mirrored)
    named = [(now, then) for now, then in pairs if then in sided]
    if not named or places is None:
        return ()
    kept = [then for now, then in named if now == then] if mirrored else []
    return (Reading(float(len(kept)), ", ".join(dict.fromkeys(kept))),)


def _classes(subject: Subject, *, mirrored: bool) -> list[tuple[str, str]]:
    """What most pixels of each class with a side are called now, and were; looked at only in a mirrored image."""
    before, after, places = subject.original.sample.labels.semantic, subject.after.labels.semantic, subject.run.map
    if before is None or after is None or places is None:
        return []
    sided = [
        v for v, name in before.names.items() if name in subject.known.sided and v in subject.original.class_pixels
    ]
    if not mirrored or not sided:
        return [(before.name_of(value), before.name_of(value)) for value in sided]
    then = np.where(seen_in(places), take_from(before.values.astype(np.uint16), places), -1)
    found = []
    for value in sided:
        now = after.values[then == value]
        if now.size:
            found.append((after.name_of(int(np.bincount(now).argmax())), before.name_of(value)))
    return found


def _names(now: object, rows: object, then: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name, then[row]) for name, row in zip(now, rows, strict=True) if 0 <= row < len(then)]  # type: ignore[call-overload]


# Classes of a semantic map


def new_class_pixels(subject: Subject) -> Readings:
    """Pixels of each class that was not in the mask before and that no step writes on purpose."""
    if subject.original.sample.labels.semantic is None or subject.known.takes_from_others:
        return ()
    expected = {0, *subject.known.fill_values, *subject.original.class_pixels}
    new = {v: n for v, n in class_pixels_of(subject.after.labels).items() if v not in expected}
    return tuple(Reading(float(n), _class_name(subject, v)) for v, n in new.items()) or (Reading(0.0),)


def class_pixels_left(subject: Subject) -> Readings:
    """Pixels that are left of each class of the mask, background aside."""
    after = class_pixels_of(subject.after.labels)
    return tuple(
        Reading(float(after.get(value, 0)), _class_name(subject, value))
        for value in subject.original.class_pixels
        if value != 0
    )


def _class_name(subject: Subject, value: int) -> str:
    semantic = subject.original.sample.labels.semantic
    return str(value) if semantic is None else semantic.name_of(value)


# The whole image


def padded_share(subject: Subject) -> Readings:
    """Share of the image that did not come from the original."""
    geometry = subject.run.whole.geometry
    return () if geometry is None else (Reading(geometry.padded_share),)


def erased_share(subject: Subject) -> Readings:
    """Share of the image that was covered: by holes or by something laid over it, not by saturation."""
    covered = subject.run.covered
    return (Reading(float(np.count_nonzero(covered)) / max(covered.size, 1)),)


def object_erased_share(subject: Subject) -> Readings:
    """Share of what is in view of each object that was erased."""
    return tuple(
        Reading(view.erased_share, view.name, view.object_id) for view in subject.objects if view.in_frame_share > 0
    )


def hue_shift(subject: Subject) -> Readings:
    """How far colours moved round the colour circle, in degrees."""
    return _appearance(subject, lambda look: abs(look.hue_deg))


def saturation(subject: Subject) -> Readings:
    """Saturation over what it was."""
    return _appearance(subject, lambda look: look.saturation)


def newly_clipped_share(subject: Subject) -> Readings:
    """Share of pixels that reached black or white and were neither before."""
    return _appearance(subject, lambda look: look.newly_clipped_share)


def sharpness(subject: Subject) -> Readings:
    """Sharpness over what it was, as a ratio of the variances of the Laplacian."""
    return _appearance(subject, lambda look: look.sharpness)


def noise(subject: Subject) -> Readings:
    """Standard deviation of the noise that was added, 0..1 of the range of values."""
    return _appearance(subject, lambda look: look.noise)


def _appearance(subject: Subject, number: Callable[[Appearance], float]) -> Readings:
    look = subject.run.whole.appearance
    return () if look is None else (Reading(number(look)),)


LOOKS: frozenset[Measure] = frozenset({hue_shift, saturation, newly_clipped_share, sharpness, noise})
"""Those that compare how the picture looks, which is measured for them only."""


def out_of_range(subject: Subject) -> Readings:
    """How far each scalar of the image lies from the middle of the user's own images, in halves of their range."""
    bands = subject.known.bands
    if bands is None:
        return ()
    found: Mapping[str, float] = scalars_of(subject.after.image, subject.after.bands)
    return tuple(Reading(bands.distance(name, found[name]), name) for name in bands.low if name in found)
