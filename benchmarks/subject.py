"""What is measured: one photo with boxes, the guide's pipeline, and what nine samples cost without any page."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

import albumentations as A
import numpy as np
import skimage.data
from PIL import Image

from augviz.formats import by_name
from augviz.formats.format import ImageInfo, LabelledImage, SourceFile
from augviz.images import encode_jpeg, encode_png, shrink, to_display
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec, Step, thaw
from augviz.policies.starting_points import GUIDE
from augviz.sample import Boxes, Labels, Sample

warnings.filterwarnings("ignore", "ShiftScaleRotate is a special case")

SAMPLES = 9
THREADS = 2
TILE_PX = 448
"""Longer side of a tile; nine of them fill a 1440-pixel window beside the controls."""

NATIVE_PX = 512
OBJECTS = (("face", (180, 70, 290, 210)), ("flag", (0, 0, 130, 400)), ("shuttle", (330, 0, 512, 300)))
"""Boxes of scikit-image's ``astronaut`` (NASA, public domain), by eye; they only have to be there."""


@cache
def subject(size: int) -> Sample:
    """The photo at ``size`` x ``size`` pixels with its three boxes."""
    picture = Image.fromarray(skimage.data.astronaut()).resize((size, size), Image.Resampling.LANCZOS)
    corners = np.array([corners for _, corners in OBJECTS], np.float32) * size / NATIVE_PX
    boxes = Boxes.of(corners, [name for name, _ in OBJECTS])
    return Sample(f"astronaut_{size}.png", np.asarray(picture), Labels(boxes))


def files_of(sample: Sample) -> tuple[SourceFile, ...]:
    """The photo as PNG and its boxes as COCO, to be uploaded."""
    height, width = sample.size_hw
    writer = by_name("coco").write
    assert writer is not None
    labels = writer([LabelledImage(ImageInfo(sample.name, height, width), sample.labels)])
    return SourceFile(sample.name, encode_png(sample.image)), *labels


def rotated_by(degrees: float) -> PipelineSpec:
    """The guide's pipeline with another rotation limit."""
    steps = tuple(
        step.with_param("rotate_limit", (-degrees, degrees))
        if isinstance(step, Step) and step.name == "ShiftScaleRotate"
        else step
        for step in GUIDE.spec.steps
    )
    return replace(GUIDE.spec, steps=steps)


def as_compose(spec: PipelineSpec) -> A.Compose:
    """The same pipeline the way one writes it without augviz."""
    steps = [
        getattr(A, step.name)(**{name: thaw(value) for name, value in step.params.items()}, p=step.p)
        for step in spec.steps
        if isinstance(step, Step)
    ]
    return A.Compose(steps, bbox_params=A.BboxParams("pascal_voc", label_fields=["labels"]))


def bare_ms(size: int, degrees: float, *, compose: bool) -> float:
    """Milliseconds for nine runs and nine tiles on two threads, with no page around.

    Args:
        size: Side of the photo in pixels.
        degrees: Rotation limit.
        compose: Run a plain ``A.Compose`` a thread instead of :func:`augviz.pipeline.run.run`.
    """
    sample = subject(size)
    work = _compose_work(sample, degrees) if compose else _run_work(sample, degrees)
    start = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        tiles = list(pool.map(work, range(SAMPLES)))
    assert len(tiles) == SAMPLES
    return (time.perf_counter() - start) * 1000


def _run_work(sample: Sample, degrees: float) -> Callable[[int], bytes]:
    spec = rotated_by(degrees)
    return lambda seed: encode_jpeg(shrink(to_display(run(spec, sample, seed).after.image), TILE_PX))


def _compose_work(sample: Sample, degrees: float) -> Callable[[int], bytes]:
    spec = rotated_by(degrees)

    def work(seed: int) -> bytes:
        compose = as_compose(spec)  # not thread-safe, so one a call; building takes under a millisecond
        compose.set_random_seed(seed)
        boxes = sample.labels.boxes
        after = compose(image=sample.image, bboxes=boxes.xyxy, labels=list(boxes.labels))
        return encode_jpeg(shrink(after["image"], TILE_PX))

    return work
