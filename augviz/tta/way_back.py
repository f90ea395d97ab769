"""The way back from a view: where each pixel of the picture lies in it, and labels, scores and boxes brought back.

The way is *measured* on the view itself (:mod:`augviz.pipeline.sub_pixel`), so that it holds for any pipeline that
flips, turns, shifts, crops or scales, and no step has to be known by name. Where a view only moves whole pixels (flips,
quarter turns, crops, whole shifts), the way back is exact. Otherwise scores are resampled linearly, and *labels never
are*: the mean of class 1 and class 3 is not class 2.

Places are counted from the middle of the first pixel; boxes, as everywhere, from its outer corner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from augviz.geometry import BoolArray, Float64Array, FloatArray, IntArray, clip_xyxy
from augviz.tta.plain import mapped_by, most_common_map

STRAIGHT_PX = 0.1
"""Largest distance, in px of the source, from one affine map; resampling rounds to 1/32 px, a warp bends by pixels."""

SAME_PLACE_PX = 0.75
"""Where a pixel of the view shows another place of the source than the map says by more than this, it shows a
reflection at the border."""

KNOWN_SHARE = 0.999
"""Share of a pixel of the view that came from the picture, from which its place is known."""

MOST = 0.5
"""Share of the pixels that one map has to explain; the others may be reflections at the border."""

WHOLE_PX = 1e-3
"""Distance from a whole number up to which a measured number is that number."""


@dataclass(frozen=True, eq=False)
class WayBack:
    """Between a picture and one view of it.

    Attributes:
        source_hw: Height and width of the picture.
        view_hw: Height and width of the view.
        to_view: ``(2, 3) float64``: ``to_view @ (x, y, 1)`` is the place in the view of a place in the picture.
        is_exact: Whether pixels only change places.
        seen: ``(H, W) bool``: which pixels of the picture the view shows.
    """

    source_hw: tuple[int, int]
    view_hw: tuple[int, int]
    to_view: Float64Array
    is_exact: bool
    seen: BoolArray

    @property
    def rows_and_columns(self) -> tuple[IntArray, IntArray]:
        """For each pixel of the picture ``(H, W)`` the row and column of the view that shows it best; always inside the
        view, also where it is not seen.
        """
        x, y = mapped_by(self.to_view, self.source_hw)
        return _nearest(y, self.view_hw[0]), _nearest(x, self.view_hw[1])


def way_back(places: FloatArray, source_hw: tuple[int, int]) -> WayBack | None:
    """The way back of a view, from where its pixels came from.

    Args:
        places: ``(h, w, 3)``, see :class:`augviz.pipeline.sub_pixel.Followed`.
        source_hw: Height and width of the picture.

    Returns:
        The way, or None where the view bends the picture or tears it apart, so that there is no single map.
    """
    source, share = np.moveaxis(places[..., :2], -1, 0).astype(np.float64), places[..., 2]
    from_view = _fitted(source, share > KNOWN_SHARE)
    if from_view is None or abs(np.linalg.det(from_view[:, :2])) < 1e-6:
        return None
    exact = _whole(from_view, source, share > KNOWN_SHARE)
    from_view = from_view if exact is None else exact
    height, width = share.shape
    shows = (_off(from_view, source) <= SAME_PLACE_PX) & (share > 0.5)
    to_view = _inverse(from_view)
    way = WayBack(source_hw, (height, width), to_view, exact is not None, np.zeros(source_hw, np.bool_))
    x, y = mapped_by(to_view, source_hw)
    inside = (np.abs(x - (width - 1) / 2) <= width / 2) & (np.abs(y - (height - 1) / 2) <= height / 2)
    return WayBack(source_hw, (height, width), to_view, way.is_exact, inside & shows[way.rows_and_columns])


def labels_back(labels: npt.NDArray[Any], way: WayBack, unseen: int) -> npt.NDArray[Any]:
    """A map of labels ``(h, w)`` of the view, in the pixels of the picture ``(H, W)``; each pixel takes one label."""
    return np.where(way.seen, labels[way.rows_and_columns], np.asarray(unseen, labels.dtype))


def scores_back(scores: FloatArray, way: WayBack) -> FloatArray:
    """Scores in the pixels of the picture.

    Args:
        scores: ``(K, h, w)``, on the view's own pixels or on a coarser grid over it.
        way: The way back.

    Returns:
        ``(K, H, W) float32``; 0 where the picture is not seen. Exact where the way is and the grid is the view's own,
        linear between the grid's points otherwise.
    """
    grid_hw = scores.shape[1:]
    if way.is_exact and grid_hw == way.view_hw:
        return np.asarray(scores[(slice(None), *way.rows_and_columns)] * way.seen, np.float32)
    share = np.array([grid_hw[1] / way.view_hw[1], grid_hw[0] / way.view_hw[0]])
    matrix = way.to_view * share[:, None]
    matrix[:, 2] += 0.5 * share - 0.5  # both grids begin at the outer corner, not at the middle of a pixel
    x, y = mapped_by(matrix, way.source_hw).astype(np.float32)
    resampled = [cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for plane in scores]
    return np.asarray(np.stack(resampled) * way.seen, np.float32)


def boxes_back(xyxy: npt.ArrayLike, way: WayBack) -> Float64Array:
    """Boxes of the view ``(N, 4)`` as boxes of the picture, cut off at its frame.

    The corners go back; where the view is turned by anything but quarters, the box is the one around them.
    """
    box = np.asarray(xyxy, np.float64).reshape(-1, 4)
    corners = np.stack([box[:, [0, 1]], box[:, [2, 1]], box[:, [2, 3]], box[:, [0, 3]]], axis=1) - 0.5
    back = _inverse(way.to_view)
    moved = corners @ back[:, :2].T + back[:, 2] + 0.5
    return clip_xyxy(np.hstack([moved.min(axis=1), moved.max(axis=1)]), way.source_hw)


# -- the map ------------------------------------------------------------------------------------------------------


def _nearest(values: Float64Array, count: int) -> IntArray:
    return np.clip(np.rint(values), 0, count - 1).astype(np.int64)


def _inverse(matrix: Float64Array) -> Float64Array:
    whole = np.vstack([matrix, [0.0, 0.0, 1.0]])
    inverse = np.linalg.inv(whole)[:2]
    near = np.round(inverse)
    return np.where(np.abs(inverse - near) < 1e-9, near, inverse)


def _fitted(source: Float64Array, known: BoolArray) -> Float64Array | None:
    """``(2, 3)`` from the view to the picture, or None where no one affine map explains most of the view."""
    found = most_common_map(source, known)
    if found is None:
        return None
    tolerance = STRAIGHT_PX * max(1.0, float(np.abs(found[:, :2]).max()))
    explained = np.count_nonzero(known & (_off(found, source) <= tolerance))
    return found if explained >= MOST * np.count_nonzero(known) else None


def _off(matrix: Float64Array, source: Float64Array) -> Float64Array:
    """How far each pixel of the view is from where the map says, in px of the picture."""
    return np.abs(mapped_by(matrix, source.shape[1:]) - source).max(axis=0)  # type: ignore[no-any-return]


def _whole(from_view: Float64Array, source: Float64Array, known: BoolArray) -> Float64Array | None:
    """The map in whole numbers, where every pixel is one pixel of the picture; otherwise None."""
    near = np.round(from_view)
    turns = np.abs(near[:, :2])
    if not (np.array_equal(turns.sum(axis=0), [1, 1]) and np.array_equal(turns.sum(axis=1), [1, 1])):
        return None
    if np.abs(from_view[:, :2] - near[:, :2]).max() > WHOLE_PX or np.abs(from_view[:, 2] - near[:, 2]).max() > 0.05:
        return None
    off = np.abs(source - np.round(source)).max(axis=0)
    return near if float(off[known].max(initial=0.0)) <= 0.02 else None
