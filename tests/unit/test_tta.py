"""Views, merging, gain and witness."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from augviz.errors import InputError
from augviz.models.card import ModelCard
from augviz.models.outputs import Detections, Output
from augviz.pipeline.effects import TEST_IMAGE
from augviz.pipeline.spec import Group, PipelineSpec, Step
from augviz.preservation.facts import facts_of
from augviz.preservation.profiles import PROFILES, profile_of
from augviz.sample import ImageArray, Sample
from augviz.tta import arithmetic
from augviz.tta.box_fusion import fuse_boxes
from augviz.tta.gain import Gain, curve, gain, gain_of_classes
from augviz.tta.merging import MERGES, UNSEEN, How, merge_boxes, merge_classes, merge_pixels
from augviz.tta.own_views import own_view
from augviz.tta.reading import Reading, read_views
from augviz.tta.refusing import judge_views, kept
from augviz.tta.seeing import look
from augviz.tta.view import PLAIN, View, step, view
from augviz.tta.view_sets import VIEW_SETS, view_set
from augviz.tta.way_back import scores_back
from augviz.tta.witness import NULL, witness
from tests.unit.tta_cases import CLASSES, PIXELS, SQUARE, Fake, classes, noise, pixels

# -- views --------------------------------------------------------------------------------------------------------


def test_the_sets_have_as_many_views_as_their_names_say() -> None:
    counts = {each.id: len(each.make(SQUARE)) for each in VIEW_SETS}
    assert counts == {
        "mirror": 2, "flips": 4, "d4": 8, "five-crop": 5, "ten-crop": 10, "scales": 4, "shifts": 5, "light": 3,
    }  # fmt: skip
    for each in VIEW_SETS:
        views = each.make(SQUARE)
        assert views[0].is_plain
        assert not any(other.is_plain for other in views[1:])
        assert len({other.id for other in views}) == len(views)


def test_several_sizes_are_those_of_the_guide() -> None:
    first, mirrored, second, third = view_set("scales").make(SQUARE)
    sides = [each.spec.steps[0].params["max_size"] for each in (first, second, third)]  # type: ignore[union-attr]
    assert sides == [256, 288, 320]
    assert [node.name for node in mirrored.spec.steps] == ["SmallestMaxSize", "CenterCrop", "HorizontalFlip"]


def test_the_turns_of_a_square_are_all_different_and_exact() -> None:
    sample = noise(24, 24)
    image = sample.image
    seen = {each.id: look(each, sample, PIXELS).image for each in view_set("d4").make(PIXELS)}
    assert len({each.tobytes() for each in seen.values()}) == 8
    assert np.array_equal(seen["quarter-left"], np.rot90(image, 1))
    assert np.array_equal(seen["quarter-right"], np.rot90(image, -1))
    assert np.array_equal(seen["half-turn"], np.rot90(image, 2))
    assert np.array_equal(seen["diagonal"], image.transpose(1, 0, 2))


def test_five_crops_are_the_middle_and_the_corners_of_the_middle_square() -> None:
    sample = noise(256, 256)
    seen = {each.id: look(each, sample, SQUARE).image for each in view_set("five-crop").make(SQUARE)}
    assert np.array_equal(seen["bottom-right"], sample.image[32:, 32:])
    assert np.array_equal(seen["top-right"], sample.image[:224, 32:])
    assert np.array_equal(seen["middle"], sample.image[16:240, 16:240])


def test_crops_need_a_size() -> None:
    with pytest.raises(InputError, match="need a model with a fixed size"):
        view_set("ten-crop").make(PIXELS)


@pytest.mark.parametrize(("size", "by"), [(None, 4), ((224, 224), 4), ((512, 448), 8), ((20, 20), 1)])
def test_small_shifts_go_where_their_names_say(size: tuple[int, int] | None, by: int) -> None:
    card = replace(PIXELS, size_hw=size, fit="stretch" if size else "none")
    image = noise(*(size or (40, 56))).image
    seen = {each.title: look(each, Sample("s", image), card).image for each in view_set("shifts").make(card)}
    assert set(seen) == {"As it is", *(f"{by} px {way}" for way in ("right", "left", "down", "up"))}
    assert np.array_equal(seen[f"{by} px right"][:, by:], image[:, :-by])
    assert np.array_equal(seen[f"{by} px left"][:, :-by], image[:, by:])
    assert np.array_equal(seen[f"{by} px down"][by:], image[:-by])
    assert np.array_equal(seen[f"{by} px up"][:-by], image[by:])
    assert np.array_equal(seen[f"{by} px right"][:, :by], image[:, by:0:-1])  # a reflection, and no black bar


def test_shifts_count_in_pixels_of_the_model() -> None:
    card = replace(PIXELS, size_hw=(20, 28), fit="stretch")
    plain, right, *_ = (look(each, noise(40, 56), card).image for each in view_set("shifts").make(card))
    assert np.array_equal(right[:, 1:], plain[:, :-1])


def test_lighter_and_darker_undo_each_other() -> None:
    sample = Sample("grey", np.full((8, 8, 3), 100, np.uint8))
    _, lighter, darker = (look(each, sample, PIXELS).image.mean() for each in view_set("light").make(PIXELS))
    assert lighter == pytest.approx(255 * (100 / 255) ** 0.8, abs=1)
    assert darker == pytest.approx(255 * (100 / 255) ** 1.25, abs=1)


@pytest.mark.parametrize("fit", ["stretch", "centre"])
def test_a_picture_gets_the_size_of_the_model_as_its_card_says(fit: Any) -> None:
    """Thin stripes become grey when they are shrunk, because areas are averaged."""
    image = np.zeros((64, 128, 3), np.uint8)
    image[:, ::4] = 200
    card = ModelCard(size_hw=(16, 16), fit=fit, centre_share=1, output="pixels")
    seen = look(PLAIN, Sample("s", image), card)
    assert seen.back is not None
    columns = np.flatnonzero(seen.back.seen.any(axis=0))
    assert (columns[0], columns[-1]) == ((0, 127) if fit == "stretch" else (32, 95))
    assert (seen.image == 50).all()


def test_a_view_that_lays_a_picture_on_its_side_gets_a_size_that_is_no_square_afterwards() -> None:
    card = replace(PIXELS, size_hw=(30, 44), fit="stretch")
    image = noise(30, 44).image
    seen = {each.id: look(each, Sample("s", image), card).image for each in view_set("d4").make(card)}
    assert np.array_equal(seen["half-turn"], np.rot90(image, 2))
    assert seen["quarter-left"].shape == image.shape
    assert seen["quarter-left"][:, 1:-1].mean() == pytest.approx(image.mean(), rel=0.1)


@pytest.mark.parametrize("size", [None, (20, 28)])
def test_the_single_view_of_a_model_for_pixels_shows_the_whole_picture(size: tuple[int, int] | None) -> None:
    card = ModelCard(size_hw=size, fit="stretch" if size else "none", output="pixels")
    offered = [each for each in VIEW_SETS if not each.classes_only]
    if size:
        with pytest.raises(InputError, match="only the middle of the picture"):
            view_set("scales").make(card)
        offered.remove(view_set("scales"))
    for each in offered:
        way = look(each.make(card)[0], noise(), card).back
        assert way is not None
        assert way.seen.all(), each.id


def test_a_view_that_bends_the_picture_has_no_way_back_and_says_so() -> None:
    bent = view("bent", "Bent", step("OpticalDistortion", {"distort_limit": (0.6, 0.6)}))
    seen = look(bent, TEST_IMAGE, PIXELS)
    assert seen.back is None
    reading = Reading(seen, pixels(seen.image.transpose(2, 0, 1)), 0, 0)
    with pytest.raises(InputError, match="bends the picture"):
        merge_pixels([reading])


def test_a_view_that_cannot_be_made_of_a_picture_says_which() -> None:
    tall = view("crop", "A crop", step("CenterCrop", {"height": 999, "width": 9}))
    with pytest.raises(InputError, match=r"“A crop” cannot be made of noise\.png"):
        look(tall, noise(), PIXELS)


# -- own views ----------------------------------------------------------------------------------------------------


def own(*steps: Step | Group, p: float = 1.0, card: ModelCard = CLASSES) -> View:
    return own_view("own", "Own", PipelineSpec(steps, p=p), card)


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ((Step("HorizontalFlip", {}, 0.5),), "HorizontalFlip: a view always does the same, and this fires with p = 0"),
        ((Step("Transpose"), Step("Rotate", {"limit": (-5, 5)})), "Rotate: a view always does the same, and this dr"),
        ((Step("GaussNoise"),), "GaussNoise: a view always does the same"),
        ((Group("OneOf", (Step("HorizontalFlip"), Step("VerticalFlip"))),), "OneOf chooses among its steps"),
        ((Step("CenterCrop", {"height": 9_000, "width": 9}),), "CenterCrop"),
    ],
)  # fmt: skip
def test_a_pipeline_that_draws_is_no_view(steps: tuple[Step, ...], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        own(*steps)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("place", range(8))
def test_a_step_that_tosses_a_coin_is_no_view(place: int) -> None:
    # Each id is a stream of its own: a coin shows the same side a few times in a row for one id in eight.
    with pytest.raises(InputError, match="a view always does the same"):
        own(Step("Posterize", {"num_bits": (4, 5)}, id=f"step-{place}"))


def test_a_fixed_pipeline_is_a_view() -> None:
    made = own(
        Step("Rotate", {"limit": (5, 5)}), Step("GaussNoise", enabled=False), Group("Sequential", (Step("Transpose"),))
    )
    assert made.fits == "last"
    assert look(made, noise(), CLASSES).image.shape == (32, 32, 3)
    tail = own_view("own", "Own", PipelineSpec((Step("Transpose"),), tail=(Step("Normalize"),)), CLASSES)
    assert tail.spec.tail == ()
    ends_there = own(Step("CenterCrop", {"height": 32, "width": 32}))
    assert ends_there.fits == "own"
    assert np.array_equal(look(ends_there, noise(), CLASSES).image, noise().image[4:36, 12:44])
    with pytest.raises(InputError, match="p of the whole pipeline"):
        own(Step("HorizontalFlip"), p=0.5)


def test_a_pipeline_that_only_keeps_the_size_of_the_test_image_does_not_end_at_the_models() -> None:
    card = ModelCard(size_hw=TEST_IMAGE.size_hw, fit="stretch")
    assert own(Step("HorizontalFlip"), card=card).fits == "last"
    assert own(Step("CenterCrop", {"height": 384, "width": 512}), card=card).fits == "own"


# -- refusing -----------------------------------------------------------------------------------------------------


def refused(set_id: str, profile: str) -> dict[str, list[str]]:
    judged = judge_views(view_set(set_id).make(SQUARE), profile_of(profile).as_facts(), profile)
    return {each.view.id: [found.code for found in each.breaking] for each in judged if each.is_refused}


def test_a_view_that_breaks_the_label_is_refused_with_its_rule() -> None:
    assert refused("flips", "digits") == {"mirrored": ["D01"], "upside-down": ["D02"], "half-turn": ["D03"]}
    assert refused("d4", "aerial") == {}
    assert refused("mirror", "natural") == {}
    assert refused("mirror", "road-scene") == {"mirrored": ["TS2"]}


def test_two_mirrors_are_a_turn_and_no_mirror() -> None:
    # Points are named by side: a mirror breaks them, and half a turn does not.
    found = refused("d4", "keypoints")
    assert set(found) == {"mirrored", "upside-down", "diagonal", "other-diagonal"}


def test_what_a_label_means_decides() -> None:
    views = view_set("mirror").make(SQUARE)
    usual = judge_views(views, profile_of("natural").as_facts(), "natural")
    sided = judge_views(views, facts_of("left_right_labels"), "natural")
    assert [each.id for each in kept(usual)] == ["original", "mirrored"]
    assert [each.id for each in kept(sided)] == ["original"]
    assert all(found.message and found.code for found in sided[1].breaking)


@pytest.mark.parametrize("profile", [each.id for each in PROFILES])
def test_the_plain_view_and_small_shifts_are_never_refused(profile: str) -> None:
    assert refused("shifts", profile) == {}


def test_colours_are_judged_step_by_step() -> None:
    grey = own(Step("HorizontalFlip"), Step("ToGray"), Step("HorizontalFlip"))
    (judged,) = judge_views([grey], facts_of("colour_label"), "fine-grained")
    assert judged.is_refused
    assert not {found.code for found in judged.breaking} & {"F01", "L03"}


def test_steps_that_undo_each_others_colours_are_asked_one_by_one() -> None:
    (judged,) = judge_views(
        [view("twice", "Twice", step("InvertImg"), step("InvertImg"))], facts_of("colour_label"), "fine-grained"
    )
    assert [found.code for found in judged.breaking] == ["F02"]


def test_a_view_that_asks_for_caution_is_used_and_says_so() -> None:
    judged = judge_views(view_set("d4").make(SQUARE), profile_of("natural").as_facts(), "natural")
    assert not any(each.is_refused for each in judged)
    assert {each.view.id: [found.code for found in each.doubts] for each in judged if each.doubts} == {
        "upside-down": ["N02"], "half-turn": ["N03"], "quarter-left": ["N03"], "quarter-right": ["N03"],
    }  # fmt: skip


# -- merging classes ----------------------------------------------------------------------------------------------


def readings(
    *outputs: Output, each: View = PLAIN, sample: Sample | None = None, card: ModelCard = PIXELS
) -> list[Reading]:
    return [Reading(look(each, sample or noise(), card), output, 0.0, 0.0) for output in outputs]


def test_classes_are_merged_as_the_formulas_say() -> None:
    rows = np.array([[0.6, 0.3, 0.1], [0.6, 0.3, 0.1], [0.02, 0.9, 0.08]])
    told = readings(*(classes(*row) for row in rows))
    merged = {how.id: merge_classes(told, how.id) for how in MERGES}
    assert merged["probabilities"].probabilities == pytest.approx(rows.mean(axis=0))
    geometric = np.prod(rows, axis=0) ** (1 / 3)
    assert merged["geometric"].probabilities == pytest.approx(geometric / geometric.sum())
    assert merged["logits"].probabilities == pytest.approx(merged["geometric"].probabilities)
    assert merged["vote"].probabilities == pytest.approx([2 / 3, 1 / 3, 0], abs=1e-6)
    assert merged["vote"].winner == 0
    assert merged["probabilities"].winner == 1
    assert merged["probabilities"].agreement == pytest.approx(1 / 3)


def test_logits_are_merged_as_logits() -> None:
    logits = np.array([[2.0, 0.0, -1.0], [0.0, 3.0, 0.0]])
    told = readings(*(classes(*row, kind="logits") for row in logits))
    exp = np.exp(logits.mean(axis=0))
    assert merge_classes(told, "logits").probabilities == pytest.approx(exp / exp.sum())
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert merge_classes(told, "probabilities").probabilities == pytest.approx(shares.mean(axis=0))


def test_a_vote_among_a_hundred_thousand_classes_needs_no_table_of_them_all() -> None:
    scores = np.zeros((2, 100_000))
    scores[0, 70_000] = scores[1, 5] = 1
    shares = arithmetic.majority_vote(scores)
    assert shares[[5, 70_000]] == pytest.approx([0.5, 0.5])
    assert shares.sum() == pytest.approx(1)


def test_a_tie_of_votes_goes_to_the_likelier_class() -> None:
    told = readings(classes(0.55, 0.45), classes(0.1, 0.9))
    assert merge_classes(told, "vote").winner == 1
    assert merge_classes(told[::-1], "vote").winner == 1


@pytest.mark.parametrize("how", [each.id for each in MERGES])
def test_one_view_is_what_it_says(how: How) -> None:
    assert merge_classes(readings(classes(0.2, 0.7, 0.1)), how).winner == 1


def test_agreement_hints_at_how_unsure_the_answer_is() -> None:
    same = merge_classes(readings(*[classes(0.9, 0.1)] * 3))
    apart = merge_classes(readings(classes(1, 0), classes(0, 1)))
    assert (same.agreement, same.divergence) == (1.0, pytest.approx(0))
    assert (apart.agreement, apart.divergence) == (0.5, pytest.approx(1))


def test_the_divergence_is_jensens_and_shannons() -> None:
    p, q = np.array([0.5, 0.5]), np.array([0.9, 0.1])
    middle = (p + q) / 2

    def kullback(a: np.ndarray) -> float:
        return float((a * np.log2(a / middle)).sum())

    assert arithmetic.divergence(np.stack([p, q])) == pytest.approx((kullback(p) + kullback(q)) / 2)


def test_answers_of_different_kinds_are_not_mixed() -> None:
    with pytest.raises(InputError, match="another number of classes"):
        merge_classes(readings(classes(0.5, 0.5), classes(1.0)))
    with pytest.raises(InputError, match="another kind of answer"):
        merge_classes(readings(pixels(np.zeros((2, 40, 56)))))


# -- merging pixels -----------------------------------------------------------------------------------------------


def half_blind(image: ImageArray) -> Output:
    """Segments by brightness, and is wrong in the left two fifths of whatever it is shown."""
    bright = (image[..., 0] > 127).astype(np.float32) * 4 - 2
    bright[:, : image.shape[1] * 2 // 5] *= -1
    return pixels(np.stack([np.zeros_like(bright), bright]))


@pytest.mark.parametrize("how", [each.id for each in MERGES])
def test_turns_of_a_square_mend_a_segmentation_by_the_exact_vote(how: How) -> None:
    sample = noise(40, 40)
    truth = (sample.image[..., 0] > 127).astype(int)
    told = read_views(view_set("d4").make(PIXELS), sample, Fake(PIXELS, half_blind))
    single, merged = merge_pixels(told[:1], how), merge_pixels(told, how)
    wrong = np.zeros((40, 40), int)
    blind = np.zeros((40, 40), int)
    blind[:, :16] = 1
    for turns, mirrored in itertools.product(range(4), (False, True)):  # reckoned without any of our geometry
        turned = np.rot90(blind, turns)
        wrong += turned[:, ::-1] if mirrored else turned
    assert (merged.classes == np.where(wrong < 4, truth, 1 - truth))[wrong != 4].all()
    assert np.allclose(merged.agreement[wrong != 4], (np.maximum(wrong, 8 - wrong) / 8)[wrong != 4])
    right_before, right_after = (single.classes == truth).mean(), (merged.classes == truth).mean()
    assert right_before == 0.6
    assert right_after > right_before


def test_scores_are_resampled_and_classes_never_are() -> None:
    # Where class 0 borders on class 2, a mean of labels would be class 1, which is nowhere.
    image = np.zeros((32, 32, 3), np.uint8)
    image[:, :16] = 255
    card = ModelCard(size_hw=(20, 20), fit="stretch", output="pixels", mean=(0.0,), std=(1.0,))

    def says(seen: ImageArray) -> Output:
        light = seen[..., 0].astype(np.float32) / 255
        return pixels(np.stack([light, np.zeros_like(light), 1 - light]) * 8)

    merged = merge_pixels(read_views(view_set("shifts").make(card), Sample("s", image), Fake(card, says)))
    assert set(np.unique(merged.classes)) == {0, 2}
    assert (merged.classes[:, :15] == 0).all()
    assert (merged.classes[:, 17:] == 2).all()


def test_a_model_on_a_coarser_grid_is_brought_to_the_picture() -> None:
    image = np.zeros((32, 48, 3), np.uint8)
    image[:, 16:] = 255

    def says(seen: ImageArray) -> Output:
        light = seen[2::4, 2::4, 0].astype(np.float32) / 255
        return pixels(np.stack([1 - light, light]) * 8)

    for each in view_set("d4").make(PIXELS):
        merged = merge_pixels(read_views([each], Sample("s", image), Fake(PIXELS, says)))
        assert (merged.classes[:, :14] == 0).all(), each.id
        assert (merged.classes[:, 18:] == 1).all(), each.id


def test_points_of_a_coarser_grid_lie_in_the_middle_of_their_cells() -> None:
    y, x = np.mgrid[:32, :48].astype(np.float32)
    sample = Sample("ramp", np.dstack([x / 64, y / 64, 0 * x]))
    for each in view_set("d4").make(PIXELS):
        seen = look(each, sample, PIXELS)
        assert seen.back is not None
        height, width = seen.image.shape[:2]
        cells = seen.image.reshape(height // 4, 4, width // 4, 4, 3).mean(axis=(1, 3)).transpose(2, 0, 1)
        back = scores_back(np.ascontiguousarray(cells), seen.back) * 64
        assert np.abs(back[0] - x)[2:-2, 2:-2].max() < 0.05, each.id
        assert np.abs(back[1] - y)[2:-2, 2:-2].max() < 0.05, each.id


def test_a_tie_of_votes_for_a_pixel_goes_to_the_likelier_class() -> None:
    scores = [np.full((2, 40, 56), 0.0, np.float32) for _ in range(2)]
    scores[0][0], scores[1][1] = 0.5, 2.0
    merged = merge_pixels(readings(*map(pixels, scores)), "vote")
    assert (merged.classes == 1).all()
    assert merged.probabilities == pytest.approx(0.5, abs=1e-5)


def test_what_no_view_shows_is_not_guessed() -> None:
    crop = view("crop", "Crop", step("Crop", {"x_min": 4, "y_min": 2, "x_max": 20, "y_max": 12}), fits="own")
    merged = merge_pixels(readings(pixels(np.ones((2, 10, 16))), each=crop))
    assert (merged.classes == UNSEEN).sum() == 40 * 56 - 160
    assert (merged.classes[2:12, 4:20] >= 0).all()
    assert merged.probabilities[:, 0, 0].tolist() == [0, 0]


# -- merging boxes ------------------------------------------------------------------------------------------------


def test_boxes_are_fused_as_the_paper_says() -> None:
    boxes = [np.array([[0, 0, 10, 10], [30, 30, 40, 40.0]]), np.array([[1, 0, 11, 10.0]]), np.zeros((0, 4))]
    scores = [np.array([0.8, 0.6]), np.array([0.4]), np.zeros(0)]
    kinds = [np.array([1, 0]), np.array([1]), np.zeros(0, int)]
    fused = fuse_boxes(boxes, scores, kinds)
    assert fused.boxes.tolist() == [pytest.approx([0.4 / 1.2, 0, 10 + 0.4 / 1.2, 10]), [30, 30, 40, 40]]
    assert fused.scores == pytest.approx([0.6 * 2 / 3, 0.6 / 3])
    assert fused.classes.tolist() == [1, 0]
    assert fused.views.tolist() == [2, 1]


def test_boxes_of_two_classes_are_two_objects() -> None:
    same = np.array([[0, 0, 10, 10.0]])
    fused = fuse_boxes([same, same], [np.array([0.9]), np.array([0.8])], [np.array([0]), np.array([1])])
    assert len(fused.boxes) == 2
    nothing = fuse_boxes([np.zeros((0, 4))], [np.zeros(0)], [np.zeros(0, int)])
    assert nothing.boxes.shape == (0, 4)


def fused_one_by_one(boxes: np.ndarray, scores: np.ndarray, kinds: np.ndarray, count: int) -> list[tuple[float, ...]]:
    """The paper's steps as they stand there, without arrays of groups: score, class and box of each object."""

    def overlap(one: np.ndarray, other: np.ndarray) -> float:
        wide, high = (min(one[k + 2], other[k + 2]) - max(one[k], other[k]) for k in (0, 1))
        common = max(wide, 0) * max(high, 0)
        areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
        return common / (sum(areas) - common)

    groups: list[list[int]] = []

    def mean(group: list[int]) -> np.ndarray:
        return np.average(boxes[group], axis=0, weights=scores[group])

    for row in sorted(range(len(scores)), key=lambda row: -scores[row]):
        same = [group for group in groups if kinds[group[0]] == kinds[row]]
        best = max(same, key=lambda group: overlap(mean(group), boxes[row]), default=None)
        if best is not None and overlap(mean(best), boxes[row]) > 0.55:
            best.append(row)
        else:
            groups.append([row])
    return sorted(
        (float(scores[g].mean() * min(len(g), count) / count), int(kinds[g[0]]), *mean(g).tolist()) for g in groups
    )


@pytest.mark.parametrize("seed", range(5))
def test_boxes_are_fused_as_one_by_one_without_a_loop_over_the_groups(seed: int) -> None:
    rng = np.random.default_rng(seed)
    objects = rng.uniform(0, 80, (12, 2))
    views = []
    for _ in range(5):
        corner = objects[rng.integers(0, 12, 20)] + rng.normal(0, 2, (20, 2))
        views.append(
            (np.hstack([corner, corner + rng.uniform(8, 14, (20, 2))]), rng.random(20), rng.integers(0, 2, 20))
        )
    boxes, scores, kinds = (list(part) for part in zip(*views, strict=True))
    fused = fuse_boxes(boxes, scores, kinds)
    rows = sorted(map(tuple, np.column_stack([fused.scores, fused.classes, fused.boxes]).tolist()))
    wanted = fused_one_by_one(*(np.concatenate(part) for part in (boxes, scores, kinds)), 5)
    assert np.array(rows) == pytest.approx(np.array(wanted))


def test_views_that_cannot_show_a_box_do_not_speak_against_it() -> None:
    left, right = np.array([[2, 2, 10, 10.0]]), np.array([[42, 2, 50, 10.0]])
    sure, kind = [np.array([0.8]), np.array([0.6])], [np.array([0]), np.array([0])]
    shows = np.ones((20, 60), np.int64)
    assert fuse_boxes([left, right], sure, kind, shows=shows).scores == pytest.approx([0.8, 0.6])
    shows[:, :20] = 2  # both views show the left one, and one has not found it
    assert fuse_boxes([left, right], sure, kind, shows=shows).scores == pytest.approx([0.6, 0.4])
    assert fuse_boxes([left, right], sure, kind).scores == pytest.approx([0.4, 0.3])


def test_crops_do_not_speak_against_a_box_outside_of_them() -> None:
    crops = [
        view(f"c{x}", f"From {x}", step("Crop", {"x_min": x, "x_max": x + 20, "y_min": 0, "y_max": 20}))
        for x in (0, 40)
    ]
    image = np.zeros((20, 60, 3), np.uint8)
    image[5:12, 44:52] = 255

    def says(seen: ImageArray) -> Output:
        y, x = np.nonzero(seen[..., 0])
        box = [[x.min(), y.min(), x.max() + 1, y.max() + 1]] if len(x) else np.zeros((0, 4))
        return Detections(np.array(box, np.float64), np.full(len(box), 0.7), np.zeros(len(box), np.int64))

    fused = merge_boxes(read_views(crops, Sample("s", image), Fake(ModelCard(output="boxes"), says)))
    assert fused.boxes == pytest.approx(np.array([[44, 5, 52, 12]]))
    assert fused.scores == pytest.approx([0.7])


def test_many_boxes_are_fused_and_boxes_without_a_score_are_no_error() -> None:
    corner = np.random.default_rng(1).uniform(0, 4_000, (1_000, 2))
    box, scores, kinds = np.hstack([corner, corner + 10]), np.full(1_000, 0.5), np.zeros(1_000, int)
    fused = fuse_boxes([box] * 8, [scores] * 8, [kinds] * 8)
    assert fused.views.min() == 8
    nothing = fuse_boxes([box[:1], box[:1]], [np.zeros(1)] * 2, [kinds[:1]] * 2)
    assert (nothing.boxes.tolist(), nothing.scores.tolist()) == (box[:1].tolist(), [0])


def test_boxes_of_all_views_are_about_one_object() -> None:
    image = np.zeros((40, 56, 3), np.uint8)
    image[8:20, 30:41] = 255

    def says(seen: ImageArray) -> Output:
        y, x = np.nonzero(seen[..., 0])
        box = np.array([[x.min(), y.min(), x.max() + 1, y.max() + 1]], np.float64)
        return Detections(box, np.array([0.7]), np.array([3]))

    card = ModelCard(output="boxes", values="probabilities")
    fused = merge_boxes(read_views(view_set("d4").make(card), Sample("s", image), Fake(card, says)))
    assert fused.boxes == pytest.approx(np.array([[30, 8, 41, 20]]))
    assert fused.scores == pytest.approx([0.7])
    assert fused.views.tolist() == [8]


def test_a_box_outside_of_the_picture_is_left_out() -> None:
    shifted = view("right", "Right", step("Affine", {"translate_px": {"x": (20, 20), "y": (0, 0)}, "border_mode": 0}))
    found = Detections(np.array([[2, 5, 15, 9], [25, 5, 35, 9.0]]), np.array([0.9, 0.8]), np.array([0, 0]))
    fused = merge_boxes(readings(found, each=shifted, card=ModelCard(output="boxes")))
    assert fused.boxes.tolist() == [[5, 5, 15, 9]]


# -- gain ---------------------------------------------------------------------------------------------------------


def test_gained_and_lost_are_counted_apart() -> None:
    found = gain([0, 0, 1, 1, 2], [0, 1, 1, 0, 0], [0, 0, 0, 1, 0])
    assert found == Gain(5, 2, 3, gained=2, lost=1)
    assert found.difference == pytest.approx(0.2)


@pytest.mark.parametrize(("gained", "lost"), [(0, 0), (5, 1), (1, 5), (3, 3), (12, 2)])
def test_the_test_is_mcnemars_with_mid_p(gained: int, lost: int) -> None:
    found = Gain(100, 50, 50 + gained - lost, gained, lost)
    changed, fewer = gained + lost, min(gained, lost)
    exact = binomtest(fewer, changed, 0.5).pvalue if changed else 1.0
    expected = exact - binom.pmf(fewer, changed, 0.5) if gained != lost else 1.0
    assert found.p_value == pytest.approx(expected)


def test_test_and_interval_say_the_same_of_a_few_pictures() -> None:
    found = Gain(20, 10, 15, gained=5, lost=0)
    assert found.p_value == pytest.approx(1 / 32)
    assert found.interval.low > 0


def test_the_interval_is_that_of_paired_images() -> None:
    found = Gain(50, 40, 46, gained=8, lost=2)
    up, down = 9 / 52, 3 / 52
    reach = 1.959964 * math.sqrt((up + down - (up - down) ** 2) / 52)
    assert found.interval == pytest.approx((up - down - reach, up - down + reach), abs=1e-6)
    assert "may as well be chance" in Gain(50, 40, 41, 2, 1).words
    assert "chance" not in Gain(500, 400, 450, 55, 5).words
    assert "chance" not in Gain(500, 450, 400, 5, 55).words
    assert Gain(0, 0, 0, 0, 0).interval == (-1.0, 1.0)


def test_the_curve_says_what_each_view_buys_and_costs() -> None:
    ticks = itertools.count(step=0.010)
    views = view_set("mirror").make(CLASSES)
    said = iter([classes(0.6, 0.4), classes(0.1, 0.9), classes(0.7, 0.3), classes(0.6, 0.4)])
    model = Fake(CLASSES, lambda _image: next(said))
    told = [read_views(views, noise(), model, clock=lambda: next(ticks)) for _ in range(2)]
    assert [(round(each.look_ms), round(each.model_ms)) for each in told[0]] == [(10, 10), (10, 10)]
    first, second = curve(told, [1, 0])
    assert (first.views, first.right, second.views, second.right) == (1, 1, 2, 2)
    assert first.ms == pytest.approx(20)
    assert second.ms == pytest.approx(40)
    assert (first.added, second.added) == ("As it is", "Mirrored")
    assert gain_of_classes(told, [1, 0]) == Gain(2, 1, 2, 1, 0)
    assert curve([], []) == ()


def test_one_slow_picture_does_not_move_the_time() -> None:
    seen = look(PLAIN, noise(), CLASSES)
    told = [[Reading(seen, classes(1, 0), ms / 2, ms / 2)] for ms in (10, 900, 12)]
    assert curve(told, [0, 0, 0])[0].ms == 12


def test_reading_can_be_stopped() -> None:
    class StoppedError(Exception):
        pass

    def stop(done: int, _count: int) -> None:
        if done == 2:
            raise StoppedError

    seen = []
    model = Fake(CLASSES, lambda image: seen.append(1) or classes(1, 0))  # type: ignore[func-returns-value]
    with pytest.raises(StoppedError):
        read_views(view_set("d4").make(CLASSES), noise(), model, on_progress=stop)
    assert len(seen) == 2


# -- witness ------------------------------------------------------------------------------------------------------


def brightness(image: ImageArray) -> Output:
    """Dark is class 0, light is class 1, the surer the farther from the middle."""
    light = float(image.mean()) / 255
    return classes(1 - light, light)


def flat(value: int, name: str = "flat") -> Sample:
    return Sample(name, np.full((32, 32, 3), value, np.uint8))


def test_three_answers_are_told_apart_and_the_surest_change_stands_first() -> None:
    model = Fake(CLASSES, brightness)
    assert witness(model, [(flat(20), [flat(226)])]).tally.unsure == 1
    found = witness(model, [(flat(20), [flat(30), flat(150), flat(240), flat(252)])])
    assert [(told.place, told.change) for told in found.augmented] == [
        (3, "sure"), (2, "sure"), (1, "unsure"), (0, "same"),
    ]  # fmt: skip
    assert [told.place for told in found.to_look_at] == [3, 2]
    assert (found.tally.same, found.tally.sure, found.tally.unsure) == (1, 2, 1)


def test_the_null_always_stands_beside_it() -> None:
    found = witness(Fake(CLASSES, brightness), [(flat(20, "a"), [flat(252)]), (flat(250, "b"), [])])
    assert len(found.null) == 2 * len(NULL)
    assert found.null_tally.sure == 0
    assert "1 of 1 augmented images" in found.words
    assert "0 of 6" in found.words
    assert "violat" not in found.words


def test_the_null_is_asked_about_pictures_that_were_changed() -> None:
    asked: list[bytes] = []

    def says(image: ImageArray) -> Output:
        asked.append(image.tobytes())
        return classes(1, 0)

    witness(Fake(CLASSES, says), [(noise(32, 32), [])])
    assert len(asked) == len(set(asked)) == 1 + len(NULL)


def test_the_null_turns_by_two_degrees_and_saves_as_jpeg() -> None:
    sample = noise(64, 64)
    ways = [look(each, sample, PIXELS).back for each in NULL]
    turns = [math.degrees(math.atan2(way.to_view[1, 0], way.to_view[0, 0])) for way in ways if way is not None]
    assert turns == pytest.approx([-2, 2, 0], abs=0.05)
    assert not np.array_equal(look(NULL[2], sample, PIXELS).image, sample.image)


def test_only_classes_of_the_whole_picture_are_witnesses() -> None:
    with pytest.raises(InputError, match="Take a classifier"):
        witness(Fake(PIXELS, half_blind), [(noise(), [])])
