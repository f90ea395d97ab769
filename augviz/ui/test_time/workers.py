"""Processes of models: one a visitor at most, a few on the server, none that nobody uses.

A visitor's session holds a :class:`Seat`, and the seat the model: when the session ends, the process of the model ends
with it. A model that rests is closed after :data:`IDLE_S`, and sooner when others wait for its place; when it is asked
again, it is opened again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock
from weakref import WeakSet

from augviz.errors import InputError
from augviz.models.model import Model

IDLE_S = 5 * 60.0
"""How long a model rests before it is closed; to open it again takes less than a second."""

MOST_RUNNING = 4
"""Models that run at once for all visitors together: each computes on two threads and may take 4 GB."""


class BusyError(InputError):
    """All places are taken by models at work; a moment later it may be otherwise."""


@dataclass(eq=False)
class Seat:
    """One visitor's place for a model.

    Attributes:
        key: Which model is open.
        model: The model, or None.
        used_s: When it was asked last (seconds of a clock that never goes back).
        is_busy: Whether it is at work.
    """

    key: str = ""
    model: Model | None = None
    used_s: float = 0.0
    is_busy: bool = False

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
    """

    most: int = MOST_RUNNING
    clock: Callable[[], float] = time.monotonic
    _seats: WeakSet[Seat] = field(default_factory=WeakSet)
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def model(self, seat: Seat, key: str, open_it: Callable[[], Model]) -> Iterator[Model]:
        """The model of a visitor, as long as it is asked; opened where it is not.

        Args:
            seat: The visitor's.
            key: Names the model; another one takes the place of the one before.
            open_it: Opens it.

        Raises:
            BusyError: All places are taken by models at work.
            InputError: It cannot be opened.
        """
        self._take_place(seat)
        try:
            if seat.model is None or seat.key != key or not seat.model.is_alive:
                seat.close()
                seat.model, seat.key = open_it(), key
            yield seat.model
        finally:
            seat.used_s, seat.is_busy = self.clock(), False

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

    def _take_place(self, seat: Seat) -> None:
        """Mark a seat as busy; where all places are taken, the model that has rested longest makes room."""
        with self._lock:
            self._seats.add(seat)
            others = [other for other in self._running() if other is not seat]
            if len(others) >= self.most:
                resting = sorted((other for other in others if not other.is_busy), key=lambda other: other.used_s)
                if not resting:
                    raise BusyError(
                        f"{len(others)} models are at work for other visitors, and no more can run at once",
                        mend="Try again in a moment.",
                    )
                resting[0].close()
            seat.is_busy = True

    def _running(self) -> list[Seat]:
        return [seat for seat in tuple(self._seats) if seat.is_running]


WORKERS = Workers()
"""The models of this process."""
