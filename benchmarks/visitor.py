"""A visitor without a browser: speaks to the served app as its page does, over Streamlit's websocket.

What a browser would draw is only read and thrown away, so that many visitors fit on the machine that is measured.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import struct
import time
import uuid
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import UploadedFileInfo
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

from augviz.formats.format import SourceFile
from augviz.ui.follow import PATH

LIMIT_S = 120.0
XSRF = "_streamlit_xsrf"


@dataclass(frozen=True)
class Shown:
    """One element of the page, the fragment it belongs to, and where it stands."""

    element: Element
    fragment: str
    place: tuple[int, ...]


@dataclass
class Visitor:
    """One open tab.

    Attributes:
        url: Address of the app.
        shown: The elements of the page by their id.
        gallery: Header of the gallery's last message.
        session_id: Streamlit's name of the session.
        received: Bytes of all messages so far.
    """

    url: str
    shown: dict[str, Shown] = field(default_factory=dict)
    gallery: dict[str, Any] = field(default_factory=dict)
    session_id: str = ""
    received: int = 0
    _socket: ClientConnection | None = None
    _pages: dict[str, str] = field(default_factory=dict)
    _page: str = ""
    _kept: dict[str, ForwardMsg] = field(default_factory=dict)
    _states: dict[str, WidgetState] = field(default_factory=dict)
    _seq: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def __aenter__(self) -> Visitor:
        """Open the first page."""
        host = urlsplit(self.url).netloc
        self._socket = await connect(
            f"ws://{host}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            origin=self.url,  # type: ignore[arg-type]
        )
        await self.rerun()
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close the tab."""
        assert self._socket is not None
        await self._socket.close()

    async def rerun(self, fragment: str = "", triggers: tuple[WidgetState, ...] = ()) -> float | None:
        """Run the page, or a fragment of it, with the widgets as they are.

        Returns:
            Milliseconds until the gallery came, or None when none came.
        """
        message = BackMsg()
        client = message.rerun_script
        client.page_script_hash = self._page
        client.fragment_id = fragment
        client.cached_message_hashes.extend(self._kept)
        client.context_info.url = self.url
        client.widget_states.widgets.extend((*self._states.values(), *triggers))
        if not fragment:
            self.shown.clear()
        assert self._socket is not None
        began = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        return await self._read(began)

    async def _read(self, began: float) -> float | None:
        assert self._socket is not None
        came, runs = None, 0
        while True:
            raw = await asyncio.wait_for(self._socket.recv(decode=False), LIMIT_S)
            self.received += len(raw)
            message = ForwardMsg()
            message.ParseFromString(raw)
            if message.WhichOneof("type") == "ref_hash":
                kept = self._kept[message.ref_hash]
                kept.metadata.CopyFrom(message.metadata)
                message = kept
            elif message.metadata.cacheable:
                self._kept[message.hash] = message
                while len(self._kept) > 60:
                    del self._kept[next(iter(self._kept))]
            runs += message.WhichOneof("type") == "new_session"
            if runs > 1:  # the run asked for another one: a page was left
                self.shown.clear()
                runs = 1
            if self._take(message):
                came = (time.perf_counter() - began) * 1000
            if message.WhichOneof("type") == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    continue
                return came

    def _take(self, message: ForwardMsg) -> bool:
        """Note what a message shows; whether it is the gallery."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session_id = message.new_session.initialize.session_id or self.session_id
            self._page = message.new_session.page_script_hash
        elif kind == "navigation":
            self._pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        elif kind == "delta" and message.delta.HasField("new_element"):
            return self._take_element(message)
        return False

    def _take_element(self, message: ForwardMsg) -> bool:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        found = getattr(element, kind) if kind else None
        if not getattr(found, "id", ""):
            return False
        place = tuple(message.metadata.delta_path)
        self.shown = {key: one for key, one in self.shown.items() if one.place != place}
        self.shown[found.id] = Shown(element, message.delta.fragment_id, place)
        if kind != "bidi_component" or found.component_name != "augviz_gallery":
            return False
        (length,) = struct.unpack("<I", found.bytes[:4])
        self.gallery = json.loads(found.bytes[4 : 4 + length])
        return True

    def find(self, kind: str, words: str) -> Shown:
        """The element of a kind whose label or component name has these words; the last one where there are more."""
        found = [
            one
            for one in self.shown.values()
            if one.element.WhichOneof("type") == kind
            and words in (getattr((part := getattr(one.element, kind)), "label", "") or part.component_name)
        ]
        if not found:
            raise LookupError(f"the page shows no {kind} “{words}”")
        return found[-1]

    async def open_page(self, name: str) -> None:
        """Go to a page by its address ("images")."""
        self._page = self._pages[name]
        await self.rerun()

    async def press(self, label: str) -> float | None:
        """Press a button."""
        shown = self.find("button", label)
        return await self.rerun(shown.fragment, (WidgetState(id=shown.element.button.id, trigger_value=True),))

    async def choose(self, label: str, option: str) -> float | None:
        """Choose in a select box, by the words of the option."""
        shown = self.find("selectbox", label)
        return await self._set(shown, WidgetState(id=shown.element.selectbox.id, string_value=option))

    async def set_slider(self, label: str, thumbs: list[float]) -> float | None:
        """Let a slider go at these positions."""
        shown = self.find("slider", label)
        state = WidgetState(id=shown.element.slider.id)
        state.double_array_value.data[:] = thumbs
        return await self._set(shown, state)

    async def open_step(self, step_id: str, start: str) -> None:
        """Open the controls of a step by a click in the tree."""
        shown = self.find("bidi_component", "step_tree")
        edit = {"seq": next(self._seq), "act": "open", "ids": [step_id], "parent": None, "index": 0}
        edit |= {"kind": "OneOf", "title": "", "made": []}
        queue = {"edits": {"client": f"visitor-{id(self)}", "start": start, "edits": [edit]}}
        await self._set(shown, WidgetState(id=shown.element.bidi_component.id, json_value=json.dumps(queue)))

    async def open_tile(self, place: int) -> None:
        """Click a tile of the gallery, which opens it on the Inspect page."""
        shown = self.find("bidi_component", "gallery")
        event = json.dumps([{"event": "opened", "value": place}])
        state = WidgetState(id=f"{shown.element.bidi_component.id}__events", json_trigger_value=event)
        await self.rerun(shown.fragment, (state,))

    async def _set(self, shown: Shown, state: WidgetState) -> float | None:
        self._states[state.id] = state
        return await self.rerun(shown.fragment)

    async def upload(self, *files: SourceFile) -> None:
        """Open files on the Images page, as the uploader there does."""
        await self.open_page("images")
        uploader = self.find("file_uploader", "Pictures")
        state = WidgetState(id=uploader.element.file_uploader.id)
        for file in files:
            file_id = str(uuid.uuid4())
            status = await asyncio.to_thread(put, self.url, self.session_id, file_id, file)
            assert status == 204, f"the upload was answered with {status}"
            info = UploadedFileInfo(name=file.name, size=len(file.data), file_id=file_id)
            info.file_urls.file_id = file_id
            state.file_uploader_state_value.uploaded_file_info.append(info)
        self._states[state.id] = state
        await self.press("Open")
        del self._states[state.id]

    async def follow(self, slider: str, thumbs: list[float]) -> tuple[float, int]:
        """Ask the route that answers while a slider is dragged.

        Returns:
            Milliseconds until the answer was read, and its status.
        """
        body = {"token": self.gallery["following"]["token"], "slider": slider, "thumbs": thumbs}
        tiles = [tile["key"] for tile in self.gallery["tiles"]]
        began = time.perf_counter()
        status = await asyncio.to_thread(post, self.url, json.dumps({**body, "tiles": tiles}))
        return (time.perf_counter() - began) * 1000, status


def put(url: str, session_id: str, file_id: str, file: SourceFile) -> int:
    """Upload one file into a session; the status of the answer."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=LIMIT_S)
    connection.request("GET", "/_stcore/health")
    answer = connection.getresponse()
    answer.read()
    token = (answer.getheader("set-cookie") or "").split(";")[0].removeprefix(f"{XSRF}=")
    boundary = uuid.uuid4().hex
    head = f'--{boundary}\r\ncontent-disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
    body = head.encode() + file.data + f"\r\n--{boundary}--\r\n".encode()
    headers = {
        "content-type": f"multipart/form-data; boundary={boundary}",
        "x-xsrftoken": token,
        "cookie": f"{XSRF}={token}",
    }
    connection.request("PUT", f"/_stcore/upload_file/{session_id}/{file_id}", body, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def post(url: str, body: str) -> int:
    """Ask the route once, and read the answer to its end; its status."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=LIMIT_S)
    connection.request("POST", PATH, body)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status
