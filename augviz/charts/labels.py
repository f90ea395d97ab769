"""Label statistics: what the labels of the originals look like, and those of what the pipeline makes of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from augviz.charts.colours import AUGMENTED, HEIGHT_PX, ORIGINAL, laid_out
from augviz.statistics.label_statistics import GRID, LabelChange

SIZE_BINS = 25
ASPECT_ENDS = (1 / 16, 16.0)
"""Boxes that are longer are counted at the end."""

CLASSES_SHOWN = 14
"""With more classes those are shown of which most was lost."""

Floats = npt.NDArray[np.float64]


def class_counts(change: LabelChange) -> go.Figure:
    """Objects of each class in one pass over the images, original against augmented, the rarest on top; of many classes
    those that lose most.
    """
    before, after = change.original.class_counts, change.augmented.class_counts
    names = _told(before, after)
    figure = _pair_of_bars(names, before, after, horizontal=True)
    figure.update_xaxes(title="objects in one pass over the images", rangemode="tozero")
    return laid_out(figure, barmode="group", height=max(HEIGHT_PX, 60 + 34 * len(names)))


def objects_per_image(change: LabelChange) -> go.Figure:
    """Share of the samples by how many objects they show."""
    before, after = change.original.objects_per_image, change.augmented.objects_per_image
    counts = range(max((*before, *after), default=0) + 1)
    figure = _pair_of_bars(
        [str(count) for count in counts],
        {str(count): share for count, share in before.items()},
        {str(count): share for count, share in after.items()},
    )
    figure.update_xaxes(title="objects in the image", type="category")
    figure.update_yaxes(title="images", tickformat=".0%")
    return laid_out(figure, barmode="group")


def mask_shares(change: LabelChange) -> go.Figure:
    """Mean share of the pixels under masks of each class, the smallest on top; of many those that lose most."""
    before, after = change.original.mask_share, change.augmented.mask_share
    names = _told(before, after)
    figure = _pair_of_bars(names, before, after, horizontal=True)
    figure.update_xaxes(title="share of the pixels", tickformat=".1%", rangemode="tozero")
    return laid_out(figure, barmode="group", height=max(HEIGHT_PX, 60 + 34 * len(names)))


def sizes(change: LabelChange) -> go.Figure:
    """Distribution of box sizes: the square root of the box's share of the image's area."""
    edges = np.linspace(0, 1, SIZE_BINS + 1)
    figure = _pair_of_steps(change.original.size_share, change.augmented.size_share, edges)
    figure.update_xaxes(title="side of the box, share of the image's", tickformat=".0%", range=[0, 1])
    return laid_out(figure)


def aspects(change: LabelChange) -> go.Figure:
    """Distribution of width / height of boxes, on a logarithmic axis: 2 and 1/2 are equally far from a square."""
    low, high = np.log2(ASPECT_ENDS)
    edges = 2 ** np.linspace(low, high, 33)
    inside = [np.clip(one.aspect, *ASPECT_ENDS) for one in (change.original, change.augmented)]
    figure = _pair_of_steps(inside[0], inside[1], edges)
    ticks = [0.0625, 0.25, 0.5, 1, 2, 4, 16]
    texts = ["1:16", "1:4", "1:2", "1:1", "2:1", "4:1", "16:1"]
    ends = [float(np.log10(end)) for end in ASPECT_ENDS]
    figure.update_xaxes(title="width : height of the box", type="log", range=ends, tickvals=ticks, ticktext=texts)
    return laid_out(figure)


def positions(change: LabelChange) -> go.Figure:
    """Where the middles of objects lie in the image, original beside augmented, on one scale."""
    both = (("original", change.original.heat), ("augmented", change.augmented.heat))
    figure = make_subplots(
        1, 2, subplot_titles=[title for title, _heat in both], shared_yaxes=True, horizontal_spacing=0.14
    )
    top = max(float(heat.max()) for _title, heat in both)
    middles = (np.arange(GRID) + 0.5) / GRID
    for column, (title, heat) in enumerate(both, start=1):
        figure.add_trace(
            go.Heatmap(
                x=middles, y=middles, z=heat, zmin=0, zmax=top or 1, colorscale="Cividis", name=title,
                showscale=column == 2, colorbar={"tickformat": ".0%"},
                hovertemplate="%{x:.0%} from the left, %{y:.0%} from the top: %{z:.1%} of the objects<extra></extra>",
            ),
            row=1, col=column,
        )  # fmt: skip
    figure.update_yaxes(autorange="reversed", tickformat=".0%")
    figure.update_xaxes(tickformat=".0%", tickvals=[0, 0.5, 1])
    return laid_out(figure)


def _told(before: Mapping[str, float], after: Mapping[str, float]) -> list[str]:
    """Names by what they had, the least first; of many those that lose most of what they had."""
    names = {**before, **after}
    lost = sorted(names, key=lambda name: (after.get(name, 0.0) / before[name] if before.get(name) else 1.0, name))
    return sorted(lost[:CLASSES_SHOWN], key=lambda name: (before.get(name, 0.0), name))


def _pair_of_bars(
    names: list[str], before: Mapping[str, float], after: Mapping[str, float], *, horizontal: bool = False
) -> go.Figure:
    figure = go.Figure()
    for title, colour, values in (("original", ORIGINAL, before), ("augmented", AUGMENTED, after)):
        numbers = [values.get(name, 0.0) for name in names]
        x, y = (numbers, names) if horizontal else (names, numbers)
        figure.add_bar(x=x, y=y, orientation="h" if horizontal else "v", marker={"color": colour}, name=title)
    if horizontal:  # names may look like numbers
        figure.update_yaxes(
            type="category", autorange="reversed"
        )  # the first on top, and the original above the augmented
    return figure


def _pair_of_steps(before: Floats, after: Floats, edges: Floats) -> go.Figure:
    figure = go.Figure()
    for title, colour, values in (("original", ORIGINAL, before), ("augmented", AUGMENTED, after)):
        counts, _ = np.histogram(values, edges)
        shares = counts / max(len(values), 1)
        figure.add_scatter(
            x=edges, y=np.append(shares, shares[-1]), mode="lines", line={"color": colour, "width": 2, "shape": "hv"},
            name=title, hovertemplate="%{x:.3g}: %{y:.1%}<extra></extra>",
        )  # fmt: skip
    figure.update_yaxes(title="objects", tickformat=".0%", rangemode="tozero")
    return figure
