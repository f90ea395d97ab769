"""Figures of a sweep: what survives and what is hardly visible, and how pictures look, against magnitude."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from augviz.charts.colours import BAND, FORBIDDEN, LIMIT, LINE, NOW, ORIGINAL, SAFE, laid_out
from augviz.preservation.sweep import Spread, Sweep

SURVIVES = "labels that survive"
HIDDEN = "objects less than half visible"


def sweep_curves(found: Sweep, axis: str = "") -> go.Figure:
    """Labels that survive, and objects that are less than half visible, along what was swept.

    The band is Wilson's 95% by images; the safe part is shaded, and so is what a rule speaks against. Dashed: how
    many labels have to survive; dotted: where the number stands now, and where labels begin to fail. The curve of
    objects is left out where there are none.

    Args:
        found: The sweep; while it goes on, the axis leaves room for what is to come.
        axis: What the axis says; by default the title of the sweep with its unit.
    """
    figure = go.Figure(_survival(found))
    if any(point.below_half_share is not None for point in found.points):
        figure.add_trace(_below_half(found))
    figure.add_hline(y=1 - found.limit, line={"color": LIMIT, "dash": "dash", "width": 1})
    for low, high in found.forbidden:
        figure.add_vrect(x0=low, x1=high, fillcolor=FORBIDDEN, line_width=0, layer="below")
    if found.is_complete:
        _add_limits(figure, found)
    _add_now(figure, found)
    _lay_out(figure, found, axis)
    figure.update_yaxes(range=[-0.03, 1.12], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
    return figure


def sweep_scalar(found: Sweep, name: str, *, axis: str = "", title: str = "") -> go.Figure:
    """One number of the pictures along what was swept; the band holds nine tenths of the runs.

    Args:
        found: The sweep.
        name: Name of the number (:func:`augviz.preservation.scalars.scalars_of`).
        axis: What the axis says; by default the title of the sweep with its unit.
        title: What the number is called; by default its name.
    """
    points = [point for point in found.points if name in point.scalars]
    spreads = [point.scalars[name] for point in points]
    x = [point.value for point in points]
    mean = go.Scatter(
        x=x,
        y=[spread.mean for spread in spreads],
        mode="lines+markers",
        line={"color": LINE, "width": 2.5},
        name="after the pipeline",
        hovertemplate=f"{_value(found)}: %{{y:.3g}}<extra></extra>",
    )
    figure = go.Figure([_band(x, spreads, "nine tenths of the samples"), mean])
    if name in found.originals:
        ends = [found.tried[0], found.tried[-1]]
        before = {"color": ORIGINAL, "dash": "dash", "width": 2}
        figure.add_trace(
            go.Scatter(x=ends, y=[found.originals[name].mean] * 2, mode="lines", line=before, name="the originals")
        )
    for low, high in found.safe:
        figure.add_vrect(x0=low, x1=high, fillcolor=SAFE, line_width=0, layer="below")
    _add_now(figure, found)
    _lay_out(figure, found, axis)
    figure.update_yaxes(title=title or name)
    return figure


def _add_limits(figure: go.Figure, found: Sweep) -> None:
    for low, high in found.safe:
        figure.add_vrect(x0=low, x1=high, fillcolor=SAFE, line_width=0, layer="below")
    for value in found.limits:
        figure.add_vline(x=value, line={"color": LIMIT, "dash": "dot", "width": 1.5})
        side = "left" if value == found.tried[0] else "right"
        figure.add_annotation(
            x=value, y=1, yref="paper", yanchor="top", xanchor=side, text="safe limit", showarrow=False
        )


def _add_now(figure: go.Figure, found: Sweep) -> None:
    if found.now is None:
        return
    figure.add_vline(x=found.now, line={"color": NOW, "dash": "dot", "width": 1.5})
    figure.add_annotation(x=found.now, y=1, yref="paper", yanchor="top", xanchor="left", text="now", showarrow=False)


def _lay_out(figure: go.Figure, found: Sweep, axis: str) -> None:
    low, high = found.tried[0], found.tried[-1]
    room = 0.02 * (high - low or 1.0)
    unit = f" ({found.unit})" if found.unit and not _is_share(found) else ""
    ticks = {"tickformat": ".3~p"} if _is_share(found) else {}
    figure.update_xaxes(title=axis or f"{found.title}{unit}", range=[low - room, high + room], **ticks)
    laid_out(figure)


def _is_share(found: Sweep) -> bool:
    """Whether the values are shares, which people read in percent."""
    return found.unit == "share"


def _value(found: Sweep) -> str:
    """The value in a hover text."""
    return "%{x:.3~p}" if _is_share(found) else "%{x:.3g}"


def _survival(found: Sweep) -> list[go.Scatter]:
    x = [point.value for point in found.points]
    band = [Spread(point.survival_rate, *point.band) for point in found.points]
    curve = go.Scatter(
        x=x,
        y=[point.survival_rate for point in found.points],
        mode="lines+markers",
        line={"color": LINE, "width": 2.5},
        name=SURVIVES,
        customdata=[point.runs for point in found.points],
        hovertemplate=f"{_value(found)}: %{{y:.0%}} of %{{customdata}} samples keep their label<extra></extra>",
    )
    return [_band(x, band, "95% by images"), curve]


def _below_half(found: Sweep) -> go.Scatter:
    points = [point for point in found.points if point.below_half_share is not None]
    return go.Scatter(
        x=[point.value for point in points],
        y=[point.below_half_share for point in points],
        mode="lines+markers",
        line={"color": LIMIT, "width": 2.5},
        name=HIDDEN,
        customdata=[point.objects for point in points],
        hovertemplate=f"{_value(found)}: %{{y:.1%}} of %{{customdata}} objects<extra></extra>",
    )


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
