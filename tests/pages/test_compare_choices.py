"""What the Compare page compares: kept versions, pinned samples. Without a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import streamlit as st

from augviz.pipeline.draws import sample_seed
from augviz.pipeline.spec import Step
from augviz.ui import comparing, versions, workspace
from augviz.ui.in_hand import Pin


@pytest.fixture(autouse=True)
def visitor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session of its own, without a server."""
    monkeypatch.setattr(st, "session_state", {})


def titles(of: Callable[[], object] = versions.versions) -> list[str]:
    return [version.title for version in of().values()]  # type: ignore[attr-defined]


def add(name: str) -> None:
    workspace.set_spec(workspace.current().spec.add(Step(name)))


def test_a_new_visitor_compares_with_the_starting_point() -> None:
    offered = versions.versions()
    assert titles() == ["Pipeline in hand", "Starting point: The guide's basic pipeline"]
    assert versions.usual_a(offered) == versions.START


def test_after_an_edit_the_version_before_it_comes_first() -> None:
    before = workspace.current().spec
    add("Blur")
    offered = versions.versions()
    assert offered[versions.usual_a(offered)].spec == before
    assert offered[versions.IN_HAND].spec != before
    assert any(title.startswith("History 1: Began with") for title in titles())


def test_kept_versions_get_names_of_their_own() -> None:
    for name in ("mine", " mine ", "", "x" * 200):
        versions.keep(name)
    names = [kept.name for kept in workspace.current().kept]
    assert names == ["mine", "mine (2)", "Version 3", "x" * versions.MAX_NAME]
    versions.forget("mine")
    assert "Kept: mine" not in titles()
    assert "Kept: mine (2)" in titles()


def test_no_more_versions_are_kept_than_stated() -> None:
    for place in range(versions.MAX_KEPT + 3):
        versions.keep(f"v{place}")
    assert len(workspace.current().kept) == versions.MAX_KEPT
    assert workspace.current().kept[-1].name == f"v{versions.MAX_KEPT + 2}"


def test_pinned_samples_come_first_and_once() -> None:
    state = workspace.current()
    own = sample_seed(state.seed, 2)
    workspace.change(pins=(Pin(state.image, own), Pin("coins", 5), Pin("an image that was closed", 5)))
    drawings = list(comparing._drawings())
    assert [drawing.is_pinned for drawing in drawings] == [True, True, *[False] * (state.count - 1)]
    assert [drawing.seed for drawing in drawings][:2] == [own, 5]
    assert len({(drawing.sample.name, drawing.seed) for drawing in drawings}) == len(drawings)
