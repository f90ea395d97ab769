"""A batch drawn back to pictures, as whoever undoes one normalisation sees it.

Mistakes become visible: normalised twice, or 0..1 fed to 0..255, gives a nearly black picture; 0..255 fed
to 0..1 a white one. Swapped channels cannot be read from numbers, so they are offered as a comparison: which of the two
looks right?
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from augviz.batch.collating import Batch
from augviz.batch.normalising import denormalised
from augviz.errors import InputError
from augviz.sample import Labels, Sample


class Picture(NamedTuple):
    """One image of a batch.

    Attributes:
        image: ``(H, W, C)`` uint8.
        clipped_share: Share of its values, 0..1, that lay outside 0..255 and were cut off.
    """

    image: npt.NDArray[np.uint8]
    clipped_share: float


def drawn(batch: Batch, place: int) -> Picture:
    """Draw one image of a batch.

    The last normalisation only is undone, and its largest value is white: as training code does that draws its batches.

    Args:
        batch: The batch.
        place: Which image.
    """
    values, white = np.asarray(batch.image(place), np.float32), batch.native_max
    for step in batch.normalisations[-1:]:
        values, white = denormalised(values, step), step.max_pixel_value
    scaled = values * np.float32(255 / white)
    whole = np.rint(scaled)
    clipped = float(np.mean((whole < 0) | (whole > 255)))
    return Picture(np.ascontiguousarray(np.clip(whole, 0, 255), dtype=np.uint8), clipped)


def labels_on(batch: Batch, place: int, sample: Sample) -> Labels:
    """The labels as they lie on one image of a batch.

    Boxes and keypoints keep their numbers: padding at the right and below does not move them, and a resize in the
    loader moves the picture away from under them, which is then seen. Masks are padded; those of a resized image are
    left out, because they are of another size.

    Args:
        batch: The batch.
        place: Which image.
        sample: What was put in there.
    """
    height, width = batch.image(place).shape[:2]
    labels, has = sample.labels, sample.size_hw
    if has == (height, width):
        return labels
    if has[0] > height or has[1] > width or batch.how == "resize":
        return replace(labels, masks=None, semantic=None)
    room = ((0, height - has[0]), (0, width - has[1]))
    masks, semantic = labels.masks, labels.semantic
    if masks is not None:
        masks = replace(masks, layers=np.pad(masks.layers, ((0, 0), *room)))
    if semantic is not None:
        semantic = replace(semantic, values=np.pad(semantic.values, room))
    return replace(labels, masks=masks, semantic=semantic)


def in_bgr(sample: Sample) -> Sample:
    """The sample as it is when a file was read as BGR and taken for RGB: to collate, and to compare the numbers.

    Raises:
        InputError: The image has not three channels.
    """
    channels = sample.image.shape[2]
    if channels != 3:
        raise InputError(f"only three channels can be red, green and blue, these are {channels}", where="BGR")
    image = sample.image.copy()
    image[...] = sample.image[..., ::-1]
    return replace(sample, image=image)
