"""The objects of a drawing as tables: what is where, and which names swap places in a mirror."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from augviz.drawing import (
    Drawing,
    DrawnBox,
    DrawnMask,
    DrawnPoint,
    DrawnPolygon,
    Shape,
    bounds_of,
    cleaned_pairs,
    read_edit,
    shape_json,
    suggested_pairs,
)
from augviz.pipeline.swapping import Pairs, names_in, with_pairs
from augviz.ui import drawings, workspace
from augviz.ui.text import escaped

PAGE_ROWS = 200
"""Rows of one page of the table: it is sent anew after every change."""

KINDS = {DrawnBox: "Box", DrawnPolygon: "Polygon", DrawnMask: "Mask", DrawnPoint: "Keypoint"}
CORNERS = ("x1", "y1", "x2", "y2")
_SAID = "label-table-said"


def object_table() -> None:
    """Every object in a row; names and numbers can be typed, rows deleted."""
    opened = drawings.current()
    shapes = list(opened.shapes.shapes.values())
    if not shapes:
        st.markdown("Nothing is drawn yet. What you draw appears here, where its numbers can be typed.")
        return
    first = _page_box(len(shapes))
    shown = shapes[first : first + PAGE_ROWS]
    key = f"label-table-{opened.id}-{opened.seq}-{opened.push}-{first}"
    st.data_editor(
        [_row(shape) for shape in shown],
        key=key,
        hide_index=True,
        num_rows="delete",
        disabled=("Kind",),
        column_config={
            "Name": st.column_config.TextColumn(max_chars=200, width="medium"),
            "Object": st.column_config.NumberColumn(help="Shapes with the same number are one object.", format="%d"),
            "Seen": st.column_config.CheckboxColumn(help="Whether a keypoint can be seen."),
            **{name: st.column_config.NumberColumn(format="%.2f") for name in CORNERS},
        },
        on_change=_typed,
        args=(key, tuple(shape.key for shape in shown)),
    )
    for text in st.session_state.pop(_SAID, ()):
        st.warning(escaped(text), icon=":material/info:")
    st.markdown(
        "Corners are in pixels from the top left. A keypoint has x1 and y1 only; masks and polygons move with theirs."
    )


def _page_box(count: int) -> int:
    """Which rows are shown, when there are too many for one page."""
    pages = -(-count // PAGE_ROWS)
    if pages == 1:
        return 0
    page = st.number_input(f"Page of {pages} ({count:,} objects)", 1, pages, 1, key=f"label-page-{pages}", width=220)
    return (int(page) - 1) * PAGE_ROWS


def _row(shape: Shape) -> dict[str, object]:
    x1, y1, x2, y2 = bounds_of(shape)
    is_point = isinstance(shape, DrawnPoint)
    return {
        "Kind": KINDS[type(shape)],
        "Name": shape.name,
        "x1": x1,
        "y1": y1,
        "x2": None if is_point else x2,
        "y2": None if is_point else y2,
        "Object": shape.owner if shape.owner >= 0 else None,
        "Seen": shape.visible if isinstance(shape, DrawnPoint) else None,
    }


def _typed(key: str, keys: tuple[int, ...]) -> None:
    """Take over what was typed or deleted."""
    change = st.session_state[key]
    shapes = dict(drawings.current().shapes.shapes)
    rows = {keys[int(row)]: cells for row, cells in change["edited_rows"].items() if int(row) < len(keys)}
    said: list[str] = []
    for shape_key, cells in rows.items():
        shape = shapes.get(shape_key)
        after = None if shape is None else _edited(shape, cells, drawings.current().shapes.size_hw, said)
        if after is not None:
            shapes[shape_key] = after
    for row in change["deleted_rows"]:
        if int(row) < len(keys):
            shapes.pop(keys[int(row)], None)
    st.session_state[_SAID] = tuple(said)
    drawings.put(Drawing(drawings.current().shapes.size_hw, shapes))


def _edited(shape: Shape, cells: Mapping[str, Any], size_hw: tuple[int, int], said: list[str]) -> Shape | None:
    """The shape with these cells, read like anything that comes from outside; None when it cannot be so."""
    row = shape_json(_moved(shape, cells, said))
    if "Name" in cells:
        row["n"] = cells["Name"]
    if "Object" in cells:
        row["o"] = -1 if cells["Object"] is None else cells["Object"]
    if "Seen" in cells:
        row["v"] = int(bool(cells["Seen"]))
    edit = read_edit({"drawing": "", "seq": 0, "changed": [row]}, size_hw)
    said += [f"{shape.name}: {problem.what}. It stays as it was." for problem in edit.problems]
    return edit.changed[0] if edit.changed else None


def _moved(shape: Shape, cells: Mapping[str, Any], said: list[str]) -> Shape:
    wanted = {name: float(cells[name]) for name in CORNERS if cells.get(name) is not None}
    if isinstance(shape, DrawnBox):
        x1, y1, x2, y2 = (wanted.get(name, old) for name, old in zip(CORNERS, shape.xyxy, strict=True))
        if x2 <= x1 or y2 <= y1:
            said.append(f"{shape.name}: the box would end before it begins. It stays as it was.")
            return shape
        return replace(shape, xyxy=(x1, y1, x2, y2))
    if isinstance(shape, DrawnPoint):
        return replace(shape, xy=(wanted.get("x1", shape.xy[0]), wanted.get("y1", shape.xy[1])))
    if {"x2", "y2"} & set(wanted):
        said.append(f"{shape.name}: the size of a mask or polygon is changed on the picture, not here.")
    left, top, *_ = bounds_of(shape)
    dx, dy = wanted.get("x1", left) - left, wanted.get("y1", top) - top
    if isinstance(shape, DrawnPolygon):
        return replace(shape, ring=np.add(shape.ring, (dx, dy)))
    if shape.window is None:
        return shape
    moved = shape.window._replace(left=shape.window.left + round(dx), top=shape.window.top + round(dy))
    return replace(shape, window=moved)


# -- names that swap places --------------------------------------------------------------------------------------


def swap_table() -> None:
    """Pairs of names of which one becomes the other in a mirror; part of the pipeline, so that edits can be undone."""
    state = workspace.current()
    pairs = state.spec.swaps
    st.markdown("In a mirrored picture a left eye becomes a right one. Say which names swap places.")
    key = f"swaps-{hash(pairs)}"
    st.data_editor(
        [{"Name": first, "Becomes": second} for first, second in pairs] or {"Name": [""], "Becomes": [""]},
        key=key,
        hide_index=True,
        num_rows="dynamic",
        column_config={name: st.column_config.TextColumn(max_chars=200) for name in ("Name", "Becomes")},
        on_change=_typed_swaps,
        args=(key, pairs or (("", ""),)),
    )
    for text in st.session_state.pop(f"{_SAID}-swaps", ()):
        st.markdown(escaped(text))
    names = (name for sample in (*state.uploads, state.sample) for name in names_in(sample.labels))
    found = with_pairs(pairs, suggested_pairs(names))
    st.button(
        "Suggest pairs",
        icon=":material/auto_fix_high:",
        on_click=_swap,
        args=(found,),
        disabled=found == pairs,
        help="Finds names that differ in nothing but left and right.",
    )


def _swap(pairs: Pairs) -> None:
    """Let these names change places, and no others."""
    spec = workspace.current().spec
    if pairs != spec.swaps:
        workspace.set_spec(replace(spec, swaps=pairs))


def _typed_swaps(key: str, before: tuple[tuple[str, str], ...]) -> None:
    change = st.session_state[key]
    rows: list[list[object]] = [list(pair) for pair in before]
    for place, cells in change["edited_rows"].items():
        if int(place) < len(rows):
            rows[int(place)] = [cells.get(name, old) for name, old in zip(("Name", "Becomes"), rows[int(place)])]
    rows = [row for place, row in enumerate(rows) if place not in change["deleted_rows"]]
    rows += [[cells.get("Name"), cells.get("Becomes")] for cells in change["added_rows"]]
    pairs, said = cleaned_pairs(rows)
    st.session_state[f"{_SAID}-swaps"] = said
    _swap(pairs)
