"""The route that answers while a slider is dragged: who may ask, what may be asked, and what comes back."""

from __future__ import annotations

import asyncio
import gc
import json
import struct
from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from json import dumps
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from augviz.draft import DRAFT_PIXELS, draft_of
from augviz.overlay import ClassColours
from augviz.pipeline.draws import sample_seed
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.preview import preview
from augviz.sample import Boxes, Labels, Sample
from augviz.ui import follow
from augviz.ui.follow import Follower, Shown
from augviz.ui.in_hand import Pin
from augviz.ui.knobs import Knob
from augviz.ui.sample_tiles import sample_tiles
from augviz.ui.shots import Shot

SPEC = PipelineSpec((Step("HorizontalFlip", p=0.5), Step("RandomBrightnessContrast", id="light"), Step("Blur", p=0.3)))


def _edited(thumbs: tuple[float, ...]) -> Any:
    return lambda spec: spec.edit("light", lambda step: step.with_param("brightness_limit", thumbs))


KNOB = Knob(-1.0, 1.0, (-0.2, 0.2), _edited)


def _sample(height: int = 60, width: int = 90) -> Sample:
    pixels = np.random.default_rng(1).integers(0, 256, (height, width, 3), np.uint8)
    return Sample("photo.png", pixels, Labels(Boxes.of(np.array([[10, 10, 40, 50]], np.float32), ["cat"])))


def _shown(sample: Sample) -> Shown:
    shots = tuple(
        Shot(sample, sample_seed(7, place), f"#{place + 1}", Pin("photo.png", sample_seed(7, place)), False)
        for place in range(4)
    )
    return Shown(SPEC, sample, shots, ClassColours.of([sample.labels]), {"light": KNOB})


@pytest.fixture
def follower() -> Follower:
    """A visitor who looks at the gallery; gone when the test is over."""
    one = Follower(shown=_shown(_sample()))
    follow._followers[one.token] = one
    return one


@dataclass(frozen=True)
class Answer:
    status_code: int
    headers: dict[str, str]
    content: bytes


class Client:
    """Asks the route as a server would; a request comes in pieces of a thousand bytes."""

    app = Starlette(routes=[Route(follow.PATH, follow.answer, methods=["POST"])])

    def post(self, *, json: Any = None, content: bytes | None = None) -> Answer:
        body = dumps(json).encode() if content is None else content
        return asyncio.run(self._send("POST", body))

    def get(self) -> Answer:
        return asyncio.run(self._send("GET", b""))

    async def _send(self, method: str, body: bytes) -> Answer:
        pieces = [body[at : at + 1000] for at in range(0, len(body), 1000)] or [b""]
        incoming = [
            {"type": "http.request", "body": piece, "more_body": place < len(pieces) - 1}
            for place, piece in enumerate(pieces)
        ]
        sent: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return incoming.pop(0)

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http", "method": method, "path": follow.PATH, "headers": [], "query_string": b"",
            "http_version": "1.1", "scheme": "http", "root_path": "",
        }  # fmt: skip
        await self.app(scope, receive, send)
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], headers, b"".join(message.get("body", b"") for message in sent[1:]))


@pytest.fixture
def client() -> Client:
    return Client()


def _question(follower: Follower, **changes: Any) -> dict[str, Any]:
    return {"token": follower.token, "slider": "light", "thumbs": [-0.5, 0.5], "tiles": [], **changes}


def _unpacked(data: bytes) -> tuple[list[dict[str, Any]], list[bytes]]:
    (length,) = struct.unpack("<I", data[:4])
    head = json.loads(data[4 : 4 + length])
    at, blobs = 4 + length, []
    for size in head["sizes"]:
        blobs.append(data[at : at + size])
        at += size
    return head["tiles"], blobs[::2]


def test_the_answer_is_what_the_page_would_show(client: Client, follower: Follower) -> None:
    answer = client.post(json=_question(follower))
    assert answer.status_code == 200
    tiles, jpegs = _unpacked(answer.content)
    shown = follower.shown
    assert shown is not None
    drawn = preview(_edited((-0.5, 0.5))(SPEC), shown.sample, 7, 4, shown.colours)
    wanted = sample_tiles(shown.sample, shown.colours, shown.shots, drawn, {})
    assert jpegs == [tile.jpeg for tile in wanted]
    assert [tile["caption"] for tile in tiles] == [tile.caption for tile in wanted]
    assert [tile["badge"] for tile in tiles] == [""] * 5
    assert answer.headers["cache-control"] == "no-store"


def test_tiles_that_the_browser_shows_are_not_sent_again(client: Client, follower: Follower) -> None:
    first, _ = _unpacked(client.post(json=_question(follower)).content)
    keys = [tile["key"] for tile in first]
    keys[2] = "another"
    again, jpegs = _unpacked(client.post(json=_question(follower, tiles=keys)).content)
    assert [tile.get("kept", False) for tile in again] == [True, True, False, True, True]
    assert [bool(jpeg) for jpeg in jpegs] == [False, False, True, False, False]


def test_asking_changes_nothing(client: Client, follower: Follower) -> None:
    before = follower.shown
    client.post(json=_question(follower))
    assert follower.shown is before


@pytest.mark.parametrize(
    "changes",
    [
        {"slider": "other"}, {"slider": 3}, {"slider": None}, {"thumbs": [0.0]}, {"thumbs": [0.5, -0.5]},
        {"thumbs": [-2.0, 0.5]}, {"thumbs": ["-0.5", "0.5"]}, {"thumbs": "-0.5"}, {"thumbs": {}}, {"tiles": "all"},
        {"tiles": ["x"] * 65}, {"token": 7},
    ],
)  # fmt: skip
def test_a_question_that_is_not_valid_is_refused(client: Client, follower: Follower, changes: dict[str, Any]) -> None:
    assert client.post(json=_question(follower, **changes)).status_code == 400


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 8000, b'{"token": "x", "thumbs": [NaN]}']
)
def test_a_body_that_is_no_question_is_refused(client: Client, follower: Follower, body: bytes) -> None:
    assert client.post(content=body if isinstance(body, bytes) else body.encode()).status_code in (400, 404)


def test_numbers_that_are_none_are_refused(client: Client, follower: Follower) -> None:
    body = json.dumps(_question(follower, thumbs=[float("nan"), float("inf")]))
    assert client.post(content=body if isinstance(body, bytes) else body.encode()).status_code == 400


def test_a_long_body_is_not_read_to_its_end(client: Client, follower: Follower) -> None:
    body = json.dumps(_question(follower, tiles=["x" * 10_000]))
    assert client.post(content=body if isinstance(body, bytes) else body.encode()).status_code == 413


def test_an_unknown_token_is_refused(client: Client, follower: Follower) -> None:
    assert client.post(json=_question(follower, token="x" * 32)).status_code == 404


def test_the_token_dies_with_the_session(client: Client) -> None:
    visitor = Follower(shown=_shown(_sample()))
    follow._followers[visitor.token] = visitor
    question = _question(visitor)
    assert client.post(json=question).status_code == 200
    del visitor
    gc.collect()
    assert client.post(json=question).status_code == 404


def test_one_visitor_gets_one_gallery_at_a_time(client: Client, follower: Follower) -> None:
    with follower.busy:
        assert client.post(json=_question(follower)).status_code == 429
    assert client.post(json=_question(follower)).status_code == 200


def test_a_visitor_is_let_go_after_every_answer(client: Client, follower: Follower) -> None:
    for changes in ({}, {"thumbs": [5, 6]}, {}):
        client.post(json=_question(follower, **changes))
        assert not follower.busy.locked()


def test_too_many_galleries_at_once_are_refused(
    client: Client, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "WAIT_S", 0.01)
    for _ in range(follow.TOGETHER):
        follow._places.acquire()
    try:
        assert client.post(json=_question(follower)).status_code == 503
    finally:
        follow._places.release(follow.TOGETHER)
    assert client.post(json=_question(follower)).status_code == 200


def test_only_post_is_answered(client: Client) -> None:
    assert client.get().status_code == 405


def test_a_large_image_is_followed_as_a_draft_that_says_so(
    client: Client, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    follower.shown = _shown(_sample(1200, 1800))
    tiles, _ = _unpacked(client.post(json=_question(follower)).content)
    assert [tile["badge"] for tile in tiles] == ["", "draft", "draft", "draft", "draft"]
    monkeypatch.setattr(follow, "DRAFT_FROM_PIXELS", 10_000_000)
    follower.shown = replace(follower.shown)
    tiles, _ = _unpacked(client.post(json=_question(follower)).content)
    assert [tile["badge"] for tile in tiles] == [""] * 5


def test_slow_samples_are_followed_as_drafts_from_then_on(
    client: Client, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    follower.shown = _shown(_sample(600, 900))
    monkeypatch.setattr(follow, "SLOW_S", 0.0)
    client.post(json=_question(follower))
    tiles, _ = _unpacked(client.post(json=_question(follower, thumbs=[-0.4, 0.4])).content)
    assert [tile["badge"] for tile in tiles][1:] == ["draft"] * 4


def test_a_step_that_fails_on_the_small_copy_is_not_shown_failing(client: Client, follower: Follower) -> None:
    spec = PipelineSpec((*SPEC.steps, Step("RandomCrop", {"height": 1000, "width": 1000})))
    follower.shown = replace(_shown(_sample(1200, 1800)), spec=spec)
    assert client.post(json=_question(follower)).status_code == 409


def test_a_draft_keeps_shape_and_labels() -> None:
    sample = _sample(1200, 1800)
    small = draft_of(sample)
    height, width = small.size_hw
    assert height * width <= DRAFT_PIXELS * 1.01
    assert width / height == pytest.approx(1.5, rel=0.01)
    wanted = sample.labels.boxes.xyxy / (1800 / width)
    np.testing.assert_allclose(small.labels.boxes.xyxy, wanted, atol=0.6)
    assert small.labels.boxes.labels == sample.labels.boxes.labels


def test_a_small_image_is_its_own_draft() -> None:
    sample = _sample()
    assert draft_of(sample) is sample
