"""What the browser says becomes rows of the store: in its order, each once, and confirmed only when it is stored.

The browser numbers what it says and repeats it until it is confirmed; after a restart of the server it may repeat what
was stored already. That changes nothing: the last row of each picture counts, and to take one back twice is once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeGuard

from augviz.errors import InputError
from augviz.review.judgement import ANSWERS, MAX_TEXT, Judgement
from augviz.ui.in_hand import Judging

if TYPE_CHECKING:
    from augviz.review.store import Store

MOST_SECONDS = 3_600.0
"""A picture that was open for longer was left alone."""


def hear(store: Store, judging: Judging, message: object) -> Judging:
    """Store what was said and not heard yet.

    Args:
        store: Where it goes.
        judging: Who says it, and what was heard until now.
        message: ``{"token": …, "reviewer": …, "said": [{"n": 1, "kind": …, "place": …}, …]}``; the kinds are "label",
            "verdict" and "undo".

    Returns:
        The same with the last number that is stored; ``trouble`` says why the next one is not.
    """
    if not isinstance(message, dict) or not isinstance(message.get("token"), str):
        return judging
    if message.get("reviewer") != judging.reviewer:
        return judging  # somebody else judged in this tab before; it waits there until that person goes on
    if message["token"] != judging.token:
        judging = replace(judging, token=message["token"][:80], heard=0)
    judging = replace(judging, trouble="")
    for said in _in_order(message.get("said")):
        if said["n"] <= judging.heard:
            continue
        try:
            _take(store, judging, said)
        except InputError as error:
            return replace(judging, trouble=str(error))
        judging = replace(judging, heard=said["n"])
    return judging


def _in_order(said: object) -> Iterable[dict[str, Any]]:
    whole = said if isinstance(said, list) else []
    fitting = [one for one in whole if isinstance(one, dict) and _is_count(one.get("n"))]
    return sorted(fitting, key=lambda one: int(one["n"]))


def _take(store: Store, judging: Judging, said: Mapping[str, Any]) -> None:
    """One sentence of the browser; what makes no sense is passed over, or it would be repeated for ever."""
    kind, place = said.get("kind"), said.get("place")
    if not _is_count(place):
        return
    if kind == "label":
        store.label_first(judging.review, judging.reviewer, place, _text(said.get("label")))
    elif kind == "undo":
        store.take_back(judging.review, judging.reviewer, place)
    elif kind == "verdict" and said.get("answer") in ANSWERS:
        store.judge(judging.review, judging.reviewer, place, _judgement(said))


def _judgement(said: Mapping[str, Any]) -> Judgement:
    object_id, seconds = said.get("object"), said.get("seconds")
    return Judgement(
        said["answer"],
        _text(said.get("reason")),
        _text(said.get("note")),
        object_id if _is_count(object_id) else None,
        _text(said.get("step")),
        float(min(seconds, MOST_SECONDS)) if isinstance(seconds, int | float) and seconds > 0 else 0.0,
    )


def _text(value: object) -> str:
    return value[:MAX_TEXT] if isinstance(value, str) else ""


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31
