"""What everybody does must not be called wrong: three everyday pipelines for each profile, and the cases that are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from augviz.pipeline.effects import TEST_IMAGE
from augviz.pipeline.run import run
from augviz.pipeline.spec import BoxPolicy, Group, Node, PipelineSpec, Step
from augviz.policies.starting_points import starting_point
from augviz.preservation import judge
from augviz.preservation.facts import Facts
from augviz.preservation.finding import Finding
from augviz.preservation.prefill import known_pairs
from augviz.preservation.profiles import PROFILE_OF, PROFILES
from augviz.preservation.rules.rule import do
from augviz.preservation.sampling import sample_checks

SMALL = run(PipelineSpec((Step("CenterCrop", {"height": 192, "width": 256}),)), TEST_IMAGE, 0).after

LIGHT = do("RandomBrightnessContrast", 0.5, brightness_limit=(-0.1, 0.1), contrast_limit=(-0.1, 0.1))
MORE_LIGHT = do("RandomBrightnessContrast", 0.5)
HUE = do("ColorJitter", 0.5, hue=(-0.02, 0.02))
GRAIN = do("GaussNoise", 0.3, std_range=(0.01, 0.04))
SOFT = do("GaussianBlur", 0.2, blur_limit=0, sigma_limit=(0.2, 0.5))
FLIP = do("HorizontalFlip", 0.5)
CROP = do("RandomResizedCrop", 1.0, size=(160, 160), scale=(0.5, 1.0))
CAREFUL_CROP = do("RandomResizedCrop", 1.0, size=(160, 160), scale=(0.85, 1.0))
DROPOUT = do("CoarseDropout", 0.3, num_holes_range=(1, 1), hole_height_range=(0.1, 0.2), hole_width_range=(0.1, 0.2))


def tilt(degrees: float, zoom: float = 0.05) -> Step:
    scale = (1 - zoom, 1 + zoom)
    return do("Affine", 0.5, rotate=(-degrees, degrees), scale=scale, keep_ratio=True, border_mode=4)


EVERYDAY: dict[str, list[tuple[Node, ...]]] = {
    "natural": [(FLIP, CROP, MORE_LIGHT, HUE), (FLIP, tilt(15), SOFT), (FLIP, CROP, DROPOUT)],
    "fine-grained": [(FLIP, tilt(15), LIGHT), (FLIP, CAREFUL_CROP, LIGHT), (FLIP, HUE, SOFT)],
    "digits": [(tilt(10), LIGHT), (do("ElasticTransform", 0.5, alpha=40, sigma=8), GRAIN), (tilt(8), GRAIN, LIGHT)],
    "detection": [(FLIP, tilt(8), MORE_LIGHT), (FLIP, HUE, GRAIN), (FLIP, CROP, MORE_LIGHT)],
    "segmentation": [(FLIP, tilt(10), LIGHT), (FLIP, CROP, HUE), (FLIP, GRAIN, SOFT)],
    "keypoints": [(tilt(30), LIGHT), (HUE, GRAIN), (tilt(15, 0.2), DROPOUT)],
    "chest-xray": [(tilt(7), LIGHT), (LIGHT, GRAIN), (tilt(5), CAREFUL_CROP)],
    "ct-mri": [(tilt(15), GRAIN), (tilt(10), SOFT), (tilt(15), LIGHT)],
    "dermatology": [(do("D4"), LIGHT), (FLIP, tilt(45), SOFT), (do("RandomRotate90"), HUE)],
    "histology": [(do("D4"), LIGHT), (FLIP, do("RandomRotate90"), HUE), (do("D4"), GRAIN, SOFT)],
    "fundus": [(tilt(10), LIGHT), (LIGHT, do("PlanckianJitter", 0.3)), (tilt(15), GRAIN)],
    "aerial": [(do("D4"), LIGHT), (FLIP, do("RandomRotate90"), GRAIN), (do("D4"), tilt(20, 0.2))],
    "multispectral": [
        (do("D4"), GRAIN), (do("RandomRotate90"), do("MultiplicativeNoise", 0.5)), (FLIP, tilt(20), GRAIN)
    ],
    "document": [
        (do("Rotate", 0.5, limit=(-3, 3)), MORE_LIGHT),
        (do("Perspective", 0.5, scale=(0.02, 0.04), fit_output=True), GRAIN),
        (do("ImageCompression", 0.5, quality_range=(50, 90)), do("RandomShadow", 0.3), SOFT),
    ],
    "road-scene": [
        (tilt(4), MORE_LIGHT), (do("RandomRain", 0.3), LIGHT), (do("MotionBlur", 0.3, blur_limit=(3, 5)), GRAIN)
    ],
    "face": [(FLIP, tilt(15), LIGHT), (FLIP, HUE), (tilt(20), GRAIN, DROPOUT)],
    "shop": [(tilt(10), LIGHT, HUE), (FLIP, LIGHT), (tilt(10), DROPOUT)],
    "industrial": [(tilt(3, 0.02), LIGHT), (FLIP, LIGHT), (LIGHT, GRAIN)],
    "agriculture": [(do("D4"), LIGHT), (FLIP, CROP, LIGHT), (do("RandomRotate90"), tilt(20), GRAIN)],
    "tiny": [
        (FLIP, tilt(15)), (FLIP, do("RandomResizedCrop", size=(32, 32), scale=(0.8, 1.0))), (FLIP, LIGHT, DROPOUT)
    ],
}  # fmt: skip


def found_in(spec: PipelineSpec, profile: str, facts: Facts | None = None) -> tuple[Finding, ...]:
    """What the rules say, measured on a small image with few draws."""
    said = PROFILE_OF[profile].as_facts() if facts is None else facts
    survey = judge.survey(spec, (SMALL,), draws=8)
    return judge.findings(judge.cases(survey, judge.targets_of((), said, profile), said, profile))


@pytest.mark.parametrize(("profile", "steps"), [(name, steps) for name, rows in EVERYDAY.items() for steps in rows])
def test_an_everyday_pipeline_is_not_called_wrong(profile: str, steps: tuple[Node, ...]) -> None:
    policy = BoxPolicy(min_visibility=0.3, check_each_transform=False)
    found = found_in(PipelineSpec(steps, boxes=policy), profile)
    doubts = [(each.code, each.severity, each.transform, each.value) for each in found if each.severity == "caution"]
    assert [each.code for each in found if each.severity == "violating"] == []
    assert len(doubts) <= 1, doubts


@pytest.mark.parametrize(("profile", "steps"), [(name, steps) for name, rows in EVERYDAY.items() for steps in rows])
def test_an_everyday_pipeline_breaks_no_label_also_where_nobody_has_answered(
    profile: str, steps: tuple[Node, ...]
) -> None:
    policy = BoxPolicy(min_visibility=0.3, check_each_transform=False)
    open_facts = replace(PROFILE_OF[profile].as_facts(), unknown=frozenset({"colour_label", "small_details"}))
    pairs = known_pairs([SMALL.labels], ())  # the eyes of the test image; whoever mirrors them gives the pairs
    found = sample_checks(PipelineSpec(steps, boxes=policy, swaps=pairs), (SMALL,), draws=4, facts=open_facts)
    assert [result.check.code for result in found.results if result.violations] == []
    doubts = {result.check.code for result in found.results if result.cautions}
    cut_off = {"m1", "m2", "m4", "m7"} if "RandomResizedCrop" in {node.name for node in steps} else set()
    assert doubts - cut_off <= {"m15b"}  # another lamp, where colour may be the label


def test_every_profile_has_three_everyday_pipelines() -> None:
    assert set(EVERYDAY) == {profile.id for profile in PROFILES}
    assert all(len(rows) >= 3 for rows in EVERYDAY.values())


def test_the_guides_pipeline_on_a_cat_is_doubtful_for_its_quarter_turns_only() -> None:
    found = found_in(starting_point("guide").spec, "natural")
    assert [(each.severity, each.transform) for each in found if each.severity in ("violating", "caution")] == [
        ("caution", "RandomRotate90")
    ]


def worst(spec: PipelineSpec, profile: str, *facts: str) -> dict[str | None, list[str]]:
    """Codes of violating findings by step."""
    said = PROFILE_OF[profile].as_facts()
    for fact in facts:
        said = said.says(fact, "yes")
    found: dict[str | None, list[str]] = {}
    for each in found_in(spec, profile, said):
        if each.severity == "violating":
            found.setdefault(each.step_id, []).append(each.code)
    return found


def test_a_chest_film_with_sides_must_not_be_mirrored() -> None:
    found = worst(PipelineSpec((FLIP, LIGHT)), "chest-xray", "left_right_labels")
    assert found == {"HorizontalFlip-1": ["X02"]}


def test_a_chest_film_whose_sides_nobody_asked_about_is_doubtful() -> None:
    found = found_in(PipelineSpec((FLIP,)), "chest-xray")
    assert judge.verdict(found) == "caution"
    assert judge.verdict(found, "HorizontalFlip-1") == "caution"


@pytest.mark.parametrize(
    ("steps", "step_id"),
    [
        ((do("Rotate", limit=(180, 180)),), "Rotate-1"),
        ((do("D4"),), "D4-1"),
        ((do("SafeRotate", limit=(170, 190)),), "SafeRotate-1"),
        ((do("HorizontalFlip", 0.1), do("VerticalFlip", 0.1)), None),
    ],
)
def test_a_six_becomes_a_nine_however_it_is_turned(steps: tuple[Node, ...], step_id: str | None) -> None:
    assert "D03" in worst(PipelineSpec(steps), "digits")[step_id]


def test_two_flips_in_one_choice_do_not_add_up() -> None:
    either = Group("OneOf", (do("HorizontalFlip", 0.5), do("VerticalFlip", 0.5)), p=1.0)
    assert None not in worst(PipelineSpec((either,)), "digits")


def test_road_signs_must_not_be_upside_down() -> None:
    assert worst(PipelineSpec((do("VerticalFlip", 0.5),)), "road-scene") == {"VerticalFlip-1": ["TS1"]}


def test_a_hairline_crack_must_not_be_blurred() -> None:
    assert worst(PipelineSpec((do("GaussianBlur", 0.3, blur_limit=(3, 7)), LIGHT)), "industrial") == {
        "GaussianBlur-1": ["I01"]
    }


def test_a_traffic_light_must_not_change_its_colour() -> None:
    assert worst(PipelineSpec((do("ColorJitter", 0.5), LIGHT)), "road-scene") == {"ColorJitter-1": ["TS5"]}


def test_coins_cut_small_are_doubtful_and_turned_boxes_of_round_coins_wrong() -> None:
    said = PROFILE_OF["detection"].as_facts()
    steps = (do("RandomResizedCrop", size=(160, 160)), do("Rotate", 0.5, limit=(-45, 45)))
    survey = judge.survey(PipelineSpec(steps), (SMALL,), draws=8)
    targets = replace(judge.targets_of((), said, "detection"), are_boxes_round=True)
    found = judge.findings(judge.cases(survey, targets, said, "detection"))
    by_step = {(each.step_id, each.code) for each in found}
    assert {("RandomResizedCrop-1", "N06"), ("Rotate-1", "B16")} <= by_step


def test_safe_never_hides_violating() -> None:
    found = found_in(PipelineSpec((do("RandomRotate90"),)), "chest-xray")
    assert judge.verdict(found) == "violating"
    assert "safe" not in {each.severity for each in found if each.step_id is not None}


def test_a_step_that_stops_on_the_users_own_images_says_why() -> None:
    """Training would stop there; on the built-in image it may only be too small."""
    too_large = PipelineSpec((do("RandomCrop", height=4000, width=4000),))
    own = judge.judge(too_large, Facts(), "natural", (SMALL,), draws=1)
    assert [(each.code, each.severity) for each in own if each.code == "U01"] == [("U01", "violating")]
    assert "4000" in next(each.message for each in own if each.code == "U01")
    builtin = judge.judge(too_large, Facts(), "natural", draws=1)
    assert [(each.code, each.severity) for each in builtin if each.code == "U01"] == [("U01", "caution")]


def test_a_step_that_could_not_run_does_not_pass_for_a_safe_one() -> None:
    found = judge.judge(PipelineSpec((do("FDA"),)), Facts(), "natural", (SMALL,), draws=1)
    assert ("U01", "caution", "FDA-1") in {(each.code, each.severity, each.step_id) for each in found}


@pytest.mark.parametrize(
    ("step", "code", "mend"),
    [
        (do("VerticalFlip"), "TS1", "Leave VerticalFlip out for these images."),
        (do("ToGray"), "TS5", "Leave ToGray out for these images."),
    ],
)
def test_the_mend_speaks_of_the_step_and_not_of_another_one(step: Step, code: str, mend: str) -> None:
    found = next(each for each in found_in(PipelineSpec((step,)), "road-scene") if each.code == code)
    assert found.mend == mend


def test_no_mend_is_offered_that_changes_nothing() -> None:
    """Shear is measured as a turn too: to limit the rotation alone would leave the finding as it is."""
    spec = PipelineSpec((do("Affine", rotate=(-40, 40), shear=(-30, 30)),))
    finding = next(each for each in found_in(spec, "chest-xray") if each.code == "X04")
    assert finding.fix is not None
    mended = finding.fix.edit(spec)
    assert mended != spec
    assert "X04" not in {each.code for each in found_in(mended, "chest-xray")}
    assert finding.fix.edit(mended) == mended
