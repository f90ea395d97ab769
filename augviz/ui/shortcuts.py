"""Every key that does something: one row a shortcut, shown behind "?" and compared with the code by a test."""

from __future__ import annotations

from typing import NamedTuple

from augviz.ui.page_table import PAGES

EVERYWHERE = tuple(row.file for row in PAGES)
_TREE = "Steps in the sidebar"
_DRAW = "The picture you draw on"


class Shortcut(NamedTuple):
    """One thing that keys do.

    Attributes:
        keys: The keys, each alone enough ("Ctrl+Y"); arrows are called Left, Right, Up, Down.
        does: What happens.
        where: What has to have the focus; empty where it works on the whole page.
        pages: Files of the pages on which it works.
        sources: Files below ``augviz/ui`` that handle the keys.
    """

    keys: tuple[str, ...]
    does: str
    where: str
    pages: tuple[str, ...]
    sources: tuple[str, ...]


def _rows(
    where: str, pages: tuple[str, ...], sources: tuple[str, ...], keys: dict[tuple[str, ...], str]
) -> tuple[Shortcut, ...]:
    return tuple(Shortcut(each, does, where, pages, sources) for each, does in keys.items())


_GALLERIES = (
    "workbench.py",
    "check.py",
    "inspect.py",
    "compare.py",
    "images.py",
    "batch.py",
    "mixing.py",
    "strength.py",
)
_DRAWING_LOTS = ("workbench.py", "validation.py", "batch.py", "mixing.py")
_JUDGE = ("judge.py",)
_PIPELINE, _INSPECT = ("workbench.py",), ("inspect.py",)

SHORTCUTS = (
    *_rows("", EVERYWHERE, ("js/guide.js",), {("?",): "Show the keyboard shortcuts"}),
    *_rows(
        "",
        _DRAWING_LOTS,
        ("seed_bar.py",),
        {("N",): "New draw", ("P",): "Previous draw"},
    ),
    *_rows(
        "",
        ("workbench.py", "check.py", "strength.py"),
        ("js/history.js",),
        {("Ctrl+Z",): "Undo the last edit", ("Ctrl+Shift+Z", "Ctrl+Y"): "Redo it"},
    ),
    *_rows("", _INSPECT, ("inspection.py",), {("Left",): "Previous sample", ("Right",): "Next sample"}),
    *_rows(
        "Rows and grids of pictures",
        _GALLERIES,
        ("js/tiles.js",),
        {("Left", "Right", "Up", "Down"): "Go to the next picture", ("Home", "End"): "Go to the first or last one"},
    ),
    *_rows(
        "Rows and grids of pictures",
        _GALLERIES,
        (),
        {("Enter", "Space"): "Open the picture"},
    ),
    *_rows(
        "Rows and grids of pictures",
        ("workbench.py", "check.py"),
        ("js/gallery.js",),
        {("K",): "Keep this sample in view, or let it go"},
    ),
    *_rows(
        _TREE,
        _PIPELINE,
        ("js/tree_keys.js",),
        {
            ("Up", "Down", "Home", "End"): "Go to another step; with Shift, select up to it",
            ("Left", "Right"): "Fold or unfold a group, go out of it or into it",
            ("Enter",): "Open the step's controls",
            ("Space", "Ctrl+Space"): "Select the step, or not",
            ("Ctrl+A",): "Select all steps",
            ("Escape",): "Select nothing",
            ("Alt+Up", "Alt+Down"): "Move up or down",
            ("Alt+Right", "Alt+Left"): "Move into the group above, or out of its group",
            ("Ctrl+G",): "Put into a group",
            ("Ctrl+Shift+G",): "Dissolve the group",
            ("O",): "Switch on or off",
            ("Ctrl+D",): "Duplicate",
            ("F2",): "Rename",
            ("Delete",): "Remove",
        },
    ),
    *_rows(_TREE, _PIPELINE, ("js/tree_rows.js",), {("Enter",): "Take the new name", ("Escape",): "Keep the old name"}),
    *_rows(_TREE, _PIPELINE, ("js/tree_drag.js",), {("Escape",): "Give up dragging"}),
    *_rows(
        "Buttons above the steps",
        _PIPELINE,
        ("js/tree_tools.js",),
        {("Left", "Right", "Up", "Down"): "Go to the next button or entry", ("Escape", "Tab"): "Close the menu"},
    ),
    *_rows(
        "Menu of versions",
        _PIPELINE,
        ("js/history.js",),
        {("Up", "Down", "Home", "End"): "Go to another version", ("Escape",): "Close the menu"},
    ),
    *_rows(
        "Large picture",
        (*_INSPECT, "validation.py", "mixing.py"),
        ("js/picture.js",),
        {
            ("+", "=", "-"): "Zoom in or out",
            ("0",): "Show the whole picture",
            ("Left", "Right", "Up", "Down"): "Move the picture when it is zoomed",
        },
    ),
    *_rows(
        "Curtain",
        ("compare.py",),
        ("js/curtain.js",),
        {
            ("Left", "Right", "Up", "Down"): "Move the handle; with Shift, farther",
            ("PageUp", "PageDown"): "Move it far",
            ("Home", "End"): "Show only B, or only A",
        },
    ),
    *_rows(
        _DRAW,
        ("draw.py",),
        ("js/annotator_tools.js",),
        {
            ("V",): "Select",
            ("B",): "Draw boxes",
            ("P",): "Draw polygons",
            ("K",): "Set keypoints",
            ("M",): "Paint masks",
            ("E",): "Erase masks",
            ("[", "]"): "Smaller or larger brush",
            ("N",): "Name the object",
            ("Tab",): "Go to the next object; with Shift, to the one before",
            ("Left", "Right", "Up", "Down"): "Move the object by one pixel, with Shift by ten, with Alt its size",
            ("Space", "Enter"): "Set a corner or point at the cross; Enter closes a polygon",
            ("Delete", "Backspace"): "Delete the object",
            ("Escape",): "Give up, select nothing, then leave the picture with Tab",
            ("+", "=", "-"): "Zoom in or out",
            ("0",): "Show the whole picture",
            ("Ctrl+Z",): "Undo",
            ("Ctrl+Shift+Z", "Ctrl+Y"): "Redo",
        },
    ),
    *_rows(
        "",
        _JUDGE,
        ("js/judge.js",),
        {
            ("1", "2", "3", "4", "5", "6", "7", "8", "9"): "Give this label, or choose it; then 1 to 4, the verdict",
            ("Enter",): "Go on with what is chosen or typed",
            ("T",): "Type another label",
            ("R",): "Next reason",
            ("O",): "Next object that it is about",
            ("N",): "Write a note",
            ("H",): "Hide the objects, or show them",
            ("U",): "Undo the last verdict",
            ("B",): "Name the step to blame for the last picture",
            ("P",): "Pause, or go on",
            ("+", "=", "-"): "Zoom in or out",
            ("0",): "Show the whole picture",
            ("Left", "Right", "Up", "Down"): "Move the picture when it is zoomed",
            ("D", "L"): "Darker or lighter, for grey pictures and your eyes only",
            ("X", "C"): "Less or more contrast",
        },
    ),
    *_rows(
        "Label or note that you type",
        _JUDGE,
        ("js/judge_panel.js",),
        {("Enter",): "Take it", ("Escape",): "Back to the picture"},
    ),
    *_rows(_DRAW, ("draw.py",), ("js/annotator.js",), {("Enter",): "Take the name", ("Escape",): "Keep the old name"}),
)


def of_page(file: str) -> tuple[Shortcut, ...]:
    """The shortcuts that work on a page, those of the whole page first."""
    return tuple(sorted((row for row in SHORTCUTS if file in row.pages), key=lambda row: bool(row.where)))


def elsewhere(file: str) -> tuple[Shortcut, ...]:
    """The shortcuts of the other pages."""
    return tuple(row for row in SHORTCUTS if file not in row.pages)
