"""The starting points: they build, they run on their own sample, and they keep what its labels need."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

import pytest

from augviz.errors import InputError
from augviz.pipeline.run import run
from augviz.pipeline.spec import Group, Step, thaw
from augviz.policies.starting_points import STARTING_POINTS, StartingPoint, starting_point
from augviz.preservation.judge import judge
from augviz.preservation.profiles import profile_of
from augviz.preservation.sources import SOURCES
from augviz.sample import Sample
from augviz.sample_library import entries, load
from augviz.transforms.construct import make, notes

BY_ID = {point.id: point for point in STARTING_POINTS}
ENTRIES = entries()
SEEDS = range(6)

MIRRORS = {"HorizontalFlip", "VerticalFlip", "Transpose", "D4", "SquareSymmetry"}
QUARTER_TURNS = {"RandomRotate90", "D4", "SquareSymmetry", "Transpose", "VerticalFlip"}
COLOURS = {"ColorJitter", "HueSaturationValue", "RGBShift", "ChannelShuffle", "ToGray", "HEStain", "PlanckianJitter"}
SOFT = {"GaussianBlur", "MotionBlur", "MedianBlur", "Blur", "Defocus", "Downscale", "ImageCompression", "RandomFog"}
HOLES = {"CoarseDropout", "Erasing", "GridDropout"}

FORBIDDEN = {
    "natural-photo": MIRRORS | QUARTER_TURNS,
    "fundus": MIRRORS | QUARTER_TURNS | HOLES,
    "histology": COLOURS,
    "chest-x-ray": MIRRORS | QUARTER_TURNS | COLOURS | HOLES,
    "document": MIRRORS | QUARTER_TURNS | HOLES,
    "road-scene": MIRRORS | QUARTER_TURNS | COLOURS,
    "aerial": MIRRORS | SOFT,
    "multi-spectral": MIRRORS | COLOURS | SOFT,
    "digits": MIRRORS | QUARTER_TURNS | SOFT | HOLES,
    "metal": MIRRORS | QUARTER_TURNS | SOFT | HOLES | COLOURS,
    "dermatology": HOLES | {"ColorJitter", "HueSaturationValue", "ToGray"},
    "shop": MIRRORS | QUARTER_TURNS | HOLES,
    "tiny": SOFT | QUARTER_TURNS,
}
LARGEST_TURN_DEG = {"natural-photo": 15, "fundus": 10, "chest-x-ray": 10, "document": 5, "road-scene": 10,
                    "digits": 15, "metal": 10, "shop": 10, "tiny": 15}  # fmt: skip


def leaves(point: StartingPoint) -> list[Step]:
    return [node for node in point.spec.walk() if isinstance(node, Step)]


@pytest.fixture(scope="module")
def samples() -> dict[str, Sample]:
    return {entry.id: load(entry.id) for entry in ENTRIES}


def test_ids_are_unique_and_the_guide_is_first() -> None:
    assert len(BY_ID) == len(STARTING_POINTS)
    assert STARTING_POINTS[0].id == "guide"
    assert {"guide-detection", "blank"} <= set(BY_ID)
    assert starting_point("blank").spec.steps == ()


def test_an_unknown_one_is_named() -> None:
    with pytest.raises(InputError, match=r"moon: there is no starting point of this name\. There are: guide,"):
        starting_point("moon")


WITHOUT_A_SAMPLE = {"dermatology", "shop", "tiny"}
PROFILE_OF_POINT = {"dermatology": "dermatology", "shop": "shop", "tiny": "tiny"}


def test_every_sample_has_a_pipeline_of_its_own_domain() -> None:
    of_samples = {entry.starting_point for entry in ENTRIES}
    assert of_samples == set(BY_ID) - {"guide", "guide-detection", "blank"} - WITHOUT_A_SAMPLE


@pytest.mark.parametrize("point", STARTING_POINTS, ids=lambda point: point.id)
def test_every_step_has_a_source_that_can_be_looked_up(point: StartingPoint) -> None:
    names = {step.name for step in leaves(point)}
    assert set(point.sources) == names
    for step in leaves(point):
        keys = point.source_of(step).split()
        assert keys
        assert set(keys) <= set(SOURCES), step.name


@pytest.mark.parametrize(("point_id", "profile"), PROFILE_OF_POINT.items())
def test_careful_ones_without_a_sample_break_no_rule_of_their_profile(point_id: str, profile: str) -> None:
    found = judge(BY_ID[point_id].spec, profile_of(profile).as_facts(), profile)
    assert [(each.code, each.step_id) for each in found if each.severity == "violating"] == []


def test_a_road_has_fog_rain_flare_motion_blur_and_a_dirty_lens() -> None:
    wanted = {"RandomFog", "RandomRain", "RandomSunFlare", "MotionBlur", "Spatter"}
    assert wanted <= {step.name for step in leaves(BY_ID["road-scene"])}


@pytest.mark.parametrize("point", STARTING_POINTS, ids=lambda point: point.id)
def test_every_step_builds_and_says_no_warning_of_its_own(point: StartingPoint) -> None:
    for step in leaves(point):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            built = make(step.name, step.params, step.p)
        assert (type(built).__name__, built.p) == (step.name, step.p)
        assert step.name == "ShiftScaleRotate" or not notes(step.name)
    assert point.why.endswith(".")
    assert point.source


@pytest.mark.parametrize(
    ("name", "written", "step"),
    [
        ("ShiftScaleRotate", {"shift_limit": 0.0625, "scale_limit": 0.1, "rotate_limit": 15}, 2),
        ("RandomBrightnessContrast", {"brightness_limit": 0.2, "contrast_limit": 0.2}, 3),
        ("ColorJitter", {"brightness": 0.2, "contrast": 0.2, "saturation": 0.2, "hue": 0.1}, 4),
        ("GaussianBlur", {"blur_limit": (3, 7)}, 5),
    ],
)
def test_the_guide_is_what_the_guide_prints(name: str, written: dict[str, object], step: int) -> None:
    ours = BY_ID["guide"].spec.steps[step]
    assert isinstance(ours, Step)
    expected, got = (make(name, params, 0.5) for params in (written, ours.params))
    assert got.get_transform_init_args() == expected.get_transform_init_args()


@pytest.mark.parametrize(
    ("point_id", "expected"),
    [
        (
            "guide",
            [("HorizontalFlip", 0.5), ("RandomRotate90", 0.5), ("ShiftScaleRotate", 0.5),
             ("RandomBrightnessContrast", 0.5), ("ColorJitter", 0.5), ("GaussianBlur", 0.3)],
        ),
        (
            "guide-detection",
            [("HorizontalFlip", 0.5), ("ShiftScaleRotate", 0.5), ("RandomBrightnessContrast", 0.5),
             ("HueSaturationValue", 0.5), ("RandomSizedBBoxSafeCrop", 0.5)],
        ),
    ],
)  # fmt: skip
def test_the_guides_steps_and_probabilities(point_id: str, expected: list[tuple[str, float]]) -> None:
    spec = BY_ID[point_id].spec
    assert [(node.name, node.p) for node in spec.steps] == expected
    assert [step.name for step in spec.tail] == ["Normalize", "ToTensorV2"]
    assert thaw(spec.tail[0].params) == {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}


def test_groups_come_in_by_several_starting_points() -> None:
    kinds = [{node.kind for node in point.spec.walk() if isinstance(node, Group)} for point in STARTING_POINTS]
    assert sum("OneOf" in found for found in kinds) >= 2
    assert any("SomeOf" in found for found in kinds)


@pytest.mark.parametrize("point_id", FORBIDDEN)
def test_leaves_out_what_would_change_the_label(point_id: str) -> None:
    assert {step.name for step in leaves(BY_ID[point_id])} & FORBIDDEN[point_id] == set()


@pytest.mark.parametrize(("point_id", "limit"), LARGEST_TURN_DEG.items())
def test_turns_no_further_than_its_domain_allows(point_id: str, limit: float) -> None:
    together = 0.0
    for step in leaves(BY_ID[point_id]):
        turn = step.params.get("rotate") or step.params.get("limit")
        if step.name in {"Affine", "Rotate"} and turn:
            together += max(map(abs, turn))
    assert 0 < together <= limit


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_runs_on_its_own_sample_without_an_error(entry: object, samples: dict[str, Sample]) -> None:
    sample = samples[entry.id]
    spec = BY_ID[entry.starting_point].spec
    outcomes = [run(spec, sample, seed) for seed in SEEDS]
    assert _errors(outcomes) == []
    assert any(outcome.after.digest != sample.digest for outcome in outcomes)
    assert all(outcome.after.image.dtype == sample.image.dtype for outcome in outcomes)
    if len(sample.labels.boxes):
        kept = [len(outcome.after.labels.boxes) / len(sample.labels.boxes) for outcome in outcomes]
        assert min(kept) >= 0.5, "a careful pipeline keeps most of the objects"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
@pytest.mark.parametrize("point_id", ["guide", "guide-detection", "blank"])
def test_the_guide_runs_wherever_the_library_can(entry: object, point_id: str, samples: dict[str, Sample]) -> None:
    sample = samples[entry.id]
    outcomes = [run(BY_ID[point_id].spec, sample, seed) for seed in SEEDS]
    needs_boxes = set() if len(sample.labels.boxes) else {"RandomSizedBBoxSafeCrop"}
    needs_three_bands = {"ColorJitter", "HueSaturationValue"} if len(sample.bands) > 3 else set()
    assert {name for name, _ in _errors(outcomes)} <= needs_boxes | needs_three_bands


def test_the_six_band_tail_fits_the_six_band_sample(samples: dict[str, Sample]) -> None:
    normalize = BY_ID["multi-spectral"].spec.tail[0]
    pixels = samples["six-bands"].image.reshape(-1, 6)
    assert normalize.params["mean"] == pytest.approx(pixels.mean(axis=0), abs=0.005)
    assert normalize.params["std"] == pytest.approx(pixels.std(axis=0), abs=0.005)
    assert normalize.params["max_pixel_value"] == 1.0


def _errors(outcomes: Iterable[object]) -> list[tuple[str, str]]:
    return [(step.name, step.error) for outcome in outcomes for step in outcome.trace if step.error]
