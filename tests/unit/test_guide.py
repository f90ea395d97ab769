"""The tables behind "What am I looking at?" and "?", compared with the pages and with the code that handles keys."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from augviz.ui import shortcuts
from augviz.ui.explanations import EXPLANATIONS, TERMS, TOUR
from augviz.ui.guide import content
from augviz.ui.page_table import PAGES, PageRow
from augviz.ui.shortcuts import SHORTCUTS

UI = Path(shortcuts.__file__).parent
FILES = sorted(path for path in UI.rglob("*") if path.suffix in (".py", ".js") and path.name != "shortcuts.py")
NAMED = r"Arrow(?:Up|Down|Left|Right)|Enter|Escape|Delete|Backspace|Home|End|PageUp|PageDown|F\d"
HANDLED = re.compile(
    rf"\b({NAMED})\b"
    r"|key(?:\.toLowerCase\(\))? [!=]== '([^']|Tab)'"
    r"|'((?:(?:Ctrl|Alt|Shift)\+)+(?:\w+| ))'"
    r"|shortcut=\"([^\"]+)\""
    r"|\['\w+', '([A-Z])', '"
    r"|'([+=\-\[\]])': \(\)"
    r"|\b([0n]): \(\) =>"
)
ONLY_SAID = {"annotator.js": {"Delete"}, "tree_tools.js": {"D", "Delete", "F2", "G"}}
"""Keys that stand on a button of the file, while another file handles them."""

WORDS = {"ArrowUp": "Up", "ArrowDown": "Down", "ArrowLeft": "Left", "ArrowRight": "Right", " ": "Space"}


def normal(key: str) -> str:
    """Without Ctrl, Alt and Shift, as the table writes it: "Alt+ArrowUp" is "Up"."""
    last = key if key == "+" else key.rsplit("+", 1)[-1]
    last = WORDS.get(last, last)
    return last.upper() if len(last) == 1 else last


def handled(path: Path) -> set[str]:
    """The keys that a file does something with."""
    lines = (line.split(" // ")[0] for line in path.read_text(encoding="utf-8").splitlines())
    code = "\n".join(line for line in lines if not line.lstrip().startswith(("//", "#")))
    if path.suffix == ".py":
        return {normal(key) for key in re.findall(r"shortcut=\"([^\"]+)\"", code)}
    return {normal(next(group for group in found if group)) for found in HANDLED.findall(code)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_key_that_the_code_handles_is_listed(path: Path) -> None:
    name = path.relative_to(UI).as_posix()
    listed = {normal(key) for row in SHORTCUTS if name in row.sources for key in row.keys}
    assert handled(path) - ONLY_SAID.get(path.name, set()) - listed == set()


@pytest.mark.parametrize("name", sorted({source for row in SHORTCUTS for source in row.sources}))
def test_every_listed_key_is_handled_where_the_table_says(name: str) -> None:
    listed = {normal(key) for row in SHORTCUTS if name in row.sources for key in row.keys}
    text = (UI / name).read_text(encoding="utf-8")
    missing = {
        key for key in listed - handled(UI / name) if not re.search(rf"(?<!\w){re.escape(code_of(key))}(?!\w)", text)
    }
    assert missing == set()


def code_of(key: str) -> str:
    """How the browser calls a key."""
    return next((code for code, word in WORDS.items() if word == key), key.lower() if len(key) == 1 else key)


@pytest.mark.parametrize("row", PAGES, ids=lambda row: row.file)
def test_every_page_is_explained_in_three_lines_and_known_words(row: PageRow) -> None:
    explanation = EXPLANATIONS[row.file]
    assert 1 <= len(explanation.lines) <= 3
    assert all(len(line) <= 120 for line in explanation.lines)
    assert set(explanation.terms) <= set(TERMS)
    assert content(row)["here"][0]["head"] == "Everywhere on the page"


def test_every_word_is_used_by_some_page_and_explained_in_one_sentence() -> None:
    assert {term for each in EXPLANATIONS.values() for term in each.terms} == set(TERMS)
    assert [term for term, text in TERMS.items() if text.count(". ") or not text.endswith(".")] == []


def test_the_tour_has_four_sentences_at_most_and_leads_to_pages_that_exist() -> None:
    assert len(TOUR) <= 4
    assert {stop.file for stop in TOUR if stop.file} <= {row.file for row in PAGES}
    assert [stop for stop in TOUR if stop.text.count(". ") or not stop.text.endswith(".")] == []
