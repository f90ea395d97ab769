"""Labels -> shapes -> message -> shapes -> labels is the same; and no message of a stranger breaks anything."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from augviz.drawing import Drawing, apply, labels_of, read_edit, shape_json, shapes_of
from augviz.errors import LabelError
from augviz.sample import Boxes, Keypoints, Labels, Masks

NAMES = st.sampled_from(["cat", "Ärger & <b>", "traffic light", "left_eye", "猫"])


@st.composite
def labelled(draw: st.DrawFn) -> tuple[tuple[int, int], Labels]:
    height = draw(st.integers(2, 30))
    width = draw(st.integers(2, 50).filter(lambda value: value != height))
    ids = sorted(draw(st.sets(st.integers(0, 2**24), max_size=5)))
    boxed = [k for k in ids if draw(st.booleans())]
    masked = [k for k in ids if draw(st.booleans())]
    x, y = (st.floats(0, side, width=32) for side in (width, height))
    corners = []
    for _ in boxed:
        x1, y1 = draw(st.floats(0, width - 0.5, width=32)), draw(st.floats(0, height - 0.5, width=32))
        corners.append(
            [
                x1,
                y1,
                draw(st.floats(np.float32(x1 + 0.25), width, width=32)),
                draw(st.floats(np.float32(y1 + 0.25), height, width=32)),
            ]
        )
    stack = [draw(hnp.arrays(np.bool_, (height, width))) for _ in masked]
    count = draw(st.integers(0, 4))
    return (height, width), Labels(
        Boxes.of(corners, [draw(NAMES) for _ in boxed], boxed),
        Masks.from_stack(stack, [draw(NAMES) for _ in masked], masked, size=(height, width)) if masked else None,
        keypoints=Keypoints.of(
            [[draw(x), draw(y)] for _ in range(count)],
            [draw(NAMES) for _ in range(count)],
            [draw(st.sampled_from([-1, *ids])) for _ in range(count)],
            [draw(st.booleans()) for _ in range(count)],
        ),
    )


def assert_same(found: Labels, wanted: Labels) -> None:
    np.testing.assert_allclose(found.boxes.xyxy, wanted.boxes.xyxy, atol=0.01)
    assert (found.boxes.labels, found.boxes.ids) == (wanted.boxes.labels, wanted.boxes.ids)
    assert (found.masks is None) == (wanted.masks is None)
    if found.masks is not None and wanted.masks is not None:
        assert (found.masks.labels, found.masks.ids) == (wanted.masks.labels, wanted.masks.ids)
        np.testing.assert_array_equal(found.masks.to_stack(), wanted.masks.to_stack())
    np.testing.assert_array_equal(found.keypoints.xy, wanted.keypoints.xy)
    for part in ("labels", "object_ids", "visible"):
        assert getattr(found.keypoints, part) == getattr(wanted.keypoints, part)


@given(labelled())
def test_labels_come_back_from_a_drawing_as_they_were(case: tuple[tuple[int, int], Labels]) -> None:
    size, labels = case
    drawing = shapes_of(labels, size)
    assert_same(labels_of(drawing, Labels()).labels, labels)


@given(labelled())
def test_labels_come_back_from_the_browser_as_they_were(case: tuple[tuple[int, int], Labels]) -> None:
    size, labels = case
    rows = [shape_json(shape) for shape in shapes_of(labels, size).shapes.values()]
    message = json.loads(json.dumps({"drawing": "d", "seq": 1, "changed": rows, "removed": []}))
    edit = read_edit(message, size)
    assert edit.problems == ()
    found = labels_of(apply(Drawing(size), edit)[0], Labels())
    assert found.problems == ()
    assert_same(found.labels, labels)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.sampled_from("tkonpvwr"), inner, max_size=6),
    max_leaves=20,
)
NUMBERS = st.lists(st.integers(-3, 60) | st.floats() | st.integers(), max_size=9)
HOSTILE = st.fixed_dictionaries(
    {"t": st.sampled_from(["box", "polygon", "mask", "point"]), "k": st.integers(0, 9) | JSON},
    optional={
        "o": st.integers(-2, 9) | JSON,
        "n": JSON,
        "p": NUMBERS | JSON,
        "v": JSON,
        "w": NUMBERS | JSON,
        "r": NUMBERS | JSON,
    },
)


@settings(max_examples=400)
@given(
    st.fixed_dictionaries(
        {
            "drawing": st.just("d") | JSON,
            "seq": st.integers(0, 9) | JSON,
            "changed": st.lists(HOSTILE | JSON) | JSON,
            "removed": JSON,
            "colours": JSON,
        }
    )
    | JSON
)
def test_no_message_breaks_anything(message: object) -> None:
    try:
        edit = read_edit(message, (20, 30))
    except LabelError:
        return
    drawing, problems = apply(Drawing((20, 30)), edit)
    labels, more = labels_of(drawing, Labels())
    assert all(str(problem) for problem in (*problems, *more))
    assert np.isfinite(labels.boxes.xyxy).all()
    assert (labels.boxes.xyxy <= [30, 20, 30, 20]).all()
    assert ((labels.keypoints.xy >= 0) & (labels.keypoints.xy <= [30, 20])).all()
