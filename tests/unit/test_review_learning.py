"""What verdicts say: rates counted both ways, by class, step and strength; controls; a word against a rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from augviz.errors import InputError
from augviz.pipeline.spec import PipelineSpec, Step
from augviz.preservation.finding import Finding
from augviz.review.findings import Findings, Log, find
from augviz.review.judgement import ANSWERS, SCALE, Adjudication, Answer, FirstLabel, Judgement, Recorded, standing
from augviz.review.overruling import Overruling, overruled, step_digest
from augviz.review.review import Dose, Item, Reviewer, StepSeen
from augviz.review.settling import WORST_FIRST, settle
from tests.unit.review_cases import NOON, TURN, item, review

ANNA, BEN, CLEO = Reviewer(1, "Anna", 11), Reviewer(2, "Ben", 12), Reviewer(3, "Cleo", 13)


def log_of(*said: tuple[Reviewer, int, Answer | Judgement], adjudications: tuple[Adjudication, ...] = ()) -> Log:
    rows = [
        Recorded(i, who.id, place, one if isinstance(one, Judgement) else Judgement(one), NOON)
        for i, (who, place, one) in enumerate(said, 1)
    ]
    return Log((ANNA, BEN, CLEO), (), tuple(rows), adjudications)


def all_same(count: int, who: Reviewer = ANNA) -> list[tuple[Reviewer, int, Answer | Judgement]]:
    return [(who, place, "same") for place in range(count)]


def found(items: list[Item], log: Log) -> Findings:
    return find(review(items), log)


def test_one_changed_label_of_61_is_below_7_5_percent() -> None:
    said = [*all_same(60), (ANNA, 60, "changed")]
    rate = found([item(i) for i in range(61)], log_of(*said)).rate
    assert (rate.changed, rate.open, rate.images) == (1, 0, 61)
    assert rate.upper == pytest.approx(0.0754, abs=5e-5)
    assert rate.claim.standing == "undecided"
    assert rate.words == "Undecided: about 32 more images would decide"


def test_59_unchanged_labels_are_safe_at_5_percent() -> None:
    rate = found([item(i) for i in range(59)], log_of(*all_same(59))).rate
    assert rate.words == "Safe: fewer than 5% of labels change"


def test_cannot_tell_is_counted_both_ways() -> None:
    items = [item(i) for i in range(62)]
    rate = found(items, log_of(*all_same(60), (ANNA, 60, "cannot tell"), (ANNA, 61, "unusable"))).rate
    assert (rate.changed, rate.open) == (0, 2)
    assert rate.upper < 0.05 < rate.upper_with_open
    assert rate.claim.standing == "undecided"  # it would not be safe if both had changed
    many = log_of(*[(ANNA, i, "cannot tell") for i in range(62)])
    assert found(items, many).rate.claim.standing == "undecided"  # nor is it violating by what nobody could tell


def test_controls_are_not_counted() -> None:
    items = [item(0), item(1, "untouched"), item(2, "duplicate", twin=0), item(3, "known violation")]
    got = found(items, log_of((ANNA, 0, "same"), (ANNA, 1, "changed"), (ANNA, 2, "same"), (ANNA, 3, "changed")))
    assert (got.rate.changed, got.rate.images) == (0, 1)
    trust = got.trust[0]
    assert (trust.false_alarms, trust.hits, trust.consistent) == ((1, 1), (1, 1), (1, 1))


def test_controls_say_how_far_a_reviewer_can_be_trusted() -> None:
    items = [item(0), item(1), item(2, "untouched"), item(3, "duplicate", twin=0), item(4, "duplicate", twin=1)]
    items += [item(5, "known violation"), item(6, "known violation")]
    answers: list[Answer] = ["same", "same", "same", "changed", "same", "changed", "same"]
    trust = found(items, log_of(*[(ANNA, i, answer) for i, answer in enumerate(answers)])).trust[0]
    assert trust.judged.words == "7 of 7"
    assert (trust.false_alarms, trust.hits, trust.consistent) == ((0, 1), (1, 2), (1, 2))
    assert trust.hits.interval.low < 0.5 < trust.hits.interval.high


def test_reviewers_who_differ_leave_an_image_unsettled_until_they_agree() -> None:
    items = [item(0), item(1)]
    said = [(ANNA, 0, "same"), (BEN, 0, "same"), (ANNA, 1, "same"), (BEN, 1, "cannot tell"), (CLEO, 1, "same")]
    before = found(items, log_of(*said))
    assert (before.rate.changed, before.rate.open) == (0, 1)
    assert [one.item.place for one in before.disputed] == [1]
    joint = Adjudication(1, 1, "same", "Anna and Ben", "", NOON)
    after = found(items, log_of(*said, adjudications=(joint,)))
    assert (after.rate.open, after.disputed) == (0, ())
    assert [one.judgement.answer for one in before.open[0].said] == ["same", "cannot tell", "same"]  # all is kept
    assert before.agreement == after.agreement  # what was agreed on afterwards makes nobody agree before


def test_a_tie_is_counted_for_the_worse_and_a_later_adjudication_holds() -> None:
    log = log_of((ANNA, 0, "same"), (BEN, 0, "changed"))
    assert found([item(0)], log).rate.changed == 1
    joint = (Adjudication(1, 0, "changed", "both", "", NOON), Adjudication(2, 0, "same", "both", "", NOON))
    assert found([item(0)], replace(log, adjudications=joint)).rate.changed == 0


def test_ties_stand_in_the_way_of_safe_and_show_no_violation() -> None:
    items = [item(place) for place in range(20)]
    one_says = [(ANNA, place, "changed") for place in range(20)]
    tied = found(items, log_of(*one_says, *[(BEN, place, "same") for place in range(20)]))
    assert (tied.rate.changed, tied.rate.tied, tied.rate.claim.standing) == (20, 20, "undecided")
    assert found(items, log_of(*one_says)).rate.claim.standing == "violating"


@pytest.mark.parametrize(
    ("answers", "holds"),
    [
        (("same", "cannot tell"), "cannot tell"),
        (("cannot tell", "unusable"), "unusable"),
        (("unusable", "changed"), "changed"),
        (("same", "same", "changed"), "same"),
    ],
)
def test_the_most_frequent_answer_holds_and_of_several_the_worst(answers: tuple[Answer, ...], holds: Answer) -> None:
    said = [(who, 0, answer) for who, answer in zip((ANNA, BEN, CLEO), answers, strict=False)]
    settled = settle(standing(log_of(*said).verdicts), {})[0]
    assert (settled.answer, settled.is_disputed) == (holds, True)


def test_only_those_who_said_changed_name_objects_and_steps() -> None:
    doubt = Judgement("cannot tell", object_id=5, step_id="HorizontalFlip-1")
    sure = Judgement("changed", object_id=3, step_id="Rotate-1")
    settled = settle(standing(log_of((ANNA, 0, doubt), (BEN, 0, sure)).verdicts), {})[0]
    assert (settled.object_ids, settled.step_ids) == ((3,), ("Rotate-1",))


def test_the_last_row_of_a_reviewer_counts_and_one_without_verdict_takes_it_back() -> None:
    rows = [
        Recorded(1, 1, 0, Judgement("same"), NOON),
        Recorded(3, 1, 0, Judgement("changed"), NOON),
        Recorded(2, 1, 1, Judgement("same"), NOON),
        Recorded(4, 1, 1, None, NOON),
    ]
    assert {key: said.answer for key, said in standing(rows).items()} == {(1, 0): "changed"}


def test_a_class_is_only_blamed_for_its_own_objects() -> None:
    items = [item(0, classes=("street", "car")), item(1, classes=("street",))]
    meant = Judgement("changed", object_id=3)
    rows = found(items, log_of((ANNA, 0, meant), (ANNA, 1, "same"))).classes
    assert {row.name: (row.rate.changed, row.rate.images) for row in rows} == {"car": (1, 1), "street": (0, 2)}
    rows = found(items, log_of((ANNA, 0, "changed"), (ANNA, 1, "same"))).classes
    assert {row.name: row.rate.changed for row in rows} == {"car": 1, "street": 1}


def test_steps_are_told_apart_by_images_in_which_they_ran() -> None:
    items = [item(0, turn=30.0), item(1, turn=2.0), item(2)]
    step = found(items, log_of((ANNA, 0, "changed"), (ANNA, 1, "same"), (ANNA, 2, "same"))).steps[0]
    assert (step.transform, step.named) == ("Rotate", 1)  # it ran alone
    assert (step.fired.changed, step.fired.images, step.still.changed, step.still.images) == (1, 2, 0, 1)


def test_a_step_that_ran_on_no_judged_image_has_nothing_to_show_for_it() -> None:
    got = found([item(0, turn=30.0), item(1)], log_of((ANNA, 0, "changed"), (ANNA, 1, "same")))
    whole, turned, never = (got.rate_where(step_id) for step_id in (None, "Rotate-1", "HorizontalFlip-1"))
    assert (whole.changed, whole.images) == (1, 2)
    assert (turned.changed, turned.images) == (1, 1)
    assert (never.changed, never.images) == (0, 0)


def test_a_reviewers_word_goes_before_what_checks_blame() -> None:
    items = [item(0, turn=30.0, blamed=("HorizontalFlip-1",))]
    assert found(items, log_of((ANNA, 0, "changed"))).changed[0].blamed == ("HorizontalFlip-1",)
    named = found(items, log_of((ANNA, 0, Judgement("changed", step_id="Rotate-1"))))
    assert named.changed[0].blamed == ("Rotate-1",)


def test_strengths_show_from_where_on_labels_change() -> None:
    items = [item(i, turn=float(i)) for i in range(40)]
    said: list[tuple[Reviewer, int, Answer | Judgement]] = [
        (ANNA, i, "changed" if i >= 30 else "same") for i in range(40)
    ]
    bands = found(items, log_of(*said)).strengths
    assert [(band.low, band.high, band.rate.changed, band.rate.images) for band in bands] == [
        (0, 9, 0, 10), (10, 19, 0, 10), (20, 29, 0, 10), (30, 39, 10, 10),
    ]  # fmt: skip
    assert found(items[:9], log_of(*said[:9])).strengths == ()


def strengths_of(*turns: float, second: tuple[Dose, ...] = ()) -> list[tuple[float, float, int]]:
    """Ends of each band, and how many images it has; every turn also did ``second``."""
    items = [item(place, turn=turn) for place, turn in enumerate(turns)]
    items = [
        replace(one, steps=tuple(step._replace(doses=(*second, *step.doses)) for step in one.steps)) for one in items
    ]
    bands = found(items, log_of(*all_same(len(items)))).strengths
    assert {band.quantity for band in bands} <= {"rotation"}
    return [(band.low, band.high, band.rate.images) for band in bands]


def test_a_band_of_strengths_never_has_so_few_images_that_they_say_nothing() -> None:
    assert strengths_of(0.5, *[1.0] * 9) == []
    assert strengths_of(*[1.0] * 12, *[2.0] * 3, *[3.0] * 12) == [(1, 2, 15), (3, 3, 12)]


def test_of_what_a_step_does_equally_often_the_first_of_the_table_is_its_strength() -> None:
    assert len(strengths_of(*range(1, 21), second=(Dose("cut", 0.5), Dose("hue", 9.0)))) == 4


def test_what_a_step_does_most_often_is_its_strength() -> None:
    items = [item(place, turn=float(place)) for place in range(20)]
    seldom = items[0].steps[0]._replace(doses=(Dose("rotation", 0.7), Dose("mirror", 1.0)))
    often = [replace(one, steps=(one.steps[0]._replace(doses=(Dose("hue", one.place + 1.0),)),)) for one in items[1:]]
    bands = found([replace(items[0], steps=(seldom,)), *often], log_of(*all_same(20))).strengths
    assert {band.quantity for band in bands} == {"hue"}


def test_an_image_on_which_a_step_ran_twice_is_one_image_at_the_stronger_of_both() -> None:
    items = [item(place, turn=float(place + 1)) for place in range(20)]
    twice = [replace(one, steps=(one.steps[0]._replace(doses=(Dose("rotation", 0.6),)), *one.steps)) for one in items]
    both = [found(each, log_of(*all_same(20))).strengths for each in (items, twice)]
    assert both[0] == both[1] != ()


def test_where_several_steps_ran_and_nobody_blames_one_none_is_to_blame() -> None:
    one = item(0, turn=30.0)
    flipped = replace(one, steps=(*one.steps, StepSeen("HorizontalFlip-1", "HorizontalFlip")))
    got = found([flipped], log_of((ANNA, 0, "changed")))
    assert got.changed[0].blamed == ()
    assert [step.named for step in got.steps] == [0, 0]


def test_classes_come_with_the_most_changed_labels_first_and_a_dispute_is_open_for_all() -> None:
    items = [item(0, classes=("car",)), item(1, classes=("bus", "tram")), item(2, classes=("bus",))]
    meant = Judgement("changed", object_id=3)
    named = [replace(one, objects_before='{"boxes": [[6, 6, 14, 14, 0, 0, 3]], "names": ["bus"]}') for one in items[1:]]
    said = [(ANNA, 0, "same"), (ANNA, 1, "same"), (BEN, 1, "same"), (CLEO, 1, meant), (ANNA, 2, "changed")]
    rows = found([items[0], *named], log_of(*said)).classes
    assert [(row.name, row.rate.changed, row.rate.open) for row in rows] == [
        ("bus", 1, 1), ("tram", 0, 1), ("car", 0, 0),
    ]  # fmt: skip


def test_before_anybody_has_judged_nothing_is_claimed() -> None:
    got = found([item(0)], Log())
    assert (got.rate.words, got.agreement, got.trust, got.until) == ("Nothing judged yet", None, (), NOON)


def test_the_label_given_first_stands_beside_the_verdict() -> None:
    first = (FirstLabel(1, 1, 0, "alley", NOON), FirstLabel(2, 1, 0, "road", NOON))
    log = replace(log_of((ANNA, 0, "changed")), first_labels=first)
    assert found([item(0)], log).changed[0].said[0].first_label == "road"


def test_every_answer_has_a_button_a_key_of_its_own_and_a_rank() -> None:
    assert tuple(row.answer for row in SCALE) == ANSWERS
    assert len({row.key for row in SCALE}) == len(SCALE)
    assert set(WORST_FIRST) == set(ANSWERS)


@pytest.mark.parametrize("answer", ["", "maybe", "SAME"])
def test_a_verdict_that_is_not_on_the_scale_is_refused(answer: str) -> None:
    with pytest.raises(InputError, match="verdict"):
        Judgement(answer)  # type: ignore[arg-type]


def test_a_note_without_end_is_refused() -> None:
    with pytest.raises(InputError, match="20,001 characters"):
        Judgement("same", note="x" * 20_001)


# -- against a rule ----------------------------------------------------------------------------------------------------

MIRROR = Finding("X02", "violating", "HorizontalFlip-1", "HorizontalFlip", "Left is right.", "", "S")


def ruling(spec: PipelineSpec = TURN, **changes: object) -> Overruling:
    digest = step_digest(spec, "HorizontalFlip-1")
    given = Overruling("r", "streets", "X02", digest, "violating", "safe", "Dr Weber", NOON, 0, 61, id=1)
    return replace(given, **changes)  # type: ignore[arg-type]


def test_an_experts_word_holds_and_the_rules_stays_beside_it() -> None:
    (got,) = overruled([MIRROR], [ruling()], TURN, "streets")
    assert (got.severity, got.finding.severity) == ("safe", "violating")
    assert got.overruling is not None
    assert got.overruling.words == "expert: safe instead of violating (Dr Weber, 2026-03-01, 0 of 61 labels changed)"


def test_an_expert_who_agrees_with_the_rule_after_all_says_so() -> None:
    (got,) = overruled([MIRROR], [ruling(), ruling(severity="violating", id=2)], TURN, "streets")
    assert got.severity == "violating"
    assert got.overruling is not None
    assert got.overruling.words.startswith("expert: violating, as the rule says (Dr Weber")


def test_it_holds_in_its_own_project_only() -> None:
    assert overruled([MIRROR], [ruling()], TURN, "other")[0].severity == "violating"
    assert overruled([MIRROR], [ruling(project="")], TURN, "")[0].severity == "violating"  # no name is no project


def test_it_holds_for_the_step_as_it_was_judged_only() -> None:
    renamed = PipelineSpec((Step("HorizontalFlip", p=0.5, id="HorizontalFlip-1", title="mirror"),))
    assert overruled([MIRROR], [ruling()], renamed, "streets")[0].severity == "safe"
    oftener = PipelineSpec((Step("HorizontalFlip", p=0.6, id="HorizontalFlip-1"),))
    assert overruled([MIRROR], [ruling()], oftener, "streets")[0].severity == "violating"


def test_the_last_word_counts() -> None:
    words = [ruling(severity="caution", id=2), ruling(id=1)]
    assert overruled([MIRROR], words, TURN, "streets")[0].severity == "caution"
