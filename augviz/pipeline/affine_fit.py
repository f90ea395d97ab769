"""The best affine part of a coordinate map, in physical units, and how much it leaves unexplained."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace

import numpy as np

from augviz.pipeline.coordinate_map import CoordinateMap, Float64Array, seen_in, seen_share
from augviz.sample import BoolArray

FIT_POINTS = 1_600
"""Points of a map that the affine fit looks at."""

FEW_POINTS = 64
"""With fewer points on the grid (a small picture in wide padding) every pixel is looked at."""

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
        return replace(UNMOVED, padded_share=padded, source_seen_share=seen_share(coordinates, source_hw))
    matrix = _robust_affine(points, sources, source_hw)
    jacobian = matrix[:2].T
    det = float(np.linalg.det(jacobian))
    if abs(det) < 1e-9:
        return replace(UNMOVED, padded_share=padded, source_seen_share=seen_share(coordinates, source_hw))
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
        source_seen_share=seen_share(coordinates, source_hw),
    )
    # Sums of floats end a few places after the comma: the same effect is the same value, and 0 is 0.
    return Geometry(found.is_mirrored, *(round(value, 6) + 0.0 for value in astuple(found)[1:]))


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
