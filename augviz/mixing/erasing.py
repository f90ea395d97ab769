"""Erasing by Albumentations, through the pipeline, and what is hidden of each object.

The published methods are settings of transforms that the library has. One number a method is what one turns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from augviz.errors import InputError
from augviz.mixing.methods import MethodId
from augviz.pipeline.draws import draw_seed
from augviz.pipeline.effects import Measurer, Measurers, RunEffects
from augviz.pipeline.spec import PipelineSpec, Step, freeze
from augviz.sample import BoolArray, Labels, Sample
from augviz.side_by_side import Progress, in_threads

STEP_ID = "erasing"


class Amount(NamedTuple):
    """The number that one turns.

    Attributes:
        title: What it is.
        low, high, step, default: Ends of the slider, its step, and where it stands at first.
        source: Who says so.
        differs: How the library's transform differs from the paper; empty where it does not.
    """

    title: str
    low: float
    high: float
    step: float
    default: float
    source: str
    differs: str = ""


AMOUNTS: Mapping[MethodId, Amount] = {
    "cutout": Amount(
        "Side of the hole, share of the shorter side", 0.05, 0.95, 0.05, 0.5,
        "DeVries and Taylor 2017: 16 of 32 pixels were best on CIFAR-10",
        "In the paper a hole may reach over the edge; here it lies inside.",
    ),
    "coarse-dropout": Amount(
        "Number of holes", 1, 24, 1, 8, "Holes of a tenth to a fifth of each side: the library's default",
    ),
    "random-erasing": Amount(
        "Largest hole, share of the area", 0.05, 0.35, 0.01, 0.33,
        "Zhong et al. 2020: 2 to 40% of the area, ratio 0.3 to 3.3; the library finds no room above 35%",
    ),
    "gridmask": Amount(
        "Side of a hole, share of its cell", 0.1, 0.9, 0.05, 0.4,
        "Chen et al. 2020 keep 0.6 of a cell's side on ImageNet",
        "In the paper the grid is also turned; the library's is not.",
    ),
}  # fmt: skip
"""By method."""

GRID_SHARES = (0.2, 0.5)
"""Size of a cell of GridMask, as a share of the shorter side. Chen et al. 2020: 96 to 224 pixels where images have 224;
cells as large as the image would show no grid, so that half of it is the most here."""


class HiddenObject(NamedTuple):
    """An object and how much of it is hidden, 0..1."""

    id: int
    name: str
    hidden_share: float


class Hidden(NamedTuple):
    """What one draw hides.

    Attributes:
        share: Share of the picture that is hidden, 0..1.
        objects: Every object, the most hidden first.
        error: Why the transform could not run, as a sentence; empty when it ran.
    """

    share: float
    objects: tuple[HiddenObject, ...]
    error: str = ""


class Erased(NamedTuple):
    """An image after erasing: the sample as the pipeline left it, and what is hidden."""

    sample: Sample
    hidden: Hidden


def erasing_step(method: MethodId, amount: float, size_hw: tuple[int, int]) -> Step:
    """The step of a pipeline that does it, firing always.

    Args:
        method: One of :data:`AMOUNTS`.
        amount: What was turned, in the unit of its :class:`Amount`.
        size_hw: Height and width of the image, where the transform counts pixels.

    Raises:
        InputError: The method erases nothing.
    """
    shorter = min(size_hw)
    if method == "cutout":
        side = max(1, round(amount * shorter))
        return _step("CoarseDropout", {**_holes(1, (side, side)), "fill": 0})
    if method == "coarse-dropout":
        return _step("CoarseDropout", {**_holes(max(1, round(amount)), (0.1, 0.2)), "fill": 0})
    if method == "random-erasing":
        return _step("Erasing", {"scale": (0.02, amount), "ratio": (0.3, 3.3), "fill": "random"})
    if method == "gridmask":
        low = max(2, round(GRID_SHARES[0] * shorter))
        cells = (low, max(low + 1, round(GRID_SHARES[1] * shorter)))
        return _step("GridDropout", {"ratio": amount, "random_offset": True, "unit_size_range": cells, "fill": 0})
    raise InputError(f"{method} does not erase", where="method", mend=f"Take one of {', '.join(AMOUNTS)}.")


def _step(name: str, params: Mapping[str, Any]) -> Step:
    return Step(name, freeze(params), id=STEP_ID)


def _holes(count: int, sides: tuple[float, float]) -> Mapping[str, Any]:
    return {"num_holes_range": (count, count), "hole_height_range": sides, "hole_width_range": sides}


def erase(step: Step, sample: Sample, seed: int, draw: int = 0) -> Erased:
    """Run a step on an image, and measure what it hides.

    Args:
        step: Of :func:`erasing_step`.
        sample: The labelled image.
        seed: Seed of the draw in view.
        draw: Which draw of it, from 0.
    """
    run = Measurer(PipelineSpec((step,))).measure(sample, draw_seed(seed, 0, draw))
    return Erased(run.outcome.after, _hidden(run))


def hidden_over(
    step: Step, sample: Sample, seed: int, draws: int, *, on_progress: Progress | None = None
) -> tuple[Hidden, ...]:
    """What a step hides in many draws, the first being that of :func:`erase`; no picture is kept.

    Args:
        step, sample, seed: As for :func:`erase`.
        draws: How many.
        on_progress: Told about each draw that is done.
    """
    measurers = Measurers(PipelineSpec((step,)))

    def work(place: int) -> Hidden:
        with measurers.one() as measurer:
            return _hidden(measurer.measure(sample, draw_seed(seed, 0, place)))

    return tuple(in_threads(work, range(draws), on_progress))


def _hidden(run: RunEffects) -> Hidden:
    before = run.outcome.before
    names = before.labels.object_names()
    shares = hidden_in(before.labels, run.covered)
    objects = [HiddenObject(i, names[i], share) for i, share in shares.items()]
    error = next((step.error for step in run.outcome.errors), "")
    return Hidden(float(run.covered.mean()), tuple(sorted(objects, key=lambda each: -each.hidden_share)), error)


def hidden_in(labels: Labels, covered: BoolArray) -> Mapping[int, float]:
    """Share of each object that lies under holes, 0..1, by id; holes move nothing, so that pixels can be counted.

    Args:
        labels: Of the image before erasing; pixels of masks are counted, otherwise those of boxes, whose sides are
            rounded to whole ones.
        covered: ``(H, W)``, where the holes are.
    """
    height, width = covered.shape
    shares: dict[int, float] = {}
    for i, xyxy in zip(labels.boxes.ids, labels.boxes.xyxy.tolist(), strict=True):
        x1, y1, x2, y2 = (round(side) for side in xyxy)
        x1, y1 = min(max(x1, 0), width - 1), min(max(y1, 0), height - 1)
        shares[i] = float(covered[y1 : max(y2, y1 + 1), x1 : max(x2, x1 + 1)].mean())
    if labels.masks is not None:
        for layer in labels.masks.layers:
            whole = np.bincount(layer.ravel(), minlength=len(labels.masks) + 1)
            under = np.bincount(layer[covered], minlength=len(labels.masks) + 1)
            shares |= {labels.masks.ids[k - 1]: float(under[k] / whole[k]) for k in np.flatnonzero(whole) if k}
    return shares
