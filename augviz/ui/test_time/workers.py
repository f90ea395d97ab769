"""Processes of models: one a visitor at most, a few on the server, none that nobody uses.

A visitor's session holds a :class:`Seat`, and the seat the model: when the session ends, the process of the model ends
with it. A model that rests is closed after :data:`IDLE_S`, and sooner when others wait for its place; when it is asked
again, it is opened again.

When a visitor stops the work or presses something else, Streamlit starts a new run of the page while the old one still
waits for the model. It sees that it is no longer wanted only when the model has answered, and one that loops for ever
does not. So the new run gives the old one a moment, and then ends its process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Condition
from weakref import WeakSet

from augviz.errors import InputError
from augviz.models.model import Model

IDLE_S = 5 * 60.0
"""How long a model rests before it is closed; to open it again takes less than a second."""

MOST_RUNNING = 4
"""Models that run at once for all visitors together: each computes on two threads and may take 4 GB."""


PATIENCE_S = 2.0
"""How long an older run of the page may go on with a question before its process is ended."""


class BusyError(InputError):
    """All places are taken by models at work; a moment later it may be otherwise."""


@dataclass(eq=False)
class Seat:
    """One visitor's place for a model.

    Attributes:
        key: Which model is open.
        model: The model, or None.
        used_s: When it was asked last (seconds of a clock that never goes back).
        user: Who asks it just now, or None.
    """

    key: str = ""
    model: Model | None = None
    used_s: float = 0.0
    user: object | None = None

    @property
    def is_busy(self) -> bool:
        """Whether it is at work."""
        return self.user is not None

    @property
    def is_running(self) -> bool:
        """Whether it takes one of the places."""
        return self.is_busy or (self.model is not None and self.model.is_alive)

    def close(self) -> None:
        """End the process; a second time does nothing."""
        model, self.model = self.model, None
        if model is not None:
            model.close()


@dataclass
class Workers:
    """All models of this process.

    Attributes:
        most: How many run at once.
        clock: Seconds of a clock that never goes back.
        patience_s: How long an older run of the same visitor's page is waited for.
    """

    most: int = MOST_RUNNING
    clock: Callable[[], float] = time.monotonic
    patience_s: float = PATIENCE_S
    _seats: WeakSet[Seat] = field(default_factory=WeakSet)
    _lock: Condition = field(default_factory=Condition)

    @contextmanager
    def model(self, seat: Seat, key: str, open_it: Callable[[], Model]) -> Iterator[Model]:
        """The model of a visitor, as long as it is asked; opened where it is not, and an older run's question ended.

        Args:
            seat: The visitor's.
            key: Names the model; another one takes the place of the one before.
            open_it: Opens it.

        Raises:
            BusyError: All places are taken by models at work.
            InputError: It cannot be opened, or a newer run of the page has taken the seat meanwhile.
        """
        user = self._take_place(seat, key)
        try:
            yield self._opened(seat, key, open_it, user)
        finally:
            with self._lock:
                if seat.user is user:
                    seat.used_s, seat.user = self.clock(), None
                    self._lock.notify_all()

    def leave(self, seat: Seat) -> None:
        """End what an older run of the visitor's page still asks; nobody waits for the answer."""
        with self._lock:
            self._end_older(seat, self.patience_s)

    def sweep(self) -> int:
        """Close the models that have rested too long.

        Returns:
            How many were closed.
        """
        with self._lock:
            resting = [seat for seat in self._running() if not seat.is_busy]
            old = [seat for seat in resting if self.clock() - seat.used_s >= IDLE_S]
            for seat in old:
                seat.close()
        return len(old)

    def __len__(self) -> int:
        return len(self._running())

    def _opened(self, seat: Seat, key: str, open_it: Callable[[], Model], user: object) -> Model:
        model = seat.model
        if model is not None and seat.key == key and model.is_alive:
            return model
        seat.close()
        model = open_it()
        with self._lock:
            if seat.user is user:
                seat.model, seat.key = model, key
                return model
        model.close()
        raise InputError("another model was asked for meanwhile")

    def _end_older(self, seat: Seat, patience_s: float) -> None:
        """Called with the lock, which is let go while it waits."""
        if not self._lock.wait_for(lambda: not seat.is_busy, patience_s):
            seat.user = None
            seat.close()

    def _take_place(self, seat: Seat, key: str) -> object:
        """Mark a seat as busy; where all places are taken, the model that has rested longest makes room.

        Returns:
            Who has taken it.
        """
        with self._lock:
            self._seats.add(seat)
            self._end_older(seat, self.patience_s if seat.key == key else 0)
            others = [other for other in self._running() if other is not seat]
            if len(others) >= self.most:
                resting = sorted((other for other in others if not other.is_busy), key=lambda other: other.used_s)
                if not resting:
                    raise BusyError(
                        f"{len(others)} models are at work for other visitors, and no more can run at once",
                        mend="Try again in a moment.",
                    )
                resting[0].close()
            seat.user = object()
            return seat.user

    def _running(self) -> list[Seat]:
        return [seat for seat in tuple(self._seats) if seat.is_running]


WORKERS = Workers()
"""The models of this process."""
