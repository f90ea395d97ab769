"""Labelled images that are mixed: which objects are kept, clipped or dropped, and under which ids."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from augviz.errors import InputError
from augviz.mixing.mixed_sample import MixedSample, Settings
from augviz.mixing.moving import fitted, seen
from augviz.mixing.samples import class_of, mix, mosaic_boxes
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample, SemanticMap

SIZE = (40, 60)


def labelled(value: int, name: str, label: str | None = None, size: tuple[int, int] = SIZE) -> Sample:
    """A plain image with an object of each kind: id 3 with box, mask and keypoint, id 5 with a box only."""
    mask = np.zeros(size, np.bool_)
    mask[10:30, 10:30] = True
    return Sample(
        name,
        np.full((*size, 3), value, np.uint8),
        Labels(
            Boxes.of([[10, 10, 30, 30], [40, 5, 50, 15]], [f"{name} dog", f"{name} bird"], [3, 5]),
            Masks.from_stack([mask], [f"{name} dog"], [3], size=size),
            None,
            Keypoints.of([[20.5, 20.5]], [f"{name} nose"], [3]),
            label,
        ),
    )


A, B, C = labelled(10, "a", "cat"), labelled(200, "b", "dog"), labelled(90, "c", "cat", (80, 90))


def fates(mixed: MixedSample) -> dict[tuple[int, int], str]:
    return {(each.source, each.source_id): each.fate for each in mixed.objects}


def cut(lam: float, seed: int, **more: object) -> MixedSample:
    return mix([A, B], seed, Settings("cutmix", lam=lam, **more))


def test_mixup_keeps_both_with_weights() -> None:
    mixed = mix([A, B], 1, Settings("mixup", lam=0.7))
    assert np.unique(mixed.sample.image).tolist() == [round(0.7 * 10 + 0.3 * 200)]
    assert {(each.source, round(each.weight, 9)) for each in mixed.objects} == {(0, 0.7), (1, 0.3)}
    assert set(fates(mixed).values()) == {"kept"}
    assert mixed.sample.labels.boxes.ids == (3, 5, 6, 7)
    assert mixed.sample.labels.boxes.labels == ("a dog", "a bird", "b dog", "b bird")
    masks = mixed.sample.labels.masks
    assert masks is not None
    assert [masks.mask_of(k).sum() for k in range(2)] == [400, 400]  # on top of each other, both whole
    assert mixed.sample.labels.keypoints.object_ids == (3, 6)
    assert mixed.soft_label == pytest.approx({"cat": 0.7, "dog": 0.3})


def test_an_image_of_no_weight_leaves_no_objects() -> None:
    mixed = mix([A, B], 1, Settings("mixup", lam=1.0))
    assert np.array_equal(mixed.sample.image, A.image)
    assert set(mixed.sample.labels.boxes.labels) == {"a dog", "a bird"}
    assert mixed.counts() == {"kept": 2, "clipped": 0, "dropped": 2}
    assert mixed.soft_label == {"cat": 1.0}
    assert mixed.sample.labels.label == "cat"


@pytest.mark.parametrize("seed", range(12))
def test_weights_of_cutmix_are_shares_of_pixels_and_labels_lie_where_their_pixels_are(seed: int) -> None:
    mixed = cut(0.6, seed, min_visible=0.0)
    from_b = mixed.sample.image[:, :, 0] == 200
    assert mixed.fields[1].weight == from_b.mean()
    assert mixed.soft_label.get("dog", 0.0) == pytest.approx(from_b.mean())
    x1, y1, x2, y2 = mixed.fields[1].box
    assert from_b[y1:y2, x1:x2].all()
    assert from_b.sum() == (x2 - x1) * (y2 - y1)
    masks = mixed.sample.labels.masks
    assert masks is not None
    for k, (name, i) in enumerate(zip(masks.labels, masks.ids, strict=True)):
        pixels = masks.mask_of(k)
        assert (from_b[pixels] == name.startswith("b")).all()
        told = next(each for each in mixed.objects if each.id == i)
        assert told.visible_share == pixels.sum() / 400
        box = mixed.sample.labels.boxes.xyxy[mixed.sample.labels.boxes.ids.index(i)]
        ys, xs = np.nonzero(pixels)
        assert box.tolist() == [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]
    for (x, y), name in zip(mixed.sample.labels.keypoints.xy, mixed.sample.labels.keypoints.labels, strict=True):
        assert from_b[int(y), int(x)] == name.startswith("b")


def test_objects_below_the_visible_share_are_dropped_with_mask_and_points() -> None:
    shares = {}
    for seed in range(40):
        for each in cut(0.5, seed, min_visible=0.3).objects:
            shares.setdefault(each.fate, []).append(each.visible_share)
    assert max(shares["dropped"]) < 0.3 <= min(shares["clipped"])
    assert set(shares["kept"]) == {1.0}
    gone = next(
        mixed
        for mixed in (cut(0.5, seed, min_visible=0.3) for seed in range(40))
        if (0, 3) in fates(mixed) and fates(mixed)[0, 3] == "dropped" and mixed.objects[0].visible_share > 0
    )
    labels = gone.sample.labels
    assert "a dog" not in (*labels.boxes.labels, *(labels.masks.labels if labels.masks else ()))
    assert "a nose" not in labels.keypoints.labels


def test_what_can_be_seen_of_an_object_is_counted_in_its_mask_before_its_box() -> None:
    mask = np.zeros((40, 40), np.bool_)
    mask[10:20, 10:30] = True
    labels = Labels(Boxes.of([[10, 10, 30, 30]], ["dog"], [3]), Masks.from_stack([mask], ["dog"], [3], size=(40, 40)))
    assert seen(labels, (40, 40), (0, 20, 40, 40), inside=False).shares == {3: 1.0}  # all that is hidden is its box's
    assert seen(labels, (40, 40), (0, 0, 40, 15), inside=False).shares == {3: 0.5}


def test_each_of_the_others_is_a_partner_equally_often() -> None:
    tiny = [Sample(name, np.zeros((4, 4, 1), np.uint8)) for name in "abcd"]
    partners = [mix(tiny, seed, Settings("mixup")).fields[1].source for seed in range(900)]
    assert all(250 < partners.count(source) < 350 for source in (1, 2, 3))


def test_an_image_of_a_mosaic_may_lie_in_any_field_and_show_any_part() -> None:
    ramp = Sample("ramp", np.arange(100, dtype=np.uint8).repeat(100).reshape(100, 100, 1))
    plain = [Sample(name, np.full((100, 100, 1), 200, np.uint8)) for name in "bcd"]
    places, first_rows = set(), set()
    for seed in range(40):
        mixed = mix([ramp, *plain], seed, Settings("mosaic"))
        place = next(k for k, field in enumerate(mixed.fields) if field.source == 0)
        x1, y1, _x2, _y2 = mixed.fields[place].box
        places.add(place)
        first_rows.add(int(mixed.sample.image[y1, x1, 0]))
    assert places == {0, 1, 2, 3}
    assert len(first_rows) > 10


def test_a_mosaic_of_two_images_has_each_of_them_twice() -> None:
    for seed in range(4):
        sources = [field.source for field in mix([A, B], seed, Settings("mosaic")).fields]
        assert sorted(sources) == [0, 0, 1, 1]


def test_a_mosaic_shares_the_picture_and_every_object_can_be_traced() -> None:
    for seed in range(8):
        mixed = mix([A, B, C], seed, Settings("mosaic", min_visible=0.0))
        assert sum(field.weight for field in mixed.fields) == pytest.approx(1)
        assert {field.source for field in mixed.fields} == {0, 1, 2}
        for source, value in ((0, 10), (1, 200), (2, 90)):
            weight = sum(field.weight for field in mixed.fields if field.source == source)
            assert (mixed.sample.image[:, :, 0] == value).mean() == pytest.approx(weight)
        ids = [each.id for each in mixed.objects if each.id is not None]
        assert len(set(ids)) == len(ids)
        assert set(ids) == {*mixed.sample.labels.boxes.ids, *(mixed.sample.labels.masks or Masks.empty(SIZE)).ids}
        by_id = {each.id: each for each in mixed.objects}
        for xyxy, name, i in zip(
            mixed.sample.labels.boxes.xyxy, mixed.sample.labels.boxes.labels, mixed.sample.labels.boxes.ids, strict=True
        ):
            assert by_id[i].name == name
            x, y = (xyxy[:2] + xyxy[2:]) / 2
            assert mixed.sample.image[int(y), int(x), 0] == {"a": 10, "b": 200, "c": 90}[name[0]]
        assert mixed.soft_label["cat"] == pytest.approx(1 - mixed.soft_label["dog"])


def test_an_image_twice_in_a_mosaic_has_its_objects_twice() -> None:
    mixed = mix([A], 3, Settings("mosaic", min_visible=0.0))
    assert [field.source for field in mixed.fields] == [0, 0, 0, 0]
    assert len(mixed.objects) == 8
    assert mixed.soft_label == pytest.approx({"cat": 1.0})


def test_fields_of_a_mosaic_are_never_empty() -> None:
    for centre in ((0, 0), (60, 40), (30, 20)):
        assert all(x2 > x1 and y2 > y1 for x1, y1, x2, y2 in mosaic_boxes(SIZE, centre))


def test_images_of_another_size_are_cut_at_the_middle_and_the_loss_is_counted() -> None:
    wide = labelled(200, "w", "dog", (40, 200))  # objects lie left of the middle 60 columns, or in part
    mixed = mix([A, wide], 1, Settings("mixup", lam=0.5))
    told = {each.name: each for each in mixed.objects}
    assert told["w dog"].fate == "dropped"
    assert told["w dog"].visible_share == 0
    assert mixed.sample.size_hw == SIZE


@pytest.mark.parametrize("side", [17, 23, 61, 97])
@pytest.mark.parametrize("band", [np.s_[:, 13:28], np.s_[9:22]], ids=["columns", "rows"])
def test_scaled_masks_and_regions_lie_on_their_pixels(side: int, band: tuple[slice, ...] | slice) -> None:
    there = np.zeros((40, 40), np.bool_)
    there[band] = True
    image = np.where(there, 255, 0).astype(np.uint8)[:, :, None]
    labels = Labels(
        masks=Masks.from_stack([there], ["dog"], [3], size=(40, 40)),
        semantic=SemanticMap(there.astype(np.int32), {1: "dog"}),
    )
    found = fitted(Sample("dog.png", image, labels), (side, side)).sample
    painted = found.image[:, :, 0] >= 128
    assert found.labels.masks is not None
    assert found.labels.semantic is not None
    assert (found.labels.masks.mask_of(0) == painted).all()
    assert (found.labels.semantic.values == painted).all()


def test_points_lie_on_their_pixels_when_an_image_is_scaled_and_cut() -> None:
    image = np.zeros((40, 60, 1), np.uint8)
    image[24:28, 44:48] = 255
    points = Keypoints.of([[46.0, 26.0], [2.0, 2.0]], ["nose", "corner"], [3, 3])
    found = fitted(Sample("nose.png", image, Labels(keypoints=points)), (60, 60), (1.0, 0.5)).sample  # cut at the left
    (nose,) = found.labels.keypoints.xy
    ys, xs = np.nonzero(found.image[:, :, 0] > 200)
    assert nose.tolist() == pytest.approx([xs.mean() + 0.5, ys.mean() + 0.5])
    assert found.labels.keypoints.labels == ("nose",)


def test_what_was_lost_before_mixing_counts_too() -> None:
    wide = labelled(200, "w", "dog", (40, 100))  # its middle 60 columns show half of the dog
    cuts = [mix([A, wide], seed, Settings("cutmix", lam=0.0, min_visible=0.0)).objects for seed in range(30)]
    shares = [each.visible_share for objects in cuts for each in objects if each.name == "w dog"]
    assert 0.3 < max(shares) <= 0.5
    whole = mix([A, wide], 1, Settings("mixup", lam=0.5))
    assert {each.name: each.visible_share for each in whole.objects}["w dog"] == 0.5


def test_the_same_seed_gives_the_same_bytes_and_alpha_moves_lambda_alone() -> None:
    one, two = (mix([A, B, C], 5, Settings("cutmix", 1.0)) for _again in range(2))
    assert one.sample.digest == two.sample.digest
    assert one.fields == two.fields
    lambdas = [mix([A, B, C], 5, Settings("cutmix", alpha)).drawn for alpha in (0.5, 1.0, 2.0)]
    assert lambdas == sorted(lambdas, key=lambda lam: abs(0.5 - lam), reverse=True)
    partners = {mix([A, B, C], 5, Settings("cutmix", alpha)).fields[1].source for alpha in (0.5, 1.0, 2.0)}
    assert len(partners) == 1
    assert {mix([A, B, C], seed, Settings("cutmix")).fields[1].source for seed in range(20)} == {1, 2}


def test_class_regions_follow_by_name_or_are_left_out_with_a_word() -> None:
    regions = [
        Sample(name, image.image, Labels(semantic=SemanticMap(np.full(SIZE, 7, np.int32), {7: label})))
        for name, image, label in (("a", A, "road"), ("b", B, "sky"))
    ]
    mixed = mix(regions, 2, Settings("cutmix", lam=0.5))
    semantic = mixed.sample.labels.semantic
    assert semantic is not None
    from_b = mixed.sample.image[:, :, 0] == 200
    assert {semantic.name_of(int(v)) for v in np.unique(semantic.values[from_b])} == {"sky"}
    assert {semantic.name_of(int(v)) for v in np.unique(semantic.values[~from_b])} == {"road"}
    up = mix(regions, 2, Settings("mixup", lam=0.5))
    assert up.sample.labels.semantic is None
    assert "left out" in str(up.notes[0])
    half = mix([regions[0], B], 2, Settings("cutmix", lam=0.5))
    assert half.sample.labels.semantic is None
    assert str(half.notes[0]).startswith("b: class regions are left out")


def test_an_image_without_a_class_goes_by_its_name() -> None:
    assert class_of(A) == "cat"
    assert class_of(Sample("photo.jpg", A.image)) == "photo.jpg"


@pytest.mark.parametrize(
    ("samples", "settings", "said"),
    [
        ([], Settings(), "needs an image"),
        ([A, Sample("g", A.image[:, :, :1])], Settings(), "g: it has 1 channel of whole numbers"),
        ([A, Sample("f", A.image.astype(np.float32))], Settings(), "decimal numbers"),
        ([A, B], Settings(alpha=-1.0), "alpha"),
        ([A, B], Settings(lam=1.5), "λ must be"),
        ([A, B], Settings(lam=float("nan")), "λ must be"),
        ([A, B], Settings("gridmask"), "does not mix"),
        ([Sample("dot", A.image[:1, :1])], Settings("mosaic"), "cannot be divided"),
    ],
)
def test_what_cannot_be_mixed_is_refused_with_a_sentence(samples, settings, said: str) -> None:
    with pytest.raises(InputError, match=said):
        mix(samples, 1, settings)


@pytest.mark.parametrize("method", ["mixup", "cutmix"])
def test_a_single_row_of_pixels_is_mixed_like_others(method) -> None:
    row = Sample("row", np.zeros((1, 40, 3), np.uint8))
    mixed = mix([row, Sample("b", np.full((30, 20, 3), 200, np.uint8))], 4, Settings(method, lam=0.25))
    assert mixed.sample.size_hw == (1, 40)
    assert sum(mixed.soft_label.values()) == pytest.approx(1)


def test_what_was_mixed_is_told_without_the_picture() -> None:
    mixed = mix([A, B], 1, Settings("cutmix"))
    told = mixed.told()
    assert not isinstance(told, MixedSample)
    assert told.counts() == mixed.counts()
    assert (told.fields, told.soft_label, told.drawn) == (mixed.fields, mixed.soft_label, mixed.drawn)


def test_six_bands_and_decimal_numbers_are_mixed_too() -> None:
    bands = [
        replace(each, image=np.repeat(each.image[:, :, :1] / np.float32(255), 6, axis=2), bands=()) for each in (A, C)
    ]
    for method in ("mixup", "cutmix", "mosaic"):
        mixed = mix(bands, 4, Settings(method))
        assert mixed.sample.image.shape == (*SIZE, 6)
        assert mixed.sample.image.dtype == np.float32
