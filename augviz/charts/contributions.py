"""Which step contributes what to a number."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

from augviz.charts.colours import AUGMENTED, HEIGHT_PX, NOW, laid_out
from augviz.charts.epoch import NO_TITLES
from augviz.charts.units import axis_title, factor_of
from augviz.statistics.contributions import Contributions


def contribution_bars(
    found: Contributions, scalar: str, titles: Mapping[str, str] = NO_TITLES, top: float = 255.0
) -> go.Figure:
    """How far one number moves because of each step: a bar for the mean change, a faint one for its mean size.

    The dotted line says what all steps do together.

    Args:
        found: What was measured.
        scalar: The number.
        titles: Names for people by step id; otherwise the id.
        top: Upper end of the range of the images: 255, or 1.
    """
    rows, factor = found.of(scalar)[::-1], factor_of(scalar, top)
    names = [titles.get(row.step_id, row.step_id) for row in rows]
    figure = go.Figure()
    for title, values, look in (
        ("mean size of the change, either way", [factor * row.size for row in rows], {"color": NOW, "opacity": 0.45}),
        ("mean change", [factor * row.change for row in rows], {"color": AUGMENTED}),
    ):
        figure.add_bar(
            x=values, y=names, orientation="h", marker=look, name=title,
            customdata=[[row.fired, row.samples] for row in rows],
            hovertemplate="%{y}: %{x:.3g}; fired in %{customdata[0]} of %{customdata[1]} samples<extra></extra>",
        )  # fmt: skip
    figure.add_vline(x=factor * found.whole.get(scalar, 0.0), line={"color": NOW, "dash": "dot", "width": 1.5})
    figure.update_xaxes(title=f"change of {axis_title(scalar, top)}", zeroline=True)
    figure.update_yaxes(type="category")
    return laid_out(figure, barmode="group", height=max(HEIGHT_PX, 60 + 40 * len(rows)))
