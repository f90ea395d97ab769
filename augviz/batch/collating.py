"""N images to one array, as a training loader makes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from augviz.batch.normalising import Normalisation, through
from augviz.batch.remarks import Channel, How, Remark, in_words, size_remarks, value_remarks
from augviz.errors import InputError
from augviz.sample import FloatArray, ImageArray, Sample
from augviz.side_by_side import Progress, in_threads

Layout = Literal["NCHW", "NHWC"]
DType = Literal["float32", "float16", "uint8"]

MOST_BYTES = 512 * 2**20


@dataclass(frozen=True, eq=False)
class Batch:
    """Images put together.

    Attributes:
        array: ``(N, C, H, W)`` or ``(N, H, W, C)``.
        layout: Which of the two.
        channels: Numbers of each channel.
        names: Name of each image.
        sizes_hw: Height and width of each image before it was made to fit.
        normalisations: What the values went through, in order.
        native_max: Largest value that the images could have: 255 for uint8, 1 for float32.
        how: What was done where sizes differ.
        warnings: What is wrong with it, or what one should know.
    """

    array: npt.NDArray[np.float32 | np.float16 | np.uint8]
    layout: Layout
    channels: tuple[Channel, ...]
    names: tuple[str, ...]
    sizes_hw: tuple[tuple[int, int], ...]
    normalisations: tuple[Normalisation, ...]
    native_max: float
    how: How
    warnings: tuple[Remark, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return self.array.shape

    @property
    def dtype(self) -> str:
        """Number type of the array."""
        return str(self.array.dtype)

    def image(self, place: int) -> npt.NDArray[np.float32 | np.float16 | np.uint8]:
        """One image, ``(H, W, C)``, as the model gets its values."""
        return np.moveaxis(self.array[place], 0, 2) if self.layout == "NCHW" else np.asarray(self.array[place])


def collate(
    samples: Sequence[Sample],
    *,
    how: How = "refuse",
    size_hw: tuple[int, int] | None = None,
    normalisations: Sequence[Normalisation] = (),
    layout: Layout = "NCHW",
    dtype: DType = "float32",
    on_progress: Progress | None = None,
) -> Batch:
    """Put images together.

    Args:
        samples: What came out of the pipeline (``outcome.after``). Their labels are not moved: resizing here is what a
            loader does behind the pipeline's back, and belongs into the pipeline.
        how: "refuse" other sizes, as ``torch.stack`` does · "pad" with zeros at the right and below, after normalising,
            as torchvision's detection models do · "resize" with linear interpolation, before normalising.
        size_hw: Size of the batch; by default the largest height and width ("pad") or the size of the first image.
        normalisations: What values go through, in order: the pipeline's own Normalize, and the loader's if it has one.
        layout: Channels first, as PyTorch wants it, or last.
        dtype: Number type; uint8 only without normalisation.
        on_progress: Told how many images are in; what it raises ends the work.

    Raises:
        InputError: There is no image; channels differ; sizes differ or do not fit; mean and std are for other channels;
            the number type holds no normalised values; or the batch would take more than :data:`MOST_BYTES`.
    """
    _check(samples, normalisations, dtype)
    target = _target(samples, how, size_hw)
    bands = samples[0].bands
    _check_bytes(len(samples), len(bands), target)
    array = np.empty(_shape(len(samples), len(bands), target, layout), dtype)

    def put(job: tuple[int, Sample]) -> _Moments:
        place, sample = job
        planes = _planes(_fitted(sample, how, target, normalisations))
        array[place] = planes if layout == "NCHW" else planes.transpose(1, 2, 0)
        return _moments(planes)

    moments = in_threads(put, list(enumerate(samples)), on_progress)
    channels = tuple(_channel(band, [each[k] for each in moments]) for k, band in enumerate(bands))
    scales = tuple(_native_max(sample) for sample in samples)
    return Batch(
        array,
        layout,
        channels,
        tuple(sample.name for sample in samples),
        tuple(sample.size_hw for sample in samples),
        tuple(normalisations),
        max(scales),
        how,
        (
            *value_remarks(scales, normalisations, channels),
            *size_remarks(samples, how, target, bool(normalisations)),
        ),
    )


def _shape(count: int, channels: int, target: tuple[int, int], layout: Layout) -> tuple[int, ...]:
    return (count, channels, *target) if layout == "NCHW" else (count, *target, channels)


class SizeGroup(NamedTuple):
    """Images of one size.

    Attributes:
        size_hw: Height and width.
        places: Which images have it.
    """

    size_hw: tuple[int, int]
    places: tuple[int, ...]


def sizes_in(samples: Sequence[Sample]) -> tuple[SizeGroup, ...]:
    """Which sizes the images have, the most frequent first; one group means that they can be stacked."""
    sizes = [sample.size_hw for sample in samples]
    groups = [
        SizeGroup(size, tuple(k for k, each in enumerate(sizes) if each == size)) for size in dict.fromkeys(sizes)
    ]
    return tuple(sorted(groups, key=lambda group: -len(group.places)))


def _check(samples: Sequence[Sample], normalisations: Sequence[Normalisation], dtype: DType) -> None:
    if not samples:
        raise InputError("a batch needs an image", mend="Open at least one.")
    first = samples[0]
    for sample in samples:
        if sample.image.shape[2] != first.image.shape[2]:
            raise InputError(
                f"it has {sample.image.shape[2]} channels and {first.name} has {first.image.shape[2]}, which cannot be "
                "stacked",
                where=sample.name,
                mend="Convert them to the same channels (ToGray has num_output_channels), or train them apart.",
            )
    if dtype == "uint8" and (normalisations or any(sample.image.dtype != np.uint8 for sample in samples)):
        raise InputError(
            "uint8 holds whole numbers from 0 to 255, and these values are not",
            where="dtype",
            mend="Take float32, or float16.",
        )


def _target(samples: Sequence[Sample], how: How, size_hw: tuple[int, int] | None) -> tuple[int, int]:
    sizes = [sample.size_hw for sample in samples]
    if size_hw is not None and min(size_hw) < 1:
        raise InputError(f"{size_hw[0]} x {size_hw[1]} is no size", where="size")
    if how == "resize":
        return size_hw or sizes[0]
    if how == "pad":
        target = size_hw or (max(height for height, _width in sizes), max(width for _height, width in sizes))
        for sample in samples:
            if sample.size_hw[0] > target[0] or sample.size_hw[1] > target[1]:
                raise InputError(
                    f"it is {in_words(sample.size_hw)}, larger than the batch with {in_words(target)}",
                    where=sample.name,
                    mend="Take a larger size, or put LongestMaxSize into the pipeline.",
                )
        return target
    wanted = size_hw or sizes[0]
    for sample in samples:
        if sample.size_hw != wanted:
            other = "the batch" if size_hw is not None else samples[0].name
            raise InputError(
                f"it is {in_words(sample.size_hw)} and {other} {in_words(wanted)}, so they cannot be stacked",
                where=sample.name,
                mend="End the pipeline with a step that makes one size (Resize, RandomResizedCrop, or LongestMaxSize "
                "and PadIfNeeded), or let the loader pad.",
            )
    return wanted


def _check_bytes(count: int, channels: int, target: tuple[int, int]) -> None:
    needed = count * channels * target[0] * target[1] * 4
    if needed > MOST_BYTES:
        raise InputError(
            f"{count} images of {in_words(target)} with {channels} channels take {needed / 2**20:,.0f} MB, and "
            f"{MOST_BYTES // 2**20} are allowed",
            where="batch",
            mend="Take fewer images, or a smaller size.",
        )


def _fitted(sample: Sample, how: How, target: tuple[int, int], normalisations: Sequence[Normalisation]) -> FloatArray:
    image = sample.image
    if how == "resize" and sample.size_hw != target:
        image = _resized(image, target)
    values = through(image, normalisations)
    height, width = values.shape[:2]
    if (height, width) == target:
        return values
    padded = np.zeros((*target, values.shape[2]), np.float32)
    padded[:height, :width] = values
    return padded


def _resized(image: ImageArray, target: tuple[int, int]) -> ImageArray:
    found = cv2.resize(image, target[::-1], interpolation=cv2.INTER_LINEAR)
    whole = found.reshape(*target, image.shape[2])  # OpenCV drops the axis of a single channel
    return np.asarray(whole, np.uint8) if image.dtype == np.uint8 else np.asarray(whole, np.float32)


class _Moment(NamedTuple):
    """One channel of one image."""

    min: float
    max: float
    mean: float
    variance: float


_Moments: TypeAlias = list[_Moment]


def _planes(values: FloatArray) -> FloatArray:
    """Channels first, each of them in one piece, so that it is read in order."""
    return np.ascontiguousarray(values.transpose(2, 0, 1))


def _moments(planes: FloatArray) -> _Moments:
    rows = planes.reshape(len(planes), -1)
    found = (rows.min(1), rows.max(1), rows.mean(1, dtype=np.float64), rows.var(1, dtype=np.float64))
    return [_Moment(*(float(value) for value in each)) for each in zip(*found, strict=True)]


def _channel(band: str, images: Sequence[_Moment]) -> Channel:
    """All images together: they have the same number of pixels, so variances add up (law of total variance)."""
    means = np.array([each.mean for each in images])
    variance = float(np.mean([each.variance for each in images]) + np.var(means))
    return Channel(
        band, min(each.min for each in images), max(each.max for each in images), float(means.mean()), variance**0.5
    )


def _native_max(sample: Sample) -> float:
    return 255.0 if sample.image.dtype == np.uint8 else 1.0
