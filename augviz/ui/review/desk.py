"""The picture that one judges.

One component holds what is on the screen and stays as it is. What Python has to say comes as letters of their own
(augviz/ui/annotator.py has the same post): who judges what, once; the next pictures, each once, two ahead of the
reviewer; and after every press, within a hundred bytes and the list of what is judged, how far everything is stored.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from augviz.errors import InputError
from augviz.overlay import PALETTE
from augviz.preview import Bounded
from augviz.review.findings import Log, object_names
from augviz.review.judgement import SCALE, Recorded, latest, standing_of
from augviz.review.questions import REASONS, choices_of
from augviz.review.queue import Queue, order
from augviz.review.review import Item, Review
from augviz.ui import workspace
from augviz.ui.annotator import sealed
from augviz.ui.components import component
from augviz.ui.in_hand import Judging
from augviz.ui.review import access
from augviz.ui.review.hearing import hear
from augviz.ui.text import escaped

if TYPE_CHECKING:
    from augviz.review.store import Store

KEY = "judge"

AHEAD = 3
"""Pictures that the browser is given: the one in view and those that come next."""

_letters: Bounded[bytes] = Bounded(128 * 2**20, len)


@dataclass(frozen=True)
class Progress:
    """How far a reviewer is, by what is stored.

    Attributes:
        queue: Order and verdicts.
        labels: Labels that were given first, by the place of the item.
        last: The verdict that was given last and counts, or None.
    """

    queue: Queue
    labels: Mapping[int, str]
    last: Recorded | None


@st.fragment
def desk(judging: Judging) -> None:
    """The desk; after every press only this runs again.

    Args:
        judging: Who judges what; what was heard since is in the workspace.
    """
    now = workspace.current().judging or judging
    # First of all: it holds what is not stored yet, and says it again when the database has not answered.
    component(
        "augviz_judge",
        html='<div class="augviz judge"></div>',
        css=["gallery.css", "judge.css"],
        js=["overlay.js", "judge_view.js", "judge_panel.js", "judge.js"],
    )(key=KEY, data="", on_say_change=take)
    try:
        store = access.store()
        review = access.review(store, now.review)
        far = progress_of(review, now, store.log(review.id))
        _post("head", sealed(_head(review, now, far.queue)))
        _post("state", sealed(_state(now, far)))
        for at in _coming(far.queue):
            _post(f"item{at % AHEAD}", _item_letter(store, review, far.queue.order[at], at))
    except InputError as error:
        st.error(escaped(str(error)), icon=":material/error:")


def take() -> None:
    """Store what the browser has just sent; runs before the fragment, so that it can confirm it."""
    judging = workspace.current().judging
    if judging is not None and KEY in st.session_state:
        try:
            store = access.store()
        except InputError as error:
            workspace.change(judging=replace(judging, trouble=str(error)))
            return
        workspace.change(judging=hear(store, judging, st.session_state[KEY].get("say")))


def progress_of(review: Review, judging: Judging, log: Log) -> Progress:
    """How far a reviewer is."""
    who = judging.reviewer
    queue = Queue(order(review.items, judging.order_seed), standing_of(log.verdicts, who))
    labels = {place: row.label for (one, place), row in latest(log.first_labels).items() if one == who}
    counting = [row for (one, _place), row in latest(log.verdicts).items() if one == who and row.judgement is not None]
    return Progress(queue, labels, max(counting, key=lambda row: row.id, default=None))


def _coming(queue: Queue) -> range:
    """Places in the order that the browser is given: from the first that is not judged."""
    at = len(queue.order) if queue.next is None else queue.order.index(queue.next)
    return range(at, min(at + AHEAD, len(queue.order)))


def _post(kind: str, letter: bytes) -> None:
    component("augviz_post", html="<span hidden></span>", js=["post.js"])(key=f"{KEY}-{kind}", data=letter)


def _head(review: Review, judging: Judging, queue: Queue) -> dict[str, Any]:
    choices = choices_of(review.items)
    return {
        "kind": "judge-head",
        "review": review.id,
        "reviewer": judging.reviewer,
        "question": review.setting.question,
        "choices": choices.names,
        "several": choices.several,
        "scale": [row._asdict() for row in SCALE],
        "reasons": REASONS,
        "order": queue.order,
        "palette": [[colour.hex, colour.ink.hex] for colour in PALETTE],
    }


def _state(judging: Judging, far: Progress) -> dict[str, Any]:
    near = [far.queue.order[at] for at in _coming(far.queue)]
    return {
        "kind": "judge-state",
        "reviewer": judging.reviewer,
        "token": judging.token,
        "heard": judging.heard,
        "judged": sorted(far.queue.judged),
        "labels": [[place, far.labels[place]] for place in near if place in far.labels],
        "last": None if far.last is None else far.last.place,
        "seconds": round(far.queue.seconds_left),
        "trouble": judging.trouble,
    }


def _item_letter(store: Store, review: Review, place: int, at: int) -> bytes:
    def made() -> bytes:
        item = review.items[place]
        after, before = store.pictures.read(item.after.digest), store.pictures.read(item.before.digest)
        return sealed(_item(review.id, item, len(after), at), after + before)

    return _letters.made((review.id, place, at), made)


def _item(review_id: str, item: Item, after_bytes: int, at: int) -> dict[str, Any]:
    """One picture; the file's name is not among it, because it may say the label."""
    return {
        "kind": f"judge-item{at % AHEAD}",
        "review": review_id,
        "place": item.place,
        "cut": after_bytes,
        "label": item.label,
        "sizes": [item.after.size_wh, item.before.size_wh],
        "overlays": [json.loads(item.objects_after), json.loads(item.objects_before)],
        "objects": [[object_id, name] for object_id, name in sorted(object_names(item).items())],
        "steps": [[step.step_id, f"{step.transform} {step.value}".strip()] for step in item.steps],
    }
