"""Figure of a sweep: what survives, what is hardly visible, and how pictures look, against magnitude."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from augviz.charts.colours import BAND, LIMIT, LINE, NOW, SAFE
from augviz.preservation.sweep import Spread, Sweep

ROW_PX = 200
SCALARS = ("contrast", "sharpness", "saturation")
"""Numbers of the pictures that are drawn unless others are asked for."""


def sweep_curves(found: Sweep, scalars: Sequence[str] = SCALARS) -> go.Figure:
    """Labels that survive, objects that are less than half visible, and numbers of the pictures, one below the other.

    Bands are Wilson's 95 % by images for labels, and nine tenths of the runs for numbers of pictures; the safe part is
    shaded in every row. Dashed: how many labels have to survive, or what the numbers were before; dotted: where the
    number stands now. The row of objects is left out where there are none.

    Args:
        found: The sweep.
        scalars: Numbers of the pictures; those that no picture has are left out.
    """
    shown = [name for name in scalars if any(name in point.scalars for point in found.points)]
    has_objects = any(point.below_half_share is not None for point in found.points)
    titles = ["labels that survive", *(["objects less than half visible"] if has_objects else []), *shown]
    figure = make_subplots(rows=len(titles), cols=1, shared_xaxes=True, vertical_spacing=0.22 / len(titles))
    for trace in _survival(found):
        figure.add_trace(trace, row=1, col=1)
    figure.add_hline(y=1 - found.limit, line={"color": LIMIT, "dash": "dash", "width": 1.5}, row=1, col=1)
    if has_objects:
        figure.add_trace(_below_half(found), row=2, col=1)
    for row, name in enumerate(shown, start=len(titles) - len(shown) + 1):
        for trace in _scalar(found, name):
            figure.add_trace(trace, row=row, col=1)
        if name in found.originals:
            figure.add_hline(
                y=found.originals[name].mean, line={"color": NOW, "dash": "dash", "width": 1}, row=row, col=1
            )
    for low, high in found.safe:
        figure.add_vrect(x0=low, x1=high, fillcolor=SAFE, line_width=0, layer="below", row="all", col=1)
    if found.now is not None:
        figure.add_vline(x=found.now, line={"color": NOW, "dash": "dot", "width": 1.5}, row="all", col=1)
    for row, title in enumerate(titles, start=1):
        figure.update_yaxes(title_text=title, row=row, col=1)
    for row in range(1, 2 + has_objects):
        figure.update_yaxes(range=[-0.03, 1.05], tickformat=".0%", row=row, col=1)
    unit = f" ({found.unit})" if found.unit else ""
    figure.update_xaxes(title_text=f"{found.title}{unit}", row=len(titles), col=1)
    figure.update_layout(
        height=ROW_PX * len(titles) + 60, margin={"l": 10, "r": 10, "t": 10, "b": 10}, showlegend=False
    )
    return figure


def _survival(found: Sweep) -> list[go.Scatter]:
    x = [point.value for point in found.points]
    band = [Spread(point.survival_rate, *point.band) for point in found.points]
    curve = go.Scatter(
        x=x,
        y=[point.survival_rate for point in found.points],
        mode="lines+markers",
        line={"color": LINE, "width": 2.5},
        name="survives",
        customdata=[point.runs for point in found.points],
        hovertemplate="%{x:.3g}: %{y:.0%} of %{customdata} runs survive<extra></extra>",
    )
    return [_band(x, band, "95 % by images"), curve]


def _below_half(found: Sweep) -> go.Scatter:
    points = [point for point in found.points if point.below_half_share is not None]
    return go.Scatter(
        x=[point.value for point in points],
        y=[point.below_half_share for point in points],
        mode="lines+markers",
        line={"color": LIMIT, "width": 2.5},
        name="less than half visible",
        customdata=[point.objects for point in points],
        hovertemplate="%{x:.3g}: %{y:.0%} of %{customdata} objects<extra></extra>",
    )


def _scalar(found: Sweep, name: str) -> list[go.Scatter]:
    points = [point for point in found.points if name in point.scalars]
    x = [point.value for point in points]
    spreads = [point.scalars[name] for point in points]
    mean = go.Scatter(
        x=x,
        y=[spread.mean for spread in spreads],
        mode="lines+markers",
        line={"color": LINE, "width": 2},
        name=name,
        hovertemplate="%{x:.3g}: %{y:.3g}<extra></extra>",
    )
    return [_band(x, spreads, f"{name}, 90 % of runs"), mean]


def _band(x: Sequence[float], spreads: Sequence[Spread], name: str) -> go.Scatter:
    return go.Scatter(
        x=[*x, *x[::-1]],
        y=[*(spread.high for spread in spreads), *(spread.low for spread in spreads[::-1])],
        fill="toself",
        fillcolor=BAND,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        name=name,
    )
