"""Work on several images at once: each job on a thread of its own, with the progress told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

import cv2

from augviz.preview import THREADS

Job = TypeVar("Job")
Found = TypeVar("Found")

Progress = Callable[[int, int], None]
"""Called in the caller's thread with (done, count); what it raises ends the work."""


def in_threads(work: Callable[[Job], Found], jobs: Sequence[Job], on_progress: Progress | None = None) -> list[Found]:
    """Do all jobs on threads; the answers come in the order of the jobs, the first to raise ends the work."""
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="checks", initializer=lambda: cv2.setNumThreads(1))
    try:
        futures = [pool.submit(work, job) for job in jobs]
        for done, future in enumerate(as_completed(futures), start=1):
            future.result()
            if on_progress is not None:
                on_progress(done, len(jobs))
        return [future.result() for future in futures]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
