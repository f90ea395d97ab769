"""Sessions end when their visitors have left, and not only when somebody else comes.

Streamlit keeps the session of a lost connection for ``server.disconnectedSessionTTL`` seconds, so that the visitor can
come back to it, but looks at the time only when another session comes or goes (measured: on a quiet server a visitor's
files stay for ever). The sessions are therefore ended here, through ``Runtime.close_session``, which is public by name
but not documented: where a later version lacks it, the server says so at the first sweep instead of keeping everything.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from augviz.ui.upload_limits import LEDGER, Ledger

GRACE_S = 120.0
"""How long a session waits for its connection. Less, by two sweeps, than ``server.disconnectedSessionTTL``: what has
expired there is out of reach here. The work itself waits longer (:mod:`augviz.ui.visits`)."""


class Store(Protocol):
    """Where uploads of sessions lie."""

    def remove_session_files(self, session_id: str) -> None:
        """Drop all files of a session."""


class Host(Protocol):
    """What is needed of Streamlit's runtime; on the thread of its event loop."""

    @property
    def uploaded_file_mgr(self) -> Store:
        """The uploads."""

    def is_active_session(self, session_id: str) -> bool:
        """Whether its visitor is connected."""

    def close_session(self, session_id: str) -> None:
        """End a session; nothing happens when it is over already."""


@dataclass
class Sessions:
    """The sessions of this process that have run a page or sent a file.

    Attributes:
        ledger: The files that they have sent.
        clock: Seconds of a clock that never goes back.
    """

    ledger: Ledger = field(default_factory=Ledger)
    clock: Callable[[], float] = time.monotonic
    _left_s: dict[str, float | None] = field(default_factory=dict)

    def note(self, session_id: str) -> None:
        """A session has begun."""
        self._left_s.setdefault(session_id, None)

    def end_those_who_left(self, host: Host) -> int:
        """End the sessions whose visitors have been away for :data:`GRACE_S`, and free what they held.

        Returns:
            How many were ended.
        """
        for session in self.ledger.sessions():
            self.note(session)
        gone = [session for session in tuple(self._left_s) if self._is_over(session, host)]
        for session in gone:
            del self._left_s[session]
            host.close_session(session)
            # Also files that arrived after the session was closed, which Streamlit would keep for ever.
            host.uploaded_file_mgr.remove_session_files(session)
            self.ledger.forget(session)
        if gone:
            gc.collect()  # a session holds itself in circles
        return len(gone)

    def _is_over(self, session: str, host: Host) -> bool:
        if host.is_active_session(session):
            self._left_s[session] = None
            return False
        left = self._left_s[session]
        if left is None:
            left = self._left_s[session] = self.clock()
        return self.clock() - left >= GRACE_S

    def __len__(self) -> int:
        return len(self._left_s)


SESSIONS = Sessions(LEDGER)
"""The sessions of this process."""
