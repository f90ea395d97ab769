"""Pictures with their labels: a gallery of tiles, one large picture, and the filmstrip of the steps.

Three Streamlit components that share one drawing. Pictures travel as raw bytes in one message (no base64, no second
request); boxes, outlines and points travel beside them and are drawn by the browser, so that switching them on and off
asks nothing of the server. Names that visitors gave are only ever set as text.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

import streamlit as st

from augviz.overlay import PALETTE, Overlay
from augviz.ui.components import component, nothing

Layer: TypeAlias = Literal["boxes", "masks", "keypoints", "names"]
StepState: TypeAlias = Literal["fired", "not fired", "failed"]
LabelState: TypeAlias = Literal["label survives", "label fails"]

LAYERS: tuple[Layer, ...] = ("boxes", "masks", "keypoints", "names")
SCRIPTS = {
    "gallery": ("overlay.js", "tiles.js", "follow.js", "gallery.js"),
    "picture": ("overlay.js", "tiles.js", "picture.js"),
    "filmstrip": ("overlay.js", "tiles.js", "filmstrip.js"),
}
"""Which files of the js folder make each component."""

INKS: Sequence[tuple[str, str]] = [(colour.hex, colour.ink.hex) for colour in PALETTE]
"""Colour of an overlay, and the colour of text on it, by place in the palette."""


@dataclass(frozen=True)
class Tile:
    """One picture with what lies over it and what is said about it.

    Attributes:
        jpeg: The encoded picture (JPEG or PNG), of any size.
        width, height: Size of the sample in pixels, which is what the overlay counts in.
        overlay: Boxes, masks and keypoints, or None.
        caption: One line below the picture.
        alt: What the picture shows, for those who do not see it.
        badge: One word on the picture ("draft", "error"), or empty.
        selected: Whether it is the one that is open.
        is_original: Whether it is the untouched sample.
        is_pinned: Whether it stays in view; None where a tile cannot be pinned.
    """

    jpeg: bytes
    width: int
    height: int
    overlay: Overlay | None = None
    caption: str = ""
    alt: str = ""
    badge: str = ""
    selected: bool = False
    is_original: bool = False
    is_pinned: bool | None = None


@dataclass(frozen=True)
class Frame:
    """The picture after one step, or at one strength.

    Attributes:
        tile: The picture; its caption is the title of the frame.
        state: Whether the step fired, or whether the label survives.
        line: A line below the title (drawn values, milliseconds), or empty.
    """

    tile: Tile
    state: StepState | LabelState
    line: str = ""


@dataclass(frozen=True)
class Following:
    """Sliders that a gallery follows while they are dragged.

    Attributes:
        token: Names the visitor to the route that answers.
        sliders: Where the thumbs of each slider are in what the tiles show, by the key of its widget.
    """

    token: str
    sliders: Mapping[str, tuple[float, ...]]


class GalleryEvent(NamedTuple):
    """A tile was opened: its place among the tiles."""

    opened: int


def gallery(
    tiles: Sequence[Tile],
    *,
    key: str,
    columns: int | None = None,
    show: Sequence[Layer] = LAYERS,
    switches: bool = True,
    following: Following | None = None,
    on_pin: Callable[[int], None] | None = None,
) -> GalleryEvent | None:
    """Show tiles in a grid.

    Args:
        tiles: What to show, in this order.
        key: Streamlit key; the pictures of one key replace each other without flicker.
        columns: Tiles in a row; None fits as many as are at least 220 pixels wide.
        show: Layers that are on until the visitor switches them; the switch holds for all pictures of the page.
        switches: Whether to show the switches of the layers.
        following: The sliders that the tiles follow while they are dragged, or None.
        on_pin: Called before the next run when the pin of a tile was pressed, with its place among the tiles.

    Returns:
        Which tile was just opened (click, Enter or Space), or None.
    """
    content: dict[str, Any] = {"columns": columns, "show": list(show), "switches": switches}
    if following is not None:
        content["following"] = {"token": following.token, "sliders": dict(following.sliders)}

    def pinned() -> None:
        place = st.session_state[key].get("pinned")
        if on_pin is not None and isinstance(place, int) and 0 <= place < len(tiles):
            on_pin(place)

    content["tiles"] = [tile_json(tile) for tile in tiles]
    opened = _mount("gallery", key, content, tiles, pinned)
    return GalleryEvent(opened) if opened is not None and opened < len(tiles) else None


def frame(tiles: Sequence[Tile], shown: Sequence[str]) -> bytes:
    """What a gallery shows next while a slider is dragged; the answer of a route, not a component.

    Args:
        tiles: What to show, as for :func:`gallery`.
        shown: Keys of the tiles that the browser shows, by place; what it shows already is not sent again.
    """
    heads = [tile_json(tile) for tile in tiles]
    for place, (head, key) in enumerate(zip(heads, shown, strict=False)):
        if head["key"] == key:
            heads[place] = {**head, "kept": True}
    blobs = [
        b"" if head.get("kept") else blob
        for head, tile in zip(heads, tiles, strict=True)
        for blob in (tile.jpeg, tile.overlay.raster if tile.overlay else b"")
    ]
    return pack({"tiles": heads}, blobs)


def picture(
    tile: Tile,
    *,
    key: str,
    height: int | None = None,
    show: Sequence[Layer] = LAYERS,
    switches: bool = True,
    linked: str = "",
) -> None:
    """Show one large picture that can be zoomed, and whose objects tell their name and size.

    Args:
        tile: What to show.
        key: Streamlit key.
        height: Height in CSS pixels; None takes what the picture needs at full width, at most 70% of the window.
        show: Layers that are on until the visitor switches them.
        switches: Whether to show the switches of the layers.
        linked: Pictures with the same non-empty word zoom and move together (before and after).
    """
    content = {
        "tiles": [tile_json(tile)],
        "height": height,
        "show": list(show),
        "switches": switches,
        "linked": linked,
    }
    _mount("picture", key, content, [tile])


def filmstrip(
    frames: Sequence[Frame], *, key: str, show: Sequence[Layer] = LAYERS, switches: bool = False
) -> int | None:
    """Show the picture after each step in a row that scrolls sideways.

    Args:
        frames: The original first, then one a step.
        key: Streamlit key.
        show: Layers that are on until the visitor switches them, here or at any other picture of the page.
        switches: Whether to show the switches of the layers.

    Returns:
        The place of the frame that was just opened, or None.
    """
    tiles = [frame.tile for frame in frames]
    states = [{"state": frame.state, "line": frame.line} for frame in frames]
    content = {
        "tiles": [{**tile_json(tile), **state} for tile, state in zip(tiles, states, strict=True)],
        "show": list(show),
        "switches": switches,
    }
    opened = _mount("filmstrip", key, content, tiles)
    return opened if opened is not None and opened < len(frames) else None


def pack(content: dict[str, Any], blobs: Sequence[bytes]) -> bytes:
    """One message: length of the header (uint32, little endian), the header as JSON, then the blobs one after another.

    The header gets the length of each blob as ``sizes``.
    """
    header = json.dumps({**content, "sizes": [len(blob) for blob in blobs]}, separators=(",", ":")).encode()
    return b"".join((struct.pack("<I", len(header)), header, *blobs))


def tile_json(tile: Tile) -> dict[str, Any]:
    """A tile as js/tiles.js reads it, without its picture."""
    return {
        "key": _key(tile),
        "size": [tile.width, tile.height],
        "overlay": None if tile.overlay is None else tile.overlay.to_json(),
        "caption": tile.caption,
        "alt": tile.alt,
        "badge": tile.badge,
        "selected": tile.selected,
        "original": tile.is_original,
        "pinned": tile.is_pinned,
    }


def _key(tile: Tile) -> str:
    """Equal for tiles that look the same, whatever their words: the browser then keeps what it shows."""
    state = hashlib.blake2b(tile.jpeg, digest_size=12)
    if tile.overlay is not None:
        state.update(json.dumps(tile.overlay.to_json()).encode())
        state.update(tile.overlay.raster)
    return state.hexdigest()


def _mount(
    name: str,
    key: str,
    content: dict[str, Any],
    tiles: Sequence[Tile],
    on_pinned: Callable[[], None] | None = None,
) -> int | None:
    """Show a component; a picture and a raster (mostly empty) a tile are its blobs."""
    blobs = [blob for tile in tiles for blob in (tile.jpeg, tile.overlay.raster if tile.overlay else b"")]
    message = pack({**content, "palette": INKS}, blobs)
    show = component(f"augviz_{name}", html=f'<div class="augviz {name}"></div>', css=["gallery.css"], js=SCRIPTS[name])
    result = show(key=key, data=message, on_opened_change=nothing, on_pinned_change=on_pinned or nothing)
    opened = result.get("opened")
    return opened if isinstance(opened, int) and opened >= 0 else None
