"""Two pictures of one sample: under one curtain, or side by side in a list of pairs.

Both are components that share message, drawing and layer switches with the gallery (:mod:`augviz.ui.gallery`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from augviz.ui.components import component, nothing
from augviz.ui.gallery import INKS, LAYERS, Tile, pack, tile_json


@dataclass(frozen=True)
class PairTile:
    """One sample through two pipelines.

    Attributes:
        a, b: The two pictures.
        title: What the sample is called.
        lines: What differs, one line each.
        selected: Whether it is the one under the curtain.
    """

    a: Tile
    b: Tile
    title: str
    lines: tuple[str, ...] = ()
    selected: bool = False


def curtain(a: Tile, b: Tile, titles: tuple[str, str], *, key: str, sample: str) -> None:
    """Show two pictures on top of each other with a vertical handle between them.

    Left of the handle is A, right of it B, each with its labels. The handle is moved with mouse, finger and arrow keys;
    it stays where it is when other pictures come. Pictures of different shape are each fitted into the same frame.

    Args:
        a, b: The pictures.
        titles: What A and B are called.
        key: Streamlit key.
        sample: Names the sample; when it changes, the curtain comes into view.
    """
    _mount("curtain", key, {"titles": list(titles), "sample": sample, "switches": True}, (a, b))


def pairs(tiles: Sequence[PairTile], *, key: str) -> int | None:
    """Show pairs in a grid, A left and B right.

    Args:
        tiles: What to show, in this order.
        key: Streamlit key.

    Returns:
        The place of the pair that was just opened (click, Enter or Space), or None.
    """
    content = {
        "pairs": [{"title": pair.title, "lines": pair.lines, "selected": pair.selected} for pair in tiles],
        "switches": False,
    }
    opened = _mount("pairs", key, content, [tile for pair in tiles for tile in (pair.a, pair.b)])
    return opened if opened is not None and opened < len(tiles) else None


def _mount(name: str, key: str, content: dict[str, Any], tiles: Sequence[Tile]) -> int | None:
    heads = [tile_json(tile) for tile in tiles]
    blobs = [blob for tile in tiles for blob in (tile.jpeg, tile.overlay.raster if tile.overlay else b"")]
    message = pack({"tiles": heads, "show": list(LAYERS), "palette": INKS, **content}, blobs)
    show = component(
        f"augviz_{name}",
        html=f'<div class="augviz {name}"></div>',
        css=["gallery.css", "curtain.css"],
        js=["overlay.js", "tiles.js", f"{name}.js"],
    )
    opened = show(key=key, data=message, on_opened_change=nothing).get("opened")
    return opened if isinstance(opened, int) and opened >= 0 else None
