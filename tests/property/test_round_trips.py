"""What a format writes it reads again: read(write(x)) == x within the precision it states."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from augviz.formats import FORMATS
from augviz.formats.format import Format, ImageInfo, LabelledImage
from augviz.geometry import bounding_box
from augviz.sample import Boxes, Keypoints, Labels, Masks, SemanticMap

WRITABLE = [known for known in FORMATS if known.write is not None]
NAMES = st.sampled_from(["cat", "no", "007", "Ärger & <b>", "traffic light", "class: 3", "- x", "猫"])
POINT_NAMES = st.sampled_from(["left eye", "right eye", "nose", "on"])


@st.composite
def sizes(draw: st.DrawFn) -> tuple[int, int]:
    """Height and width, never equal."""
    height = draw(st.integers(2, 24))
    return height, draw(st.integers(2, 48).filter(lambda width: width != height))


def _range(draw: st.DrawFn, limit: int) -> tuple[float, float]:
    low = draw(st.floats(0, limit - 0.5))
    return low, draw(st.floats(low + 0.25, limit))


@st.composite
def boxes(draw: st.DrawFn, size: tuple[int, int]) -> list[float]:
    (x1, x2), (y1, y2) = _range(draw, size[1]), _range(draw, size[0])
    return [x1, y1, x2, y2]


def masks(size: tuple[int, int]) -> st.SearchStrategy[np.ndarray]:
    return hnp.arrays(np.bool_, size, elements=st.booleans(), fill=st.booleans())


def _points(draw: st.DrawFn, size: tuple[int, int], owners: list[int]) -> Keypoints:
    count = draw(st.integers(0, 5)) if owners else 0
    place = st.tuples(st.floats(0.25, size[1] - 0.25, width=32), st.floats(0.25, size[0] - 0.25, width=32))
    return Keypoints.of(
        [draw(place) for _ in range(count)],
        [draw(POINT_NAMES) for _ in range(count)],
        [draw(st.sampled_from(owners)) for _ in range(count)],
        [draw(st.booleans()) for _ in range(count)],
    )


def _ids(draw: st.DrawFn, count: int) -> list[int]:
    return sorted(draw(st.sets(st.integers(0, 1000), min_size=count, max_size=count)))


@st.composite
def coco_labels(draw: st.DrawFn, size: tuple[int, int]) -> Labels:
    """Objects with any mixture of box, mask (an empty one, too) and keypoints; points of no object."""
    ids = _ids(draw, draw(st.integers(0, 4)))
    names = {k: draw(NAMES) for k in ids}
    boxed = [k for k in ids if draw(st.booleans())]
    masked = [k for k in ids if k not in boxed or draw(st.booleans())]
    return Labels(
        Boxes.of([draw(boxes(size)) for _ in boxed], [names[k] for k in boxed], boxed),
        Masks.from_stack([draw(masks(size)) for _ in masked], [names[k] for k in masked], masked, size=size),
        keypoints=_points(draw, size, [-1, *ids]),
    )


@st.composite
def yolo_labels(draw: st.DrawFn, size: tuple[int, int]) -> Labels:
    """One of the three kinds of line that YOLO has: box, outline with the box around it, box with keypoints."""
    ids = _ids(draw, draw(st.integers(0, 4)))
    names = [draw(NAMES) for _ in ids]
    if draw(st.booleans()):
        stack = [draw(masks(size).filter(np.any)) for _ in ids]
        tight = Boxes.of([bounding_box(mask) or () for mask in stack], names, ids)
        return Labels(tight, Masks.from_stack(stack, names, ids, size=size))
    return Labels(Boxes.of([draw(boxes(size)) for _ in ids], names, ids), keypoints=_points(draw, size, ids))


@st.composite
def voc_labels(draw: st.DrawFn, size: tuple[int, int]) -> Labels:
    ids = _ids(draw, draw(st.integers(0, 5)))
    return Labels(Boxes.of([draw(boxes(size)) for _ in ids], [draw(NAMES) for _ in ids], ids))


@st.composite
def mask_labels(draw: st.DrawFn, size: tuple[int, int]) -> Labels:
    highest = draw(st.sampled_from([1, 5, 255, 65535]))
    values = draw(hnp.arrays(np.int32, size, elements=st.integers(0, highest)))
    used = np.unique(values).tolist()
    colour = st.tuples(*[st.integers(0, 255)] * 3)
    colours = {value: draw(colour) for value in used} if highest <= 255 and draw(st.booleans()) else {}
    return Labels(semantic=SemanticMap(values, {value: draw(NAMES) for value in used if value < 300}, colours))


LABELS_FOR: dict[str, Callable[[tuple[int, int]], st.SearchStrategy[Labels]]] = {
    "coco": coco_labels,
    "yolo": yolo_labels,
    "voc": voc_labels,
    "mask": mask_labels,
}


@st.composite
def labelled(draw: st.DrawFn, name: str, image: str = "images/kätzchen.jpg") -> LabelledImage:
    size = draw(sizes())
    return LabelledImage(ImageInfo(image, *size), draw(LABELS_FOR[name](size)))


def assert_same(found: Labels, wanted: Labels, within: float) -> None:
    """Equal up to the numbering of the objects and the order of points within an object."""
    given = sorted(
        {*wanted.boxes.ids, *(wanted.masks.ids if wanted.masks else ()), *wanted.keypoints.object_ids} - {-1}
    )
    rank = {k: i for i, k in enumerate(given)} | {-1: -1}
    assert found.boxes.labels == wanted.boxes.labels
    assert found.boxes.ids == tuple(rank[k] for k in wanted.boxes.ids)
    np.testing.assert_allclose(found.boxes.xyxy, wanted.boxes.xyxy, rtol=0, atol=within)
    assert (found.masks is None) == (not wanted.masks or not len(wanted.masks))
    if found.masks is not None and wanted.masks is not None:
        assert (found.masks.labels, found.masks.ids) == (wanted.masks.labels, tuple(rank[k] for k in wanted.masks.ids))
        np.testing.assert_array_equal(found.masks.to_stack(), wanted.masks.to_stack())
    points = _sorted_points(found.keypoints, {k: k for k in rank.values()})
    wanted_points = _sorted_points(wanted.keypoints, rank)
    assert [row[:3] for row in points] == [row[:3] for row in wanted_points]
    np.testing.assert_allclose(
        np.reshape([row[3:] for row in points], (-1, 2)),
        np.reshape([row[3:] for row in wanted_points], (-1, 2)),
        rtol=0,
        atol=within,
    )
    assert (found.semantic is None) == (wanted.semantic is None)
    if found.semantic is not None and wanted.semantic is not None:
        np.testing.assert_array_equal(found.semantic.values, wanted.semantic.values)
        assert found.semantic.colours == wanted.semantic.colours
        for value in np.unique(wanted.semantic.values).tolist():
            assert found.semantic.name_of(value) == wanted.semantic.name_of(value)


def _sorted_points(points: Keypoints, rank: dict[int, int]) -> list[tuple[int, str, bool, float, float]]:
    rows = zip(points.object_ids, points.labels, points.visible, points.xy.round(2).tolist(), points.xy.tolist())
    ordered = sorted((rank[k], name, seen, about, exact) for k, name, seen, about, exact in rows)
    return [(k, name, seen, *exact) for k, name, seen, _, exact in ordered]


def test_every_format_that_writes_is_tested_here():
    assert {known.name for known in WRITABLE} == set(LABELS_FOR)


@pytest.mark.parametrize("known", WRITABLE, ids=lambda known: known.name)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_read_undoes_write(known: Format, data: st.DataObject):
    item = data.draw(labelled(known.name))
    files = known.write([item])
    assert known.claims(files, [item.info]) == files
    result = known.read(files, [item.info])
    assert result.problems == ()
    assert result.unmatched == ()
    assert_same(result.labels[item.info.name], item.labels, known.precision_px + 1e-5)


def _without_value_names(item: LabelledImage) -> LabelledImage:
    """All masks share one list of names; drawn apart, theirs would contradict each other."""
    semantic = item.labels.semantic
    if semantic is None:
        return item
    return LabelledImage(item.info, Labels(semantic=SemanticMap(semantic.values, {}, semantic.colours)))


@pytest.mark.parametrize("known", WRITABLE, ids=lambda known: known.name)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_three_images_come_back_each_with_its_own_labels(known: Format, data: st.DataObject):
    if known.name == "yolo":
        # A YOLO dataset holds one kind of line, so that a mixture of masks and boxes alone cannot come back.
        names = ("a/1.jpg", "b/1.jpg", "2.png")
        sizes_hw = [data.draw(sizes()) for _ in names]
        items = [
            LabelledImage(ImageInfo(name, *size), data.draw(voc_labels(size)))
            for name, size in zip(names, sizes_hw, strict=True)
        ]
    else:
        items = [data.draw(labelled(known.name, name)) for name in ("a/1.jpg", "b/1.jpg", "2.png")]
    items = [_without_value_names(item) for item in items]
    result = known.read(known.write(items), [item.info for item in items])
    for item in items:
        assert_same(result.labels[item.info.name], item.labels, known.precision_px + 1e-5)


@pytest.mark.parametrize("known", [known for known in WRITABLE if known.name != "mask"], ids=lambda known: known.name)
def test_an_image_without_objects_comes_back_as_labelled_and_empty(known: Format):
    infos = [ImageInfo("full.jpg", 20, 30), ImageInfo("empty.jpg", 20, 31)]
    full = Labels(Boxes.of([[1, 2, 8, 9]], ["cat"]))
    files = known.write([LabelledImage(infos[0], full), LabelledImage(infos[1], Labels())])
    result = known.read(files, infos)
    assert result.problems == ()
    assert result.labels["empty.jpg"].is_empty()
    assert result.labels["full.jpg"].boxes.labels == ("cat",)


@pytest.mark.parametrize("name", ["coco", "yolo"])
def test_class_numbers_do_not_depend_on_which_images_are_written(name: str):
    info = ImageInfo("1.jpg", 20, 30)
    only_zebra = Labels(Boxes.of([[1, 2, 8, 9]], ["zebra"]))
    known = next(known for known in WRITABLE if known.name == name)
    files = known.write([LabelledImage(info, only_zebra)], classes=("cat", "dog", "zebra"))
    text = b"".join(file.data for file in files).decode()
    assert {"coco": '"category_id": 3', "yolo": "2: zebra"}[name] in text
    assert known.read(files, [info]).labels["1.jpg"].boxes.labels == ("zebra",)
