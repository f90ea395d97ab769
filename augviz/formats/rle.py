"""Run lengths as COCO has them: counts of background and foreground pixels in turn, column by column.

pycocotools packs them. Unpacking is done here, because its decoder takes the counts on trust: where they do not add up
to the image it hands back memory that was never written (``decode({"size": [5, 7], "counts": b""})`` sums to 2360,
version 2.0.11). It also needs the whole image for every mask, and warns under numpy 2. The tests hold both against
each other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from pycocotools import mask as coco_mask

from augviz.errors import LabelError
from augviz.geometry import Window

MAX_DIGITS = 7
"""Most characters of one packed count: 7 times 5 bits hold any count of an image of up to 2**34 pixels."""


def counts_of(text: str) -> npt.NDArray[np.int64]:
    """The counts in a compressed string.

    A count is written in groups of five bits, the lowest first, as characters from "0" on; 0x20 marks that more
    follow, the highest bit is the sign. From the fourth count on, the difference to the count before last is written.

    Source: pycocotools, common/maskApi.c, ``rleFrString``.

    Raises:
        LabelError: A character or the end of the string is wrong.
    """
    code = np.frombuffer(text.encode("latin-1", "replace"), np.uint8).astype(np.int64) - 48
    if not len(code):
        return code
    if code.min() < 0 or code.max() > 63 or code[-1] & 0x20:
        raise LabelError("the compressed mask (RLE) is damaged")
    ends = np.flatnonzero((code & 0x20) == 0)
    starts = np.r_[0, ends[:-1] + 1]
    if (ends - starts >= MAX_DIGITS).any():
        raise LabelError("the compressed mask (RLE) is damaged")
    shift = 5 * (np.arange(len(code)) - np.repeat(starts, ends - starts + 1))
    counts: npt.NDArray[np.int64] = np.add.reduceat((code & 0x1F) << shift, starts)
    counts -= np.where(code[ends] & 0x10, np.int64(1) << (shift[ends] + 5), 0)
    for first in (1, 2):
        counts[first::2] = np.cumsum(counts[first::2])
    return counts


def decode(counts: npt.NDArray[np.int64], size_hw: tuple[int, int]) -> Window | None:
    """The mask with these counts; None when no pixel is set.

    Only the columns that hold foreground are unpacked, so 10,000 small masks of a large image are cheap.

    Raises:
        LabelError: A count is negative, or they do not add up to the image.
    """
    height, width = size_hw
    if (counts < 0).any() or int(counts.sum()) != height * width:
        raise LabelError(f"the run lengths (RLE) do not add up to {width} x {height} pixels")
    bounds = np.cumsum(counts)
    runs = np.flatnonzero(counts[1::2]) * 2 + 1
    if not len(runs):
        return None
    start, stop = int(bounds[runs[0] - 1]), int(bounds[runs[-1]])
    left, right = start // height, -(-stop // height)
    inner = [start - left * height, *counts[runs[0] : runs[-1] + 1].tolist(), right * height - stop]
    part = np.repeat(np.arange(len(inner)) % 2 == 1, inner).reshape(right - left, height).T
    rows = np.flatnonzero(part.any(axis=1))
    return Window(int(rows[0]), left, part[rows[0] : rows[-1] + 1])


def encode(window: Window | None, size_hw: tuple[int, int]) -> str:
    """The compressed string of a mask given as a window of an image of ``(height, width)``."""
    height, width = size_hw
    if window is None:
        return _text([height * width], height, width)
    columns, rows = np.nonzero(window.mask.T)
    place = (columns + window.left) * height + rows + window.top
    breaks = np.flatnonzero(np.diff(place) != 1)
    starts, stops = place[np.r_[0, breaks + 1]], place[np.r_[breaks, len(place) - 1]] + 1
    bounds = np.stack([starts, stops], axis=1).ravel()
    counts = np.diff(np.r_[0, bounds, height * width]).tolist()
    return _text(counts if counts[-1] else counts[:-1], height, width)


def _text(counts: Sequence[int], height: int, width: int) -> str:
    packed = coco_mask.frPyObjects({"counts": list(counts), "size": [height, width]}, height, width)
    text: bytes = packed["counts"]
    return text.decode("ascii")
