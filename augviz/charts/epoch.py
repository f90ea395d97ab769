"""One epoch: how many steps meet in a sample, and which."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import plotly.graph_objects as go

from augviz.charts.colours import AUGMENTED, HEIGHT_PX, LIMIT, NOW, laid_out
from augviz.statistics.one_epoch import Epoch, Share

NO_TITLES: Mapping[str, str] = MappingProxyType({})

MEETINGS_SHOWN = 15


def stacked_bars(epoch: Epoch, *, destructive: bool = False) -> go.Figure:
    """Share of the samples by how many steps fire in them; samples that nothing touches are grey.

    Args:
        epoch: What was simulated.
        destructive: Count the destructive steps alone; two and more are marked.
    """
    shares = epoch.destructive_stacked if destructive else epoch.stacked
    counts = list(range(max(shares, default=0) + 1))
    colours = [NOW if count == 0 else LIMIT if destructive and count > 1 else AUGMENTED for count in counts]
    figure = go.Figure(
        go.Bar(
            x=[str(count) for count in counts], y=[shares.get(count, 0.0) for count in counts],
            marker={"color": colours}, hovertemplate="%{x} steps: %{y:.1%} of the samples<extra></extra>",
        )
    )  # fmt: skip
    what = "destructive steps that meet" if destructive else "steps that fire"
    figure.update_xaxes(title=f"{what} in one sample", type="category")
    figure.update_yaxes(title="samples", tickformat=".0%")
    return laid_out(figure)


def step_bars(epoch: Epoch, titles: Mapping[str, str] = NO_TITLES) -> go.Figure:
    """Share of the samples in which each step fires; a mark where its probability and its groups put it.

    Args:
        epoch: What was simulated.
        titles: Names for people by step id; otherwise the id.
    """
    steps = epoch.steps[::-1]
    names = [titles.get(step.step_id, step.step_id) for step in steps]
    colours = [LIMIT if step.is_destructive else AUGMENTED for step in steps]
    figure = go.Figure(
        [
            _bars([step.fired for step in steps], names, colours, "simulated"),
            go.Scatter(
                x=[step.chance for step in steps], y=names, mode="markers", name="exact chance",
                marker={"symbol": "line-ns", "size": 16, "line": {"color": NOW, "width": 3}},
                hovertemplate="%{y}: %{x:.1%} exactly<extra></extra>",
            ),
        ]
    )  # fmt: skip
    figure.update_xaxes(title="samples in which it fires", tickformat=".0%", range=[0, 1.02])
    figure.update_yaxes(type="category")
    return laid_out(figure, height=max(HEIGHT_PX, 60 + 30 * len(steps)))


def meeting_bars(epoch: Epoch, titles: Mapping[str, str] = NO_TITLES) -> go.Figure:
    """Pairs of destructive steps and the share of the samples in which they meet, the most frequent on top."""
    meetings = epoch.meetings[:MEETINGS_SHOWN][::-1]
    names = [" + ".join(titles.get(step, step) for step in (each.first, each.second)) for each in meetings]
    figure = go.Figure(_bars([each.met for each in meetings], names, [LIMIT] * len(meetings), "meet"))
    figure.update_xaxes(title="samples in which both fire", tickformat=".0%", rangemode="tozero")
    figure.update_yaxes(type="category")
    return laid_out(figure, height=max(HEIGHT_PX, 60 + 30 * len(meetings)))


def _bars(shares: list[Share], names: list[str], colours: list[str], title: str) -> go.Bar:
    return go.Bar(
        x=[share.rate for share in shares], y=names, orientation="h", marker={"color": colours}, name=title,
        error_x={
            "array": [share.interval.high - share.rate for share in shares],
            "arrayminus": [share.rate - share.interval.low for share in shares],
        },
        customdata=[[share.samples, share.of] for share in shares],
        hovertemplate="%{y}: %{customdata[0]} of %{customdata[1]} samples<extra></extra>",
    )  # fmt: skip
