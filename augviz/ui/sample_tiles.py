"""What the gallery of samples shows: the original, and a tile a sample with its caption and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from augviz.overlay import ClassColours
from augviz.preview import PreviewTile, original_tile
from augviz.sample import Sample
from augviz.ui import alt_texts
from augviz.ui.gallery import Tile
from augviz.ui.shots import Shot
from augviz.wording import counted


def sample_tiles(
    sample: Sample,
    colours: ClassColours,
    shots: Sequence[Shot],
    drawn: Sequence[PreviewTile],
    titles: Mapping[str, str],
    *,
    is_draft: bool = False,
) -> tuple[Tile, ...]:
    """The original first, then one tile a sample.

    Args:
        sample: The image in view.
        colours: Colours of the classes.
        shots: Which samples they are.
        drawn: The samples, drawn small, in the same order.
        titles: The names that the visitor gave to steps, by id.
        is_draft: Whether they were drawn from a small copy; each says so.
    """
    original = _tile(original_tile(sample, colours), "Original", f"Original of {sample.name}", is_original=True)
    badge = "draft" if is_draft else ""
    return original, *(
        replace(
            _tile(tile, _caption(shot.title, tile), alt_texts.of_tile(_name(shot), tile, titles), badge),
            is_pinned=shot.is_pinned,
        )
        for shot, tile in zip(shots, drawn, strict=True)
    )


def _name(shot: Shot) -> str:
    return f"Augmented sample {shot.title} of {shot.sample.name}"


def _caption(title: str, tile: PreviewTile) -> str:
    if tile.boxes_before:
        return f"{title} · {tile.boxes_left} of {tile.boxes_before} boxes"
    count = len(tile.fired)
    return f"{title} · {counted(count, 'step')} fired"


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
