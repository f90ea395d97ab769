"""Follows the probes through one run, and measures each step and all of them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from augviz.pipeline import border
from augviz.pipeline.affine_fit import UNMOVED, Geometry, fit
from augviz.pipeline.appearance import UNCHANGED, Appearance, compare, cuts, windows
from augviz.pipeline.call import Call
from augviz.pipeline.coordinate_map import (
    CoordinateMap,
    followed_by,
    identity,
    laid_under,
    seen_in,
    take_from,
)
from augviz.pipeline.probe import COVERING, Sight, shifted, sight
from augviz.pipeline.spec import Step
from augviz.sample import BoolArray, ImageArray

SAME_UINT8 = 3
"""Largest difference, of 255, between the two images where the output does not depend on the input any more."""


@dataclass(frozen=True)
class Effects:
    """What happened to a picture.

    Attributes:
        geometry: Where things went; None when the transform does not tell (see ``unknown``).
        appearance: How it looks; None where nothing is left that can be compared.
        lost_share: Share, 0..1, of the pixels in view that no longer depend on the input although they did before:
            holes, pasted pictures, saturation.
        unknown: What could not be measured and why, one sentence each.
    """

    geometry: Geometry | None
    appearance: Appearance | None
    lost_share: float
    unknown: tuple[str, ...] = ()


NOTHING = Effects(UNMOVED, UNCHANGED, 0.0)
"""What happens when no step runs."""


@dataclass(frozen=True)
class LeafEffects:
    """What one step did in one run; a step that is called twice stands twice."""

    step_id: str
    effects: Effects


class Watcher:
    """Follows the probes through one run."""

    def __init__(self, image: ImageArray, *, with_leaves: bool = True) -> None:
        self._with_leaves = with_leaves
        self.leaves: list[LeafEffects] = []
        self.unknown: tuple[str, ...] = ()
        self._source_hw = image.shape[:2]
        self._map: CoordinateMap | None = None
        self._twin = shifted(image)
        self.lost: BoolArray = np.zeros(image.shape[:2], np.bool_)
        self.covered: BoolArray = np.zeros(image.shape[:2], np.bool_)

    def see(self, step: Step, call: Call) -> None:
        """See :class:`augviz.pipeline.call.Probe`."""
        effects = self._take_in(step, call, sight(call, self._twin)) if call.leaf.params else NOTHING
        self.leaves.append(LeafEffects(step.id, effects))

    # -- one step ------------------------------------------------------------------------------------------------

    def _take_in(self, step: Step, call: Call, seen_by: Sight) -> Effects:
        source, target = border.as_image(call.before["image"]), border.as_image(call.after["image"])
        moved, why = seen_by.coordinates, seen_by.unknown
        if not why and (source if moved is None else moved).shape[:2] != target.shape[:2]:
            why = f"its places have another size ({(source if moved is None else moved).shape[:2]}) than its picture"
        unknown: tuple[str, ...] = (f"{step.name} does not tell where things went ({why}).",) if why else ()
        moved = None if why else moved
        lost_before = self._follow(self.lost, moved, target)
        covered_before = self._follow(self.covered, moved, target)
        seen = None if moved is None else seen_in(moved)
        twin = seen_by.twin
        if twin is None or twin.shape != target.shape:
            unknown += (f"What {step.name} covers is not known ({seen_by.twin_unknown or 'another size'}).",)
            twin = shifted(target)
        lost = _same(target, twin)
        if seen is not None:
            lost &= seen
        newly = lost & ~lost_before
        self.lost, self._twin = lost, twin
        self.covered = (covered_before & lost) | newly if isinstance(call.leaf, COVERING) else covered_before & lost
        self.unknown += unknown if why else ()
        if moved is not None:
            self._map = moved if self._map is None else followed_by(self._map, moved)
        if not self._with_leaves:
            return NOTHING
        geometry = None if why else UNMOVED if moved is None else fit(moved, source.shape[:2])
        return Effects(
            geometry,
            _appearance((source, target), moved, newly, newly if isinstance(call.leaf, COVERING) else None),
            _share(newly, seen),
            unknown,
        )

    @staticmethod
    def _follow(array: BoolArray, moved: CoordinateMap | None, target: ImageArray) -> BoolArray:
        if moved is not None and array.any():
            return np.asarray(take_from(array.view(np.uint8), moved), np.bool_)
        return array if array.shape == target.shape[:2] else np.zeros(target.shape[:2], np.bool_)

    # -- all of them ---------------------------------------------------------------------------------------------

    def places(self) -> CoordinateMap:
        """The cumulative map."""
        return identity(self._source_hw) if self._map is None else self._map

    def whole(self, source: ImageArray, target: ImageArray) -> Effects:
        """From the first picture to the last."""
        if not self.leaves:
            return NOTHING
        places = None if self.unknown else self._map
        seen = None if places is None else seen_in(places)
        geometry = None if self.unknown else UNMOVED if places is None else fit(places, self._source_hw)
        appearance = _appearance((source, target), places, self.lost, self.covered)
        return Effects(geometry, appearance, _share(self.lost, seen), self.unknown)


def _same(a: ImageArray, b: ImageArray) -> BoolArray:
    """``(H, W) bool``: where two images are equal in every channel, but for rounding."""
    limit = SAME_UINT8 if a.dtype == np.uint8 else SAME_UINT8 / 255
    difference = cv2.absdiff(a, b)
    if difference.ndim == 2 or difference.shape[2] <= 4:
        channels = 1 if difference.ndim == 2 else difference.shape[2]
        return np.asarray(cv2.inRange(difference, (0,) * channels, (limit,) * channels) > 0, np.bool_)
    return np.asarray((difference <= limit).all(axis=-1), np.bool_)


def _share(lost: BoolArray, seen: BoolArray | None) -> float:
    in_view = lost.size if seen is None else int(np.count_nonzero(seen))
    return float(np.count_nonzero(lost)) / in_view if in_view else 0.0


def _appearance(
    pair: tuple[ImageArray, ImageArray], moved: CoordinateMap | None, lost: BoolArray, hidden: BoolArray | None
) -> Appearance | None:
    """Compare a picture before and after, on pixels that both have; clipping also where saturation made them lost.

    Args:
        pair: Before and after.
        moved: Where the pixels came from; None for where they are.
        lost: Pixels that no longer depend on the input.
        hidden: Pixels with something over them: these are not clipped, whatever their values.
    """
    before, after = pair
    if moved is None and before.shape[:2] != after.shape[:2]:
        return None
    if moved is None and before.dtype == after.dtype and np.array_equal(before, after):
        return UNCHANGED
    if moved is not None:
        return _appearance_where_it_moved(before, after, moved, lost, hidden)
    return compare(before, after, ~lost, None if hidden is None else ~hidden)


def _appearance_where_it_moved(
    before: ImageArray, after: ImageArray, moved: CoordinateMap, lost: BoolArray, hidden: BoolArray | None
) -> Appearance | None:
    """In windows all over the picture: laying all of a picture under another would cost more than most steps."""
    places = windows(moved)
    seen = seen_in(places)
    comparable = seen & ~windows(lost)
    comparable[cuts(places)] = False
    in_view = seen if hidden is None else seen & ~windows(hidden)
    return compare(laid_under(before, places), windows(after), comparable, in_view)
