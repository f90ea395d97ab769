"""Follows the probes through one run, and measures each step and all of them."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from functools import cached_property

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
from augviz.pipeline.probe import COVERING, RECALLED, Sight, shifted, sight
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
            holes, pasted pictures, saturation. Padding, of this step or one before, is not in view.
        unknown: What could not be measured and why, one sentence each.
    """

    geometry: Geometry | None
    appearance: Appearance | None
    lost_share: float
    unknown: tuple[str, ...] = ()

    def now(self) -> Effects:
        """The same as plain values, measured if nobody has asked yet; holds on to no picture."""
        return Effects(self.geometry, self.appearance, self.lost_share, self.unknown)


NOTHING = Effects(UNMOVED, UNCHANGED, 0.0)
"""What happens when no step runs."""


@dataclass(frozen=True)
class LeafEffects:
    """What one step did in one run; a step that is called twice stands twice."""

    step_id: str
    effects: Effects


NEEDS_A_TWIN = (*COVERING, *RECALLED)
"""Where a run has one of these, what is covered can only be told by the second image."""


class Watcher:
    """Follows the probes through one run.

    Args:
        image: The picture that goes in.
        with_leaves: Measure every step, not only all of them.
        looks: Send the second image too. Without it, nothing can be said about how the picture looks and what of it is
            lost, and asking is an error; what is covered is then right only where nothing covers
            (:data:`NEEDS_A_TWIN`).
    """

    def __init__(self, image: ImageArray, *, with_leaves: bool = True, looks: bool = True) -> None:
        self._with_leaves = with_leaves
        self.leaves: list[LeafEffects] = []
        self.unknown: tuple[str, ...] = ()
        self._source_hw = image.shape[:2]
        self._map: CoordinateMap | None = None
        self._seen: BoolArray | None = None
        self._picture: ImageArray | None = image
        self._twin = shifted(image) if looks else None
        self._lost: BoolArray | None = np.zeros(image.shape[:2], np.bool_) if looks else None
        self.covered: BoolArray = np.zeros(image.shape[:2], np.bool_)

    def fork(self) -> Watcher:
        """Another one that has seen the same steps and goes on by itself; arrays are replaced and never written to."""
        other = copy(self)
        other.leaves = list(self.leaves)
        return other

    def rest(self) -> None:
        """Let go of the pictures, after the last step; what is lost is counted first."""
        if self._twin is not None:
            _ = self.lost
        self._twin = self._picture = None

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
        covers = isinstance(call.leaf, COVERING)
        asks = self._with_leaves or covers or bool(self.covered.any())
        lost_before = self._follow(self.lost, moved, target) if asks else None
        covered_before = self._follow(self.covered, moved, target)
        twin = seen_by.twin
        if self._twin is not None and (twin is None or twin.shape != target.shape):
            unknown += (f"What {step.name} covers is not known ({seen_by.twin_unknown or 'another size'}).",)
            twin = shifted(target)
        self.unknown += unknown if why else ()
        self._move(moved)
        self._picture, self._twin, self._lost, self.covered = target, twin, None, covered_before
        if lost_before is None:
            return NOTHING
        newly = self.lost & ~lost_before
        self.covered = (covered_before & self.lost) | newly if covers else covered_before & self.lost
        if not self._with_leaves:
            return NOTHING
        geometry = None if why else UNMOVED if moved is None else fit(moved, source.shape[:2])
        padding = None if self._seen is None else ~self._seen
        apart = newly if padding is None else newly | padding
        hidden = apart if covers else padding
        return Effects(
            geometry, _appearance((source, target), moved, apart, hidden), _share(newly, self._seen), unknown
        )

    def _move(self, moved: CoordinateMap | None) -> None:
        """Follow where pixels came from; after a step that did not tell, all that is there counts as in view."""
        if moved is not None:
            self._map = moved if self._map is None else followed_by(self._map, moved)
        if self.unknown:
            self._seen = None if moved is None else seen_in(moved)
        elif moved is not None:
            self._seen = seen_in(self.places())
        if self._seen is not None and self._seen.all():
            self._seen = None

    @property
    def lost(self) -> BoolArray:
        """``(H, W) bool``: pixels in view that no longer depend on the input; padding never was in view, so that it is
        not lost. Counted when somebody asks.
        """
        if self._lost is None:
            if self._twin is None or self._picture is None:
                raise RuntimeError("what is lost was not watched")
            same = _same(self._picture, self._twin)
            self._lost = same if self._seen is None else same & self._seen
        return self._lost

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
        """From the first picture to the last; each part is measured when somebody asks for it."""
        return _Whole(self, source, target) if self.leaves else NOTHING

    def geometry(self) -> Geometry | None:
        """Where all steps together took things."""
        return None if self.unknown else UNMOVED if self._map is None else fit(self._map, self._source_hw)

    def appearance(self, source: ImageArray, target: ImageArray) -> Appearance | None:
        """How the last picture looks against the first."""
        return _appearance((source, target), None if self.unknown else self._map, self.lost, self.covered)

    def lost_share(self) -> float:
        """Share of the pixels in view that no longer depend on the first picture."""
        return _share(self.lost, None if self.unknown or self._map is None else seen_in(self._map))


class _Whole(Effects):
    """All steps together, measured part by part: most checks look at where things went and not at how they look."""

    def __init__(self, watcher: Watcher, source: ImageArray, target: ImageArray) -> None:
        self.__dict__["_watcher"], self.__dict__["_pair"] = watcher, (source, target)
        self.__dict__["unknown"] = watcher.unknown

    @cached_property
    def geometry(self) -> Geometry | None:
        geometry: Geometry | None = self.__dict__["_watcher"].geometry()
        return geometry

    @cached_property
    def appearance(self) -> Appearance | None:
        appearance: Appearance | None = self.__dict__["_watcher"].appearance(*self.__dict__["_pair"])
        return appearance

    @cached_property
    def lost_share(self) -> float:
        share: float = self.__dict__["_watcher"].lost_share()
        return share


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
