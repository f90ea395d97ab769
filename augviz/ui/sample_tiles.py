"""What the gallery of samples shows: the original, and a tile a sample with its caption and its words."""

from __future__ import annotations

from collections.abc import Sequence

from augviz.overlay import ClassColours
from augviz.preview import PreviewTile, original_tile
from augviz.sample import Sample
from augviz.ui.gallery import Tile


def sample_tiles(
    sample: Sample, colours: ClassColours, drawn: Sequence[PreviewTile], *, is_draft: bool = False
) -> tuple[Tile, ...]:
    """The original first, then one tile a sample.

    Args:
        sample: The image that was augmented.
        colours: Colours of the classes.
        drawn: The samples, drawn small.
        is_draft: Whether they were drawn from a small copy; each says so.
    """
    original = _tile(original_tile(sample, colours), "Original", f"Original of {sample.name}", is_original=True)
    badge = "draft" if is_draft else ""
    return original, *(
        _tile(tile, _caption(place, tile), f"Augmented sample {place} of {sample.name}", badge)
        for place, tile in enumerate(drawn, start=1)
    )


def _caption(place: int, tile: PreviewTile) -> str:
    if tile.boxes_before:
        return f"#{place} · {tile.boxes_left} of {tile.boxes_before} boxes"
    count = len(tile.fired)
    return f"#{place} · {count} step{'' if count == 1 else 's'} fired"


def _tile(tile: PreviewTile, caption: str, alt: str, badge: str = "", *, is_original: bool = False) -> Tile:
    return Tile(
        tile.jpeg,
        tile.width,
        tile.height,
        tile.overlay,
        caption,
        alt,
        badge="error" if tile.errors else badge,
        is_original=is_original,
    )
