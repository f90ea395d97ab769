"""Work on several images at once: each job on a thread of its own, with the progress told."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

import cv2

Job = TypeVar("Job")
Found = TypeVar("Found")

THREADS = min(4, (os.cpu_count() or 1) + 1)
"""OpenCV lets go of the interpreter's lock: on 2 cores, two threads draw nine samples of 1024 pixels in 0.65 of the
time of one, and a third, which fills the gaps in which one waits for the lock, in 0.62 (0.88 and 0.79 at 512 pixels).
They are shared by all visitors: threads of their own for each draw fight for that lock (docs/performance.md).
"""

Progress = Callable[[int, int], None]
"""Called in the caller's thread with (done, count); what it raises ends the work."""


def one_thread_each() -> None:
    """Begins a worker thread: OpenCV starts none of its own."""
    cv2.setNumThreads(1)  # the samples themselves run side by side


def in_threads(work: Callable[[Job], Found], jobs: Sequence[Job], on_progress: Progress | None = None) -> list[Found]:
    """Do all jobs on threads; the answers come in the order of the jobs, the first to raise ends the work."""
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="side-by-side", initializer=one_thread_each)
    try:
        futures = [pool.submit(work, job) for job in jobs]
        for done, future in enumerate(as_completed(futures), start=1):
            future.result()
            if on_progress is not None:
                on_progress(done, len(jobs))
        return [future.result() for future in futures]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
