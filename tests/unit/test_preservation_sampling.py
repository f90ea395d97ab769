"""How often labels survive, and who broke them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from augviz.pipeline.idling import only
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, PipelineSpec, Step, freeze
from augviz.policies.starting_points import GUIDE
from augviz.preservation.assess import broken
from augviz.preservation.blame import Blame, blame, shares
from augviz.preservation.check_examples import example_sample
from augviz.preservation.checks import CHECK_OF
from augviz.preservation.facts import facts_of
from augviz.preservation.measurement import known_of
from augviz.preservation.sampling import Row, Sampling, sample_checks
from augviz.sample import Boxes, Labels, Sample
from augviz.sample_library import load


def step(name: str, p: float = 1.0, **params: object) -> Step:
    return Step(name, freeze(params), p)


FLIP = step("HorizontalFlip")
CROP = step("RandomResizedCrop", size=(224, 224), scale=(0.08, 1.0))
EYES = (("left_eye", "right_eye"),)


def _several(count: int) -> list[Sample]:
    sample = example_sample()
    images = (np.clip(sample.image.astype(int) + shade, 0, 255).astype(np.uint8) for shade in range(count))
    return [Sample(f"{k}.png", image, sample.labels) for k, image in enumerate(images)]


def _blamed(spec: PipelineSpec, sample: Sample, found: Sampling, code: str, pairs: object = ()) -> tuple[Blame, Row]:
    row = found.failing(code)[0]
    known = known_of(spec, [sample], pairs)  # type: ignore[arg-type]
    told = blame(
        spec, sample, row.seed, CHECK_OF[code], limit=row.limit, object_id=row.object_id, name=row.name, known=known
    )
    return told, row


def test_the_same_call_gives_the_same_rows_and_more_images_leave_the_first_alone() -> None:
    spec = PipelineSpec((step("HorizontalFlip", 0.5), CROP))
    first = sample_checks(spec, _several(3), draws=2, seed=5)
    assert sample_checks(spec, _several(3), draws=2, seed=5).rows == first.rows
    more = sample_checks(spec, _several(4), draws=2, seed=5)
    assert tuple(row for row in more.rows if row.place < 3) == first.rows
    assert sample_checks(spec, _several(3), draws=2, seed=6).rows != first.rows


def test_draws_are_not_images() -> None:
    found = sample_checks(PipelineSpec((CROP,)), _several(2), draws=5)
    for result in found.results:
        assert result.images <= 2
        assert result.cautions <= 2


def test_59_images_without_a_failure_are_safe_and_58_are_not() -> None:
    spec = PipelineSpec((FLIP,))
    checks = (CHECK_OF["m11"],)
    assert sample_checks(spec, _several(59), checks=checks).results[0].claim.words == "safe at 5%"
    short = sample_checks(spec, _several(58), checks=checks).results[0]
    assert short.claim.words == "undecided: about 1 more image"
    assert short.severity == "safe"
    assert not short.is_decided


def test_moved_thresholds_decide() -> None:
    spec = PipelineSpec((step("Affine", scale=(0.9, 0.9)),))
    samples = _several(4)
    assert not sample_checks(spec, samples).failing("m11")
    assert len(sample_checks(spec, samples, thresholds={"m11.violating": 0.1}).failing("m11")) == 4


def test_facts_decide_which_checks_apply() -> None:
    spec = PipelineSpec((step("ToGray"),))
    assert "m16" not in {result.check.code for result in sample_checks(spec, _several(1)).results}
    told = sample_checks(spec, _several(3), facts=facts_of("colour_label"))
    assert len(told.failing("m16")) == 3


def test_a_fact_that_nobody_has_answered_makes_a_caution_that_says_so() -> None:
    spec, samples = PipelineSpec((step("ToGray"),)), _several(20)
    asked = sample_checks(spec, samples, facts=facts_of(unknown=["colour_label"]), checks=[CHECK_OF["m16"]])
    (result,) = asked.results
    assert (result.severity, result.violations, result.cautions) == ("caution", 0, 20)
    (told,) = broken(spec, samples, asked)
    assert (told.findings[0].severity, told.findings[0].step_id) == ("caution", "ToGray-1")
    assert "has not been answered: “Is colour part of what the label says?”" in told.findings[0].message
    known = sample_checks(spec, samples, facts=facts_of("colour_label"), checks=[CHECK_OF["m16"]])
    assert known.results[0].severity == "violating"


def test_too_few_images_for_a_range_say_so() -> None:
    few = sample_checks(PipelineSpec((FLIP,)), _several(3))
    (result,) = (result for result in few.results if result.check.code == "m20")
    assert result.images == 0
    assert "too few" in result.why_nothing
    grey = sample_checks(PipelineSpec((step("ToGray"),)), _several(20))
    (result,) = (result for result in grey.results if result.check.code == "m20")
    assert result.severity == "caution"
    assert {"saturation"} <= {row.name for row in grey.failing("m20")}


def test_progress_counts_and_what_it_raises_ends_the_work() -> None:
    seen: list[tuple[int, int]] = []
    sample_checks(PipelineSpec((FLIP,)), _several(3), draws=2, on_progress=lambda *at: seen.append(at))
    assert seen == [(k, 6) for k in range(1, 7)]

    def stop(done: int, count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sample_checks(PipelineSpec((FLIP,)), _several(3), on_progress=stop)


def test_a_step_that_cannot_run_is_reported_with_its_image() -> None:
    found = sample_checks(PipelineSpec((step("RandomCrop", height=500, width=500), FLIP)), _several(1))
    assert [(failure.image, failure.step_id) for failure in found.failures] == [("0.png", "RandomCrop-1")]


def test_the_gallery_shows_the_worst_samples_once_each() -> None:
    found = sample_checks(PipelineSpec((CROP,)), [load("coins")], draws=8)
    shown = found.gallery("m1", 4)
    assert len({row.seed for row in shown}) == 4
    assert [row.value for row in shown] == sorted(row.value for row in shown)
    assert shown[0].value == min(row.value for row in found.rows if row.code == "m1")


# Who broke it


@pytest.fixture(scope="module")
def coins_cropped() -> tuple[PipelineSpec, Sample, Sampling]:
    spec = PipelineSpec((step("HorizontalFlip", 0.5), CROP, step("RandomBrightnessContrast", 0.5)))
    coins = load("coins")
    return spec, coins, sample_checks(spec, [coins], draws=6)


@pytest.mark.parametrize("code", ["m1", "m3"])
def test_cropped_coins_are_the_fault_of_the_crop(
    coins_cropped: tuple[PipelineSpec, Sample, Sampling], code: str
) -> None:
    spec, coins, found = coins_cropped
    told, row = _blamed(spec, coins, found, code)
    assert (told.kind, told.transform) == ("caused by", "RandomResizedCrop")
    assert told.first_crossing == told.step_id == "RandomResizedCrop-1"
    assert told.before is not None
    assert told.after is not None
    assert told.before > 0.95 > told.limit > told.after
    assert told.object_id == row.object_id
    assert told.after == pytest.approx(row.value, abs=0.01)


def test_turned_coins_have_loose_boxes_unless_ellipses_are_turned() -> None:
    coins = load("coins")
    loose = PipelineSpec((FLIP, step("Rotate", limit=(40, 40), rotate_method="largest_box")))
    found = sample_checks(loose, [coins], checks=[CHECK_OF["m3"]])
    told, _row = _blamed(loose, coins, found, "m3")
    assert (told.kind, told.transform) == ("caused by", "Rotate")
    tight = loose.edit("Rotate-1", lambda node: node.with_param("rotate_method", "ellipse"))  # type: ignore[union-attr]
    better = sample_checks(tight, [coins], checks=[CHECK_OF["m3"]])
    assert len(better.failing("m3")) < len(found.failing("m3")) / 3


def test_a_mirrored_cat_keeps_the_names_of_its_eyes() -> None:
    cat = load("cat")
    spec = PipelineSpec((step("RandomBrightnessContrast"), FLIP))
    found = sample_checks(spec, [cat], checks=[CHECK_OF["m8"]])  # the names themselves say that they are a pair
    told, row = _blamed(spec, cat, found, "m8", EYES)
    assert (told.kind, told.transform, told.before, told.after) == ("caused by", "HorizontalFlip", 0, 2)
    assert row.name == "left_eye, right_eye"
    assert sample_checks(spec, [cat], swap_pairs=EYES, checks=[CHECK_OF["m8"]]).rows == found.rows


def test_names_that_change_places_with_the_image_break_nothing() -> None:
    cat = load("cat")
    swapping = PipelineSpec((step("RandomBrightnessContrast"), FLIP), swaps=EYES)
    found = sample_checks(swapping, [cat], checks=[CHECK_OF["m8"]])
    assert not found.failing("m8")
    assert found.results[0].images == 1, "it was looked at"
    others = replace(swapping, swaps=(("nose", "tail"),))
    assert sample_checks(others, [cat], checks=[CHECK_OF["m8"]]).failing("m8")


def test_names_without_a_side_leave_nothing_to_look_at() -> None:
    plain = Sample("a.png", example_sample().image, Labels(Boxes.of([[10, 10, 50, 50]], ["dog"])))
    (result,) = sample_checks(PipelineSpec((FLIP,)), [plain], checks=[CHECK_OF["m8"]]).results
    assert (result.images, result.why_nothing) == (0, "no names are said to change places in a mirror image")


def test_two_crops_that_only_together_cut_off_too_much_are_an_interaction() -> None:
    from_left = step("CropAndPad", px=(0, 0, 0, -52), keep_size=False)
    from_right = step("CropAndPad", px=(0, -52, 0, 0), keep_size=False)
    spec = PipelineSpec((from_left, from_right))
    sample, moved = example_sample(), {"m1.violating": 0.7, "m1.caution": 0.7}
    found = sample_checks(spec, [sample], checks=[CHECK_OF["m1"]], thresholds=moved)
    told, _row = _blamed(spec, sample, found, "m1")
    assert told.kind == "interaction of"
    assert told.steps == ("CropAndPad-1", "CropAndPad-2")
    assert told.step_id == told.first_crossing == "CropAndPad-2"


def test_a_step_that_is_left_out_leaves_the_choice_of_its_group() -> None:
    spec = PipelineSpec((Group("OneOf", (FLIP, step("VerticalFlip"))), CROP))
    sample = example_sample()
    for seed in range(6):
        whole = {t.step_id for t in run(spec, sample, seed).trace if t.fired}
        part = {t.step_id for t in run(only(spec, ["RandomResizedCrop-1"]), sample, seed).trace if t.fired}
        assert part == whole


def test_what_is_wrong_without_any_step_is_nobodys_fault() -> None:
    sample, spec = example_sample(), PipelineSpec((FLIP,))
    told = blame(spec, sample, 1, CHECK_OF["m1"], limit=2.0, object_id=0)
    assert (told.kind, told.steps, told.step_id) == ("in the original", (), None)


def test_shares_count_images() -> None:
    spec, coins = PipelineSpec((CROP,)), load("coins")
    found = sample_checks(spec, [coins], draws=3, checks=[CHECK_OF["m1"]])
    told, _row = _blamed(spec, coins, found, "m1")
    (share,) = shares([("a", told), ("a", told), ("b", told)])
    assert (share.step_id, share.images, share.of) == ("RandomResizedCrop-1", 2, 2)


def test_what_is_broken_becomes_findings_that_name_the_step() -> None:
    spec = PipelineSpec((step("RandomBrightnessContrast", 0.5), FLIP, step("Rotate", limit=(35, 45))))
    samples = [load("coins"), *_several(2)]
    sampling = sample_checks(spec, samples, swap_pairs=EYES)
    told = {one.result.check.code: one for one in broken(spec, samples, sampling)}
    loose, sides = told["m3"].findings[0], told["m8"].findings[0]
    assert (loose.severity, loose.transform, loose.images) == ("violating", "Rotate", 3)
    assert (sides.step_id, sides.images, sides.violations) == ("HorizontalFlip-1", 2, 2)
    assert "left_eye, right_eye" in sides.message
    assert next(one.result.severity for one in broken(spec, samples, sampling)) == "violating"
    assert broken(PipelineSpec(), samples, sample_checks(PipelineSpec(), samples)) == ()


def test_a_fill_that_was_asked_for_is_no_new_class() -> None:
    turn = {"limit": (30, 30), "fill_mask": 255}
    spec, checks = PipelineSpec((step("Rotate", **turn),)), [CHECK_OF["m9"]]
    assert not sample_checks(spec, _several(1), checks=checks).failing("m9")
    between = PipelineSpec((step("Rotate", **turn, mask_interpolation=1),))
    assert sample_checks(between, _several(1), checks=checks).failing("m9")


def test_the_guides_own_pipeline_breaks_no_label_of_a_cat() -> None:
    """But for the names of its eyes, as long as they do not change places in the mirror images."""
    assert sample_checks(GUIDE.spec, [load("cat")], draws=10).failing("m8")
    found = sample_checks(replace(GUIDE.spec, swaps=EYES), [load("cat")], draws=10)
    assert not [row for row in found.rows if row.severity == "violating"]


@pytest.mark.parametrize("side", [8, 16, 64])
def test_a_thumbnail_shows_all_of_an_object(side: int) -> None:
    """Small is not cut off: that an object shrank is the business of another check."""
    found = sample_checks(PipelineSpec((step("Resize", height=side, width=side),)), [load("cat")], draws=1)
    assert min(row.value for row in found.rows if row.code == "m1") > 0.85


def test_a_sample_in_which_a_step_failed_is_not_counted() -> None:
    spec = PipelineSpec((step("RandomCrop", height=2000, width=2000), CROP))
    found = sample_checks(spec, _several(2), draws=2)
    assert {result.images for result in found.results} == {0}
    assert {result.why_nothing for result in found.results} == {"a step could not run"}
    assert len(found.failures) == 4
