"""Mean and standard deviation of the user's own images, band by band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from augviz.batch.normalising import Normalisation
from augviz.errors import InputError
from augviz.sample import ImageArray, Sample
from augviz.side_by_side import Progress

Floats: TypeAlias = npt.NDArray[np.float64]

PIECE_PIXELS = 2**17
"""So many pixels are held in float64 at a time: of an image of 12 megapixels and 5 bands, 5 MB in place of 480."""


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
    piece by piece (Chan, Golub and LeVeque, 1983), so that nothing cancels.

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
    found = _moments(first.image)
    for done, sample in enumerate(samples[1:], start=1):
        if on_progress is not None:
            on_progress(done, len(samples))
        found = _together(found, _moments(sample.image))
    std = np.sqrt(found.squares / found.pixels)
    largest = 255.0 if first.image.dtype == np.uint8 else 1.0
    return Measured(first.bands, tuple(found.mean.tolist()), tuple(std.tolist()), len(samples), found.pixels, largest)


class _Moments(NamedTuple):
    """Pixels, mean and sum of squared departures of each channel, as shares of the largest value."""

    pixels: int
    mean: Floats
    squares: Floats


def _together(a: _Moments, b: _Moments) -> _Moments:
    pixels, apart = a.pixels + b.pixels, b.mean - a.mean
    squares = a.squares + b.squares + apart**2 * (a.pixels * b.pixels / pixels)
    return _Moments(pixels, a.mean + apart * (b.pixels / pixels), squares)


def _moments(image: ImageArray) -> _Moments:
    pixels = image.reshape(-1, image.shape[2])
    pieces = [pixels[start : start + PIECE_PIXELS] for start in range(0, len(pixels), PIECE_PIXELS)]
    if image.dtype == np.uint8:
        return _of_whole_numbers(pieces)
    found = _of_fractions(pieces[0])
    for piece in pieces[1:]:
        found = _together(found, _of_fractions(piece))
    return found


def _of_whole_numbers(pieces: Sequence[ImageArray]) -> _Moments:
    count, values = sum(len(piece) for piece in pieces), np.arange(256)
    counts = [sum(np.bincount(piece[:, k], minlength=256) for piece in pieces) for k in range(pieces[0].shape[1])]
    totals = [int(each @ values) for each in counts]
    # Whole numbers of Python, which have no end: nothing is rounded before the last division.
    squares = [count * int(each @ values**2) - total**2 for each, total in zip(counts, totals, strict=True)]
    return _Moments(
        count,
        np.array([total / (255 * count) for total in totals]),
        np.array([each / (255**2 * count) for each in squares]),
    )


def _of_fractions(piece: ImageArray) -> _Moments:
    exact = piece.astype(np.float64)
    mean = exact.mean(axis=0)
    return _Moments(len(piece), mean, ((exact - mean) ** 2).sum(axis=0))
