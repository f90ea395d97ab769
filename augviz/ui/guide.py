"""The two small buttons at the top of every page, and the first look around.

"What am I looking at?" opens three lines and the words of the page; "?" (the button or the key) opens the keyboard
shortcuts. Both, and whether the first look was closed, live in the browser alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from augviz.ui import shortcuts
from augviz.ui.components import component, nothing
from augviz.ui.explanations import EXPLANATIONS, TERMS, TOUR
from augviz.ui.page_table import PAGES, PageRow, page
from augviz.ui.shortcuts import Shortcut

_TITLES = {row.file: row.title for row in PAGES}


def guide(row: PageRow) -> None:
    """Show the buttons, and on the first page the first look; a link in it leads to its page.

    Args:
        row: The page that is shown.
    """
    show = component("augviz_guide", html='<div class="guide"></div>', css=["guide.css"], js=["guide.js"])
    wanted = show(key="guide", data=content(row), on_go_change=nothing).get("go")
    if wanted in _TITLES and wanted != row.file:
        st.switch_page(page(wanted))


def content(row: PageRow) -> dict[str, Any]:
    """What the browser is told about a page."""
    explanation = EXPLANATIONS[row.file]
    return {
        "title": row.title,
        "lines": explanation.lines,
        "terms": [{"term": term, "text": TERMS[term]} for term in explanation.terms],
        "here": _groups(shortcuts.of_page(row.file), ""),
        "elsewhere": _groups(shortcuts.elsewhere(row.file), "page"),
        "first": PAGES[0].file,
        "isFirst": row == PAGES[0],
        "tour": [stop._asdict() for stop in TOUR],
    }


def _groups(rows: Sequence[Shortcut], by: str) -> list[dict[str, Any]]:
    """The shortcuts under the heads they are shown with."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        where = row.where or "Everywhere on the page"
        head = f"{_TITLES[row.pages[0]]}: {where[:1].lower()}{where[1:]}" if by else where
        found.setdefault(head, []).append({"keys": row.keys, "does": row.does})
    return [{"head": head, "rows": group} for head, group in found.items()]
