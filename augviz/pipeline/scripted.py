"""Give a library's own ``Compose`` the draws of :func:`augviz.pipeline.run.run`.

Two things stand on this: the export proves itself (a file, loaded by ``A.load`` in a fresh process, is run whole by the
library and must give the picture that was shown), and a property test holds our run to ``Compose``. Only the places
where the library asks for chance are answered; everything else is the library's own code.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import albumentations as A
import numpy as np

from augviz.pipeline.draws import Draw, Draws, weighted_choice
from augviz.pipeline.growth import guard
from augviz.pipeline.run import ROOT_ID


def script(compose: A.BaseCompose, ids: Sequence[str], draws: Draws) -> None:
    """Answer every question for chance in ``compose`` from ``draws``.

    Args:
        compose: A Compose of Albumentations, changed in place.
        ids: Stream names of its nodes, parents before children, the Compose itself left out.
        draws: The streams of one sample.

    Raises:
        ValueError: The Compose has another number of nodes than there are names.
    """
    names = iter(ids)
    _answer_group(compose, ROOT_ID, draws, names)
    if (left := next(names, None)) is not None:
        raise ValueError(f"there are more stream names than nodes, starting with {left}")


def _answer_group(group: A.BaseCompose, group_id: str, draws: Draws, names: Iterator[str]) -> None:
    children: list[str] = []
    for child in group.transforms:
        child_id = next(names, None)
        if child_id is None:
            raise ValueError("there are more nodes than stream names")
        children.append(child_id)
        if isinstance(child, A.BaseCompose):
            _answer_group(child, child_id, draws, names)
        else:
            _answer_leaf(child, child_id, draws)
    answers = _GroupAnswers(group_id, children, draws)
    group.py_random = answers
    group.random_generator = answers


def _answer_leaf(leaf: A.BasicTransform, leaf_id: str, draws: Draws) -> None:
    def should_apply(force_apply: bool = False) -> bool:
        draw = draws.visit(leaf_id)
        fires = leaf.p > 0 and (force_apply or draw.u < leaf.p)
        if fires:
            leaf.random_generator, leaf.py_random = draw.generators()
        return bool(fires)

    leaf.should_apply = should_apply
    guard(leaf)  # what the picture refused must not be made here either


class _GroupAnswers(random.Random):
    """Answers ``random()`` (does the group run?) and ``choice()`` (which children?) of one group."""

    def __init__(self, group_id: str, child_ids: Sequence[str], draws: Draws) -> None:
        super().__init__(0)
        self._group_id = group_id
        self._child_ids = child_ids
        self._draws = draws
        self._open: Draw | None = None

    def random(self) -> float:
        """The question for p; it opens a visit."""
        self._open = self._draws.visit(self._group_id)
        return self._open.u

    def choice(self, count: Any, size: int | None = None, replace: bool = True, p: Any = None) -> Any:
        """The question which children run, as ``numpy.random.Generator.choice`` is asked."""
        draw = self._open or self._draws.visit(self._group_id)  # a chosen OneOf is not asked for its p
        self._open = None
        if size is None:
            return weighted_choice(draw.pick, [1.0] * count if p is None else p)
        return np.array(self._draws.order(self._group_id, self._child_ids, size, with_replacement=replace))
