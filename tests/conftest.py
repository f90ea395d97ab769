"""What all tests share: one profile for property tests, no network, and an order."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
# The model for photographs is made once for all tests, and not in the user's own folder.
os.environ.setdefault("AUGVIZ_CACHE", str(Path(tempfile.gettempdir()) / "augviz-tests"))

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import HealthCheck, settings

# Reviews of the tests lie in a folder of theirs, never in that of whoever runs them; servers of tests inherit it.
_REVIEWS = tempfile.TemporaryDirectory(prefix="augviz-reviews-")
os.environ["AUGVIZ_DATA_DIR"] = _REVIEWS.name
os.environ.pop("AUGVIZ_DATABASE_URL", None)

# "fixed" draws the same examples in every run, so that a red test is red for everybody and CI never surprises.
# Look for new ones with HYPOTHESIS_PROFILE=search.
settings.register_profile(
    "fixed",
    derandomize=True,
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
)
settings.register_profile("search", max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last, a file at a time on one worker: each worker starts one server and one browser."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group(f"browser: {item.path.stem}"))
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


# -- browser tests -------------------------------------------------------------------------------------------------

FIRST_FAILURE = "failed at first"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run a browser test that failed once more: on two busy cores a press or an upload is now and then lost between
    browser and server. A test that fails twice has failed; one that passes the second time is named at the end.
    """
    if item.get_closest_marker("browser") is None:
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    failed = next((report for report in reports if report.failed), None)
    if failed is not None:
        item._initrequest()  # type: ignore[attr-defined]  # fixtures anew
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        for report in reports:
            report.user_properties.append((FIRST_FAILURE, failed.longreprtext.strip().splitlines()[-1][:200]))
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name the browser tests that passed only when they were run again."""
    passed = terminalreporter.stats.get("passed", [])
    again = [
        (one.nodeid, dict(one.user_properties)[FIRST_FAILURE])
        for one in passed
        if FIRST_FAILURE in dict(one.user_properties)
    ]
    if again:
        terminalreporter.section("browser tests that passed only when run again")
        for nodeid, why in again:
            terminalreporter.line(f"{nodeid}: {why}")
