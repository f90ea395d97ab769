"""What the measured verdict costs beside the bare pipeline, in one run on the same images.

    python -m benchmarks.assess --images 64 --size 512

Each round runs the pipeline on every image, and every check on as many runs, in turns, so that whatever else the
machine does hits both alike. Goal: the verdict costs at most ten times the bare run, and grows linearly.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import statistics
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.metadata import version

import cv2
import numpy as np

from augviz.pipeline.draws import sample_seed
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec
from augviz.policies.starting_points import GUIDE
from augviz.preservation.assess import Broken, broken
from augviz.preservation.sampling import in_threads, sample_checks
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample
from benchmarks.subject import subject

warnings.filterwarnings("ignore", "ShiftScaleRotate is a special case")

GOAL = 10.0


def images(count: int, size: int) -> list[Sample]:
    """Different images: the photo, each time shifted and shaded, with boxes, three masks and three points."""
    photo = subject(size)
    found = []
    for place in range(count):
        rolled = np.roll(photo.image, place * 7 % size, axis=1)
        shaded = np.clip(rolled.astype(np.int16) + place % 32, 0, 255).astype(np.uint8)
        found.append(Sample(f"{place:03}.png", shaded, _labels(photo.labels.boxes, size)))
    return found


def _labels(boxes: Boxes, size: int) -> Labels:
    stack = []
    for x1, y1, x2, y2 in boxes.xyxy.astype(int):
        mask = np.zeros((size, size), np.uint8)
        mask[y1:y2, x1:x2] = 1
        stack.append(mask > 0)
    masks = Masks.from_stack(stack, boxes.labels, boxes.ids, size=(size, size))
    points = Keypoints.of(np.array([[0.42, 0.24], [0.5, 0.24], [0.46, 0.3]]) * size, ["left_eye", "right_eye", "nose"])
    return Labels(boxes, masks, None, points)


def bare(spec: PipelineSpec, samples: Sequence[Sample], seed: int) -> None:
    """The pipeline alone, as often, on the same threads."""
    jobs = [(sample, sample_seed(seed, place)) for place, sample in enumerate(samples)]
    in_threads(lambda job: run(spec, *job).seed, jobs)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one call."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def compared(spec: PipelineSpec, samples: Sequence[Sample], rounds: int) -> tuple[float, float, float]:
    """Milliseconds an image of the bare run and of the verdict, and the median of the rounds' own ratios."""
    pairs = [
        (
            seconds(lambda seed=seed: bare(spec, samples, seed)),  # type: ignore[misc]
            seconds(lambda seed=seed: sample_checks(spec, samples, seed=seed)),  # type: ignore[misc]
        )
        for seed in range(rounds)
    ]
    scale = 1000 / len(samples)
    return (
        statistics.median(a for a, _ in pairs) * scale,
        statistics.median(b for _, b in pairs) * scale,
        statistics.median(b / a for a, b in pairs),
    )


def longer(spec: PipelineSpec, times: int) -> PipelineSpec:
    """The same steps several times over."""
    return replace(spec, steps=tuple(replace(step, id="") for _ in range(times) for step in spec.steps))


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--images", type=int, default=64, help="different images (default 64)")
    words.add_argument("--size", type=int, default=512, help="side of the images in pixels (default 512)")
    words.add_argument("--rounds", type=int, default=3, help="rounds of both, in turns (default 3)")
    chosen = words.parse_args()
    cv2.setNumThreads(1)
    gc.freeze()
    samples = images(chosen.images, chosen.size)
    compared(GUIDE.spec, samples[:8], 1)
    print(
        f"{chosen.images} images of {chosen.size} x {chosen.size}, {chosen.rounds} rounds, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, albumentations {version('albumentations')}. Milliseconds an image."
    )
    print("\n| | bare run | verdict | verdict ÷ bare |\n|---|---:|---:|---:|")
    for name, spec, some in (
        ("the guide's pipeline", GUIDE.spec, samples),
        ("a quarter of the images", GUIDE.spec, samples[: max(1, chosen.images // 4)]),
        ("its steps twice", longer(GUIDE.spec, 2), samples),
        ("its steps three times", longer(GUIDE.spec, 3), samples),
    ):
        run_ms, verdict_ms, ratio = compared(spec, some, chosen.rounds)
        print(f"| {name} | {run_ms:.1f} | {verdict_ms:.1f} | {ratio:.1f} |")
    strict = {"m11.caution": 0.01, "m17.caution": 0.001, "m15.caution": 1.0, "m3.caution": 0.99}
    sampling = sample_checks(GUIDE.spec, samples, thresholds=strict)
    told: list[Broken] = []
    took = seconds(lambda: told.extend(broken(GUIDE.spec, samples, sampling)))
    print(f"\nGoal: at most {GOAL:g}. To blame a step for each of {len(told)} failing checks: {took * 1000:.0f} ms.")


if __name__ == "__main__":
    main()
