"""A visit lives as long as its session and a while longer, and then frees what it held."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.sample import Labels, Sample
from augviz.ui import visits as room
from augviz.ui.visits import KEPT_S, Presence, Visits
from augviz.ui.workspace import Workspace


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _leave(visits: Visits, workspace: Workspace) -> str:
    """A visitor who comes and goes."""
    presence = Presence()
    token = visits.begin(workspace, presence).token
    del presence  # nobody else holds it: it is freed here
    return token


def _with_upload(pixels: int) -> Workspace:
    return Workspace(uploads=(Sample("big.png", np.zeros((1, pixels, 3), np.uint8), Labels()),))


def test_who_is_here_stays_however_long(clock: Clock) -> None:
    visits, presence = Visits(clock), Presence()
    token = visits.begin(Workspace(seed=3), presence).token
    clock.now += 100 * KEPT_S
    visits.sweep()
    found = visits.find(token)
    assert found is not None
    assert found.workspace.seed == 3
    assert presence is not None


def test_who_left_is_found_for_a_while(clock: Clock) -> None:
    visits = Visits(clock)
    token = _leave(visits, Workspace(seed=4))
    clock.now += KEPT_S - 1
    found = visits.find(token)
    assert found is not None
    assert found.workspace.seed == 4


def test_who_left_long_ago_is_freed(clock: Clock) -> None:
    visits = Visits(clock)
    token = _leave(visits, Workspace())
    clock.now += KEPT_S + 1
    visits.sweep()
    assert visits.find(token) is None
    assert len(visits) == 0


def test_the_oldest_go_first_when_they_are_too_heavy(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_WAITING_BYTES", 1000)
    visits = Visits(clock)
    tokens = []
    for _ in range(3):
        tokens.append(_leave(visits, _with_upload(150)))  # 450 bytes each
        clock.now += 1
    assert [visits.find(token) is not None for token in tokens] == [False, True, True]


def test_no_more_wait_than_said(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_WAITING", 2)
    visits = Visits(clock)
    tokens = []
    for _ in range(3):
        tokens.append(_leave(visits, Workspace()))
        clock.now += 1
    assert [visits.find(token) is not None for token in tokens] == [False, True, True]


@pytest.mark.parametrize("token", ["", "x", "../../etc/passwd", "None"])
def test_a_token_that_nobody_was_given_finds_nothing(token: str) -> None:
    visits = Visits()
    _leave(visits, Workspace())
    assert visits.find(token) is None


def test_tokens_cannot_be_guessed() -> None:
    visits = Visits()
    tokens = {_leave(visits, Workspace()) for _ in range(50)}
    assert len(tokens) == 50
    assert all(len(token) >= 32 for token in tokens)
