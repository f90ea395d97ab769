"""Why a step could not run on this image, in words that a person can act on."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Set
from typing import Any

from augviz.errors import StepError
from augviz.transforms import catalogue


def step_error(name: str, error: Exception, data: Mapping[str, Any]) -> StepError:
    """Turn whatever a transform raised into a sentence about this image."""
    height, width = data["image"].shape[:2]
    channels = _channels(data)
    text = " ".join(str(error).split()) or type(error).__name__
    for found, meaning in LIBRARY_WORDS:
        text = re.sub(found, meaning, text)
    need = next((need for need in sorted(catalogue.entry(name).needs & UNMET.keys()) if _lacks(need, data)), "")
    unmet = UNMET[need][1] if need else ""
    return StepError(
        f"{name} could not run on this image ({width} x {height} px, {channels} channels): {unmet or text[:240]}",
        mend=f"{MENDS.get(need, 'Change its parameters, move it, or switch it off')}; "
        "in training the whole pipeline would stop here.",
    )


def _lacks(need: str, data: Mapping[str, Any]) -> bool:
    return UNMET[need][0](_channels(data), data.keys())


def _channels(data: Mapping[str, Any]) -> int:
    return int(data["image"].shape[2]) if data["image"].ndim == 3 else 1


UNMET: Mapping[str, tuple[Callable[[int, Set[str]], bool], str]] = {
    "mask": (
        lambda _channels, targets: not {"mask", "masks"} & targets,
        "it needs a mask, and this image has none",
    ),
    "class mask": (
        lambda _channels, targets: "mask" not in targets,
        "it needs a mask of classes, and this image has none; masks of single objects do not do",
    ),
    "boxes": (lambda _channels, targets: "bboxes" not in targets, "it needs boxes, and this image has none"),
    "no boxes": (lambda _channels, targets: "bboxes" in targets, "the library's own code fails on images with boxes"),
    "no keypoints": (
        lambda _channels, targets: "keypoints" in targets,
        "the library's own code fails on images with keypoints",
    ),
    "no object masks": (
        lambda _channels, targets: "masks" in targets,
        "the library's own code fails on masks of single objects",
    ),
    "three channels": (lambda channels, _targets: channels != 3, "it needs a colour image with three channels"),
    "one or three channels": (lambda channels, _targets: channels not in (1, 3), "it needs a grey or colour image"),
    "several channels": (lambda channels, _targets: channels < 2, "it needs at least two channels"),
    "few channels": (
        lambda channels, targets: channels > 4 and "bboxes" in targets,
        "the library's own code fails on images with boxes and more than four channels",
    ),
}
"""By a need of the catalogue: when an image lacks it, from its channels and its targets, and what is said then."""

MENDS: Mapping[str, str] = {
    "mask": "Draw or upload a mask, or switch the step off",
    "class mask": "Draw or upload a mask of classes, or switch the step off",
    "boxes": "Draw or upload boxes, or switch the step off",
}
"""By a need: what gives the image what it lacks."""

LIBRARY_WORDS = (
    # Erasing, when no hole of the drawn size and shape fits into the image (Albumentations 2.0.8).
    (r".*missing 1 required positional argument: 'seed'.*", "no hole of the drawn size and shape fits into it"),
    # OpenCV names the file of its own source where it stopped.
    (r"OpenCV\([^)]*\) \S+ error: \([^)]*\) ", "OpenCV refused it: "),
)
"""What the library says that nobody can read, and what it means."""
