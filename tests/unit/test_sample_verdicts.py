"""The verdict on the app's own sample images: the step that breaks the label is named, and how badly.

What is known about the labels is what their names give away, and what the profile says; nothing is said by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from augviz.pipeline.spec import BoxPolicy, Node, PipelineSpec
from augviz.policies.starting_points import starting_point
from augviz.preservation.assess import Broken, broken
from augviz.preservation.facts import Facts
from augviz.preservation.finding import Finding
from augviz.preservation.judge import judge
from augviz.preservation.prefill import paired_names, prefill
from augviz.preservation.profiles import PROFILE_OF
from augviz.preservation.rules.rule import do
from augviz.preservation.sampling import sample_checks
from augviz.sample import Boxes, Labels, Sample
from augviz.sample_library import load

LIGHT = do("RandomBrightnessContrast", 0.5, brightness_limit=(-0.1, 0.1), contrast_limit=(-0.1, 0.1))
FLIP, OVER = do("HorizontalFlip", 0.5), do("VerticalFlip", 0.5)


@dataclass(frozen=True)
class Told:
    """What rules and checks say about one sample image."""

    facts: Facts
    rules: tuple[Finding, ...]
    checks: tuple[Broken, ...]

    def of(self, severity: str) -> set[tuple[str, str | None]]:
        """``(code, step)`` of everything with this severity; the step is None for the whole pipeline."""
        found = [*self.rules, *(finding for each in self.checks for finding in each.findings)]
        return {(each.code, each.step_id) for each in found if each.severity == severity}

    def check(self, code: str) -> Broken:
        """One check that fails."""
        return next(each for each in self.checks if each.result.check.code == code)


def told(sample: Sample, profile: str, steps: Sequence[Node] | PipelineSpec, draws: int = 6) -> Told:
    """Judge a pipeline on one sample image; names of points that differ in their side are a pair."""
    spec = steps if isinstance(steps, PipelineSpec) else PipelineSpec(tuple(steps), boxes=BoxPolicy(min_visibility=0.1))
    facts = prefill([sample.labels], PROFILE_OF[profile])
    pairs = tuple({tuple(sorted(pair)) for pair in paired_names(sample.labels.keypoints.labels).items()})
    sampling = sample_checks(spec, [sample], draws=draws, facts=facts, swap_pairs=pairs)  # type: ignore[arg-type]
    return Told(facts, judge(spec, facts, profile, [sample]), broken(spec, [sample], sampling))


@cache
def digit(name: str) -> Sample:
    """One of the handwritten digits by itself, with the box around it."""
    digits = load("digits")
    x1, y1, x2, y2 = digits.labels.boxes.xyxy[digits.labels.boxes.labels.index(name)].astype(int)
    cut = np.ascontiguousarray(digits.image[y1 - 4 : y2 + 4, x1 - 4 : x2 + 4])
    return Sample(name, cut, Labels(Boxes.of([[4, 4, x2 - x1 + 4, y2 - y1 + 4]], [name]), label=name))


# Mirrors and turns


def test_the_mirrored_chest_has_its_sides_swapped() -> None:
    found = told(load("chest"), "chest-xray", (LIGHT, FLIP))
    assert found.facts.reasons["left_right_labels"] == "because there is a class “right lung”"
    assert found.of("violating") == {("X02", "HorizontalFlip-1")}
    assert found.of("caution") == {("m8", "HorizontalFlip-1")}


@pytest.mark.parametrize("name", ["6", "9"])
@pytest.mark.parametrize(("steps", "guilty"), [
    ((LIGHT, do("Rotate", limit=(180, 180))), {("D03", "Rotate-1")}),
    ((LIGHT, do("D4")), {("D01", "D4-1"), ("D03", "D4-1")}),
    ((FLIP, LIGHT, OVER), {("D01", "HorizontalFlip-1"), ("D02", "VerticalFlip-1"), ("D03", None)}),
])  # fmt: skip
def test_a_six_and_a_nine_must_not_change_places(
    name: str, steps: tuple[Node, ...], guilty: set[tuple[str, str | None]]
) -> None:
    found = told(digit(name), "digits", steps, draws=2)
    assert found.of("violating") == guilty


def test_a_digit_by_its_name_alone_is_known_to_have_a_right_way_up() -> None:
    facts = prefill([digit("6").labels], PROFILE_OF["natural"])
    assert {"orientation_label", "directional_or_text"} <= facts.yes


def test_road_signs_upside_down() -> None:
    found = told(load("road"), "road-scene", (LIGHT, OVER), draws=2)
    assert {step for _code, step in found.of("violating")} == {"VerticalFlip-1"}
    assert ("TS1", "VerticalFlip-1") in found.of("violating")


def test_the_eyes_of_a_mirrored_cat_keep_the_wrong_names() -> None:
    found = told(load("cat"), "keypoints", (LIGHT, FLIP))
    assert found.of("violating") == {("K01", "HorizontalFlip-1")}
    eyes = found.check("m8")
    assert (eyes.blame.kind, eyes.blame.step_id) == ("caused by", "HorizontalFlip-1")
    assert eyes.row.severity == "violating"
    assert eyes.findings[0].severity == "caution"  # one image proves no rate


# Details, colours, crops


def test_a_blurred_crack_is_gone() -> None:
    found = told(load("plate"), "industrial", (LIGHT, do("GaussianBlur")))
    assert found.of("violating") == {("I01", "GaussianBlur-1")}
    assert found.of("caution") == {("m18b", "GaussianBlur-1")}


def test_a_red_light_changes_its_colour() -> None:
    found = told(load("road"), "road-scene", (LIGHT, do("ColorJitter")), draws=4)
    assert found.facts.reasons["colour_label"].startswith("because there is a class “traffic light red”")
    assert found.of("violating") == {("TS5", "ColorJitter-1")}
    assert {("m15b", "ColorJitter-1")} <= found.of("caution")
    assert {step for _code, step in found.of("caution")} == {"ColorJitter-1"}
    assert found.check("m15b").row.severity == "violating"


def test_coins_are_cut_away() -> None:
    found = told(load("coins"), "detection", (LIGHT, do("RandomResizedCrop", size=(224, 224), scale=(0.08, 1.0))))
    assert found.of("violating") == set()
    assert {("N06", "RandomResizedCrop-1"), ("m1", "RandomResizedCrop-1")} <= found.of("caution")
    assert {step for _code, step in found.of("caution")} == {"RandomResizedCrop-1"}
    assert found.check("m1").row.severity == "violating"


def test_boxes_of_round_coins_become_loose() -> None:
    found = told(load("coins"), "detection", (LIGHT, do("Rotate", limit=(-45, 45), rotate_method="largest_box")))
    assert found.of("violating") == {("B16", "Rotate-1")}
    loose = found.check("m3")
    assert (loose.blame.kind, loose.blame.step_id, loose.row.severity) == ("caused by", "Rotate-1", "violating")


# The guide's own pipeline


def test_the_guides_cat_is_doubtful_for_its_quarter_turns_only() -> None:
    cat = load("cat")
    outlined = cat.with_labels(Labels(masks=cat.labels.masks, label=cat.labels.label))
    found = told(outlined, "natural", starting_point("guide").spec, draws=16)
    assert found.of("violating") == set()
    assert found.of("caution") == {("N03", "RandomRotate90-1")}


def test_boxes_of_the_guides_cat_are_a_little_loose_now_and_then_and_nothing_worse() -> None:
    cat = load("cat")
    boxed = cat.with_labels(Labels(cat.labels.boxes, cat.labels.masks, label=cat.labels.label))
    spec = starting_point("guide").spec
    found = told(boxed, "natural", spec, draws=16)
    assert found.of("violating") == set()
    assert {code for code, _step in found.of("caution")} <= {"N03", "m3"}
    # That caution is true: turned by 15° and zoomed, the box is by its measure just below the limit, in 1 draw of 50.
    many = sample_checks(spec, [boxed], draws=50, checks=[found.check("m3").result.check])
    values = [row.value for row in many.rows]
    assert min(values) > 0.7
    assert sum(value < 0.8 for value in values) <= 3
