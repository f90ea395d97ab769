"""A process of its own for a stranger's model, with a limit of time for every question."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from augviz.errors import InputError
from augviz.models.wire import Arrays, Frame, read_frame, write_frame


@dataclass(frozen=True)
class Limits:
    """What a model may take.

    Attributes:
        file_mb: Largest file.
        memory_mb: Most memory of its process; held on Linux only.
        open_s: Longest time to open it.
        run_s: Longest time for one picture.
        answer_mb: Largest answer.
        threads: Threads that it computes with.
    """

    file_mb: int = 500
    memory_mb: int = 4_000
    open_s: float = 60.0
    run_s: float = 30.0
    answer_mb: int = 600
    threads: int = 2


class Worker:
    """A process that answers questions, one after the other. It ends when nobody holds on to this value any more.

    Args:
        limits: What it may take.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._most_bytes = max(limits.file_mb, limits.answer_mb) * 1_000_000
        self._lock = threading.Lock()
        self._process = _started(limits.memory_mb, self._most_bytes)
        self._end = weakref.finalize(self, _ended, self._process)

    @property
    def is_alive(self) -> bool:
        """Whether it can be asked."""
        return self._end.alive and self._process.poll() is None

    def close(self) -> None:
        """End the process; a second time does nothing."""
        self._end()

    def ask(self, words: Mapping[str, Any], arrays: Arrays, seconds: float, what: str) -> Frame:
        """Ask one question.

        Args:
            words, arrays: The question.
            seconds: Longest time until the whole answer is there.
            what: What is waited for, as in "the model took longer than 30 s to …".

        Raises:
            InputError: The question is too large; the answer took too long, and the process was ended; or it ended by
                itself.
        """
        size = sum(array.nbytes for array in arrays.values())
        if size > self._most_bytes:
            most = f"{self._most_bytes / 1e6:,.0f} MB is the most"
            raise InputError(f"the model would be given {size / 1e6:,.2f} MB, and {most}", mend=_SMALLER)
        with self._lock:
            if not self.is_alive:
                raise InputError("the model was stopped before", mend="Open it again.")
            late = threading.Event()
            timer = threading.Timer(seconds, _kill_late, (self._process, late))
            timer.start()
            try:
                assert self._process.stdin is not None  # noqa: S101 - pipes were asked for
                assert self._process.stdout is not None  # noqa: S101
                write_frame(self._process.stdin, words, arrays)  # type: ignore[arg-type]
                return read_frame(self._process.stdout, self._most_bytes)  # type: ignore[arg-type]
            except (EOFError, OSError, ValueError) as error:
                self.close()
                raise self._why(late.is_set(), seconds, what) from error
            except BaseException:  # an answer that nobody read would be taken for that to the next question
                self.close()
                raise
            finally:
                timer.cancel()

    def _why(self, is_late: bool, seconds: float, what: str) -> InputError:
        if is_late:
            return InputError(
                f"the model took longer than {seconds:g} s to {what}, and was stopped",
                mend="It may loop for ever; give it smaller images, or export a smaller model.",
            )
        return InputError(
            f"the process of the model ended while it had to {what}",
            mend=f"It may need more than {self._limits.memory_mb:,} MB of memory; export a smaller model.",
        )


_SMALLER = "Give it smaller images."

_CHILD = (
    "import sys; sys.path.insert(0, sys.argv[1]); from augviz.models.worker import main; "
    "main(int(sys.argv[2]), int(sys.argv[3]))"
)


_INHERITED = (
    *("PATH", "PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
    *("HOME", "USER", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "WINDIR"),
)
"""What the process may know of our environment: where things are. Addresses of databases and keys stay here."""


def _started(memory_mb: int, most_bytes: int) -> subprocess.Popen[bytes]:
    home = Path(__file__).resolve().parents[2]
    quiet = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}  # NumPy's own threads would each reserve memory
    inherited = {name: value for name, value in os.environ.items() if name.upper() in _INHERITED}
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-c", _CHILD, str(home), str(memory_mb), str(most_bytes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=inherited | quiet,
    )


def _kill_late(process: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    process.kill()


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            try:
                stream.close()
            except OSError:
                continue  # what was still to be written has nobody to read it
    process.wait()
