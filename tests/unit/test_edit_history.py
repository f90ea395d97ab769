"""Every edit can be taken back, and brought back."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from augviz.pipeline.editing import remove, switch
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.ui.edit_history import MOST, SAME_EDIT_S, History

START = PipelineSpec((Step("HorizontalFlip", p=0.5, id="flip"), Step("Rotate", {"limit": (-10, 10)}, id="turn")))


def _turned(spec: PipelineSpec, degrees: float) -> PipelineSpec:
    def edit(node: object) -> Step:
        assert isinstance(node, Step)
        return node.with_param("limit", (-degrees, degrees))

    return spec.edit("turn", edit)


def _history(*specs: PipelineSpec, apart_s: float = 60.0) -> History:
    history = History()
    for at, spec in enumerate(specs):
        history = history.noted(spec, "", at * apart_s)
    return history


def test_a_version_is_named_by_what_was_edited() -> None:
    history = _history(START, _turned(START, 20), switch(_turned(START, 20), ["flip"]))
    assert [entry.title for entry in history.entries] == [
        "Start",
        "Rotate: limit −10…10 → −20…20",
        "HorizontalFlip switched off",
    ]


def test_a_value_that_keeps_moving_is_one_edit() -> None:
    history = _history(START, *(_turned(START, degrees) for degrees in range(11, 41)), apart_s=SAME_EDIT_S / 2)
    assert [entry.title for entry in history.entries] == ["Start", "Rotate: limit −10…10 → −40…40"]


def test_a_value_that_comes_back_at_once_is_no_edit() -> None:
    history = _history(START, _turned(START, 20), START, apart_s=SAME_EDIT_S / 2)
    assert [entry.title for entry in history.entries] == ["Start"]
    assert history.now.spec == START


def test_two_values_are_two_edits_however_quick() -> None:
    turned = _turned(START, 20)
    other = turned.edit("flip", lambda node: replace(node, p=0.9))
    assert len(_history(START, turned, other, apart_s=0.01).entries) == 3


def test_an_edit_after_undo_forgets_what_could_be_redone() -> None:
    history = _history(START, _turned(START, 20), _turned(START, 30)).at(0).noted(remove(START, ["flip"]), "", 1e6)
    assert [entry.spec for entry in history.entries] == [START, remove(START, ["flip"])]
    assert history.place == 1


def test_a_pipeline_that_is_only_written_otherwise_is_no_edit() -> None:
    same = PipelineSpec((START.steps[0], Step("Rotate", {"limit": (-10.0, 10.0)}, id="turn")))
    history = _history(START, _turned(START, 20)).at(0).noted(same, "", 1e6)
    assert len(history.entries) == 2
    assert history.place == 0


def test_the_oldest_versions_are_forgotten() -> None:
    history = _history(START, *(_turned(START, 11 + at) for at in range(MOST)))
    assert len(history.entries) == MOST
    assert history.place == MOST - 1
    assert history.entries[0].spec == _turned(START, 11)


@given(st.lists(st.integers(11, 180), min_size=1, max_size=20, unique=True), st.data())
def test_undo_and_redo_give_each_version_back(degrees: list[int], data: st.DataObject) -> None:
    specs = [START, *(_turned(START, each) for each in degrees)]
    history = _history(*specs)
    for _ in range(10):
        place = data.draw(st.integers(-3, len(specs) + 3))
        history = history.at(place)
        assert history.now.spec == specs[max(0, min(len(specs) - 1, place))]
    assert [entry.spec for entry in history.entries] == specs
    assert len({entry.id for entry in history.entries}) == len(specs)
