"""The way back from a view as the exported Python has it: NumPy, OpenCV and Albumentations, nothing of ours.

Shorter than :mod:`augviz.tta.way_back`, because it need not say why a view cannot be used. A test runs both on the same
views.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def most_common_map(source: Floats, known: Any) -> Floats | None:
    """The affine map (2, 3) that most of a view has in common, from its places to those in the image.

    Its steps to the right and down are medians, which a reflection at the border does not change; then it is fitted to
    all pixels that lie where it says.

    Args:
        source: Place in the image, x and y, of each pixel of the view, (2, h, w).
        known: Which of them are known, (h, w).
    """
    stride = max(1, int(np.sqrt(known.size / 40_000)))  # as many points as it takes, and no more
    source, known = source[:, ::stride, ::stride], known[::stride, ::stride]
    down, right = (max(1, int(known.any(axis=axis).sum()) // 8) for axis in (1, 0))
    across = known[:, right:] & known[:, :-right]
    along = known[down:] & known[:-down]
    if not across.any() or not along.any():
        return None
    steps = [
        np.median((source[:, :, right:] - source[:, :, :-right])[:, across], axis=1) / (right * stride),
        np.median((source[:, down:] - source[:, :-down])[:, along], axis=1) / (down * stride),
    ]
    linear = np.stack(steps, axis=1)
    v, u = np.nonzero(known)
    points = np.column_stack([u * stride, v * stride, np.ones(len(u))])
    told = source[:, v, u].T
    offset = np.median(told - points[:, :2] @ linear.T, axis=0)
    off = np.abs(points @ np.column_stack([linear, offset]).T - told).max(axis=-1)
    near = off < max(1, np.abs(linear).max())
    if np.linalg.matrix_rank(points[near]) < 3:
        return None
    fitted, *_ = np.linalg.lstsq(points[near], told[near], rcond=None)
    return np.asarray(fitted.T)


def mapped_by(matrix: Floats, size_hw: tuple[int, int]) -> Floats:
    """Where a map (2, 3) takes the middle of each pixel: x and y, (2, h, w)."""
    v, u = np.ogrid[: size_hw[0], : size_hw[1]]
    return np.stack([row[0] * u + row[1] * v + row[2] for row in matrix])


def way_back(transform: Any, size_hw: tuple[int, int]) -> tuple[Floats, Any]:
    """Map (2, 3) from places in the image to places in its view, and which pixels (H, W) of the image it shows.

    Columns, rows and a one are sent through the transform as a mask; they say where each pixel of the view came from.
    """
    height, width = size_hw
    y, x = np.mgrid[:height, :width].astype(np.float32)
    grid = np.dstack([x, y, np.ones_like(x)])
    sent = transform(image=np.zeros((height, width, 3), np.uint8), mask=grid)["mask"].astype(np.float64)
    share = sent[..., 2]
    source = sent[..., :2].transpose(2, 0, 1) / np.maximum(share, 1e-3)
    known = share > 0.999
    from_view = most_common_map(source, known)
    if from_view is None:
        raise ValueError("this view has no way back")
    if (
        np.abs(from_view - np.round(from_view)).max() < 1e-2
        and np.abs(source - np.round(source))[:, known].max() < 0.02
    ):
        from_view = np.round(from_view)  # whole pixels
    shows = (np.abs(mapped_by(from_view, share.shape) - source).max(axis=0) < 0.75) & (share > 0.5)
    to_view = np.linalg.inv(np.vstack([from_view, [0, 0, 1]]))[:2]
    column, row = np.rint(mapped_by(to_view, size_hw)).astype(int)
    inside = (row >= 0) & (row < share.shape[0]) & (column >= 0) & (column < share.shape[1])
    return to_view, inside & shows[row.clip(0, share.shape[0] - 1), column.clip(0, share.shape[1] - 1)]


def scores_back(scores: Any, to_view: Floats, view_hw: tuple[int, int], size_hw: tuple[int, int]) -> Any:
    """Scores (K, h, w) of a view, or of a coarser grid, in the pixels of the image (K, H, W); never resize labels."""
    share = np.array([scores.shape[2] / view_hw[1], scores.shape[1] / view_hw[0]])
    matrix = to_view * share[:, None]
    matrix[:, 2] += 0.5 * share - 0.5
    u, v = mapped_by(matrix, size_hw).astype(np.float32)
    planes = np.asarray(scores, np.float32)
    return np.stack([cv2.remap(plane, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for plane in planes])


def boxes_back(boxes: Any, to_view: Floats, size_hw: tuple[int, int]) -> Floats:
    """Boxes (n, 4) xyxy of a view as boxes of the image, cut off at its frame."""
    corners = np.stack([boxes[:, [0, 1]], boxes[:, [2, 1]], boxes[:, [2, 3]], boxes[:, [0, 3]]], axis=1) - 0.5
    back = np.linalg.inv(np.vstack([to_view, [0, 0, 1]]))
    moved = corners @ back[:2, :2].T + back[:2, 2] + 0.5
    limits = np.array([size_hw[1], size_hw[0]] * 2)
    return np.asarray(np.clip(np.hstack([moved.min(axis=1), moved.max(axis=1)]), 0, limits))
