"""One call of one transform, as those see it who watch a run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from augviz.pipeline import border
from augviz.pipeline.draws import Draw
from augviz.pipeline.spec import Step


class Call(NamedTuple):
    """One call of one leaf, for those who watch.

    Attributes:
        leaf: The transform with the parameters that it drew; ``params`` is empty where it had nothing to do.
        draw: What its generators were made from.
        before, after: The data.
        arguments: What it took from other images.
    """

    leaf: Any
    draw: Draw
    before: border.Data
    after: border.Data
    arguments: Mapping[str, Any]


class Probe(Protocol):
    """Who watches a run without a byte of it depending on that (:mod:`augviz.pipeline.effects`)."""

    def see(self, step: Step, call: Call) -> None:
        """Look at a step that ran."""
