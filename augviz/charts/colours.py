"""Colours with a meaning, and what all figures share.

Source of the colours: Okabe and Ito, Color Universal Design (2008).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

LINE = "#0072b2"
BAND = "rgba(0, 114, 178, 0.18)"
SAFE = "rgba(0, 158, 115, 0.16)"
FORBIDDEN = "rgba(213, 94, 0, 0.14)"
LIMIT = "#d55e00"
NOW = "#7a8296"

ORIGINAL = "#e69f00"
"""The images as they are."""

AUGMENTED = LINE
"""What the pipeline makes of them."""

OUTSIDE = LIMIT
"""Samples outside the range of the user's own images."""

CHANNELS: Mapping[str, str] = {"red": "#d55e00", "green": "#009e73", "blue": "#0072b2", "grey": NOW}
"""Channels that have a colour of their own, in the palette's red, green and blue."""

BANDS = ("#e69f00", "#56b4e9", "#cc79a7", "#009e73", "#0072b2", "#d55e00", "#f0e442")
"""Bands without one, in this order; further ones begin again."""

HEIGHT_PX = 340

MARGIN = {"l": 10, "r": 10, "t": 30, "b": 10}


def channel_colour(name: str, place: int, names: tuple[str, ...]) -> str:
    """Colour of a channel: red, green and blue only where a whole picture has just these three."""
    is_rgb = {each.casefold() for each in names} <= set(CHANNELS)
    return CHANNELS[name.casefold()] if is_rgb else BANDS[place % len(BANDS)]


def faint(colour: str, opacity: float = 0.22) -> str:
    """A colour ``#rrggbb`` as a transparent one.

    >>> faint("#0072b2", 0.5)
    'rgba(0, 114, 178, 0.5)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def laid_out(figure: go.Figure, **layout: Any) -> go.Figure:
    """The figure with the size, margins and legend that all have."""
    figure.update_layout(
        **{"height": HEIGHT_PX, "margin": MARGIN, "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom"}}
        | layout
    )
    return figure
