"""The process in which a model lives: it opens one file and answers for as long as its parent asks.

It reads frames (:mod:`augviz.models.wire`) from standard input and writes them to standard output. What the model's
runtime prints goes nowhere. When the parent has gone, so has the process, also out of the middle of a run.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any, BinaryIO

from augviz.errors import InputError
from augviz.models.wire import Frame, read_frame, write_frame

NO_MEMORY = ("failed to allocate", "bad_alloc", "out of memory", "bad allocation", "std::length_error")
"""How the runtime says that memory ran out."""


def main(memory_mb: int, most_bytes: int) -> None:
    """Answer until standard input ends.

    Args:
        memory_mb: Most memory of this process, where the system can hold it to that.
        most_bytes: Most bytes of one question and of one answer.
    """
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    _limit_memory(memory_mb)
    session: Any = None
    while True:
        try:
            frame = read_frame(asked, most_bytes)
        except EOFError:
            return
        try:
            if frame.words["do"] == "open":
                session, words = _opened(frame)
                write_frame(answers, words)
            else:
                _answer(session, frame, answers, most_bytes)
        except InputError as error:
            write_frame(answers, {"refused": [error.what, error.mend]})
        except Exception as error:  # whatever the runtime says is the answer
            write_frame(answers, {"failed": f"{type(error).__name__}: {error}"[:2000], "memory": _is_memory(error)})


def _opened(frame: Frame) -> tuple[Any, Mapping[str, Any]]:
    from augviz.models import inspecting  # noqa: PLC0415 - memory is limited by now

    data = frame.arrays["model"].tobytes()
    model = inspecting.parsed(data)
    inspecting.refuse_what_is_elsewhere(model)
    signature = inspecting.signature_of(model)
    del model
    import onnxruntime  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(frame.words["threads"])
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    return session, {"signature": signature.as_words()}


def _answer(session: Any, frame: Frame, answers: BinaryIO, most_bytes: int) -> None:
    if session is None:
        raise InputError("no model is open")
    began = time.perf_counter()
    found = session.run(None, dict(frame.arrays))
    ms = (time.perf_counter() - began) * 1e3
    names = [output.name for output in session.get_outputs()]
    if any(not hasattr(array, "nbytes") for array in found):
        raise InputError("the model gives lists or dictionaries", mend="Export it so that it gives arrays.")
    if sum(array.nbytes for array in found) > most_bytes:
        raise InputError(f"the model's answer has more than {most_bytes / 1e6:,.0f} MB", mend="Give it smaller images.")
    write_frame(answers, {"ms": ms, "outputs": names}, dict(zip(names, found, strict=True)))


def _is_memory(error: Exception) -> bool:
    said = str(error).lower()
    return isinstance(error, MemoryError) or any(words in said for words in NO_MEMORY)


def _limit_memory(memory_mb: int) -> None:
    """Windows has no such limit, and macOS refuses it: there only the time is limited."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on Windows

    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 1_000_000,) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ValueError, OSError):
        return


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
