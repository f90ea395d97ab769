"""Work that takes long: a bar, a way to stop, and what was found is kept; also that it failed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from augviz.errors import InputError
from augviz.preview import Bounded
from augviz.side_by_side import Progress
from augviz.ui import stopping
from augviz.ui.progress import progress_in
from augviz.ui.test_time.opening import let_go
from augviz.ui.test_time.workers import BusyError
from augviz.ui.text import escaped

Found = TypeVar("Found")


@dataclass(frozen=True)
class Task(Generic[Found]):
    """One piece of work.

    Attributes:
        name: Short name of the section.
        key: Digest of everything that decides what is found.
        what: What is counted ("views asked").
        work: Does it; told how far it is.
        kept: What was found before.
        waits: What is said before it begins with a press, or empty where it begins by itself.
        start: Words on the button that begins it.
    """

    name: str
    key: str
    what: str
    work: Callable[[Progress], Found]
    kept: Bounded[Found]
    waits: str = ""
    start: str = "Start"


def worked(task: Task[Found], place: DeltaGenerator) -> Found | None:
    """What the work finds.

    Args:
        task: The work.
        place: An empty place for the bar.

    Returns:
        None where it waits for a press, was stopped, or failed; the page says which.
    """
    found = task.kept.get(task.key)
    if found is not None:
        return found
    failed_key, failed = st.session_state.get(_name(task, "failed"), ("", None))
    if failed is not None and failed_key == task.key:  # a model that loops for ever is asked once, not at every press
        _say_failed(failed, task, place)
        return None
    if stopping.is_stopped(_work_of(task), task.key):
        _box("Stopped. Nothing was found yet.", "Go on", task, place)
        let_go()
        return None
    if task.waits and st.session_state.get(_name(task, "begun")) != task.key:
        _box(task.waits, task.start, task, place)
        return None
    return _run(task, place)


def _run(task: Task[Found], place: DeltaGenerator) -> Found | None:
    with place.container(border=True):
        bar = st.empty()
        bar.progress(0.0, "Asking the model")
        stopping.stop_button(_work_of(task), task.key)
        try:
            found = task.work(progress_in(bar, task.what, quiet=False))
        except InputError as error:
            failed = error
        else:
            task.kept.put(task.key, found)
            place.empty()
            return found
    if not isinstance(failed, BusyError):
        st.session_state[_name(task, "failed")] = task.key, failed
    _say_failed(failed, task, place)
    return None


def _say_failed(error: InputError, task: Task[Found], place: DeltaGenerator) -> None:
    with place.container():
        st.error(escaped(str(error)), icon=":material/error:")
        st.button(
            "Try again", icon=":material/refresh:", key=_name(task, "again"), on_click=_forget,
            args=(_name(task, "failed"),),
        )  # fmt: skip


def _box(text: str, button: str, task: Task[Found], place: DeltaGenerator) -> None:
    with place.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(text, width="stretch")
        st.button(
            button, icon=":material/play_circle:", key=_name(task, "start"), on_click=_begin,
            args=(_name(task, "begun"), _work_of(task), task.key),
        )  # fmt: skip


def _name(task: Task[Found], what: str) -> str:
    return f"{_work_of(task)}-{what}"


def _work_of(task: Task[Found]) -> str:
    return f"test-time-{task.name}"


def _forget(failed: str) -> None:
    st.session_state.pop(failed, None)


def _begin(begun: str, work: str, key: str) -> None:
    st.session_state[begun] = key
    stopping.go_on(work)
