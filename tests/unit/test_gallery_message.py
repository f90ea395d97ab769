from __future__ import annotations

import json
import re
import struct
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from augviz.ui import gallery
from augviz.ui.components import source

JS = Path(gallery.__file__).with_name("js")


def unpacked(message: bytes) -> tuple[dict, list[bytes]]:
    """What the browser does (tiles.js, unpack), in Python."""
    (length,) = struct.unpack_from("<I", message)
    header = json.loads(message[4 : 4 + length])
    at, blobs = 4 + length, []
    for size in header["sizes"]:
        blobs.append(message[at : at + size])
        at += size
    assert at == len(message)
    return header, blobs


@pytest.mark.parametrize("blobs", [[], [b""], [b"\xff\xd8abc", b"", b"\x00" * 70_000]])
def test_message_comes_out_as_it_went_in(blobs: list[bytes]) -> None:
    content = {"caption": "кот <b> \u2028", "tiles": [{"size": [3, 4]}] * len(blobs)}
    header, found = unpacked(gallery.pack(content, blobs))
    assert found == blobs
    assert {name: header[name] for name in content} == content


def test_code_that_travels_with_every_message_stays_small() -> None:
    for scripts in gallery.SCRIPTS.values():
        assert sum(len(source(name).encode()) for name in ("gallery.css", *scripts)) < 30_000


@pytest.mark.parametrize("file", sorted(JS.glob("*.js")), ids=lambda path: path.name)
def test_no_text_becomes_markup_and_nothing_is_fetched(file: Path) -> None:
    code = file.read_text(encoding="utf-8")
    if file.name == "follow.js":  # asks the app's own route, and nothing else
        code = code.replace("fetch(new URL('augviz/follow', document.baseURI)", "")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|fetch\(", code)
    assert set(re.findall(r"https?://[^'\"\s]+", code)) <= {"http://www.w3.org/2000/svg"}


PAGE = """
import streamlit as st
from augviz.ui.gallery import Frame, Tile, filmstrip, gallery, picture

tile = Tile(b"", 4, 3, caption="nothing")
st.text(f"opened {gallery([tile], key='tiles')}")
picture(tile, key="large")
st.text(f"frame {filmstrip([Frame(tile, 'fired')], key='steps')}")
"""


def test_nothing_is_opened_until_someone_opens_it() -> None:
    app = AppTest.from_string(PAGE).run()
    assert not app.exception
    assert [text.value for text in app.text] == ["opened None", "frame None"]


def test_components_work_in_a_second_server_of_the_same_process() -> None:
    for _ in range(2):
        assert not AppTest.from_string(PAGE).run().exception
