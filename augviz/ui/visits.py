"""What visitors have in hand, kept for a while beyond their sessions.

To reload a page ends its session and begins another. A visit is therefore kept here under an unguessable token that
the browser's tab remembers, and taken up again when the same tab comes back. A visit whose session is over is freed
after :data:`KEPT_S`, and the oldest of those sooner when they are too many or too heavy.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING
from weakref import finalize

from augviz.intake.limits import memory_of

if TYPE_CHECKING:
    from augviz.ui.workspace import Workspace

KEPT_S = 15 * 60.0
"""How long a visit waits for its tab after its session has ended: two to four minutes after the connection was lost
(:mod:`augviz.ui.sessions`)."""

MOST_WAITING = 64
MOST_WAITING_BYTES = 1024 * 2**20
"""Uploaded images of visitors who are away, together; who is here is not counted."""


@dataclass(eq=False)
class Visit:
    """One visitor's work.

    Attributes:
        token: 192 random bits.
        workspace: What is in hand.
        left_s: When its session ended (seconds of a clock that never goes back), or None while it lives.
    """

    token: str
    workspace: Workspace
    left_s: float | None = None

    @property
    def nbytes(self) -> int:
        """Memory of the uploaded images."""
        return sum(memory_of(sample) for sample in self.workspace.uploads)


class Presence:
    """An object that a session holds and nobody else: when it is freed, the visitor has left."""


@dataclass
class Visits:
    """All visits of this process.

    Attributes:
        clock: Seconds of a clock that never goes back.
    """

    clock: Callable[[], float] = time.monotonic
    _by_token: dict[str, Visit] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def begin(self, workspace: Workspace, presence: Presence) -> Visit:
        """A new visit, which lasts as long as ``presence`` and a while longer."""
        visit = Visit(secrets.token_urlsafe(24), workspace)
        with self._lock:
            self._by_token[visit.token] = visit
        finalize(presence, self._left, visit)
        return visit

    def find(self, token: str) -> Visit | None:
        """The visit of this token, or None when it is unknown or was freed."""
        self.sweep()
        with self._lock:
            return self._by_token.get(token)

    def sweep(self) -> None:
        """Free what waits too long, and the oldest of what waits where it is too much."""
        with self._lock:
            waiting = sorted((v for v in self._by_token.values() if v.left_s is not None), key=_left_at, reverse=True)
            weight, now = 0, self.clock()
            for place, visit in enumerate(waiting):
                weight += visit.nbytes
                is_old = now - _left_at(visit) > KEPT_S
                if is_old or place >= MOST_WAITING or weight > MOST_WAITING_BYTES:
                    del self._by_token[visit.token]

    def _left(self, visit: Visit) -> None:
        # May run in the middle of anything, also while this thread holds the lock: so nothing is locked here.
        visit.left_s = self.clock()

    def __len__(self) -> int:
        return len(self._by_token)


def _left_at(visit: Visit) -> float:
    return 0.0 if visit.left_s is None else visit.left_s
