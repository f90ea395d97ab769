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


def way_back(transform: Any, size_hw: tuple[int, int]) -> tuple[Floats, Any]:
    """Matrix (2, 3) from places in the image to places in its view, and which pixels (H, W) of the image it shows.

    Columns, rows and a one are sent through the transform as a mask; they say where each pixel of the view came from.
    """
    height, width = size_hw
    y, x = np.mgrid[:height, :width].astype(np.float32)
    grid = np.dstack([x, y, np.ones_like(x)])
    sent = transform(image=np.zeros((height, width, 3), np.uint8), mask=grid)["mask"].astype(np.float64)
    share = sent[..., 2]
    source = sent[..., :2] / np.maximum(share, 1e-3)[..., None]
    rows, columns = share.shape
    middle = np.zeros(share.shape, bool)  # borders may show a reflection
    middle[rows // 4 : rows - rows // 4, columns // 4 : columns - columns // 4] = True
    v, u = np.nonzero(middle & (share > 0.999))
    from_view, *_ = np.linalg.lstsq(np.column_stack([u, v, np.ones(len(u))]), source[v, u], rcond=None)
    whole = np.round(from_view)
    if np.abs(from_view - whole).max() < 1e-2:
        from_view = whole
    v, u = np.mgrid[:rows, :columns]
    told = np.stack([u, v, np.ones_like(u)], axis=-1) @ from_view
    shows = (np.abs(told - source).max(axis=-1) < 0.75) & (share > 0.5)
    to_view = np.linalg.inv(np.vstack([from_view.T, [0, 0, 1]]))[:2]
    place = np.rint(np.stack([x, y, np.ones_like(x)], axis=-1) @ to_view.T).astype(int)
    inside = ((place >= 0) & (place < (columns, rows))).all(axis=-1)
    place = np.clip(place, 0, (columns - 1, rows - 1))
    return to_view, inside & shows[place[..., 1], place[..., 0]]


def scores_back(scores: Any, to_view: Floats, view_hw: tuple[int, int], size_hw: tuple[int, int]) -> Any:
    """Scores (K, h, w) of a view, or of a coarser grid, in the pixels of the image (K, H, W); never resize labels."""
    share = np.array([scores.shape[2] / view_hw[1], scores.shape[1] / view_hw[0]])
    matrix = to_view * share[:, None]
    matrix[:, 2] += 0.5 * share - 0.5
    y, x = np.mgrid[: size_hw[0], : size_hw[1]]
    u, v = (np.stack([x, y, np.ones_like(x)], axis=-1) @ matrix.T).astype(np.float32).transpose(2, 0, 1)
    planes = np.asarray(scores, np.float32)
    return np.stack([cv2.remap(plane, u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for plane in planes])


def boxes_back(boxes: Any, to_view: Floats, size_hw: tuple[int, int]) -> Floats:
    """Boxes (n, 4) xyxy of a view as boxes of the image, cut off at its frame."""
    corners = np.stack([boxes[:, [0, 1]], boxes[:, [2, 1]], boxes[:, [2, 3]], boxes[:, [0, 3]]], axis=1) - 0.5
    back = np.linalg.inv(np.vstack([to_view, [0, 0, 1]]))
    moved = corners @ back[:2, :2].T + back[:2, 2] + 0.5
    limits = np.array([size_hw[1], size_hw[0]] * 2)
    return np.asarray(np.clip(np.hstack([moved.min(axis=1), moved.max(axis=1)]), 0, limits))
