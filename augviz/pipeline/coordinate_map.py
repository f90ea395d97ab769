"""Where every pixel of an augmented picture came from, and what that says about the geometry.

A coordinate map is ``(H, W, 2) float32``: for each pixel of the picture that came out, x + 1 and y + 1 of the pixel of
the source that lies there now, both 0 where it came from nowhere (padding). It travels as a mask does,
nearest-neighbour, so its values stay whole numbers and two maps in a row make one exactly (:func:`followed_by`).
"""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from augviz.sample import BoolArray, FloatArray, ImageArray

CoordinateMap: TypeAlias = FloatArray
"""``(H, W, 2) float32``, source x + 1 and y + 1; 0 = from nowhere. Nearest, therefore whole numbers below 2**24."""

Float64Array: TypeAlias = npt.NDArray[np.float64]

FIT_POINTS = 1_600
"""Points of a map that the affine fit looks at."""

FEW_POINTS = 64
"""With fewer points on the grid (a small picture in wide padding) every pixel is looked at."""

COVER_POINTS = 16_384
"""Points of a map from which the share of the source that is seen is counted."""

OBJECT_POINTS = 262_144
"""The same for what can be seen of small objects."""

CELL_GAPS = 3
"""Side of the cells in which the source is counted, in distances between the pixels that are taken."""

LEAST_FILLED = 0.4
"""Share of the pixels that a cell should give from which it counts as seen: about half, less what rounding takes."""

ROUNDING_PX = 1.0
"""Largest mean residual, in source px, that nearest-neighbour rounding alone leaves (0.38 on average, measured)."""

TRIPLES = 48
"""Affine maps tried on small neighbourhoods when no single one explains the whole picture."""

REACH = 8
"""Places of the grid across a neighbourhood."""

GRID = int(FIT_POINTS**0.5)
"""Places of the grid along a side, about."""


@dataclass(frozen=True)
class Geometry:
    """Where things went, in physical units. A mirrored map is described as a left-right flip and then a rotation.

    Attributes:
        is_mirrored: Whether left and right changed sides (an odd number of reflections).
        rotation_deg: Counterclockwise as seen, -180..180. HorizontalFlip: mirrored, 0; VerticalFlip: mirrored, 180;
            Transpose: mirrored, 90. Of a shear it is the mean turn of the two axes.
        scale: Output px per source px (linear, square root of the ratio of areas).
        aspect: Longest over shortest stretch, at least 1.
        shear_deg: How far the right angle between the axes of the source is off, 0..90.
        warp_share: Mean distance from the best affine map over the longest side of the source; above about
            0.01 the other figures describe only the most common part of the picture.
        padded_share: Share of the output that came from nowhere, 0..1.
        source_seen_share: Share of the source that is still in the picture, 0..1.
    """

    is_mirrored: bool = False
    rotation_deg: float = 0.0
    scale: float = 1.0
    aspect: float = 1.0
    shear_deg: float = 0.0
    warp_share: float = 0.0
    padded_share: float = 0.0
    source_seen_share: float = 1.0


UNMOVED = Geometry()
"""What a step does that moves nothing."""


@lru_cache(maxsize=8)
def identity(size_hw: tuple[int, int]) -> CoordinateMap:
    """The map of a picture that nothing happened to; read-only."""
    y, x = np.mgrid[1 : size_hw[0] + 1, 1 : size_hw[1] + 1].astype(np.float32)
    coordinates = np.dstack([x, y])
    coordinates.flags.writeable = False
    return coordinates


def seen_in(coordinates: CoordinateMap) -> BoolArray:
    """``(H, W) bool``: where the output came from somewhere."""
    return np.asarray(cv2.extractChannel(coordinates, 0) > 0, np.bool_)


def take_from(array: npt.NDArray[Any], coordinates: CoordinateMap) -> npt.NDArray[Any]:
    """What of ``array`` (at the size of the source) lies at each pixel of the output; 0 where it came from nowhere."""
    return _remapped(array, coordinates, cv2.INTER_NEAREST, cv2.BORDER_CONSTANT)


def laid_under(picture: ImageArray, coordinates: CoordinateMap) -> ImageArray:
    """The picture before, as it lies under the one after, resampled linearly.

    Nearest-neighbour places are rounded; a mean over neighbours gives them back, but for the edges of what is seen and
    where the picture is torn.
    """
    smooth = np.asarray(cv2.blur(coordinates, (5, 5), borderType=cv2.BORDER_REFLECT), np.float32)
    whole = cv2.inRange(cv2.absdiff(smooth, coordinates), (0.0, 0.0), (2.0, 2.0))
    cv2.copyTo(coordinates, cv2.bitwise_not(whole), smooth)
    moved = _remapped(picture, smooth, cv2.INTER_LINEAR, cv2.BORDER_REPLICATE)
    return moved.reshape(*coordinates.shape[:2], -1)


def _remapped(array: npt.NDArray[Any], coordinates: CoordinateMap, flag: int, border: int) -> npt.NDArray[Any]:
    places = np.asarray(coordinates - np.float32(1), np.float32)
    moved: npt.NDArray[Any] = cv2.remap(array, places, None, flag, borderMode=border, borderValue=0)  # type: ignore[call-overload]
    return moved


def followed_by(first: CoordinateMap, second: CoordinateMap) -> CoordinateMap:
    """One map for two steps in a row."""
    return np.asarray(take_from(first, second), np.float32)


def fit(coordinates: CoordinateMap, source_hw: tuple[int, int]) -> Geometry:
    """Describe a map by its best affine part and what is left over.

    Args:
        coordinates: The map.
        source_hw: Height and width of the source in px.
    """
    seen = seen_in(coordinates)
    points, sources = _points(coordinates, seen)
    padded = 1.0 - float(seen.mean())
    if not _span_a_plane(points):
        return replace(UNMOVED, padded_share=padded, source_seen_share=_seen_share(coordinates, source_hw))
    matrix = _robust_affine(points, sources, source_hw)
    jacobian = matrix[:2].T
    det = float(np.linalg.det(jacobian))
    if abs(det) < 1e-9:
        return replace(UNMOVED, padded_share=padded, source_seen_share=_seen_share(coordinates, source_hw))
    scale = 1 / np.sqrt(abs(det))
    stretch = np.linalg.svd(jacobian, compute_uv=False)
    found = Geometry(
        is_mirrored=det < 0,
        rotation_deg=_rotation_deg(jacobian, is_mirrored=det < 0),
        scale=float(scale),
        aspect=float(stretch[0] / stretch[1]),
        shear_deg=_shear_deg(jacobian),
        warp_share=_warp_px(points, sources, matrix, source_hw) / max(source_hw),
        padded_share=padded,
        source_seen_share=_seen_share(coordinates, source_hw),
    )
    # Sums of floats end a few places after the comma: the same effect is the same value, and 0 is 0.
    return Geometry(found.is_mirrored, *(round(value, 6) + 0.0 for value in astuple(found)[1:]))


def visible_source(
    coordinates: CoordinateMap, source_hw: tuple[int, int], covered: BoolArray | None = None
) -> BoolArray:
    """``(H, W) bool`` at the size of the source: which of its pixels are still in the picture.

    Args:
        coordinates: The map.
        source_hw: Height and width of the source.
        covered: Pixels of the output that do not count as seen (under a hole), or None.
    """
    if covered is not None and covered.any():
        coordinates = np.where(covered[..., None], np.float32(0), coordinates)
    (down, across), cells, _ = _covered(coordinates, source_hw, OBJECT_POINTS)
    return np.repeat(np.repeat(cells, down, axis=0), across, axis=1)[: source_hw[0], : source_hw[1]]


def mirrored_at(coordinates: CoordinateMap) -> npt.NDArray[np.int8]:
    """``(H, W) int8``: -1 where the picture around a pixel is mirrored, 1 where it is not, 0 where one cannot tell."""
    step = np.zeros((*coordinates.shape[:2], 2, 2), np.float32)
    seen = seen_in(coordinates)
    whole = seen.copy()
    for axis in (0, 1):
        step[..., axis] = np.roll(coordinates, -2, axis=1 - axis) - np.roll(coordinates, 2, axis=1 - axis)
        whole &= np.roll(seen, -2, axis=1 - axis) & np.roll(seen, 2, axis=1 - axis)
    whole[:2], whole[-2:], whole[:, :2], whole[:, -2:] = False, False, False, False
    det = step[..., 0, 0] * step[..., 1, 1] - step[..., 0, 1] * step[..., 1, 0]
    return np.asarray(np.where(whole, np.sign(det), 0), np.int8)


def _points(coordinates: CoordinateMap, seen: BoolArray) -> tuple[Float64Array, Float64Array]:
    """Evenly spread pixels of the output that came from somewhere, and their sources, as (N, 2) x and y."""
    height, width = seen.shape
    side = np.sqrt(height * width / FIT_POINTS)
    ys = np.unique(np.linspace(0, height - 1, max(2, round(height / max(side, 1)))).astype(int))
    xs = np.unique(np.linspace(0, width - 1, max(2, round(width / max(side, 1)))).astype(int))
    grid_y, grid_x = np.meshgrid(ys, xs, indexing="ij")
    use = seen[grid_y, grid_x]
    down, across = (grid_y[use], grid_x[use]) if int(use.sum()) >= FEW_POINTS else np.nonzero(seen)
    return np.column_stack([across, down]).astype(np.float64), coordinates[down, across].astype(np.float64) - 1


def _span_a_plane(points: Float64Array) -> bool:
    """Whether an affine map can be fitted: three points or more, not on one line."""
    return len(points) >= 3 and float(np.linalg.det(np.cov(points.T))) > 1e-6


def _affine(points: Float64Array, sources: Float64Array) -> Float64Array:
    """(3, 2) least squares: ``[x, y, 1] @ matrix`` is the source."""
    centre = points.mean(axis=0)
    away = _homogeneous(points - centre)
    matrix = np.linalg.solve(away.T @ away, away.T @ sources)
    matrix[2] -= centre @ matrix[:2]
    return np.asarray(matrix, np.float64)


def _homogeneous(points: Float64Array) -> Float64Array:
    return np.column_stack([points, np.ones(len(points))])


def _residuals(points: Float64Array, sources: Float64Array, matrix: Float64Array) -> Float64Array:
    return np.asarray(np.hypot(*(_homogeneous(points) @ matrix - sources).T), np.float64)


def _robust_affine(points: Float64Array, sources: Float64Array, source_hw: tuple[int, int]) -> Float64Array:
    """Least squares where one affine map explains all; otherwise the one that explains most (borders that are filled
    by reflection, shuffled tiles).
    """
    whole = _affine(points, sources)
    if _residuals(points, sources, whole).mean() < ROUNDING_PX:
        return whole
    near = max(2.0, 0.01 * max(source_hw))
    tries = [whole, *_local_maps(points, sources)]
    support = [int((_residuals(points, sources, one) < near).sum()) for one in tries]
    best = tries[int(np.argmax(support))]
    for _ in range(3):
        inliers = _residuals(points, sources, best) < near
        if not _span_a_plane(points[inliers]):
            return best
        best = _affine(points[inliers], sources[inliers])
    return best


def _local_maps(points: Float64Array, sources: Float64Array) -> list[Float64Array]:
    """Affine maps of neighbourhoods all over the picture; the same ones every time."""
    spacing = max(1.0, float(np.ptp(points[:, 0])) / GRID, float(np.ptp(points[:, 1])) / GRID)
    found = []
    for centre in points[np.linspace(0, len(points) - 1, TRIPLES).astype(int)]:
        close = np.abs(points - centre).max(axis=1) <= REACH / 2 * spacing
        around = points[close]
        if len(around) >= 6 and _span_a_plane(around):
            found.append(_affine(around, sources[close]))
    return found


def _warp_px(points: Float64Array, sources: Float64Array, matrix: Float64Array, source_hw: tuple[int, int]) -> float:
    """Mean residual in source px, where the affine map points into the source: reflected borders are no warp."""
    predicted = _homogeneous(points) @ matrix
    inside = ((predicted >= -1) & (predicted <= (source_hw[1], source_hw[0]))).all(axis=1)
    if not inside.any():
        return 0.0
    warp = float(_residuals(points[inside], sources[inside], matrix).mean())
    return 0.0 if warp < ROUNDING_PX / 2 else warp


def _rotation_deg(jacobian: Float64Array, *, is_mirrored: bool) -> float:
    """Turn of the output against the source, counterclockwise as seen, of ``d(source) / d(output)``."""
    back = np.diag([-1.0, 1.0]) @ jacobian if is_mirrored else jacobian
    u, _, vt = np.linalg.svd(back)
    turn = u @ vt
    degrees = float(np.degrees(np.arctan2(turn[1, 0], turn[0, 0])))
    return 180.0 if degrees <= -179.995 else degrees


def _shear_deg(jacobian: Float64Array) -> float:
    """90 degrees minus the angle between the images of the two axes of the source."""
    forward = np.linalg.inv(jacobian)
    sine = float(forward[:, 0] @ forward[:, 1] / (np.linalg.norm(forward[:, 0]) * np.linalg.norm(forward[:, 1])))
    return float(np.degrees(np.arcsin(min(1.0, abs(sine)))))


class _Cover(NamedTuple):
    """Cells of the source: their height and width in px, which lie in the output, and how many px each has."""

    sides: tuple[int, int]
    covered: BoolArray
    areas: Float64Array


def _covered(coordinates: CoordinateMap, source_hw: tuple[int, int], points: int) -> _Cover:
    """Which cells of the source lie in the output.

    A cell counts when about half as many output pixels came from it as its share of all would be. Cells are as
    large as the gaps that resampling leaves between the pixels that are taken.
    """
    height, width = coordinates.shape[:2]
    stride = max(1, int(np.sqrt(height * width / points)))
    taken = coordinates[::stride, ::stride].reshape(-1, 2)
    places = taken[taken[:, 0] > 0].astype(np.int64) - 1
    gaps = _gaps_px(coordinates)
    down, across = (max(2, int(np.ceil(CELL_GAPS * stride * gap)) if stride * gap > 1 else 2) for gap in gaps[:2])
    edges = [
        np.diff(np.append(np.arange(0, length, side), length))
        for length, side in zip(source_hw, (down, across), strict=True)
    ]
    areas = np.outer(*edges).astype(np.float64)
    index = places[:, 1] // down * areas.shape[1] + places[:, 0] // across
    counts = np.bincount(index, minlength=areas.size)[: areas.size].reshape(areas.shape)
    expected = areas / (gaps.area * stride**2)
    return _Cover((down, across), np.asarray((counts > 0) & (counts >= LEAST_FILLED * expected), np.bool_), areas)


def _seen_share(coordinates: CoordinateMap, source_hw: tuple[int, int]) -> float:
    cover = _covered(coordinates, source_hw, COVER_POINTS)
    return float(cover.areas[cover.covered].sum() / cover.areas.sum())


class _Gaps(NamedTuple):
    """How far apart, in source px, neighbours of the output are down and across the source, and the area of each."""

    down: float
    across: float
    area: float


def _gaps_px(coordinates: CoordinateMap) -> _Gaps:
    """Medians over the picture."""
    jumps: list[Float64Array] = []
    for places in (coordinates, coordinates.swapaxes(0, 1)):
        reach, stride = min(8, len(places) - 1), max(1, min(places.shape[:2]) // 64)
        ahead, here = places[reach::stride, ::stride], places[: len(places) - reach : stride, ::stride]
        both = (ahead[..., 0] > 0) & (here[..., 0] > 0)
        if not reach or not both.any():
            return _Gaps(1.0, 1.0, 1.0)
        jumps.append(np.median(np.abs(ahead - here)[both], axis=0).astype(np.float64) / reach)
    across, down = np.maximum(np.hypot(*jumps), 1e-3)
    return _Gaps(float(down), float(across), float(max(1e-6, np.prod([np.hypot(*jump) for jump in jumps]))))
