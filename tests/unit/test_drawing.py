"""Reading what a browser says was drawn, and names of which one becomes the other in a mirror."""

from __future__ import annotations

import numpy as np
import pytest

from augviz.drawing import (
    MAX_SHAPES,
    Drawing,
    DrawnBox,
    DrawnMask,
    DrawnPoint,
    DrawnPolygon,
    Edit,
    apply,
    cleaned_pairs,
    labels_of,
    read_edit,
    shape_json,
    shapes_of,
    suggested_pairs,
)
from augviz.errors import LabelError
from augviz.geometry import Window
from augviz.sample import Boxes, Keypoints, Labels, Masks, SemanticMap

SIZE = (40, 60)
BOX = {"t": "box", "k": 3, "o": 1, "n": "cat", "p": [5.5, 6, 20, 30]}


def edit(*changed: object, **more: object) -> Edit:
    return read_edit({"drawing": "d", "seq": 4, "changed": list(changed), "removed": [], **more}, SIZE)


def drawn(*changed: object) -> Drawing:
    return apply(Drawing(SIZE), edit(*changed))[0]


def test_each_kind_is_read_and_becomes_a_label() -> None:
    found = labels_of(
        drawn(
            BOX,
            {"t": "polygon", "k": 4, "o": 2, "n": "dog", "p": [10, 10, 14, 10, 14, 13, 10, 13]},
            {"t": "mask", "k": 5, "o": 1, "n": "cat", "w": [2, 1, 3, 2], "r": [0, 2, 2, 2]},
            {"t": "point", "k": 6, "o": 1, "n": "left eye", "p": [7.25, 8], "v": 0},
        ),
        Labels(label="pets"),
    )
    labels = found.labels
    assert found.problems == ()
    assert (labels.boxes.xyxy.tolist(), labels.boxes.labels, labels.boxes.ids) == ([[5.5, 6, 20, 30]], ("cat",), (1,))
    assert labels.masks is not None
    assert (labels.masks.labels, labels.masks.ids, labels.masks.areas_px.tolist()) == (("dog", "cat"), (2, 1), [12, 4])
    assert np.argwhere(labels.masks.mask_of(1)).tolist() == [[1, 2], [1, 3], [2, 3], [2, 4]]
    assert labels.keypoints.xy.tolist() == [[7.25, 8]]
    assert (labels.keypoints.object_ids, labels.keypoints.visible) == ((1,), (False,))
    assert labels.label == "pets"


def test_a_box_drawn_backwards_and_over_the_edge_is_turned_and_clipped() -> None:
    box = edit({**BOX, "p": [99, 30, -4, 6]}).changed[0]
    assert isinstance(box, DrawnBox)
    assert box.xyxy == (0, 6, 60, 30)


@pytest.mark.parametrize(
    "damage",
    [
        None,
        7,
        "box",
        [],
        {**BOX, "t": "circle"},
        {**BOX, "t": ["box"]},
        {**BOX, "k": -1},
        {**BOX, "k": 1.5},
        {**BOX, "k": True},
        {**BOX, "o": 2**24 + 1},
        {**BOX, "p": [1, 2, 3]},
        {**BOX, "p": [1, 2, 3, float("nan")]},
        {**BOX, "p": [1, 2, 3, 10**400]},
        {**BOX, "p": [1, 2, 3, "4"]},
        {**BOX, "p": [70, 2, 80, 9]},
        {**BOX, "t": "polygon", "p": [1, 2, 3, 4]},
        {**BOX, "t": "polygon", "p": [1, 2] * 1_001},
        {**BOX, "t": "mask"},
        {**BOX, "t": "mask", "w": [0, 0, 61, 2], "r": [122]},
        {**BOX, "t": "mask", "w": [50, 0, 11, 1], "r": [11]},
        {**BOX, "t": "mask", "w": [0, 0, 3, 2], "r": [1, 2]},
        {**BOX, "t": "mask", "w": [0, 0, 3, 2], "r": [-1, 7]},
        {**BOX, "t": "mask", "w": [0, 0, 3, 2], "r": [{}, 6]},
    ],
)
def test_a_damaged_shape_is_said_and_the_rest_stays(damage: object) -> None:
    found = edit(damage, {**BOX, "k": 8})
    assert [shape.key for shape in found.changed] == [8]
    assert len(found.problems) == 1
    assert "shape 1" in str(found.problems[0])


@pytest.mark.parametrize(
    "message", [None, 3, [], {}, {"drawing": "d"}, {"drawing": 4, "seq": 1}, {"drawing": "d", "seq": -1}]
)
def test_what_is_no_edit_is_refused_with_a_sentence(message: object) -> None:
    with pytest.raises(LabelError, match="Load the page again"):
        read_edit(message, SIZE)


def test_names_become_one_short_line() -> None:
    (box,) = edit({**BOX, "n": " a\n<b>\0 " + "x" * 900}).changed
    assert box.name.startswith("a <b> xxx")
    assert len(box.name) == 200
    assert edit({**BOX, "n": ["cat"]}).changed[0].name == "object"


def test_chosen_colours_are_places_in_the_palette() -> None:
    rows = [["cat", 3], ["dog", 12], ["cow", -1], [4, 4], "x", ["hen", 1.5], ["pig", 0, 0]]
    assert edit(colours=rows).colours == (("cat", 3),)


def test_there_is_an_end_to_the_number_of_shapes() -> None:
    many = [{**BOX, "k": key} for key in range(MAX_SHAPES + 3)]
    drawing, problems = apply(Drawing(SIZE), edit(*many))
    assert len(drawing.shapes) == MAX_SHAPES
    assert "3 shapes more" in str(problems[0])
    again, problems = apply(drawing, edit({**BOX, "k": 0, "n": "dog"}))  # changing one is still possible
    assert again.shapes[0].name == "dog"
    assert problems == ()


def test_removed_shapes_go_and_an_edit_that_comes_twice_changes_nothing_more() -> None:
    change = edit({**BOX, "k": 9}, removed=[3, "x", 77])
    once, _ = apply(drawn(BOX), change)
    twice, _ = apply(once, change)
    assert list(once.shapes) == list(twice.shapes) == [9]


def test_two_boxes_that_claim_one_object_become_two_objects() -> None:
    found = labels_of(drawn(BOX, {**BOX, "k": 4}, {**BOX, "t": "point", "k": 5, "o": 0, "p": [1, 1]}), Labels()).labels
    assert found.boxes.ids == (1, 2)  # 0 is the object of the keypoint


def test_a_polygon_of_no_pixel_is_said_and_stays_in_the_drawing() -> None:
    drawing = drawn({**BOX, "t": "polygon", "p": [1, 1, 1.2, 1, 1.1, 1.2]})
    labels, problems = labels_of(drawing, Labels())
    assert labels.masks is None
    assert "covers no pixel" in str(problems[0])
    assert len(drawing.shapes) == 1


def test_masks_on_top_of_each_other_without_end_are_refused() -> None:
    rows = [{"t": "mask", "k": k, "o": k, "n": "a", "w": [0, 0, 2, 2], "r": [0, 4]} for k in range(40)]
    labels, problems = labels_of(drawn(*rows), Labels())
    assert labels.masks is not None
    assert len(labels.masks) == 32
    assert len(problems) == 8


def test_masks_that_nobody_touched_are_not_made_again() -> None:
    masks = Masks.from_stack([np.eye(40, 60, dtype=bool)], ["a"], size=SIZE)
    before = shapes_of(Labels(masks=masks), SIZE)
    after, _ = apply(before, edit({**BOX, "k": 5}))
    assert labels_of(after, Labels(masks=masks), before).labels.masks is masks
    gone, _ = apply(before, edit(removed=[0]))
    assert labels_of(gone, Labels(masks=masks), before).labels.masks is None


def test_class_regions_stay_as_they_are() -> None:
    semantic = SemanticMap(np.zeros(SIZE, np.int32))
    assert labels_of(drawn(BOX), Labels(semantic=semantic)).labels.semantic is semantic


def test_shapes_speak_the_language_of_the_browser() -> None:
    shapes = [
        DrawnBox(1, 2, "a", (1, 2, 3, 4)),
        DrawnPolygon(2, 2, "a", np.array([[1, 2], [3, 4], [5, 6.5]])),
        DrawnMask(3, 2, "a", Window(1, 2, np.array([[True, False, False], [False, False, True]]))),
        DrawnMask(4, 5, "gone", None),
        DrawnPoint(5, -1, "p", (1, 2), visible=False),
    ]
    rows = [shape_json(shape) for shape in shapes]
    assert rows[2]["r"] == [0, 1, 4, 1]
    assert [shape_json(shape) for shape in edit(*rows).changed] == rows


def test_pairs_are_found_by_their_names() -> None:
    names = ["nose", "right eye", "left eye", "ear_l", "ear_r", "LeftHip", "RightHip", "kneeLeft", "kneeRight", "tail"]
    assert suggested_pairs(names) == (
        ("left eye", "right eye"),
        ("ear_l", "ear_r"),
        ("LeftHip", "RightHip"),
        ("kneeLeft", "kneeRight"),
    )
    assert suggested_pairs(["left lung", "L", "R", "lr", "ll", "rl"]) == (("L", "R"),)


def test_pairs_as_typed_are_cleaned_and_what_is_no_pair_is_said() -> None:
    pairs, said = cleaned_pairs([(" a ", "b"), (None, None), ("c", ""), ("b", "d"), ("e", "e"), ("f", "g")])
    assert pairs == (("a", "b"), ("f", "g"))
    assert len(said) == 3


def test_keypoints_of_an_object_without_shape_keep_it() -> None:
    points = Keypoints.of([[1, 2]], ["p"], [7], [False])
    labels = labels_of(shapes_of(Labels(keypoints=points), SIZE), Labels()).labels
    assert labels.keypoints.object_ids == (7,)
    assert labels.boxes.ids == Boxes.of([], []).ids
