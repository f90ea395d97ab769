"""The pictures follow the finger: a route that answers while a slider is dragged.

Streamlit's slider tells the server nothing until it is let go. The gallery therefore asks here, directly, whenever a
slider of the page moves: what would the samples be if the thumbs stayed where they are? The answer is drawn by the
same rooms as the page (:mod:`augviz.preview`), from what the visitor's page shows. Nothing that is asked here changes
anything: when the slider is let go, the page runs as it always did, and finds the samples already drawn.

The route trusts nothing: it answers only to an unguessable token, which dies with the visitor's session, takes only
sliders that the page shows and only positions that they have, and draws for one visitor one gallery at a time. When
it does not answer, the page works as it would without it.
"""

from __future__ import annotations

import json
import math
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import BoundedSemaphore, Lock
from typing import Any, cast
from weakref import WeakValueDictionary

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from augviz.draft import draft_of
from augviz.errors import AugvizError
from augviz.overlay import ClassColours
from augviz.pipeline.materials import NO_MATERIALS, Materials
from augviz.pipeline.spec import PipelineSpec
from augviz.preview import preview_each
from augviz.sample import Sample
from augviz.ui.alt_texts import titles_of
from augviz.ui.gallery import Following, Tile, frame
from augviz.ui.knobs import Knob
from augviz.ui.sample_tiles import sample_tiles
from augviz.ui.shots import Shot

PATH = "/augviz/follow"
"""Where the gallery asks; js/follow.js names it too."""

MAX_BODY_BYTES = 8192
MAX_TILES = 64

DRAFT_FROM_PIXELS = 2_000_000
"""Larger images are followed as drafts: nine true samples of 2 megapixels take about 0.2 s on two cores."""

SLOW_S = 0.25
"""When true samples took longer than this, the next move of the same page is followed as a draft."""

TOGETHER = 4
"""Galleries drawn at the same time, for all visitors together; whoever comes next waits, and then is sent away."""

WAIT_S = 2.0
PATIENCE_S = 0.5
"""The page's own run waits no longer than this for a question that is being answered."""

PAINT_S = 0.08
"""What a browser needs to show a frame. A run of the page in that time would make it wait (measured: 47 instead of
26 ms from the frame to the screen)."""

_SESSION_KEY = "following"


@dataclass(frozen=True)
class Shown:
    """What a visitor's page shows, and the sliders on it.

    Attributes:
        spec, colours: As for :func:`augviz.preview.preview`.
        sample: The image in view.
        shots: The samples.
        knobs: Sliders by the key of their widget; their ``turn`` gives an edit, ``PipelineSpec -> PipelineSpec``.
        materials: Other images by name, for the steps that take something from them.
    """

    spec: PipelineSpec
    sample: Sample
    shots: tuple[Shot, ...]
    colours: ClassColours
    knobs: Mapping[str, Knob]
    materials: Materials = NO_MATERIALS


@dataclass(eq=False)
class Follower:
    """One visitor. Held by the visitor's session only, so that it goes when the session goes.

    Attributes:
        token: 192 random bits, the only thing that opens the route.
        shown: What the page shows, or None before the first draw.
        is_slow: Whether true samples of what is shown took longer than :data:`SLOW_S`.
        busy: Held while a gallery is drawn and sent.
        sent_s: When the last one was sent (monotonic seconds).
    """

    token: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    shown: Shown | None = None
    is_slow: bool = False
    busy: Lock = field(default_factory=Lock)
    sent_s: float = -1e9


@dataclass(frozen=True)
class Asked:
    """A valid question: which slider, where its thumbs are, which tiles the browser shows already."""

    shown: Shown
    knob: Knob
    thumbs: tuple[float, ...]
    tiles: Sequence[str]


_followers: WeakValueDictionary[str, Follower] = WeakValueDictionary()
_places = BoundedSemaphore(TOGETHER)


def show(shown: Shown) -> Following:
    """Note what the page of the current session shows.

    Returns:
        What its gallery needs to ask.
    """
    if _SESSION_KEY not in st.session_state:
        st.session_state[_SESSION_KEY] = follower = Follower()
        _followers[follower.token] = follower
    follower = cast(Follower, st.session_state[_SESSION_KEY])
    follower.shown, follower.is_slow = shown, False
    return Following(follower.token, {key: knob.thumbs for key, knob in shown.knobs.items()})


def let_pass() -> None:
    """Wait until a question of this visitor is answered, so that the page's own run does not slow the picture down.

    A key press on a slider asks here and starts a run of the page at the same moment. The picture comes first.
    """
    follower: Follower | None = st.session_state.get(_SESSION_KEY)
    if follower is None or not follower.busy.acquire(timeout=PATIENCE_S):
        return
    follower.busy.release()
    time.sleep(min(PAINT_S, max(0.0, follower.sent_s + PAINT_S - time.monotonic())))


async def answer(request: Request) -> Response:
    """``POST {token, slider, thumbs, tiles}`` gives the next frame of the gallery (:func:`augviz.ui.gallery.frame`).

    A question that is not valid gets status 400, an unknown token 404, a second question of the same visitor 429, and
    503 says that too many galleries are being drawn.
    """
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return _refused(413, "the question is too long")
    return await run_in_threadpool(answer_to, body)


def answer_to(body: bytes) -> Response:
    """The answer to one question; see :func:`answer`."""
    try:
        words = _words(body)
        follower = _followers.get(words["token"])
        if follower is None or follower.shown is None:
            return _refused(404, "nobody is known by this token")
        asked = _asked(words, follower.shown)
    except AugvizError as error:
        return _refused(400, str(error))
    if not follower.busy.acquire(blocking=False):
        return _refused(429, "one gallery at a time")
    try:
        return Answer(follower, _in_turn(follower, asked))
    except BaseException:
        follower.busy.release()
        raise


class Answer(Response):
    """An answer that lets go of its visitor once it is sent, or cannot be."""

    def __init__(self, follower: Follower, response: Response) -> None:
        super().__init__(response.body, response.status_code, response.headers)
        self._follower = follower

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._follower.sent_s = time.monotonic()
            self._follower.busy.release()


def _in_turn(follower: Follower, asked: Asked) -> Response:
    if not _places.acquire(timeout=WAIT_S):
        return _refused(503, "too many galleries are being drawn")
    try:
        return _drawn(follower, asked)
    finally:
        _places.release()


def _words(body: bytes) -> dict[str, Any]:
    try:
        words = json.loads(body)
    except (ValueError, RecursionError):
        raise AugvizError("the question is not JSON") from None
    if not isinstance(words, dict) or not isinstance(words.get("token"), str):
        raise AugvizError("the question has no token")
    return words


def _asked(words: Mapping[str, Any], shown: Shown) -> Asked:
    slider, thumbs, tiles = words.get("slider"), words.get("thumbs"), words.get("tiles")
    if not isinstance(slider, str) or slider not in shown.knobs:
        raise AugvizError("the page does not show this slider")
    if not isinstance(thumbs, list) or not isinstance(tiles, list) or len(tiles) > MAX_TILES:
        raise AugvizError("thumbs and tiles must be lists")
    knob = shown.knobs[slider]
    return Asked(shown, knob, knob.checked(thumbs), [key if isinstance(key, str) else "" for key in tiles])


def _drawn(follower: Follower, asked: Asked) -> Response:
    try:
        spec = asked.knob.turn(asked.thumbs)(asked.shown.spec)
    except AugvizError as error:  # a value that the step refuses; the page says so when the slider is let go
        return _refused(400, str(error))
    largest = max(math.prod(shot.sample.size_hw) for shot in asked.shown.shots)
    is_draft = follower.is_slow or largest > DRAFT_FROM_PIXELS
    began = time.monotonic()
    tiles = _tiles(asked.shown, spec, is_draft)
    if not is_draft and follower.shown is asked.shown:
        follower.is_slow = time.monotonic() - began > SLOW_S
    if tiles is None:
        return _refused(409, "this step cannot be followed on a small copy")
    return Response(
        frame(tiles, asked.tiles), media_type="application/octet-stream", headers={"cache-control": "no-store"}
    )


def _tiles(shown: Shown, spec: PipelineSpec, is_draft: bool) -> tuple[Tile, ...] | None:
    """The gallery; None where a draft fails, for the true samples may not (a crop larger than the small copy)."""
    samples = [(draft_of(shot.sample) if is_draft else shot.sample, shot.seed) for shot in shown.shots]
    drawn = preview_each(spec, samples, shown.colours, previous=shown.spec, materials=shown.materials)
    if is_draft and any(tile.errors for tile in drawn):
        return None
    return sample_tiles(shown.sample, shown.colours, shown.shots, drawn, titles_of(spec), is_draft=is_draft)


def _refused(status: int, why: str) -> Response:
    return Response(why, status, media_type="text/plain")
