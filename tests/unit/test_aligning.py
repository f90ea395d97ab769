"""Training and validation beside each other: what became of each step, and why."""

from __future__ import annotations

from typing import Any

import pytest

from augviz.pipeline.aligning import aligned, leaves
from augviz.pipeline.spec import Group, PipelineSpec, Step, freeze
from augviz.pipeline.validation import Row, validation_of
from augviz.policies.starting_points import STARTING_POINTS
from augviz.transforms.catalogue import offered
from augviz.transforms.construct import starting_params


def step(name: str, p: float = 1.0, **params: Any) -> Step:
    return Step(name, freeze(params), p)


def told(rows: tuple[Row, ...]) -> list[tuple[str, list[str], str]]:
    return [
        ("" if row.training is None else row.training.name, [each.name for each in row.validation], row.fate)
        for row in rows
    ]


TRAIN = PipelineSpec(
    (
        step("RandomResizedCrop", size=(224, 224)),
        Group("OneOf", (step("GaussNoise"), step("Blur")), 0.4),
        step("HorizontalFlip", 0.5),
        step("ToGray"),
    ),
    (step("Normalize"), step("ToTensorV2")),
)


# Derived


def test_every_step_has_a_row_in_its_order_with_its_fate_and_its_groups() -> None:
    rows = validation_of(TRAIN).rows
    assert told(rows) == [
        ("RandomResizedCrop", ["SmallestMaxSize", "CenterCrop"], "changed"),
        ("GaussNoise", [], "left out"),
        ("Blur", [], "left out"),
        ("HorizontalFlip", [], "left out"),
        ("ToGray", ["ToGray"], "kept"),
        ("Normalize", ["Normalize"], "kept"),
        ("ToTensorV2", ["ToTensorV2"], "kept"),
    ]
    assert [row.within for row in rows[:3]] == [(), ("OneOf",), ("OneOf",)]
    assert "87.5%" in rows[0].why
    assert rows[3].why == "Only some training images have it."


def test_of_a_choice_the_rows_stand_in_the_order_of_the_pipeline_and_what_is_not_sure_is_said() -> None:
    sizes = (step("RandomCrop", 0.2, height=40, width=40), step("Resize", 0.7, height=40, width=40))
    rows = validation_of(PipelineSpec((Group("OneOf", (*sizes, step("Blur", 0.1))), step("Rotate", 0.0)))).rows
    assert told(rows) == [
        ("RandomCrop", [], "left out"),
        ("Resize", ["Resize"], "kept"),
        ("Blur", [], "left out"),
        ("Rotate", [], "left out"),
    ]
    assert rows[0].why == "Another way to make the size was chosen."
    assert rows[1].training is not None
    assert rows[1].training.p == 0.7
    assert rows[3].why == "It does nothing in training either."
    half = validation_of(PipelineSpec((step("Resize", 0.5, height=40, width=40),))).rows[0]
    assert (half.fate, half.validation[0].p) == ("changed", 1)
    assert "Only some training images go through it, all of these do." in half.why


def _all() -> list[PipelineSpec]:
    each = [
        PipelineSpec((Step(entry.name, starting_params(entry.name, (96, 128)), p),))
        for entry in offered().values()
        if not entry.is_tail
        for p in (0.5, 1.0)
    ]
    return [*each, *(point.spec for point in STARTING_POINTS)]


def test_the_rows_hold_exactly_the_steps_of_both_pipelines() -> None:
    for train in _all():
        found = validation_of(train)
        training = [row.training for row in found.rows]
        assert training == [*(node for node in train.walk() if isinstance(node, Step)), *train.tail]
        assert [each for row in found.rows for each in row.validation] == [*found.spec.steps, *found.spec.tail]
        assert all(row.why.endswith(".") for row in found.rows)


# A pipeline of one's own


def test_the_derived_pipeline_itself_is_aligned_as_it_was_derived() -> None:
    for train in (TRAIN, *(point.spec for point in STARTING_POINTS)):
        found = validation_of(train)
        assert told(aligned(found.rows, found.spec)) == told(found.rows)


def test_steps_of_ones_own_stand_beside_those_that_they_are_for() -> None:
    own = PipelineSpec(
        (
            step("Resize", height=256, width=256),
            step("CenterCrop", height=256, width=224),
            step("HorizontalFlip", 0.5),
            step("GaussianBlur", 0.1),
        ),
        (step("Normalize", mean=(0.5, 0.5, 0.5)),),
    )
    rows = aligned(validation_of(TRAIN).rows, own)
    assert told(rows) == [
        ("", ["Resize"], "added"),
        ("RandomResizedCrop", ["CenterCrop"], "changed"),
        ("GaussNoise", [], "left out"),
        ("Blur", [], "left out"),
        ("HorizontalFlip", ["HorizontalFlip"], "random"),
        ("ToGray", [], "left out"),
        ("", ["GaussianBlur"], "random"),
        ("Normalize", ["Normalize"], "changed"),
        ("ToTensorV2", [], "left out"),
    ]
    assert rows[1].why == "Other values: height 256 in place of 224. SmallestMaxSize would go with it."
    assert rows[5].why == "Every training image goes through it, no validation image does."


@pytest.mark.parametrize("train", [PipelineSpec(), TRAIN])
def test_no_step_of_ones_own_is_lost_or_told_twice(train: PipelineSpec) -> None:
    for own in _all():
        rows = aligned(validation_of(train).rows, own)
        assert [each for row in rows for each in row.validation] == [*leaves(own), *own.tail]
        assert sum(row.training is not None for row in rows) == len(validation_of(train).rows)


def test_what_is_switched_off_or_never_happens_is_no_leaf() -> None:
    off = Step("Blur", enabled=False)
    spec = PipelineSpec((off, step("Rotate", 0.0), Group("Sequential", (step("ToGray"),), 0.0), step("InvertImg")))
    assert [each.name for each in leaves(spec)] == ["InvertImg"]


def test_a_step_in_the_middle_of_what_belongs_together_follows_it() -> None:
    own = PipelineSpec((step("SmallestMaxSize", max_size=256), step("InvertImg"),
                        step("CenterCrop", height=224, width=224)))  # fmt: skip
    assert told(aligned(validation_of(TRAIN).rows, own))[:2] == [
        ("RandomResizedCrop", ["SmallestMaxSize", "CenterCrop"], "changed"),
        ("", ["InvertImg"], "added"),
    ]
