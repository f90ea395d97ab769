"""Pixel statistics: original against augmented over many draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from augviz.charts.colours import AUGMENTED, HEIGHT_PX, ORIGINAL, OUTSIDE, SAFE, channel_colour, faint, laid_out
from augviz.charts.units import axis_title, factor_of, title_of
from augviz.statistics.formulas import BINS, HUES
from augviz.statistics.over_draws import Band, ChannelCurves, DrawnScalars, HueCurves, OverDraws
from augviz.statistics.training_range import TrainingRange

Floats = npt.NDArray[np.float64]

COLUMNS = 3
"""Channels beside each other."""

LEAST_COLOUR = 0.005
"""Colour of the originals, as a sum over the circle, from which they have any: the least of the coloured sample images
has 0.009, the grey ones have none (measured). Noise on a grey picture has hues too, which say nothing.
"""

NAMED_IMAGES = 12
"""With more images they are told by their place and not by their name."""


def channel_curves(over: OverDraws, *, cumulative: bool = False) -> go.Figure:
    """Histogram, or cumulative curve, of each band: the original as a line, the draws as a band with their median.

    All channels share one axis. In histograms a few levels may reach beyond it.

    Args:
        over: What was read.
        cumulative: Share of the pixels up to each level instead of at it.
    """
    names = tuple(curve.name for curve in over.curves)
    columns = max(1, min(COLUMNS, len(names)))
    rows = max(1, -(-len(names) // columns))
    figure = make_subplots(rows, columns, subplot_titles=names or None, shared_yaxes=True)
    levels = np.arange(BINS) * over.top / (BINS - 1)
    for place, curve in enumerate(over.curves):
        colour = channel_colour(curve.name, place, names)
        at = {"row": place // columns + 1, "col": place % columns + 1}
        figure.add_traces(_curve_traces(curve, levels, colour, cumulative=cumulative, first=place == 0), **_spread(at))
    figure.update_xaxes(range=[0, over.top])
    figure.update_yaxes(tickformat=".0%", range=[0, 1.03 if cumulative else _highest(over.curves)], title=None)
    figure.update_yaxes(title="pixels up to the level" if cumulative else "pixels at the level", col=1)
    legend = {"orientation": "h", "y": -0.12 / rows, "yanchor": "top"}
    return laid_out(figure, height=max(HEIGHT_PX, 260 * rows), legend=legend)


def _highest(curves: Sequence[ChannelCurves]) -> float:
    """Upper end of the axis: single levels, such as a black border, may leave it, or nothing else would be seen."""
    heights = [curve.original for curve in curves]
    heights += [curve.augmented.high for curve in curves if curve.augmented is not None]
    tops = [float(np.percentile(height, 98)) for height in heights]
    return 1.25 * max(tops, default=0.0) or 1.0


def _spread(at: dict[str, int]) -> dict[str, list[int]]:
    return {"rows": [at["row"]] * 3, "cols": [at["col"]] * 3}


def _curve_traces(
    curve: ChannelCurves, levels: Floats, colour: str, *, cumulative: bool, first: bool
) -> list[go.Scatter]:
    """Always three: band, median and original, so that a channel can be told by its place."""
    band = curve.augmented_cumulative if cumulative else curve.augmented
    original = curve.original_cumulative if cumulative else curve.original
    shared: dict[str, Any] = {"hoverinfo": "skip", "showlegend": first}
    filled = _filled(levels, band)
    hover = f"{curve.name} %{{x:.3g}}: %{{y:.2%}}<extra></extra>"
    return [
        go.Scatter(
            **filled, fill="toself", fillcolor=faint(colour), line={"width": 0}, mode="lines", name="5–95% of draws",
            legendgroup="band", meta=curve.name, **shared,
        ),
        go.Scatter(
            x=levels, y=np.zeros(0) if band is None else band.median, mode="lines", name="median of draws",
            line={"color": colour, "width": 1.5, "dash": "dot"}, legendgroup="median", meta=curve.name, **shared,
        ),
        go.Scatter(
            x=levels, y=original, mode="lines", name="original", line={"color": colour, "width": 2},
            legendgroup="original", meta=curve.name, showlegend=first, hovertemplate=hover,
        ),
    ]  # fmt: skip


def _filled(x: Floats, band: Band | None) -> dict[str, Floats]:
    if band is None:
        return {"x": np.zeros(0), "y": np.zeros(0)}
    return {"x": np.concatenate([x, x[::-1]]), "y": np.concatenate([band.high, band.low[::-1]])}


def scalar_boxes(over: OverDraws, name: str) -> go.Figure:
    """One number: a box with a dot a draw for each image, and the original as a line.

    A dot carries ``customdata`` ``(image, seed)``.
    """
    labels, factor = _image_labels(over), factor_of(name, over.top)
    drawn = [one for one in over.drawn if name in one.scalars]
    figure = go.Figure(
        [
            go.Box(
                x=[labels[one.place] for one in drawn], y=[factor * one.scalars[name] for one in drawn],
                boxpoints="all", hoveron="points", jitter=0.5, pointpos=0,
                marker={"color": AUGMENTED, "size": 7, "opacity": 0.7},
                line={"color": AUGMENTED, "width": 1}, fillcolor=faint(AUGMENTED), name="augmented",
                customdata=_openable(drawn), hovertemplate="%{customdata[0]}: %{y:.4g}<extra></extra>",
            ),
            _original_lines(over, name, labels),
        ]
    )  # fmt: skip
    figure.update_yaxes(title=axis_title(name, over.top))
    figure.update_xaxes(type="category", showticklabels=over.images <= NAMED_IMAGES)
    return laid_out(figure)


def _original_lines(over: OverDraws, name: str, labels: Sequence[str]) -> go.Scatter:
    with_it, factor = [one for one in over.originals if name in one.scalars], factor_of(name, over.top)
    wide = max(6, 120 // max(over.images, 1))
    return go.Scatter(
        x=[labels[one.place] for one in with_it], y=[factor * one.scalars[name] for one in with_it], mode="markers",
        marker={"symbol": "line-ew", "size": wide, "line": {"color": ORIGINAL, "width": 3}}, name="original",
        customdata=[[one.image] for one in with_it], hovertemplate="%{customdata[0]}: %{y:.4g}<extra></extra>",
    )  # fmt: skip


def _image_labels(over: OverDraws) -> list[str]:
    """Names that tell images apart on an axis, also where two files have the same name."""
    names = [one.image for one in over.originals]
    return [name if names.count(name) == 1 else f"{name} ({place + 1})" for place, name in enumerate(names)]


def _openable(drawn: Sequence[DrawnScalars]) -> list[list[str]]:
    """Image and seed; the seed as text, because a browser's numbers are exact up to 2**53 only."""
    return [[one.image, str(one.seed)] for one in drawn]


def has_colour(hues: HueCurves) -> bool:
    """Whether the originals are more than grey."""
    return float(hues.original.sum()) >= LEAST_COLOUR


def hue_wheel(over: OverDraws) -> go.Figure | None:
    """How much colour lies in each direction of the hue circle: draws as bars, the original as a line.

    Returns:
        None where there are no colours, or hardly any.
    """
    if over.hues is None or not has_colour(over.hues):
        return None
    angles = np.arange(HUES) * 360 / HUES
    band, original = over.hues.augmented, over.hues.original
    closed = np.append(angles, angles[0])
    spread = {"array": band.high - band.median, "arrayminus": band.median - band.low}
    figure = go.Figure(
        [
            go.Barpolar(
                theta=angles, r=band.median, width=[360 / HUES] * HUES, name="median of draws",
                marker={"color": [f"hsl({angle:g}, 75%, 50%)" for angle in angles], "opacity": 0.75},
                customdata=np.stack([band.low, band.high], axis=1),
                hovertemplate="%{theta:.0f}°: %{r:.2%} (%{customdata[0]:.2%} to %{customdata[1]:.2%})<extra></extra>",
            ),
            go.Scatterpolar(
                theta=closed, r=np.append(band.median + spread["array"], band.high[0]), mode="lines",
                line={"color": AUGMENTED, "width": 1, "dash": "dot"}, name="95% of draws", hoverinfo="skip",
            ),
            go.Scatterpolar(
                theta=closed, r=np.append(original, original[0]), mode="lines", line={"color": ORIGINAL, "width": 2.5},
                name="original", hovertemplate="%{theta:.0f}°: %{r:.2%}<extra></extra>",
            ),
        ]
    )  # fmt: skip
    figure.update_layout(
        polar={"bgcolor": "rgba(0, 0, 0, 0)",
               "angularaxis": {"tickmode": "array", "tickvals": [0, 60, 120, 180, 240, 300],
               "ticktext": ["red", "yellow", "green", "cyan", "blue", "magenta"]},
               "radialaxis": {"tickformat": ".1%", "nticks": 4}}
    )  # fmt: skip
    return laid_out(figure, height=HEIGHT_PX + 60)


def range_scatter(over: OverDraws, found: TrainingRange, name: str) -> go.Figure:
    """One number of every sample, image by image: the range of the originals shaded, what lies outside marked.

    Every dot carries ``customdata`` ``(image, seed)``. A number without a range has no shade.
    """
    outside = {(one.place, one.draw) for one in found.outside_of(name)}
    drawn, factor = [one for one in over.drawn if name in one.scalars], factor_of(name, over.top)
    figure = go.Figure()
    own = next((each for each in found.ranges if each.name == name), None)
    if own is not None:
        figure.add_hrect(y0=factor * own.low, y1=factor * own.high, fillcolor=SAFE, line_width=0, layer="below")
    for title, is_outside, marker in (
        ("inside your range", False, {"color": AUGMENTED, "size": 6, "opacity": 0.6}),
        ("outside", True, {"color": OUTSIDE, "size": 9, "symbol": "x"}),
    ):
        some = [one for one in drawn if ((one.place, one.draw) in outside) == is_outside]
        figure.add_scatter(
            x=[one.place + 1 for one in some], y=[factor * one.scalars[name] for one in some], mode="markers",
            marker=marker, name=title, customdata=_openable(some),
            hovertemplate="%{customdata[0]}: %{y:.4g}<extra></extra>",
        )  # fmt: skip
    originals = [one for one in over.originals if name in one.scalars]
    figure.add_scatter(
        x=[one.place + 1 for one in originals], y=[factor * one.scalars[name] for one in originals], mode="markers",
        marker={"symbol": "line-ew", "size": 10, "line": {"color": ORIGINAL, "width": 2}}, name="original",
        customdata=[[one.image] for one in originals], hovertemplate="%{customdata[0]}: %{y:.4g}<extra></extra>",
    )  # fmt: skip
    figure.update_xaxes(title="image")
    figure.update_yaxes(title=axis_title(name, over.top))
    return laid_out(figure)


def outside_rates(found: TrainingRange) -> go.Figure:
    """Share of the images of which a draw lies outside, by number, with Wilson's 95%; the highest on top."""
    ordered = sorted(found.ranges, key=lambda each: each.rate)
    figure = go.Figure(
        go.Bar(
            x=[each.rate for each in ordered], y=[title_of(each.name) for each in ordered], orientation="h",
            marker={"color": AUGMENTED},
            error_x={
                "array": [each.interval.high - each.rate for each in ordered],
                "arrayminus": [each.rate - each.interval.low for each in ordered],
            },
            customdata=[[each.images_outside, each.images, each.originals_outside] for each in ordered],
            hovertemplate="%{y}: %{customdata[0]} of %{customdata[1]} images "
            "(%{customdata[2]} originals lie outside themselves)<extra></extra>",
        )
    )  # fmt: skip
    figure.update_xaxes(title="images with a draw outside your range", tickformat=".0%", range=[0, 1])
    return laid_out(figure, height=max(HEIGHT_PX, 60 + 26 * len(ordered)))
