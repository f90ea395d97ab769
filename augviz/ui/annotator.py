"""The picture that one draws on.

One component holds the tools and stays as it is while the page runs again and again. What Python has to say comes as
letters, each in an invisible component of its own, because a component is sent whole whenever a byte of it changes: the
picture travels once an image, the shapes when something else than the browser has changed them, the confirmation (some
hundred bytes and a page of code) after every edit. The browser sends what Python has not confirmed yet.
"""

from __future__ import annotations

import hashlib
import json
import struct
from typing import Any

import streamlit as st

from augviz.drawing import shape_json
from augviz.images import encode_jpeg, encode_png, shrink, to_display
from augviz.overlay import PALETTE, ClassColours
from augviz.overlay import draw as painted
from augviz.sample import Labels, Sample
from augviz.ui import drawings, workspace
from augviz.ui.components import component
from augviz.ui.in_hand import OpenDrawing

KEY = "annotator"

PICTURE_SIDE = 2048
"""Longest side of the picture in the browser; what is drawn counts in pixels of the image itself."""

EXACT_PIXELS = 300_000
"""Pictures up to this size travel without loss: one looks at their single pixels."""

MAX_NAMES = 1_000
"""Names that are offered while typing."""

_SCRIPTS = ("shapes", "masks", "history", "view", "tools")


def canvas() -> None:
    """The picture in view with everything that is drawn on it."""
    opened, sample = drawings.current(), workspace.current().sample
    colours = workspace.current().colours
    picture = _picture_key(opened, colours)
    with st.container(gap=None):
        _annotator()
        _post("names", _names_letter(opened.labels, colours))
        _post("picture", {"key": picture}, _picture(picture, sample, colours))
        _deliver("drawing", _drawing_letter(f"{opened.id}-{opened.push}-{picture}", opened, picture))
        _post("ack", {"drawing": opened.id, "seq": opened.seq})


def take_edit() -> None:
    """What the browser has just sent; runs before the page, so that all of it shows the same."""
    if KEY in st.session_state:  # Not where the page is left in the same moment: the browser sends it again later.
        drawings.accept(st.session_state[KEY].get("edit"))


def _annotator() -> None:
    component(
        "augviz_annotator",
        html='<div class="augviz annotator"></div>',
        css=["gallery.css", "annotator.css"],
        js=[*(f"annotator_{name}.js" for name in _SCRIPTS), "annotator.js"],
    )(key=KEY, data="", on_edit_change=take_edit)


def _post(kind: str, letter: dict[str, Any], blob: bytes = b"") -> None:
    _deliver(kind, sealed({**letter, "kind": kind}, blob))


def _deliver(kind: str, sealed_letter: bytes) -> None:
    component("augviz_post", html="<span hidden></span>", js=["post.js"])(key=f"{KEY}-{kind}", data=sealed_letter)


def sealed(letter: dict[str, Any], blob: bytes = b"") -> bytes:
    """Length of the letter (uint32, little endian), the letter as JSON, a blob; post.js opens it."""
    text = json.dumps(letter, separators=(",", ":")).encode()
    return struct.pack("<I", len(text)) + text + blob


@st.cache_resource(show_spinner=False, max_entries=32)
def _drawing_letter(key: str, _opened: OpenDrawing, picture: str) -> bytes:  # noqa: ARG001 - the key stands for the rest
    """The shapes as they were when something else than the browser changed them last: the same at every edit."""
    opened = _opened
    shapes = opened.pushed or opened.shapes
    height, width = shapes.size_hw
    letter = {
        "kind": "drawing",
        "drawing": opened.id,
        "push": opened.push,
        "seq": opened.pushed_seq,
        "picture": picture,
        "size": [width, height],
        "alt": f"Picture to draw on: {opened.image}, {width} × {height} pixels",
        "shapes": [shape_json(shape) for shape in shapes.shapes.values()],
    }
    return sealed(letter)


def _names_letter(labels: Labels, colours: ClassColours) -> dict[str, Any]:
    points = list(dict.fromkeys(labels.keypoints.labels))[:MAX_NAMES]
    classes = list(dict.fromkeys((*labels.class_names(), *(name for name in colours.names if name))))
    classes = [name for name in classes if name not in points][:MAX_NAMES]
    return {
        "classes": classes,
        "points": points,
        "colours": [[name, colours.index_of(name)] for name in (*classes, *points)],
        "palette": [[colour.hex, colour.ink.hex] for colour in PALETTE],
    }


def _picture_key(opened: OpenDrawing, colours: ClassColours) -> str:
    """Equal for pictures that look the same, whatever is drawn on them."""
    semantic = opened.labels.semantic
    tints = [] if semantic is None else [(name, colours.index_of(name)) for name in semantic.names.values()]
    return hashlib.blake2b(f"{opened.picture}{tints}".encode(), digest_size=12).hexdigest()


@st.cache_resource(show_spinner=False, max_entries=32)
def _picture(key: str, _sample: Sample, _colours: ClassColours) -> bytes:  # noqa: ARG001 - the key stands for the rest
    """The picture as the browser shows it; class regions are painted into it, because they are not drawn here."""
    shown = to_display(_sample.image, _sample.bands)
    if _sample.labels.semantic is not None:
        shown = painted(shown, Labels(semantic=_sample.labels.semantic), _colours)
    shown = shrink(shown, PICTURE_SIDE)
    return encode_png(shown) if shown.shape[0] * shown.shape[1] <= EXACT_PIXELS else encode_jpeg(shown, 92)
