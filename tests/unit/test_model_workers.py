"""Processes of models: one a visitor, a few on the server, none that rests too long; and files of visitors."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

import pytest

from augviz.errors import InputError
from augviz.models.built_in import open_built_in
from augviz.ui.test_time import own_model
from augviz.ui.test_time.own_model import StoredFile
from augviz.ui.test_time.workers import IDLE_S, BusyError, Seat, Workers


@dataclass
class FakeModel:
    is_alive: bool = True

    def close(self) -> None:
        self.is_alive = False


@dataclass
class Opening:
    made: list[FakeModel] = field(default_factory=list)

    def __call__(self) -> Any:
        self.made.append(FakeModel())
        return self.made[-1]


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def workers(clock: Clock) -> Workers:
    return Workers(most=2, clock=clock)


def use(workers: Workers, seat: Seat, key: str, opening: Opening) -> Any:
    with workers.model(seat, key, opening) as model:
        return model


def test_a_model_is_opened_once_and_another_takes_its_place(workers: Workers) -> None:
    seat, opening = Seat(), Opening()
    first = use(workers, seat, "a", opening)
    assert use(workers, seat, "a", opening) is first
    second = use(workers, seat, "b", opening)
    assert not first.is_alive
    assert second.is_alive
    assert len(workers) == 1


def test_one_that_was_ended_is_opened_again(workers: Workers) -> None:
    seat, opening = Seat(), Opening()
    use(workers, seat, "a", opening).close()
    assert use(workers, seat, "a", opening).is_alive
    assert len(opening.made) == 2


def test_a_model_that_rests_is_closed_and_one_at_work_is_not(workers: Workers, clock: Clock) -> None:
    resting, busy, opening = Seat(), Seat(), Opening()
    use(workers, resting, "a", opening)
    with workers.model(busy, "b", opening) as at_work:
        clock.now = IDLE_S - 1
        assert workers.sweep() == 0
        clock.now = IDLE_S
        assert workers.sweep() == 1
        assert at_work.is_alive
    assert resting.model is None
    assert workers.sweep() == 0  # its rest has only begun


def test_the_one_that_rested_longest_makes_room(workers: Workers, clock: Clock) -> None:
    seats, opening = [Seat() for _ in range(3)], Opening()
    for now, seat in enumerate(seats[:2]):
        clock.now = now
        use(workers, seat, "a", opening)
    use(workers, seats[2], "a", opening)
    assert [seat.model is not None for seat in seats] == [False, True, True]
    assert len(workers) == 2


def test_where_all_are_at_work_one_is_told_to_wait_and_nothing_is_opened(workers: Workers) -> None:
    first, second, third, opening = Seat(), Seat(), Seat(), Opening()
    with workers.model(first, "a", opening), workers.model(second, "b", opening):
        with pytest.raises(BusyError, match="Try again in a moment"):
            use(workers, third, "c", opening)
        assert len(opening.made) == 2
    assert use(workers, third, "c", opening).is_alive


def test_a_file_that_cannot_be_opened_gives_its_place_back(workers: Workers) -> None:
    def broken() -> Any:
        raise InputError("no")

    seat = Seat()
    for _ in range(5):
        with pytest.raises(InputError):
            use(workers, seat, "a", broken)  # type: ignore[arg-type]
    assert len(workers) == 0


@dataclass
class OlderRun:
    """Asks a model that never answers, on a thread of its own, as a run of the page does that was stopped."""

    workers: Workers
    seat: Seat
    key: str
    asks: Event = field(default_factory=Event)
    said: list[str] = field(default_factory=list)

    def __enter__(self) -> OlderRun:
        self.thread = Thread(target=self._run, daemon=True)
        self.thread.start()
        assert self.asks.wait(5)
        return self

    def __exit__(self, *_error: object) -> None:
        self.thread.join(5)
        assert not self.thread.is_alive()

    def _run(self) -> None:
        try:
            with self.workers.model(self.seat, self.key, Opening()) as model:
                self.asks.set()
                while model.is_alive:
                    time.sleep(0.005)
                raise InputError("the process ended")
        except InputError as error:
            self.said.append(error.what)


@pytest.mark.parametrize("key", ["loops", "another"])
def test_a_question_of_an_older_run_is_ended_when_the_page_asks_again(workers: Workers, key: str) -> None:
    seat, opening = Seat(), Opening()
    workers.patience_s = 0.05
    with OlderRun(workers, seat, "loops") as older, workers.model(seat, key, opening) as model:
        older.thread.join(5)
        assert older.said == ["the process ended"]
        assert seat.is_busy  # the older run has not given away the newer one's place
        assert model.is_alive
    assert not seat.is_busy
    assert len(workers) == 1


def test_what_was_stopped_is_ended_and_its_place_is_free(workers: Workers) -> None:
    seat = Seat()
    workers.patience_s = 0.05
    with OlderRun(workers, seat, "loops"):
        workers.leave(seat)
        assert not seat.is_busy
        assert len(workers) == 0
    workers.leave(seat)  # nothing is left to do


def test_an_older_run_that_is_done_in_a_moment_leaves_its_model_open(workers: Workers) -> None:
    seat, opening, asks = Seat(), Opening(), Event()

    def older() -> None:
        with workers.model(seat, "a", opening):
            asks.set()
            time.sleep(0.05)

    thread = Thread(target=older)
    thread.start()
    assert asks.wait(5)
    with workers.model(seat, "a", opening) as model:
        thread.join(5)
        assert model.is_alive
    assert len(opening.made) == 1


def test_a_model_that_is_opened_too_late_is_closed(workers: Workers) -> None:
    seat, opening, begun, go_on = Seat(), Opening(), Event(), Event()
    said: list[str] = []

    def slowly() -> Any:
        begun.set()
        assert go_on.wait(5)
        return opening()

    def older() -> None:
        try:
            use(workers, seat, "a", slowly)  # type: ignore[arg-type]
        except InputError as error:
            said.append(error.what)

    thread = Thread(target=older)
    thread.start()
    assert begun.wait(5)
    newer = use(workers, seat, "b", opening)
    go_on.set()
    thread.join(5)
    assert said == ["another model was asked for meanwhile"]
    assert seat.model is newer
    assert [each.is_alive for each in opening.made] == [True, False]


def test_the_process_ends_with_the_visitors_session() -> None:
    workers, seat = Workers(), Seat()
    with workers.model(seat, "digits", lambda: open_built_in("digits")) as model:
        process = model._worker._process
    del model, seat
    gc.collect()
    assert process.wait(timeout=5) is not None
    assert len(workers) == 0


# -- files -------------------------------------------------------------------------------------------------------------


def test_a_file_is_gone_when_nobody_holds_on_to_it() -> None:
    file = StoredFile(b"model")
    path = file.path
    assert path.read_bytes() == b"model"
    del file
    gc.collect()
    assert not path.exists()


def test_files_of_all_visitors_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_model, "MOST_BYTES", sum(own_model._kept_bytes.values()) + 10)
    first = StoredFile(b"12345678")
    with pytest.raises(InputError, match="too much room"):
        StoredFile(b"abc")
    del first
    gc.collect()
    assert StoredFile(b"abc").path.exists()
