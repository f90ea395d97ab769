"""Objects as pictures of their own, and the labels that a kind of model answers."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.preservation.facts import Facts
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample
from augviz.tta.objects import object_of, objects_of
from augviz.tta.refusing import facts_for, judge_views, labels_for
from augviz.tta.view_sets import view_set
from tests.unit.tta_cases import SQUARE, numbered


def with_boxes(*xyxy: list[float]) -> Sample:
    boxes = Boxes.of(list(xyxy), [f"n{i}" for i in range(len(xyxy))], range(5, 5 + len(xyxy)))
    return numbered(60, 80).with_labels(Labels(boxes))


def test_the_square_around_a_box_is_cut_out_with_its_name() -> None:
    sample = with_boxes([20, 10, 40, 50])
    found = object_of(sample, 5)
    assert found is not None
    # 40 px high, 8% more, around (30, 30)
    assert np.array_equal(found.image, sample.image[8:52, 8:52])
    assert found.labels.label == "n0"
    assert "object 5" in found.name


def test_at_the_frame_it_is_cut_and_outside_there_is_nothing() -> None:
    sample = with_boxes([0, 0, 20, 20], [90, 10, 99, 20])
    found = object_of(sample, 5)
    assert found is not None
    assert found.size_hw == (21, 21)
    assert object_of(sample, 6) is None
    assert object_of(sample, 7) is None
    assert [each.labels.label for each in objects_of(sample)] == ["n0"]


EYES = Labels(
    Boxes.of([[1, 1, 9, 9]], ["face"]), keypoints=Keypoints.of([[3, 3], [6, 3]], ["left eye", "right eye"]), label="cat"
)


@pytest.mark.parametrize(("output", "refused"), [("classes", False), ("boxes", False)])
def test_points_named_by_side_say_nothing_about_classes(output: str, refused: bool) -> None:
    facts = Facts(yes=frozenset({"left_right_keypoints", "boxes", "masks"}))
    kept = facts_for(facts, output)  # type: ignore[arg-type]
    sample = numbered(40, 40).with_labels(labels_for(EYES, output))  # type: ignore[arg-type]
    judged = judge_views(view_set("mirror").make(SQUARE), kept, "natural", (sample,))
    assert judged[1].is_refused == refused
    raw = judge_views(view_set("mirror").make(SQUARE), facts, "natural", (numbered(40, 40).with_labels(EYES),))
    assert raw[1].is_refused  # so that the two lines above can fail


def test_only_what_a_model_answers_is_judged() -> None:
    every = Labels(EYES.boxes, Masks(np.ones((1, 10, 10), np.uint16), ("face",), (0,)), None, EYES.keypoints, "cat")
    answered = {output: labels_for(every, output) for output in ("classes", "boxes", "pixels")}  # type: ignore[arg-type]
    assert {
        output: (len(kept.boxes), kept.masks is not None, len(kept.keypoints), kept.label)
        for output, kept in answered.items()
    } == {"classes": (0, False, 0, "cat"), "boxes": (1, False, 0, None), "pixels": (0, True, 0, None)}
    known = Facts(yes=frozenset({"boxes", "masks", "left_right_keypoints"}), unknown=frozenset({"boxes_without_masks"}))
    told = {output: facts_for(known, output) for output in answered}  # type: ignore[arg-type]
    assert {output: set(facts.yes | facts.unknown) for output, facts in told.items()} == {
        "classes": set(), "boxes": {"boxes", "boxes_without_masks"}, "pixels": {"masks"},
    }  # fmt: skip


def test_sides_in_the_class_itself_still_count() -> None:
    facts = facts_for(Facts(yes=frozenset({"left_right_labels"})), "classes")
    judged = judge_views(view_set("mirror").make(SQUARE), facts, "natural")
    assert judged[1].is_refused
