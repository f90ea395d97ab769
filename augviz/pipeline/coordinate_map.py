"""Where every pixel of an augmented picture came from, and what that says about the geometry.

A coordinate map is ``(H, W, 2) float32``: for each pixel of the picture that came out, x + 1 and y + 1 of the pixel of
the source that lies there now, both 0 where it came from nowhere (padding). It travels as a mask does,
nearest-neighbour, so its values stay whole numbers and two maps in a row make one exactly (:func:`followed_by`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from augviz.sample import BoolArray, FloatArray, ImageArray

CoordinateMap: TypeAlias = FloatArray
"""``(H, W, 2) float32``, source x + 1 and y + 1; 0 = from nowhere. Nearest, therefore whole numbers below 2**24."""

Float64Array: TypeAlias = npt.NDArray[np.float64]

FIT_POINTS = 4_096
"""Points of a map that the affine fit looks at."""

COVER_POINTS = 65_536
"""Points of a map from which the share of the source that is seen is counted."""

ROUNDING_PX = 1.0
"""Largest mean residual, in source px, that nearest-neighbour rounding alone leaves (0.38 on average, measured)."""

TRIPLES = 48
"""Affine maps tried on small neighbourhoods when no single one explains the whole picture."""

REACH = 12
"""Grid places between the points of a neighbourhood."""


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

GONE = Geometry(padded_share=1.0, source_seen_share=0.0)
"""Nothing of the source is in the picture."""


@lru_cache(maxsize=8)
def identity(size_hw: tuple[int, int]) -> CoordinateMap:
    """The map of a picture that nothing happened to; read-only."""
    y, x = np.mgrid[1 : size_hw[0] + 1, 1 : size_hw[1] + 1].astype(np.float32)
    coordinates = np.dstack([x, y])
    coordinates.flags.writeable = False
    return coordinates


def seen_in(coordinates: CoordinateMap) -> BoolArray:
    """``(H, W) bool``: where the output came from somewhere."""
    return np.asarray(coordinates[..., 0] > 0, np.bool_)


def take_from(array: npt.NDArray[Any], coordinates: CoordinateMap) -> npt.NDArray[Any]:
    """What of ``array`` (at the size of the source) lies at each pixel of the output; 0 where it came from nowhere."""
    return _remapped(array, coordinates, cv2.INTER_NEAREST, cv2.BORDER_CONSTANT)


def laid_under(picture: ImageArray, coordinates: CoordinateMap) -> ImageArray:
    """The picture before, as it lies under the one after, resampled linearly.

    Nearest-neighbour places are rounded; a mean over neighbours gives them back, but for the edges of what is seen and
    where the picture is torn.
    """
    smooth = np.asarray(cv2.blur(coordinates, (5, 5), borderType=cv2.BORDER_REFLECT), np.float32)
    torn = (np.abs(smooth - coordinates).max(axis=-1) > 2) | ~seen_in(coordinates)
    smooth[torn] = coordinates[torn]
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
    if len(points) < 3 or np.linalg.matrix_rank(points - points.mean(axis=0)) < 2:
        return GONE if not len(points) else Geometry(padded_share=padded, source_seen_share=0.0)
    matrix = _robust_affine(points, sources, source_hw)
    jacobian = matrix[:2].T
    det = float(np.linalg.det(jacobian))
    if abs(det) < 1e-9:
        return Geometry(padded_share=padded, source_seen_share=_seen_share(coordinates, source_hw))
    scale = 1 / np.sqrt(abs(det))
    stretch = np.linalg.svd(jacobian, compute_uv=False)
    return Geometry(
        is_mirrored=det < 0,
        rotation_deg=_rotation_deg(jacobian, is_mirrored=det < 0),
        scale=float(scale),
        aspect=float(stretch[0] / stretch[1]),
        shear_deg=_shear_deg(jacobian),
        warp_share=_warp_px(points, sources, matrix, source_hw) / max(source_hw),
        padded_share=padded,
        source_seen_share=_seen_share(coordinates, source_hw),
    )


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
    size, cells, _ = _covered(coordinates, source_hw)
    return np.repeat(np.repeat(cells, size, axis=0), size, axis=1)[: source_hw[0], : source_hw[1]]


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
    places = np.column_stack([grid_x[use], grid_y[use]]).astype(np.float64)
    return places, coordinates[grid_y[use], grid_x[use]].astype(np.float64) - 1


def _affine(points: Float64Array, sources: Float64Array) -> Float64Array:
    """(3, 2) least squares: ``[x, y, 1] @ matrix`` is the source."""
    return np.asarray(np.linalg.lstsq(_homogeneous(points), sources, rcond=None)[0], np.float64)


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
        if inliers.sum() < 3 or np.linalg.matrix_rank(points[inliers] - points[inliers].mean(axis=0)) < 2:
            return best
        best = _affine(points[inliers], sources[inliers])
    return best


def _local_maps(points: Float64Array, sources: Float64Array) -> list[Float64Array]:
    """Affine maps of neighbourhoods all over the picture; the same ones every time."""
    spacing = max(1.0, float(np.ptp(points[:, 0])) / 64, float(np.ptp(points[:, 1])) / 64)
    found = []
    for centre in points[np.linspace(0, len(points) - 1, TRIPLES).astype(int)]:
        close = np.abs(points - centre).max(axis=1) <= REACH / 2 * spacing
        around = points[close]
        if len(around) >= 6 and np.ptp(around[:, 0]) > 0 and np.ptp(around[:, 1]) > 0:
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
    return 180.0 if degrees <= -179.995 else degrees + 0.0


def _shear_deg(jacobian: Float64Array) -> float:
    """90 degrees minus the angle between the images of the two axes of the source."""
    forward = np.linalg.inv(jacobian)
    sine = float(forward[:, 0] @ forward[:, 1] / (np.linalg.norm(forward[:, 0]) * np.linalg.norm(forward[:, 1])))
    return float(np.degrees(np.arcsin(min(1.0, abs(sine)))))


class _Cover(NamedTuple):
    """Square cells of the source: their side in px, which lie in the output, and how many px of the source each has."""

    side: int
    covered: BoolArray
    areas: Float64Array


def _covered(coordinates: CoordinateMap, source_hw: tuple[int, int]) -> _Cover:
    """Which cells of the source lie in the output.

    A cell counts when at least half as many output pixels came from it as its share of all would be. Cells are as
    large as the gaps that resampling leaves between the pixels that are taken.
    """
    height, width = coordinates.shape[:2]
    stride = max(1, int(np.sqrt(height * width / COVER_POINTS)))
    taken = coordinates[::stride, ::stride].reshape(-1, 2)
    places = taken[taken[:, 0] > 0].astype(np.int64) - 1
    gap = stride * _gap_px(coordinates)
    side = max(2, int(np.ceil(2.5 * gap)) if gap > 1 else 2)
    edges = [np.diff(np.append(np.arange(0, length, side), length)) for length in source_hw]
    areas = np.outer(*edges).astype(np.float64)
    index = places[:, 1] // side * areas.shape[1] + places[:, 0] // side
    counts = np.bincount(index, minlength=areas.size)[: areas.size].reshape(areas.shape)
    return _Cover(side, np.asarray((counts > 0) & (counts >= areas / gap**2 / 2), np.bool_), areas)


def _seen_share(coordinates: CoordinateMap, source_hw: tuple[int, int]) -> float:
    cover = _covered(coordinates, source_hw)
    return float(cover.areas[cover.covered].sum() / cover.areas.sum())


def _gap_px(coordinates: CoordinateMap) -> float:
    """Distance in source px between neighbours of the output, 1 / scale: the median, averaged over both directions."""
    seen = seen_in(coordinates)
    jumps: list[float] = []
    for places, here in ((coordinates, seen), (coordinates.swapaxes(0, 1), seen.T)):
        reach = min(8, len(places) - 1)
        both = (here[reach:] & here[:-reach])[::4, ::4] if reach else np.zeros((0, 0), np.bool_)
        if both.any():
            away = (places[reach:] - places[:-reach])[::4, ::4][both]
            jumps.append(float(np.median(np.hypot(away[:, 0], away[:, 1]))) / reach)
    return max(1e-3, float(np.sqrt(np.prod(jumps)))) if len(jumps) == 2 else 1.0
