"""What the server does beside Streamlit: start-up, socket options and security headers.

``app.py`` hands these to ``st.App``; ``streamlit run app.py`` and ``uvicorn app:app`` both go through here.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import cv2
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime

from augviz import sample_library
from augviz.environment import check_environment
from augviz.errors import Problem
from augviz.overlay import ClassColours
from augviz.policies.starting_points import STARTING_POINTS
from augviz.preview import preview
from augviz.ui.resuming import visits
from augviz.ui.sessions import SESSIONS
from augviz.ui.test_time.workers import WORKERS

SWEEP_S = 60.0

_log = logging.getLogger("augviz")

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        # Streamlit's index.html has one inline script, components bring theirs as blob: modules, and WebAssembly
        # and Vega compile. Nothing is loaded from another host.
        "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' blob: data:",
        "worker-src 'self' blob:",
        "frame-src 'self' blob:",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "object-src 'none'",
    )
)

SECURITY_HEADERS = (
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
)


class SecurityHeaders:
    """ASGI middleware: every HTTP answer carries :data:`SECURITY_HEADERS`.

    A header that a route has set itself is kept.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; only the start of an HTTP answer is changed."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS:
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Once at start, after all imports and before the first visitor."""
    for problem in startup_problems():
        _log.warning("%s", problem)
    # One sample is one thread's work (augviz.preview runs several at once); OpenCV's own threads only get in the way.
    cv2.setNumThreads(1)
    set_nodelay_on_listeners()
    warm_up()
    # Streamlit runs a full garbage collection before it sends the last messages of each rerun. With our imports that
    # costs 90 ms; frozen objects are not looked at (measured: an empty page answers in 62 instead of 238 ms).
    gc.collect()
    gc.freeze()
    sweeping = asyncio.create_task(_sweep())
    try:
        yield
    finally:
        sweeping.cancel()


async def _sweep() -> None:
    """End the sessions of visitors who left, and free their work some time later, also when nobody comes."""
    while True:
        await asyncio.sleep(SWEEP_S)
        try:
            if runtime.exists():
                SESSIONS.end_those_who_left(runtime.get_instance())
            visits().sweep()
            WORKERS.sweep()
        except Exception:  # the next sweep tries again
            _log.exception("what visitors left behind could not be freed")


def warm_up() -> None:
    """Draw the first page's pictures once, so that what is made on first use is there, and frozen with the rest."""
    sample = sample_library.load(sample_library.entries()[0].id)
    preview(STARTING_POINTS[0].spec, sample, 0, 2, ClassColours.of([sample.labels]))


def set_nodelay_on_listeners() -> int:
    """Switch off Nagle's algorithm on the listening TCP sockets of this process; accepted sockets inherit it.

    ``streamlit run`` opens its listener with ``proto=0``, so asyncio does not recognise it as TCP and leaves Nagle on;
    an answer that follows another within 40 ms then waits for a delayed ACK (measured: 44 instead of 6 ms).

    Returns:
        How many sockets were changed.
    """
    count = 0
    for listener in (thing for thing in gc.get_objects() if isinstance(thing, socket.socket)):
        if _is_listening_tcp(listener):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            count += 1
    return count


def _is_listening_tcp(candidate: socket.socket) -> bool:
    """Bound and not connected: at start-up the server has bound its socket but does not listen yet."""
    if candidate.fileno() < 0 or candidate.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    if candidate.type != socket.SOCK_STREAM or candidate.getsockname()[1] == 0:
        return False
    try:
        candidate.getpeername()
    except OSError:
        return True
    return False


@cache
def startup_problems() -> tuple[Problem, ...]:
    """What is wrong with this installation; looked up once a process."""
    return check_environment()
