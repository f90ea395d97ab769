"""What may lie in Streamlit's store of uploads, seen as a server sees it; and who is let out of it."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import MutableMapping
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from augviz.intake.limits import DEFAULT_WAITING, UPLOAD_BYTES, Waiting
from augviz.models.process import Limits
from augviz.sharing.project import MAX_PROJECT_BYTES
from augviz.ui.page_table import ROOT
from augviz.ui.upload_limits import Ledger, UploadLimits

MODEL = Limits()
LIMITS = Waiting(session_files=3, session_bytes=1000, all_bytes=1500)


class Store:
    """What lies behind: takes everything in, unless told otherwise; ``inside`` is called while a file is on its way."""

    def __init__(self) -> None:
        self.status, self.asked = 204, 0
        self.inside: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        if self.inside is not None:
            await self.inside()
        if self.status == 0:
            raise ConnectionError("the visitor went away")
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class Client:
    """Sends through the limits; answers are (status, text)."""

    def __init__(self) -> None:
        self.store, self.ledger = Store(), Ledger(LIMITS)
        self.app = UploadLimits(self.store, self.ledger)

    def put(self, file: str, length: int | str | None = 100, session: str = "anna") -> tuple[int, str]:
        return asyncio.run(self.send("PUT", file, length, session))

    def delete(self, file: str, session: str = "anna") -> tuple[int, str]:
        return asyncio.run(self.send("DELETE", file, None, session))

    async def send(
        self, method: str, file: str, length: int | str | None, session: str, base: str = ""
    ) -> tuple[int, str]:
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        headers = [] if length is None else [(b"content-length", str(length).encode())]
        path = f"{base}/_stcore/upload_file/{session}/{file}"
        await self.app({"type": "http", "method": method, "path": path, "headers": headers}, receive, send)
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:]).decode()


@pytest.fixture
def client() -> Client:
    return Client()


def test_the_largest_model_passes_the_server_and_the_ledger() -> None:
    """The server has one limit for all boxes, and looks at it beside the limit of a box."""
    served = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["server"]["maxUploadSize"]
    assert served == MODEL.file_mb
    assert served * 2**20 + 2**20 <= DEFAULT_WAITING.session_bytes  # a form around the file takes some bytes
    assert max(UPLOAD_BYTES, MAX_PROJECT_BYTES) <= served * 2**20


def test_files_are_taken_up_to_the_number(client: Client) -> None:
    assert [client.put(f"{i}")[0] for i in range(5)] == [204, 204, 204, 429, 429]
    assert client.store.asked == 3
    assert client.ledger.waiting("anna") == (3, 300)


def test_files_are_taken_up_to_the_bytes(client: Client) -> None:
    assert client.put("a", 900)[0] == 204
    status, sentence = client.put("b", 101)
    assert status == 413
    assert "MB can wait to be opened" in sentence
    assert client.put("c", 100)[0] == 204


def test_visitors_have_limits_of_their_own_and_one_together(client: Client) -> None:
    assert client.put("a", 1000, "anna")[0] == 204
    assert client.put("a", 500, "ben")[0] == 204
    assert client.put("b", 1, "ben")[0] == 429


def test_what_is_removed_makes_room(client: Client) -> None:
    client.put("a", 1000)
    assert client.delete("a")[0] == 204
    assert client.ledger.waiting("anna") == (0, 0)
    assert client.put("b", 1000)[0] == 204


def test_a_removal_that_is_refused_makes_none(client: Client) -> None:
    client.put("a", 1000)
    client.store.status = 403
    client.delete("a")
    assert client.ledger.waiting("anna") == (1, 1000)


@pytest.mark.parametrize("status", [400, 403, 413, 500])
def test_what_the_store_refuses_does_not_count(client: Client, status: int) -> None:
    client.store.status = status
    assert client.put("a", 1000)[0] == status
    assert client.ledger.waiting("anna") == (0, 0)
    assert client.ledger.sessions() == frozenset()


def test_what_is_broken_off_does_not_count(client: Client) -> None:
    client.store.status = 0
    with pytest.raises(ConnectionError):
        client.put("a", 1000)
    assert client.ledger.sessions() == frozenset()


def test_files_on_their_way_count(client: Client) -> None:
    answers = []

    async def meanwhile() -> None:
        client.store.inside = None
        answers.append(await client.send("PUT", "b", 500, "anna"))

    client.store.inside = meanwhile
    assert client.put("a", 600)[0] == 204
    assert answers[0][0] == 413
    assert client.ledger.waiting("anna") == (1, 600)


def test_the_same_file_again_does_not_hide_the_first(client: Client) -> None:
    client.put("a", 700)
    client.put("a", 1)
    assert client.ledger.waiting("anna") == (1, 700)


@pytest.mark.parametrize("length", [None, "", "-1", "1e3", "9" * 30, "0x10"])
def test_a_size_that_is_not_said_is_refused(client: Client, length: str | None) -> None:
    assert client.put("a", length)[0] == 411
    assert client.store.asked == 0


def test_an_app_below_another_address_is_counted_too(client: Client) -> None:
    asyncio.run(client.send("PUT", "a", 10, "anna", base="/lab/augviz"))
    assert client.ledger.waiting("anna") == (1, 10)


def test_everything_else_passes(client: Client) -> None:
    assert asyncio.run(client.send("OPTIONS", "a", None, "anna"))[0] == 204
    assert client.ledger.sessions() == frozenset()


def test_refusals_are_told_once(client: Client) -> None:
    for i in range(5):
        client.put(f"{i}")
    assert client.ledger.refused("anna") == 2
    assert client.ledger.refused("anna") == 0
    assert client.ledger.refused("ben") == 0


def test_a_session_that_is_over_is_forgotten(client: Client) -> None:
    for i in range(4):
        client.put(f"{i}")
    client.ledger.forget("anna")
    assert client.ledger.sessions() == frozenset()
    assert client.ledger.refused("anna") == 0
    assert client.put("new")[0] == 204
