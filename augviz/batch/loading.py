"""How a training loader puts its images together: what one chooses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from augviz.batch.collating import DType, Layout
from augviz.batch.mistakes import MistakeId
from augviz.batch.normalising import Normalisation
from augviz.batch.remarks import How

By: TypeAlias = Literal["pipeline", "imagenet", "measured", "typed", "nothing"]
"""Where mean and standard deviation come from: the pipeline's own Normalize, or else the loader's."""


@dataclass(frozen=True)
class Loading:
    """What is chosen.

    Attributes:
        count: How many images a batch has.
        how: What happens where sizes differ.
        size_hw: Size of the batch, for "pad" and "resize"; None for the usual one.
        layout: Channels first or last.
        dtype: Number type.
        by: Where mean and standard deviation come from.
        typed: The ones that were typed.
        mistake: The mistake that is looked at beside the right batch, or None.
    """

    count: int = 8
    how: How = "refuse"
    size_hw: tuple[int, int] | None = None
    layout: Layout = "NCHW"
    dtype: DType = "float32"
    by: By = "pipeline"
    typed: Normalisation = field(default_factory=Normalisation)
    mistake: MistakeId | None = None
