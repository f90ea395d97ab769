"""What the browser says becomes rows of the store: each once, in its order, whatever is repeated or damaged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from augviz.errors import InputError
from augviz.preservation.profiles import PROFILES
from augviz.review.judgement import latest, standing_of
from augviz.review.questions import MOST_CHOICES, QUESTIONS, choices_of, question_for
from augviz.review.review import Review
from augviz.review.store import Store, open_store
from augviz.ui.in_hand import Judging
from augviz.ui.review.hearing import hear
from tests.unit.review_cases import HOSTILE, item, review


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(folder=tmp_path)
    opened.add(review([item(place) for place in range(5)]))
    yield opened
    opened.close()


@pytest.fixture
def judging(store: Store) -> Judging:
    who = store.join("a-review", "Ada")
    assert who.id == 1
    return Judging("a-review", who.id, who.name, who.order_seed)


def verdict(n: int, place: int, answer: str = "same", **more: Any) -> dict[str, Any]:
    return {"n": n, "kind": "verdict", "place": place, "answer": answer, "seconds": 2.5, **more}


def message(*said: Any, token: str = "tab", reviewer: object = 1) -> dict[str, Any]:
    return {"token": token, "reviewer": reviewer, "said": list(said)}


def counting(store: Store, judging: Judging) -> dict[int, str]:
    said = standing_of(store.log(judging.review).verdicts, judging.reviewer)
    return {place: one.answer for place, one in said.items()}


def test_what_is_said_is_stored_and_then_confirmed(store: Store, judging: Judging) -> None:
    label = {"n": 1, "kind": "label", "place": 2, "label": "cat"}
    after = hear(
        store, judging, message(label, verdict(2, 2, "changed", reason="Too small", object=3, step="Rotate-1"))
    )
    assert (after.heard, after.token, after.trouble) == (2, "tab", "")
    log = store.log("a-review")
    assert [(row.place, row.label) for row in log.first_labels] == [(2, "cat")]
    said = log.verdicts[0].judgement
    assert said is not None
    assert (said.answer, said.reason, said.object_id, said.step_id, said.seconds) == (
        "changed", "Too small", 3, "Rotate-1", 2.5,
    )  # fmt: skip


@pytest.mark.parametrize("number", [-1, 2**31, 10**30, True, 2.5])
def test_an_object_that_no_column_holds_is_left_out_and_the_verdict_stays(
    store: Store, judging: Judging, number: object
) -> None:
    after = hear(store, judging, message(verdict(1, 0, "changed", object=number)))
    assert (after.heard, after.trouble) == (1, "")
    row = store.log("a-review").verdicts[0].judgement
    assert row is not None
    assert (row.answer, row.object_id) == ("changed", None)


def test_what_is_repeated_is_stored_once(store: Store, judging: Judging) -> None:
    both = message(verdict(1, 0), verdict(2, 1))
    after = hear(store, hear(store, judging, both), message(*both["said"], verdict(3, 2)))
    assert after.heard == 3
    assert len(store.log("a-review").verdicts) == 3


def test_after_a_restart_what_is_repeated_changes_nothing(store: Store, judging: Judging) -> None:
    said = message(verdict(1, 0), verdict(2, 1, "changed"), {"n": 3, "kind": "undo", "place": 1}, verdict(4, 2))
    hear(store, judging, said)
    before = counting(store, judging)
    hear(store, judging, said)  # a server that has heard nothing yet
    assert counting(store, judging) == before == {0: "same", 2: "same"}


def test_to_take_the_same_back_twice_takes_back_one(store: Store, judging: Judging) -> None:
    hear(store, judging, message(verdict(1, 0), verdict(2, 1)))
    undo = {"n": 3, "kind": "undo", "place": 1}
    hear(store, replace(judging, token="tab", heard=2), message(undo))
    hear(store, replace(judging, token="tab", heard=2), message(undo))
    assert counting(store, judging) == {0: "same"}


@pytest.mark.parametrize("reviewer", [2, None, "1"])
def test_what_somebody_else_said_in_this_tab_is_not_taken_for_ones_own(
    store: Store, judging: Judging, reviewer: object
) -> None:
    assert hear(store, judging, message(verdict(1, 0), reviewer=reviewer)) == judging
    assert store.log("a-review").verdicts == ()


def test_another_tab_begins_to_count_anew(store: Store, judging: Judging) -> None:
    after = hear(store, judging, message(verdict(1, 0), verdict(2, 1)))
    after = hear(store, after, message(verdict(1, 2), token="another"))
    assert (after.token, after.heard) == ("another", 1)
    assert sorted(counting(store, judging)) == [0, 1, 2]


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {"token": 3, "reviewer": 1, "said": []},
        {"token": "tab", "reviewer": 1, "said": "x"},
        message(None, 3, {"kind": "verdict"}, {"n": True, "kind": "verdict", "place": 0, "answer": "same"}),
        message(verdict(1, 0, "perhaps")),
        message(verdict(1, -1)),
        message({"n": 1, "kind": "delete", "place": 0}),
    ],
)
def test_what_makes_no_sense_is_passed_over(store: Store, judging: Judging, said: object) -> None:
    after = hear(store, judging, said)
    assert after.trouble == ""
    assert counting(store, judging) == {}


@pytest.mark.parametrize(
    ("seconds", "kept"),
    [(10**400, 3_600.0), (1e300, 3_600.0), (-1, 0.0), (float("nan"), 0.0)],
    ids=["no float holds it", "long", "negative", "nan"],
)
def test_a_time_that_cannot_be_is_no_reason_to_lose_the_verdict(
    store: Store, judging: Judging, seconds: float, kept: float
) -> None:
    after = hear(store, judging, message(verdict(1, 0) | {"seconds": seconds}))
    assert after.heard == 1
    row = store.log("a-review").verdicts[0].judgement
    assert row is not None
    assert row.seconds == kept


def test_damaged_fields_do_not_lose_the_verdict(store: Store, judging: Judging) -> None:
    hear(
        store, judging, message(verdict(1, 0, reason=3, note="x" * 30_000, object="a", step=None) | {"seconds": "fast"})
    )
    row = store.log("a-review").verdicts[0].judgement
    assert row is not None
    assert (row.reason, len(row.note), row.object_id, row.seconds) == ("", 20_000, None, 0.0)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_kept_as_text(store: Store, judging: Judging, text: str) -> None:
    hear(store, judging, message({"n": 1, "kind": "label", "place": 0, "label": text}, verdict(2, 0, note=text)))
    log = store.log("a-review")
    kept = text.replace("\0", "\N{REPLACEMENT CHARACTER}").replace("\ud83d", "\N{REPLACEMENT CHARACTER}")
    assert log.first_labels[0].label == kept
    assert latest(log.verdicts)[judging.reviewer, 0].judgement.note == kept  # type: ignore[union-attr]


def test_what_cannot_be_stored_is_not_confirmed_and_says_why(store: Store, judging: Judging) -> None:
    after = hear(store, judging, message(verdict(1, 0), verdict(2, 99), verdict(3, 1)))
    assert after.heard == 1
    assert "no such review, reviewer or picture" in after.trouble
    store.remove("a-review")
    assert hear(store, judging, message(verdict(1, 0))).heard == 0
    with pytest.raises(InputError):
        store.review("a-review")


def test_one_label_a_picture_is_chosen_among_all_labels() -> None:
    given: Review = review([item(0, classes=("dog",)), item(1, classes=("cat",)), item(2, classes=("cat",))])
    assert choices_of(given.items) == (("cat", "dog"), False)


def test_several_classes_a_picture_may_be_chosen_together() -> None:
    several = replace(item(0), label="cat, dog", classes=("cat", "dog"))
    assert choices_of((several, item(1, classes=("cow",)))) == (("cat", "cow", "dog"), True)


def test_too_many_labels_are_typed() -> None:
    items = tuple(item(place, classes=(f"kind {place:02}",)) for place in range(MOST_CHOICES + 1))
    assert choices_of(items) == ((), False)
    assert len(choices_of(items[:-1]).names) == MOST_CHOICES


def test_every_kind_of_images_has_a_question() -> None:
    assert set(QUESTIONS) == {profile.id for profile in PROFILES}
    assert question_for("none of these").endswith("?")
