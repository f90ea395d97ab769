"""The whole verdict: what stands in it, what it counts, and what it is told about on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from augviz.pipeline.draws import sample_seed
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, PipelineSpec, Step, freeze
from augviz.preservation.assess import Assessment, Broken, Premeasured, assess
from augviz.preservation.blame import Blame
from augviz.preservation.check_examples import example_sample
from augviz.preservation.facts import Facts, facts_of
from augviz.preservation.intervals import wilson
from augviz.preservation.judge import survey_for
from augviz.preservation.measurement import measure_checks
from augviz.preservation.showing import strongest_draws
from augviz.sample import Labels, Sample
from augviz.sample_library import load


def step(name: str, p: float = 1.0, **params: object) -> Step:
    return Step(name, freeze(params), p)


LIGHT = step("RandomBrightnessContrast", 0.5, brightness_limit=(-0.1, 0.1), contrast_limit=(-0.1, 0.1))
CROP = step("RandomResizedCrop", size=(96, 128), scale=(0.08, 0.3))


def several(count: int) -> list[Sample]:
    sample = example_sample()
    images = (np.clip(sample.image.astype(int) + shade, 0, 255).astype(np.uint8) for shade in range(count))
    return [Sample(f"{k}.png", image, sample.labels) for k, image in enumerate(images)]


def assessed(steps: Sequence[Step], samples: Sequence[Sample], *facts: str, **more: object) -> Assessment:
    return assess(PipelineSpec(tuple(steps)), samples, "natural", facts_of(*facts), **more)  # type: ignore[arg-type]


def test_one_image_without_a_failure_is_not_called_safe() -> None:
    found = assessed([LIGHT], several(1), draws=4)
    assert (found.standing, found.more_images) == ("undecided", 58)


def test_without_images_the_rules_alone_decide() -> None:
    assert assessed([LIGHT], ()).standing == "safe"
    found = assessed([step("HorizontalFlip", 0.5)], (), "left_right_labels")
    assert (found.standing, found.sampling) == ("violating", None)
    assert found.verdict_on("HorizontalFlip-1") == "violating"


def test_every_failing_sample_is_replayed_and_a_step_is_counted_once_an_image() -> None:
    found = assessed([LIGHT, CROP], several(3), draws=3, replays=99)
    assert found.sampling is not None
    visible = next(one for one in found.broken if one.result.check.code == "m1")
    failing = {(row.place, row.draw) for row in found.sampling.failing("m1")}
    assert {(one.row.place, one.row.draw) for one in visible.samples} == failing
    assert len(visible.samples) == len(failing) > 3
    assert sorted(one.row.place for one in visible.samples[:3]) == [0, 1, 2]
    assert visible.are_all_images_replayed
    assert [(share.step_id, share.images, share.of) for share in visible.shares] == [("RandomResizedCrop-1", 3, 3)]
    assert (visible.row.value, visible.left_out) == (min(row.value for row in found.sampling.failing("m1")), 0)


def test_without_replays_the_worst_sample_of_each_check_is_blamed_all_the_same() -> None:
    found = assessed([CROP], several(3))
    assert {len(one.samples) for one in found.broken} == {1}
    assert all(one.blame.steps == ("RandomResizedCrop-1",) for one in found.broken)
    assert all(one.left_out == one.result.cautions - 1 for one in found.broken)
    assert max(one.left_out for one in found.broken) > 0


def test_the_images_to_replay_are_not_chosen_by_how_bad_they_are() -> None:
    found = assessed([CROP], several(12), replays=1)
    full = assessed([CROP], several(12), replays=999)
    few = assessed([CROP], several(12), replays=4 * len(full.broken))
    for one in few.broken:
        others = [each.row.place for each in one.samples[1:]]
        assert others == sorted(others)
        assert (
            others
            == [
                place
                for place in sorted({each.row.place for each in _whole(full, one).samples})
                if place != one.row.place
            ][: len(others)]
        )
    assert [one.row for one in found.broken] == [one.row for one in full.broken]


def _whole(found: Assessment, like: Broken) -> Broken:
    return next(one for one in found.broken if one.result.check.code == like.result.check.code)


def test_replays_that_are_remembered_are_not_made_again() -> None:
    kept: dict[tuple[object, ...], Blame] = {}
    made: list[tuple[object, ...]] = []

    def remember(about: tuple[object, ...], replay: Callable[[], Blame]) -> Blame:
        if about not in kept:
            made.append(about)
            kept[about] = replay()
        return kept[about]

    first = assessed([CROP], several(2), remember=remember)
    count = len(made)
    again = assessed([CROP], several(2), remember=remember)
    assert (len(made), count > 0) == (count, True)
    assert again.findings == first.findings


def test_images_without_objects_can_be_safe() -> None:
    plain = [sample.with_labels(Labels(label="cat")) for sample in several(59)]
    found = assessed([LIGHT], plain, thresholds={"m20.caution": 1e6})
    assert (found.standing, found.more_images) == ("safe", 0)


def test_many_cautions_are_not_hidden_behind_one_violation() -> None:
    """What is counted are all images that crossed a limit, not those few that crossed the harder one."""
    spec = PipelineSpec((step("Crop", x_min=70, y_min=0, x_max=128, y_max=96),))
    found = assess(spec, several(30), "natural", Facts(), thresholds={"m1.violating": 0.0, "m1.caution": 0.99})
    result = next(one for one in found.sampling.results if one.check.code == "m1")  # type: ignore[union-attr]
    assert (result.severity, result.violations, result.failing) == ("caution", 0, 30)
    assert result.words == "above 5%"
    assert result.interval == wilson(30, 30)


def test_findings_of_checks_stand_beside_those_of_rules_at_their_step() -> None:
    found = assessed([LIGHT, CROP], several(8))
    codes = {one.code for one in found.about("RandomResizedCrop-1")}
    assert {"m1", "N06"} <= codes
    assert found.verdict_on("RandomBrightnessContrast-1") == "safe"
    assert {one.step_id for one in found.findings if one.severity == "violating"} == {"RandomResizedCrop-1"}


def test_it_tells_how_far_it_is_stage_by_stage() -> None:
    told: list[tuple[str, int, int]] = []
    assessed([CROP], several(2), draws=2, on_progress=lambda *now: told.append(now))
    assert list(dict.fromkeys(stage for stage, _done, _count in told)) == ["steps", "samples", "causes"]
    for stage in ("steps", "samples", "causes"):
        counts = [(done, count) for name, done, count in told if name == stage]
        assert [done for done, _count in counts] == list(range(1, counts[-1][1] + 1))
        assert len({count for _done, count in counts}) == 1


@pytest.mark.parametrize("stage", ["steps", "samples", "causes"])
def test_what_the_listener_raises_ends_the_work(stage: str) -> None:
    def stop(name: str, _done: int, _count: int) -> None:
        if name == stage:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        assessed([CROP], several(2), on_progress=stop)


def test_a_measurement_that_is_handed_in_is_not_made_again() -> None:
    spec, samples = PipelineSpec((CROP,)), several(1)
    measured = survey_for(spec, samples, "natural")
    told: list[str] = []
    again = assess(
        spec,
        samples,
        "natural",
        Facts(),
        known=Premeasured(measured, None, measure_checks(spec, samples)),
        on_progress=lambda stage, *_now: told.append(stage),
    )
    assert set(told) <= {"causes"}
    assert again.findings == assess(spec, samples, "natural", Facts()).findings


def test_the_draw_to_show_is_one_in_which_the_step_fired() -> None:
    cat = load("cat")
    spec = PipelineSpec((step("HorizontalFlip", 0.3), step("Rotate", 0.5, limit=(-90, 90)), LIGHT))
    found = strongest_draws(spec, [cat], [node.id for node in spec.walk()])
    assert set(found) == {node.id for node in spec.walk()}
    for step_id, shown in found.items():
        trace = run(spec, cat, shown.seed).trace
        assert [one.fired for one in trace if one.step_id == step_id] == [True]


def test_the_draw_to_show_is_the_one_in_which_the_step_went_farthest() -> None:
    cat, spec = load("cat"), PipelineSpec((step("Rotate", limit=(-90, 90)),))
    turned = {
        seed: abs(float(run(spec, cat, seed).trace[0].drawn[0].text.rstrip("°")))
        for seed in (sample_seed(0, place) for place in range(16))
    }
    assert turned[strongest_draws(spec, [cat], ["Rotate-1"])["Rotate-1"].seed] == max(turned.values())


def test_a_pipeline_in_which_nothing_can_happen_is_safe() -> None:
    for steps in ([], [step("HorizontalFlip", 0.0)]):
        assert assessed(steps, several(1)).standing == "safe"


def test_each_step_that_breaks_images_has_a_finding_of_its_own() -> None:
    """Half of the images are cut by one step, half by the other."""
    cut = {"x_min": 70, "y_min": 0, "x_max": 128, "y_max": 96}
    either = Group("OneOf", (step("Crop", 0.5, **cut), step("CenterCrop", 0.5, height=20, width=30)), p=1.0)
    found = assess(PipelineSpec((LIGHT, either)), several(12), "natural", Facts(), replays=999)
    visible = next(one for one in found.broken if one.result.check.code == "m1")
    assert {finding.step_id for finding in visible.findings} == {"Crop-1", "CenterCrop-1"}
    assert sum(finding.violations for finding in visible.findings) == visible.result.failing
    for finding in visible.findings:
        sample = visible.sample_of(finding)
        assert sample is not None
        assert sample.blame.step_id == finding.step_id
