"""What the whole verdict costs beside the bare pipeline, in one run on the same images.

    python -m benchmarks.assess --images 64 --size 512

Each round runs the pipeline once on every image, and then judges it on them (rules, checks, and the step to blame), in
turns, so that whatever else the machine does hits both alike. Goal: with 64 images of 512 x 512 and the guide's
pipeline the verdict costs at most ten times the bare run; it grows linearly with images and steps, and tells its
progress.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import statistics
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import pairwise

import cv2
import numpy as np

from augviz.pipeline.draws import sample_seed
from augviz.pipeline.run import run
from augviz.pipeline.spec import PipelineSpec
from augviz.policies.starting_points import GUIDE
from augviz.preservation.assess import Assessment, Stage, assess
from augviz.preservation.prefill import prefill
from augviz.preservation.profiles import profile_of
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample
from augviz.side_by_side import in_threads
from benchmarks.subject import subject

warnings.filterwarnings("ignore", "ShiftScaleRotate is a special case")

GOAL = 10.0
PROFILE = "detection"
STEPS = (2, 4, 8)


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


@dataclass
class Verdict:
    """One verdict, with a clock.

    Attributes:
        found: What was found.
        seconds: Wall time of each stage.
        told: How often it told its progress.
        silence: Longest time without a word, in seconds.
    """

    found: Assessment
    seconds: dict[Stage, float]
    told: int
    silence: float


def verdict(spec: PipelineSpec, samples: Sequence[Sample], seed: int) -> Verdict:
    """Judge a pipeline, as the page and the command line do; facts are read from the labels."""
    facts = prefill([sample.labels for sample in samples], profile_of(PROFILE))
    marks: list[tuple[Stage, float]] = [("steps", time.perf_counter())]
    found = assess(
        spec,
        samples,
        PROFILE,
        facts,
        seed=seed,
        on_progress=lambda stage, _done, _count: marks.append((stage, time.perf_counter())),
    )
    marks.append((marks[-1][0], time.perf_counter()))
    took: dict[Stage, float] = {"steps": 0.0, "samples": 0.0, "causes": 0.0}
    for (_before, began), (stage, ended) in pairwise(marks):
        took[stage] += ended - began
    return Verdict(found, took, len(marks) - 2, max(b - a for (_s, a), (_t, b) in pairwise(marks)))


@dataclass(frozen=True)
class Row:
    """Medians over the rounds, in milliseconds an image; ``ratio`` is the median of the rounds' own ratios."""

    bare: float
    verdict: float
    ratio: float
    stages: dict[Stage, float]
    last: Verdict


def compared(spec: PipelineSpec, samples: Sequence[Sample], rounds: int) -> Row:
    """The bare run and the verdict, in turns."""
    bares, verdicts = [], []
    for seed in range(rounds):
        began = time.perf_counter()
        bare(spec, samples, seed)
        bares.append(time.perf_counter() - began)
        verdicts.append(verdict(spec, samples, seed))
    totals = [sum(one.seconds.values()) for one in verdicts]
    scale, middle = 1000 / len(samples), statistics.median
    stages = {name: middle(one.seconds[name] for one in verdicts) * scale for name in verdicts[0].seconds}
    ratio = middle(total / alone for total, alone in zip(totals, bares, strict=True))
    return Row(middle(bares) * scale, middle(totals) * scale, ratio, stages, verdicts[-1])


def long(count: int) -> PipelineSpec:
    """So many steps: those of the guide in their order, again from the first where there are not enough."""
    steps = GUIDE.spec.steps
    return replace(GUIDE.spec, steps=tuple(replace(steps[k % len(steps)], id="") for k in range(count)))


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
        f"Python {platform.python_version()}, albumentations {version('albumentations')}, "
        f"opencv {cv2.__version__}. Milliseconds an image."
    )
    print("\n| | images | steps | bare run | verdict | of it rules, checks, blame | verdict ÷ bare |")
    print("|---|---:|---:|---:|---:|---|---:|")
    rows = [("the guide's pipeline", GUIDE.spec, samples[: chosen.images // part]) for part in (1, 2, 4)]
    rows += [("its steps, again and again", long(count), samples) for count in STEPS]
    told = []
    for name, spec, some in rows:
        row = compared(spec, some, chosen.rounds)
        told.append(row)
        parts = ", ".join(f"{row.stages[stage]:.1f}" for stage in ("steps", "samples", "causes"))
        cells = (name, len(some), len(spec.steps), f"{row.bare:.1f}", f"{row.verdict:.1f}", parts, f"{row.ratio:.1f}")
        print(f"| {' | '.join(map(str, cells))} |", flush=True)
    last = told[0].last
    print(
        f"\nGoal: at most {GOAL:g} in the first row. It told its progress {last.told} times, was silent for "
        f"{last.silence * 1000:.0f} ms at most, and named a step for each of {len(last.found.broken)} failing checks."
    )


if __name__ == "__main__":
    main()
