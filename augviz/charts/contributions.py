"""Which step contributes what to a number."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from augviz.charts.colours import AUGMENTED, HEIGHT_PX, NOW, laid_out
from augviz.charts.epoch import NO_TITLES
from augviz.statistics.contributions import Contributions
from augviz.statistics.pixel_statistics import scalar_named


def contribution_bars(found: Contributions, scalar: str, titles: Mapping[str, str] = NO_TITLES) -> go.Figure:
    """How far one number moves because of each step: a bar for the mean change, a faint one for its mean size.

    The dotted line says what all steps do together.

    Args:
        found: What was measured.
        scalar: The number.
        titles: Names for people by step id; otherwise the id.
    """
    rows = found.of(scalar)[::-1]
    names = [titles.get(row.step_id, row.step_id) for row in rows]
    figure = go.Figure()
    for title, values, look in (
        ("mean size of the change, either way", [row.size for row in rows], {"color": NOW, "opacity": 0.45}),
        ("mean change", [row.change for row in rows], {"color": AUGMENTED}),
    ):
        figure.add_bar(
            x=values, y=names, orientation="h", marker=look, name=title,
            customdata=[[row.fired, row.samples] for row in rows],
            hovertemplate="%{y}: %{x:.3g}; fired in %{customdata[0]} of %{customdata[1]} samples<extra></extra>",
        )  # fmt: skip
    figure.add_vline(x=found.whole.get(scalar, 0.0), line={"color": NOW, "dash": "dot", "width": 1.5})
    unit = scalar_named(scalar).unit
    figure.update_xaxes(title=f"change of {scalar}{f' ({unit})' if unit else ''} because of the step", zeroline=True)
    return laid_out(figure, barmode="group", height=max(HEIGHT_PX, 60 + 40 * len(rows)))
