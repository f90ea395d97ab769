"""Test-time augmentation: one answer beside the single one, what views cost and buy, and the model as a witness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from augviz.charts.colours import AUGMENTED, LIMIT, NOW, ORIGINAL, faint, laid_out
from augviz.charts.names import plain, short
from augviz.tta.gain import CurvePoint
from augviz.tta.witness import Tally
from augviz.wording import percent

ROW_PX = 44
MOST_NAME, MOST_TITLE = 22, 34
"""Characters of a class and of a view on an axis."""

SINGLE, MERGED = "single view", "all views"

SAME, UNSURE, SURE = "same class", "another class, unsure", "another class, and sure of it"


class ClassBar(NamedTuple):
    """One class: its name, and its probability by the single view and by all, 0..1."""

    name: str
    single: float
    merged: float


class ViewTime(NamedTuple):
    """One view: its title, the time to make it and the time of the model, in milliseconds."""

    title: str
    look_ms: float
    model_ms: float


def answer_bars(rows: Sequence[ClassBar], *, is_alone: bool = False) -> go.Figure:
    """Probability of the likeliest classes, all views beside the single one; the likeliest class on top.

    Args:
        rows: The classes.
        is_alone: Whether there is the single view and no other.
    """
    places = list(range(len(rows)))
    names = [plain(row.name) for row in rows]
    figure = go.Figure(
        [
            _answers([row.single for row in rows], names, places, SINGLE, ORIGINAL),
            _answers([row.merged for row in rows], names, places, MERGED, AUGMENTED),
        ][: 1 if is_alone else 2]
    )
    figure.update_xaxes(range=[0, 1.12], tickformat=".0%", tickvals=[0, 0.5, 1], title=None)
    figure.update_yaxes(
        tickmode="array", tickvals=places, ticktext=[short(row.name, MOST_NAME) for row in rows], autorange="reversed"
    )
    return laid_out(figure, height=80 + ROW_PX * len(rows), barmode="group", bargap=0.25, legend=_LEGEND)


def _answers(values: Sequence[float], names: Sequence[str], places: Sequence[int], title: str, colour: str) -> go.Bar:
    return go.Bar(
        x=list(values), y=list(places), orientation="h", name=title, marker={"color": colour}, customdata=list(names),
        text=[percent(value) for value in values], textposition="outside", cliponaxis=False,
        hovertemplate="%{customdata}: %{x:.1%}<extra>" + title + "</extra>",
    )  # fmt: skip


def view_times(rows: Sequence[ViewTime]) -> go.Figure:
    """Time of each view: to make the picture, and of the model."""
    places = list(range(len(rows)))
    titles = [plain(row.title) for row in rows]
    figure = go.Figure(
        [
            go.Bar(
                x=[getattr(row, part) for row in rows], y=places, orientation="h", name=name, marker={"color": colour},
                customdata=titles, hovertemplate="%{customdata}: %{x:.1f} ms<extra>" + name + "</extra>",
            )
            for part, name, colour in (("look_ms", "making the view", ORIGINAL), ("model_ms", "the model", AUGMENTED))
        ]
    )  # fmt: skip
    figure.update_xaxes(title="milliseconds", rangemode="tozero")
    figure.update_yaxes(
        tickmode="array",
        tickvals=places,
        ticktext=[short(row.title, MOST_TITLE) for row in rows],
        autorange="reversed",
    )
    return laid_out(figure, height=100 + 26 * len(rows), barmode="stack", bargap=0.3, legend=_LEGEND)


def gain_curve(points: Sequence[CurvePoint]) -> go.Figure:
    """Accuracy of the first K views; the band is Wilson's 95%."""
    x = [point.views for point in points]
    band = [*(point.interval.high for point in points), *(point.interval.low for point in reversed(points))]
    figure = go.Figure(
        [
            go.Scatter(
                x=[*x, *x[::-1]], y=band, fill="toself", fillcolor=faint(AUGMENTED), line={"width": 0}, mode="lines",
                hoverinfo="skip", name="95% interval",
            ),
            go.Scatter(
                x=x, y=[point.accuracy for point in points], mode="lines+markers", name="accuracy",
                line={"color": AUGMENTED, "width": 2.5}, marker={"size": 7},
                customdata=[[plain(point.added), point.right, point.images] for point in points],
                hovertemplate="%{x} views, the last is %{customdata[0]}: %{customdata[1]} of %{customdata[2]} right"
                "<extra></extra>",
            ),
        ]
    )  # fmt: skip
    _counted_axis(figure, len(points))
    figure.update_yaxes(title="accuracy", tickformat=".0%")
    return laid_out(figure, height=300, showlegend=False)


def latency_curve(points: Sequence[CurvePoint]) -> go.Figure:
    """Time of the first K views of one image."""
    figure = go.Figure(
        go.Scatter(
            x=[point.views for point in points], y=[point.ms for point in points], mode="lines+markers", name="time",
            line={"color": ORIGINAL, "width": 2.5}, marker={"size": 7},
            hovertemplate="%{x} views: %{y:.0f} ms an image<extra></extra>",
        )
    )  # fmt: skip
    _counted_axis(figure, len(points))
    figure.update_yaxes(title="milliseconds an image", rangemode="tozero")
    return laid_out(figure, height=300, showlegend=False)


def _counted_axis(figure: go.Figure, count: int) -> None:
    figure.update_xaxes(title="views", tickvals=list(range(1, count + 1)), range=[0.7, count + 0.3])


def change_bars(augmented: Tally, null: Tally) -> go.Figure:
    """How often a model changes its mind after the pipeline, above the same after hardly any change."""
    tallies = (augmented, null)
    parts = (
        (SURE, LIMIT, [tally.sure for tally in tallies]),
        (UNSURE, ORIGINAL, [tally.unsure for tally in tallies]),
        (SAME, NOW, [tally.same for tally in tallies]),
    )
    figure = go.Figure(
        [
            go.Bar(
                x=[count / max(1, tally.pictures) for count, tally in zip(counts, tallies, strict=True)], y=[0, 1],
                orientation="h", name=name, marker={"color": colour},
                customdata=[[count, tally.pictures] for count, tally in zip(counts, tallies, strict=True)],
                hovertemplate="%{customdata[0]} of %{customdata[1]}<extra>" + name + "</extra>",
            )
            for name, colour, counts in parts
        ]
    )  # fmt: skip
    figure.update_xaxes(range=[0, 1.03], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1], title="pictures")
    figure.update_yaxes(
        tickmode="array", tickvals=[0, 1], ticktext=["your pipeline", "hardly changed"], autorange="reversed"
    )
    return laid_out(figure, height=210, barmode="stack", bargap=0.35, legend=_LEGEND)


_LEGEND = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"}
