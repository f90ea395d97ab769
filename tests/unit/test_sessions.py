"""A visitor who left is let go: his session, his files, his token, and in the end his images."""

from __future__ import annotations

import gc
import tomllib
from dataclasses import dataclass, field
from typing import Any
from weakref import ref

import numpy as np
import pytest

from augviz.intake.limits import Waiting
from augviz.sample import Labels, Sample
from augviz.ui import follow
from augviz.ui.follow import Follower, Shown
from augviz.ui.page_table import ROOT
from augviz.ui.server import SWEEP_S
from augviz.ui.sessions import GRACE_S, Sessions
from augviz.ui.upload_limits import Arriving, Ledger
from augviz.ui.visits import KEPT_S, Presence, Visits
from augviz.ui.workspace import Workspace


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_streamlit_keeps_sessions_until_they_are_ended_here() -> None:
    configured = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert configured["server"]["disconnectedSessionTTL"] > GRACE_S + 2 * SWEEP_S


@dataclass
class Host:
    """Streamlit's runtime: who is connected, what each session holds, whose files are kept."""

    connected: set[str] = field(default_factory=set)
    states: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, list[bytes]] = field(default_factory=dict)

    @property
    def uploaded_file_mgr(self) -> Host:
        return self

    def is_active_session(self, session_id: str) -> bool:
        return session_id in self.connected

    def close_session(self, session_id: str) -> None:
        self.states.pop(session_id, None)

    def remove_session_files(self, session_id: str) -> None:
        self.files.pop(session_id, None)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(clock: Clock) -> Sessions:
    return Sessions(Ledger(Waiting()), clock)


def _sent(sessions: Sessions, session: str, length: int) -> None:
    arriving = sessions.ledger.begin(session, "file", length)
    assert isinstance(arriving, Arriving)
    sessions.ledger.end(arriving, is_taken=True)


def test_who_is_connected_stays_however_long(sessions: Sessions, clock: Clock) -> None:
    host = Host({"anna"}, {"anna": {}})
    sessions.note("anna")
    clock.now += 100 * GRACE_S
    assert sessions.end_those_who_left(host) == 0
    assert "anna" in host.states


def test_a_lost_connection_has_time_to_come_back(sessions: Sessions, clock: Clock) -> None:
    host = Host(set(), {"anna": {}})
    sessions.note("anna")
    sessions.end_those_who_left(host)
    clock.now += GRACE_S - 1
    assert sessions.end_those_who_left(host) == 0
    host.connected.add("anna")
    assert sessions.end_those_who_left(host) == 0
    host.connected.clear()
    clock.now += GRACE_S  # away again, from now
    assert sessions.end_those_who_left(host) == 0


def test_who_left_is_let_go_though_nobody_comes(sessions: Sessions, clock: Clock) -> None:
    host = Host(set(), {"anna": {}}, {"anna": [b"picture"]})
    sessions.note("anna")
    _sent(sessions, "anna", 7)
    sessions.end_those_who_left(host)
    clock.now += GRACE_S
    assert sessions.end_those_who_left(host) == 1
    assert (host.states, host.files) == ({}, {})
    assert sessions.ledger.sessions() == frozenset()
    assert len(sessions) == 0


def test_a_file_that_comes_after_the_end_does_not_stay(sessions: Sessions, clock: Clock) -> None:
    host = Host(files={"anna": [b"late"]})
    _sent(sessions, "anna", 4)
    sessions.end_those_who_left(host)
    clock.now += GRACE_S
    sessions.end_those_who_left(host)
    assert host.files == {}


def test_the_images_of_a_visitor_who_left_are_freed(sessions: Sessions, clock: Clock) -> None:
    visits = Visits(clock)
    sample = Sample("own.png", np.zeros((8, 8, 3), np.uint8), Labels())
    watched = ref(sample)
    workspace = Workspace(uploads=(sample,), image="own.png")
    follower = Follower(shown=Shown(workspace.spec, sample, (), workspace.colours, {}))
    follow._followers[follower.token] = follower
    token, presence = follower.token, Presence()
    visit = visits.begin(workspace, presence)
    state = {"presence": presence, "visit": visit, "workspace": workspace, "following": follower}
    host = Host({"anna"}, {"anna": state})
    sessions.note("anna")
    del sample, workspace, presence, visit, state, follower

    host.connected.clear()
    sessions.end_those_who_left(host)
    clock.now += GRACE_S
    assert sessions.end_those_who_left(host) == 1
    assert token not in follow._followers  # nobody can ask for his pictures any more,
    assert watched() is not None  # but a reload still finds his work

    clock.now += KEPT_S + 1
    visits.sweep()
    gc.collect()
    assert watched() is None
    assert len(visits) == 0
