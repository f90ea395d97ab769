"""How far a number can go before labels are lost."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from augviz.charts.colours import BAND, FORBIDDEN, HEIGHT_PX, LIMIT, LINE, NOW, SAFE
from augviz.preservation.rule_range import RuleRange
from augviz.preservation.safe_range import Point, SafeRange


def survival_curve(found: SafeRange, rules: RuleRange | None = None) -> go.Figure:
    """Share of labels that survive along the range of one number.

    The band is Wilson's 95% by images; the safe part is shaded, and so is what a rule speaks against; a dashed line
    says how many have to survive, a vertical one where the number stands now.
    """
    points = sorted(found.curve, key=lambda point: point.value)
    figure = go.Figure()
    for low, high in found.safe:
        figure.add_vrect(x0=low, x1=high, fillcolor=SAFE, line_width=0, layer="below")
    for low, high in () if rules is None else rules.where("violating"):
        figure.add_vrect(x0=low, x1=high, fillcolor=FORBIDDEN, line_width=0, layer="below")
    figure.add_traces([_band(points), _fit(points), _tried(points)])
    figure.add_hline(y=1 - found.limit, line={"color": LIMIT, "dash": "dash", "width": 1.5})
    figure.add_vline(x=found.knob.now, line={"color": NOW, "dash": "dot", "width": 1.5})
    figure.add_annotation(x=found.knob.now, y=1.08, yref="y", text="now", showarrow=False)
    unit = f" ({found.knob.unit})" if found.knob.unit else ""
    figure.update_xaxes(title=f"{found.knob.title}{unit}", range=[found.knob.low, found.knob.high])
    figure.update_yaxes(
        title="labels that survive", range=[-0.03, 1.15], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1]
    )
    figure.update_layout(height=HEIGHT_PX, margin={"l": 10, "r": 10, "t": 10, "b": 10}, showlegend=False)
    return figure


def _fit(points: Sequence[Point]) -> go.Scatter:
    x, y = [point.value for point in points], [1 - point.fitted for point in points]
    return go.Scatter(x=x, y=y, mode="lines", line={"color": LINE, "width": 2.5}, name="fit", hoverinfo="skip")


def _tried(points: Sequence[Point]) -> go.Scatter:
    return go.Scatter(
        x=[point.value for point in points],
        y=[1 - point.rate for point in points],
        mode="markers",
        marker={"color": LINE, "size": 7},
        name="tried",
        customdata=[point.runs for point in points],
        hovertemplate="%{x:.3g}: %{y:.0%} of %{customdata} runs survive<extra></extra>",
    )


def _band(points: Sequence[Point]) -> go.Scatter:
    upper = [1 - point.band.low for point in points]
    lower = [1 - point.band.high for point in points]
    x = [point.value for point in points]
    return go.Scatter(
        x=[*x, *x[::-1]],
        y=[*upper, *lower[::-1]],
        fill="toself",
        fillcolor=BAND,
        line={"width": 0},
        mode="lines",
        hoverinfo="skip",
        name="95% by images",
    )
