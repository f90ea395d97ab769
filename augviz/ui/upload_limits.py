"""How much a visitor may leave in Streamlit's store of uploads: files and bytes a session, bytes of all together.

Streamlit keeps every uploaded file in memory until its session ends, limits the size of each, and not their number. It
takes them at an address of its own, so whoever opens a page can also send files there directly. This middleware stands
before that address and counts what is taken in for each session. A file leaves the count when it leaves the store: when
the visitor removes it, when the page has read it (:func:`give_back`), or when the session is over
(:mod:`augviz.ui.sessions`).
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.typing import UploadedFile

from augviz.intake.limits import DEFAULT_WAITING, Waiting

_ADDRESS = re.compile(r"/_stcore/upload_file/([^/]+)/([^/]+)$")
_MOST_REFUSED = 1000


class Refusal(NamedTuple):
    """Why a file is not taken: an HTTP status and a sentence."""

    status: int
    sentence: str


@dataclass(eq=False)
class Arriving:
    """A file that is on its way."""

    session: str
    file: str
    length: int


@dataclass
class Ledger:
    """What lies in Streamlit's store or is on its way there, as far as it came through this process.

    Attributes:
        limits: How much may lie there.
    """

    limits: Waiting = DEFAULT_WAITING
    _held: dict[str, dict[str, int]] = field(default_factory=dict)
    _arriving: dict[str, set[Arriving]] = field(default_factory=dict)
    _refused: OrderedDict[str, int] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def begin(self, session: str, file: str, length: int) -> Arriving | Refusal:
        """A file of ``length`` bytes asks to come in; its place is kept until :meth:`end`."""
        with self._lock:
            refusal = self._refusal(session, length)
            if refusal is not None:
                self._refused[session] = self._refused.pop(session, 0) + 1
                while len(self._refused) > _MOST_REFUSED:
                    self._refused.popitem(last=False)
                return refusal
            arriving = Arriving(session, file, length)
            self._arriving.setdefault(session, set()).add(arriving)
            return arriving

    def _refusal(self, session: str, length: int) -> Refusal | None:
        limits, megabytes = self.limits, self.limits.session_bytes // 10**6
        files, size = self._files(session), self._bytes(session)
        if files >= limits.session_files:
            return Refusal(429, f"At most {limits.session_files} files can wait to be opened. Open these first.")
        if size + length > limits.session_bytes:
            return Refusal(413, f"At most {megabytes} MB can wait to be opened. Open these first, or pack less.")
        if sum(map(self._bytes, {*self._held, *self._arriving})) + length > limits.all_bytes:
            return Refusal(429, "Too many uploads of all visitors wait to be opened. Try again in a few minutes.")
        return None

    def _files(self, session: str) -> int:
        return len(self._held.get(session, ())) + len(self._arriving.get(session, ()))

    def _bytes(self, session: str) -> int:
        under_way = sum(each.length for each in self._arriving.get(session, ()))
        return sum(self._held.get(session, {}).values()) + under_way

    def end(self, arriving: Arriving, *, is_taken: bool) -> None:
        """A file has arrived in the store, or did not make it."""
        session = arriving.session
        with self._lock:
            self._arriving[session].discard(arriving)
            if not self._arriving[session]:
                del self._arriving[session]
            if is_taken:
                held = self._held.setdefault(session, {})
                # Two files of one name at the same time: which of them stays is not known here.
                held[arriving.file] = max(arriving.length, held.get(arriving.file, 0))

    def remove(self, session: str, file: str) -> None:
        """A file has left the store."""
        with self._lock:
            held = self._held.get(session, {})
            held.pop(file, None)
            if not held:
                self._held.pop(session, None)

    def forget(self, session: str) -> None:
        """A session is over, and its files are gone."""
        with self._lock:
            self._held.pop(session, None)
            self._refused.pop(session, None)

    def sessions(self) -> frozenset[str]:
        """Sessions that have files here."""
        with self._lock:
            return frozenset((*self._held, *self._arriving))

    def waiting(self, session: str) -> tuple[int, int]:
        """Files and bytes of a session."""
        with self._lock:
            return self._files(session), self._bytes(session)

    def refused(self, session: str) -> int:
        """How many files of a session were refused since this was asked last."""
        with self._lock:
            return self._refused.pop(session, 0)


LEDGER = Ledger()
"""The ledger of this process."""


class UploadLimits:
    """ASGI middleware before Streamlit's address for uploads; everything else passes.

    Args:
        app: What is behind.
        ledger: Where is counted.
    """

    def __init__(self, app: ASGIApp, ledger: Ledger = LEDGER) -> None:
        self._app, self._ledger = app, ledger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what goes in and out, and answer 411, 413 or 429 where something may not come in."""
        address = _ADDRESS.search(scope["path"]) if scope["type"] == "http" else None
        if address is None or scope["method"] not in ("PUT", "DELETE"):
            await self._app(scope, receive, send)
        elif scope["method"] == "PUT":
            await self._put(address[1], address[2], scope, receive, send)
        elif await _passed(self._app, scope, receive, send):
            self._ledger.remove(address[1], address[2])

    async def _put(self, session: str, file: str, scope: Scope, receive: Receive, send: Send) -> None:
        length = Headers(scope=scope).get("content-length", "")
        if not re.fullmatch("[0-9]{1,15}", length):
            refused: Arriving | Refusal = Refusal(411, "The size of the upload has to be said before it is sent.")
        else:
            refused = self._ledger.begin(session, file, int(length))
        if isinstance(refused, Refusal):
            await PlainTextResponse(refused.sentence, refused.status)(scope, receive, send)
            return
        is_taken = False
        try:
            is_taken = await _passed(self._app, scope, receive, send)
        finally:
            self._ledger.end(refused, is_taken=is_taken)


async def _passed(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> bool:
    """Let it through; whether the answer was that all went well."""
    status = 500

    async def watched(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        await send(message)

    await app(scope, receive, watched)
    return 200 <= status < 300


def give_back(files: Iterable[UploadedFile]) -> None:
    """Drop files from Streamlit's store once the page has read them; their uploader has to get another key.

    The store cannot be reached from the documented interface. Its ``remove_file`` is what Streamlit's own chat input
    calls for the same purpose; where the store is another one, the files stay until the session ends.
    """
    session = session_id()
    if not session or not runtime.exists():
        return
    store = runtime.get_instance().uploaded_file_mgr
    if isinstance(store, MemoryUploadedFileManager):
        for file in files:
            store.remove_file(session, file.file_id)
            LEDGER.remove(session, file.file_id)


def refused_here() -> int:
    """How many files of this visitor were refused since this was asked last."""
    return LEDGER.refused(session_id())


def session_id() -> str:
    """Streamlit's name of the session that runs; empty outside of one."""
    context = get_script_run_ctx()
    return "" if context is None else context.session_id
