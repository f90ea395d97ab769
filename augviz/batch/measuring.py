"""Mean and standard deviation of the user's own images, band by band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from augviz.batch.normalising import Normalisation
from augviz.errors import InputError
from augviz.sample import ImageArray, Sample
from augviz.side_by_side import Progress

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Measured:
    """What was measured, over all pixels of all images: a large image counts more than a small one.

    Attributes:
        bands: Names of the channels.
        mean, std: One a band, as shares of the largest value (255 for uint8, 1 for float32); ``std`` divides by the
            number of pixels.
        images, pixels: How many of each.
        max_pixel_value: 255 where the images are uint8, 1 where they are float32.
    """

    bands: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    images: int
    pixels: int
    max_pixel_value: float

    @property
    def normalisation(self) -> Normalisation:
        """As what a batch is normalised by.

        Raises:
            InputError: A band is the same in every pixel.
        """
        return Normalisation(self.mean, self.std, self.max_pixel_value)


def measured_mean_std(samples: Sequence[Sample], on_progress: Progress | None = None) -> Measured:
    """Measure in one pass over the images: sums of uint8 are exact integers, float32 is summed in float64 and merged
    image by image (Chan, Golub and LeVeque, 1983), so that nothing cancels.

    Args:
        samples: The images, at their true size.
        on_progress: Told how many have been read; what it raises ends the work.

    Raises:
        InputError: There is no image, or they differ in their channels, or some are uint8 and some float32.
    """
    if not samples:
        raise InputError("there is no image to measure", mend="Open at least one.")
    first = samples[0]
    for sample in samples:
        if sample.image.shape[2] != first.image.shape[2] or sample.image.dtype != first.image.dtype:
            raise InputError(
                f"it has {sample.image.shape[2]} channels of {sample.image.dtype}, {first.name} has "
                f"{first.image.shape[2]} of {first.image.dtype}",
                where=sample.name,
                mend="Measure images of one kind together.",
            )
    count, mean, squares = _moments(first.image)
    for done, sample in enumerate(samples[1:], start=1):
        if on_progress is not None:
            on_progress(done, len(samples))
        more, other, other_squares = _moments(sample.image)
        apart = other - mean
        squares = squares + other_squares + apart**2 * (count * more / (count + more))
        mean = mean + apart * (more / (count + more))
        count += more
    std = np.sqrt(squares / count)
    largest = 255.0 if first.image.dtype == np.uint8 else 1.0
    return Measured(first.bands, tuple(mean.tolist()), tuple(std.tolist()), len(samples), count, largest)


def _moments(image: ImageArray) -> tuple[int, Floats, Floats]:
    """Pixels, mean and sum of squared departures of each channel, as shares of the largest value."""
    pixels = image.reshape(-1, image.shape[2])
    count = len(pixels)
    if image.dtype == np.uint8:
        values = np.arange(256)
        counts = [np.bincount(channel, minlength=256) for channel in pixels.T]
        totals = [int(each @ values) for each in counts]
        # Whole numbers of Python, which have no end: nothing is rounded before the last division.
        squares = [count * int(each @ values**2) - total**2 for each, total in zip(counts, totals, strict=True)]
        return (
            count,
            np.array([total / (255 * count) for total in totals]),
            np.array([each / (255**2 * count) for each in squares]),
        )
    exact = pixels.astype(np.float64)
    mean = exact.mean(axis=0)
    return count, mean, ((exact - mean) ** 2).sum(axis=0)
