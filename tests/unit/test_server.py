"""Start-up and headers without a browser; tests/browser/test_serving.py sees them from outside."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import cv2
import pytest

from augviz.ui.server import SECURITY_HEADERS, SecurityHeaders, lifespan, set_nodelay_on_listeners

Result = TypeVar("Result")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A listening socket as ``streamlit run`` makes it: asyncio does not see that it is TCP."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0) as made:
        made.bind(("127.0.0.1", 0))
        made.listen()
        yield made


def nodelay(connection: socket.socket) -> bool:
    return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0


def test_accepted_connections_do_not_wait_for_more_to_send(listener: socket.socket) -> None:
    set_nodelay_on_listeners()
    with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
        assert nodelay(accepted)


def test_only_listeners_are_touched(listener: socket.socket) -> None:
    with (
        socket.create_connection(listener.getsockname()) as client,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
        socket.socket() as unbound,
    ):
        set_nodelay_on_listeners()
        assert not nodelay(client)
        assert not nodelay(unbound)
        assert datagrams.fileno() >= 0


def test_closed_and_unix_sockets_are_passed_over() -> None:
    closed = socket.socket()
    closed.close()
    one, other = socket.socketpair()
    with one, other:
        assert set_nodelay_on_listeners() == 0


def finished(work: Coroutine[Any, Any, Result]) -> Result:
    """The result of a coroutine; in a thread, because playwright keeps an event loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def answer(own_headers: list[tuple[bytes, bytes]], kind: str = "http") -> dict[str, str]:
    """Headers of the answer that a route with these headers gives through the middleware."""
    sent: list[dict[str, Any]] = []

    async def route(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": f"{kind}.response.start", "status": 200, "headers": list(own_headers)})

    async def receive() -> dict[str, Any]:
        return {"type": f"{kind}.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    finished(SecurityHeaders(route)({"type": kind}, receive, send))
    return {name.decode(): value.decode() for name, value in sent[0]["headers"]}


def test_every_header_is_added() -> None:
    assert answer([]) == dict(SECURITY_HEADERS)


def test_a_header_of_the_route_itself_is_kept() -> None:
    assert answer([(b"referrer-policy", b"same-origin")])["referrer-policy"] == "same-origin"


def test_what_is_not_http_passes_unchanged() -> None:
    assert answer([], kind="websocket") == {}


def test_the_policy_names_no_other_host() -> None:
    assert all("http:" not in value and "https:" not in value and "*" not in value for _, value in SECURITY_HEADERS)


def test_start_up_spares_the_collector_and_leaves_threads_to_the_samples() -> None:
    threads = cv2.getNumThreads()

    async def start() -> int:
        async with lifespan(None):
            return gc.get_freeze_count()

    try:
        assert finished(start()) > 10_000
        assert cv2.getNumThreads() == 1
    finally:
        gc.unfreeze()
        cv2.setNumThreads(threads)
