"""Whatever is broken in a label file, reading it never raises."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from augviz.formats import FORMATS, by_name
from augviz.formats.format import Format, ImageInfo, LabelledImage, SourceFile
from augviz.sample import Boxes, Keypoints, Labels, Masks, SemanticMap

INFO = ImageInfo("cat.jpg", 20, 30)
STACK = np.zeros((2, 20, 30), bool)
STACK[0, 2:9, 3:8] = True
STACK[1, 5:19, 6:29] = True
FULL = Labels(
    Boxes.of([[3, 2, 8, 9], [6, 5, 29, 19]], ["cat", "dog"]),
    Masks.from_stack(STACK, ["cat", "dog"], size=(20, 30)),
    SemanticMap(STACK[0].astype(np.int32), {1: "cat"}, {0: (0, 0, 0), 1: (255, 0, 0)}),
    Keypoints.of([[4, 4], [7, 7]], ["nose", "tail"], [0, 1]),
)
LABELME = {
    "imagePath": "cat.jpg",
    "imageWidth": 30,
    "imageHeight": 20,
    "shapes": [
        {"label": "cat", "points": [[1, 2], [9, 2], [9, 8]], "shape_type": "polygon", "group_id": 1},
        {"label": "cat", "points": [[3, 4], [9, 8]], "shape_type": "circle", "group_id": None},
        {"label": "nose", "points": [[3, 4]], "shape_type": "point", "group_id": 1},
        {"label": "cat", "points": [[3, 4], [5, 5]], "shape_type": "mask", "mask": "iVBORw0KGgo="},
    ],
}
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([10**400, -(2**63)]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def _paths(value: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(p for key, inner in items for p in _paths(inner, (*path, key)))]


def _replaced(value: object, path: tuple[object, ...], new: object) -> object:
    if not path:
        return new
    out = copy.deepcopy(value)
    inner = out
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = new
    return out


COCO = json.loads(by_name("coco").write([LabelledImage(INFO, FULL)])[0].data)


@pytest.mark.parametrize(("name", "good"), [("coco", COCO), ("labelme", LABELME)])
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_value_of_a_json_file_may_be_wrong(name: str, good: dict[str, object], data: st.DataObject):
    path = data.draw(st.sampled_from(_paths(good)))
    file = SourceFile("cat.json", json.dumps(_replaced(good, path, data.draw(JUNK))).encode())
    labels = by_name(name).read([file], [INFO]).labels
    assert set(labels) <= {INFO.name}


@pytest.mark.parametrize("known", [known for known in FORMATS if known.write], ids=lambda known: known.name)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_byte_of_any_file_may_be_wrong(known: Format, data: st.DataObject):
    files = list(known.write([LabelledImage(INFO, FULL)]))
    which = data.draw(st.integers(0, len(files) - 1))
    raw = bytearray(files[which].data)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place] = data.draw(st.sampled_from(b'\x00\xff0-9.e"[]{}<>&: \n*') | st.integers(0, 255))
    cut = data.draw(st.integers(0, len(raw)) | st.just(len(raw)))
    files[which] = SourceFile(files[which].name, bytes(raw[:cut]))
    result = known.read(files, [INFO])
    assert set(result.labels) <= {INFO.name}
    for labels in result.labels.values():
        assert labels.masks is None or labels.masks.layers.shape[1:] == (INFO.height, INFO.width)
        assert (labels.boxes.xyxy >= 0).all()
