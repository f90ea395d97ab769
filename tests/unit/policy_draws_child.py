"""Run in a fresh process, without augviz: loads pipeline files as training does, and writes down what they draw.

    python policy_draws_child.py DRAWS FILE…

Prints JSON: by file name the class of each step in the order of the file, and the places of those that fired in each
draw. Every step is replaced by one that only notes that it fired; containers and probabilities are those of the file.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import albumentations as A
import numpy as np


class Stand(A.NoOp):
    """Stands for a step and only notes that it fired."""

    def __init__(self, place: int, log: list[int], p: float) -> None:
        super().__init__(p=p)
        self.place, self.log = place, log

    def get_params(self) -> dict[str, object]:
        """Asked for each time it fires."""
        self.log.append(self.place)
        return {}


def with_stands(container: A.BaseCompose, names: list[str], log: list[int]) -> None:
    """Replace every step, so that drawing costs nothing but the drawing."""
    for at, child in enumerate(container.transforms):
        if isinstance(child, A.BaseCompose):
            with_stands(child, names, log)
        else:
            container.transforms[at] = Stand(len(names), log, child.p)
            names.append(type(child).__name__)


def seed(node: object, streams: Iterator[int]) -> None:
    """A stream for each, as without a seed; Compose(seed=…) would give all of them the same."""
    value = next(streams)
    node.random_generator, node.py_random = np.random.default_rng(value), random.Random(value)
    for child in getattr(node, "transforms", ()):
        seed(child, streams)


def drawn(path: Path, draws: int) -> tuple[list[str], list[list[int]]]:
    """Steps of a file, and which of them fired in each draw."""
    compose = A.load(path, data_format="yaml")
    names, log, found = [], [], []
    with_stands(compose, names, log)
    seed(compose, iter(range(1, 10_000)))
    image = np.zeros((4, 4, 3), np.uint8)
    for _draw in range(draws):
        log.clear()
        compose(image=image)
        found.append(list(log))
    return names, found


if __name__ == "__main__":
    paths = [Path(word) for word in sys.argv[2:]]
    print(json.dumps({path.stem: drawn(path, int(sys.argv[1])) for path in paths}))
    assert "augviz" not in sys.modules
