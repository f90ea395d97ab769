"""Mixing and erasing: λ and its curve, soft labels, noise that spreads, classes that meet, and what holes hide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from augviz.charts.colours import AUGMENTED, HEIGHT_PX, LIMIT, LINE, NOW, ORIGINAL, faint, laid_out
from augviz.charts.names import plain, short
from augviz.mixing.erasing import Hidden
from augviz.mixing.label_study import LabelStudy, NoiseSpread, beta_density
from augviz.wording import percent

Floats = npt.NDArray[np.float64]

BINS = 40
CURVE_PX = 150
BAR_PX = 34
END = 0.004
"""The curve of an α below 1 is infinite at 0 and 1; it is drawn from here on."""
MOST_NAME = 16
"""Characters of a name on an axis."""

MOST_CLASSES = 12
"""Classes of the matrix; with more, the largest are shown."""
MOST_OBJECTS = 24
"""Objects of the chart of holes, the most hidden ones."""


def beta_curve(alpha: float, lam: float | None = None) -> go.Figure:
    """Density of λ, small, with the λ of the draw in view.

    At α = 0 there is no curve: λ is always 1.
    """
    figure = go.Figure()
    if alpha > 0:
        at = np.linspace(END, 1 - END, 200)
        figure.add_scatter(
            x=at, y=beta_density(alpha, at), mode="lines", fill="tozeroy", fillcolor=faint(LINE),
            line={"color": LINE, "width": 2}, name="density", hovertemplate="λ %{x:.2f}<extra></extra>",
        )  # fmt: skip
    if lam is not None:
        figure.add_vline(x=lam, line={"color": LIMIT, "width": 2})
        figure.add_annotation(
            x=lam, y=1, yref="paper", yanchor="bottom", text=f"λ = {lam:.2f}", showarrow=False, xanchor=_side(lam)
        )
    figure.update_xaxes(range=[-0.02, 1.02], tickvals=[0, 0.5, 1], title=None)
    figure.update_yaxes(visible=False, rangemode="tozero")
    return laid_out(figure, height=CURVE_PX, showlegend=False, margin={"l": 10, "r": 10, "t": 24, "b": 10})


def _side(at: float) -> str:
    return "left" if at < 0.2 else "right" if at > 0.8 else "center"


def soft_label_bars(weights: Mapping[str, float]) -> go.Figure:
    """The label of a mixed picture: a bar a class, the heaviest on top."""
    names, values = list(weights), list(weights.values())
    figure = go.Figure(
        go.Bar(
            x=values, y=list(range(len(names))), orientation="h", marker={"color": AUGMENTED}, name="weight",
            text=[f"{plain(name)} · {weight:.1%}" for name, weight in weights.items()], textposition="outside",
            customdata=[[plain(name)] for name in names], hovertemplate="%{customdata[0]}: %{x:.2%}<extra></extra>",
            cliponaxis=False,
        )
    )  # fmt: skip
    figure.update_xaxes(range=[0, 1], visible=False)
    figure.update_yaxes(visible=False, autorange="reversed")
    return figure.update_layout(height=20 + BAR_PX * len(names), margin={"l": 0, "r": 90, "t": 6, "b": 6}, bargap=0.35)


def lambda_distribution(study: LabelStudy) -> go.Figure:
    """Density of λ over many draws, with the curve of Beta(α, α); of CutMix also the share that really stays.

    Of a mosaic the share of each of its images, which has no such curve.
    """
    figure = go.Figure()
    if study.drawn is None:
        figure.add_trace(_steps(study.weights.ravel(), "share of an image", AUGMENTED))
        figure.update_xaxes(title="share of the picture", range=[0, 1])
        figure.update_yaxes(title="density", rangemode="tozero")
        return laid_out(figure)
    figure.add_trace(_steps(study.drawn, "λ as drawn", AUGMENTED))
    shown = study.weights[:, 0]
    if study.method == "cutmix":
        figure.add_trace(_steps(shown, "share that stays", LIMIT))
    top = max(float(np.histogram(each, BINS, (0, 1), density=True)[0].max()) for each in (study.drawn, shown))
    if study.alpha > 0:
        at = np.linspace(END, 1 - END, 400)
        figure.add_scatter(
            x=at, y=beta_density(study.alpha, at), mode="lines", line={"color": NOW, "width": 2, "dash": "dot"},
            name=f"Beta({study.alpha:g}, {study.alpha:g})", hoverinfo="skip",
        )  # fmt: skip
    figure.update_xaxes(title="λ", range=[0, 1])
    figure.update_yaxes(title="density", range=[0, 1.15 * top])
    return laid_out(figure)


def entropy_distribution(study: LabelStudy) -> go.Figure:
    """How undecided the labels become: entropy in bits, 0 for a single class."""
    most = float(np.log2(min(len(study.classes), study.weights.shape[1]))) if len(study.classes) > 1 else 1.0
    counts, edges = np.histogram(study.entropy_bits, BINS, (0, max(most, 1e-9)))
    figure = go.Figure(
        go.Bar(
            x=(edges[1:] + edges[:-1]) / 2, y=counts / len(study.entropy_bits), width=np.diff(edges),
            marker={"color": AUGMENTED}, name="samples", hovertemplate="%{x:.2f} bits: %{y:.1%}<extra></extra>",
        )
    )  # fmt: skip
    mean = float(study.entropy_bits.mean())
    figure.add_vline(x=mean, line={"color": NOW, "dash": "dash", "width": 1.5})
    figure.add_annotation(
        x=mean, y=1, yref="paper", yanchor="bottom", text=f"mean {mean:.2f}", showarrow=False, xanchor="left"
    )
    figure.update_xaxes(title="entropy in bits", range=[0, most])
    figure.update_yaxes(title="samples", tickformat=".0%", rangemode="tozero")
    return laid_out(figure, showlegend=False, bargap=0)


def noise_curve(spread: NoiseSpread) -> go.Figure:
    """In how many samples at least so much of the label is wrong, mixed against unmixed.

    Where the curve begins is how many samples are touched at all; the area below both is the same.
    """
    figure = go.Figure(
        [
            go.Scatter(
                x=[0, 1], y=[spread.noise, spread.noise], mode="lines", line={"color": ORIGINAL, "width": 3},
                name="not mixed", hovertemplate="%{y:.1%} of the samples<extra>not mixed</extra>",
            ),
            go.Scatter(
                x=spread.at, y=spread.share, mode="lines", line={"color": AUGMENTED, "width": 3}, name="mixed",
                hovertemplate="%{y:.1%} of the samples: %{x:.0%} or more is wrong<extra>mixed</extra>",
            ),
        ]
    )  # fmt: skip
    figure.update_xaxes(title="wrong share, at least", tickformat=".0%", range=[0, 1])
    figure.update_yaxes(title="samples", tickformat=".0%", range=[0, max(1.15 * spread.touched, 0.02)])
    return laid_out(figure)


def class_pairs(study: LabelStudy) -> go.Figure:
    """How often two images of a mixture have these two classes; the rarest class is at the bottom right."""
    order = np.argsort(-study.class_shares, kind="stable")[:MOST_CLASSES]
    names = [plain(study.classes[k]) for k in order]
    shares = study.pairs()[np.ix_(order, order)]
    places = list(range(len(names)))
    figure = go.Figure(
        go.Heatmap(
            x=places, y=places, z=shares, zmin=0, colorscale="Cividis", texttemplate="%{text}", showscale=False,
            text=[[percent(share) for share in row] for row in shares.tolist()], xgap=2, ygap=2,
            customdata=[[[one, other] for other in names] for one in names],
            hovertemplate="%{customdata[0]} with %{customdata[1]}: %{text} of the mixtures<extra></extra>",
        )
    )  # fmt: skip
    ticks = {"tickmode": "array", "tickvals": places, "ticktext": [short(study.classes[k], MOST_NAME) for k in order]}
    figure.update_xaxes(title="its partner", **ticks)
    figure.update_yaxes(title="the image", autorange="reversed", **ticks)
    return laid_out(figure, height=max(HEIGHT_PX, 90 + 30 * len(names)))


def hidden_shares(draws: Sequence[Hidden]) -> go.Figure:
    """How much of each object holes hide: a dot a draw, the most hidden object on top; below them the whole picture."""
    found: dict[tuple[int, str], list[float]] = {}
    for draw in draws:
        for each in draw.objects:
            found.setdefault((each.id, each.name), []).append(each.hidden_share)
    ordered = sorted(found, key=lambda key: -float(np.mean(found[key])))[:MOST_OBJECTS]
    rows = [(short(name, MOST_NAME), found[i, name]) for i, name in ordered]
    rows.append(("whole picture", [draw.share for draw in draws]))
    figure = go.Figure()
    for place, (name, shares) in enumerate(rows):
        colour = ORIGINAL if place == len(rows) - 1 else AUGMENTED
        figure.add_box(
            x=shares, y=[place] * len(shares), orientation="h", boxpoints="all", jitter=0.6, pointpos=0, width=0.6,
            marker={"color": colour, "size": 4, "opacity": 0.6}, line={"color": colour, "width": 1},
            fillcolor=faint(colour), name=name, hovertemplate="%{fullData.name}: %{x:.0%}<extra></extra>",
        )  # fmt: skip
    figure.add_vline(x=0.5, line={"color": LIMIT, "dash": "dash", "width": 1.5})
    figure.update_xaxes(title="hidden", tickformat=".0%", range=[-0.02, 1.02])
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(rows))), ticktext=[name for name, _shares in rows],
        range=[len(rows) - 0.4, -0.6],
    )  # fmt: skip
    return laid_out(figure, height=max(200, 90 + 34 * len(rows)), showlegend=False)


def _steps(values: Floats, name: str, colour: str) -> go.Scatter:
    counts, edges = np.histogram(values, BINS, (0, 1), density=True)
    return go.Scatter(
        x=edges, y=np.append(counts, counts[-1]), mode="lines", fill="tozeroy", fillcolor=faint(colour),
        line={"color": colour, "width": 1.5, "shape": "hv"}, name=name, hoverinfo="skip",
    )  # fmt: skip
