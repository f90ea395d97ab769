"""What each step contributes, in words."""

from __future__ import annotations

from collections.abc import Mapping

from augviz.charts.epoch import NO_TITLES
from augviz.charts.sentences.pixels import is_unmoved
from augviz.charts.units import change_shown, size_shown, title_of
from augviz.statistics.contributions import Contributions
from augviz.statistics.moves import movers


def contribution_bars(
    found: Contributions, scalar: str, titles: Mapping[str, str] = NO_TITLES, top: float = 255.0
) -> str:
    """Which step moves a number most, by how much, and what all steps do together."""
    first = next(iter(movers(found, scalar)), None)
    if first is None:
        return f"No step moves {title_of(scalar).lower()}."
    whole = found.whole.get(scalar, 0.0)
    together = "all steps together leave its mean where it was"
    if not is_unmoved(scalar, whole):
        together = f"all steps together: {change_shown(scalar, whole, whole, top)}"
    by = size_shown(scalar, first.size, top)
    name = titles.get(first.step_id, first.step_id)
    return f"{name} moves {title_of(scalar).lower()} most, by {by} on average, up or down; {together}."
