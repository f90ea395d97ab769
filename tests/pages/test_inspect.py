"""The page Inspect: which sample is open, and the way back. Without a browser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from augviz.ui.in_hand import Pin
from augviz.ui.page_table import PAGES, ROOT


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_file(str(ROOT / "augviz" / "ui" / "router.py"), default_timeout=120).run()


def way_back(app: AppTest) -> str:
    assert not app.exception
    return next(link.proto.label for link in app.get("page_link") if link.proto.label.startswith("Back to"))


@pytest.mark.parametrize("file", ["workbench.py", "mixing.py", "batch.py", "strength.py"])
def test_the_way_back_leads_where_one_came_from(app: AppTest, file: str) -> None:
    app.switch_page(str(ROOT / "pages" / file)).run()
    app.session_state["workspace"] = replace(app.session_state["workspace"], inspected=Pin("cat", 5))
    app.switch_page(str(ROOT / "pages" / "inspect.py")).run()
    title = next(row.title for row in PAGES if row.file == file)
    assert way_back(app) == f"Back to {title}"
    app.run()
    assert way_back(app) == f"Back to {title}"


def test_a_deep_link_leads_back_to_the_first_page(app: AppTest) -> None:
    app.switch_page(str(ROOT / "pages" / "inspect.py")).run()
    assert way_back(app) == "Back to Pipeline"
