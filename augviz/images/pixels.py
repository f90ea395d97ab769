"""What is the same for every file type: limits, orientation, and the way from raw values to the house's convention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from augviz.errors import ImageError, Problem

ImageArray = npt.NDArray[np.uint8] | npt.NDArray[np.float32]
RawArray = npt.NDArray[Any]

MAX_PIXELS = 40_000_000
"""Largest picture that is opened. 40 megapixels of RGB are 120 MB once decoded, and a gallery holds a few copies; a
106 KB PNG of 30,000 x 30,000 would be 2.7 GB."""

MAX_BYTES_PER_PIXEL = 16
"""How many bytes a pixel the limit in pixels allows for: four bands of float32. A picture with more bands must have
fewer pixels, so that 40 megapixels of sixty bands do not become ten gigabytes."""

MAX_SIDE = 32_766
"""``cv2.remap``, which most geometric steps end in, refuses sides of 32,767 (SHRT_MAX) and more (tried, OpenCV 5.0)."""

MAX_BANDS = 128
"""OpenCV 5.0 refuses arrays with more channels (CV_CN_MAX; 4.x stops at 512)."""

LARGEST_VALUE = 1e30
"""Floats beyond it count as "no data": maps mark holes with the lowest float32, -3.4e38."""

DARK_SHARE = 0.25
"""A picture whose brightest value stays below this share of its range gets a note: it will look nearly black."""


@dataclass(frozen=True, eq=False)
class DecodedImage:
    """A picture as the pipeline gets it.

    Attributes:
        image: ``(H, W, C)`` C-contiguous, ``uint8`` 0..255 or ``float32`` 0..1.
        bands: One name a channel.
        problems: What was changed or is good to know ("the transparency was left out"); never an error.
    """

    image: ImageArray
    bands: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, eq=False)
class RawImage:
    """A picture as its file holds it, before orientation and scaling.

    Attributes:
        values: ``(H, W, C)`` of any real dtype.
        bands: One name a channel; ``("grey",)`` marks grey.
        low: The value that becomes 0, or None to find out from the values.
        high: The value that becomes 1 (or 255), or None to find out from the values.
        missing: The value that stands for "no data", or None.
        orientation: EXIF orientation, 1..8.
        problems: What has been said so far.
    """

    values: RawArray
    bands: tuple[str, ...]
    low: float | None = 0.0
    high: float | None = 255.0
    missing: float | None = None
    orientation: int = 1
    problems: tuple[Problem, ...] = ()


def check_size(name: str, width: int, height: int, max_pixels: int, *, bands: int = 3, value_bytes: int = 1) -> None:
    """Refuse a size before anything of that size is allocated.

    Args:
        name: File name, for the sentence.
        width: Width in pixels, from the header.
        height: Height in pixels, from the header.
        max_pixels: Largest number of pixels.
        bands: Values a pixel.
        value_bytes: Bytes of one value once the picture is open.

    Raises:
        ImageError: The picture is empty, too large, too long, or has too many bands.
    """
    if width < 1 or height < 1:
        raise ImageError(f"the picture is {width} x {height} pixels, so there is nothing in it", where=name)
    if width * height > max_pixels:
        raise ImageError(
            f"the picture is {width:,} x {height:,} pixels; the limit is {max_pixels / 1e6:g} megapixels",
            where=name,
            mend="Make it smaller or cut it into tiles.",
        )
    if max(width, height) > MAX_SIDE:
        raise ImageError(
            f"the picture is {width:,} x {height:,} pixels; no side may be longer than {MAX_SIDE:,}",
            where=name,
            mend="Cut it into tiles.",
        )
    if bands > MAX_BANDS:
        raise ImageError(
            f"the picture has {bands:,} bands; {MAX_BANDS} is the most", where=name, mend="Save the bands you need."
        )
    if width * height * bands * value_bytes > max_pixels * MAX_BYTES_PER_PIXEL:
        raise ImageError(
            f"the picture needs {width * height * bands * value_bytes / 1e6:,.0f} MB once it is open "
            f"({width:,} x {height:,} pixels, {bands} bands); "
            f"the limit is {max_pixels * MAX_BYTES_PER_PIXEL / 1e6:,.0f} MB",
            where=name,
            mend="Save fewer bands, make it smaller, or cut it into tiles.",
        )


def said_alpha(name: str, alpha: RawArray) -> tuple[Problem, ...]:
    """What to say of a transparency that is left out; nothing when it is the same everywhere.

    Args:
        name: File name.
        alpha: ``(H, W)`` or ``(H, W, N)``, 0 for transparent.
    """
    if alpha.max() > 0 and alpha.min() == alpha.max():
        return ()
    what = "some of the picture is transparent"
    return (Problem(name, what, "The transparency is left out, and the colours below it are kept.", "changed"),)


# EXIF orientation -> flip the stored rows, flip the stored columns, swap rows and columns (Exif 2.32, tag 0x0112)
_TURNS = {
    1: (False, False, False),
    2: (False, True, False),
    3: (True, True, False),
    4: (True, False, False),
    5: (False, False, True),
    6: (True, False, True),
    7: (True, True, True),
    8: (False, True, True),
}


def turn_upright(image: RawArray, orientation: int) -> RawArray:
    """Apply an EXIF orientation, so that row 0 is the top and column 0 the left.

    Args:
        image: ``(H, W, C)`` as stored.
        orientation: 1..8; anything else counts as 1, as viewers do.
    """
    flip_rows, flip_columns, swap = _TURNS.get(orientation, _TURNS[1])
    upright = image[:: -1 if flip_rows else 1, :: -1 if flip_columns else 1]
    return upright.swapaxes(0, 1) if swap else upright


def finish(name: str, raw: RawImage, *, keep_grey: bool) -> DecodedImage:
    """Bring raw values to the convention of the house.

    Eight-bit pictures with one or three channels stay ``uint8``; everything else becomes ``float32`` 0..1.

    Args:
        name: File name, for the sentences.
        raw: What the file holds.
        keep_grey: Keep grey as one channel instead of three equal ones.

    Raises:
        ImageError: No value is a finite number.
    """
    problems = list(raw.problems)
    image = turn_upright(raw.values, raw.orientation)
    bands = raw.bands
    if image.dtype == np.bool_:
        image = image.astype(np.uint8) * np.uint8(255)
    if image.dtype != np.uint8 or len(bands) not in (1, 3):
        image = _to_unit(name, image, raw, problems)
    if bands == ("grey",) and not keep_grey:
        image, bands = np.repeat(image, 3, axis=2), ("red", "green", "blue")
        problems.append(Problem(name, "the picture is grey", "It is loaded as three equal channels.", "note"))
    return DecodedImage(np.ascontiguousarray(image), bands, tuple(problems))


def _to_unit(name: str, image: RawArray, raw: RawImage, problems: list[Problem]) -> npt.NDArray[np.float32]:
    """Raw values to ``float32`` 0..1; what had to be guessed or cut is added to the problems."""
    wide = image.dtype.itemsize > 4 or (image.dtype.kind in "iu" and image.dtype.itemsize == 4)
    bad = _missing(image, raw.missing)
    image = image.astype(np.float64 if wide else np.float32)
    if bad.any():
        if bad.all():
            raise ImageError("no value of the picture is a usable number", where=name, mend="Export it again.")
        image[bad] = image[~bad].min()
        what = f"values are missing (NaN, infinite or marked as no data): {np.count_nonzero(bad):,} of {bad.size:,}"
        problems.append(Problem(name, what, "They are made black (0).", "changed"))
    low, high = (raw.low, raw.high) if raw.low is not None and raw.high is not None else _range(name, image, problems)
    if low != 0:
        image -= low
    image /= (high - low) or 1.0
    _judge(name, image, low, high, problems)
    if image.min() < 0 or image.max() > 1:
        np.clip(image, 0, 1, out=image)
    if bad.any():
        image[bad] = 0
    return image.astype(np.float32, copy=False)


def _missing(image: RawArray, marker: float | None) -> npt.NDArray[np.bool_]:
    """Where a value is missing: an array of the image's shape, or of one element when none can be."""
    bad = np.zeros(1, np.bool_)
    if image.dtype.kind == "f":
        bad = ~(np.abs(image) <= min(LARGEST_VALUE, float(np.finfo(image.dtype).max)))  # NaN is not <= anything
    return bad if marker is None else bad | (image == np.array(marker, np.float64).astype(image.dtype))


def _judge(name: str, image: RawArray, low: float, high: float, problems: list[Problem]) -> None:
    """Say what lies outside the range, or that the picture uses little of it."""
    smallest, largest = float(image.min()), float(image.max())
    if smallest < 0 or largest > 1:
        what = f"some values lie outside {low:g} to {high:g}"
        problems.append(Problem(name, what, "They are set to the nearest end.", "changed"))
    if 0 < largest < DARK_SHARE:
        what = f"the brightest value is {100 * largest:.2g}% of the range {low:g} to {high:g}, so it looks dark"
        problems.append(Problem(name, what, "If your training stretches the values, do it before uploading.", "note"))


def _range(name: str, image: npt.NDArray[Any], problems: list[Problem]) -> tuple[float, float]:
    """The range of values that come without one (float and 32-bit files).

    Within 0..1 nothing is scaled. Whole numbers up to 255 or 65,535 are taken for 8 or 16 bits; anything else is
    scaled by its own extremes, and 0 stays 0 when nothing is negative.
    """
    smallest, largest = float(image.min()), float(image.max())
    if smallest >= 0 and largest <= 1:
        return 0.0, 1.0
    if smallest >= 0 and largest <= 65535 and bool((image == np.floor(image)).all()):
        low, high = 0.0, 255.0 if largest <= 255 else 65535.0
    else:
        low, high = min(smallest, 0.0), max(largest, 0.0)
    problems.append(
        Problem(
            name,
            f"the values run from {smallest:g} to {largest:g}",
            f"{low:g} to {high:g} was scaled to 0 to 1.",
            "changed",
        )
    )
    return low, high
