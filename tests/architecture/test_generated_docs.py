"""Generated documents say what the code says."""

from __future__ import annotations

import pytest

from scripts.generate_docs import FOLDER, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_current(name: str) -> None:
    assert (FOLDER / name).read_text(encoding="utf-8") == PAGES[name](), "run: python -m scripts.generate_docs"
