"""Original against augmented over many draws: bands of histograms, and every number of every sample.

Each (image, draw) is one run; its seed follows from the seed of the whole as for the checks, so that a sample that is
found here can be opened anywhere. Numbers and histograms are kept (about 3 KB a run for three channels), pictures are
not.

Over several images the histograms of one draw are put together, each image with the same weight, as the network sees
one pass over them; the band is over the draws. So it says what the pipeline does, and not how much images differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import local
from types import MappingProxyType
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from augviz.pipeline.draws import draw_seed
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.run import Machine
from augviz.pipeline.spec import PipelineSpec
from augviz.pipeline.trace import StepFailure
from augviz.sample import Sample
from augviz.side_by_side import Progress, in_threads
from augviz.statistics.label_statistics import LabelChange, LabelStatistics, label_statistics, summed_up
from augviz.statistics.pixel_statistics import PixelStatistics, object_pixels, pixel_statistics

Where: TypeAlias = Literal["whole", "inside objects"]
"""Which pixels are read: all, or those inside object masks (:func:`object_pixels`)."""

BAND = (5.0, 50.0, 95.0)
"""Percentiles of a band over the draws."""

Floats = npt.NDArray[np.float64]
Shares: TypeAlias = npt.NDArray[np.float32]


@dataclass(frozen=True)
class OriginalScalars:
    """The numbers of one image as it is.

    Attributes:
        image: Its name.
        place: Its place among the images, from 0.
        scalars: Number by name (:data:`augviz.statistics.pixel_statistics.SCALARS`); empty without pixels to read.
    """

    image: str
    place: int
    scalars: Mapping[str, float]


@dataclass(frozen=True)
class DrawnScalars:
    """The numbers of one augmented sample.

    Attributes:
        image: Name of the image.
        place: Its place among the images, from 0.
        draw: Which draw of it, from 0.
        seed: Seed of the sample: with the image, enough to draw it again.
        scalars: Number by name; empty where no pixel was inside.
    """

    image: str
    place: int
    draw: int
    seed: int
    scalars: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Band:
    """Over the draws, for each bin.

    Attributes:
        low, median, high: ``(N,)`` 5th, 50th and 95th percentile.
    """

    low: Floats
    median: Floats
    high: Floats


@dataclass(frozen=True, eq=False)
class ChannelCurves:
    """One channel, by its band.

    Attributes:
        name: Band.
        original: ``(256,)`` share of pixels at each level, mean over the images; zeros where no image has the band.
        augmented: The same for the draws; None where no augmented sample has the band.
        original_cumulative: ``(256,)`` share up to each level.
        augmented_cumulative: The same for the draws.
    """

    name: str
    original: Floats
    augmented: Band | None
    original_cumulative: Floats
    augmented_cumulative: Band | None


@dataclass(frozen=True, eq=False)
class HueCurves:
    """Colour in each part of the hue circle, ``(36,)`` each (:func:`augviz.statistics.formulas.hue_wheel`)."""

    original: Floats
    augmented: Band


@dataclass(frozen=True, eq=False)
class OverDraws:
    """Original against augmented.

    Attributes:
        where: Which pixels were read.
        images, draws: How many images, and draws of each.
        originals: One an image.
        drawn: One an image and draw, image by image.
        curves: One a band.
        hues: None where the originals, or all draws, have no colours.
        labels: Box sizes, places, classes: original against augmented.
        top: What the upper end of the range is called: 255, or 1 when all images are ``float32``.
        failures: Steps that could not run.
    """

    where: Where
    images: int
    draws: int
    originals: tuple[OriginalScalars, ...]
    drawn: tuple[DrawnScalars, ...]
    curves: tuple[ChannelCurves, ...]
    hues: HueCurves | None
    labels: LabelChange
    top: float
    failures: tuple[StepFailure, ...] = ()

    @property
    def scalar_names(self) -> tuple[str, ...]:
        """Names of the numbers that any original has, in the order of reading."""
        return tuple(dict.fromkeys(name for one in self.originals for name in one.scalars))

    @property
    def unread(self) -> tuple[str, ...]:
        """Images without a pixel to read: no object masks, where those were asked for."""
        return tuple(one.image for one in self.originals if not one.scalars)

    @property
    def vanished(self) -> int:
        """Samples without a pixel to read although their image has some: the objects are gone."""
        gone = set(self.unread)
        return sum(not one.scalars and one.image not in gone for one in self.drawn)


class _Read(NamedTuple):
    """What is kept of one picture."""

    scalars: Mapping[str, float]
    shares: Mapping[str, Shares]
    hues: Shares | None
    labels: LabelStatistics
    failures: tuple[StepFailure, ...]


class Machines:
    """One built pipeline a thread: a transform keeps what it drew, so that threads cannot share one."""

    def __init__(self, spec: PipelineSpec, materials: Materials = NO_MATERIALS) -> None:
        self._spec, self._materials, self._own = spec, materials, local()

    def mine(self) -> Machine:
        """The one of this thread."""
        if not hasattr(self._own, "machine"):
            self._own.machine = Machine(self._spec, self._materials)
        machine: Machine = self._own.machine
        return machine


def statistics_over(
    spec: PipelineSpec,
    samples: Sequence[Sample],
    *,
    draws: int = 16,
    seed: int = 0,
    where: Where = "whole",
    materials: Materials = NO_MATERIALS,
    on_progress: Progress | None = None,
) -> OverDraws:
    """Run a pipeline on every image and read what goes in and what comes out.

    Args:
        spec: The pipeline; its tail is not run.
        samples: Labelled images at their true size, with names of their own.
        draws: How many draws of each image.
        seed: Seed of the whole; sample ``(place, draw)`` has :func:`augviz.pipeline.draws.draw_seed`.
        where: Which pixels are read.
        materials: Other images by name, for the steps that take something from them.
        on_progress: Called in the caller's thread with (done, count) after each picture; what it raises ends the work.
    """
    jobs: list[tuple[int, int | None]] = [(place, None) for place in range(len(samples))]
    jobs += [(place, draw) for place in range(len(samples)) for draw in range(draws)]
    machines = Machines(spec, materials)

    def work(job: tuple[int, int | None]) -> _Read:
        place, draw = job
        if draw is None:
            return _read(samples[place], where)
        outcome = machines.mine().run(samples[place], draw_seed(seed, place, draw))
        return _read(outcome.after, where, outcome.failures)

    found = in_threads(work, jobs, on_progress)
    before, after = found[: len(samples)], found[len(samples) :]
    by_draw = [after[draw::draws] for draw in range(draws)]
    drawn = zip(jobs[len(samples) :], after, strict=True)
    return OverDraws(
        where,
        len(samples),
        draws,
        tuple(OriginalScalars(s.name, k, before[k].scalars) for k, s in enumerate(samples)),
        tuple(
            DrawnScalars(samples[place].name, place, draw or 0, draw_seed(seed, place, draw or 0), read.scalars)
            for (place, draw), read in drawn
        ),
        _curves(before, by_draw),
        _hues(before, by_draw),
        LabelChange(
            summed_up([read.labels for read in before]),
            summed_up([read.labels for read in after], passes=max(draws, 1)),
        ),
        1.0 if samples and all(sample.image.dtype == np.float32 for sample in samples) else 255.0,
        tuple(failure for read in after for failure in read.failures),
    )


def pixels_of(sample: Sample, where: Where) -> PixelStatistics | None:
    """Statistics of one sample; None where no pixel is to be read."""
    if where == "whole":
        return pixel_statistics(sample.image, sample.bands)
    inside = object_pixels(sample)
    return None if inside is None else pixel_statistics(sample.image, sample.bands, inside)


def _read(sample: Sample, where: Where, failures: tuple[StepFailure, ...] = ()) -> _Read:
    found, labels = pixels_of(sample, where), label_statistics(sample)
    if found is None:
        return _Read(MappingProxyType({}), {}, None, labels, failures)
    shares = {channel.name: channel.shares.astype(np.float32) for channel in found.channels}
    hues = None if found.hues is None else found.hues.astype(np.float32)
    return _Read(found.scalars, shares, hues, labels, failures)


def _curves(before: Sequence[_Read], by_draw: Sequence[Sequence[_Read]]) -> tuple[ChannelCurves, ...]:
    every = (*before, *(read for reads in by_draw for read in reads))
    return tuple(
        _curve(name, before, by_draw) for name in dict.fromkeys(name for read in every for name in read.shares)
    )


def _curve(name: str, before: Sequence[_Read], by_draw: Sequence[Sequence[_Read]]) -> ChannelCurves:
    original = _together([read.shares.get(name) for read in before])
    flat = np.zeros(256) if original is None else original
    pooled = [found for reads in by_draw if (found := _together([read.shares.get(name) for read in reads])) is not None]
    return ChannelCurves(
        name,
        flat,
        _band(pooled),
        np.cumsum(flat),
        _band([np.cumsum(curve) for curve in pooled]),
    )


def _hues(before: Sequence[_Read], by_draw: Sequence[Sequence[_Read]]) -> HueCurves | None:
    original = _together([read.hues for read in before])
    pooled = [found for reads in by_draw if (found := _together([read.hues for read in reads])) is not None]
    augmented = _band(pooled)
    return None if original is None or augmented is None else HueCurves(original, augmented)


def _together(curves: Sequence[Shares | None]) -> Floats | None:
    """Mean over those that are there."""
    there = [curve for curve in curves if curve is not None]
    return np.mean(there, axis=0, dtype=np.float64) if there else None


def _band(curves: Sequence[Floats]) -> Band | None:
    return Band(*np.percentile(curves, BAND, axis=0)) if curves else None
