"""Whether the packages in this environment get in each other's way."""

from __future__ import annotations

from importlib.metadata import distributions

from augviz.errors import Problem

OPENCV_WHEELS = frozenset(
    {"opencv-python", "opencv-python-headless", "opencv-contrib-python", "opencv-contrib-python-headless"}
)
"""The four wheels that all unpack into ``cv2/`` (source: opencv-python's README: "select only one of them")."""

ALBUMENTATIONS_SUCCESSOR = "albumentationsx"
"""Installs into ``albumentations/`` as well, under another licence (AGPL or commercial)."""


def check_environment() -> tuple[Problem, ...]:
    """Look for packages that overwrite each other.

    Returns:
        One Problem for each conflict, with the commands that mend it; empty when all is well.
    """
    installed = {(found.metadata["Name"] or "").lower().replace("_", "-") for found in distributions()}
    return tuple(problem for problem in (_two_opencvs(installed), _successor(installed)) if problem is not None)


def _two_opencvs(installed: set[str]) -> Problem | None:
    wheels = sorted(OPENCV_WHEELS & installed)
    if len(wheels) < 2:
        return None
    return Problem(
        where="this Python environment",
        what=f"{' and '.join(wheels)} are both installed; they overwrite each other's files in cv2",
        mend=f"Run: pip uninstall -y {' '.join(wheels)} and then: pip install -r requirements.txt",
        kind="note",
    )


def _successor(installed: set[str]) -> Problem | None:
    if ALBUMENTATIONS_SUCCESSOR not in installed:
        return None
    return Problem(
        where="this Python environment",
        what="albumentationsx is installed over albumentations; it behaves differently and has another licence (AGPL)",
        mend="Run: pip uninstall -y albumentationsx albumentations and then: pip install -r requirements.txt",
        kind="note",
    )
