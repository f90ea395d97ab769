"""Steps that take something from other images: which, what fits, and whose labels come along."""

from __future__ import annotations

from dataclasses import replace

import albumentations as A
import numpy as np
import pytest

from augviz.images import encode_jpeg, shrink
from augviz.overlay import ClassColours
from augviz.pipeline.draws import Draws
from augviz.pipeline.materials import call_arguments, names_used, pasted, registry, used_digest, with_names
from augviz.pipeline.run import Machine, run
from augviz.pipeline.scripted import script
from augviz.pipeline.spec import Group, PipelineSpec, Step
from augviz.pipeline.trace import ELSEWHERE, Outcome
from augviz.preview import TILE_SIDE, preview
from augviz.sample import Boxes, Keypoints, Labels, Masks, Sample, SemanticMap

REFERENCES = ("FDA", "HistogramMatching", "PixelDistributionAdaptation")
MOSAIC = {"target_size": (60, 80), "cell_shape": (45, 60)}


def image(seed: int, height: int = 60, width: int = 80, low: int = 0, high: int = 256) -> np.ndarray:
    return np.random.default_rng(seed).integers(low, high, (height, width, 3), np.uint8)


def labelled(name: str, seed: int, height: int = 50, width: int = 70, semantic: SemanticMap | None = None) -> Sample:
    labels = Labels(
        Boxes.of([[5, 6, 30, 28], [35, 20, 60, 45]], [f"{name} a", f"{name} b"], ids=[3, 9]),
        keypoints=Keypoints.of([[10, 10], [40, 30]], [f"{name} p", f"{name} q"], object_ids=[3, -1]),
        semantic=semantic,
    )
    return Sample(name, image(seed, height, width), labels)


SAMPLE = labelled("here", 1, 60, 80)
DARK, BRIGHT = Sample("dark.png", image(2, 30, 40, 0, 60)), Sample("bright.png", image(3, 90, 50, 190, 256))
OTHERS = (labelled("one", 4), labelled("two", 5, 64, 66), labelled("three", 6))
OPEN = registry([DARK, BRIGHT, *OTHERS])


def one(name: str, *materials: str, **params: object) -> PipelineSpec:
    return PipelineSpec((Step(name, params, materials=materials),))


def same(a: Outcome, b: Outcome) -> bool:
    ours, theirs = a.after.labels, b.after.labels
    return (
        np.array_equal(a.after.image, b.after.image)
        and np.array_equal(ours.boxes.xyxy, theirs.boxes.xyxy)
        and np.array_equal(ours.keypoints.xy, theirs.keypoints.xy)
        and (ours.boxes.labels, ours.boxes.ids) == (theirs.boxes.labels, theirs.boxes.ids)
    )


@pytest.mark.parametrize("name", REFERENCES)
def test_a_reference_changes_the_picture_as_a_plain_compose_does_with_the_same_draws(name: str) -> None:
    spec = one(name, "dark.png", "bright.png")
    key = call_arguments(spec)[spec.steps[0].id]
    drawn = set()
    for seed in range(8):
        ours = run(spec, SAMPLE, seed, materials=OPEN)
        assert not ours.errors
        compose = A.Compose([getattr(A, name)(p=1.0)])
        script(compose, [spec.steps[0].id], Draws(seed))
        theirs = compose(image=SAMPLE.image, **{key: [DARK.image, BRIGHT.image]})["image"]
        np.testing.assert_array_equal(ours.after.image, theirs)
        assert not np.array_equal(ours.after.image, SAMPLE.image)
        drawn.add(dict(ours.trace[0].drawn)["reference image"])
    assert drawn == {"dark.png", "bright.png"}


def test_the_trace_names_the_reference_that_was_really_drawn() -> None:
    spec = one("HistogramMatching", "dark.png", "bright.png", blend_ratio=(1.0, 1.0))
    for seed in range(8):
        outcome = run(spec, SAMPLE, seed, materials=OPEN)
        is_dark = outcome.after.image.mean() < 100
        assert dict(outcome.trace[0].drawn)["reference image"] == ("dark.png" if is_dark else "bright.png")


@pytest.mark.parametrize("name", REFERENCES)
def test_labels_stay_where_they_are_under_a_reference(name: str) -> None:
    outcome = run(one(name, "dark.png"), SAMPLE, 3, materials=OPEN)
    np.testing.assert_allclose(outcome.after.labels.boxes.xyxy, SAMPLE.labels.boxes.xyxy, atol=1e-3)
    assert outcome.after.labels.boxes.ids == SAMPLE.labels.boxes.ids


def test_another_content_under_the_same_name_changes_that_step_only() -> None:
    steps = (Step("Rotate"), Step("HistogramMatching", materials=("dark.png",)), Step("GaussNoise"))
    spec = PipelineSpec(steps)
    other = registry([replace(BRIGHT, name="dark.png")])
    a = run(spec, SAMPLE, 5, keep_steps=True, materials=OPEN)
    b = run(spec, SAMPLE, 5, keep_steps=True, materials=other)
    np.testing.assert_array_equal(a.trace[0].after.image, b.trace[0].after.image)
    assert not np.array_equal(a.trace[1].after.image, b.trace[1].after.image)
    assert [step.drawn for step in a.trace] == [step.drawn for step in b.trace]
    assert used_digest(spec, OPEN) != used_digest(spec, other)


def test_running_twice_gives_the_same_and_leaves_the_others_as_they_were() -> None:
    before = [sample.image.copy() for sample in OPEN.values()]
    spec = PipelineSpec((Step("Mosaic", MOSAIC, materials=("one", "two")), Step("FDA", materials=("dark.png",))))
    assert same(run(spec, SAMPLE, 11, materials=OPEN), run(spec, SAMPLE, 11, materials=OPEN))
    for sample, pixels in zip(OPEN.values(), before, strict=True):
        np.testing.assert_array_equal(sample.image, pixels)


@pytest.mark.parametrize(
    ("materials", "said"),
    [((), "has no reference images"), (("gone.png",), "no image of this name is open"), (("six",), "6 channels"),
     (("deep",), "decimal numbers")],
)  # fmt: skip
def test_what_is_missing_or_does_not_fit_is_a_sentence_and_the_other_steps_go_on(
    materials: tuple[str, ...], said: str
) -> None:
    six = Sample("six", np.zeros((20, 20, 6), np.uint8))
    deep = Sample("deep", np.zeros((20, 20, 3), np.float32))
    spec = PipelineSpec((Step("HistogramMatching", materials=materials), Step("HorizontalFlip")))
    outcome = run(spec, SAMPLE, 1, materials=registry([six, deep]))
    assert [step.fired for step in outcome.trace] == [False, True]
    assert said in outcome.errors[0].error
    assert "Choose" in outcome.errors[0].error or "choose" in outcome.errors[0].error
    np.testing.assert_array_equal(outcome.after.image, SAMPLE.image[:, ::-1])


def test_a_preview_shows_the_content_and_not_the_name() -> None:
    colours = ClassColours.of([SAMPLE.labels])
    spec = PipelineSpec(
        (Step("HorizontalFlip"), Step("HistogramMatching", materials=("dark.png",)), Step("Blur", p=0.5))
    )
    moved = spec.edit(spec.steps[2].id, lambda step: replace(step, p=0.9))
    other = registry([replace(BRIGHT, name="dark.png")])
    first = preview(spec, SAMPLE, 1, 4, colours, materials=OPEN)
    for images in (other, OPEN):  # in this order, so that what was kept for one could be shown for the other
        onwards = preview(moved, SAMPLE, 1, 4, colours, previous=spec, materials=images)
        for tile in onwards:
            small = shrink(run(moved, SAMPLE, tile.seed, materials=images).after.image, TILE_SIDE)
            assert tile.jpeg == encode_jpeg(small)
    assert [tile.jpeg for tile in first] != [
        tile.jpeg for tile in preview(spec, SAMPLE, 1, 4, colours, materials=other)
    ]


# -- pictures that are pasted ------------------------------------------------------------------------------------


def test_a_pasted_picture_lies_in_the_image_as_it_is() -> None:
    red = Sample("red", np.full((10, 12, 3), (255, 0, 0), np.uint8))
    plain = Sample("grey", np.full((60, 80, 3), 128, np.uint8))
    outcome = run(one("OverlayElements", "red"), plain, 4, materials=registry([red]))
    assert int((outcome.after.image == (255, 0, 0)).all(axis=2).sum()) == 120


def test_a_large_picture_is_shrunk_to_half_the_image_and_a_small_one_kept() -> None:
    assert pasted(image(1, 600, 400), (100, 200)).shape == (50, 33, 3)
    assert pasted(np.zeros((600, 400, 1), np.uint8), (100, 200)).shape == (50, 33, 1)
    assert pasted(DARK.image, (100, 200)) is DARK.image


def test_pasting_on_an_image_with_boxes_is_refused_in_words() -> None:
    outcome = run(one("OverlayElements", "dark.png"), SAMPLE, 4, materials=OPEN)
    assert "images with boxes" in outcome.errors[0].error


# -- a mosaic ----------------------------------------------------------------------------------------------------


def painted(name: str, colour: int) -> Sample:
    """Two boxes that are the only bright pixels of their image, on a dark ground of the image's own."""
    pixels = np.full((50, 70, 3), 10, np.uint8)
    boxes = [[6, 8, 30, 24], [40, 26, 64, 44]]
    for k, (x1, y1, x2, y2) in enumerate(boxes):
        pixels[y1:y2, x1:x2] = colour + 20 * k
    centres = [[18, 16], [52, 35]]
    return Sample(
        name,
        pixels,
        Labels(
            Boxes.of(boxes, [f"{name} 0", f"{name} 1"]), keypoints=Keypoints.of(centres, [f"{name} 0", f"{name} 1"])
        ),
    )


@pytest.mark.parametrize("seed", range(12))
def test_labels_follow_pixels_through_a_mosaic_and_are_named(seed: int) -> None:
    colours = {"a": 60, "b": 130, "c": 200}
    here, *others = (painted(name, colour) for name, colour in colours.items())
    spec = one("Mosaic", "b", "c", **MOSAIC, interpolation=0)
    outcome = run(spec, here, seed, materials=registry(others))
    assert not outcome.errors
    labels = outcome.after.labels
    assert outcome.after.size_hw == (60, 80)
    assert len(set(labels.boxes.ids)) == len(labels.boxes)
    for box, label, row in zip(labels.boxes.xyxy, labels.boxes.labels, outcome.box_rows, strict=True):
        name, k = label.split()
        x1, y1, x2, y2 = box
        if x2 - x1 >= 3 and y2 - y1 >= 3:
            middle = outcome.after.image[int(np.ceil(y1 + 1)) : int(y2 - 1), int(np.ceil(x1 + 1)) : int(x2 - 1)]
            assert (middle == colours[name] + 20 * int(k)).all(), label
        assert (row == ELSEWHERE) == (name != "a")
    for (x, y), label in zip(labels.keypoints.xy, labels.keypoints.labels, strict=True):
        name, k = label.split()
        assert outcome.after.image[min(int(y), 59), min(int(x), 79), 0] == colours[name] + 20 * int(k)


def test_the_visible_share_is_what_is_left_of_the_painted_pixels() -> None:
    here, others = painted("a", 60), [painted("b", 130), painted("c", 200), painted("d", 230)]
    spec = one("Mosaic", "b", "c", "d", **MOSAIC, interpolation=0, center_range=(0.0, 1.0))
    cut = 0
    for seed in range(12):
        outcome = run(spec, here, seed, materials=registry(others))
        scale = max(45 / 50, 60 / 70)
        for row, (x1, y1, x2, y2) in enumerate(here.labels.boxes.xyxy):
            whole = (x2 - x1) * (y2 - y1) * scale**2
            left = int((outcome.after.image[..., 0] == 60 + 20 * row).sum()) / whole
            cut += left < 0.9
            assert abs(outcome.trace[0].visible.get(row, 0.0) - left) < 0.15
    assert cut > 3


def test_objects_of_other_images_get_ids_of_their_own_and_keep_their_points() -> None:
    outcome = run(one("Mosaic", "one", "two", "three", **MOSAIC, center_range=(0.5, 0.5)), SAMPLE, 2, materials=OPEN)
    labels = outcome.after.labels
    taken = dict(zip(labels.boxes.labels, labels.boxes.ids, strict=True))
    assert len(set(taken.values())) == len(taken)
    assert taken.keys() & {"one a", "two a", "three a", "one b", "two b", "three b"}
    for name, owner in zip(labels.keypoints.labels, labels.keypoints.object_ids, strict=True):
        box = name.replace(" p", " a")
        if name.endswith(" p") and box in taken:
            assert owner == taken[box] or box.startswith("here")


def test_what_is_lost_of_other_images_is_no_loss_of_this_one() -> None:
    mosaic = Step("Mosaic", MOSAIC, materials=("one", "two", "three"))
    spec = PipelineSpec((mosaic, Step("RandomCrop", {"height": 20, "width": 20})))
    for seed in range(10):
        outcome = run(spec, SAMPLE, seed, keep_steps=True, materials=OPEN)
        assert all(gone.row < 2 for gone in outcome.removed)
        left, before = outcome.box_counts()
        assert before == 2
        assert left + sum(gone.target == "box" for gone in outcome.removed) == 2


def test_a_mosaic_goes_on_from_a_checkpoint_as_from_the_start() -> None:
    spec = PipelineSpec((Step("Mosaic", MOSAIC, materials=("one", "two")), Step("HorizontalFlip")))
    machine = Machine(spec, OPEN)
    point = machine.checkpoint(SAMPLE, 3, 1)
    assert same(machine.run(SAMPLE, 3, resume=point), machine.run(SAMPLE, 3))


@pytest.mark.parametrize("seed", range(6))
def test_a_mosaic_equals_a_plain_compose_with_the_same_draws(seed: int) -> None:
    spec = PipelineSpec(
        (Step("HorizontalFlip", p=0.5), Step("Mosaic", MOSAIC, materials=("one", "two")), Step("Rotate"))
    )
    ours = run(spec, SAMPLE, seed, materials=OPEN)
    compose = A.Compose(
        [A.HorizontalFlip(p=0.5), A.Mosaic(**MOSAIC, p=1.0), A.Rotate(p=1.0)],
        bbox_params=A.BboxParams("pascal_voc", ["names"]),
        keypoint_params=A.KeypointParams("xy", ["points"]),
    )
    script(compose, [step.id for step in spec.steps], Draws(seed))
    theirs = compose(**call_of(SAMPLE), mosaic_metadata=[call_of(other) for other in OTHERS[:2]])
    assert not ours.errors
    np.testing.assert_array_equal(ours.after.image, theirs["image"])
    np.testing.assert_allclose(ours.after.labels.boxes.xyxy, np.reshape(theirs["bboxes"], (-1, 4)), atol=1e-3)
    assert list(ours.after.labels.boxes.labels) == theirs["names"]
    np.testing.assert_allclose(
        ours.after.labels.keypoints.xy - 0.5, np.reshape(theirs["keypoints"], (-1, 2)), atol=1e-3
    )
    assert list(ours.after.labels.keypoints.labels) == theirs["points"]


def call_of(sample: Sample) -> dict[str, object]:
    labels = sample.labels
    return {
        "image": sample.image,
        "bboxes": labels.boxes.xyxy,
        "names": list(labels.boxes.labels),
        "keypoints": labels.keypoints.xy - 0.5,
        "points": list(labels.keypoints.labels),
    }


def test_an_image_without_boxes_gets_those_of_the_others() -> None:
    bare = Sample("bare", image(9))
    outcome = run(one("Mosaic", "one", **MOSAIC), bare, 1, materials=OPEN)
    assert not outcome.errors
    assert set(outcome.after.labels.boxes.labels) <= {"one a", "one b"}
    assert len(outcome.after.labels.boxes) >= 1


def test_classes_of_other_masks_get_the_values_of_the_same_names() -> None:
    def mapped(name: str, height: int, width: int, value: int, names: dict[int, str]) -> Sample:
        return Sample(
            name, image(1, height, width), Labels(semantic=SemanticMap(np.full((height, width), value), names))
        )

    here = mapped("here", 60, 80, 1, {1: "road", 2: "sky"})
    road, tree = mapped("r", 50, 70, 2, {2: "road"}), mapped("t", 50, 70, 1, {1: "tree"})
    outcome = run(one("Mosaic", "r", "t", **MOSAIC), here, 1, materials=registry([road, tree]))
    assert not outcome.errors
    semantic = outcome.after.labels.semantic
    names = {semantic.name_of(int(value)) for value in np.unique(semantic.values)}
    assert names <= {"road", "tree"}
    assert "tree" in names


def test_a_mosaic_of_masks_of_single_objects_is_refused_in_words() -> None:
    masks = Masks.from_stack(np.ones((1, 60, 80), bool), ["a"], size=(60, 80))
    outcome = run(one("Mosaic", "one", **MOSAIC), SAMPLE.with_labels(Labels(masks=masks)), 1, materials=OPEN)
    assert "masks of single objects" in outcome.errors[0].error


def test_masks_that_do_not_come_along_are_named() -> None:
    masks = Masks.from_stack(np.ones((1, 50, 70), bool), ["a"], size=(50, 70))
    other = Sample("masked.png", OTHERS[0].image, Labels(OTHERS[0].labels.boxes, masks))
    outcome = run(one("Mosaic", "masked.png", **MOSAIC), SAMPLE, 1, materials=registry([other]))
    said = {note.where: note.what for note in outcome.notes}
    assert "masks that do not come along" in said["masked.png"]


# -- names -------------------------------------------------------------------------------------------------------


def test_a_second_step_of_a_class_has_an_argument_of_its_own() -> None:
    steps = [Step("FDA", id="a"), Group("OneOf", (Step("FDA", id="b"), Step("HistogramMatching", id="c")))]
    spec = PipelineSpec((*steps, Step("FDA", id="off", enabled=False)))
    assert dict(call_arguments(spec)) == {"a": "fda_metadata", "b": "fda_metadata_2", "c": "hm_metadata"}


def test_names_go_to_the_steps_that_have_none() -> None:
    spec = with_names(PipelineSpec((Step("FDA"), Step("Mosaic", materials=("x",)), Step("Blur"))), ("one", "two"))
    assert [step.materials for step in spec.steps] == [("one", "two"), ("x",), ()]
    assert names_used(spec) == ("one", "two", "x")
    assert used_digest(PipelineSpec((Step("Blur"),)), OPEN) == ""


@pytest.mark.parametrize("after", [(), ("HorizontalFlip",)], ids=["last", "mirrored again"])
@pytest.mark.parametrize("before", [(), ("HorizontalFlip",), ("HorizontalFlip", "Transpose")], ids=len)
def test_names_of_a_mosaic_swap_with_what_was_mirrored(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """What other images bring along has seen only the mirrors that came after it."""
    names = sorted({name for each in (SAMPLE, OPEN["one"]) for name in each.labels.boxes.labels})
    spec = PipelineSpec(
        (*(Step(name) for name in before), Step("Mosaic", MOSAIC, materials=("one",)), *(Step(n) for n in after)),
        swaps=tuple((name, f"other {name}") for name in names),
    )
    outcome = run(spec, SAMPLE, 4, materials=OPEN)
    assert not outcome.errors
    own_is_mirrored, their_is_mirrored = bool((len(before) + len(after)) % 2), bool(len(after) % 2)
    boxes = outcome.after.labels.boxes
    assert ELSEWHERE in outcome.box_rows
    for row, label in zip(outcome.box_rows, boxes.labels, strict=True):
        mirrored = their_is_mirrored if row == ELSEWHERE else own_is_mirrored
        assert label.startswith("other ") == mirrored
