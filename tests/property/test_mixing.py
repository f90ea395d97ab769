"""Mixing holds for every batch and every geometry: weights are shares, labels lie where their pixels are."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra import numpy as arrays

from augviz.mixing import cutmix, mixup
from augviz.mixing.cutting import area_of, cut_box
from augviz.mixing.mixed_sample import Settings
from augviz.mixing.moving import fitted, seen, without
from augviz.mixing.samples import mix
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample

SIDES = some.integers(4, 40)
ALPHAS = some.sampled_from([0.0, 1e-9, 0.2, 1.0, 8.0])


@some.composite
def batches(draw) -> tuple[np.ndarray, np.ndarray]:
    shape = draw(some.tuples(some.integers(1, 5), some.integers(5, 14), some.integers(5, 14), some.integers(1, 4)))
    dtype, values = draw(
        some.sampled_from([(np.uint8, some.integers(0, 255)), (np.float32, some.floats(-3, 3, width=32))])
    )
    images = draw(arrays.arrays(dtype, shape, elements=values))
    weights = draw(arrays.arrays(np.float64, (shape[0], 3), elements=some.floats(0.01, 1)))
    return images, weights / weights.sum(axis=1, keepdims=True)


@given(batches(), ALPHAS, some.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_mixup_stays_between_its_two_images_and_weights_stay_whole(batch, alpha: float, seed: int) -> None:
    images, labels = batch
    mixed = mixup(images, labels, alpha, rng=np.random.default_rng(seed))
    low = np.minimum(images, images[mixed.partners])
    high = np.maximum(images, images[mixed.partners])
    assert (mixed.images >= low).all()
    assert (mixed.images <= high).all()
    assert np.allclose(mixed.labels.sum(axis=1), 1)
    assert ((mixed.lambdas >= 0) & (mixed.lambdas <= 1)).all()


@given(batches(), ALPHAS, some.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_every_pixel_of_cutmix_is_one_of_the_two_and_the_label_counts_them(batch, alpha: float, seed: int) -> None:
    images, labels = batch
    mixed = cutmix(images, labels, alpha, rng=np.random.default_rng(seed))
    height, width = images.shape[1:3]
    for k, (x1, y1, x2, y2) in enumerate(mixed.boxes.tolist()):
        wanted = images[k].copy()
        wanted[y1:y2, x1:x2] = images[mixed.partners[k], y1:y2, x1:x2]
        assert np.array_equal(mixed.images[k], wanted)
        share = (x2 - x1) * (y2 - y1) / (height * width)
        assert mixed.lambdas[k] == 1 - share
        assert np.allclose(mixed.labels[k], (1 - share) * labels[k] + share * labels[mixed.partners[k]])


@given(SIDES, SIDES, some.floats(0, 1), some.floats(0, 0.999), some.floats(0, 0.999))
def test_a_box_lies_in_the_image_and_is_never_larger_than_drawn(h: int, w: int, lam: float, x: float, y: float) -> None:
    box = cut_box((h, w), lam, (int(x * w), int(y * h)))
    assert 0 <= box[0] <= box[2] <= w
    assert 0 <= box[1] <= box[3] <= h
    assert area_of(box) <= (1 - lam) * h * w + 1e-6


@some.composite
def painted(draw) -> Sample:
    """An image on which each object is a rectangle of a value of its own, with box, mask and a point in its middle."""
    height, width = draw(SIDES), draw(SIDES)
    boxes = []
    for _each in range(draw(some.integers(0, 3))):
        x, y = draw(some.integers(0, width - 2)), draw(some.integers(0, height - 2))
        boxes.append((x, y, draw(some.integers(x + 1, width)), draw(some.integers(y + 1, height))))
    image = np.zeros((height, width, 1), np.uint8)
    stack = []
    for place, (x1, y1, x2, y2) in enumerate(boxes):
        image[y1:y2, x1:x2] = place + 1
        mask = np.zeros((height, width), np.bool_)
        mask[y1:y2, x1:x2] = True
        stack = [other & ~mask for other in stack] + [mask]
    names = [str(place + 1) for place in range(len(boxes))]
    points = [((x1 + x2) // 2 + 0.5, (y1 + y2) // 2 + 0.5) for x1, y1, x2, y2 in boxes]
    return Sample(
        "painted",
        image,
        Labels(
            Boxes.of(boxes, names),
            Masks.from_stack(stack, names, size=(height, width)),
            None,
            Keypoints.of(points, names, range(len(boxes))),
        ),
    )


@given(painted(), some.data())
@settings(max_examples=80, deadline=None)
def test_what_a_window_and_its_surroundings_show_is_the_whole(sample: Sample, data) -> None:
    height, width = sample.size_hw
    x1, x2 = sorted((data.draw(some.integers(0, width)), data.draw(some.integers(0, width))))
    y1, y2 = sorted((data.draw(some.integers(0, height)), data.draw(some.integers(0, height))))
    window = (x1, y1, x2, y2)
    inside, outside = (seen(sample.labels, sample.size_hw, window, inside=each) for each in (True, False))
    masks = sample.labels.masks
    assert masks is not None
    for k, i in enumerate(masks.ids):
        if masks.areas_px[k]:
            assert inside.shares[i] + outside.shares[i] == 1 or np.isclose(inside.shares[i] + outside.shares[i], 1)
    for part in (inside, outside):
        left = part.labels
        assert left.masks is not None
        for xyxy, i in zip(left.boxes.xyxy, left.boxes.ids, strict=True):
            if i not in left.masks.ids:
                continue
            ys, xs = np.nonzero(left.masks.mask_of(left.masks.ids.index(i)))
            if len(xs):
                assert xyxy[0] <= xs.min()
                assert xyxy[1] <= ys.min()
                assert xyxy[2] >= xs.max() + 1
                assert xyxy[3] >= ys.max() + 1
    count = len(inside.labels.keypoints) + len(outside.labels.keypoints)
    assert count <= len(sample.labels.keypoints)


@given(painted(), painted(), painted(), some.sampled_from(["cutmix", "mosaic"]), some.integers(0, 999))
@settings(max_examples=80, deadline=None)
def test_masks_lie_on_their_paint_and_ids_are_unique(a: Sample, b: Sample, c: Sample, method, seed: int) -> None:
    marked = [Sample(name, each.image + 40 * k, each.labels) for k, (name, each) in enumerate(zip("abc", (a, b, c)))]
    mixed = mix(marked, seed, Settings(method, 1.0, min_visible=0.0))
    assert mixed.sample.size_hw == a.size_hw
    assert np.isclose(sum(field.weight for field in mixed.fields), 1)
    ids = [each.id for each in mixed.objects if each.id is not None]
    assert len(set(ids)) == len(ids)
    labels = mixed.sample.labels
    assert set(labels.boxes.ids) <= set(ids)
    by_id = {each.id: each for each in mixed.objects}
    same_size = a.size_hw == b.size_hw == c.size_hw
    for k, i in enumerate(() if labels.masks is None else labels.masks.ids):
        assert i in by_id
        paint = mixed.sample.image[:, :, 0][labels.masks.mask_of(k)]
        if same_size and method == "cutmix":
            assert set(paint.tolist()) <= {by_id[i].source * 40 + by_id[i].source_id + 1}


@given(painted(), SIDES, SIDES, some.floats(0, 1), some.floats(0, 1))
@settings(max_examples=60, deadline=None)
def test_a_fitted_sample_has_the_size_and_no_label_outside(sample: Sample, h: int, w: int, x: float, y: float) -> None:
    found = fitted(sample, (h, w), (x, y))
    assert found.sample.size_hw == (h, w)
    boxes = found.sample.labels.boxes.xyxy
    assert (boxes >= 0).all()
    assert (boxes <= np.array([w, h, w, h])).all()
    assert set(found.sample.labels.boxes.ids) <= set(found.shares)
    assert all(0 <= share <= 1 for share in found.shares.values())
    assert without(found.sample.labels, set(found.shares)).boxes.ids == ()


@given(painted(), some.data())
@settings(max_examples=80, deadline=None)
def test_boxes_without_masks_are_cut_to_what_is_left_of_their_area(sample: Sample, data) -> None:
    height, width = sample.size_hw
    x1, x2 = sorted((data.draw(some.integers(0, width)), data.draw(some.integers(0, width))))
    y1, y2 = sorted((data.draw(some.integers(0, height)), data.draw(some.integers(0, height))))
    boxes_only = Labels(sample.labels.boxes)
    for inside in (True, False):
        found = seen(boxes_only, sample.size_hw, (x1, y1, x2, y2), inside=inside)
        for xyxy, i in zip(sample.labels.boxes.xyxy.astype(int).tolist(), sample.labels.boxes.ids, strict=True):
            left = np.zeros((height, width), np.bool_)
            left[xyxy[1] : xyxy[3], xyxy[0] : xyxy[2]] = True
            view = np.zeros_like(left)
            view[y1:y2, x1:x2] = True
            whole = left.sum()
            left &= view if inside else ~view
            assert np.isclose(found.shares[i], left.sum() / whole)
            if not left.any():
                assert i not in found.labels.boxes.ids
                continue
            ys, xs = np.nonzero(left)
            box = found.labels.boxes.xyxy[found.labels.boxes.ids.index(i)]
            assert box.tolist() == [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]
