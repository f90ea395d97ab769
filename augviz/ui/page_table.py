"""The pages of the app: one row a page, in the order of the navigation.

A new page is one file in ``pages/`` and one row here; router, tests and documentation read the row.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
"""The folder of ``app.py``, ``pages/`` and ``sample_images/``."""

ICON = Path(__file__).with_name("icon.png")
"""Favicon. A file of ours: a Material icon here would make the browser fetch a font from outside (measured, 1.67)."""


class PageRow(NamedTuple):
    """One page.

    Attributes:
        file: File name in ``pages/``; without ``.py`` it is the address ("/inspect"). The first row is "/".
        title: What the navigation says, in sentence case.
        icon: Material icon (``:material/name:``); the font comes with Streamlit.
        section: The menu of the navigation that holds it; a page without one stands by itself.
    """

    file: str
    title: str
    icon: str
    section: str = ""

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return ROOT / "pages" / self.file

    @property
    def address(self) -> str:
        """The page's address below the app's own ("inspect"); empty for the first page."""
        return "" if self == PAGES[0] else self.path.stem


PAGES = (
    PageRow("workbench.py", "Pipeline", ":material/tune:"),
    PageRow("export.py", "Export", ":material/download:"),
    PageRow("policies.py", "Policies and presets", ":material/auto_awesome:", "Start from"),
    PageRow("transforms.py", "Transforms", ":material/menu_book:", "Start from"),
    PageRow("check.py", "Check labels", ":material/fact_check:", "Judge"),
    PageRow("pixels.py", "Statistics", ":material/monitoring:", "Judge"),
    PageRow("strength.py", "Strength", ":material/trending_up:", "Judge"),
    PageRow("inspect.py", "Inspect", ":material/frame_inspect:", "Look closer"),
    PageRow("compare.py", "Compare", ":material/compare:", "Look closer"),
    PageRow("images.py", "Images and labels", ":material/photo_library:", "Images"),
    PageRow("draw.py", "Draw labels", ":material/draw:", "Images"),
    PageRow("validation.py", "Train and validation", ":material/compare_arrows:", "Train"),
    PageRow("batch.py", "Batch", ":material/grid_on:", "Train"),
    PageRow("mixing.py", "Mixing", ":material/join_inner:", "Train"),
    PageRow("test_time.py", "Test time", ":material/repeat:", "Train"),
    PageRow("review.py", "Make a review", ":material/rate_review:", "Review"),
    PageRow("judge.py", "Judge", ":material/how_to_reg:", "Review"),
    PageRow("results.py", "Results", ":material/query_stats:", "Review"),
)


def page(file: str) -> Path:
    """Where a page lies, for ``st.page_link`` and ``st.switch_page``; a bare "pages/…" is not found from the router.

    Raises:
        KeyError: No row has this file.
    """
    return {row.file: row.path for row in PAGES}[file]
